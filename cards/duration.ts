import { DAY, dateOf, HOUR, limitOf, MINUTE, yearOf } from '../server/domain/clock';
import { limitWords } from '../server/domain/limits';
import { limitsOf } from '../server/domain/rules';
import type { Event, TaskClock, Terms } from '../server/domain/types';

/** Time in words. Worked time is told in hours, because a working day has no length that everybody agrees on. */

/** `3 小时 20 分`, `20 分钟`, `0 分钟`; what is less than a minute is left out. */
export function hoursWords(ms: number): string {
  const hours = Math.floor(ms / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  if (hours === 0) return `${minutes} 分钟`;
  return minutes === 0 ? `${hours} 小时` : `${hours} 小时 ${minutes} 分`;
}

/** To the second, where it is not whole minutes: `2 小时 46 分 18 秒`. */
export function exactWords(ms: number): string {
  const seconds = Math.floor(ms / 1000) % 60;
  if (seconds === 0) return hoursWords(ms);
  if (ms < MINUTE) return `${seconds} 秒`;
  return `${hoursWords(ms).replace('分钟', '分')} ${seconds} 秒`;
}

/** Time that passes by day and night: `2 天 3 小时`. */
export function daysWords(ms: number): string {
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  if (days === 0) return hoursWords(ms);
  return hours === 0 ? `${days} 天` : `${days} 天 ${hours} 小时`;
}

/** Time left or past in words: `剩 3 小时 20 分`, `已超 2 天`. */
export function remaining(dueAt: number, now: number): string {
  const ms = dueAt - now;
  if (Math.abs(ms) < MINUTE) return ms >= 0 ? '剩不到 1 分钟' : '刚刚超期';
  return `${dueAt >= now ? '剩' : '已超'} ${daysWords(Math.abs(dueAt - now))}`;
}

/** `12月10日`; with the year where it is not this one. */
export function dateWords(at: number, now: number): string {
  const [year, month, day] = dateOf(at).split('-').map(Number);
  return `${yearOf(at) === yearOf(now) ? '' : `${year}年`}${month}月${day}日`;
}

/** `8 工作时`, `2 紧急工作时`; what runs by day and night although its words do not say so, says so. */
export function limitText(clock: TaskClock, event: Pick<Event, 'terms' | 'urgent'>): string {
  const { minutes, continuous } = limitsOf(event)[clock];
  const { terms } = event;
  if (clock === 'handle' && terms && continuous === limitOf(terms.clock, terms.limit).continuous)
    return termsLimit(terms);
  if (continuous) return `${hoursWords(minutes * MINUTE)}（昼夜连续）`;
  return minutes % 60 === 0 ? `${minutes / 60} 工作时` : `${minutes} 工作分钟`;
}

/** `5 工作日` */
export function termsLimit(terms: Pick<Terms, 'clock' | 'limit'>): string {
  return limitWords(terms).replace(/^\d+/, '$& ');
}
