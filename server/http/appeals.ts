import { CLOCK_WORDS, shortLedger } from '../../cards/due';
import { exactWords, hoursWords } from '../../cards/duration';
import { turnOf } from '../../cards/standing';
import { MINUTE } from '../domain/clock';
import { ledgerOf } from '../domain/ledger';
import { asked, scopeOf } from '../domain/policy';
import { refuse } from '../domain/refusal';
import { nameOf } from '../domain/rules';
import type { Entry, Event, Role, Task, TaskClock } from '../domain/types';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { matterName, type View } from './present';
import { refused } from './problem';
import { stamp } from './search';
import type { Appeal } from './search-contract';

/** 申诉审理: what was late, why, what the unit says to it, and what was decided. Deciding itself is `approve` and `deny`. */

const READERS: readonly Role[] = ['dispatcher', 'supervisor', 'leader', 'oversight', 'admin'];
const PAGE = 20;

export function appealRoutes(ports: HttpPorts): Pick<Handlers, 'GET /api/appeals'> {
  return { 'GET /api/appeals': (given) => appeals(ports, given) };
}

async function appeals(ports: HttpPorts, { query, who }: Asked<'GET /api/appeals'>) {
  const { store, clock } = ports;
  const rules = ports.rules();
  const { roster } = rules;
  if (!roster.posts(who).some(({ role }) => READERS.includes(role))) throw refused(refuse('not_allowed'));
  const [at, id] = query.cursor ? cut(query.cursor) : [];
  const events = await store.list({
    ...{ scopes: scopeOf(who, roster), appeal: query.which, limit: PAGE },
    ...(at !== undefined && id !== undefined && { before: { createdAt: Number(at), id } }),
  });
  const last = events.length === PAGE ? events.at(-1) : undefined;
  const view = { userId: who, rules, now: clock.now() };
  const pages = await Promise.all(events.map(async (event) => ofEvent(event, await store.entries(event.id), view)));
  const found = pages.flat().filter(({ outcome }) => (outcome === null) === (query.which === 'waiting'));
  // Mine first; the oldest waits longest.
  const ordered = query.which === 'waiting' ? found.reverse().sort((a, b) => Number(b.mine) - Number(a.mine)) : found;
  return { appeals: ordered, cursor: last ? `${last.createdAt}_${last.id}` : null };
}

function cut(cursor: string): [string, string] {
  const place = cursor.indexOf('_');
  return [cursor.slice(0, place), cursor.slice(place + 1)];
}

function ofEvent(event: Event, entries: Entry[], view: View): Appeal[] {
  return event.tasks.flatMap((task) => {
    const asking = entries.findLast(({ action, data }) => action === 'appeal' && data.task === task.id);
    return asking ? [appealOf(event, task, entries, asking, view)] : [];
  });
}

function appealOf(event: Event, task: Task, entries: Entry[], asking: Entry, view: View): Appeal {
  const { rules, userId } = view;
  const { roster } = rules;
  const { request, appealed } = task;
  return {
    event: { id: event.id, no: event.no, matter: matterName(event, rules), place: event.place.text },
    taskId: task.id,
    unit: roster.unit(task.unitId)?.name ?? '已撤销的单位',
    closed: event.closedAt ? stamp(event.closedAt) : '',
    ...lateness(event, task, view),
    by: nameOf(asking.by, roster),
    at: stamp(asking.at),
    reason: String(asking.data.reason ?? ''),
    mine: mayDecide(userId, event, task, view),
    turn: request?.kind === 'appeal' ? turnOf(request) : null,
    decisions: decisionsOn(task, entries, asking).map(({ by, at, action, data }) => ({
      ...{ who: nameOf(by, roster), time: stamp(at), agreed: action === 'approve' },
      note: String(data.note ?? data.reason ?? ''),
    })),
    outcome: appealed,
  };
}

/** One person decides one step only, and never their own request. */
function mayDecide(userId: string, event: Event, { id, request }: Task, { rules }: View): boolean {
  const mine = asked(userId, event, rules.roster)?.id === id && request?.kind === 'appeal';
  return mine && request.by !== userId && !request.agreed.includes(userId);
}

function decisionsOn({ id }: Task, entries: Entry[], { seq }: Entry): Entry[] {
  return entries.filter(
    (entry) =>
      entry.seq > seq &&
      (entry.action === 'approve' || entry.action === 'deny') &&
      entry.data.task === id &&
      entry.data.what === 'appeal',
  );
}

const CLOCKS: readonly TaskClock[] = ['ack', 'handle'];

function lateness(event: Event, task: Task, { rules, now }: View): Pick<Appeal, 'late' | 'ledger'> {
  const over = CLOCKS.flatMap((clock) => {
    const ledger = ledgerOf(task, clock, event, rules, now);
    const ms = ledger ? ledger.used - ledger.allowed * MINUTE : 0;
    return ms > 0
      ? [{ clock, words: `${CLOCK_WORDS[clock]}超时 ${ms < MINUTE ? exactWords(ms) : hoursWords(ms)}` }]
      : [];
  });
  return {
    late: over.map(({ words }) => words),
    ledger: over.map(({ clock }) => shortLedger(task, event, rules, now, clock)),
  };
}
