import { GENESIS, hashEntry } from './chain';
import { ACTIONS, type Command, DEEDS, STAGE_WORDS, type Wanted } from './commands';
import * as handling from './handling';
import { openClock, ownTimer } from './ladder';
import { actionsFor, maySee, openTasks, ownTask } from './policy';
import { type Refusal, refuse, when } from './refusal';
import * as reporting from './reporting';
import type { Roster } from './roster';
import { type Context, type Decision, nameOf, type Work } from './rules';
import * as supervising from './supervising';
import type { Entry, Event } from './types';

/**
 * Decides one command on one event. Pure: the event given is not altered.
 * For `report`, `event` is the person's open report, if any; the decision may be about a new event.
 */
export function decide(event: Event | null, command: Command, context: Context): Decision | Refusal {
  if (context.by !== 'system' && !context.rules.roster.person(context.by)?.active) return refuse('unknown_person');
  if (command.type === 'report') {
    if (reporting.isTalk(event, command, context)) return refuse('no_report');
    return carryOut(reporting.begin(event, command, context), command, context);
  }
  if (!event || (context.by !== 'system' && !maySee(context.by, event, context.rules.roster)))
    return refuse('not_found');
  const stop = command.type === 'tick' ? null : objection(event, command, context);
  if (stop === 'repeated') return { event, entries: [], wanted: [], repeated: true, answer: null };
  return stop ?? carryOut(event, command, context);
}

/** Why this may not be done now, in words that say who did what when; null when it may. */
function objection(event: Event, command: Command, context: Context): Refusal | 'repeated' | null {
  const { by, now, rules } = context;
  if (command.type === 'tick') return refuse('no_such_action');
  if (command.type === 'add') return reporting.mayAdd(event, by, rules.roster) ? null : refuse('not_allowed');
  if (actionsFor(by, event, rules.roster).includes(command.type as keyof typeof ACTIONS)) return null;
  const { last } = event;
  if (last.by === by && last.action === command.type) return 'repeated';
  if (command.type === 'close' && event.stage === 'closed') return 'repeated';
  if (command.type === 'file' && event.no && event.reporterId === by) return 'repeated';
  return explain(event, command, by, rules.roster, now);
}

function explain(event: Event, command: Command, by: string, roster: Roster, now: number): Refusal {
  const task = ownTask(by, event, roster);
  const acked = event.tasks.find(
    (each) => each.ackedAt !== null && (each.state === 'handling' || each.state === 'finished'),
  );
  if (command.type === 'ack' && acked?.assigneeId) {
    return refuse('acked_by', { who: nameOf(acked.assigneeId, roster), when: when(acked.ackedAt!, now) });
  }
  if (command.type === 'finish' && task?.state === 'waiting') return refuse('ack_first');
  if (command.type === 'withdraw' && acked?.assigneeId && event.reporterId === by) {
    return refuse('withdraw_late', { who: nameOf(acked.assigneeId, roster), when: when(acked.ackedAt!, now) });
  }
  if (command.type === 'lift' && openTasks(event).length > 0) return refuse('not_supervised');
  const moved = task === undefined && command.type in ACTIONS && wasParty(by, event, roster);
  return moved ? refuse('done_by', deed(event, roster, now)) : refuse('not_allowed');
}

/** Somebody who could have done this at another stage hears what happened; others only that it is not theirs. */
function wasParty(by: string, event: Event, roster: Roster): boolean {
  const staff = (unitId: string) => [...roster.staff(unitId, 'handler'), ...roster.staff(unitId, 'leader')];
  const posts = roster.posts(by).some((post) => post.role !== 'handler' && post.role !== 'worker');
  return event.reporterId === by || posts || event.tasks.some((task) => staff(task.unitId).includes(by));
}

export function deed(event: Event, roster: Roster, now: number): Record<string, string> {
  const { last } = event;
  return {
    who: nameOf(last.by, roster),
    when: when(last.at, now),
    what: DEEDS[last.action] ?? last.action,
    stage: STAGE_WORDS[event.stage],
  };
}

type Line = Pick<Entry, 'action' | 'data' | 'by'>;

function carryOut(event: Event, command: Command, context: Context): Decision | Refusal {
  const lines: Line[] = [];
  const wanted: Wanted[] = [];
  const work: Work = {
    ...context,
    event: structuredClone(event),
    answer: null,
    log: (action, data = {}, by = context.by) => lines.push({ action, data, by }),
    want: (notice, how) =>
      wanted.push({ notice, urgent: how?.urgent ?? event.urgent, dueAt: how?.dueAt ?? context.now }),
  };
  const refusal = act(work, command);
  if (refusal) return refusal;
  if (lines.length === 0) return { event, entries: [], wanted, repeated: true, answer: null };
  const entries = settle(work, lines);
  return { event: work.event, entries, wanted: [...wanted, stale(work)], repeated: false, answer: work.answer };
}

/** Everyone else's cards follow, a little later, so that quick steps cost one update. */
function stale({ event, now, rules }: Work): Wanted {
  const dueAt = now + (event.urgent ? 0 : rules.settings.foldStale);
  return { notice: { kind: 'stale', eventId: event.id }, urgent: event.urgent, dueAt };
}

function act(work: Work, command: Command): Refusal | null {
  switch (command.type) {
    case 'report':
    case 'add':
      return reporting.add(work, command);
    case 'file':
      return reporting.file(work, command);
    case 'discard':
      return reporting.discard(work);
    case 'withdraw':
      return reporting.withdraw(work, command);
    case 'close':
      return reporting.close(work, command);
    case 'reject':
      return handling.reject(work, command);
    case 'dispatch':
      return handling.dispatchTo(work, command);
    case 'ack':
      return handling.ack(work);
    case 'return':
      return handling.giveBack(work, command);
    case 'transfer':
      return handling.transfer(work, command);
    case 'escalate':
      return handling.escalate(work, command);
    case 'assist':
      return handling.assist(work, command);
    case 'finish':
      return handling.finish(work, command);
    case 'pass':
      return handling.pass(work, command);
    case 'fail':
      return handling.fail(work, command);
    case 'reopen':
      return handling.reopen(work, command);
    case 'supervise':
      return supervising.supervise(work, command);
    case 'lift':
      return supervising.lift(work, command);
    case 'tick':
      return supervising.tick(work);
  }
}

/** Chains the new lines, raises the version and finds the next moment. Returns the lines. */
function settle(work: Work, lines: Line[]): Entry[] {
  const { event, now } = work;
  const entries = lines.map(({ action, data, by }) => {
    const entry = {
      eventId: event.id,
      seq: event.entryCount + 1,
      at: now,
      by,
      action,
      data,
      prevHash: event.headHash || GENESIS,
    };
    const hash = hashEntry(entry);
    event.entryCount = entry.seq;
    event.headHash = hash;
    if (action !== 'rung') event.last = { action, by, at: now };
    return { ...entry, hash };
  });
  event.version += 1;
  for (const task of event.tasks) task.nextAt = openClock(task, event, work.rules)?.nextAt ?? null;
  event.nextAt = earliest([ownTimer(event, work.rules), ...event.tasks.map((task) => task.nextAt)]);
  return entries;
}

function earliest(times: (number | null)[]): number | null {
  const set = times.filter((time) => time !== null);
  return set.length > 0 ? Math.min(...set) : null;
}
