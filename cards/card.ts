import { type Action, REQUEST_WORDS, STAGE_WORDS } from '../server/domain/commands';
import { climbed, isLate } from '../server/domain/ladder';
import { actionsFor, asked, openTasks, ownTask } from '../server/domain/policy';
import { type Roster, within } from '../server/domain/roster';
import { nameOf, type Rules } from '../server/domain/rules';
import type { Safety } from '../server/domain/safety';
import type { CardKind, Entry, Event, Suggestion, Task } from '../server/domain/types';
import { buttonsJson, formJson, offered } from './buttons';
import { CLOCK_WORDS, dueOf, dueText, isNear, shortLedger } from './due';
import { clip, fitList, fitRows, type Row } from './fit';
import { timeline } from './history';
import { bounces, CLIMBED_WORDS, instruction, requestLabel, requestText, standingText } from './standing';

/** An event as one person is shown it in chat. All values are strings: the platform takes nothing else. */
export interface CardInput {
  kind: Exclude<CardKind, 'brief'>;
  event: Event;
  entries: Entry[];
  /** Whose card it is. */
  userId: string;
  rules: Rules;
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

/** What a card says and offers to one person now. Pure; permissions come from `policy`. */
export function renderCard(input: CardInput): Card {
  const { event, now, rules, kind } = input;
  const { roster } = rules;
  const actions = offered(kind, actionsFor(input.userId, event, roster));
  const title = titleOf(input, actions);
  const params = {
    title,
    tag: tagOf(event),
    tone: toneOf(event, now),
    warning: warningOf(input),
    notices: fitRows(noticesOf(input)),
    text: clip(event.text || '（只有照片，还没有文字）', 200),
    fields: fitRows(fieldsOf(input)),
    images: JSON.stringify(input.photoUrls.slice(-3)),
    timeline: fitList(event.stage === 'reported' ? [] : recent(input)),
    form: formJson(actions, event, roster, now),
    buttons: buttonsJson(actions, event, roster),
    hint: hintOf(input, actions),
    link: input.detailUrl,
    message: '',
  };
  return { params, alert: clip([title, event.no, lateness(input), event.text].filter(Boolean).join(' '), 60) };
}

function matterName({ event, rules }: CardInput): string {
  return (event.matterId && rules.roster.matter(event.matterId)?.name) || '其他事项';
}

function titleOf(input: CardInput, actions: Action[]): string {
  const { event, kind, userId, rules } = input;
  if (event.stage === 'reported') return event.urgent ? '紧急情况，请确认上报' : '请确认上报';
  const request = actions.includes('approve') ? asked(userId, event, rules.roster)?.request : null;
  if (request) return `请审批${REQUEST_WORDS[request.kind]}：${matterName(input)}`;
  if (kind === 'supervision') return `超期提醒：${matterName(input)}`;
  const receipt = event.stage === 'filed' || event.stage === 'dispatched';
  if (kind === 'draft' && receipt) return `已上报 ${event.no}`;
  const first = actions.find((action) => ASKING[action]);
  return `${first ? ASKING[first] : stageWords(event)}：${matterName(input)}`;
}

/** What a card asks of its reader, by the first thing they can do. */
const ASKING: Partial<Record<Action, string>> = {
  confirm: '请确认办结',
  ack: '请签收',
  finish: '请办理',
  dispatch: '请派遣',
  pass: '请核查',
};

/** The stage, or what the lead's task has come to where the stage alone would mislead. */
function stageWords(event: Event): string {
  const states = openTasks(event).flatMap(({ duty, state }) => (duty === 'lead' ? state : []));
  if (states.includes('suspended')) return '挂账中';
  if (states.includes('confirming')) return '待单位确认';
  return states.includes('passing') ? '转办中' : STAGE_WORDS[event.stage];
}

function tagOf(event: Event): string {
  return event.urgent ? `紧急 · ${stageWords(event)}` : stageWords(event);
}

function toneOf(event: Event, now: number): string {
  if (event.stage === 'closed') return 'green';
  if (event.stage === 'rejected' || event.stage === 'withdrawn') return 'grey';
  if (event.urgent || openTasks(event).some((task) => isLate(task, now))) return 'red';
  return event.stage === 'reported' || event.stage === 'filed' ? 'orange' : 'blue';
}

/** The task a card speaks of: the reader's own, else the lead's; on a reporter's card whoever leads now. */
function taskShown({ event, kind, userId, rules }: CardInput): Task | undefined {
  const open = openTasks(event);
  const own = kind === 'draft' ? undefined : ownTask(userId, event, rules.roster);
  return own ?? open.findLast(({ duty }) => duty === 'lead') ?? open[0];
}

function warningOf(input: CardInput): string {
  const { safety, event, kind } = input;
  return safety && (kind === 'draft' || event.stage !== 'closed') ? safety.advice : lateness(input);
}

/** `已黄牌督办。办理时限已超 2 小时`, `办理即将超期，剩 40 分钟` */
function lateness(input: CardInput): string {
  const { event, rules, now } = input;
  const task = taskShown(input);
  if (!task || task.state === 'suspended') return '';
  const level = climbed(task);
  const due = dueOf(task, event, rules, now);
  const soon =
    due.at !== null && !due.late && isNear(task, due.clock, event, rules, now)
      ? `${CLOCK_WORDS[due.clock]}即将超期，`
      : '';
  const said = due.late ? `${CLOCK_WORDS[due.clock]}时限${due.words}` : soon && soon + due.words;
  return (level ? `已${CLIMBED_WORDS[level]}。` : '') + said;
}

/** What everybody must see who sees the card: what was asked for, and a leader's words. */
function noticesOf({ event, entries, rules: { roster }, now }: CardInput): Row[] {
  const requests = event.tasks.flatMap(({ request }) =>
    request ? [{ label: requestLabel(request), value: clip(requestText(request, roster, now), 160) }] : [],
  );
  const said = instruction(entries, roster, now);
  return [...requests, ...(said ? [{ label: '领导批示', value: clip(said, 120) }] : [])];
}

function fieldsOf(input: CardInput): Row[] {
  const { event, rules, kind, now } = input;
  const { roster } = rules;
  const lead = event.tasks.findLast((task) => task.duty === 'lead');
  const rows: (Row | false)[] = [
    event.no !== null && { label: '编号', value: event.no },
    { label: '事项', value: matterName(input) + because(event.suggestions[0], event) },
    { label: '位置', value: clip(event.place.text || '未写明', 40) },
    { label: '网格', value: areaName(event, roster) },
    kind !== 'draft' && { label: '报告人', value: nameOf(event.reporterId, roster) },
    lead !== undefined && { label: '承办', value: unitAndPerson(lead, roster) },
    ...timeFields(input),
    { label: '状态', value: standingText(event, roster, now) },
    { label: '奖励', value: kind === 'draft' ? clip(event.reward ?? '', 40) : '' },
    ...bounced(event, roster),
  ];
  return rows.filter((row) => row !== false && row.value !== '') as Row[];
}

function unitAndPerson({ unitId, assigneeId }: Task, roster: Roster): string {
  const names = [roster.unit(unitId)?.name, assigneeId && nameOf(assigneeId, roster)];
  return names.filter(Boolean).join(' ');
}

/** Until when, and the ledger in short for those who are measured by it. */
function timeFields(input: CardInput): Row[] {
  const { event, rules, now, kind } = input;
  const task = taskShown(input);
  if (!task) return [];
  const due = dueOf(task, event, rules, now);
  const until = task.state === 'suspended' ? [] : [{ label: `${CLOCK_WORDS[due.clock]}时限`, value: dueText(due) }];
  if (kind === 'draft') return until;
  return [...until, { label: '时限说明', value: shortLedger(task, event, rules, now) }];
}

/** An event that went to and fro says so, and who answers for it. */
function bounced(event: Event, roster: Roster): Row[] {
  const { text } = bounces(event);
  const responsible = roster.unit(event.responsibleId ?? '')?.name;
  if (!text) return [];
  return [{ label: '流转', value: text }, ...(responsible ? [{ label: '首接责任单位', value: responsible }] : [])];
}

/** The words that led to a suggestion, while it still stands to be confirmed. */
function because(suggestion: Suggestion | undefined, event: Event): string {
  return event.stage === 'reported' && suggestion?.matterId === event.matterId && suggestion?.words.length
    ? `（因为“${suggestion.words.join('”“')}”）`
    : '';
}

/** Street and place below it: `和平街道 第三网格`. */
export function areaName({ areaPath }: Pick<Event, 'areaPath'>, roster: Roster): string {
  const area = roster.area(areaPath.split('/').at(-1) ?? '');
  const street = roster.town.areas.find((each) => each.kind === 'street' && within(areaPath, each.path));
  return [...new Set([street?.name, area?.name])].filter(Boolean).join(' ');
}

function recent({ entries, rules, now }: CardInput): { time: string; text: string; tone: string }[] {
  return timeline(entries, rules.roster, now)
    .slice(-3)
    .map(({ time, who, text, tone }) => ({ time, text: clip(`${who} ${text}`, 40), tone }));
}

function hintOf({ event, kind }: CardInput, actions: Action[]): string {
  if (event.stage === 'reported')
    return event.text ? '点“上报”即可；还有照片或补充，直接接着发。' : '再说一句是什么事，或直接点“上报”。';
  if (actions.includes('finish')) return `要附处理后的照片：发照片并写上编号 ${event.no}，或点“查看详情”。`;
  return kind === 'draft' && event.no ? `补充情况：直接发“${event.no} 要补充的话”。` : '';
}
