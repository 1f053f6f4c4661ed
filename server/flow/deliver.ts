import { HOUR, MINUTE } from '../domain/clock';
import { type NoticeRow, Rejected, Retry, type Settled, Unsure } from '../ports';
import { sendReply } from './answer';
import { sendBrief, sendDing, sendLines, sendTodo } from './late';
import type { DeliverPorts, Row, Sent } from './sending';
import { refresh, sendCard, turnOf } from './show';

const LEASE = 2 * MINUTE;
/** Few enough that something urgent waits two seconds at most for its turn (15 calls/s). */
const AT_ONCE = 30;
/** After so many tries a notice is given up, aloud: about a day of back-off. */
const MOST_TRIES = 20;

/**
 * The outbox: takes what is due, looks at the present state, sends what still matters, one person at a time.
 * Resolves when nothing is due any more. Safe to run in several processes.
 */
export async function deliver(ports: DeliverPorts): Promise<void> {
  for (;;) {
    const rows = await ports.store.claimNotices(ports.clock.now(), LEASE, AT_ONCE);
    if (rows.length === 0) return;
    const isView = ({ notice }: NoticeRow) => notice.kind === 'stale';
    // Fresh cards first: the one they replace is then no longer live, and costs no update.
    for (const part of [rows.filter((row) => !isView(row)), rows.filter(isView)]) {
      // Each as soon as it is sent: what a crash finds unsettled, nobody knows the fate of.
      await Promise.all(
        groups(part).map(async (group) => ports.store.settleNotices(await sendGroup(ports, group), ports.clock.now())),
      );
    }
  }
}

/** Rows that go together: one event's stale views, or one person; what a crash interrupted stays apart from what is new. */
function groups(rows: NoticeRow[]): NoticeRow[][] {
  const found = new Map<string, NoticeRow[]>();
  for (const row of rows) {
    const { notice } = row;
    const key = `${notice.kind === 'stale' ? notice.eventId : notice.userId} ${row.status}`;
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found.values()];
}

async function sendGroup(ports: DeliverPorts, rows: NoticeRow[]): Promise<Settled[]> {
  const settled: Settled[] = [];
  const lines = rows.filter((row): row is Row<'line'> => row.notice.kind === 'line');
  for (const row of rows) {
    if (row.notice.kind !== 'line') settled.push(...(await attempt(ports, [row], () => send(ports, row))));
  }
  if (lines.length > 0) settled.push(...(await attempt(ports, lines, () => sendLines(ports, lines))));
  return settled;
}

async function attempt(ports: DeliverPorts, rows: NoticeRow[], work: () => Promise<Sent>): Promise<Settled[]> {
  try {
    return settle(ports, rows, await work());
  } catch (error) {
    return settleFailure(ports, rows, error);
  }
}

function settle(ports: DeliverPorts, rows: NoticeRow[], as: 'sent' | 'dropped' | 'failed', why?: string): Settled[] {
  return rows.map(({ id, notice }) => {
    ports.onSettled(notice.kind, why === 'unsure' ? 'unsure' : as);
    return { id, as, why };
  });
}

function settleFailure(ports: DeliverPorts, rows: NoticeRow[], error: unknown): Settled[] {
  const why = error instanceof Rejected ? error.code : error instanceof Error ? error.message : String(error);
  const { kind } = rows[0]!.notice;
  // It may have arrived. Saying it twice is worse than the next rung saying it later, and it is counted.
  if (error instanceof Unsure) return settle(ports, rows, 'sent', 'unsure');
  const tries = Math.max(...rows.map(({ attempts }) => attempts));
  if (error instanceof Rejected || tries >= MOST_TRIES) {
    ports.onTrouble(kind, why);
    return settle(ports, rows, 'failed', why);
  }
  const wait = error instanceof Retry ? error.afterMs : backOff(tries);
  return rows.map(({ id }) => {
    ports.onSettled(kind, 'retry');
    return { id, as: 'retry', dueAt: ports.clock.now() + Math.max(wait, backOff(tries)), why };
  });
}

function backOff(tries: number): number {
  return Math.min(4 * HOUR, 1000 * 2 ** tries);
}

function send(ports: DeliverPorts, row: NoticeRow): Promise<Sent> {
  const { notice } = row;
  switch (notice.kind) {
    case 'stale':
      return refresh(ports, notice.eventId);
    case 'card':
      return sendCard(ports, notice.userId, notice.eventId, notice.card, turnOf([row]));
    case 'ding':
      return sendDing(ports, notice, row.status === 'sending');
    case 'todo':
      return sendTodo(ports, notice);
    case 'reply':
      return sendReply(ports, notice);
    case 'brief':
      return sendBrief(ports, notice, row.status === 'sending');
    case 'line':
      throw new Error('lines are folded before they are sent');
  }
}
