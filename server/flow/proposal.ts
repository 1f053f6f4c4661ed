import { calendarFaults } from '../domain/calendar';
import type { Mode } from '../domain/catalogue-table';
import { limitOf } from '../domain/clock';
import type { Rules } from '../domain/rules';
import { DEFAULTS, type Settings } from '../domain/settings';
import { settingsFaults } from '../domain/settings-faults';
import type { AreaCalendar, Condition, Matter, Town } from '../domain/types';
import { type Shaped, shapedCalendars, shapedSettings } from './rule-shapes';
import { preview, type RulebookPorts } from './rulebook';

/** What somebody proposes to put in force, looked at before anything is reckoned by it. */

/** Whole new texts, as they would be enacted; what is left out stays as it is in force. */
export interface Proposal {
  catalogue?: { matters: readonly Matter[]; conditions: readonly Condition[] };
  calendars?: readonly AreaCalendar[];
  settings?: Partial<Settings>;
}

export interface ProposalFault {
  /** Chinese: which text, which area or condition. */
  where: string;
  /** From 1 where there are rows; else 0. */
  row: number;
  reason: string;
}

/** A proposal as it comes from outside. */
export interface Given {
  /** Whole texts, as `exportRules` writes them. */
  calendars?: unknown;
  settings?: unknown;
  /** New conditions of the matters they name; other matters keep theirs. */
  conditions?: readonly Condition[];
  /** A catalogue as a file. */
  table?: { bytes: Buffer; mode: Mode };
}

/** The proposal, or what is wrong with the shape of it. Errors: `BadSheet` for a file that is no table. */
export async function proposalOf(
  ports: RulebookPorts,
  { calendars, settings, conditions, table }: Given,
  town: Town,
): Promise<Proposal | { faults: ProposalFault[] }> {
  const faults: ProposalFault[] = [];
  const days = calendars === undefined ? undefined : take('日历', shapedCalendars(calendars), faults);
  const policies = settings === undefined ? undefined : take('设置', shapedSettings(settings), faults);
  const catalogue = table ? await tabled(ports, table, faults) : conditions && withConditions(conditions, town);
  if (faults.length > 0) return { faults };
  return { ...(catalogue && { catalogue }), ...(days && { calendars: days }), ...(policies && { settings: policies }) };
}

function take<T>(what: string, shaped: Shaped<T>, faults: ProposalFault[]): T | undefined {
  if ('value' in shaped) return shaped.value;
  for (const { field, reason } of shaped.faults) faults.push({ where: `${what} ${field}`.trim(), row: 0, reason });
  return undefined;
}

async function tabled(
  ports: RulebookPorts,
  { bytes, mode }: NonNullable<Given['table']>,
  faults: ProposalFault[],
): Promise<Proposal['catalogue']> {
  const seen = await preview(ports, 'catalogue', bytes, mode);
  for (const { row, column, value, reason } of seen.faults)
    faults.push({ where: ['目录', column, value && `“${value}”`].filter(Boolean).join(' '), row, reason });
  return seen.text?.kind === 'catalogue' ? seen.text : undefined;
}

function withConditions(conditions: readonly Condition[], town: Town): Proposal['catalogue'] {
  const named = new Set(conditions.map(({ matterId }) => matterId));
  const others = town.conditions.filter(({ matterId }) => !named.has(matterId));
  return { matters: town.matters, conditions: [...conditions, ...others] };
}

/** The settings a proposal comes to. */
export function settingsUnder({ settings }: Proposal, rules: Pick<Rules, 'settings'>): Settings {
  return settings ? { ...DEFAULTS, ...settings } : rules.settings;
}

/** All that is impossible about it, in Chinese; empty when it can be replayed. `proposal` is of the right shape. */
export function proposalFaults({ catalogue, calendars, settings }: Proposal, { roster }: Rules): ProposalFault[] {
  const { town } = roster;
  return [
    ...(catalogue ? conditionFaults(catalogue) : []),
    ...(calendars ? dayFaults(calendars, town.areas) : []),
    ...(settings ? policyFaults(settings, town) : []),
  ];
}

/** Replayed are days gone by: rules about them are welcome here, as is another working day. */
function dayFaults(calendars: readonly AreaCalendar[], areas: Town['areas']): ProposalFault[] {
  const names = new Map(areas.map(({ id, name }) => [id, name]));
  return calendarFaults(calendars, areas, [], '').map(({ areaId, row, reason }) => ({
    where: `日历“${names.get(areaId) ?? areaId}”`,
    row,
    reason,
  }));
}

function policyFaults(settings: Partial<Settings>, town: Town): ProposalFault[] {
  return settingsFaults(settings, town.settings, { town, hasEvents: false }).map(({ row, field, value, reason }) => ({
    where: `设置 ${field}`,
    row,
    reason: value ? `${reason}（现写 ${value}）` : reason,
  }));
}

const MOST_DAYS = 3_660;
const MOST_ACK = 30 * 1440;

function conditionFaults({ matters, conditions }: NonNullable<Proposal['catalogue']>): ProposalFault[] {
  const known = new Set(matters.map(({ id }) => id));
  const seen = new Set<string>();
  return conditions.flatMap((condition, index) => {
    const { id, matterId, text } = condition;
    const reasons = [...amountFaults(condition)];
    if (!known.has(matterId)) reasons.push('没有这个事项');
    if (seen.has(id)) reasons.push('同一立案条件写了两遍');
    seen.add(id);
    return reasons.map((reason) => ({ where: `立案条件“${text || id}”`, row: index + 1, reason }));
  });
}

function amountFaults({ clock, limit, ackMinutes }: Condition): string[] {
  const faults: string[] = [];
  if (!Number.isInteger(limit) || limit < 1) faults.push('办理时限要写大于 0 的整数');
  else if (limitOf(clock, limit).minutes > MOST_DAYS * 1440) faults.push(`办理时限太长，最多 ${MOST_DAYS} 天`);
  if (!Number.isInteger(ackMinutes) || ackMinutes < 1 || ackMinutes > MOST_ACK)
    faults.push('签收时限要写 1 分钟到 30 天之间的整数');
  return faults;
}
