import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sampleTown } from '../../prisma/sample/sample';
import { openStore } from '../../server/adapters/store';
import { dateOf, HOUR, MINUTE } from '../../server/domain/clock';
import type { Event } from '../../server/domain/types';
import { indexTown, understand } from '../../server/domain/understand';
import { makeApply } from '../../server/flow/apply';
import { remind } from '../../server/flow/remind';
import { type RingPorts, ring as ringOnce } from '../../server/flow/ring';
import type { Store } from '../../server/ports';
import { filed } from '../support/play';
import { MONDAY, tinyRules } from '../support/town';
import { quantile, row } from './print';

/**
 * What a tick costs: it must depend on what is due, not on what is stored. The whole ring of the alarm, but for sending:
 * has the town changed, have the rules, what is due, which photos wait, which notices.
 */

const DUE = 500;
/** The issue's promise for a tick with 1,000,000 stored and nothing due (ms). */
const MOST = 1;

export async function benchTick(): Promise<void> {
  await tickWith(100_000, 5_000);
  const took = await tickWith(1_000_000, 20_000);
  if (took > MOST)
    throw new Error(`a tick with 1,000,000 stored took ${took.toFixed(3)} ms, ${MOST} ms is the promise`);
}

async function tickWith(stored: number, open: number): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-tick-'));
  const store = openStore(`file:${dataDir}/tick.db`);
  await store.open();
  await fill(store, join(dataDir, 'tick.db'), stored, open);
  const db = new Database(join(dataDir, 'tick.db'), { readonly: true });
  const query = db.prepare('select id from Event where nextAt <= ? order by nextAt limit 500');
  const ring = ringOf(store);
  const ours = await clocked(ring.work);
  const floor = await clocked(async () => void query.all(ring.now));
  row(
    `a tick with ${stored.toLocaleString()} stored, ${open.toLocaleString()} open, none due`,
    `${ours.toFixed(3)} ms`,
    'median: the whole ring',
  );
  row(
    '  floor: the same indexed query by raw better-sqlite3',
    `${floor.toFixed(3)} ms`,
    `ours is ${(ours / floor).toFixed(0)} times it`,
  );
  if (open > 4 * DUE) await benchDue(ring, query);
  db.close();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
  return ours;
}

/** A rung of 500 tasks comes due at once. */
async function benchDue(ring: Ring, query: Database.Statement): Promise<void> {
  ring.now = MONDAY + 48 * MINUTE;
  const floor = await clocked(async () => void query.all(ring.now));
  const writes = ring.writes();
  const before = performance.now();
  await remind(ring.ports);
  const took = performance.now() - before;
  const written = ring.writes() - writes;
  const left = await ring.ports.store.due(ring.now, DUE);
  if (written !== 1 || left.length > 0)
    throw new Error(
      `${DUE} events due took ${written} transactions and left ${left.length}; one and none is the promise`,
    );
  row(`a tick with ${DUE} due`, `${took.toFixed(0)} ms`, `${(took / DUE).toFixed(3)} ms each, in one transaction`);
  row(
    '  floor: the indexed query that finds them',
    `${floor.toFixed(3)} ms`,
    `ours is ${(took / floor).toFixed(0)} times it: rungs, entries, notices, commit`,
  );
}

interface Ring {
  now: number;
  work(): Promise<void>;
  writes(): number;
  ports: Parameters<typeof remind>[0];
}

/** Whoever wakes up to send or fetch something measures another thing. */
const ASLEEP = {} as Pick<RingPorts, 'sending' | 'fetching'>;

function ringOf(plain: Store): Ring {
  let writes = 0;
  const store: Store = {
    ...plain,
    write(work) {
      writes += 1;
      return plain.write(work);
    },
  };
  const rules = tinyRules();
  const clock = { now: () => ring.now };
  const apply = makeApply({
    store,
    clock,
    rules: () => rules,
    poke: () => {},
    onBug: (error) => {
      throw error;
    },
  });
  const ports = { store, clock, apply, rules: () => rules };
  const town = { rules: () => rules, basis: () => 'bench', version: () => 0, refresh: async () => {} };
  const ring: Ring = {
    now: MONDAY,
    writes: () => writes,
    ports,
    async work() {
      await ringOnce({ store, clock, town, reminding: ports, compare: () => undefined, ...ASLEEP });
    },
  };
  return ring;
}

/** Open events as `decide()` makes them: 500 acknowledged never, an hour's rung away; the others filed an hour later. Closed ones by SQL. */
async function fill(store: Store, file: string, stored: number, open: number): Promise<void> {
  const first = filed().event;
  for (let from = 0; from < open; from += 2_000) {
    const events = Array.from({ length: Math.min(2_000, open - from) }, (_, index) => copyOf(first, from + index));
    await store.write((tx) => tx.save({ messages: [], events, entries: [], media: [], notices: [], counters: [] }));
  }
  await store.putMeta('retimed', 'bench');
  await store.putMeta('brief', dateOf(MONDAY));
  const db = new Database(file);
  const columns = (db.prepare('select name from pragma_table_info(?)').all('Event') as { name: string }[]).map(
    ({ name }) => name,
  );
  const fresh: Record<string, string> = {
    ...{ id: `'closed-' || n`, no: `'20250101-' || n`, stage: `'closed'`, nextAt: 'NULL' },
    ...{ createdAt: `${MONDAY} - n * 1000`, closedAt: `${MONDAY} - n * 900` },
  };
  const values = columns.map((name) => fresh[name] ?? `"${name}"`);
  db.exec(`WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${stored - open})
    INSERT INTO "Event" (${columns.map((name) => `"${name}"`).join(', ')})
    SELECT ${values.join(', ')} FROM c, (SELECT * FROM "Event" WHERE "id" = 'open-0')`);
  db.close();
}

function copyOf(event: Event, index: number): Event {
  const later = index < DUE ? 0 : HOUR;
  const id = `open-${index}`;
  const tasks = event.tasks.map((task) => ({
    ...{ ...task, id: `${id}.1`, eventId: id, nextAt: task.nextAt! + later },
    spans: task.spans.map((span) => ({ ...span, from: span.from + later })),
  }));
  return {
    ...event,
    id,
    no: `20261122-${index}`,
    version: 1,
    entryCount: 0,
    headHash: '',
    nextAt: event.nextAt! + later,
    tasks,
  };
}

async function clocked(work: () => Promise<void>): Promise<number> {
  const took: number[] = [];
  for (let turn = 0; turn < 400; turn++) {
    const before = performance.now();
    await work();
    took.push(performance.now() - before);
  }
  return quantile(
    took.sort((a, b) => a - b),
    0.5,
  );
}

/** Understanding happens inside the write path, once or twice a message. */
export function benchUnderstanding(): void {
  const { areas, matters } = sampleTown();
  const index = indexTown(matters, areas);
  const texts = [
    '建设路12号路灯不亮，晚上老人看不清路',
    '红光社区菜市场后门垃圾堆了两天没人收',
    '三单元电梯口有人飞线充电，太危险了',
  ];
  const rounds = Array.from({ length: 200 }, () => {
    const before = performance.now();
    for (const text of texts) understand(text, index, { homePath: areas.at(-1)!.path });
    return (performance.now() - before) / texts.length;
  });
  row(
    `understanding a message, ${matters.length} matters, ${areas.length} areas`,
    `${quantile(
      rounds.sort((a, b) => a - b),
      0.5,
    ).toFixed(3)} ms`,
    'median',
  );
}
