import type { ClockType } from './types';

/** Limits as people write them (`4工作时`, `2 个工作日`), to and fro. */

export interface LimitWords {
  clock: ClockType;
  limit: number;
}

/** The word written for each clock; what `limitWords` writes, `readLimit` reads. */
const CLOCK_WORDS: Record<ClockType, string> = {
  urgent_hour: '紧急工作时',
  work_hour: '工作时',
  work_day: '工作日',
  natural_day: '自然日',
};

/**
 * What city tables write besides: plain 小时 and 天 are working ones, 紧急工作日 runs day and night (the standard behind
 * data/standards/yuncheng_limits_519.json reads them so). Bare 日 is left out on purpose: cities mean different things by it.
 */
const READINGS: Record<string, ClockType> = {
  紧急工作时: 'urgent_hour',
  紧急工作小时: 'urgent_hour',
  紧急小时: 'urgent_hour',
  工作时: 'work_hour',
  工作小时: 'work_hour',
  小时: 'work_hour',
  工作日: 'work_day',
  工作天: 'work_day',
  天: 'work_day',
  自然日: 'natural_day',
  自然天: 'natural_day',
  日历日: 'natural_day',
  紧急工作日: 'natural_day',
};

/** Readings that a town should see before it accepts them, since another town may mean something else. */
export const UNSAID: Record<string, string> = {
  小时: '“小时”按工作时计',
  天: '“天”按工作日计',
  紧急工作日: '“紧急工作日”按自然日（每日 24 小时，不分昼夜）计',
};

/** How many of each clock's unit make a day of it. */
const PER_DAY: Record<ClockType, number> = { urgent_hour: 24, work_hour: 8, work_day: 1, natural_day: 1 };

/** Ten years: nobody means more, and a slip of the finger often does. */
const MOST_DAYS = 3_660;

/** `4工作时` */
export function limitWords({ clock, limit }: LimitWords): string {
  return `${limit}${CLOCK_WORDS[clock]}`;
}

const SHAPE = /^(-?\d+(?:\.\d+)?)个?(.*)$/;
const TRY = '请写成“4工作时”“2紧急工作时”“1工作日”或“15自然日”';

/** A limit from its words, with the clock word as written; or what is wrong with it, in Chinese. Nothing is guessed. */
export function readLimit(text: string): (LimitWords & { word: string }) | { fault: string } {
  const plain = text.normalize('NFKC').replace(/\s/g, '');
  if (!plain) return { fault: `缺少处置时限，${TRY}` };
  const [, digits, word = ''] = SHAPE.exec(plain) ?? [];
  if (digits === undefined) return { fault: `看不懂这个时限，${TRY}` };
  if (!word) return { fault: `没有写明单位，${TRY}` };
  const clock = Object.hasOwn(READINGS, word) ? READINGS[word] : undefined;
  if (!clock) return { fault: `不认识“${word}”，${TRY}` };
  const read = { clock, limit: Number(digits), word };
  const fault = amountFault(read);
  return fault ? { fault } : read;
}

function amountFault(read: LimitWords): string | null {
  const { clock, limit } = read;
  if (limit <= 0) return '时限要大于 0';
  if (!Number.isInteger(limit)) return `时限要写整数${clock === 'work_day' ? '，半天请写“4工作时”' : ''}`;
  const most = MOST_DAYS * PER_DAY[clock];
  return limit > most ? `时限太长，最多 ${limitWords({ clock, limit: most })}（${MOST_DAYS} 天）` : null;
}

/** Minutes to acknowledge where a table does not say: the louder the clock, the fewer. */
export function usualAckMinutes(clock: ClockType, urgent: boolean): number {
  if (urgent) return 15;
  return { urgent_hour: 30, work_hour: 60, work_day: 120, natural_day: 120 }[clock];
}
