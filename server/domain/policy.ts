import type { Action } from './commands';
import { isOpen, levelsOf, wasLate } from './ladder';
import { type Roster, within } from './roster';
import { centreSupervisors, dispatchers, handlesFor, lastResort, leaders, oversight, supervisors } from './routing';
import type { Approver } from './settings';
import { highest } from './turn';
import type { Event, Post, Request, Role, Task } from './types';

/** Permissions on one screen: who sees an event, and who may do what at which stage. Chat, cards, HTTP and pages all ask here. */

export function openTasks(event: Event): Task[] {
  return event.tasks.filter(isOpen);
}

/** The task a person may act on (an open one, unless said otherwise): one they acknowledged, else one of a unit they handle or lead for. */
export function ownTask(
  userId: string,
  event: Event,
  roster: Roster,
  among: (task: Task) => boolean = isOpen,
): Task | undefined {
  const tasks = event.tasks.filter(among).reverse();
  const own = tasks.filter((task) => task.assigneeId === userId || handlesFor(userId, task.unitId, roster));
  return own.find((task) => task.state === 'waiting') ?? own.find((task) => task.assigneeId === userId) ?? own[0];
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

/** In the post over this area, or told in place of those who are missing there: whoever is told may act. */
function stands(userId: string, role: 'dispatcher' | 'supervisor', event: Event, roster: Roster): boolean {
  const told = role === 'dispatcher' ? dispatchers : supervisors;
  return holds(userId, role, event, roster) || told(event.areaPath, roster).includes(userId);
}

const OVERSEERS: readonly Role[] = ['worker', 'leader', 'dispatcher', 'supervisor', 'oversight', 'admin'];

/** Did this person see the same thing, and join? */
export function follows(userId: string, { followers }: Pick<Event, 'followers'>): boolean {
  return followers.some((each) => each.userId === userId);
}

/**
 * May this person see the event at all? Its reporter, who joined, units with a task on it, posts over its area, who stands
 * in for all.
 */
export function maySee(userId: string, event: Event, roster: Roster): boolean {
  if (event.reporterId === userId || follows(userId, event)) return true;
  if (event.stage === 'reported' || roster.posts(userId).length === 0) return false;
  return (
    event.tasks.some((task) => handlesFor(userId, task.unitId, roster)) ||
    OVERSEERS.some((role) => holds(userId, role, event, roster)) ||
    lastResort(roster).includes(userId) ||
    isTold(userId, event, roster)
  );
}

/** In nobody's post, but told in their place: whoever is told may see. */
function isTold(userId: string, event: Event, roster: Roster): boolean {
  const { tasks, areaPath } = event;
  const offices = tasks.some(({ rungs }) => rungs.some((rung) => rung.endsWith('.accountability')))
    ? [oversight('discipline', roster), oversight('procuratorate', roster)]
    : [];
  const leading = tasks.map(({ unitId }) => leaders(unitId, roster));
  const watching = [dispatchers(areaPath, roster), supervisors(areaPath, roster), centreSupervisors(roster)];
  return [...watching, ...leading, ...offices].some((told) => told.includes(userId));
}

/** Whose turn it is to decide about a request. */
export function approverOf(request: Request | null): Approver | null {
  return request?.approvers[request.agreed.length] ?? null;
}

/**
 * Who is to decide about a request now; nobody decides twice, or on their own request, and of an appeal no colleague of the
 * unit that was late: where the one in the post is such a person, the next level up decides. Colleagues do only where
 * there is nobody else.
 */
export function deciders({ request, unitId }: Task, event: Event, roster: Roster): string[] {
  const next = approverOf(request);
  if (!request || !next) return [];
  const but = [request.by, ...request.agreed];
  const among = (not: string[]) => {
    if (next === 'leader') return leaders(unitId, roster, new Set(not));
    return (next === 'dispatcher' ? dispatchers : supervisors)(event.areaPath, roster, new Set(not));
  };
  const others = among(request.kind === 'appeal' ? [...but, ...colleagues(unitId, roster)] : but);
  return others.length > 0 ? others : among(but);
}

function colleagues(unitId: string, { town }: Roster): string[] {
  return town.posts.filter((post) => post.unitId === unitId).map(({ userId }) => userId);
}

/** The task whose pending request this person may decide: of those who may, the nearest are told. */
export function asked(userId: string, event: Event, roster: Roster): Task | undefined {
  const inPost: Record<Approver, (task: Task) => boolean> = {
    leader: ({ unitId }) => leaders(unitId, roster).includes(userId),
    dispatcher: () => stands(userId, 'dispatcher', event, roster),
    supervisor: () => stands(userId, 'supervisor', event, roster),
  };
  return event.tasks.find((task) => {
    const next = approverOf(task.request);
    if (next === null) return false;
    const partial = task.request?.kind === 'appeal' && colleagues(task.unitId, roster).includes(userId);
    return (inPost[next](task) && !partial) || deciders(task, event, roster).includes(userId);
  });
}

/** Nobody decides on their own request, or twice. */
function mayDecide(userId: string, task: Task | undefined): boolean {
  const request = task?.request;
  return request ? request.by !== userId && !request.agreed.includes(userId) : false;
}

interface Standing {
  userId: string;
  reporter: boolean;
  /** The reporter's side: the reporter, or another worker of the same grid. */
  reporting: boolean;
  dispatcher: boolean;
  supervisor: boolean;
  /** A leader over the area, who may give instructions 领导批示. */
  leader: boolean;
  /** May decide a pending request. */
  decides: boolean;
  /** Leads a unit whose handler has finished and waits for its word. */
  confirms: boolean;
  /** A unit of theirs was late on the closed event and has not appealed. */
  appeals: boolean;
  task: Task | undefined;
  leads: boolean;
}

function standing(userId: string, event: Event, roster: Roster): Standing {
  const task = ownTask(userId, event, roster);
  const reporter = event.reporterId === userId;
  const theirs = (each: Task) => handlesFor(userId, each.unitId, roster);
  return {
    userId,
    reporter,
    reporting: reporter || holds(userId, 'worker', event, roster),
    dispatcher: stands(userId, 'dispatcher', event, roster),
    supervisor: stands(userId, 'supervisor', event, roster) || holds(userId, 'leader', event, roster),
    leader: holds(userId, 'leader', event, roster),
    decides: mayDecide(userId, asked(userId, event, roster)),
    confirms: event.tasks.some(
      ({ state, unitId }) => state === 'confirming' && leaders(unitId, roster).includes(userId),
    ),
    appeals: event.tasks.some((each) => theirs(each) && mayAppeal(each, event)),
    task,
    leads: task?.duty === 'lead',
  };
}

/** What a person may do with an event now, in the order buttons are shown. */
export function actionsFor(userId: string, event: Event, roster: Roster): Action[] {
  const who = standing(userId, event, roster);
  return [...pick(who.decides, 'approve', 'deny'), ...ownActions(who, event), ...overseeing(who, event)];
}

/** A unit appeals once a round, about the last of its turns that was late: it holds what the turns before came to. */
export function mayAppeal(task: Task, event: Event): boolean {
  const turns = turnsOf(task, event);
  return turns.findLast(wasLate) === task && turns.every(({ appealed, request }) => !appealed && !request);
}

export function turnsOf({ unitId, duty, round }: Task, { tasks }: Event): Task[] {
  return tasks.filter((each) => each.unitId === unitId && each.duty === duty && each.round === round);
}

function ownActions(who: Standing, event: Event): Action[] {
  switch (event.stage) {
    case 'reported':
      return who.reporter ? ['file', 'close', 'discard'] : [];
    case 'filed':
      return [
        ...pick(who.dispatcher, 'dispatch', 'correct', 'reject'),
        ...pick(who.reporter && !returned(event), 'close', ...pick(event.followers.length === 0, 'withdraw')),
      ];
    case 'dispatched':
    case 'handling':
      return [
        ...taskActions(who),
        ...pick(who.confirms, 'confirm', 'redo'),
        ...pick(who.dispatcher, ...dispatcherActions(event)),
        ...pick(who.reporter && !acknowledged(event) && event.followers.length === 0, 'withdraw'),
      ];
    case 'verifying':
      return [
        ...pick(who.reporting || who.dispatcher, 'pass', 'fail'),
        ...pick(who.dispatcher && !who.reporting, 'close'),
      ];
    case 'closed':
      return [
        ...pick(who.appeals, 'appeal'),
        ...pick(who.reporter || who.dispatcher || who.supervisor, 'reopen'),
        ...pick(rewards(who), event.reward === null ? 'reward' : 'unreward'),
      ];
    default:
      return [];
  }
}

/** Nobody rewards themself. */
function rewards({ reporter, dispatcher, supervisor }: Standing): boolean {
  return !reporter && (dispatcher || supervisor);
}

function taskActions({ task, leads }: Standing): Action[] {
  switch (task?.state) {
    case 'waiting':
      return leads ? ['ack', 'assist', 'transfer', 'escalate', 'return'] : ['ack', 'return'];
    case 'handling':
      return leads
        ? ['finish', 'assist', 'transfer', 'escalate', 'return', ...pick(task.request === null, 'extend', 'suspend')]
        : ['finish', 'return'];
    case 'passing':
      return ['recall'];
    case 'suspended':
      return ['resume'];
    default:
      return [];
  }
}

/** What a dispatcher may still do once it is dispatched: take it back until it is acknowledged, and put its terms right. */
function dispatcherActions(event: Event): Action[] {
  const waiting = event.tasks.some(({ duty, state }) => duty === 'lead' && state === 'waiting');
  return waiting ? ['recall', 'correct'] : ['correct'];
}

/**
 * The receiver of a return may not advance the event: it is dispatched again, or refused (reference/domain.md §2). What else is
 * said or corrected meanwhile lifts nothing.
 */
export function returned({ stage, tasks, round }: Event): boolean {
  return (
    stage === 'filed' && tasks.some((task) => task.duty === 'lead' && task.round === round && task.state === 'returned')
  );
}

function overseeing(who: Standing, event: Event): Action[] {
  if (!who.supervisor || openTasks(event).length === 0) return [];
  const said = pick(who.leader, 'instruct');
  const supervised = openTasks(event).some((task) => levelsOf(task).length > 0) || highest(event) !== null;
  return supervised ? ['supervise', 'lift', ...said] : ['supervise', ...said];
}

export function acknowledged(event: Event): boolean {
  return event.tasks.some((task) => task.ackedAt !== null && isOpen(task));
}

function pick<A extends Action>(condition: boolean, ...actions: A[]): A[] {
  return condition ? actions : [];
}

/** Sets the town up: its areas, units, people and rules. */
export function administers(userId: string, roster: Roster): boolean {
  return roster.posts(userId).some(({ role }) => role === 'admin');
}

/** What the event list may show a person (the store's filter form of `maySee`). */
export function scopeOf(userId: string, roster: Roster) {
  const posts = roster.posts(userId);
  const areaPaths = posts
    .filter((post) => OVERSEERS.includes(post.role))
    .flatMap((post) => watches(post, roster) ?? []);
  if (lastResort(roster).includes(userId)) areaPaths.push(roster.district.path);
  const unitIds = roster.town.units.filter(({ id }) => handlesFor(userId, id, roster)).map(({ id }) => id);
  return { everything: false, reporterId: userId, areaPaths: [...new Set(areaPaths)], unitIds: [...new Set(unitIds)] };
}
