import { CLOCK_WORDS } from '../server/domain/figures';
import type { TaskClock } from '../server/domain/types';
import type { Answer } from '../server/http/contract';
import type { ConditionInFull } from '../server/http/whatif-contract';

/** What a person wants to try out, change by change, and the whole texts that come of it. */

export type InForce = Answer<'GET /api/what-if'>;
export type Result = Answer<'POST /api/what-if'>;

export type Change =
  | { kind: 'limit'; matterId: string; conditions: ConditionInFull[] }
  | { kind: 'ladder'; clock: TaskClock; shares: { rung: string; share: number }[] }
  | { kind: 'days'; as: DayKind; areaId: string; from: string; to: string }
  | { kind: 'hours'; sessions: Sessions }
  | { kind: 'extend'; times: number; share: number };

/** As a calendar has it: nobody works, or everybody does although it is a weekend. */
export type DayKind = 'closed' | 'worked';
export const DAY_KINDS: Record<DayKind, string> = { closed: '停办', worked: '上班' };
export type Sessions = InForce['settings']['sessions'];

export const CLOCK_UNITS: Record<ConditionInFull['clock'], string> = {
  urgent_hour: '紧急工作时',
  work_hour: '工作时',
  work_day: '工作日',
  natural_day: '自然日',
};

export const RUNG_NAMES: Record<string, string> = {
  prewarn: '预警',
  blue: '超期',
  yellow: '黄牌',
  red: '红牌',
  accountability: '问责',
};

/** A later change of the same thing takes the place of the earlier one. */
export function withChange(changes: Change[], change: Change): Change[] {
  return changes.filter((other) => keyOf(other) !== keyOf(change)).concat(change);
}

export function keyOf(change: Change): string {
  if (change.kind === 'limit') return `limit ${change.matterId}`;
  if (change.kind === 'ladder') return `ladder ${change.clock}`;
  if (change.kind === 'days') return `days ${change.areaId} ${change.from} ${change.to}`;
  return change.kind;
}

/** `路灯不亮：4工作时 → 2工作时` */
export function changeWords(change: Change, now: InForce): string {
  if (change.kind === 'limit') return limitChange(change, now);
  if (change.kind === 'ladder') return ladderChange(change, now);
  if (change.kind === 'hours') return `作息：${hoursWords(now.settings.sessions)} → ${hoursWords(change.sessions)}`;
  if (change.kind === 'extend') return `延期：${extendWords(now.settings.extend)} → ${extendWords(change)}`;
  const area = now.areas.find(({ id }) => id === change.areaId);
  const days = change.from === change.to ? change.from : `${change.from} 至 ${change.to}`;
  return `${area ? area.name : ''} ${days} ${DAY_KINDS[change.as]}`;
}

/** `08:00–12:00、14:00–18:00` */
function hoursWords(sessions: Sessions): string {
  return sessions.map((session) => session.map(timeWords).join('–')).join('、');
}

/** `08:30`, of minutes after midnight. */
export function timeWords(minute: number): string {
  const two = (part: number) => `0${part}`.slice(-2);
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function extendWords({ times, share }: { times: number; share: number }): string {
  return times === 0 ? '不许' : `最多 ${times} 次，每次 ${percent(share)}`;
}

function limitChange({ matterId, conditions }: Change & { kind: 'limit' }, now: InForce): string {
  const matter = now.matters.find(({ id }) => id === matterId);
  const parts = conditions
    .map((each) => [now.conditions.find(({ id }) => id === each.id), each] as const)
    .filter(([old, each]) => old && limitWords(old) !== limitWords(each))
    .map(([old, each]) => `${old ? limitWords(old) : ''} → ${limitWords(each)}`);
  return `${matter ? matter.name : ''}：${parts.join('；')}`;
}

export function limitWords({ clock, limit }: Pick<ConditionInFull, 'clock' | 'limit'>): string {
  return `${limit}${CLOCK_UNITS[clock]}`;
}

function ladderChange({ clock, shares }: Change & { kind: 'ladder' }, now: InForce): string {
  const ladder = now.settings.ladders[clock];
  const parts = shares
    .map(({ rung, share }) => [rung, ladder.find((step) => step.rung === rung), share] as const)
    .filter(([, old, share]) => old && old.share !== share)
    .map(([rung, old, share]) => `${RUNG_NAMES[rung] || rung} ${percent(old ? old.share : 0)} → ${percent(share)}`);
  return `${CLOCK_WORDS[clock]}督办：${parts.join('；')}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** The changes put into what is in force, as the server takes them. */
export function proposalOf(changes: Change[], now: InForce) {
  const conditions: ConditionInFull[] = [];
  const ladders = { ...now.settings.ladders };
  const settings = { ...now.settings, ladders };
  const calendars = now.calendars.map(({ areaId, rules }) => ({ areaId, rules: rules.slice() }));
  for (const change of changes) {
    if (change.kind === 'limit') conditions.push(...change.conditions);
    if (change.kind === 'ladder') ladders[change.clock] = stepsWith(ladders[change.clock], change.shares);
    if (change.kind === 'days') write(calendars, change);
    if (change.kind === 'hours') settings.sessions = change.sessions;
    if (change.kind === 'extend') settings.extend = { ...settings.extend, times: change.times, share: change.share };
  }
  const has = (...kinds: Change['kind'][]) => changes.some(({ kind }) => kinds.indexOf(kind) >= 0);
  return {
    ...(conditions.length > 0 && { catalogue: { conditions } }),
    ...(has('ladder', 'hours', 'extend') && { settings }),
    ...(has('days') && { calendars }),
  };
}

type Ladder = InForce['settings']['ladders']['ack'];

function stepsWith(ladder: Ladder, shares: { rung: string; share: number }[]): Ladder {
  return ladder.map((step) => ({ ...step, ...shares.find(({ rung }) => rung === step.rung) }));
}

function write(calendars: InForce['calendars'], { as, areaId, from, to }: Change & { kind: 'days' }): void {
  const rule = { kind: as, from, to, reason: `推演${DAY_KINDS[as]}` };
  const own = calendars.find((calendar) => calendar.areaId === areaId);
  if (own) own.rules.push(rule);
  else calendars.push({ areaId, rules: [rule] });
}
