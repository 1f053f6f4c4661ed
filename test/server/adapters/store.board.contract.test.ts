import fc from 'fast-check';
import { type BoardFilter, CLIMBS, NONE, type OpenCount, plus } from '../../../server/domain/board';
import { DAY, HOUR, instant } from '../../../server/domain/clock';
import { climbed, isLate, LIFTED } from '../../../server/domain/ladder';
import type { Event, Stage, Task } from '../../../server/domain/types';
import type { Scope } from '../../../server/ports';
import { providers } from './databases';
import { EVERYTHING, eventOf, T0, taskOf } from './rows';
import { twoStores } from './stores';

/** What every database must keep to, of the boards: each number is the number of rows behind it, for each who asks. */

const dayStart = instant('2026-11-23', '00:00');
const time = { now: T0, dayStart, dayEnd: dayStart + DAY, from: dayStart - 29 * DAY };

const moment = fc.constantFrom(null, ...[-2, -1, 0, 1, 2].map((ms) => T0 + ms), time.dayEnd - 1, time.dayEnd);
const rungs = fc.subarray(
  ['ack', 'handle'].flatMap((clock) => [
    ...['prewarn', ...CLIMBS].map((each) => `${clock}.${each}`),
    `${LIFTED}${clock}.red`,
    `${LIFTED}${clock}.blue`,
  ]),
);
const states: Task['state'][] = ['waiting', 'handling', 'passing', 'suspended', 'confirming', 'finished', 'returned'];
const someTask = fc.record({
  ...{
    state: fc.constantFrom(...states),
    ackedAt: fc.constantFrom(null, T0 - 5),
    ackDueAt: moment,
    handleDueAt: moment,
  },
  ...{ rungs, supervised: fc.constantFrom(null, null, 'blue' as const, 'red' as const) },
  unitId: fc.constantFrom('water', 'city', 'street'),
});
const stages: Stage[] = ['reported', 'filed', 'dispatched', 'handling', 'handling', 'verifying', 'closed', 'withdrawn'];
const someEvent = fc.record({
  ...{ stage: fc.constantFrom(...stages), urgent: fc.boolean(), tasks: fc.array(someTask, { maxLength: 3 }) },
  ...{
    areaPath: fc.constantFrom('/d', '/d/s1/c1/g1', '/d/s1/c2', '/d/s2/c3/g3'),
    reporterId: fc.constantFrom('lin', 'wu'),
  },
});
const town = fc.sample(someEvent, { seed: 20261126, numRuns: 250 }).map((given, index) =>
  eventOf(`e${index}`, {
    ...given,
    no: given.stage === 'reported' ? null : `20261123-${index}`,
    createdAt: T0 - index * HOUR,
    closedAt: given.stage === 'closed' ? T0 - (index % 50) * HOUR : null,
    tasks: given.tasks.map((task, rank) => taskOf(`t${index}-${rank}`, `e${index}`, task)),
  }),
);

const SCOPES: Record<string, Scope> = {
  everything: EVERYTHING,
  'a street': { everything: false, reporterId: 'none', areaPaths: ['/d/s1'], unitIds: [] },
  'a department and own reports': { everything: false, reporterId: 'wu', areaPaths: [], unitIds: ['water'] },
  nothing: { everything: false, reporterId: 'none', areaPaths: [], unitIds: [] },
};

describe.each(providers())('on %s', (provider) => {
  const its = twoStores(provider);
  const count = (scopes: Scope, filter: BoardFilter) => its.store.boardCount({ scopes, filter, time });
  const ids = async (scopes: Scope, filter: BoardFilter) =>
    (await its.store.boardRows({ scopes, filter, time, limit: 1_000 })).map(({ id }) => id).sort();

  /** Asks for the rows behind each number of one line. */
  async function behind(scopes: Scope, where: Partial<BoardFilter>): Promise<OpenCount> {
    const found = { ...NONE };
    for (const what of ['open', 'urgent', 'due', 'warned', 'late'] as const)
      found[what] = await count(scopes, { what, ...where });
    for (const climb of CLIMBS) found[climb] = await count(scopes, { what: 'late', climb, ...where });
    return found;
  }

  test('each number of the board is the number of rows behind it', async () => {
    await its.save({ events: town });
    for (const scopes of Object.values(SCOPES)) {
      const { areas, units, days } = await its.store.board(scopes, time);
      for (const { areaPath, ...counts } of areas)
        expect(await behind(scopes, { areaPath, only: true })).toEqual(counts);
      for (const { unitId, ...counts } of units) expect(await behind(scopes, { unitId })).toEqual(counts);
      const sum = areas.reduce<OpenCount>(plus, NONE);
      expect(await behind(scopes, {})).toEqual(sum);
      for (const what of ['open', 'urgent', 'due', 'warned', 'late'] as const)
        expect(await ids(scopes, { what })).toHaveLength(sum[what]);
      for (const { unitId, late } of await its.store.lateUnits(scopes, T0, { units: 99, events: 1 }))
        expect([unitId, await count(scopes, { what: 'late', unitId })]).toEqual([unitId, late]);
      for (const { day, ...counts } of days)
        for (const what of ['reported', 'closed', 'overdue'] as const)
          expect([what, await count(scopes, { what, day: { from: day, to: day + DAY } })]).toEqual([
            what,
            counts[what],
          ]);
      expect(await count(scopes, { what: 'reported', day: { from: time.from, to: time.dayEnd } })).toBe(
        days.reduce((sum, { reported }) => sum + reported, 0),
      );
    }
    const { areas } = await its.store.board(EVERYTHING, time);
    const whole = areas.reduce<OpenCount>(plus, NONE);
    // Control: the sample has some of everything.
    expect(Object.entries(whole).filter(([, number]) => number === 0)).toEqual([]);
    expect(whole.late).toBe(CLIMBS.reduce((sum, climb) => sum + whole[climb], 0));
  }, 60_000);

  test('what is late, and how high it has climbed, is the same to the database as to the domain and the cards', async () => {
    await its.save({ events: town });
    const open = (event: Event) => ['filed', 'dispatched', 'handling', 'verifying'].includes(event.stage);
    const heights = town.filter(open).flatMap(({ id, tasks }) => {
      const late = tasks.filter((task) => isLate(task, T0)).map((task) => climbed(task) ?? 'blue');
      const highest = CLIMBS.findLast((climb) => late.includes(climb));
      return highest ? [{ id, highest }] : [];
    });
    for (const climb of CLIMBS)
      expect(await ids(EVERYTHING, { what: 'late', climb })).toEqual(
        heights.flatMap(({ id, highest }) => (highest === climb ? id : [])).sort(),
      );
    const dueOnly = town
      .filter(open)
      .filter(({ tasks }) => tasks.some((task) => isLate(task, time.dayEnd) && !isLate(task, T0)));
    expect(await ids(EVERYTHING, { what: 'due' })).toEqual(dueOnly.map(({ id }) => id).sort());
  });

  test('nobody counts what they may not see', async () => {
    await its.save({ events: town });
    const street = await ids(SCOPES['a street']!, { what: 'open' });
    expect(street.length).toBeGreaterThan(0);
    expect(town.filter(({ id }) => street.includes(id)).every(({ areaPath }) => areaPath.startsWith('/d/s1/'))).toBe(
      true,
    );
    expect(await its.store.board(SCOPES.nothing!, time)).toEqual({ areas: [], units: [], days: [] });
    expect(await its.store.lateUnits(SCOPES.nothing!, T0, { units: 9, events: 9 })).toEqual([]);
    expect(await its.store.mapPoints(SCOPES.nothing!, T0, 0)).toEqual([]);
    expect(await count(SCOPES['a street']!, { what: 'open', areaPath: '/d/s2' })).toBe(0);
  });

  test('the trend counts by days of China, midnight to midnight; what ran out counts once a day', async () => {
    const out = taskOf('t', 'a', {
      ackedAt: T0,
      ackDueAt: dayStart,
      handleDueAt: dayStart + HOUR,
      rungs: ['ack.blue', 'handle.blue'],
    });
    const extended = taskOf('u', 'b', {
      ackedAt: T0,
      ackDueAt: dayStart - 1,
      handleDueAt: time.dayEnd,
      rungs: ['handle.blue'],
    });
    await its.save({
      events: [
        eventOf('a', { no: '1', stage: 'handling', createdAt: dayStart, tasks: [out] }),
        eventOf('b', { no: '2', stage: 'handling', createdAt: dayStart - 1, tasks: [extended] }),
        eventOf('c', { no: '3', stage: 'closed', createdAt: time.from - 1, closedAt: time.dayEnd - 1 }),
        eventOf('d', { no: null, stage: 'reported', createdAt: dayStart }),
      ],
    });
    expect((await its.store.board(EVERYTHING, time)).days).toEqual([
      { day: dayStart - DAY, reported: 1, closed: 0, overdue: 0 },
      { day: dayStart, reported: 1, closed: 1, overdue: 1 },
    ]);
  });

  test('the wall has the latest unit first, its events by how late, no more than asked for, and says how many there are', async () => {
    const late = (id: string, unitId: string, ago: number, but: Partial<Task> = {}) =>
      eventOf(id, {
        ...{ no: id, stage: 'handling' },
        tasks: [taskOf(`t${id}`, id, { unitId, state: 'handling', ackedAt: T0, handleDueAt: T0 - ago, ...but })],
      });
    await its.save({
      events: [
        ...[late('a', 'city', 5), late('b', 'water', 9), late('c', 'city', 7), late('d', 'city', 1)],
        ...[late('e', 'park', 0), late('f', 'park', 5, { state: 'suspended' }), late('g', 'fire', 3)],
      ],
    });
    const wall = await its.store.lateUnits(EVERYTHING, T0, { units: 2, events: 2 });
    expect(wall.map(({ unitId, late: all, events }) => [unitId, all, events.map(({ id }) => id)])).toEqual([
      ['water', 1, ['b']],
      ['city', 3, ['c', 'a']],
    ]);
    expect(wall[0]!.events[0]!.tasks).toHaveLength(1);
  });

  test('the map has what was filed since then, with its place, and neither drafts nor what was refused', async () => {
    const place = { text: '', lng: 104.1, lat: 30.7 };
    await its.save({
      events: [
        eventOf('a', {
          no: '1',
          stage: 'handling',
          gridId: 'g1',
          place,
          tasks: [taskOf('t', 'a', { ackDueAt: T0 - 1 })],
        }),
        eventOf('b', { no: '2', stage: 'closed', gridId: 'g2', createdAt: T0 + 1 }),
        eventOf('c', { no: '3', stage: 'filed', createdAt: T0 + 2 }),
        eventOf('d', { no: '4', stage: 'rejected' }),
        eventOf('e', { stage: 'reported' }),
        eventOf('f', { no: '5', stage: 'filed', createdAt: T0 - 1 }),
      ],
    });
    expect(await its.store.mapPoints(EVERYTHING, T0, T0)).toEqual([
      { gridId: 'g1', lng: 104.1, lat: 30.7, state: 'late' },
      { gridId: 'g2', lng: null, lat: null, state: 'closed' },
      { gridId: null, lng: null, lat: null, state: 'open' },
    ]);
  });

  test('the events of a place are the points within its borders, newest first', async () => {
    const at = (lng: number, lat: number) => ({ text: '', lng, lat });
    await its.save({
      events: [
        eventOf('a', { no: '1', stage: 'handling', place: at(104.1, 30.7) }),
        eventOf('b', { no: '2', stage: 'closed', place: at(104.2, 30.8), createdAt: T0 + 1 }),
        eventOf('c', { no: '3', stage: 'handling', place: at(104.21, 30.8), createdAt: T0 + 2 }),
        eventOf('d', { stage: 'reported', place: at(104.1, 30.7) }),
        eventOf('e', { no: '4', stage: 'handling', place: at(104.1, 30.7), createdAt: T0 - 1 }),
        eventOf('f', { no: '5', stage: 'handling' }),
      ],
    });
    const box = { west: 104.1, south: 30.7, east: 104.2, north: 30.8 };
    const here = async (scopes: Scope, limit = 9) =>
      (await its.store.mapEvents(scopes, T0, box, limit)).map(({ id }) => id);
    expect(await here(EVERYTHING)).toEqual(['b', 'a']);
    expect(await here(EVERYTHING, 1)).toEqual(['b']);
    expect(await here(SCOPES.nothing!)).toEqual([]);
  });
});
