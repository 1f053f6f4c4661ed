import { GENESIS, hashEntry } from './chain';
import { dateOf } from './clock';
import { ACTIONS, type Command, DEEDS, REQUEST_WORDS, STAGE_WORDS, type Wanted } from './commands';
import { evolve } from './evolve';
import * as handling from './handling';
import { derive, wasLate } from './ladder';
import { actionsFor, asked, maySee, openTasks, ownTask, returned, turnsOf } from './policy';
import { type Refusal, refuse, when } from './refusal';
import * as reporting from './reporting';
import * as requests from './requests';
import type { Roster } from './roster';
import { type Context, type Decision, nameOf, type Work } from './rules';
import * as supervising from './supervising';
import type { Entry, Event, Request, Task } from './types';

/**
 * Decides one command on one event. Pure: the event given is not altered.
 * For `report`, `event` is the person's open report, if any; the decision may be about a new event.
 */
export function decide(event: Event | null, command: Command, context: Context): Decision | Refusal {
  const { by, rules } = context;
  // The program itself only ever tells the time; a person who bears its name is a person like others.
  const itself = by === 'system' && CLOCKWORK.has(command.type);
  if (!itself && !rules.roster.person(by)?.active) return refuse('unknown_person');
  if (command.type === 'report') {
    if (reporting.isTalk(event, command, context)) return refuse('no_report');
    return carryOut(reporting.begin(event, command, context), command, context);
  }
  if (!event || (!itself && !maySee(by, event, rules.roster))) return refuse('not_found');
  const stop = CLOCKWORK.has(command.type) ? clockwork(context) : objection(event, command, context);
  if (stop === 'repeated') return { event, entries: [], wanted: [], repeated: true, answer: null };
  return stop ?? carryOut(event, command, context);
}

/** What only the program itself may say. */
const CLOCKWORK = new Set<Command['type']>(['tick', 'retime']);

function clockwork({ by }: Context): Refusal | null {
  return by === 'system' ? null : refuse('no_such_action');
}

/** Why this may not be done now, in words that say who did what when; null when it may. */
function objection(event: Event, command: Command, context: Context): Refusal | 'repeated' | null {
  const { by, now, rules } = context;
  if (command.type === 'add') return reporting.mayAdd(event, by, rules.roster) ? null : refuse('not_allowed');
  if (command.type === 'join') return reporting.unjoinable(event, by);
  if (actionsFor(by, event, rules.roster).includes(command.type as keyof typeof ACTIONS)) return null;
  if (isDecision(command) && asked(by, event, rules.roster)) return refuse('own_request');
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
  if (ADVANCING.has(command.type) && returned(event)) return refuse('cannot_advance');
  if (command.type === 'recall' && acked?.assigneeId)
    return refuse('recall_late', { who: nameOf(acked.assigneeId, roster), when: when(acked.ackedAt!, now) });
  if (isDecision(command) && !pendingRequest(event)) return refuse('not_pending');
  const resting = task && command.type in ACTIONS && restOf(task, event, roster);
  if (resting) return resting;
  const { request } = task ?? {};
  if (request && REQUESTS.has(command.type)) return refuse('asked_already', askedBy(request, roster, now));
  const unheard = unheardAppeal(event, command, by, roster, now);
  if (unheard) return unheard;
  if (command.type === 'withdraw' && acked?.assigneeId && event.reporterId === by) {
    return refuse('withdraw_late', { who: nameOf(acked.assigneeId, roster), when: when(acked.ackedAt!, now) });
  }
  const [first] = event.followers;
  if (command.type === 'withdraw' && first && event.reporterId === by)
    return refuse('withdraw_joined', { who: nameOf(first.userId, roster) });
  if (command.type === 'lift' && openTasks(event).length > 0) return refuse('not_supervised');
  const moved = task === undefined && command.type in ACTIONS && wasParty(by, event, roster);
  return moved ? refuse('done_by', deed(event, roster, now)) : refuse('not_allowed');
}

const REQUESTS = new Set<Command['type']>(['extend', 'suspend', 'appeal']);
const ADVANCING = new Set<Command['type']>(['close', 'pass', 'finish', 'ack']);

/** A task that stands still says so, and what to do about it. */
function restOf(task: Task, event: Event, roster: Roster): Refusal | null {
  if (task.state === 'suspended') return refuse('suspended_now', { until: dateOf(task.suspendedUntil ?? 0) });
  if (task.state === 'confirming') return refuse('confirming_now');
  if (task.state !== 'passing') return null;
  const to = event.tasks.findLast(({ state }) => state === 'waiting');
  return refuse('passing_now', { unit: roster.unit(to?.unitId ?? '')?.name ?? '其他单位' });
}

function isDecision({ type }: Command): boolean {
  return type === 'approve' || type === 'deny';
}

function pendingRequest(event: Event): boolean {
  return event.tasks.some(({ request }) => request !== null);
}

function askedBy({ by, at, kind }: Request, roster: Roster, now: number): Record<string, string> {
  return { who: nameOf(by, roster), when: when(at, now), what: REQUEST_WORDS[kind] };
}

/** Why a unit's appeal on a closed event is not taken up. */
function unheardAppeal(event: Event, command: Command, by: string, roster: Roster, now: number): Refusal | null {
  if (command.type !== 'appeal' || event.stage !== 'closed') return null;
  const task = ownTask(by, event, roster, wasLate) ?? ownTask(by, event, roster, () => true);
  if (!task) return null;
  if (!wasLate(task)) return refuse('appeal_on_time');
  const { request } = turnsOf(task, event).find((turn) => turn.request ?? turn.appealed) ?? {};
  return request ? refuse('asked_already', askedBy(request, roster, now)) : refuse('appeal_once');
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

/** Steps that the clock does not look at first: there is no clock yet, or they are the clock. */
const TIMELESS = new Set<Command['type']>(['report', 'add', 'join', 'tick', 'retime']);

function carryOut(event: Event, command: Command, context: Context): Decision | Refusal {
  const lines: Line[] = [];
  const wanted: Wanted[] = [];
  const work: Work = {
    ...context,
    event: structuredClone(event),
    answer: null,
    log(action, data = {}, by = context.by) {
      lines.push({ action, data, by });
      evolve(work.event, { action, data, by, at: context.now });
    },
    said: () => lines.length > 0,
    want: (notice, how) =>
      wanted.push({ notice, urgent: how?.urgent ?? event.urgent, dueAt: how?.dueAt ?? context.now }),
  };
  if (!TIMELESS.has(command.type)) supervising.catchUp(work);
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
    case 'join':
      return reporting.join(work, command);
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
    case 'correct':
      return reporting.correct(work, command);
    case 'recall':
      return handling.recall(work, command);
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
    case 'confirm':
      return handling.confirm(work, command);
    case 'redo':
      return handling.redo(work, command);
    case 'extend':
      return requests.extend(work, command);
    case 'suspend':
      return requests.suspend(work, command);
    case 'resume':
      return requests.resume(work);
    case 'appeal':
      return requests.appeal(work, command);
    case 'approve':
      return requests.approve(work, command);
    case 'deny':
      return requests.deny(work, command);
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
    case 'instruct':
      return supervising.instruct(work, command);
    case 'reward':
      return supervising.reward(work, command);
    case 'unreward':
      return supervising.unreward(work, command);
    case 'tick':
      return supervising.tick(work);
    case 'retime':
      return supervising.retime(work);
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
    return { ...entry, hash };
  });
  event.version += 1;
  derive(event, work.rules);
  return entries;
}
