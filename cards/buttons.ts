import { DAY, dateOf } from '../server/domain/clock';
import { ACTIONS, type Action, type Asked } from '../server/domain/commands';
import { openTasks } from '../server/domain/policy';
import type { Roster } from '../server/domain/roster';
import { reachableUnits } from '../server/domain/routing';
import type { CardKind, Event, Suggestion } from '../server/domain/types';
import { bytesOf, clip, fitList, MOST_BYTES } from './fit';

/** What a card offers: buttons and the form they ask for, each within the 1 kB that a value may have. */

export interface Button {
  action: string;
  label: string;
  style: 'primary' | 'default' | 'danger';
  params?: Record<string, string>;
  fields?: string[];
  confirm?: string;
}

export interface Field {
  name: Asked;
  label: string;
  type: 'TEXT' | 'TEXT_AREA' | 'SELECT' | 'DATE';
  required: boolean;
  placeholder?: string;
  options?: { value: string; text: string }[];
}

const REPORTERS: readonly Action[] = ['file', 'close', 'discard', 'withdraw', 'pass', 'fail', 'reopen'];
const SUPERVISORS: readonly Action[] = ['approve', 'deny', 'supervise', 'lift', 'instruct'];
/** Asked for on the event's page: a picker of all matters is needed, or nobody waits for it. */
const ELSEWHERE: readonly Action[] = ['correct', 'reward', 'unreward'];

/** What waits for this person first; then what moves the event; then what watches over it. */
const ORDER: readonly Action[] = [
  ...(['approve', 'deny', 'confirm', 'redo', 'file', 'ack', 'finish', 'pass', 'fail', 'dispatch', 'resume'] as const),
  ...(['recall', 'close', 'discard', 'assist', 'transfer', 'escalate', 'return', 'extend', 'suspend'] as const),
  ...(['reject', 'appeal', 'supervise', 'lift', 'instruct', 'withdraw', 'reopen'] as const),
];

/** Of what a person may do, what this kind of card offers, the most needed first. */
export function offered(kind: CardKind, actions: readonly Action[]): Action[] {
  const kept = actions.filter((action) => {
    if (ELSEWHERE.includes(action)) return false;
    if (kind === 'draft') return REPORTERS.includes(action);
    return kind === 'task' ? action !== 'reopen' : SUPERVISORS.includes(action);
  });
  return ORDER.filter((action) => kept.includes(action));
}

const DANGERS: readonly Action[] = ['reject', 'return', 'fail', 'withdraw', 'discard', 'deny', 'redo', 'unreward'];
/** Not what a card is about, even where nothing else can be done. */
const ASIDE: readonly Action[] = ['supervise', 'lift', 'instruct', 'recall', 'appeal', 'reopen', 'reward', 'unreward'];

export const CONFIRMS: Partial<Record<Action, string>> = {
  withdraw: '撤回后不再办理，确定吗？',
  discard: '不上报这件事了，确定吗？',
  recall: '对方还没有签收，确定收回吗？',
  resume: '恢复后继续计时，不能再次挂账，确定吗？',
  approve: '同意后不能撤销，确定吗？',
};

export function styleOf(action: Action, first: boolean): Button['style'] {
  if (DANGERS.includes(action)) return 'danger';
  return first && !ASIDE.includes(action) ? 'primary' : 'default';
}

/** JSON of the buttons that fit; the rest stands on the event's page. */
export function buttonsJson(actions: readonly Action[], event: Event, roster: Roster): string {
  const buttons = actions.map(buttonOf);
  const chips = event.stage === 'reported' ? alternatives(event).map((each) => chipOf(each, roster)) : [];
  return fitList([...buttons.slice(0, 1), ...chips, ...buttons.slice(1)]);
}

function buttonOf(action: Action, index: number): Button {
  const { label, asks } = ACTIONS[action];
  const confirm = CONFIRMS[action];
  return {
    ...{ action, label, style: styleOf(action, index === 0) },
    ...(asks.length > 0 && { fields: [...asks] }),
    ...(confirm && { confirm }),
  };
}

function chipOf({ matterId }: Suggestion, roster: Roster): Button {
  const name = clip(roster.matter(matterId)?.name ?? matterId, 16);
  return { action: 'file', label: `是“${name}”`, style: 'default', params: { matter: matterId } };
}

/** Other matters worth a button: those whose words weigh nearly as much as the first one's. */
function alternatives(event: Event): Suggestion[] {
  const [first] = event.suggestions;
  return event.suggestions
    .filter((each) => each.matterId !== event.matterId && first && each.score >= 0.6 * first.score)
    .slice(0, 2);
}

/** JSON of the form that these actions ask for. */
export function formJson(actions: readonly Action[], event: Event, roster: Roster, now: number): string {
  const asked = new Set<Asked>(actions.flatMap((action) => ACTIONS[action].asks));
  return fitForm(
    FIELDS.filter(({ name }) => asked.has(name)).map((field) => dressed(field, actions, event, roster, now)),
  );
}

const FIELDS: readonly Field[] = [
  { name: 'to', label: '单位', type: 'SELECT', required: true },
  {
    name: 'level',
    label: '级别',
    type: 'SELECT',
    required: true,
    options: [
      { value: 'blue', text: '普通督办' },
      { value: 'yellow', text: '黄牌督办' },
      { value: 'red', text: '红牌督办' },
    ],
  },
  { name: 'until', label: '挂账截止日期', type: 'DATE', required: true },
  { name: 'note', label: '处理结果', type: 'TEXT_AREA', required: true },
  { name: 'reason', label: '理由', type: 'TEXT_AREA', required: true },
];

function dressed(field: Field, actions: readonly Action[], event: Event, roster: Roster, now: number): Field {
  if (field.name === 'to') return { ...field, options: unitOptions(event, roster) };
  if (field.name === 'until') return { ...field, placeholder: `如 ${dateOf(now + 30 * DAY)}` };
  if (field.name !== 'note' || !actions.includes('instruct')) return field;
  const both = actions.includes('finish') || actions.includes('close');
  return { ...field, label: both ? '处理结果或批示' : '批示' };
}

function unitOptions(event: Event, roster: Roster): Field['options'] {
  const busy = new Set(openTasks(event).map((task) => task.unitId));
  return reachableUnits(event.areaPath, roster)
    .filter((unit) => !busy.has(unit.id))
    .map((unit) => ({ value: unit.id, text: unit.name }));
}

/** The units that do not fit are chosen on the event's page. */
function fitForm(fields: Field[]): string {
  const text = JSON.stringify({ fields });
  const unit = fields.find(({ name }) => name === 'to');
  if (bytesOf(text) <= MOST_BYTES || !unit?.options?.length) return text;
  const shorter: Field = { ...unit, label: '单位（其余请点“查看详情”）', options: unit.options.slice(0, -1) };
  return fitForm(fields.map((field) => (field === unit ? shorter : field)));
}
