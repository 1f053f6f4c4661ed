import { calendarFaults } from '../domain/calendar';
import { type Catalogue, catalogueColumns, catalogueOf, catalogueTable, type Mode } from '../domain/catalogue-table';
import { DAY, dateOf } from '../domain/clock';
import { DUTIES, dutiesOf, dutyTable } from '../domain/duty-table';
import { type Changes, calendarLines, catalogueLines, changesOf, dutyLines, type Lines } from '../domain/rule-changes';
import { settingLines } from '../domain/setting-lines';
import { settingsFaults } from '../domain/settings-faults';
import { type Fault, faultyRows } from '../domain/tables';
import type { RuleKind, Town } from '../domain/types';
import { BadSheet, type Clock, type RuleText, type RuleVersion, type Sheets, Stale, type Store } from '../ports';
import { shapedCalendars, shapedSettings } from './rule-shapes';

/** Rules in and out: an upload is looked at first, and nothing changes until somebody accepts exactly what they saw. */

export interface Preview extends Changes {
  kind: RuleKind;
  mode: Mode;
  /** The version that this was compared with, and that must still be in force when it is accepted. */
  base: number;
  /** Rows of the table, or rules of calendars; 0 for settings. */
  rows: number;
  /** Matters that the good rows of a table are about. */
  matters: number;
  faults: Fault[];
  /** Rows that would be skipped. */
  faulty: number;
  /** Columns and sheets that nothing is taken from. */
  ignored: string[];
  notes: string[];
  /** The whole new text without the faulty rows; null when it cannot be put in force at all. */
  text: RuleText | null;
}

export interface RulebookPorts {
  store: Pick<Store, 'town' | 'eventIds' | 'enact' | 'ruleVersions' | 'ruleText'>;
  sheets: Sheets;
  clock: Clock;
}

/** What an uploaded file would change. Changes nothing. Errors: `BadSheet`. */
export async function preview(
  { store, sheets, clock }: RulebookPorts,
  kind: RuleKind,
  bytes: Buffer,
  mode: Mode = 'merge',
): Promise<Preview> {
  const town = await store.town();
  const read = kind === 'catalogue' || kind === 'duties' ? tableOf(kind, await sheets.read(bytes), town, mode) : null;
  const result = read ?? textOf(kind, jsonOf(bytes), await historyOf(store, town, clock.now()));
  const changes = result.text ? diff(town, result.text) : { added: [], changed: [], removed: [] };
  const notes = [...result.notes, ...(result.text ? [...orphans(town, result.text), ...loopholes(result.text)] : [])];
  const { text, rows, matters, faults, ignored } = result;
  return {
    kind,
    mode,
    base: town.versions[kind],
    rows,
    matters,
    faults,
    faulty: faultyRows(faults),
    ignored,
    notes,
    text,
    ...changes,
  };
}

/** What must not be rewritten: a town without events has nothing that calendars or sessions could have decided. */
interface History {
  town: Town;
  hasEvents: boolean;
  /** China date; days before it stand as they are. */
  today: string;
}

async function historyOf(store: Pick<Store, 'eventIds'>, town: Town, now: number): Promise<History> {
  const hasEvents = (await store.eventIds(null, 1)).length > 0;
  if (hasEvents) return { town, hasEvents, today: dateOf(now) };
  return { town: { ...town, calendars: [] }, hasEvents, today: dateOf(now - 366 * DAY) };
}

interface Result {
  text: RuleText | null;
  rows: number;
  matters: number;
  faults: Fault[];
  ignored: string[];
  notes: string[];
}

function tableOf(
  kind: 'catalogue' | 'duties',
  table: Awaited<ReturnType<Sheets['read']>>,
  town: Town,
  mode: Mode,
): Result {
  const others = table.otherSheets.map((name) => `工作表“${name}”（只读第一张）`);
  if (kind === 'catalogue') {
    const { text, ignored, ...rest } = catalogueOf(table, town, mode);
    return { ...rest, text: text && { kind, ...text }, ignored: [...ignored, ...others] };
  }
  const { text, ignored, ...rest } = dutiesOf(table, town, mode);
  return { ...rest, text: text && { kind, ...text }, ignored: [...ignored, ...others] };
}

/** Calendars and settings go whole or not at all. */
function textOf(kind: RuleKind, given: unknown, history: History): Result {
  const { text, rows, faults } = kind === 'calendars' ? calendarsOf(given, history) : settingsOf(given, history);
  return { text: faults.length > 0 ? null : text, rows, matters: 0, faults, ignored: [], notes: [] };
}

function calendarsOf(given: unknown, { town, today }: History): Pick<Result, 'text' | 'rows' | 'faults'> {
  const read = shapedCalendars(given);
  if ('faults' in read) return { text: null, rows: 0, faults: read.faults.map(shapeFault) };
  const names = new Map(town.areas.map(({ id, name }) => [id, name]));
  const faults = calendarFaults(read.value, town.areas, town.calendars, today).map(
    ({ areaId, row, reason }): Fault => ({ row, column: names.get(areaId) ?? areaId, value: '', reason }),
  );
  const rows = read.value.reduce((sum, { rules }) => sum + rules.length, 0);
  return { text: { kind: 'calendars', calendars: read.value }, rows, faults };
}

function settingsOf(given: unknown, { town, hasEvents }: History): Pick<Result, 'text' | 'rows' | 'faults'> {
  const read = shapedSettings(given);
  if ('faults' in read) return { text: null, rows: 0, faults: read.faults.map(shapeFault) };
  const faults = settingsFaults(read.value, town.settings, { town, hasEvents }).map(
    ({ row, field, value, reason }): Fault => ({ row, column: field, value, reason }),
  );
  return { text: { kind: 'settings', settings: read.value }, rows: 0, faults };
}

function shapeFault({ field, reason }: { field: string; reason: string }): Fault {
  return { row: 0, column: field, value: '', reason };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw new BadSheet('broken', '这里要的是 JSON 文件，请先导出现行的一份，改好后再传。');
  }
}

function diff(town: Town, text: RuleText): Changes {
  return changesOf(linesOf(textInForce(town, text.kind), town), linesOf(text, town));
}

export function textInForce({ matters, conditions, duties, calendars, settings }: Town, kind: RuleKind): RuleText {
  if (kind === 'catalogue') return { kind, matters, conditions };
  if (kind === 'duties') return { kind, duties };
  return kind === 'calendars' ? { kind, calendars } : { kind, settings };
}

/** What a text says, line by line; `town` gives the names. */
export function linesOf(text: RuleText, town: Town): Lines {
  switch (text.kind) {
    case 'catalogue':
      return catalogueLines(text);
    case 'duties':
      return dutyLines(text.duties, town);
    case 'calendars':
      return calendarLines(text.calendars, town.areas);
    case 'settings':
      return settingLines(text.settings, town.people);
  }
}

/**
 * What a version changed of the one before it: `unknown` of a first version whose forerunner was kept nowhere, null where
 * there is no such version.
 */
export async function versionChanges(
  { store }: Pick<RulebookPorts, 'store'>,
  kind: RuleKind,
  version: number,
): Promise<Changes | 'unknown' | null> {
  const [town, text, stood] = await Promise.all([
    store.town(),
    store.ruleText(kind, version),
    store.ruleText(kind, version - 1),
  ]);
  if (!text) return null;
  const before = stood ?? NOTHING[kind] ?? null;
  return before ? changesOf(linesOf(before, town), linesOf(text, town)) : 'unknown';
}

/** What held before anything was written: no calendars, and the usual settings. */
const NOTHING: Partial<Record<RuleKind, RuleText>> = {
  calendars: { kind: 'calendars', calendars: [] },
  settings: { kind: 'settings', settings: {} },
};

/** Duties that would be left pointing to nothing. */
function orphans(town: Town, text: RuleText): string[] {
  if (text.kind !== 'catalogue') return [];
  const conditions = new Set(text.conditions.map(({ id }) => id));
  const lost = town.duties.filter(({ conditionId }) => conditionId !== null && !conditions.has(conditionId));
  if (lost.length === 0) return [];
  const names = new Map(town.matters.map(({ id, name }) => [id, name]));
  const matters = [...new Set(lost.map(({ matterId }) => names.get(matterId) ?? matterId))].slice(0, 10).join('、');
  return [`权责清单有 ${lost.length} 行所指的立案条件将不在目录里（${matters}），接受后请更新权责清单`];
}

/** What an administrator should know before choosing it; test/server/domain/fairness.test.ts shows each at work. */
function loopholes(text: RuleText): string[] {
  if (text.kind !== 'settings') return [];
  const { onRedispatch, onReturn } = text.settings;
  return [
    ...(onRedispatch === 'restart'
      ? ['“重新派遣后重新计时”有漏洞：承办单位在到期前退回、再派回，每次都重得一个完整时限，可以一直不超期']
      : []),
    ...(onRedispatch === 'bundle'
      ? ['“合并计时”对后接手的单位较严：派遣员手上的时间和前一单位用掉的时间都算在内']
      : []),
    ...(onReturn === 'run' ? ['“退回不停表”时，派遣员慢一分钟，承办单位就少一分钟'] : []),
  ];
}

// -------------------------------------------------------------------------------------------- acceptance

export interface Acceptance {
  /** userId, or `system`. */
  by: string;
  note: string;
  base: number;
  /** How many faulty rows may be left out; it must be all of them, counted by the person who accepts. */
  skipFaulty: number;
}

export type Enacted =
  | { ok: true; version: RuleVersion }
  | { ok: false; code: 'stale' | 'faulty' | 'unreadable' | 'nothing' | 'note'; reason: string };

const STALE = '您看过之后，别人已改过这份规则。请重新预览后再接受。';

/** Puts what was looked at in force, or says why not; then nothing has changed. */
export async function enact(
  { store, clock }: Pick<RulebookPorts, 'store' | 'clock'>,
  seen: Preview,
  { by, note, base, skipFaulty }: Acceptance,
): Promise<Enacted> {
  const { text } = seen;
  const refused = refusal(seen, { note, base, skipFaulty });
  if (refused || !text) return refused ?? { ok: false, code: 'unreadable', reason: firstReason(seen) };
  try {
    return { ok: true, version: await store.enact(text, { base, at: clock.now(), by, note: note.trim() }) };
  } catch (error) {
    if (error instanceof Stale) return { ok: false, code: 'stale', reason: STALE };
    throw error;
  }
}

function refusal(seen: Preview, { note, base, skipFaulty }: Omit<Acceptance, 'by'>): (Enacted & { ok: false }) | null {
  const { length } = note.trim();
  if (length < 2 || length > 500) return { ok: false, code: 'note', reason: '请写明为什么改（2–500 字）。' };
  if (base !== seen.base) return { ok: false, code: 'stale', reason: STALE };
  if (!seen.text) return { ok: false, code: 'unreadable', reason: firstReason(seen) };
  if (skipFaulty !== seen.faulty) return { ok: false, code: 'faulty', reason: faultyWords(seen.faulty) };
  const changes = seen.added.length + seen.changed.length + seen.removed.length;
  return changes === 0 ? { ok: false, code: 'nothing', reason: '与现行的一样，没有要改的。' } : null;
}

function firstReason({ faults }: Preview): string {
  const [first] = faults;
  return `不能采用：${[first?.column, first?.reason].filter(Boolean).join('，')}`;
}

function faultyWords(faulty: number): string {
  return faulty === 0
    ? '没有有误的行，不用跳过；请重新预览后再接受。'
    : `有 ${faulty} 行有误，还没有生效。请改好后重传，或明确跳过这 ${faulty} 行。`;
}

// ----------------------------------------------------------------------------------------------- export

export type RuleFile = { as: 'xlsx' | 'json'; bytes: Buffer };

const SHEETS = { catalogue: '事项目录', duties: '权责清单' } as const;

/** The rules in force as a file that `preview` takes back: tables for Excel, the rest as JSON. */
export async function exportRules(sheets: Pick<Sheets, 'write'>, kind: RuleKind, town: Town): Promise<RuleFile> {
  if (kind === 'calendars' || kind === 'settings')
    return { as: 'json', bytes: Buffer.from(`${JSON.stringify({ kind, [kind]: town[kind] }, null, 2)}\n`) };
  const catalogue: Catalogue = town;
  const rows = kind === 'catalogue' ? catalogueTable(catalogue) : dutyTable(town.duties, town);
  const columns = kind === 'catalogue' ? catalogueColumns() : DUTIES;
  const bytes = await sheets.write(
    SHEETS[kind],
    rows,
    columns.map(({ width }) => width),
  );
  return { as: 'xlsx', bytes };
}
