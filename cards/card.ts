import { ACTIONS, type Action, STAGE_WORDS } from '../server/domain/commands';
import { runningDue } from '../server/domain/ladder';
import { actionsFor, openTasks, ownTask } from '../server/domain/policy';
import { when } from '../server/domain/refusal';
import { type Roster, within } from '../server/domain/roster';
import { reachableUnits } from '../server/domain/routing';
import { nameOf } from '../server/domain/rules';
import type { Safety } from '../server/domain/safety';
import type { CardKind, Entry, Event, Suggestion } from '../server/domain/types';
import { remaining, timeline } from './history';

/** An event as one person is shown it in chat. All values are strings: the platform takes nothing else. */
export interface CardInput {
  kind: Exclude<CardKind, 'brief'>;
  event: Event;
  entries: Entry[];
  /** Whose card it is. */
  userId: string;
  roster: Roster;
  now: number;
  /** Life-safety found in the words, with the advice to give. */
  safety: { safety: Safety; advice: string } | null;
  detailUrl: string;
  /** Signed addresses of the event's photos, newest last. */
  photoUrls: string[];
}

export interface Card {
  params: Record<string, string>;
  /** One line for the chat list and the phone's notification. */
  alert: string;
}

type Row = { label: string; value: string };

interface Button {
  action: string;
  label: string;
  style: 'primary' | 'default' | 'danger';
  params?: Record<string, string>;
  fields?: string[];
  confirm?: string;
}

/** What a card says and offers to one person now. Pure; permissions come from `policy`. */
export function renderCard(input: CardInput): Card {
  const { event, now, roster } = input;
  const actions = actionsFor(input.userId, event, roster).filter((action) => offered(input.kind, action));
  const title = titleOf(input, actions);
  const params = {
    title,
    tag: tagOf(event),
    tone: toneOf(event, now),
    warning: warningOf(input),
    text: clip(event.text || '（只有照片，还没有文字）', 200),
    fields: json(fieldsOf(input)),
    images: json(input.photoUrls.slice(-3)),
    timeline: json(event.stage === 'reported' ? [] : recent(input)),
    form: fitForm(formOf(input, actions)),
    buttons: json(buttonsOf(input, actions)),
    hint: hintOf(input, actions),
    link: input.detailUrl,
    message: '',
  };
  return { params, alert: clip(`${title} ${event.no ?? ''} ${event.text}`.trim(), 60) };
}

function offered(kind: CardInput['kind'], action: Action): boolean {
  const reporters: Action[] = ['file', 'close', 'discard', 'withdraw', 'pass', 'fail', 'reopen'];
  if (kind === 'draft') return reporters.includes(action);
  return kind === 'task' || action === 'supervise' || action === 'lift' ? action !== 'reopen' : false;
}

function matterName({ event, roster }: CardInput): string {
  return (event.matterId && roster.matter(event.matterId)?.name) || '其他事项';
}

function titleOf(input: CardInput, actions: Action[]): string {
  const { event, kind } = input;
  if (event.stage === 'reported') return event.urgent ? '紧急情况，请确认上报' : '请确认上报';
  if (kind === 'supervision') return `超期提醒：${matterName(input)}`;
  const receipt = event.stage === 'filed' || event.stage === 'dispatched';
  if (kind === 'draft' && receipt) return `已上报 ${event.no}`;
  const asked = actions.find((action) => ASKING[action]);
  return `${asked ? ASKING[asked] : STAGE_WORDS[event.stage]}：${matterName(input)}`;
}

/** What a card asks of its reader, by the first thing they can do. */
const ASKING: Partial<Record<Action, string>> = {
  ack: '请签收',
  finish: '请办理',
  dispatch: '请派遣',
  pass: '请核查',
};

function tagOf({ urgent, stage }: Event): string {
  return urgent ? `紧急 · ${STAGE_WORDS[stage]}` : STAGE_WORDS[stage];
}

function toneOf(event: Event, now: number): string {
  if (event.stage === 'closed') return 'green';
  if (event.stage === 'rejected' || event.stage === 'withdrawn') return 'grey';
  if (event.urgent || openTasks(event).some((task) => runningDue(task) < now)) return 'red';
  return event.stage === 'reported' || event.stage === 'filed' ? 'orange' : 'blue';
}

function warningOf({ safety, event, kind, userId, roster, now }: CardInput): string {
  if (safety && (kind === 'draft' || event.stage !== 'closed')) return safety.advice;
  const task = kind === 'task' ? (ownTask(userId, event, roster) ?? openTasks(event)[0]) : openTasks(event)[0];
  if (!task) return '';
  const late = runningDue(task) < now;
  const clock = task.state === 'waiting' ? '签收' : '办理';
  const supervised = task.supervised ? `已${{ blue: '普通', yellow: '黄牌', red: '红牌' }[task.supervised]}督办。` : '';
  return late ? `${supervised}${clock}时限${remaining(runningDue(task), now)}` : supervised;
}

function fieldsOf(input: CardInput): Row[] {
  const { event, roster, now, kind } = input;
  const lead = event.tasks.findLast((task) => task.duty === 'lead');
  const rows: (Row | false)[] = [
    event.no !== null && { label: '编号', value: event.no },
    { label: '事项', value: matterName(input) + because(event.suggestions[0], event) },
    { label: '位置', value: clip(event.place.text || '未写明', 40) },
    { label: '网格', value: areaName(event, roster) },
    kind !== 'draft' && { label: '报告人', value: nameOf(event.reporterId, roster) },
    lead !== undefined && {
      label: '承办',
      value: (roster.unit(lead.unitId)?.name ?? '') + (lead.assigneeId ? ` ${nameOf(lead.assigneeId, roster)}` : ''),
    },
    ...openTasks(event)
      .filter((task) => task.duty === 'lead')
      .map((task) => ({
        label: task.state === 'waiting' ? '签收时限' : '办理时限',
        value: `${when(runningDue(task), now)}（${remaining(runningDue(task), now)}）`,
      })),
  ];
  return rows.filter((row) => row !== false);
}

/** The words that led to a suggestion, while it still stands to be confirmed. */
function because(suggestion: Suggestion | undefined, event: Event): string {
  return event.stage === 'reported' && suggestion?.matterId === event.matterId && suggestion?.words.length
    ? `（因为“${suggestion.words.join('”“')}”）`
    : '';
}

function areaName({ areaPath }: Event, roster: Roster): string {
  const area = roster.area(areaPath.split('/').at(-1) ?? '');
  const street = roster.town.areas.find((each) => each.kind === 'street' && within(areaPath, each.path));
  return [...new Set([street?.name, area?.name])].filter(Boolean).join(' ');
}

function recent({ entries, roster, now }: CardInput): { time: string; text: string; tone: string }[] {
  return timeline(entries, roster, now)
    .slice(-3)
    .map(({ time, who, text, tone }) => ({ time, text: clip(`${who} ${text}`, 40), tone }));
}

function buttonsOf(input: CardInput, actions: Action[]): Button[] {
  const { event } = input;
  const others = event.stage === 'reported' ? alternatives(event) : [];
  const chips = others.map((each): Button => {
    const name = input.roster.matter(each.matterId)?.name ?? each.matterId;
    return { action: 'file', label: `是“${name}”`, style: 'default', params: { matter: each.matterId } };
  });
  const buttons = actions.map((action, index): Button => {
    const { label, asks } = ACTIONS[action];
    const style = DANGERS.includes(action) ? 'danger' : index === 0 && action !== 'supervise' ? 'primary' : 'default';
    return {
      action,
      label,
      style,
      ...(asks.length > 0 && { fields: [...asks] }),
      ...(CONFIRMS[action] && { confirm: CONFIRMS[action] }),
    };
  });
  return [...buttons.slice(0, 1), ...chips, ...buttons.slice(1)];
}

/** Other matters worth a button: those whose words weigh nearly as much as the first one's. */
function alternatives(event: Event): Suggestion[] {
  const [first] = event.suggestions;
  return event.suggestions
    .filter((each) => each.matterId !== event.matterId && first && each.score >= 0.6 * first.score)
    .slice(0, 2);
}

const DANGERS: Action[] = ['reject', 'return', 'fail', 'withdraw', 'discard'];
const CONFIRMS: Partial<Record<Action, string>> = {
  withdraw: '撤回后不再办理，确定吗？',
  discard: '不上报这件事了，确定吗？',
};

interface Field {
  name: string;
  label: string;
  type: 'TEXT' | 'TEXT_AREA' | 'SELECT';
  required: boolean;
  options?: { value: string; text: string }[];
}

function formOf({ event, roster }: CardInput, actions: Action[]): Field[] {
  const asked = new Set<string>(actions.flatMap((action) => [...ACTIONS[action].asks]));
  const fields: (Field | false)[] = [
    asked.has('to') && {
      name: 'to',
      label: '单位',
      type: 'SELECT',
      required: true,
      options: unitOptions(event, roster),
    },
    asked.has('level') && { name: 'level', label: '级别', type: 'SELECT', required: true, options: LEVELS },
    asked.has('note') && { name: 'note', label: '处理结果', type: 'TEXT_AREA', required: true },
    asked.has('reason') && { name: 'reason', label: '理由', type: 'TEXT_AREA', required: true },
  ];
  return fields.filter((field) => field !== false);
}

/** The platform holds a value to 1 kB: the units that do not fit are chosen on the event's page. */
const MOST_BYTES = 1024;

function fitForm(fields: Field[]): string {
  const text = json({ fields });
  const unit = fields.find(({ name }) => name === 'to');
  if (Buffer.byteLength(text) <= MOST_BYTES || !unit?.options?.length) return text;
  const shorter: Field = { ...unit, label: '单位（其余请点“查看详情”）', options: unit.options.slice(0, -1) };
  return fitForm(fields.map((field) => (field === unit ? shorter : field)));
}

const LEVELS = [
  { value: 'blue', text: '普通督办' },
  { value: 'yellow', text: '黄牌督办' },
  { value: 'red', text: '红牌督办' },
];

function unitOptions(event: Event, roster: Roster): Field['options'] {
  const busy = new Set(openTasks(event).map((task) => task.unitId));
  return reachableUnits(event.areaPath, roster)
    .filter((unit) => !busy.has(unit.id))
    .map((unit) => ({ value: unit.id, text: unit.name }));
}

function hintOf({ event, kind }: CardInput, actions: Action[]): string {
  if (event.stage === 'reported')
    return event.text ? '点“上报”即可；还有照片或补充，直接接着发。' : '再说一句是什么事，或直接点“上报”。';
  if (actions.includes('finish')) return `要附处理后的照片：发照片并写上编号 ${event.no}，或点“查看详情”。`;
  return kind === 'draft' && event.no ? `补充情况：直接发“${event.no} 要补充的话”。` : '';
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

/** At most so many characters, an ellipsis for the rest; never half of a surrogate pair. */
export function clip(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
