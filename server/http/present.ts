import { remaining, timeline } from '../../cards/history';
import { ACTIONS, type Action, STAGE_WORDS } from '../domain/commands';
import { runningDue } from '../domain/ladder';
import { actionsFor, openTasks } from '../domain/policy';
import { when } from '../domain/refusal';
import { mayAdd } from '../domain/reporting';
import { type Roster, within } from '../domain/roster';
import { nameOf } from '../domain/rules';
import type { Entry, Event, Task, TaskState } from '../domain/types';
import type { MediaRow } from '../ports';
import type { Due, EventDetail, EventSummary, Field, Offer, Photo } from './contract';

/** What leaves the server about an event, for one person, in words. Telephone numbers are not among it. */

interface View {
  /** Who looks. */
  userId: string;
  roster: Roster;
  now: number;
}

/** Steps that wait for somebody; the rest is possible, but nobody is waited for. */
const WAITED_FOR: Partial<Record<Action, string>> = {
  file: '确认上报',
  ack: '签收',
  finish: '办理',
  dispatch: '派遣',
  pass: '核查',
};

/** The step this event waits for this person to take; undefined when it waits for others. */
export function nextStep(event: Event, { userId, roster }: View): Action | undefined {
  return actionsFor(userId, event, roster).find((action) => action in WAITED_FOR);
}

export function summaryOf(event: Event, view: View): EventSummary {
  const next = nextStep(event, view);
  return {
    id: event.id,
    no: event.no,
    stage: event.stage,
    stageText: STAGE_WORDS[event.stage],
    urgent: event.urgent,
    matter: (event.matterId && view.roster.matter(event.matterId)?.name) || '其他事项',
    text: event.text,
    place: event.place.text,
    area: areaName(event.areaPath, view.roster),
    createdAt: event.createdAt,
    due: eventDue(event, view.now),
    next: (next && WAITED_FOR[next]) ?? null,
  };
}

/** The clock that presses most: of the lead while it is open, else of whoever assists. */
function eventDue(event: Event, now: number): Due | null {
  const open = openTasks(event);
  const task = open.find(({ duty }) => duty === 'lead') ?? open[0];
  return task ? dueOf(task, now) : null;
}

function dueOf(task: Task, now: number): Due {
  const at = runningDue(task);
  return {
    clock: task.state === 'waiting' ? '签收' : '办理',
    at,
    words: remaining(at, now),
    time: when(at, now),
    late: at < now,
  };
}

/** Street and place below it: `和平街道 第三网格`. */
export function areaName(areaPath: string, roster: Roster): string {
  const street = roster.town.areas.find(({ kind, path }) => kind === 'street' && within(areaPath, path));
  const area = roster.area(areaPath.split('/').at(-1) ?? '');
  return [...new Set([street?.name, area?.name])].filter(Boolean).join(' ');
}

export function detailOf(event: Event, entries: Entry[], media: MediaRow[], view: View): EventDetail {
  const { roster, now } = view;
  const condition = event.matterId ? roster.condition(event.matterId, event.conditionId) : undefined;
  return {
    ...summaryOf(event, view),
    reporter: nameOf(event.reporterId, roster),
    filedAt: event.filedAt,
    closedAt: event.closedAt,
    closing: condition?.closing ?? '',
    photos: media.map(photoOf),
    tasks: event.tasks.map((task) => taskOf(task, view)),
    timeline: timeline(entries, roster, now),
    actions: offersOf(event, view),
  };
}

function photoOf({ id, kind, phase, status }: MediaRow): Photo {
  return { id, url: photoPath(id), kind, phase, status };
}

export function photoPath(id: string): string {
  return `/api/photos/${encodeURIComponent(id)}`;
}

const TASK_WORDS: Record<TaskState, string> = {
  waiting: '待签收',
  handling: '办理中',
  finished: '已办结',
  returned: '已退回',
  moved: '已转出',
  cancelled: '已取消',
};

function taskOf(task: Task, { roster, now }: View): EventDetail['tasks'][number] {
  return {
    id: task.id,
    unit: roster.unit(task.unitId)?.name ?? '已撤销的单位',
    duty: task.duty,
    state: task.state,
    stateText: TASK_WORDS[task.state],
    assignee: task.assigneeId && nameOf(task.assigneeId, roster),
    supervised: task.supervised,
    due: task.state === 'waiting' || task.state === 'handling' ? dueOf(task, now) : null,
  };
}

// -------------------------------------------------------------------------------------------------- forms

const DANGERS: readonly Action[] = ['reject', 'return', 'fail', 'withdraw', 'discard'];
const WITH_PHOTOS: readonly Action[] = ['finish', 'close'];
const CONFIRMS: Partial<Record<Action, string>> = {
  withdraw: '撤回后不再办理，确定吗？',
  discard: '不上报这件事了，确定吗？',
  pass: '确认问题已经解决？通过后就结案。',
};

const FIELDS: Record<'note' | 'reason' | 'to' | 'level', Field> = {
  note: { name: 'note', label: '处理结果', type: 'text', required: true },
  reason: { name: 'reason', label: '理由', type: 'text', required: true },
  to: { name: 'to', label: '单位', type: 'unit', required: true },
  level: {
    name: 'level',
    label: '级别',
    type: 'select',
    required: true,
    options: [
      { value: 'blue', text: '普通督办' },
      { value: 'yellow', text: '黄牌督办' },
      { value: 'red', text: '红牌督办' },
    ],
  },
};

/** What a person can do now, each with the form it asks for. */
function offersOf(event: Event, { userId, roster }: View): Offer[] {
  const offers = actionsFor(userId, event, roster).map((action, index): Offer => {
    const { label, asks } = ACTIONS[action];
    const fields = asks.map((name) => FIELDS[name]);
    const style = DANGERS.includes(action) ? 'danger' : index === 0 && action !== 'supervise' ? 'primary' : 'default';
    return {
      action,
      label,
      style,
      confirm: CONFIRMS[action] ?? null,
      photos: WITH_PHOTOS.includes(action),
      fields: action === 'file' ? [MATTER] : fields,
    };
  });
  return mayAdd(event, userId, roster) ? [...offers, ADD] : offers;
}

const MATTER: Field = { name: 'matterId', label: '事项', type: 'matter', required: false };

const ADD: Offer = {
  action: 'add',
  label: '补充情况',
  style: 'default',
  confirm: null,
  photos: true,
  fields: [{ name: 'note', label: '补充的话', type: 'text', required: false }],
};
