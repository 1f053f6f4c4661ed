import { CLOCK_WORDS, dueOf, shareOf } from '../../cards/due';
import type { Action } from '../domain/commands';
import { isLate, runningDue } from '../domain/ladder';
import { asked, maySee, ownTask, scopeOf } from '../domain/policy';
import type { Rules } from '../domain/rules';
import type { Area, Event, Role, Task } from '../domain/types';
import type { Answer } from './contract';
import { visible } from './events';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { TODO_FILTERS } from './official-contract';
import { nextStep, stageDue, summaryOf, timerOf, type View } from './present';

/** 待办: all that waits for a person is put in order before any of it is cut off. */

type Todo = Answer<'GET /api/todo'>;
type Row = Todo['events'][number];

export function todoRoutes(ports: HttpPorts): Pick<Handlers, 'GET /api/todo' | 'GET /api/events/:id/place'> {
  return {
    'GET /api/todo': (given) => todo(ports, given),
    'GET /api/events/:id/place': async ({ params, who }) =>
      placeOf(await visible(ports, who, params.id), ports.rules()),
  };
}

/** More than a person can have waiting; beyond it the most pressing so many are shown, and that is said. */
const MOST = 2_000;
/** Who may be asked for a word about an appeal, whatever the settings said when it was made. */
const JUDGES: readonly Role[] = ['leader', 'dispatcher', 'supervisor'];

async function todo(ports: HttpPorts, { query, who }: Asked<'GET /api/todo'>): Promise<Todo> {
  const rules = ports.rules();
  const view: View = { userId: who, rules, now: ports.clock.now() };
  const scopes = scopeOf(who, rules.roster);
  const events = await ports.store.waiting(scopes, MOST);
  // Closed long ago, but somebody waits for a word about them.
  const judges = rules.roster.posts(who).some(({ role }) => JUDGES.includes(role));
  const appeals = judges ? await ports.store.list({ scopes, appeal: 'waiting', stages: ['closed'], limit: MOST }) : [];
  const items = events
    .concat(appeals)
    .flatMap((event) => itemOf(event, view))
    .sort(byNeed);
  const { filter } = query;
  const wanted = filter ? items.filter((item) => isOf(item, filter, view.now)) : items;
  const counted = TODO_FILTERS.map((name) => [name, items.filter((item) => isOf(item, name, view.now)).length]);
  return {
    events: wanted.slice(0, query.most).map((item) => rowOf(item, view)),
    total: wanted.length,
    counts: { all: items.length, ...Object.fromEntries(counted) },
    whole: events.length < MOST,
  };
}

interface Item {
  event: Event;
  action: Action;
  step: Row['step'];
  /** The task whose turn it is; null where the event itself waits. */
  task: Task | null;
  /** When this step is due; null while its clock stands still, or where there is none. */
  at: number | null;
}

const STEPS: Partial<Record<Action, Row['step']>> = {
  ack: 'ack',
  finish: 'handle',
  approve: 'approve',
  confirm: 'approve',
  pass: 'verify',
  dispatch: 'dispatch',
  file: 'file',
};

function itemOf(event: Event, view: View): Item[] {
  const action = maySee(view.userId, event, view.rules.roster) ? nextStep(event, view) : undefined;
  const step = action && STEPS[action];
  if (!action || !step) return [];
  const task = taskOf(action, event, view) ?? null;
  const at = task ? (task.state === 'suspended' ? null : runningDue(task)) : (timerOf(event, view)?.at ?? null);
  return [{ event, action, step, task, at }];
}

function taskOf(action: Action, event: Event, { userId, rules }: View): Task | undefined {
  if (action === 'ack' || action === 'finish') return ownTask(userId, event, rules.roster);
  if (action === 'approve') return asked(userId, event, rules.roster);
  return action === 'confirm' ? event.tasks.find(({ state }) => state === 'confirming') : undefined;
}

/** Urgent ones first, then what is due first; what has no clock comes last, the oldest first. */
function byNeed(a: Item, b: Item): number {
  const urgent = Number(b.event.urgent) - Number(a.event.urgent);
  const due = (a.at ?? Number.MAX_SAFE_INTEGER) - (b.at ?? Number.MAX_SAFE_INTEGER);
  return urgent || due || a.event.createdAt - b.event.createdAt || (a.event.id < b.event.id ? -1 : 1);
}

function isOf({ step, at, task }: Item, filter: (typeof TODO_FILTERS)[number], now: number): boolean {
  if (filter !== 'late') return step === filter;
  return task ? isLate(task, now) : at !== null && at < now;
}

function rowOf(item: Item, view: View): Row {
  const { event, action, step, task } = item;
  const unit = task && view.rules.roster.unit(task.unitId);
  const { due: _, ...summary } = summaryOf(event, view);
  return {
    ...summary,
    due: stepDue(item, view),
    step,
    action,
    unit: unit?.name ?? null,
    assists: task?.duty === 'assist',
  };
}

function stepDue({ event, task }: Item, view: View): Row['due'] {
  const { rules, now } = view;
  if (task?.request?.kind === 'appeal') return null;
  if (task) {
    const { clock, at, words, late, note } = dueOf(task, event, rules, now);
    const share = shareOf(task, event, rules, now);
    return { clock: CLOCK_WORDS[clock] as '签收' | '办理', at, words, late, share, note: note || null };
  }
  return stageDue(event, view);
}

// -------------------------------------------------------------------------------------------------- place

/** The grid, and its neighbours of the same community: enough to know the spot by. */
function placeOf({ gridId, place }: Event, { roster }: Rules): Answer<'GET /api/events/:id/place'> {
  const grid = gridId ? roster.area(gridId) : undefined;
  const around = grid
    ? roster.town.areas.filter(({ id, parentId }) => parentId === grid.parentId && id !== grid.id)
    : [];
  const { lng, lat } = place;
  return {
    point: lng !== null && lat !== null ? [lng, lat] : null,
    grid: (grid && outlined(grid)) ?? null,
    around: around.flatMap((area) => outlined(area) ?? []),
  };
}

function outlined({ id, name, polygon }: Area): { id: string; name: string; ring: [number, number][] } | undefined {
  return polygon ? { id, name, ring: polygon } : undefined;
}
