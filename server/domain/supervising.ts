import { dayStart, MINUTE } from './clock';
import { type Command, RUNG_WORDS } from './commands';
import { openClock, ownTimer } from './ladder';
import { openTasks } from './policy';
import { type Refusal, refuse } from './refusal';
import { centreDispatchers, centreSupervisors, dispatchers, responsible, supervisors } from './routing';
import type { Work } from './rules';
import { LIMITS, type Settings, type Step, type Told } from './settings';
import type { Rung, Task, TaskClock } from './types';

/** 督办: the ladder that climbs by itself, and the one that people climb by hand. */

const ORDER: readonly Rung[] = ['prewarn', 'blue', 'yellow', 'red'];

/** The clock has come round to this event: fires what is due at `now`, each thing once. */
export function tick(work: Work): null {
  const { event, now } = work;
  if (event.nextAt !== null && event.nextAt > now) return null;
  for (const task of openTasks(event)) climb(work, task);
  stageTimers(work);
  return null;
}

function climb(work: Work, task: Task): void {
  const clock = openClock(task, work.event, work.rules);
  if (!clock) return;
  for (const { step } of clock.ahead.filter(({ at }) => at <= work.now))
    fire(work, task, clock.clock, step, clock.dueAt);
}

function fire(work: Work, task: Task, clock: TaskClock, step: Step, due: number): void {
  const { event, rules, want } = work;
  task.rungs.push(`${clock}.${step.rung}`);
  work.log('rung', { task: task.id, unit: task.unitId, clock, rung: step.rung, due });
  const dueAt = loudAt(work.now + rules.settings.foldLines, event.urgent, rules.settings);
  for (const userId of audience(work, task, step.tell)) {
    want({ kind: 'line', userId, eventId: event.id, taskId: task.id, clock, rung: step.rung }, { dueAt });
    if (event.urgent && step.rung !== 'prewarn') want({ kind: 'ding', userId, eventId: event.id });
  }
  if (step.rung === 'blue') {
    for (const userId of responsible(task, rules.roster))
      want({ kind: 'todo', userId, eventId: event.id, taskId: task.id, done: false }, { dueAt });
  }
}

function audience({ event, rules }: Work, task: Task, tell: readonly Told[]): Set<string> {
  const { roster } = rules;
  const groups: Record<Told, () => string[]> = {
    handler: () => responsible(task, roster),
    leader: () => roster.staff(task.unitId, 'leader'),
    supervisor: () => supervisors(event.areaPath, roster),
    centre: () => centreSupervisors(roster),
  };
  return new Set(tell.flatMap((group) => groups[group]()));
}

/** Now, or when the quiet hours are over: what is not urgent lets people sleep. */
export function loudAt(at: number, urgent: boolean, { quiet }: Pick<Settings, 'quiet'>): number {
  const midnight = dayStart(at);
  const minute = (at - midnight) / MINUTE;
  if (urgent || (minute >= quiet.to && minute < quiet.from)) return at;
  return midnight + (minute < quiet.to ? quiet.to : quiet.to + 1440) * MINUTE;
}

function stageTimers(work: Work): void {
  const { event, now, rules } = work;
  const timer = ownTimer(event, rules);
  if (timer === null || timer > now) return;
  if (event.stage === 'reported') askAgain(work);
  if (event.stage === 'filed') askOthers(work, 'dispatch_overdue', centreDispatchers(rules.roster));
  if (event.stage === 'verifying') askOthers(work, 'verify_overdue', dispatchers(event.areaPath, rules.roster));
}

function askAgain({ event, log, want }: Work): void {
  if (event.last.action === 'remind') {
    event.stage = 'withdrawn';
    log('expire');
  } else {
    log('remind');
    want({ kind: 'card', userId: event.reporterId, eventId: event.id, card: 'draft' });
  }
}

function askOthers({ event, log, want }: Work, action: string, people: string[]): void {
  log(action);
  for (const userId of people) want({ kind: 'card', userId, eventId: event.id, card: 'task' });
}

const LEVELS: readonly Rung[] = ['blue', 'yellow', 'red'];

/** 普通, 黄牌, 红牌 by hand; never the same or a lower one twice (reference/domain.md §1: yellow after red is refused). */
export function supervise(work: Work, command: Extract<Command, { type: 'supervise' }>): Refusal | null {
  const reason = command.reason.trim();
  if (!LEVELS.includes(command.level)) return refuse('unknown_level');
  if (reason.length < 2 || reason.length > LIMITS.note) return refuse('needs_reason');
  const highest = openTasks(work.event)
    .map((task) => task.supervised)
    .sort(byLevel)
    .at(-1);
  if (highest && ORDER.indexOf(command.level) <= ORDER.indexOf(highest))
    return refuse('cannot_lower', { level: RUNG_WORDS[highest] });
  for (const task of openTasks(work.event)) {
    task.supervised = command.level;
    for (const userId of audience(work, task, ['handler', 'leader'])) {
      work.want({ kind: 'card', userId, eventId: work.event.id, card: 'task' }, { urgent: true });
    }
  }
  work.log('supervise', { level: command.level, reason });
  return null;
}

function byLevel(a: Task['supervised'], b: Task['supervised']): number {
  return (a ? ORDER.indexOf(a) : -1) - (b ? ORDER.indexOf(b) : -1);
}

export function lift(work: Work, command: Extract<Command, { type: 'lift' }>): Refusal | null {
  const reason = command.reason.trim();
  if (reason.length < 2 || reason.length > LIMITS.note) return refuse('needs_reason');
  for (const task of openTasks(work.event)) task.supervised = null;
  work.log('lift', { reason });
  return null;
}
