import { dayStart, MINUTE } from './clock';
import { type Command, LEVEL_WORDS } from './commands';
import { tell, tellHandlers } from './handling';
import { type Ahead, ahead, derive, idleAt, isInForce, LEVELS, ownTimer } from './ladder';
import { unpublishedOf } from './ledger';
import { openTasks } from './policy';
import { type Refusal, refuse } from './refusal';
import {
  centreDispatchers,
  centreSupervisors,
  dispatchers,
  leaders,
  oversight,
  responsible,
  supervisors,
} from './routing';
import type { Work } from './rules';
import { LIMITS, type Settings, type Told } from './settings';
import { highest } from './turn';
import type { Entry, Rung, Task } from './types';

/** 督办: the ladder that climbs by itself, and the one that people climb by hand. */

/** The clock has come round to this event: fires what is due at `now`, each thing once. */
export function tick(work: Work): null {
  const { event, now } = work;
  if (event.nextAt !== null && event.nextAt > now) return null;
  for (const task of openTasks(event)) wake(work, task);
  const told = catchUp(work);
  for (const task of openTasks(event)) nudge(work, task, told);
  stageTimers(work);
  return work.said() ? null : retime(work);
}

/**
 * Rungs that are due are written down before anything else happens to the event: what the clock owes is never skipped,
 * though every tick was missed and the unit finished meanwhile. Returns who is told.
 */
export function catchUp(work: Work): Set<string> {
  const { event, now, rules } = work;
  const due = openTasks(event).flatMap((task) =>
    ahead(task, event, rules)
      .filter(({ at }) => at <= now)
      .map((step) => ({ task, step })),
  );
  return new Set(due.flatMap(({ task, step }) => [...fire(work, task, step)]));
}

/** Calendars or ladders have changed: due moments are found anew. Says nothing where nothing has moved. */
export function retime(work: Work): null {
  const { event, rules } = work;
  const moments = () => JSON.stringify([event.nextAt, event.tasks.map((task) => [task.ackDueAt, task.handleDueAt])]);
  const stood = moments();
  const dues = () => openTasks(event).map(({ handleDueAt, ackDueAt }) => handleDueAt ?? ackDueAt);
  const before = dues();
  derive(event, rules);
  if (moments() === stood) return null;
  const moved = dues().findIndex((at, index) => at !== before[index]);
  work.log('retime', moved < 0 ? {} : moving(work, moved, before[moved] ?? null), 'system');
  return null;
}

function moving({ event, rules }: Work, moved: number, before: number | null): Entry['data'] {
  const task = openTasks(event)[moved];
  const due = task?.handleDueAt ?? task?.ackDueAt ?? null;
  const years = task ? unpublishedOf(task, task.handleDueAt === null ? 'ack' : 'handle', event, rules) : [];
  return { before, due, ...(years.length > 0 && { unpublished: years.map(String) }) };
}

/** A pre-warning does not deserve a DING; whoever looks into accountability is not the one to hurry. */
const LOUD = new Set<Rung>(['blue', 'yellow', 'red']);

/** Returns who is told. */
function fire(work: Work, task: Task, { clock, step, dueAt: due }: Ahead): Set<string> {
  const { event, rules, want } = work;
  work.log('rung', { task: task.id, unit: task.unitId, clock, rung: step.rung, due }, 'system');
  const dueAt = loudAt(work.now + rules.settings.foldLines, event.urgent, rules.settings);
  const told = audience(work, task, step.tell);
  for (const userId of told) {
    want({ kind: 'line', userId, eventId: event.id, taskId: task.id, clock, rung: step.rung }, { dueAt });
    if (event.urgent && LOUD.has(step.rung)) want({ kind: 'ding', userId, eventId: event.id });
  }
  if (step.rung === 'blue') {
    for (const userId of responsible(task, rules.roster))
      want({ kind: 'todo', userId, eventId: event.id, taskId: task.id, clock, done: false }, { dueAt });
  }
  return told;
}

function audience({ event, rules }: Work, task: Task, told: readonly Told[]): Set<string> {
  const { roster } = rules;
  const groups: Record<Told, () => string[]> = {
    handler: () => responsible(task, roster),
    leader: () => leaders(task.unitId, roster),
    supervisor: () => supervisors(event.areaPath, roster),
    centre: () => centreSupervisors(roster),
    discipline: () => oversight('discipline', roster),
    procuratorate: () => oversight('procuratorate', roster),
  };
  return new Set(told.flatMap((group) => groups[group]()));
}

/** A suspension is over. */
function wake(work: Work, task: Task): void {
  if (task.suspendedUntil === null || task.suspendedUntil > work.now) return;
  work.log('resume', { task: task.id, unit: task.unitId }, 'system');
  tellHandlers(work, task.unitId, byDay(work));
}

/** An acknowledged task that nobody touches is brought to mind again, but not to those who hear of it at this moment anyway. */
function nudge(work: Work, task: Task, told: ReadonlySet<string>): void {
  const { event, now, rules, want } = work;
  const idle = idleAt(task, event, rules);
  if (idle === null || idle > now) return;
  work.log('idle', { task: task.id, unit: task.unitId }, 'system');
  const dueAt = loudAt(now + rules.settings.foldLines, event.urgent, rules.settings);
  for (const userId of responsible(task, rules.roster).filter((each) => !told.has(each)))
    want({ kind: 'card', userId, eventId: event.id, card: 'task' }, { dueAt });
}

/** Now, or when the quiet hours are over: what is not urgent lets people sleep. */
export function loudAt(at: number, urgent: boolean, { quiet }: Pick<Settings, 'quiet'>): number {
  const midnight = dayStart(at);
  const minute = (at - midnight) / MINUTE;
  const { from, to } = quiet;
  const hushed = from < to ? minute >= from && minute < to : from > to && (minute >= from || minute < to);
  if (urgent || !hushed) return at;
  return midnight + (minute < to ? to : to + 1440) * MINUTE;
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
    log('expire');
  } else {
    log('remind');
    want({ kind: 'card', userId: event.reporterId, eventId: event.id, card: 'draft' });
  }
}

function askOthers(work: Work, action: string, people: string[]): void {
  work.log(action);
  tell(work, people, byDay(work));
}

/** Of what the clock does by itself, people hear at once where it is urgent, else when the quiet hours are over. */
function byDay({ now, event, rules }: Work): number {
  return loudAt(now, event.urgent, rules.settings);
}

/** 普通, 黄牌, 红牌 by hand; never the same or a lower one twice (reference/domain.md §1: yellow after red is refused). */
export function supervise(work: Work, command: Extract<Command, { type: 'supervise' }>): Refusal | null {
  const reason = command.reason.trim();
  if (!LEVELS.includes(command.level)) return refuse('unknown_level');
  if (reason.length < 2 || reason.length > LIMITS.note) return refuse('needs_reason');
  const before = highest(work.event);
  if (before && LEVELS.indexOf(command.level) <= LEVELS.indexOf(before))
    return refuse('cannot_lower', { level: LEVEL_WORDS[before] });
  work.log('supervise', { level: command.level, reason });
  tellUnits(work);
  return null;
}

function tellUnits(work: Work): void {
  const people = openTasks(work.event).flatMap((task) => [...audience(work, task, ['handler', 'leader'])]);
  for (const userId of new Set(people))
    work.want({ kind: 'card', userId, eventId: work.event.id, card: 'task' }, { urgent: true });
}

const LIFTABLE = new RegExp(`^(ack|handle)\\.(${LEVELS.join('|')})$`);

/** 取消督办: the only way down, for what people ordered and for what the ladder has climbed. What has fired stays in the record. */
export function lift(work: Work, command: Extract<Command, { type: 'lift' }>): Refusal | null {
  const reason = command.reason.trim();
  if (reason.length < 2 || reason.length > LIMITS.note) return refuse('needs_reason');
  const lowered = work.event.tasks.flatMap((task) =>
    task.rungs.filter((rung) => LIFTABLE.test(rung) && isInForce(task, rung)),
  );
  work.log('lift', { reason, rungs: [...new Set(lowered)] });
  return null;
}

/** 领导批示: words of a leader over the area, for those who handle it; they stay on its card. */
export function instruct(work: Work, command: Extract<Command, { type: 'instruct' }>): Refusal | null {
  const note = command.note.trim();
  if (note.length < 2 || note.length > LIMITS.note) return refuse('needs_note');
  work.log('instruct', { note });
  tellUnits(work);
  return null;
}

/** 记奖励: what was given for a report that was true; for its reporter to see, and counted for nobody (DESIGN §11). */
export function reward(work: Work, command: Extract<Command, { type: 'reward' }>): Refusal | null {
  const note = command.note.trim();
  if (note.length < 2 || note.length > LIMITS.note) return refuse('needs_note');
  work.log('reward', { note });
  tellReporter(work);
  return null;
}

/** 取消奖励: put right by another line, never rubbed out. */
export function unreward(work: Work, command: Extract<Command, { type: 'unreward' }>): Refusal | null {
  const reason = command.reason.trim();
  if (reason.length < 2 || reason.length > LIMITS.note) return refuse('needs_reason');
  work.log('unreward', { reason });
  tellReporter(work);
  return null;
}

function tellReporter({ event, want }: Work): void {
  want({ kind: 'card', userId: event.reporterId, eventId: event.id, card: 'draft' });
}
