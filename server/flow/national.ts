import { createHash } from 'node:crypto';
import published from 'chinese-days/dist/chinese-days.json';
import type { National } from '../domain/calendar';

/**
 * Statutory holidays and make-up days (调休), from the tables of `chinese-days`. Its functions are not asked: they take a date
 * for midnight UTC and read it in the server's own zone, so that west of Greenwich each Monday is a Sunday.
 */

type Table = Record<string, string>;
const { holidays, workdays } = published as { holidays: Table; workdays: Table };

/** The State Council publishes a year's days in one notice; a new year's day alone may belong to the notice before. */
const years = new Set(
  Object.keys(holidays)
    .filter((date) => date.endsWith('-10-01'))
    .map((date) => Number(date.slice(0, 4))),
);

export const national: National = {
  isWorkday: (date) => date in workdays || !(isWeekend(date) || date in holidays),
  nameOf: (date) => (date in workdays ? `${wordOf(workdays[date])}补班` : wordOf(holidays[date])),
  published: (year) => years.has(year),
};

/** Changes when the tables do, also where a notice was amended. */
export const nationalEdition = createHash('sha256')
  .update(JSON.stringify([holidays, workdays]))
  .digest('hex')
  .slice(0, 12);

function isWeekend(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).getUTCDay() % 6 === 0;
}

/** `National Day,国庆节,3` → 国庆节 */
function wordOf(entry: string | undefined): string {
  return entry?.split(',')[1] ?? '';
}
