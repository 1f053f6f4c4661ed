import { DAY, dateOf, dayOf, dayOfDate, startOf } from './clock';
import { type Command, REQUEST_WORDS } from './commands';
import { mine, tell, tellHandlers, wordsOf } from './handling';
import { isLate } from './ladder';
import { asked, deciders, mayAppeal, ownTask } from './policy';
import { type Refusal, refuse, when } from './refusal';
import { leaders } from './routing';
import { limitsOf, nameOf, type Work } from './rules';
import type { Approver } from './settings';
import type { Request, Task } from './types';

/** 延期, 挂账, 申诉: asked for by the unit, decided by two others, one after the other (reference/domain.md §2). */

type Of<T extends Command['type']> = Extract<Command, { type: T }>;

/** 延期: the first limit once more; never after the deadline; refused ones do not count. */
export function extend(work: Work, command: Of<'extend'>): Refusal | null {
  const { times, approvers } = work.rules.settings.extend;
  const task = mine(work);
  if (task.extensions >= times) return refuse('extend_cap', { times: String(times) });
  if (isLate(task, work.now)) return refuse('extend_late');
  return ask(work, task, 'extend', command.reason, approvers);
}

/** 挂账: nobody works on it until a date, on which it goes on by itself. */
export function suspend(work: Work, command: Of<'suspend'>): Refusal | null {
  const { times, mostDays, approvers } = work.rules.settings.suspend;
  const task = mine(work);
  if (task.suspensions >= times) return refuse('suspend_cap', { times: String(times) });
  const today = dayOf(work.now);
  const last = dateOf(startOf(today + mostDays));
  const until = command.until.trim();
  const day = /^\d{4}-\d{2}-\d{2}$/.test(until) ? dayOfDate(until) : Number.NaN;
  if (!(day > today && day <= today + mostDays) || dateOf(startOf(day)) !== until)
    return refuse('suspend_until', { last });
  return ask(work, task, 'suspend', command.reason, approvers, until);
}

/** 恢复办理 before its date. */
export function resume(work: Work): null {
  const task = mine(work);
  work.log('resume', { task: task.id, unit: task.unitId });
  return null;
}

/** 申诉: after closing, once, by a unit that was late. It exempts from statistics; the fact stays. */
export function appeal(work: Work, command: Of<'appeal'>): Refusal | null {
  const { event, by, now, rules } = work;
  const { withinDays, approvers } = rules.settings.appeal;
  const task = ownTask(by, event, rules.roster, (each) => mayAppeal(each, event));
  if (!task) return refuse('not_allowed');
  if (now - (event.closedAt ?? now) > withinDays * DAY) return refuse('appeal_late', { days: String(withinDays) });
  return ask(work, task, 'appeal', command.reason, approvers);
}

function ask(
  work: Work,
  task: Task,
  kind: Request['kind'],
  why: string,
  wanted: readonly Approver[],
  until: string | null = null,
): Refusal | null {
  const reason = wordsOf(why);
  if (!reason) return refuse('needs_reason');
  if (task.request) return refuse('asked_already', pending(work, task.request));
  const approvers = levels(work, task, wanted);
  work.log(kind, { task: task.id, unit: task.unitId, reason, approvers, ...(until && { until }) });
  tellNext(work, task);
  return null;
}

function pending({ rules, now }: Work, { by, at, kind }: Request): Record<string, string> {
  return { who: nameOf(by, rules.roster), when: when(at, now), what: REQUEST_WORDS[kind] };
}

/** A leader does not ask themselves; a unit without another leader leaves it to the dispatchers. */
function levels({ by, rules }: Work, task: Task, wanted: readonly Approver[]): Approver[] {
  const heads = leaders(task.unitId, rules.roster);
  const own = heads.includes(by) || heads.length === 0;
  const rest = wanted.filter((approver) => approver !== 'leader' || !own);
  return rest.length > 0 ? rest : ['dispatcher'];
}

function tellNext(work: Work, { id }: Task): void {
  const { event, rules } = work;
  const task = event.tasks.find((each) => each.id === id);
  if (task) tell(work, deciders(task, event, rules.roster));
}

export function approve(work: Work, command: Of<'approve'>): Refusal | null {
  const { event, rules, now } = work;
  const task = decidable(work);
  if ('refused' in task) return task;
  const { kind } = task.request!;
  if (kind === 'extend' && isLate(task, now)) return refuse('extend_late');
  if (kind === 'suspend' && dayOfDate(task.request!.until ?? '') <= dayOf(now))
    return refuse('suspend_until', { last: dateOf(now + rules.settings.suspend.mostDays * DAY) });
  const minutes = Math.round(limitsOf(event).handle.minutes * rules.settings.extend.share);
  const asker = task.request!.by;
  work.log('approve', {
    ...{ task: task.id, unit: task.unitId, what: kind, note: command.note ?? '' },
    ...(kind === 'extend' && { minutes }),
  });
  const after = event.tasks.find(({ id }) => id === task.id)!;
  if (after.request) tellNext(work, after);
  else tellAsker(work, after, asker);
  return null;
}

export function deny(work: Work, command: Of<'deny'>): Refusal | null {
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  const task = decidable(work);
  if ('refused' in task) return task;
  const { kind, by } = task.request!;
  work.log('deny', { task: task.id, unit: task.unitId, what: kind, reason });
  tellAsker(work, task, by);
  return null;
}

function decidable({ by, event, rules }: Work): Task | Refusal {
  const task = asked(by, event, rules.roster);
  return task?.request ? task : refuse('not_pending');
}

/** Who asked hears the answer; where they have left, their unit does. */
function tellAsker(work: Work, task: Task, asker: string): void {
  if (work.rules.roster.person(asker)?.active) tell(work, [asker]);
  else tellHandlers(work, task.unitId);
}
