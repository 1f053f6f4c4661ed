import { after, type Calendar, type Limit, MINUTE, spent } from './clock';
import { calendarFor, limitsOf, type Rules } from './rules';
import type { Step } from './settings';
import type { Event, Level, Span, Task, TaskClock } from './types';

/** Which clock of an open task runs, what it has used, and the moments ahead of it. */

const OPEN = new Set<Task['state']>(['waiting', 'handling', 'passing', 'suspended', 'confirming']);

export function isOpen({ state }: Pick<Task, 'state'>): boolean {
  return OPEN.has(state);
}

export function spansOf(task: Task, clock: TaskClock): Span[] {
  return task.spans.filter((span) => span.clock === clock);
}

/** Ms that a clock has run up to `now`, in the limit's own time. */
export function used(spans: Span[], now: number, { continuous }: Limit, calendar: Calendar): number {
  return spans
    .filter(({ running, from }) => running && from < now)
    .reduce(
      (sum, { from, to, continuous: own }) => sum + spent(from, Math.min(to ?? now, now), own ?? continuous, calendar),
      0,
    );
}

/** The instant when a clock has run, or will have run, `ms`; null when it stands still before that. */
export function reach(spans: Span[], ms: number, limit: Limit, calendar: Calendar): number | null {
  let left = ms;
  for (const { from, to, running, continuous = limit.continuous } of spans) {
    if (!running) continue;
    if (to === null) return after(from, left, continuous, calendar);
    const ran = spent(from, to, continuous, calendar);
    if (left <= ran) return after(from, left, continuous, calendar);
    left -= ran;
  }
  return null;
}

/** Minutes a task may take: the limit, and what was added to it. */
export function allowed(task: Pick<Task, 'extended'>, clock: TaskClock, limit: Limit): number {
  return limit.minutes + (clock === 'handle' ? task.extended : 0);
}

/** The rungs in force; 问责 only after a named leader has signed for it. */
export function ladderOf({ settings }: Pick<Rules, 'settings'>, clock: TaskClock): readonly Step[] {
  const signed = settings.accountability !== null;
  return settings.ladders[clock].filter(({ rung }) => signed || rung !== 'accountability');
}

/** Ms of the clock at which a rung fires. */
export function rungAt({ share }: Step, limit: Limit, allowedMinutes: number): number {
  const minutes = share <= 1 ? allowedMinutes * share : allowedMinutes + limit.minutes * (share - 1);
  return Math.round(minutes * MINUTE);
}

export interface Ahead {
  clock: TaskClock;
  step: Step;
  at: number;
  dueAt: number;
}

/** Rungs of an open task that have not fired, with the moment of each, the earliest first. */
export function ahead(task: Task, event: Event, rules: Rules): Ahead[] {
  if (!isOpen(task)) return [];
  const calendar = calendarFor(task, event, rules);
  const clocks: TaskClock[] = task.ackedAt === null ? ['ack', 'handle'] : ['handle'];
  return clocks.flatMap((clock) => aheadOf(task, clock, limitsOf(event)[clock], calendar, rules)).sort(byTime);
}

function aheadOf(task: Task, clock: TaskClock, limit: Limit, calendar: Calendar, rules: Rules): Ahead[] {
  const spans = spansOf(task, clock);
  const most = allowed(task, clock, limit);
  return ladderOf(rules, clock).flatMap((step) => {
    if (task.rungs.includes(`${clock}.${step.rung}`)) return [];
    const at = reach(spans, rungAt(step, limit, most), limit, calendar);
    const dueAt = reach(spans, most * MINUTE, limit, calendar);
    return at === null ? [] : [{ clock, step, at, dueAt: dueAt ?? at }];
  });
}

function byTime(a: Ahead, b: Ahead): number {
  return a.at - b.at;
}

/** Due moment of the clock that counts now, or of the last one that did; null when it stands still, or never ran. */
export function runningDue(task: Pick<Task, 'ackedAt' | 'ackDueAt' | 'handleDueAt'>): number | null {
  if (task.ackedAt !== null) return task.handleDueAt;
  return task.handleDueAt === null ? task.ackDueAt : Math.min(task.ackDueAt ?? task.handleDueAt, task.handleDueAt);
}

/** Past its running clock; what is suspended is not late. */
export function isLate(task: Task, now: number): boolean {
  const due = runningDue(task);
  return isOpen(task) && task.state !== 'suspended' && due !== null && due < now;
}

/** The fact that it was late: nothing takes it back, an appeal least of all. */
export function wasLate({ rungs }: Pick<Task, 'rungs'>): boolean {
  return rungs.includes('ack.blue') || rungs.includes('handle.blue');
}

export const LEVELS: readonly Level[] = ['blue', 'yellow', 'red'];
/** Of a rung that 取消督办 has lowered: it has fired, and is no longer in force. */
export const LIFTED = 'lifted.';

export function isInForce({ rungs }: Pick<Task, 'rungs'>, rung: string): boolean {
  return rungs.includes(rung) && !rungs.includes(LIFTED + rung);
}

type Climb = Pick<Task, 'rungs' | 'ackedAt' | 'supervised'>;

function isReached(task: Climb, level: Level | 'accountability'): boolean {
  const clocks: TaskClock[] = task.ackedAt === null ? ['ack', 'handle'] : ['handle'];
  return clocks.some((clock) => isInForce(task, `${clock}.${level}`));
}

/** 督办 in force: what the ladder has climbed on the clock that counts, and what people did by hand. */
export function levelsOf(task: Climb): Level[] {
  return LEVELS.filter((level) => task.supervised === level || isReached(task, level));
}

/** The highest of them; 问责 is above them, and no supervisor's to lift. */
export function climbed(task: Climb): Level | 'accountability' | null {
  return isReached(task, 'accountability') ? 'accountability' : (levelsOf(task).at(-1) ?? null);
}

/** When an acknowledged task that nobody has touched is brought to mind again; null where that does not apply. */
export function idleAt(task: Task, event: Event, rules: Rules): number | null {
  if (task.state !== 'handling') return null;
  const { continuous } = limitsOf(event).handle;
  return after(task.touchedAt, rules.settings.idleMinutes * MINUTE, continuous, calendarFor(task, event, rules));
}

/** When the event itself, apart from its tasks, wants looking at. */
export function ownTimer(event: Event, { settings, calendarOf }: Rules): number | null {
  const { last, stage } = event;
  if (stage === 'reported')
    return event.touchedAt + (last.action === 'remind' ? settings.draftExpires : settings.draftReminds);
  if (stage === 'filed' && last.action !== 'dispatch_overdue')
    return after(last.at, settings.dispatchMinutes * MINUTE, event.urgent, calendarOf(event.areaPath));
  if (stage === 'verifying' && last.action !== 'verify_overdue') return last.at + settings.verifyWithin;
  return null;
}

/** Finds due moments and `nextAt` anew from the spans; alters the event. */
export function derive(event: Event, rules: Rules): void {
  for (const task of event.tasks) if (isOpen(task)) deriveTask(task, event, rules);
  for (const task of event.tasks) if (!isOpen(task)) task.nextAt = null;
  event.nextAt = earliest([ownTimer(event, rules), ...event.tasks.map(({ nextAt }) => nextAt)]);
}

function deriveTask(task: Task, event: Event, rules: Rules): void {
  const calendar = calendarFor(task, event, rules);
  const limits = limitsOf(event);
  const due = (clock: TaskClock) =>
    reach(spansOf(task, clock), allowed(task, clock, limits[clock]) * MINUTE, limits[clock], calendar);
  task.ackDueAt = due('ack');
  task.handleDueAt = due('handle');
  const first = ahead(task, event, rules)[0]?.at ?? null;
  task.nextAt = earliest([first, task.suspendedUntil, idleAt(task, event, rules)]);
}

function earliest(times: (number | null)[]): number | null {
  const set = times.filter((time) => time !== null);
  return set.length > 0 ? Math.min(...set) : null;
}
