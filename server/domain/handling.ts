import type { Command } from './commands';
import { openTasks, ownTask } from './policy';
import { type Refusal, refuse } from './refusal';
import { dispatchers, handlers, leaders, leadUnit, upper } from './routing';
import type { Work } from './rules';
import { LIMITS } from './settings';
import { policyData } from './turn';
import type { Entry, Event, Task, TaskClock, Unit } from './types';

/** 派遣, 处置, 核查: who does what about a filed event. Checks, then one line of history each; evolve.ts does the rest. */

type Of<T extends Command['type']> = Extract<Command, { type: T }>;

/** To whom the duty list names; otherwise a dispatcher chooses. */
export function dispatch(work: Work): void {
  const { event, rules } = work;
  const route = leadUnit(event, rules.roster);
  if (!route) {
    tell(work, dispatchers(event.areaPath, rules.roster));
    return;
  }
  const assist = route.assist.map(({ id }) => id).filter((id) => id !== route.unit.id);
  const { channel } = route.duty;
  work.log('dispatch', { to: route.unit.id, assist, channel, why: route.why, ...policyOf(work) }, 'system');
  for (const unitId of [route.unit.id, ...assist]) tellHandlers(work, unitId);
}

/** Written into every line that starts a clock: a later change of policy does not reach it. */
export function policyOf({ rules }: Pick<Work, 'rules'>): Entry['data'] {
  return policyData(rules.settings);
}

export function tell({ event, want }: Work, people: Iterable<string>, dueAt?: number): void {
  for (const userId of new Set(people)) want({ kind: 'card', userId, eventId: event.id, card: 'task' }, { dueAt });
}

export function tellHandlers(work: Work, unitId: string, dueAt?: number): void {
  const { event, rules, want } = work;
  for (const userId of handlers(unitId, rules.roster)) {
    want({ kind: 'card', userId, eventId: event.id, card: 'task' }, { dueAt });
    if (event.urgent) want({ kind: 'ding', userId, eventId: event.id });
  }
}

export function dispatchTo(work: Work, command: Of<'dispatch'>): Refusal | null {
  const unit = unitNamed(work, command.to);
  if ('refused' in unit) return unit;
  if (openTasks(work.event).some(({ unitId }) => unitId === unit.id)) return refuse('same_unit', { unit: unit.name });
  work.log('dispatch', { to: unit.id, why: command.reason || '派遣员指定', ...policyOf(work) });
  tellHandlers(work, unit.id);
  return null;
}

function unitNamed({ rules }: Work, to: string): Unit | Refusal {
  const words = to.trim();
  if (!words) return refuse('needs_unit');
  return rules.roster.findUnit(words) ?? refuse('unknown_unit', { to: words.slice(0, 40) });
}

export function reject(work: Work, command: Of<'reject'>): Refusal | null {
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  work.log('reject', { reason });
  tellReporter(work);
  tellFollowers(work);
  return null;
}

function tellReporter({ event, want }: Work): void {
  want({ kind: 'card', userId: event.reporterId, eventId: event.id, card: 'draft' });
}

/** Who joined hears how it ended, as its reporter does; not who ended it. */
export function tellFollowers({ event, by, want }: Work): void {
  for (const { userId } of event.followers)
    if (userId !== by) want({ kind: 'card', userId, eventId: event.id, card: 'draft' });
}

/** 2 to 500 characters, or nothing. */
export function wordsOf(text: string | undefined): string | null {
  const words = (text ?? '').trim();
  return words.length >= 2 && words.length <= LIMITS.note ? words : null;
}

/** The task of the one who acts; `objection()` has made sure there is one. */
export function mine({ by, event, rules }: Work): Task {
  const task = ownTask(by, event, rules.roster);
  if (!task) throw new Error(`no open task of the actor on event ${event.id}`);
  return task;
}

export function ack(work: Work): null {
  const task = mine(work);
  const passers = work.event.tasks.filter(({ state }) => state === 'passing');
  work.log('ack', { task: task.id, unit: task.unitId });
  tickOff(work, task, 'ack');
  if (task.duty === 'lead') for (const passer of passers) todoDone(work, passer);
  return null;
}

/** The platform's to-dos of a late task are ticked off. */
export function todoDone(work: Work, task: Task): void {
  for (const clock of ['ack', 'handle'] as const) tickOff(work, task, clock);
}

/** For everybody who may have got one: all of the unit where nobody had acknowledged it, or who did has left. */
function tickOff({ event, rules, want }: Work, task: Task, clock: TaskClock): void {
  if (!task.rungs.includes(`${clock}.blue`)) return;
  const { assigneeId, id: taskId } = task;
  for (const userId of new Set([...(assigneeId ? [assigneeId] : []), ...handlers(task.unitId, rules.roster)]))
    want({ kind: 'todo', userId, eventId: event.id, taskId, clock, done: true });
}

/** Requests are those of whoever has the task; they end with it. */
function voidRequest(work: Work, task: Task): void {
  if (task.request) work.log('void', { task: task.id, what: task.request.kind }, 'system');
}

/** 退回: to the unit that passed it on, else to a dispatcher, with a reason. An assisting unit only leaves. */
export function giveBack(work: Work, command: Of<'return'>): Refusal | null {
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  const { event, rules } = work;
  const task = mine(work);
  const back = task.duty === 'lead' ? event.tasks.findLast(({ state }) => state === 'passing') : undefined;
  const divert = !back && task.duty === 'lead' && isPolice(work, task);
  voidRequest(work, task);
  todoDone(work, task);
  work.log('return', { task: task.id, unit: task.unitId, reason, ...(back && { back: back.id }), divert });
  if (task.duty === 'assist') return null;
  if (back) tellHandlers(work, back.unitId);
  else if (divert) dispatch(work);
  else tell(work, dispatchers(event.areaPath, rules.roster));
  return null;
}

/** 警非分流: what the police return as none of theirs goes to the unit that the duty list names otherwise. */
function isPolice({ event, rules }: Work, task: Task): boolean {
  const route = event.diverted ? null : leadUnit(event, rules.roster);
  return route?.duty.channel === 'police' && route.unit.id === task.unitId;
}

export function transfer(work: Work, command: Of<'transfer'>): Refusal | null {
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  const unit = unitNamed(work, command.to);
  if ('refused' in unit) return unit;
  return passOn(work, unit, 'transfer', reason);
}

/** 上报: to the unit one level up. */
export function escalate(work: Work, command: Of<'escalate'>): Refusal | null {
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  const own = work.rules.roster.unit(mine(work).unitId);
  const unit = own && upper(own, work.rules.roster);
  return unit ? passOn(work, unit, 'escalate', reason) : refuse('no_upper_unit');
}

function passOn(work: Work, unit: Unit, action: 'transfer' | 'escalate', reason: string): Refusal | null {
  const task = mine(work);
  if (openTasks(work.event).some(({ unitId }) => unitId === unit.id)) return refuse('same_unit', { unit: unit.name });
  voidRequest(work, task);
  work.log(action, { task: task.id, from: task.unitId, to: unit.id, reason, ...policyOf(work) });
  tellHandlers(work, unit.id);
  return null;
}

/** 收回: until the other side has acknowledged (reference/domain.md §1). */
export function recall(work: Work, command: Of<'recall'>): Refusal | null {
  const { event, by, rules } = work;
  const waiting = event.tasks.find(({ duty, state }) => duty === 'lead' && state === 'waiting');
  if (!waiting) return refuse('not_allowed');
  const own = ownTask(by, event, rules.roster);
  const passers = event.tasks.filter(({ state }) => state === 'passing');
  const back = own?.state === 'passing' ? own : passers.at(-1);
  if (back && back !== passers.at(-1)) return refuse('not_allowed');
  todoDone(work, waiting);
  work.log('recall', {
    task: waiting.id,
    unit: waiting.unitId,
    reason: command.reason ?? '',
    ...(back && { back: back.id }),
  });
  if (!back) tell(work, dispatchers(event.areaPath, rules.roster));
  return null;
}

export function assist(work: Work, command: Of<'assist'>): Refusal | null {
  const unit = unitNamed(work, command.to);
  if ('refused' in unit) return unit;
  if (openTasks(work.event).some((task) => task.unitId === unit.id)) return refuse('same_unit', { unit: unit.name });
  work.log('assist', { to: unit.id, note: command.note ?? '', ...policyOf(work) });
  tellHandlers(work, unit.id);
  return null;
}

/** 办结: by policy the handler's word ends the clock, or the leader's. An assisting unit only reports its part. */
export function finish(work: Work, command: Of<'finish'>): Refusal | null {
  const note = wordsOf(command.note);
  if (!note) return refuse('needs_note');
  const { by, rules } = work;
  const task = mine(work);
  const heads = leaders(task.unitId, rules.roster);
  const confirm = rules.settings.end === 'unit' && heads.length > 0 && !heads.includes(by);
  voidRequest(work, task);
  const media = command.media.map(({ id }) => id);
  work.log('finish', { task: task.id, unit: task.unitId, duty: task.duty, note, media, confirm });
  if (confirm) tell(work, heads);
  else finished(work, task, by);
  return null;
}

function finished(work: Work, task: Task, handler: string): void {
  const { event, rules } = work;
  todoDone(work, task);
  if (task.duty === 'assist') return;
  if (handler === event.reporterId) tell(work, dispatchers(event.areaPath, rules.roster));
  else tellReporter(work);
}

/** The unit's leader confirms what its handler has finished. */
export function confirm(work: Work, command: Of<'confirm'>): null {
  const task = confirming(work);
  work.log('confirm', { task: task.id, unit: task.unitId, note: command.note ?? '' });
  finished(work, task, task.assigneeId ?? work.by);
  return null;
}

export function redo(work: Work, command: Of<'redo'>): Refusal | null {
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  const task = confirming(work);
  work.log('redo', { task: task.id, unit: task.unitId, reason });
  tellHandlers(work, task.unitId);
  return null;
}

function confirming({ by, event, rules }: Work): Task {
  const task = event.tasks.find(
    ({ state, unitId }) => state === 'confirming' && leaders(unitId, rules.roster).includes(by),
  );
  if (!task) throw new Error(`nothing to confirm on event ${event.id}`);
  return task;
}

/** 核查通过 and 结案, by the closing criterion. Nobody verifies their own work. */
export function pass(work: Work, command: Of<'pass'>): Refusal | null {
  const { event, by } = work;
  if (handledBy(event, by)) return refuse('own_work');
  for (const task of openTasks(event)) todoDone(work, task);
  work.log('pass', { note: command.note ?? '', closing: event.terms?.closing ?? '' });
  tellFollowers(work);
  return null;
}

function handledBy(event: Event, userId: string): boolean {
  const done = leadTask(event);
  return done?.assigneeId === userId || (event.last.action === 'finish' && event.last.by === userId);
}

/** 核查不通过: the same unit and person go on, with what is left of their time. */
export function fail(work: Work, command: Of<'fail'>): Refusal | null {
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  goOn(work, 'fail', { reason });
  return null;
}

/** A new round: back to the unit that finished it; to dispatch, when nobody handled it (closed on the spot). */
export function reopen(work: Work, command: Of<'reopen'>): Refusal | null {
  const { event, now, rules } = work;
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  const within = rules.settings.reopenWithin;
  if (now - (event.closedAt ?? now) > within)
    return refuse('reopen_late', { days: String(Math.round(within / 86_400_000)) });
  const handled = leadTask(event) !== undefined;
  work.log('reopen', { reason });
  if (handled) goOn(work, 'rework', {});
  else dispatch(work);
  return null;
}

function leadTask(event: Event): Task | undefined {
  return event.tasks.findLast((task) => task.duty === 'lead' && task.state === 'finished');
}

function goOn(work: Work, action: 'fail' | 'rework', data: Entry['data']): void {
  const { event, rules } = work;
  const done = leadTask(event);
  const unit = done && rules.roster.unit(done.unitId);
  if (!done || !unit) {
    work.log(action, data);
    tell(work, dispatchers(event.areaPath, rules.roster));
    return;
  }
  const assignee = done.assigneeId && rules.roster.person(done.assigneeId)?.active ? done.assigneeId : null;
  const by = action === 'rework' ? 'system' : work.by;
  work.log(action, { ...data, to: unit.id, ...(assignee && { assignee }), ...policyOf(work) }, by);
  if (assignee) tell(work, [assignee]);
  else tellHandlers(work, unit.id);
}
