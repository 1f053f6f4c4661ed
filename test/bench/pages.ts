import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../server/adapters/store';
import { DAY, dayStart, HOUR } from '../../server/domain/clock';
import type { Event, Task } from '../../server/domain/types';
import type { Scope, Store } from '../../server/ports';
import { changes, EVERYTHING, eventOf, T0, taskOf } from '../server/adapters/rows';
import { row } from './print';

/**
 * What the pages ask of the database, with a hundred thousand events of seven months stored and five thousand of them open.
 * The floor is a count over one index by raw better-sqlite3. `node -r ./test/support/register.js test/bench/pages.ts`
 */

const STORED = 100_000;
const OPEN = 5_000;
const A_DAY = 460;
const TURNS = 7;

const NOW = T0 + 6 * HOUR;
const SUPERVISOR: Scope = { everything: false, reporterId: 'p7', areaPaths: ['/d/s3'], unitIds: [] };
const HANDLER: Scope = { everything: false, reporterId: 'p7', areaPaths: [], unitIds: ['u11'] };

export async function benchPages(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'gridtalk-pages-'));
  const store = openStore(`file:${dir}/pages.db`);
  await store.open();
  await fill(store);
  const raw = new Database(`${dir}/pages.db`, { readonly: true });
  const counting = raw.prepare(`SELECT count(*) FROM "Event" WHERE "createdAt" < ?`);
  const floor = await median(async () => void counting.get(NOW));
  row(`with ${STORED.toLocaleString()} events stored, ${OPEN.toLocaleString()} open:`, '');
  row('  floor: a count over an index by raw better-sqlite3', `${floor.toFixed(1)} ms`, 'median');
  for (const [what, work] of questions(store)) {
    const took = await median(work);
    row(`  ${what}`, `${took.toFixed(1)} ms`, `${(took / floor).toFixed(1)} × the floor`);
  }
  raw.close();
  await store.close();
  rmSync(dir, { recursive: true });
}

function questions(store: Store): [string, () => Promise<unknown>][] {
  const time = { now: NOW, dayStart: dayStart(NOW), dayEnd: dayStart(NOW) + DAY, from: dayStart(NOW) - 29 * DAY };
  const board = (scopes: Scope) => () => store.board(scopes, time);
  const list = (scopes: Scope, more: object) => () => store.list({ scopes, limit: 50, ...more });
  const count = (scopes: Scope, more: object) => () => store.hits({ scopes, ...more }, 100_000);
  return [
    ['今日, the district', board(EVERYTHING)],
    ['今日, a street', board(SUPERVISOR)],
    ['今日, a department', board(HANDLER)],
    [
      'rows behind 超期, the district',
      () => store.boardRows({ scopes: EVERYTHING, filter: { what: 'late' }, time, limit: 50 }),
    ],
    ['逾期墙, the district', () => store.lateUnits(EVERYTHING, NOW, { units: 40, events: 5 })],
    ['地图, 30 days, the district', () => store.mapPoints(EVERYTHING, NOW, NOW - 30 * DAY)],
    ['待办, a department', () => store.waiting(HANDLER, 2_000)],
    ['待办, a supervisor: appeals', list(SUPERVISOR, { appeal: 'waiting', limit: 2_000 })],
    ['查询, newest, the district', list(EVERYTHING, {})],
    ['查询, newest, a street', list(SUPERVISOR, {})],
    ['查询, how many of a street', count(SUPERVISOR, {})],
    ['查询, first due, the district', list(EVERYTHING, { byDue: {} })],
    ['查询, first due, a street', list(SUPERVISOR, { byDue: {} })],
    ['查询, words that few wrote', list(EVERYTHING, { q: '99873号' })],
    ['查询, words that nobody wrote', list(EVERYTHING, { q: '没有这样的话' })],
    ['查询, how many with frequent words', count(EVERYTHING, { q: '路灯' })],
    ['查询, a person', list(EVERYTHING, { people: ['h77'] })],
    ['查询, how many of a person', count(EVERYTHING, { people: ['h77'] })],
    ['查询, a unit and a stage', list(EVERYTHING, { unitId: 'u11', stages: ['closed'] })],
    ['查询, how many stand at 红牌', count(EVERYTHING, { climbed: 'red' })],
    ['我的上报', list({ ...EVERYTHING, everything: false, reporterId: 'p7' }, {})],
  ];
}

async function median(work: () => Promise<unknown>): Promise<number> {
  await work();
  const took: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const began = performance.now();
    await work();
    took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b)[TURNS >> 1]!;
}

async function fill(store: Store): Promise<void> {
  const all = Array.from({ length: STORED }, (_, index) => one(index));
  while (all.length > 0) await store.write((tx) => tx.save(changes({ events: all.splice(0, 1_000) })));
}

const TEXTS = ['路灯不亮，晚上看不清路', '垃圾成堆，气味很大', '井盖破损，行人容易踩空', '夜间施工噪音扰民'];

/** The older the more likely closed: the last five thousand and a few stragglers are open. */
function one(index: number): Event {
  const id = `e${index}`;
  const createdAt = NOW - Math.floor(((STORED - index) * DAY) / A_DAY);
  const open = index >= STORED - OPEN;
  const street = index % 14;
  const areaPath = `/d/s${street}/s${street}c${index % 195}/s${street}c${index % 195}g${index % 3}`;
  const lead = task(`a${index}`, id, createdAt, open, index);
  const assist =
    index % 4 === 0 ? [{ ...task(`b${index}`, id, createdAt, open, index + 1), duty: 'assist' as const }] : [];
  return eventOf(id, {
    ...{
      no: `2026${String(index).padStart(8, '0')}`,
      reporterId: `p${index % 638}`,
      areaPath,
      gridId: `g${index % 638}`,
    },
    ...{ text: `建设路${index}号${TEXTS[index % 4]}`, matterId: `m${index % 150}`, urgent: index % 20 === 0 },
    place: { text: `建设路${index}号`, lng: 103.9 + (index % 100) / 1_000, lat: 30.7 + (index % 77) / 1_000 },
    stage: open ? (lead.state === 'waiting' ? 'dispatched' : 'handling') : 'closed',
    ...{ createdAt, touchedAt: createdAt, filedAt: createdAt, closedAt: open ? null : createdAt + 20 * HOUR },
    ...{ nextAt: open ? NOW + DAY : null, responsibleId: lead.unitId, tasks: [lead, ...assist] },
  });
}

/** Of the open ones a third is late, at all heights. */
function task(id: string, eventId: string, at: number, open: boolean, index: number): Task {
  const late = index % 3 === 0;
  const rungs = late ? ['handle.prewarn', 'handle.blue', 'handle.yellow', 'handle.red'].slice(0, 2 + (index % 3)) : [];
  const waits = index % 5 === 0;
  return taskOf(id, eventId, {
    ...{ unitId: `u${index % 210}`, assigneeId: waits ? null : `h${index % 420}`, startedAt: at },
    ...{ state: open ? (waits ? 'waiting' : 'handling') : 'finished', ackedAt: waits && open ? null : at + HOUR },
    ...{ endedAt: open ? null : at + 19 * HOUR, rungs: rungs as Task['rungs'] },
    ...{
      ackDueAt: at + 2 * HOUR,
      handleDueAt: late ? at + 12 * HOUR : open ? NOW + (index % 96) * HOUR : at + 3 * DAY,
    },
  });
}

if (require.main === module) void benchPages();
