import fc from 'fast-check';
import type { Catalogue } from '../../../server/domain/catalogue-table';
import type { Cell, Table } from '../../../server/domain/tables';
import type { ClockType, Condition, Matter } from '../../../server/domain/types';

/** Tables and catalogues for tests of what reads them. */

export const table = (rows: readonly (readonly Cell[])[], sheet = ''): Table => ({ sheet, rows, otherSheets: [] });

export const matter = (id: string, rest: Partial<Matter> = {}): Matter => ({
  ...{ id, name: `事项${id}`, duty: '城市管理', domain: '民生服务', gbCode: null, keywords: [], urgent: false },
  retired: false,
  ...rest,
});

export const condition = (matterId: string, rank: number, rest: Partial<Condition> = {}): Condition => ({
  ...{ id: `${matterId}.${rank}`, matterId, rank, text: `条件${rank}`, clock: 'work_hour', limit: 4, ackMinutes: 60 },
  ...{ closing: '恢复', evidence: 'photo' },
  ...rest,
});

/**
 * Limits as a real city's table has them (reference/domain.md §2.4b): 518 that can be read, and one that cannot.
 * `as` is the clock and value they mean.
 */
export const CITY_LIMITS: readonly { text: string; count: number; as: [ClockType, number] | null }[] = [
  { text: '1紧急工作时', count: 5, as: ['urgent_hour', 1] },
  { text: '2紧急工作时', count: 32, as: ['urgent_hour', 2] },
  { text: '4紧急工作时', count: 4, as: ['urgent_hour', 4] },
  { text: '1紧急工作日', count: 1, as: ['natural_day', 1] },
  { text: '2紧急工作日', count: 3, as: ['natural_day', 2] },
  { text: '2小时', count: 22, as: ['work_hour', 2] },
  { text: '4小时', count: 39, as: ['work_hour', 4] },
  { text: '1天', count: 143, as: ['work_day', 1] },
  { text: '2天', count: 82, as: ['work_day', 2] },
  { text: '3天', count: 84, as: ['work_day', 3] },
  { text: '4天', count: 1, as: ['work_day', 4] },
  { text: '5天', count: 86, as: ['work_day', 5] },
  { text: '7天', count: 9, as: ['work_day', 7] },
  { text: '10天', count: 2, as: ['work_day', 10] },
  { text: '15天', count: 5, as: ['work_day', 15] },
  { text: '1紧急工作时制止', count: 1, as: null },
];

/** A city's table of 519 rows over 190 matters, made up here, with that distribution; the irregular row stands 403rd. */
export function cityRows(): Cell[][] {
  const limits = CITY_LIMITS.flatMap(({ text, count }) => Array.from({ length: count }, () => text));
  const irregular = limits.pop() ?? '';
  limits.splice(401, 0, irregular);
  const header = ['kind', 'bigCode', 'bigName', 'smallCode', 'smallName', 'handlingUnit'];
  const rows = limits.map((limit, index): Cell[] => {
    const number = Math.min(189, Math.floor(index / 2));
    const [big, small] = [Math.floor(number / 40) + 1, (number % 40) + 1].map((code) => String(code).padStart(2, '0'));
    const kind = number < 137 ? 'component' : 'event';
    return [kind, big ?? '', `大类${big}`, small ?? '', `设施${number}`, '某处', `情形${index}`, '恢复', limit];
  });
  return [[...header, 'filingCondition', 'closeCondition', 'limitText'], ...rows];
}

// --------------------------------------------------------------------------------------------- anything

const words = fc
  .stringMatching(/^[一-鿿A-Za-z0-9㎡×%（），。=+@-][一-鿿A-Za-z0-9㎡×%（），。 =+@-]{0,18}[一-鿿A-Za-z0-9㎡%）。]$/)
  .filter((text) => text.trim() === text);
const keyword = fc.stringMatching(/^[一-鿿a-z0-9]{1,6}([/+][一-鿿a-z0-9]{1,4}){0,2}\??$/);

const anyMatter = fc.record({
  name: words,
  duty: words,
  domain: words,
  gbCode: fc.option(fc.stringMatching(/^\d{5}$/)),
  keywords: fc.uniqueArray(keyword, { maxLength: 6 }),
  urgent: fc.boolean(),
  retired: fc.boolean(),
});

const anyCondition = fc.record({
  text: words,
  clock: fc.constantFrom<ClockType>('urgent_hour', 'work_hour', 'work_day', 'natural_day'),
  limit: fc.integer({ min: 1, max: 3_660 }),
  ackMinutes: fc.integer({ min: 1, max: 10_080 }),
  closing: words,
  evidence: fc.constantFrom<Condition['evidence']>('none', 'photo', 'before_after'),
});

const bare = (text: string) => text.normalize('NFKC').replace(/\s/g, '').toLowerCase();

/** Any catalogue that the rules allow. */
export const anyCatalogue: fc.Arbitrary<Catalogue> = fc
  .uniqueArray(
    fc.tuple(
      anyMatter,
      fc.uniqueArray(anyCondition, { minLength: 1, maxLength: 4, selector: ({ text }) => bare(text) }),
    ),
    { maxLength: 12, selector: ([{ gbCode }]) => gbCode ?? Symbol('none') },
  )
  .map((groups) => ({
    matters: groups.map(([rest], index) => matter(`M-${index}`, rest)),
    conditions: groups.flatMap(([, own], index) => own.map((rest, rank) => condition(`M-${index}`, rank + 1, rest))),
  }));
