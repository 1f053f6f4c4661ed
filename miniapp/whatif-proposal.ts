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
  | { kind: 'closed'; areaId: string; from: string; to: string };

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
  return `closed ${change.areaId} ${change.from} ${change.to}`;
}

/** `路灯不亮：4工作时 → 2工作时` */
export function changeWords(change: Change, now: InForce): string {
  if (change.kind === 'limit') return limitChange(change, now);
  if (change.kind === 'ladder') return ladderChange(change, now);
  const area = now.areas.find(({ id }) => id === change.areaId);
  return `${area ? area.name : ''} ${change.from === change.to ? change.from : `${change.from} 至 ${change.to}`} 停办`;
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

const REASON = '推演停办';

/** The changes put into what is in force, as the server takes them. */
export function proposalOf(changes: Change[], now: InForce) {
  const conditions: ConditionInFull[] = [];
  const ladders = { ...now.settings.ladders };
  const calendars = now.calendars.map(({ areaId, rules }) => ({ areaId, rules: rules.slice() }));
  for (const change of changes) {
    if (change.kind === 'limit') conditions.push(...change.conditions);
    if (change.kind === 'ladder') ladders[change.clock] = stepsWith(ladders[change.clock], change.shares);
    if (change.kind === 'closed') close(calendars, change);
  }
  const has = (kind: Change['kind']) => changes.some((change) => change.kind === kind);
  return {
    ...(conditions.length > 0 && { catalogue: { conditions } }),
    ...(has('ladder') && { settings: { ...now.settings, ladders } }),
    ...(has('closed') && { calendars }),
  };
}

type Ladder = InForce['settings']['ladders']['ack'];

function stepsWith(ladder: Ladder, shares: { rung: string; share: number }[]): Ladder {
  return ladder.map((step) => ({ ...step, ...shares.find(({ rung }) => rung === step.rung) }));
}

function close(calendars: InForce['calendars'], { areaId, from, to }: Change & { kind: 'closed' }): void {
  const rule = { kind: 'closed', from, to, reason: REASON };
  const own = calendars.find((calendar) => calendar.areaId === areaId);
  if (own) own.rules.push(rule);
  else calendars.push({ areaId, rules: [rule] });
}
