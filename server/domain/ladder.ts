import { dueAt } from './clock';
import { limitsOf, type Rules } from './rules';
import type { Step } from './settings';
import type { Event, Task, TaskClock } from './types';

export interface OpenClock {
  clock: TaskClock;
  dueAt: number;
  /** Steps that have not fired, with the moment of each. */
  ahead: { step: Step; at: number }[];
  nextAt: number | null;
}

/** The clock that runs on a task now; null when it has ended. */
export function openClock(task: Task, event: Event, { roster, calendar, settings }: Rules): OpenClock | null {
  if (task.state !== 'waiting' && task.state !== 'handling') return null;
  const clock: TaskClock = task.state === 'waiting' ? 'ack' : 'handle';
  const start = clock === 'ack' ? task.startedAt : (task.ackedAt ?? task.startedAt);
  const limit = limitsOf(event, roster)[clock];
  const ahead = settings.ladder
    .filter((step) => !task.rungs.includes(`${clock}.${step.rung}`))
    .map((step) => ({ step, at: dueAt(start, limit, calendar, step.share) }));
  return { clock, dueAt: runningDue(task), ahead, nextAt: ahead[0]?.at ?? null };
}

/** Due moment of the clock that runs now, or of the last one that ran. */
export function runningDue(task: Task): number {
  return task.state === 'waiting' ? task.ackDueAt : (task.handleDueAt ?? task.ackDueAt);
}

/** When the event itself, apart from its tasks, wants looking at. */
export function ownTimer(event: Event, { settings, calendar }: Rules): number | null {
  const { last, stage } = event;
  if (stage === 'reported')
    return event.touchedAt + (last.action === 'remind' ? settings.draftExpires : settings.draftReminds);
  if (stage === 'filed' && last.action !== 'dispatch_overdue') {
    return dueAt(last.at, { minutes: settings.dispatchMinutes, continuous: event.urgent }, calendar);
  }
  if (stage === 'verifying' && last.action !== 'verify_overdue') return last.at + settings.verifyWithin;
  return null;
}
