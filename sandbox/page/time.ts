const CHINA = 8 * 3_600_000;
const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

/** The date shifted so that its UTC fields read as China's. */
function china(at: number): Date {
  return new Date(at + CHINA);
}

/** `08:30`, China time. */
export function hourMinute(at: number): string {
  return china(at).toISOString().slice(11, 16);
}

/** `2026 年 11 月 23 日`. */
export function longDate(at: number): string {
  const date = china(at);
  return `${date.getUTCFullYear()} 年 ${date.getUTCMonth() + 1} 月 ${date.getUTCDate()} 日`;
}

export function weekday(at: number): string {
  return WEEKDAYS[china(at).getUTCDay()] ?? '';
}

function dayNumber(at: number): number {
  return Math.floor((at + CHINA) / 86_400_000);
}

/** As a chat list says it: `08:30`, `昨天`, `周四`, `11月3日`. */
export function shortTime(at: number, now: number): string {
  const days = dayNumber(now) - dayNumber(at);
  if (days <= 0) return hourMinute(at);
  if (days === 1) return '昨天';
  if (days < 7) return weekday(at);
  return monthDay(at);
}

/** As a line between messages says it: `昨天 08:30`. */
export function chatTime(at: number, now: number): string {
  const short = shortTime(at, now);
  return short === hourMinute(at) ? short : `${short} ${hourMinute(at)}`;
}

/** `11月3日`. */
function monthDay(at: number): string {
  const date = china(at);
  return `${date.getUTCMonth() + 1}月${date.getUTCDate()}日`;
}

/** A due time and whether it has passed: `今天 18:00 前`, `已超期 · 11月3日 18:00`. */
export function dueWords(dueAt: number, now: number): { text: string; late: boolean } {
  const days = dayNumber(dueAt) - dayNumber(now);
  const day = days === 0 ? '今天' : days === 1 ? '明天' : monthDay(dueAt);
  const late = dueAt < now;
  return { text: late ? `已超期 · ${day} ${hourMinute(dueAt)}` : `${day} ${hourMinute(dueAt)} 前`, late };
}
