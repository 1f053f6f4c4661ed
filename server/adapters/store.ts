import { migrate } from '../../prisma/migrate';
import type { Look, Store, Troubles } from '../ports';
import { type Database, databaseOf, type Session } from './prisma';
import { auditOf, filtersOf } from './store-audit';
import { boardReads } from './store-board';
import { upsert } from './store-bulk';
import { eventReads } from './store-events';
import { outboxOf } from './store-outbox';
import { cardOf, mediaOf, mediaRow } from './store-rows';
import { townOf } from './store-town';
import { raise, txOf } from './store-tx';

/**
 * The database: SQLite (`file:…`) or PostgreSQL (`postgresql://…`), the same promises on both (test/server/adapters/
 * store.contract.test.ts). Nothing is read or written before `open()`. Errors: `DatabaseNewer` at open; `LostRace` or the
 * database's own error when a write could not be done, and then nothing of it was.
 */
export function openStore(databaseUrl: string): Store {
  const database = databaseOf(databaseUrl);
  return {
    async open() {
      await migrate(databaseUrl);
      await database.open();
    },
    close: () => database.close(),
    look: () => look(database.reading),
    write: (work) => database.writing((session) => work(txOf(session))),
    ...townOf(database),
    ...eventReads(database),
    ...boardReads(database),
    ...outboxOf(database),
    ...cardsOf(database),
    ...mediaStore(database),
    ...notebook(database),
    ...auditOf(database),
    ...filtersOf(database),
  };
}

/** Each moment is the first entry of an index. */
async function look({ db }: Session): Promise<Look> {
  const [row] = await db.$queryRaw<Record<keyof Look, bigint | number | string | null>[]>`SELECT
    (SELECT "value" FROM "Counter" WHERE "name" = 'town') AS "townVersion",
    (SELECT "value" FROM "Meta" WHERE "key" = 'retimed') AS "retimed",
    (SELECT "value" FROM "Meta" WHERE "key" = 'brief') AS "brief",
    (SELECT "value" FROM "Meta" WHERE "key" = 'contacts.next') AS "compareAt",
    (SELECT min("nextAt") FROM "Event") AS "nextEventAt",
    (SELECT min("nextAt") FROM "Media") AS "nextMediaAt",
    (SELECT min("dueAt") FROM "Notice" WHERE "status" = 'pending') AS "nextNoticeAt",
    (SELECT min("leaseUntil") FROM "Notice" WHERE "status" = 'sending') AS "leaseUntil"`;
  const moment = (at: bigint | number | string | null | undefined) =>
    at === null || at === undefined ? null : Number(at);
  const words = (said: bigint | number | string | null | undefined) => (typeof said === 'string' ? said : null);
  return {
    ...{ townVersion: Number(row?.townVersion ?? 0), retimed: words(row?.retimed), brief: words(row?.brief) },
    compareAt: moment(row?.compareAt),
    ...{ nextEventAt: moment(row?.nextEventAt), nextMediaAt: moment(row?.nextMediaAt) },
    ...{ nextNoticeAt: moment(row?.nextNoticeAt), leaseUntil: moment(row?.leaseUntil) },
  };
}

function cardsOf({ reading, writing }: Database): Pick<Store, 'cards' | 'putCard'> {
  return {
    async cards(where) {
      const rows = await reading.db.card.findMany({ where, orderBy: [{ createdAt: 'asc' }, { outTrackId: 'asc' }] });
      return rows.map(cardOf);
    },
    async putCard(card) {
      await writing((session) => upsert(session, 'Card', 'outTrackId', [card]));
    },
  };
}

function mediaStore({ reading, writing }: Database): Pick<Store, 'pendingMedia' | 'media' | 'putMedia'> {
  const { db } = reading;
  return {
    async pendingMedia(now, limit) {
      const where = { nextAt: { lte: now } };
      const rows = await db.media.findMany({ where, orderBy: [{ nextAt: 'asc' }, { id: 'asc' }], take: limit });
      return rows.map(mediaOf);
    },
    async media(ids) {
      const rows = await db.media.findMany({ where: { id: { in: ids } } });
      return rows.map(mediaOf).sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
    },
    async putMedia(row) {
      await writing((session) => upsert(session, 'Media', 'id', [mediaRow(row)]));
    },
  };
}

const POISON_LENGTH = 4000;

function notebook({
  reading: { db },
  writing,
}: Database): Pick<Store, 'troubles' | 'poison' | 'bump' | 'counters' | 'meta' | 'putMeta'> {
  return {
    troubles: (latest) => troubles({ db }, latest),
    async poison(at, reason, raw) {
      await writing((session) =>
        session.db.poison.create({ data: { at, reason, raw: raw.replaceAll('\0', '').slice(0, POISON_LENGTH) } }),
      );
    },
    bump: (counters) => writing((session) => raise(session, counters)),
    async counters(prefix) {
      const where = { name: { startsWith: prefix } };
      const rows = await db.counter.findMany({ where, orderBy: { name: 'asc' } });
      // LIKE of SQLite does not tell letters' cases apart.
      const found = rows.filter(({ name }) => name.startsWith(prefix));
      return Object.fromEntries(found.map(({ name, value }) => [name, value]));
    },
    async meta(key) {
      const row = await db.meta.findUnique({ where: { key } });
      return row?.value ?? null;
    },
    async putMeta(key, value) {
      await writing((session) => upsert(session, 'Meta', 'key', [{ key, value }]));
    },
  };
}

async function troubles({ db }: Pick<Session, 'db'>, latest: number): Promise<Troubles> {
  const where = { status: 'failed' };
  const [poisonCount, poison, failedCount, failed] = await Promise.all([
    db.poison.count(),
    db.poison.findMany({ orderBy: { id: 'desc' }, take: latest, select: { at: true, reason: true } }),
    db.notice.count({ where }),
    db.notice.findMany({ where, orderBy: [{ settledAt: 'desc' }, { id: 'asc' }], take: latest }),
  ]);
  const failures = failed.map(({ settledAt, createdAt, kind, userId, why }) => {
    return { at: Number(settledAt ?? createdAt), kind, userId, why: why ?? '' };
  });
  return {
    poison: { count: poisonCount, latest: poison.map(({ at, reason }) => ({ at: Number(at), reason })) },
    failed: { count: failedCount, latest: failures },
  };
}
