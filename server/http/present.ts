import { areaName } from '../../cards/card';
import { CLOCK_WORDS, type Due as DueWords, dueOf, shareOf, shortLedger } from '../../cards/due';
import { daysWords, hoursWords, limitText, remaining } from '../../cards/duration';
import { timeline } from '../../cards/history';
import {
  bounces,
  CLIMBED_WORDS,
  instruction,
  requestLabel,
  requestText,
  standingText,
  turnOf,
} from '../../cards/standing';
import { dateOf, MINUTE, spent } from '../domain/clock';
import { type Action, STAGE_WORDS } from '../domain/commands';
import { metresBetween } from '../domain/geometry';
import { climbed, isOpen, ownTimer } from '../domain/ladder';
import { actionsFor, follows, openTasks, ownTask } from '../domain/policy';
import { when } from '../domain/refusal';
import type { Roster } from '../domain/roster';
import { nameOf, type Rules } from '../domain/rules';
import type { Entry, Event, Request, Task, TaskState } from '../domain/types';
import type { MediaRow } from '../ports';
import type { Due, EventDetail, EventSummary, Photo, TaskView } from './contract';
import { offersOf } from './offers';

/** What leaves the server about an event, for one person, in words. Telephone numbers are not among it. */

export interface View {
  /** Who looks. */
  userId: string;
  rules: Rules;
  now: number;
}

/** Steps that wait for somebody; the rest is possible, but nobody is waited for. */
const WAITED_FOR: Partial<Record<Action, string>> = {
  approve: '审批',
  confirm: '确认',
  file: '确认上报',
  ack: '签收',
  finish: '办理',
  dispatch: '派遣',
  pass: '核查',
};

/** The step this event waits for this person to take; undefined when it waits for others. */
export function nextStep(event: Event, { userId, rules }: View): Action | undefined {
  return actionsFor(userId, event, rules.roster).find((action) => action in WAITED_FOR);
}

export function summaryOf(event: Event, view: View): EventSummary {
  const { roster } = view.rules;
  const next = nextStep(event, view);
  return {
    id: event.id,
    no: event.no,
    stage: event.stage,
    stageText: STAGE_WORDS[event.stage],
    urgent: event.urgent,
    matter: matterName(event, view.rules),
    text: event.text,
    place: event.place.text,
    area: areaName(event, roster),
    createdAt: event.createdAt,
    due: eventDue(event, view),
    unit: unitOf(event, roster),
    joined: follows(view.userId, event),
    next: (next && WAITED_FOR[next]) ?? null,
  };
}

function unitOf(event: Event, roster: Roster): string | null {
  const lead = event.tasks.findLast(({ duty }) => duty === 'lead');
  return (lead && roster.unit(lead.unitId)?.name) ?? null;
}

export function matterName({ matterId }: Pick<Event, 'matterId'>, { roster }: Rules): string {
  return (matterId && roster.matter(matterId)?.name) || '其他事项';
}

/** Whose clock presses most: of whoever leads now, else of whoever assists. */
function pressing(event: Event): Task | undefined {
  const open = openTasks(event);
  return open.findLast(({ duty }) => duty === 'lead') ?? open[0];
}

function eventDue(event: Event, view: View): Due | null {
  const task = pressing(event);
  return task ? taskDue(task, event, view) : null;
}

/** On the event's own page: the clock of whoever looks, where they have one; whoever assists is not late by another's. */
function theirs(event: Event, { userId, rules }: View): Task | undefined {
  return ownTask(userId, event, rules.roster) ?? pressing(event);
}

function spentOf(task: Task | undefined, event: Event, { rules, now }: View): EventDetail['spent'] {
  return task ? { share: shareOf(task, event, rules, now), words: shortLedger(task, event, rules, now) } : null;
}

function taskDue(task: Task, event: Event, { rules, now }: View): Due {
  const { clock, note, ...due }: DueWords = dueOf(task, event, rules, now);
  return { ...due, clock: CLOCK_WORDS[clock] as Due['clock'], note: note || null };
}

/** 派遣, 核查: the event's own timer. Once it has rung, the moment it rang is when it was due. */
export function timerOf(event: Event, { rules, now }: View): { at: number; share: number } | null {
  const { stage, urgent, last, areaPath } = event;
  if (stage !== 'filed' && stage !== 'verifying') return null;
  const { settings, calendarOf } = rules;
  const [most, ran] =
    stage === 'filed'
      ? [settings.dispatchMinutes * MINUTE, spent(last.at, now, urgent, calendarOf(areaPath))]
      : [settings.verifyWithin, Math.max(0, now - last.at)];
  const at = ownTimer(event, rules);
  return at === null ? { at: last.at, share: 1 + ran / most } : { at, share: ran / most };
}

/** Until when whoever is to dispatch or verify should have done so. */
export function stageDue(event: Event, view: View): (Due & { at: number; share: number }) | null {
  const timer = timerOf(event, view);
  if (!timer) return null;
  const { now } = view;
  const clock = event.stage === 'filed' ? '派遣' : '核查';
  return {
    clock,
    ...timer,
    words: remaining(timer.at, now),
    time: when(timer.at, now),
    late: timer.at < now,
    note: null,
  };
}

/** `自 08:37 起限 15 分钟`; empty once it has rung: the moment it began is not kept. */
function stageWords(event: Event, { rules, now }: View): string {
  const { last, stage, urgent } = event;
  if (ownTimer(event, rules) === null) return '';
  const { dispatchMinutes, verifyWithin } = rules.settings;
  const within = stage === 'filed' ? dispatchMinutes * MINUTE : verifyWithin;
  const counted = stage === 'verifying' || urgent ? '（昼夜连续）' : '（只计工作时间）';
  return `自 ${when(last.at, now)} 起限 ${daysWords(within)}${counted}`;
}

/** What presses whoever looks: the step that waits for them, else their own task, else whoever leads. */
function pressingOn(event: Event, view: View): Pick<EventDetail, 'due' | 'spent'> {
  const step = nextStep(event, view);
  const stage = step === 'dispatch' || step === 'pass' ? stageDue(event, view) : null;
  if (stage) return { due: stage, spent: { share: stage.share, words: stageWords(event, view) } };
  const task = theirs(event, view);
  return { due: task ? taskDue(task, event, view) : null, spent: spentOf(task, event, view) };
}

export function detailOf(event: Event, entries: Entry[], media: MediaRow[], view: View): EventDetail {
  const { rules, now } = view;
  const { roster } = rules;
  return {
    ...summaryOf(event, view),
    ...pressingOn(event, view),
    matterId: event.matterId,
    reporter: nameOf(event.reporterId, roster),
    followers: event.followers.length,
    filedAt: event.filedAt,
    closedAt: event.closedAt,
    closing: event.terms?.closing ?? '',
    terms: termsOf(event),
    responsible: roster.unit(event.responsibleId ?? '')?.name ?? null,
    bounces: bounces(event),
    located: event.place.lng !== null || Boolean(event.gridId && roster.area(event.gridId)?.polygon),
    standing: standingText(event, roster, now) || null,
    instruction: instruction(entries, roster, now) || null,
    photos: media.map((photo) => photoOf(photo, event, now)),
    tasks: event.tasks.map((task) => taskOf(task, event, view)),
    timeline: timeline(entries, roster, now).map((line, index) => ({ ...line, photos: mediaIn(entries[index]) })),
    actions: offersOf(event, view),
  };
}

function mediaIn(entry: Entry | undefined): string[] {
  const media = entry?.data.media;
  return Array.isArray(media) ? media : [];
}

function termsOf(event: Event): EventDetail['terms'] {
  const { terms } = event;
  if (!terms) return null;
  const { conditionId, text, closing, evidence, version } = terms;
  const limits = { limit: limitText('handle', event), ackLimit: limitText('ack', event) };
  return { conditionId, condition: text, closing, ...limits, evidence, version };
}

function photoOf({ id, kind, phase, status, taken }: MediaRow, event: Event, now: number): Photo {
  return { id, url: photoPath(id), kind, phase, status, taken: taken ? takenWords(taken, event, now) : null };
}

/** What the photo's own file says, beside what the report says. */
function takenWords({ at, lng, lat }: NonNullable<MediaRow['taken']>, { place }: Event, now: number): string {
  const known = lng !== null && lat !== null;
  const away =
    known && place.lng !== null && place.lat !== null ? metresBetween([lng, lat], [place.lng, place.lat]) : null;
  const words = [
    at !== null && `拍摄于 ${when(at, now)}`,
    away !== null ? `距上报位置${distanceWords(away)}` : known && '照片带有位置',
  ];
  return words.filter(Boolean).join('，');
}

/** `约 30 米`, `约 1.2 公里`; phones know no better than ten metres. */
export function distanceWords(metres: number | null): string {
  if (metres === null) return '';
  if (metres < 1_000) return `约 ${Math.max(10, Math.round(metres / 10) * 10)} 米`;
  return `约 ${(metres / 1_000).toFixed(1)} 公里`;
}

export function photoPath(id: string): string {
  return `/api/photos/${encodeURIComponent(id)}`;
}

export const TASK_WORDS: Record<TaskState, string> = {
  waiting: '待签收',
  handling: '办理中',
  passing: '转办中',
  suspended: '挂账中',
  confirming: '待单位确认',
  finished: '已办结',
  returned: '已退回',
  moved: '已转出',
  cancelled: '已取消',
};

function taskOf(task: Task, event: Event, view: View): TaskView {
  const { roster } = view.rules;
  const level = climbed(task);
  const { extended, suspendedUntil, appealed, request } = task;
  return {
    id: task.id,
    unit: roster.unit(task.unitId)?.name ?? '已撤销的单位',
    duty: task.duty,
    state: task.state,
    stateText: TASK_WORDS[task.state],
    assignee: task.assigneeId && nameOf(task.assigneeId, roster),
    supervised: level,
    supervisedText: level && CLIMBED_WORDS[level],
    suspendedUntil: suspendedUntil === null ? null : dateOf(suspendedUntil),
    extended,
    extendedText: extendedText(extended),
    request: request && requestOf(request, view),
    appealed,
    exempt: appealed === 'granted',
    appealText: appealed && APPEALS[appealed],
    due: isOpen(task) ? taskDue(task, event, view) : null,
  };
}

const APPEALS = { granted: '已申诉，不计入考核', denied: '已申诉，未予支持' };

export function extendedText(minutes: number): string | null {
  return minutes > 0 ? `已延期 ${hoursWords(minutes * MINUTE)}` : null;
}

function requestOf(request: Request, { rules, now }: View): NonNullable<TaskView['request']> {
  return {
    kind: request.kind,
    label: requestLabel(request),
    text: requestText(request, rules.roster, now),
    turn: turnOf(request),
    agreed: request.agreed.length,
    approvers: request.approvers.length,
    until: request.until,
  };
}
