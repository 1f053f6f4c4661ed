import type { LedgerLineView } from '../server/http/contract';

/** The lines of a ledger by China days, as the page shows them. */

const DAY = 86_400_000;
const CHINA = 8 * 3_600_000;

export interface DayGroup {
  /** `11月23日 周一`, or `11月28日 周六 – 11月29日 周日` for days on which nothing was worked. */
  title: string;
  /** Null: these days do not count at all. */
  lines: LedgerLineView[] | null;
  /** Why days do not count, or what is special about one that does: `国庆节补班`. */
  why: string;
}

export function dayOf(at: number): number {
  return Math.floor((at + CHINA) / DAY);
}

const WEEK = '日一二三四五六';

/** `11月23日 周一` */
export function dayWords(day: number): string {
  const date = new Date(day * DAY);
  return `${date.getUTCMonth() + 1}月${date.getUTCDate()}日 周${WEEK[date.getUTCDay()]}`;
}

/** `09:13`; with seconds where there are some. */
function clockWords(at: number): string {
  const text = new Date(at + CHINA).toISOString().slice(11, 19);
  return /:00$/.test(text) ? text.slice(0, 5) : text;
}

/** `09:13 – 12:00`, `18:00 – 次日 08:00`, `15:00 – 11月26日 09:00`; midnight at the end of a day is 24:00. */
export function stretchWords({ from, to }: Pick<LedgerLineView, 'from' | 'to'>): string {
  const midnight = (to + CHINA) % DAY === 0;
  const days = dayOf(midnight ? to - 1 : to) - dayOf(from);
  const end = midnight ? '24:00' : clockWords(to);
  const day = days === 0 ? '' : days === 1 ? '次日 ' : `${dayWords(dayOf(from) + days).split(' ')[0]} `;
  return `${clockWords(from)} – ${day}${end}`;
}

/** Lines by the day they begin; days that are off from end to end stand together. */
export function byDay(lines: LedgerLineView[]): DayGroup[] {
  const groups: (DayGroup & { first: number; last: number })[] = [];
  for (const line of lines) {
    const day = dayOf(line.from);
    const last = groups[groups.length - 1];
    if (isWholeDays(line)) {
      const end = dayOf(line.to) - 1;
      if (last && !last.lines && last.last === day - 1) {
        last.last = end;
        last.why = both(last.why, reasonOf(line));
      } else groups.push({ title: '', lines: null, why: reasonOf(line), first: day, last: end });
    } else if (last?.lines && last.first === day) {
      last.lines.push(line);
      last.why = last.why || line.day;
    } else groups.push({ title: '', lines: [line], why: line.day, first: day, last: day });
  }
  return groups.map(({ lines: own, why, first, last }) => ({
    ...{ lines: own, why },
    title: first === last ? dayWords(first) : `${dayWords(first)} – ${dayWords(last)}`,
  }));
}

/** 周六 and 周日 stand in the title already. */
function reasonOf({ why }: LedgerLineView): string {
  return /^周[六日]$/.test(why) ? '' : why;
}

function both(one: string, other: string): string {
  if (!other || one.split('、').indexOf(other) >= 0) return one;
  return one ? `${one}、${other}` : other;
}

function isWholeDays({ state, from, to }: LedgerLineView): boolean {
  return state === 'off' && (from + CHINA) % DAY === 0 && (to + CHINA) % DAY === 0;
}
