import { dayOfDate, type Session } from '../../../server/domain/clock';
import { DEFAULTS } from '../../../server/domain/settings';
import type { AreaCalendar, Town } from '../../../server/domain/types';
import { loadTown, nationalCalendar } from '../../../server/flow/town';
import { tinyTown } from '../../support/town';

const GRID = '/d/s/c/g';
const MONDAY = dayOfDate('2026-11-23');
const SHORT: Session[] = [[540, 660]];
const CLOSED: AreaCalendar[] = [
  { areaId: 'c', rules: [{ kind: 'closed', from: '2026-11-23', to: '2026-11-23', reason: '台风停工' }] },
];

const TWO: AreaCalendar[] = [...CLOSED, { ...CLOSED[0]!, areaId: 's' }];

/** A town as another process sees it: whole texts, and a version that grows with each change. */
function kept() {
  let town: Town = tinyTown();
  const counts = { version: 1, loads: 0 };
  return {
    counts,
    change(rest: Partial<Town>) {
      town = { ...town, ...rest };
      counts.version += 1;
    },
    townVersion: async () => counts.version,
    async town() {
      counts.loads += 1;
      return structuredClone(town);
    },
  };
}

const open = (
  rules: { calendarOf(path: string): { plan(day: number): { sessions: readonly Session[] } } },
  path = GRID,
) => rules.calendarOf(path).plan(MONDAY).sessions;

test('what the town has set wins over the defaults, and what a test sets over both', async () => {
  const store = kept();
  store.change({ settings: { mergeWithin: 7, idleMinutes: 8 } });
  const { settings } = (await loadTown(store)).rules();
  expect(settings).toEqual({ ...DEFAULTS, mergeWithin: 7, idleMinutes: 8 });
  expect((await loadTown(store, { idleMinutes: 9 })).rules().settings).toMatchObject({
    mergeWithin: 7,
    idleMinutes: 9,
  });
});

test('the calendars of areas are in force, with the sessions of the district', async () => {
  const store = kept();
  store.change({ calendars: CLOSED, settings: { sessions: SHORT } });
  const rules = (await loadTown(store)).rules();
  expect([open(rules), open(rules, '/d/s')]).toEqual([[], SHORT]);
});

test('a change of calendars or sessions is in force after the next look, and nothing remembered outlives it', async () => {
  const store = kept();
  const town = await loadTown(store);
  expect(open(town.rules())).toEqual(DEFAULTS.sessions);
  store.change({ calendars: CLOSED });
  await town.refresh();
  expect(open(town.rules())).toEqual([]);
  store.change({ calendars: [], settings: { sessions: SHORT } });
  await town.refresh();
  expect(open(town.rules())).toEqual(SHORT);
});

test('looking costs one question while nothing has changed, and rules and what they remember stay', async () => {
  const store = kept();
  const town = await loadTown(store);
  const before = town.rules();
  for (let n = 0; n < 5; n += 1) await town.refresh();
  expect([store.counts.loads, town.rules() === before]).toEqual([1, true]);
  expect(before.calendarOf(GRID)).toBe(before.calendarOf(GRID));
});

describe('the basis of due moments', () => {
  async function basisAfter(change: Partial<Town>, first: Partial<Town> = {}): Promise<boolean> {
    const store = kept();
    store.change(first);
    const town = await loadTown(store);
    const before = town.basis();
    store.change(change);
    await town.refresh();
    return town.basis() !== before;
  }

  test('changes with calendars and policies', async () => {
    expect(await basisAfter({ calendars: CLOSED })).toBe(true);
    expect(await basisAfter({ settings: { sessions: SHORT } })).toBe(true);
    const ladders = { ...DEFAULTS.ladders, ack: DEFAULTS.ladders.ack.slice(1) };
    expect(await basisAfter({ settings: { ladders } })).toBe(true);
  });

  test('changes where areas or units move under calendars, and only then', async () => {
    const { areas, units } = tinyTown();
    const moved = { areas: areas.map((area) => (area.id === 'g' ? { ...area, path: '/d/s/c2/g' } : area)) };
    const sent = { units: units.map((unit) => (unit.id === 'dept-01' ? { ...unit, areaId: 'c' } : unit)) };
    for (const change of [moved, sent]) {
      expect(await basisAfter(change, { calendars: CLOSED })).toBe(true);
      expect(await basisAfter(change)).toBe(false);
    }
  });

  test('does not change with the order in which the database tells of areas', async () => {
    const { areas, units } = tinyTown();
    const turned = { areas: [...areas].reverse(), units: [...units].reverse(), calendars: [...TWO].reverse() };
    expect(await basisAfter(turned, { calendars: TWO })).toBe(false);
  });

  test('does not change with people, nor from one start to the next', async () => {
    expect(await basisAfter({ people: [], posts: [] })).toBe(false);
    expect((await loadTown(kept())).basis()).toBe((await loadTown(kept())).basis());
  });
});

test('the plain calendar has the nation’s days and no area’s rules', () => {
  const calendar = nationalCalendar({ sessions: SHORT });
  expect(calendar.plan(MONDAY)).toEqual({ sessions: SHORT, why: '' });
  expect(calendar.plan(dayOfDate('2026-10-01'))).toEqual({ sessions: [], why: '国庆节' });
});
