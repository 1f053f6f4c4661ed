import type { Action } from './commands';
import { type Roster, within } from './roster';
import { handlers } from './routing';
import type { Event, Post, Role, Task } from './types';

/** Permissions on one screen: who sees an event, and who may do what at which stage. Chat, cards, HTTP and pages all ask here. */

const isOpen = (task: Task) => task.state === 'waiting' || task.state === 'handling';

export function openTasks(event: Event): Task[] {
  return event.tasks.filter(isOpen);
}

/** The open task a person may act on: one they acknowledged, else one of a unit they handle or lead for. */
export function ownTask(userId: string, event: Event, roster: Roster): Task | undefined {
  const open = openTasks(event);
  return (
    open.find((task) => task.assigneeId === userId) ?? open.find((task) => handlesFor(userId, task.unitId, roster))
  );
}

function handlesFor(userId: string, unitId: string, roster: Roster): boolean {
  return handlers(unitId, roster).includes(userId) || roster.staff(unitId, 'leader').includes(userId);
}

/** The area a post watches over; a department's people watch over their own tasks only. */
function watches(post: Post, roster: Roster): string | null {
  const unit = post.unitId ? roster.unit(post.unitId) : undefined;
  if (unit?.kind === 'department') return null;
  return roster.area(post.areaId ?? unit?.areaId ?? '')?.path ?? null;
}

function holds(userId: string, role: Role, event: Event, roster: Roster): boolean {
  return roster
    .posts(userId)
    .some((post) => post.role === role && within(event.areaPath, watches(post, roster) ?? '-'));
}

const OVERSEERS: readonly Role[] = ['worker', 'leader', 'dispatcher', 'supervisor', 'oversight', 'admin'];

/** May this person see the event at all? Its reporter, units with a task on it, and posts over its area. */
export function maySee(userId: string, event: Event, roster: Roster): boolean {
  if (event.reporterId === userId) return true;
  if (event.stage === 'reported' || roster.posts(userId).length === 0) return false;
  return (
    event.tasks.some((task) => handlesFor(userId, task.unitId, roster)) ||
    OVERSEERS.some((role) => holds(userId, role, event, roster))
  );
}

interface Standing {
  reporter: boolean;
  /** The reporter's side: the reporter, or another worker of the same grid. */
  reporting: boolean;
  dispatcher: boolean;
  supervisor: boolean;
  task: Task | undefined;
  leads: boolean;
}

function standing(userId: string, event: Event, roster: Roster): Standing {
  const task = ownTask(userId, event, roster);
  const reporter = event.reporterId === userId;
  return {
    reporter,
    reporting: reporter || holds(userId, 'worker', event, roster),
    dispatcher: holds(userId, 'dispatcher', event, roster),
    supervisor: holds(userId, 'supervisor', event, roster) || holds(userId, 'leader', event, roster),
    task,
    leads: task?.duty === 'lead',
  };
}

/** What a person may do with an event now, in the order buttons are shown. */
export function actionsFor(userId: string, event: Event, roster: Roster): Action[] {
  const who = standing(userId, event, roster);
  return [...ownActions(who, event), ...overseeing(who, event)];
}

function ownActions(who: Standing, event: Event): Action[] {
  switch (event.stage) {
    case 'reported':
      return who.reporter ? ['file', 'close', 'discard'] : [];
    case 'filed':
      return [...pick(who.dispatcher, 'dispatch', 'reject'), ...pick(who.reporter, 'close', 'withdraw')];
    case 'dispatched':
    case 'handling':
      return [...taskActions(who), ...pick(who.reporter && !acknowledged(event), 'withdraw')];
    case 'verifying':
      return [
        ...pick(who.reporting || who.dispatcher, 'pass', 'fail'),
        ...pick(who.dispatcher && !who.reporting, 'close'),
      ];
    case 'closed':
      return pick(who.reporter || who.dispatcher || who.supervisor, 'reopen');
    default:
      return [];
  }
}

function taskActions({ task, leads }: Standing): Action[] {
  if (!task) return [];
  const first: Action[] = task.state === 'waiting' ? ['ack'] : ['finish'];
  return leads ? [...first, 'assist', 'transfer', 'escalate', 'return'] : [...first, 'return'];
}

function overseeing(who: Standing, event: Event): Action[] {
  if (!who.supervisor || openTasks(event).length === 0) return [];
  const supervised = openTasks(event).some((task) => task.supervised);
  return supervised ? ['supervise', 'lift'] : ['supervise'];
}

export function acknowledged(event: Event): boolean {
  return event.tasks.some((task) => task.ackedAt !== null && isOpen(task));
}

function pick(condition: boolean, ...actions: Action[]): Action[] {
  return condition ? actions : [];
}

/** What the event list may show a person (the store's filter form of `maySee`). */
export function scopeOf(userId: string, roster: Roster) {
  const posts = roster.posts(userId);
  const areaPaths = posts
    .filter((post) => OVERSEERS.includes(post.role))
    .flatMap((post) => watches(post, roster) ?? []);
  const unitIds = posts
    .filter((post) => post.unitId && handlesFor(userId, post.unitId, roster))
    .map((post) => post.unitId!);
  return { everything: false, reporterId: userId, areaPaths: [...new Set(areaPaths)], unitIds: [...new Set(unitIds)] };
}
