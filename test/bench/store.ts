import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { databaseOf } from '../../server/adapters/prisma';
import { openStore } from '../../server/adapters/store';
import { entryRow, eventRow, noticeRow, taskRow } from '../../server/adapters/store-rows';
import type { Condition, Person, Town } from '../../server/domain/types';
import type { Changes } from '../../server/ports';
import { changes, entryOf, eventOf, lineTo, staleOf, T0, taskOf } from '../server/adapters/rows';
import { row } from './print';

/**
 * What the database carries, beside the floor (raw better-sqlite3, row by row) and what people would write instead (the client's
 * own createMany, and one transaction per report), all in WAL with synchronous=FULL. Then the questions, with many events stored.
 * `node -r ./test/support/register.js test/bench/store.ts [stored events, default 100000]`
 */

const REPORTS = 5000;
const STORED = Number(process.argv[2] ?? 100_000);

let serial = 0;

/** One report: a message, an event, two entries, three notices, and for every other one a task. */
function report(): Changes {
  serial += 1;
  const id = `e${serial}`;
  const at = T0 + serial;
  const reporterId = `p${serial % 638}`;
  const tasks =
    serial % 2
      ? [taskOf(`t-${id}`, id, { unitId: `u${serial % 200}`, state: serial % 100 === 1 ? 'waiting' : 'finished' })]
      : [];
  const areaPath = `/d/s${serial % 14}/c${serial % 195}/g${serial % 638}`;
  const text = `建设路${serial}号路灯不亮，晚上看不清路，麻烦尽快处理`;
  const no = `20261123-${String(serial).padStart(7, '0')}`;
  const notices = [lineTo(reporterId, `a-${id}`), lineTo(`q${serial % 200}`, `b-${id}`), staleOf(id, `c-${id}`)];
  return changes({
    messages: [{ key: `msg-${id}`, at, userId: reporterId, eventId: id }],
    events: [
      eventOf(id, { no, reporterId, text, areaPath, tasks, createdAt: at, nextAt: tasks.length > 0 ? at : null }),
    ],
    entries: [entryOf(id, 1), entryOf(id, 2)],
    notices,
  });
}

function together(many: Changes[]): Changes {
  return changes({
    messages: many.flatMap(({ messages }) => messages),
    events: many.flatMap(({ events }) => events),
    entries: many.flatMap(({ entries }) => entries),
    notices: many.flatMap(({ notices }) => notices),
  });
}

const batches = (size: number) =>
  Array.from({ length: REPORTS / size }, () => together(Array.from({ length: size }, report)));

async function rate(work: (batch: Changes) => Promise<void>, size: number, reports = REPORTS): Promise<number> {
  const all = batches(size).slice(0, reports / size);
  const began = performance.now();
  for (const batch of all) await work(batch);
  return reports / ((performance.now() - began) / 1000);
}

async function writes(dir: string): Promise<void> {
  const floor = await rawRate(`${dir}/raw.db`);
  row('raw better-sqlite3, row by row, 50 reports a transaction', `${floor.toFixed(0)}/s`, 'the floor');
  const show = (what: string, found: number) =>
    row(what, `${found.toFixed(0)}/s`, `${(found / floor).toFixed(2)} × the floor`);

  const store = openStore(`file:${dir}/store.db`);
  await store.open();
  const save = (batch: Changes) => store.write((tx) => tx.save(batch));
  await rate(save, 50, 1000);
  show('Store.write, 50 reports a transaction', await rate(save, 50));
  show('Store.write, 200 reports a transaction', await rate(save, 200));
  show('Store.write, one report a transaction', await rate(save, 1, 1000));
  await store.close();

  const database = databaseOf(`file:${dir}/store.db`);
  await database.open();
  const many = (batch: Changes) =>
    database.writing(async ({ db }) => {
      await db.message.createMany({ data: batch.messages });
      await db.event.createMany({ data: batch.events.map(eventRow) });
      await db.entry.createMany({ data: batch.entries.map(entryRow) });
      await db.notice.createMany({ data: batch.notices.map(noticeRow) });
    });
  show('the client’s createMany (without tasks), 50 a transaction', await rate(many, 50));
  await database.close();
}

/** The same rows by hand, into the same tables. */
async function rawRate(file: string): Promise<number> {
  const store = openStore(`file:${file}`);
  await store.open();
  await store.close();
  const db = new Database(file);
  db.pragma('synchronous = FULL');
  const into = (table: string, rows: object[]) => {
    for (const one of rows) {
      const columns = Object.keys(one);
      const values = Object.values(one).map((value) => (typeof value === 'boolean' ? Number(value) : value));
      statement(
        `INSERT INTO "${table}" (${columns.map((name) => `"${name}"`)}) VALUES (${columns.map(() => '?')})`,
      ).run(values);
    }
  };
  const prepared = new Map<string, Database.Statement>();
  const statement = (text: string) => prepared.get(text) ?? prepared.set(text, db.prepare(text)).get(text)!;
  const write = db.transaction((batch: Changes) => {
    into('Message', batch.messages);
    into('Event', batch.events.map(eventRow));
    into(
      'Task',
      batch.events.flatMap(({ tasks }) => tasks.map(taskRow)),
    );
    into('Entry', batch.entries.map(entryRow));
    into('Notice', batch.notices.map(noticeRow));
  });
  await rate(async (batch) => write(batch), 50, 1000);
  const found = await rate(async (batch) => write(batch), 50);
  db.close();
  return found;
}

async function questions(dir: string): Promise<void> {
  const store = openStore(`file:${dir}/full.db`);
  await store.open();
  for (let index = 0; index < STORED / 500; index += 1) {
    await store.write((tx) => tx.save(together(Array.from({ length: 500 }, report))));
  }
  const raw = new Database(`${dir}/full.db`);
  raw.exec(`UPDATE "Notice" SET "status" = 'sent', "slot" = NULL`);
  raw.close();
  row(`with ${STORED} events stored:`, '');
  const time = async (what: string, work: () => Promise<unknown>) => {
    await work();
    const began = performance.now();
    for (let turn = 0; turn < 20; turn += 1) await work();
    row(what, `${((performance.now() - began) / 20).toFixed(2)} ms`);
  };
  const scope = { everything: false, reporterId: 'p7', areaPaths: ['/d/s3'], unitIds: ['u11'] };
  const rare = { ...scope, areaPaths: ['/d/s3/c3/g3'], unitIds: [] };
  await time('a tick: events due, none', () => store.due(0, 100));
  await time('a tick: notices due, none', () => store.claimNotices(T0, 1000, 100));
  await time('look', () => store.look());
  await time('one event by number', () => store.event('20261123-0009999'));
  await time('list, 20 newest of a street', () => store.list({ scopes: scope, limit: 20 }));
  await time('list, 20 newest of a grid', () => store.list({ scopes: rare, limit: 20 }));
  await time('list, late ones of a street', () => store.list({ scopes: scope, lateAt: T0 + 5000, limit: 20 }));
  await time('list, words that nobody wrote', () => store.list({ scopes: scope, q: '不存在的', limit: 20 }));
  await time('counts of a street', () => store.counts(scope, T0, T0, T0 + 1));
  await time('one report written', () => store.write((tx) => tx.save(report())));
  await store.saveTown(bigTown());
  await time('the town: 1,000 people, 5,000 conditions', () => store.town());
  const ids = Array.from({ length: 50 }, (_, index) => `e${serial - 1000 - index}`);
  await time('fifty events read and changed', () =>
    store.write(async (tx) => {
      const events = [...(await tx.events(ids)).values()];
      await tx.save(changes({ events: events.map((event) => ({ ...event, version: event.version + 1 })) }));
    }),
  );
  await store.close();
}

function bigTown(): Partial<Town> {
  const person = (n: number): Person => ({
    userId: `p${n}`,
    unionId: `u${n}`,
    name: `人${n}`,
    mobile: null,
    active: true,
  });
  const condition = (n: number): Condition => ({
    ...{
      id: `k${n}`,
      matterId: `m${n >> 2}`,
      rank: n & 3,
      text: '路灯不亮，晚上看不清路',
      clock: 'work_day',
      limit: 3,
    },
    ...{ ackMinutes: 120, closing: '恢复照明，现场干净', evidence: 'photo' },
  });
  const numbered = <T>(length: number, one: (n: number) => T) => Array.from({ length }, (_, n) => one(n));
  return { people: numbered(1_000, person), conditions: numbered(5_000, condition) };
}

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'gridtalk-bench-'));
  await writes(dir);
  await questions(dir);
  rmSync(dir, { recursive: true });
}

void main();
