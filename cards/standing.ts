import { instant } from '../server/domain/clock';
import { LEVEL_WORDS, REQUEST_WORDS } from '../server/domain/commands';
import { approverOf, openTasks } from '../server/domain/policy';
import { when } from '../server/domain/refusal';
import type { Roster } from '../server/domain/roster';
import { lastResort } from '../server/domain/routing';
import { nameOf } from '../server/domain/rules';
import type { Approver } from '../server/domain/settings';
import type { Entry, Event, Level, Request, Task } from '../server/domain/types';
import { dateWords } from './duration';

/** How things stand with an event, beside its stage: who is responsible, what was asked for, how high it has climbed. */

export const CLIMBED_WORDS: Record<Level | 'accountability', string> = {
  blue: `${LEVEL_WORDS.blue}督办`,
  yellow: `${LEVEL_WORDS.yellow}督办`,
  red: `${LEVEL_WORDS.red}督办`,
  accountability: '提请问责',
};

/** 推诿: how often it was given back, and passed on. */
export function bounces({ tasks }: Pick<Event, 'tasks'>): { returned: number; moved: number; text: string } {
  const returned = tasks.filter(({ state }) => state === 'returned').length;
  const moved = tasks.filter(({ state }) => state === 'moved' || state === 'passing').length;
  const parts = [returned > 0 && `退回 ${returned} 次`, moved > 0 && `转办 ${moved} 次`];
  return { returned, moved, text: parts.filter(Boolean).join('、') };
}

const APPROVERS: Record<Approver, string> = { leader: '单位领导', dispatcher: '派遣员', supervisor: '督查员' };

/** `派遣员（第 2 级，共 2 级）` */
export function turnOf(request: Request): string {
  const next = approverOf(request);
  if (!next) return '';
  const { agreed, approvers } = request;
  return APPROVERS[next] + (approvers.length > 1 ? `（第 ${agreed.length + 1} 级，共 ${approvers.length} 级）` : '');
}

/** `12月10日`, for the China date on which a suspension ends. */
export function untilWords(until: string, now: number): string {
  return dateWords(instant(until, '00:00'), now);
}

/** `张三 10:32 申请，挂账至 12月10日：缺配件。等派遣员（第 2 级，共 2 级）审批` */
export function requestText(request: Request, roster: Roster, now: number): string {
  const { by, at, until, reason } = request;
  const end = until ? `，挂账至 ${untilWords(until, now)}` : '';
  const turn = turnOf(request);
  return `${nameOf(by, roster)} ${when(at, now)} 申请${end}：${reason}。等${turn}审批`;
}

export function requestLabel({ kind }: Pick<Request, 'kind'>): string {
  return kind === 'appeal' ? '申诉' : `申请${REQUEST_WORDS[kind]}`;
}

const UNDERWAY = new Set<Event['stage']>(['filed', 'dispatched', 'handling', 'verifying']);

/** What a unit's clock or duty has come to, where the stage alone would mislead; empty otherwise. */
export function standingText(event: Event, roster: Roster, now: number): string {
  if (UNDERWAY.has(event.stage) && lastResort(roster).length === 0)
    return '各级岗位目前都没有人，暂时无人受理；请联系本单位负责人，急事请拨打 12345';
  const lead = openTasks(event).filter(({ duty }) => duty === 'lead');
  const unit = (task: Pick<Task, 'unitId'> | undefined) => roster.unit(task?.unitId ?? '')?.name ?? '其他单位';
  const suspended = lead.find(({ state }) => state === 'suspended');
  if (suspended) return `挂账至 ${dateWords(suspended.suspendedUntil ?? now, now)}，期间不计时`;
  const confirming = lead.find(({ state }) => state === 'confirming');
  if (confirming) return `已办结，等${unit(confirming)}领导确认`;
  const passing = lead.findLast(({ state }) => state === 'passing');
  const waiting = lead.findLast(({ state }) => state === 'waiting');
  return passing ? `转办中，${unit(waiting)}签收前仍由${unit(passing)}负责` : '';
}

/** 领导批示: the newest, `李局长 10:30：请今天办完`; empty where there is none. */
export function instruction(entries: readonly Entry[], roster: Roster, now: number): string {
  const last = entries.findLast(({ action }) => action === 'instruct');
  return last ? `${nameOf(last.by, roster)} ${when(last.at, now)}：${String(last.data.note ?? '')}` : '';
}
