import { isOpen, LEVELS, LIFTED } from './ladder';
import type { Settings } from './settings';
import type { Entry, Event, Level, Span, SpanWhy, Task, TaskClock } from './types';

/** A unit's turn at an event: what it brings along from earlier turns, and how its clocks begin, change and end. */

type Data = Entry['data'];

/** Policies that a step was taken under; written into its line, so that a later change of policy does not reach it. */
export type Policy = Pick<Settings, 'start' | 'onReturn' | 'onRedispatch'>;

export function policyData({ start, onReturn, onRedispatch }: Policy): Data {
  return { start, onReturn, onRedispatch };
}

function policyOf({ start, onReturn, onRedispatch }: Data): Policy {
  return {
    start: start === 'dispatch' ? 'dispatch' : 'ack',
    onReturn: onReturn === 'run' ? 'run' : 'pause',
    onRedispatch: onRedispatch === 'restart' || onRedispatch === 'bundle' ? onRedispatch : 'resume',
  };
}

/** A new task of a unit, waiting to be acknowledged, its clocks running. */
export function turnOf(event: Event, data: Data, at: number, unitId: string, duty: Task['duty']): Task {
  const policy = policyOf(data);
  const task: Task = {
    ...{ id: `${event.id}.${event.tasks.length + 1}`, eventId: event.id, unitId, duty, state: 'waiting' },
    ...{ assigneeId: null, round: event.round, startedAt: at, ackedAt: null, endedAt: null, touchedAt: at },
    ...{ suspendedUntil: null, request: null, appealed: null, ackDueAt: null, handleDueAt: null, nextAt: null },
    ...carried(event, unitId, duty, at, policy),
    supervised: duty === 'lead' ? highest(event) : null,
  };
  open(task, 'ack', at, 'waiting');
  if (policy.start === 'dispatch') open(task, 'handle', at, 'waiting');
  return task;
}

type Carried = Pick<Task, 'spans' | 'extended' | 'extensions' | 'suspensions' | 'rungs'>;

/**
 * What a unit has used of its clocks in this round goes with it (resume); under `bundle` the handling clock of whoever
 * had it before goes on, for any unit; under `restart` nothing is remembered, which rewards passing the buck.
 */
function carried(event: Event, unitId: string, duty: Task['duty'], at: number, policy: Policy): Carried {
  const bundle = policy.onRedispatch === 'bundle';
  const earlier = event.tasks.filter((task) => task.round === event.round && task.duty === duty);
  const own = earlier.findLast((task) => task.unitId === unitId && !isOpen(task));
  // Whoever is passing it on still has it; under `bundle` their clock is everybody's.
  const before = bundle ? earlier.findLast((task) => !isOpen(task) || task.state === 'passing') : own;
  if (policy.onRedispatch === 'restart' || !before)
    return { spans: [], extended: 0, extensions: 0, suspensions: 0, rungs: [] };
  const { extended, extensions, suspensions } = before;
  return {
    spans: [...gapped(kept(own, 'ack', at), own, at, null), ...gapped(kept(before, 'handle', at), before, at, policy)],
    ...{ extended, extensions, suspensions },
    rungs: [...firedOf(own, 'ack'), ...new Set([...firedOf(before, 'handle'), ...firedOf(own, 'handle')])],
  };
}

function kept(task: Task | undefined, clock: TaskClock, at: number): Span[] {
  const spans = task?.spans.filter((span) => span.clock === clock) ?? [];
  return spans.map((span) => ({ ...span, to: span.to ?? at }));
}

function firedOf(task: Task | undefined, clock: TaskClock): string[] {
  return task?.rungs.filter((rung) => rung.startsWith(`${clock}.`) || rung.startsWith(`${LIFTED}${clock}.`)) ?? [];
}

/** The time between two turns of a unit belongs to its ledger too: standing still, or running where the policy says so. */
function gapped(spans: Span[], before: Task | undefined, at: number, policy: Policy | null): Span[] {
  const last = spans.at(-1);
  if (!last || !before) return spans;
  const returned = before.state === 'returned' || before.state === 'cancelled';
  const runs = policy !== null && (policy.onRedispatch === 'bundle' || (policy.onReturn === 'run' && returned));
  const why: SpanWhy = runs ? 'between' : returned ? 'returned' : before.state === 'moved' ? 'elsewhere' : 'verifying';
  if (policy === null) return [...spans, { clock: last.clock, from: last.to ?? at, to: at, why, running: false }];
  return [...spans, { clock: last.clock, from: last.to ?? at, to: null, why, running: runs }];
}

/** 督办 by hand goes with the event from unit to unit, and none gets lower than it was. */
export function highest({ tasks, round }: Event): Level | null {
  const ordered = tasks.filter((task) => task.round === round).map(({ supervised }) => supervised);
  return LEVELS.findLast((level) => ordered.includes(level)) ?? null;
}

/** Ends the open stretch of a clock and begins the next. */
export function open(task: Task, clock: TaskClock, at: number, why: SpanWhy, running = why !== 'suspended'): void {
  shut(task, clock, at);
  task.spans.push({ clock, from: at, to: null, why, running });
}

export function shut(task: Task, clock: TaskClock, at: number): void {
  const last = task.spans.findLast((span) => span.clock === clock);
  if (last && last.to === null) last.to = at;
}

/** The task goes on in another state; the clock that counts goes on in another stretch. */
export function go(
  task: Task | undefined,
  at: number,
  state: 'waiting' | 'handling' | 'passing' | 'suspended' | 'confirming',
) {
  if (!task) return;
  task.state = state;
  open(task, task.ackedAt === null ? 'ack' : 'handle', at, state);
}

export function over(task: Task, at: number, state: Task['state']): void {
  shut(task, 'ack', at);
  shut(task, 'handle', at);
  Object.assign(task, { state, endedAt: at, nextAt: null, suspendedUntil: null, request: null });
}
