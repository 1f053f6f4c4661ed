import type { NoticeRow, Settled, Store } from '../ports';
import { type Database, join, type Session, type Sql, sql } from './prisma';
import { update } from './store-bulk';
import { noticeOf } from './store-rows';
import { saveNotices } from './store-tx';

type Outbox = Pick<Store, 'claimNotices' | 'settleNotices' | 'releaseLeases' | 'addNotices' | 'outbox'>;

export function outboxOf({ reading, writing }: Database): Outbox {
  const { db } = reading;
  return {
    async claimNotices(now, leaseMs, limit) {
      // A look before the leap: most ticks find nothing, and they need no transaction for it.
      if ((await lanesDue(reading, now, 1)).length === 0) return [];
      return writing((session) => claim(session, now, leaseMs, limit));
    },
    settleNotices: (settled, at) => writing((session) => settle(session, settled, at)),
    async releaseLeases() {
      await writing((session) =>
        session.db.notice.updateMany({ where: { status: 'sending' }, data: { leaseUntil: 0 } }),
      );
    },
    addNotices: (notices) => writing((session) => saveNotices(session, notices)),
    async outbox(now) {
      const where = { status: { in: ['pending', 'sending'] }, dueAt: { lte: now } };
      const { _count, _min } = await db.notice.aggregate({ where, _count: true, _min: { dueAt: true } });
      const failed = await db.notice.count({ where: { status: 'failed' } });
      return { pending: _count, oldestDueAt: _min.dueAt === null ? null : Number(_min.dueAt), failed };
    },
  };
}

const isDue = (now: number): Sql => sql`(("status" = 'pending' AND "dueAt" <= ${now})
  OR ("status" = 'sending' AND "leaseUntil" <= ${now}))`;

/** The lanes of the most pressing notices, but none that another process is sending to at this moment. */
async function lanesDue({ db }: Session, now: number, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ lane: string }[]>`
    SELECT "lane" FROM "Notice" WHERE ${isDue(now)} AND "lane" NOT IN
      (SELECT "lane" FROM "Notice" WHERE "status" = 'sending' AND "leaseUntil" > ${now})
    ORDER BY "urgent" DESC, "dueAt", "id" LIMIT ${limit}`;
  return [...new Set(rows.map(({ lane }) => lane))];
}

const CLAIM_LOCK = 20_261_124;

/**
 * One claim at a time, also across processes: a lane is whole only if nobody else takes part of it meanwhile, and rows that
 * arrive during a claim cannot be locked one by one. Every row of a lane that is due comes along, beyond `limit` if need be.
 * The status returned is the one found: `sending` tells that an earlier try was interrupted.
 */
async function claim(session: Session, now: number, leaseMs: number, limit: number): Promise<NoticeRow[]> {
  const { db, provider } = session;
  if (provider === 'postgresql') await db.$executeRaw`SELECT pg_advisory_xact_lock(${CLAIM_LOCK}::bigint)`;
  const lanes = await lanesDue(session, now, limit);
  if (lanes.length === 0) return [];
  const due = [
    { status: 'pending', dueAt: { lte: now } },
    { status: 'sending', leaseUntil: { lte: now } },
  ];
  const rows = await db.notice.findMany({ where: { lane: { in: lanes }, OR: due } });
  await db.$executeRaw`UPDATE "Notice" SET "status" = 'sending', "leaseUntil" = ${now + leaseMs},
    "attempts" = "attempts" + 1, "slot" = NULL WHERE "lane" IN (${join(lanes)}) AND ${isDue(now)}`;
  return rows.map(claimedOf).sort(byPressure);
}

function claimedOf(row: Parameters<typeof noticeOf>[0]): NoticeRow {
  const status = row.status === 'sending' ? 'sending' : 'pending';
  return { ...noticeOf(row), slot: null, attempts: row.attempts + 1, status };
}

function byPressure(a: NoticeRow, b: NoticeRow): number {
  return Number(b.urgent) - Number(a.urgent) || a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1);
}

/** Only what is still being sent can be settled: whoever comes after the lease ran out must not undo what a second try did. */
async function settle(session: Session, settled: Settled[], at: number): Promise<void> {
  const isSending = sql`"Notice"."id" = v."id" AND "Notice"."status" = 'sending'`;
  const over = settled.flatMap((one) =>
    one.as === 'retry' ? [] : { id: one.id, status: one.as, settledAt: at, why: one.why ?? null },
  );
  const again = settled.flatMap((one) =>
    one.as === 'retry' ? { id: one.id, status: 'pending', dueAt: one.dueAt, why: one.why } : [],
  );
  await update(session, 'Notice', over, isSending, ['status', 'settledAt', 'why', 'leaseUntil']);
  await update(session, 'Notice', again, isSending, ['status', 'dueAt', 'why', 'leaseUntil']);
}
