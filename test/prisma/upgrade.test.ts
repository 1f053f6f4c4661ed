import { migrate, migrationsOf } from '../../prisma/migrate';
import { openStore } from '../../server/adapters/store';
import { dutyId, type Span, type Task, type Town } from '../../server/domain/types';
import type { Store } from '../../server/ports';
import { ask, forgetDatabases, freshDatabase, providers, run } from '../server/adapters/databases';

/** A town that worked with the first schema goes on working with this one: nothing of it is lost, and clocks run on. */

const T0 = Date.UTC(2026, 10, 23, 1);

interface OldEvent {
  id: string;
  stage: string;
  conditionId: string | null;
  filedAt: number | null;
}

function oldEvent({ id, stage, conditionId, filedAt }: OldEvent): string {
  const no = filedAt === null ? 'NULL' : `'no-${id}'`;
  const condition = conditionId === null ? 'NULL' : `'${conditionId}'`;
  return `INSERT INTO "Event" ("id", "no", "stage", "version", "reporterId", "text", "matterId", "conditionId", "areaPath",
      "placeText", "lng", "urgent", "mediaIds", "suggestions", "createdAt", "touchedAt", "filedAt", "nextAt", "entryCount", "headHash", "last")
    VALUES ('${id}', ${no}, '${stage}', 3, 'lin', '路灯“不”亮', 'm', ${condition}, '/d/s', '建设路', 103.887, true, '["p1"]', '[]',
      ${T0}, ${T0}, ${filedAt ?? 'NULL'}, ${T0 + 9}, 2, 'h2', '{"action":"ack","by":"zhou","at":1}');`;
}

interface OldTask {
  id: string;
  eventId: string;
  rank: number;
  unitId: string;
  duty: Task['duty'];
  state: Task['state'];
  ackedAt: number | null;
  endedAt: number | null;
}

function oldTask({ id, eventId, rank, unitId, duty, state, ackedAt, endedAt }: OldTask): string {
  return `INSERT INTO "Task" ("id", "eventId", "rank", "unitId", "duty", "state", "startedAt", "ackDueAt", "ackedAt", "handleDueAt",
      "endedAt", "rungs", "supervised", "nextAt")
    VALUES ('${id}', '${eventId}', ${rank}, '${unitId}', '${duty}', '${state}', ${T0}, ${T0 + 5}, ${ackedAt ?? 'NULL'},
      ${ackedAt === null ? 'NULL' : T0 + 100}, ${endedAt ?? 'NULL'}, '["ack.blue"]', 'yellow', ${endedAt === null ? T0 + 9 : 'NULL'});`;
}

const EVENTS: OldEvent[] = [
  { id: 'draft', stage: 'reported', conditionId: 'k', filedAt: null },
  { id: 'handled', stage: 'handling', conditionId: 'k', filedAt: T0 },
  { id: 'vague', stage: 'closed', conditionId: null, filedAt: T0 },
];
const plain = { eventId: 'handled', state: 'waiting', ackedAt: null, endedAt: null } as const;
const TASKS: OldTask[] = [
  { ...plain, id: 't1', rank: 0, unitId: 'water', duty: 'lead', state: 'returned', endedAt: T0 + 2 },
  { ...plain, id: 't2', rank: 1, unitId: 'street', duty: 'lead', state: 'handling', ackedAt: T0 + 3 },
  { ...plain, id: 't3', rank: 2, unitId: 'parks', duty: 'assist' },
  { ...plain, id: 't4', rank: 3, unitId: 'water', duty: 'assist', state: 'finished', ackedAt: T0 + 3, endedAt: T0 + 4 },
];
const TOWN = `INSERT INTO "Matter" VALUES ('m', '路灯', 'x', 'y', NULL, '["灯"]', false);
  INSERT INTO "Condition" VALUES ('k', 'm', 1, '“灯”灭\\', 'work_day', 3, 120, '亮了', 'photo');
  INSERT INTO "Duty" VALUES ('m', 'department', 'light', '["street"]');`;

const span = (clock: Span['clock'], from: number, to: number | null): Span => {
  return { clock, from, to, why: clock === 'ack' ? 'waiting' : 'handling', running: true };
};

describe.each(providers())('on %s, a database of 0.1 keeps', (provider) => {
  const tables = ['Event', 'Task', 'Matter', 'Condition', 'Duty'];
  const counts = (url: string) => Promise.all(tables.map((table) => ask(url, `SELECT count(*) FROM "${table}"`)));
  let store: Store;
  let url: string;
  let before: unknown[][][];

  beforeAll(async () => {
    url = await freshDatabase(provider);
    await migrate(url, migrationsOf(provider).slice(0, 1));
    await run(url, [TOWN, ...EVENTS.map(oldEvent), ...TASKS.map(oldTask)].join('\n'));
    before = await counts(url);
    store = openStore(url);
    await store.open();
  });
  afterAll(async () => {
    await store.close();
    await forgetDatabases();
  });

  test('every row, and every field that there was', async () => {
    expect(await counts(url)).toEqual(before);
    expect(await store.event('handled')).toMatchObject({
      ...{ id: 'handled', no: 'no-handled', stage: 'handling', version: 3, reporterId: 'lin', text: '路灯“不”亮' },
      ...{ matterId: 'm', areaPath: '/d/s', place: { text: '建设路', lng: 103.887, lat: null }, urgent: true },
      ...{
        mediaIds: ['p1'],
        createdAt: T0,
        filedAt: T0,
        closedAt: null,
        nextAt: T0 + 9,
        entryCount: 2,
        headHash: 'h2',
      },
      ...{ last: { action: 'ack', by: 'zhou', at: 1 }, round: 1, diverted: false, followers: [] },
    });
  });

  test('the terms an event was filed under, as the catalogue had them; a draft has none yet', async () => {
    expect((await store.event('handled'))?.terms).toEqual({
      ...{ conditionId: 'k', text: '“灯”灭\\', clock: 'work_day', limit: 3, ackMinutes: 120 },
      ...{ closing: '亮了', evidence: 'photo', version: 0 },
    });
    expect((await store.event('draft'))?.terms).toBeNull();
    expect((await store.event('vague'))?.terms).toBeNull();

    // The catalogue may change now; the event keeps what it was filed under.
    await store.enact({ kind: 'catalogue', matters: [], conditions: [] }, { base: 0, at: T0, by: 'a', note: '' });
    expect((await store.event('handled'))?.terms?.limit).toBe(3);
  });

  test('its clocks, as stretches: what ran runs on, what has ended has ended', async () => {
    const tasks = (await store.event('handled'))?.tasks ?? [];
    expect(tasks.map(({ id, spans }) => [id, spans])).toEqual([
      ['t1', [span('ack', T0, T0 + 2)]],
      ['t2', [span('ack', T0, T0 + 3), span('handle', T0 + 3, null)]],
      ['t3', [span('ack', T0, null)]],
      ['t4', [span('ack', T0, T0 + 3), span('handle', T0 + 3, T0 + 4)]],
    ]);
    expect(tasks.map(({ touchedAt }) => touchedAt)).toEqual([T0, T0 + 3, T0, T0 + 3]);
    expect(tasks[1]).toMatchObject({
      ...{ state: 'handling', round: 1, extended: 0, extensions: 0, suspensions: 0, suspendedUntil: null },
      ...{ request: null, appealed: null, rungs: ['ack.blue'], supervised: 'yellow' },
      ...{ ackDueAt: T0 + 5, handleDueAt: T0 + 100, nextAt: T0 + 9 },
    });
  });

  test('who answers for an event: the unit that leads now; nobody where nothing was dispatched', async () => {
    expect((await store.event('handled'))?.responsibleId).toBe('street');
    expect((await store.event('vague'))?.responsibleId).toBeNull();
  });

  test('who leads on a matter, wherever it happens', async () => {
    const town: Town = await store.town();
    const told = { matterId: 'm', conditionId: null, areaKind: null, channel: 'general' } as const;
    const leads = { leadKind: 'department', leadUnitId: 'light', assistUnitIds: ['street'] } as const;
    expect(town.duties).toEqual([{ id: dutyId({ ...told, ...leads, assistUnitIds: [] }), ...told, ...leads }]);
  });

  test('its history can be written on, and its open tasks are found by the clock', async () => {
    const event = await store.event('handled');
    if (!event) throw new Error('no event');
    const next = { ...event, version: 4, tasks: event.tasks.map((task) => ({ ...task, touchedAt: T0 + 50 })) };
    const nothing = { messages: [], entries: [], media: [], notices: [], counters: [] };
    await store.write((tx) => tx.save({ ...nothing, events: [next] }));
    expect(await store.event('handled')).toEqual(next);
    expect(await store.due(T0 + 9, 10)).toContain('handled');
    expect(await store.openIds(null, 10)).toEqual(['draft', 'handled', 'vague']);
  });
});
