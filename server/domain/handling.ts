import { dueAt } from './clock';
import type { Command } from './commands';

import { openTasks, ownTask } from './policy';
import { type Refusal, refuse } from './refusal';
import { dispatchers, handlers, leadUnit, upper } from './routing';
import { limitsOf, type Work } from './rules';
import { LIMITS } from './settings';
import type { Event, Task, Unit } from './types';

/** 派遣, 处置, 核查: who does what about a filed event. */

type Of<T extends Command['type']> = Extract<Command, { type: T }>;

/** To whom the duty list names; otherwise a dispatcher chooses. */
export function dispatch(work: Work): void {
  const { event, rules } = work;
  const route = leadUnit(event, rules.roster);
  if (!route) {
    askDispatchers(work);
    return;
  }
  assign(work, route.unit, 'lead');
  for (const unit of route.assist) assign(work, unit, 'assist');
  work.log('dispatch', { to: route.unit.id, assist: route.assist.map((unit) => unit.id), why: route.why }, 'system');
}

function askDispatchers(work: Work): void {
  const { event, rules, want } = work;
  event.stage = 'filed';
  for (const userId of dispatchers(event.areaPath, rules.roster))
    want({ kind: 'card', userId, eventId: event.id, card: 'task' });
}

function assign(work: Work, unit: Unit, duty: Task['duty']): void {
  const { event, now, rules } = work;
  const limit = limitsOf(event, rules.roster).ack;
  event.tasks.push({
    id: `${event.id}.${event.tasks.length + 1}`,
    eventId: event.id,
    unitId: unit.id,
    duty,
    state: 'waiting',
    assigneeId: null,
    startedAt: now,
    ackDueAt: dueAt(now, limit, rules.calendar),
    ackedAt: null,
    handleDueAt: null,
    endedAt: null,
    rungs: [],
    supervised: null,
    nextAt: null,
  });
  if (duty === 'lead') event.stage = 'dispatched';
  tellHandlers(work, unit.id);
}

function tellHandlers({ event, rules, want }: Work, unitId: string): void {
  for (const userId of handlers(unitId, rules.roster)) {
    want({ kind: 'card', userId, eventId: event.id, card: 'task' });
    if (event.urgent) want({ kind: 'ding', userId, eventId: event.id });
  }
}

export function dispatchTo(work: Work, command: Of<'dispatch'>): Refusal | null {
  const unit = unitNamed(work, command.to);
  if ('refused' in unit) return unit;
  assign(work, unit, 'lead');
  work.log('dispatch', { to: unit.id, why: command.reason || '派遣员指定' });
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
  work.event.stage = 'rejected';
  work.event.closedAt = work.now;
  work.log('reject', { reason });
  tellReporter(work);
  return null;
}

function tellReporter({ event, want }: Work): void {
  want({ kind: 'card', userId: event.reporterId, eventId: event.id, card: 'draft' });
}

/** 2 to 500 characters, or nothing. */
function wordsOf(text: string | undefined): string | null {
  const words = (text ?? '').trim();
  return words.length >= 2 && words.length <= LIMITS.note ? words : null;
}

/** The task of the one who acts; `objection()` has made sure there is one. */
function mine({ by, event, rules }: Work): Task {
  const task = ownTask(by, event, rules.roster);
  if (!task) throw new Error(`no open task of the actor on event ${event.id}`);
  return task;
}

export function ack(work: Work): null {
  const { event, now, by, rules } = work;
  const task = mine(work);
  task.state = 'handling';
  task.assigneeId = by;
  task.ackedAt = now;
  task.handleDueAt = dueAt(now, limitsOf(event, rules.roster).handle, rules.calendar);
  if (task.duty === 'lead') event.stage = 'handling';
  work.log('ack', { unit: task.unitId, due: task.handleDueAt });
  return null;
}

function end(work: Work, task: Task, state: Task['state']): void {
  task.state = state;
  task.endedAt = work.now;
  if (task.rungs.some((rung) => rung.endsWith('.blue'))) {
    for (const userId of task.assigneeId ? [task.assigneeId] : handlers(task.unitId, work.rules.roster)) {
      work.want({ kind: 'todo', userId, eventId: task.eventId, taskId: task.id, done: true });
    }
  }
}

/** 退回: back to a dispatcher, with a reason. An assisting unit only leaves. */
export function giveBack(work: Work, command: Of<'return'>): Refusal | null {
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  const task = mine(work);
  end(work, task, 'returned');
  work.log('return', { unit: task.unitId, reason });
  if (task.duty === 'lead') askDispatchers(work);
  return null;
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
  if (task.unitId === unit.id) return refuse('same_unit', { unit: unit.name });
  end(work, task, 'moved');
  assign(work, unit, task.duty);
  work.log(action, { from: task.unitId, to: unit.id, reason });
  return null;
}

export function assist(work: Work, command: Of<'assist'>): Refusal | null {
  const unit = unitNamed(work, command.to);
  if ('refused' in unit) return unit;
  if (openTasks(work.event).some((task) => task.unitId === unit.id)) return refuse('same_unit', { unit: unit.name });
  assign(work, unit, 'assist');
  work.log('assist', { to: unit.id, note: command.note ?? '' });
  return null;
}

/** 办结: the handling clock stops; the reporter's side verifies. An assisting unit only reports its part. */
export function finish(work: Work, command: Of<'finish'>): Refusal | null {
  const note = wordsOf(command.note);
  if (!note) return refuse('needs_note');
  const { event } = work;
  const task = mine(work);
  end(work, task, 'finished');
  const media = command.media.map(({ id }) => id);
  event.mediaIds.push(...media);
  work.log('finish', { unit: task.unitId, duty: task.duty, note, media });
  if (task.duty === 'assist') return null;
  event.stage = 'verifying';
  if (work.by === event.reporterId) askVerification(work, dispatchers(event.areaPath, work.rules.roster), 'task');
  else tellReporter(work);
  return null;
}

function askVerification({ event, want }: Work, people: string[], card: 'task'): void {
  for (const userId of people) want({ kind: 'card', userId, eventId: event.id, card });
}

/** 核查通过 and 结案. Nobody verifies their own work. */
export function pass(work: Work, command: Of<'pass'>): Refusal | null {
  const { event, now, rules } = work;
  if (event.last.action === 'finish' && event.last.by === work.by) return refuse('own_work');
  event.stage = 'closed';
  event.closedAt = now;
  for (const task of openTasks(event)) end(work, task, 'cancelled');
  const closing = event.matterId ? rules.roster.condition(event.matterId, event.conditionId)?.closing : undefined;
  work.log('pass', { note: command.note ?? '', closing: closing ?? '' });
  return null;
}

/** 核查不通过: the same unit and person go on, under a new handling clock. */
export function fail(work: Work, command: Of<'fail'>): Refusal | null {
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  rework(work, leadTask(work.event));
  work.log('fail', { reason });
  return null;
}

/** Back to the unit that finished it; to dispatch, when nobody handled it (closed on the spot). */
export function reopen(work: Work, command: Of<'reopen'>): Refusal | null {
  const { event, now, rules } = work;
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  if (now - (event.closedAt ?? now) > rules.settings.reopenWithin) return refuse('reopen_late', { days: '30' });
  event.closedAt = null;
  work.log('reopen', { reason });
  const last = leadTask(event);
  if (last) rework(work, last);
  else dispatch(work);
  return null;
}

function leadTask(event: Event): Task | undefined {
  return event.tasks.findLast((task) => task.duty === 'lead' && task.state === 'finished');
}

function rework(work: Work, done: Task | undefined): void {
  const unit = done && work.rules.roster.unit(done.unitId);
  if (!done || !unit) askDispatchers(work);
  else if (done.assigneeId && work.rules.roster.person(done.assigneeId)?.active) goOn(work, done, done.assigneeId);
  else assign(work, unit, 'lead');
}

function goOn(work: Work, done: Task, userId: string): void {
  const { event, now, rules } = work;
  event.tasks.push({
    ...done,
    id: `${event.id}.${event.tasks.length + 1}`,
    state: 'handling',
    startedAt: now,
    ackedAt: now,
    handleDueAt: dueAt(now, limitsOf(event, rules.roster).handle, rules.calendar),
    endedAt: null,
    rungs: [],
    supervised: null,
  });
  event.stage = 'handling';
  work.want({ kind: 'card', userId, eventId: event.id, card: 'task' });
}
