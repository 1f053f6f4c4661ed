import type { Imported, Mode } from './catalogue-table';
import {
  type Cell,
  type Column,
  type Fault,
  headed,
  headerFor,
  type Line,
  plain,
  sayFormulaErrors,
  type Table,
} from './tables';
import { type Condition, type Duty, dutyId, type Matter, type Unit, type UnitKind } from './types';

/** The duty list 权责清单 as a table, to and fro. */

type Key = 'matterId' | 'matter' | 'condition' | 'area' | 'channel' | 'lead' | 'assist';

const column = (key: Key, header: string, width: number, ...aliases: string[]): Column<Key> => ({
  ...{ key, header, width, aliases },
});

export const DUTIES: readonly Column<Key>[] = [
  column('matterId', '事项编号', 12, 'matterId'),
  column('matter', '事项', 20, '事项名称', '小类名称', 'matter'),
  column('condition', '立案条件', 36, 'condition', '条件'),
  column('area', '区域类型', 10, 'areaKind', '区域'),
  column('channel', '渠道', 14, 'channel', '来源'),
  column('lead', '主办', 22, '主办单位', '责任单位', 'lead'),
  column('assist', '协办', 36, '协办单位', '配合单位', 'assist'),
];

/** What duties name. */
export interface DutyTown {
  matters: readonly Matter[];
  conditions: readonly Condition[];
  units: readonly Unit[];
  duties: readonly Duty[];
}

const AREAS: Record<string, Duty['areaKind']> = {
  ...{ 区: 'district', 街道: 'street', 社区: 'community', 网格: 'grid', 专属网格: 'dedicated' },
  ...{ district: 'district', street: 'street', community: 'community', grid: 'grid', dedicated: 'dedicated' },
  ...{ 区级: 'district', 乡镇: 'street', 镇: 'street', 村: 'community', 不限: null },
};
const CHANNELS: Record<string, Duty['channel']> = {
  ...{ 一般: 'general', 普通: 'general', 警情: 'police', 公益诉讼线索: 'litigation', 公益诉讼: 'litigation' },
  ...{ general: 'general', police: 'police', litigation: 'litigation' },
};
/** Each governs an area, so that the kind alone names the unit; departments must be named. */
const KINDS: Record<string, UnitKind> = {
  ...{ 社区: 'community', 居委会: 'community', 街道: 'street', 街道办: 'street', 指挥中心: 'centre' },
  ...{ 纪委: 'discipline', 纪委监委: 'discipline', 检察院: 'procuratorate' },
  ...{ community: 'community', street: 'street', centre: 'centre' },
  ...{ discipline: 'discipline', procuratorate: 'procuratorate' },
};
const AREA_WORDS = { district: '区', street: '街道', community: '社区', grid: '网格', dedicated: '专属网格' } as const;
const CHANNEL_WORDS = { general: '一般', police: '警情', litigation: '公益诉讼线索' } as const;
const KIND_WORDS: Record<UnitKind, string> = {
  ...{ community: '社区', street: '街道', department: '部门', centre: '指挥中心' },
  ...{ discipline: '纪委监委', procuratorate: '检察院' },
};

export function dutyTable(duties: readonly Duty[], town: Omit<DutyTown, 'duties'>): Cell[][] {
  const matters = new Map(town.matters.map((matter) => [matter.id, matter.name]));
  const conditions = new Map(town.conditions.map((condition) => [condition.id, condition.text]));
  const unitWord = unitWords(town.units);
  const rows = duties.map((duty): Cell[] => [
    duty.matterId,
    matters.get(duty.matterId) ?? '',
    duty.conditionId && (conditions.get(duty.conditionId) ?? duty.conditionId),
    duty.areaKind && AREA_WORDS[duty.areaKind],
    CHANNEL_WORDS[duty.channel],
    duty.leadUnitId ? unitWord(duty.leadUnitId) : KIND_WORDS[duty.leadKind],
    duty.assistUnitIds.map(unitWord).join('、'),
  ]);
  return [DUTIES.map(({ header }) => header), ...rows];
}

/** A unit's name, or its id where others bear the same name. */
function unitWords(units: readonly Unit[]): (id: string) => string {
  const shared = sharing(units);
  const words = new Map(units.map(({ id, name }) => [id, shared.get(name) === 1 ? name : id]));
  return (id) => words.get(id) ?? id;
}

function sharing(units: readonly Unit[]): Map<string, number> {
  const shared = new Map<string, number>();
  for (const { name } of units) shared.set(name, (shared.get(name) ?? 0) + 1);
  return shared;
}

/** A whole new duty list: the one in force, where each matter that the table gives has the table's rows. */
export function dutiesOf(table: Table, town: DutyTown, mode: Mode): Imported<{ duties: Duty[] }> {
  const needed: readonly Key[] = ['matter', 'lead'];
  const { header, lines, ignored, faults } = headed(table, DUTIES, needed);
  const failed = { text: null, rows: lines.length, faults, ignored, matters: 0, notes: [] };
  if (!header || faults.length > 0) return failed;
  const find = finder(town);
  const read = readLines(lines, find, faults);
  faults.sort((a, b) => a.row - b.row);
  const matters = new Set(read.duties.map(({ matterId }) => matterId)).size;
  return { ...failed, text: { duties: putIn(town.duties, read, mode) }, matters };
}

interface ReadLines {
  duties: Duty[];
  /** Matters that the table names, and those of which a row was skipped. */
  named: Set<string>;
  skipped: Set<string>;
  /** A row was skipped whose matter nobody can tell. */
  lost: boolean;
}

function readLines(lines: readonly Line<Key>[], find: Finder, faults: Fault[]): ReadLines {
  const read: ReadLines = { duties: [], named: new Set(), skipped: new Set(), lost: false };
  const seen = new Set<string>();
  let above: Line<Key>['cells'] = {};
  for (const line of lines) {
    // Merged cells name the matter once for all its rows.
    const { matterId, matter } = line.cells.matterId || line.cells.matter ? line.cells : above;
    above = { matterId, matter };
    const before = faults.length;
    const say: Say = (key, reason) =>
      faults.push({
        row: line.row,
        column: headerFor(key, DUTIES),
        value: (line.cells[key] ?? '').slice(0, 100),
        reason,
      });
    const cells = { ...line.cells, matterId, matter };
    sayFormulaErrors(cells, say);
    const readable = faults.length === before;
    const owner = readable ? find.matter(cells, say) : null;
    const duty = owner && dutyOf(cells, owner, find, say);
    if (duty && seen.has(duty.id)) say('matter', '与上面的行重复：同一事项、条件、区域类型、渠道只写一行');
    if (owner) read.named.add(owner);
    if (duty && faults.length === before) {
      seen.add(duty.id);
      read.duties.push(duty);
    } else if (owner) read.skipped.add(owner);
    else read.lost = true;
  }
  return read;
}

/** Rows of matters that the table does not give stay, unless it replaces all; where a row was skipped nothing is lost. */
function putIn(old: readonly Duty[], read: ReadLines, mode: Mode): Duty[] {
  const given = new Set(read.duties.map(({ id }) => id));
  const kept = old.filter(({ id, matterId }) => {
    if (given.has(id)) return false;
    if (read.skipped.has(matterId)) return true;
    return mode === 'merge' ? !read.named.has(matterId) : read.lost;
  });
  return [...kept, ...read.duties];
}

type Say = (key: Key, reason: string) => void;
type Cells = Line<Key>['cells'];

function dutyOf(cells: Cells, matterId: string, find: Finder, say: Say): Duty | null {
  const conditionId = find.condition(matterId, cells.condition ?? '', say);
  const areaKind = wordOf(AREAS, 'area', cells.area ?? '', null, '请写区、街道、社区、网格或专属网格，不限则留空', say);
  const channel = wordOf(CHANNELS, 'channel', cells.channel ?? '', 'general', '请写一般、警情或公益诉讼线索', say);
  const lead = leadOf(cells.lead ?? '', find, say);
  const assistUnitIds = assistsOf(cells.assist ?? '', lead?.leadUnitId ?? null, find, say);
  if (!lead || conditionId === undefined || areaKind === undefined || channel === undefined || !assistUnitIds)
    return null;
  const duty = { matterId, conditionId, areaKind, channel, ...lead, assistUnitIds };
  return { id: dutyId(duty), ...duty };
}

function wordOf<T>(
  words: Record<string, T>,
  key: Key,
  text: string,
  blank: T,
  reason: string,
  say: Say,
): T | undefined {
  if (!text) return blank;
  if (Object.hasOwn(words, plain(text))) return words[plain(text)];
  say(key, `不认识“${text.slice(0, 20)}”，${reason}`);
  return undefined;
}

function leadOf(text: string, find: Finder, say: Say): Pick<Duty, 'leadKind' | 'leadUnitId'> | null {
  if (!text) {
    say('lead', '缺少主办单位，请写单位全称，或写社区、街道、指挥中心、检察院');
    return null;
  }
  const kind = Object.hasOwn(KINDS, plain(text)) ? KINDS[plain(text)] : undefined;
  if (kind) return { leadKind: kind, leadUnitId: null };
  const unit = find.unit('lead', text, say);
  return unit && { leadKind: unit.kind, leadUnitId: unit.id };
}

function assistsOf(text: string, leadId: string | null, find: Finder, say: Say): string[] | null {
  const units = text
    .split(/[、,，;；\n]+/)
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => find.unit('assist', name, say));
  const ids = units.flatMap((unit) => unit?.id ?? []);
  if (ids.length < units.length) return null;
  if (leadId && ids.includes(leadId)) say('assist', '主办单位不用再写在协办里，请删去');
  if (new Set(ids).size < ids.length) say('assist', '协办单位写了两遍，请删去重复的');
  return ids;
}

// --------------------------------------------------------------------------------------------- finding

interface Finder {
  matter(cells: Cells, say: Say): string | null;
  /** Null for all conditions; undefined after saying that there is none such. */
  condition(matterId: string, text: string, say: Say): string | null | undefined;
  unit(key: Key, text: string, say: Say): Unit | null;
}

function finder({ matters, conditions, units }: DutyTown): Finder {
  const matterIds = new Set(matters.map(({ id }) => id));
  const matterOf = several(matters, ({ name, id }) => [plain(name), plain(id)]);
  const unitOf = several(units, ({ name, id }) => [plain(name), plain(id)]);
  const conditionOf = several(conditions, ({ matterId, text, id }) => [
    `${matterId} ${plain(text)}`,
    `${matterId} ${id}`,
  ]);
  return {
    matter({ matterId, matter = '' }, say) {
      if (matterId && matterIds.has(matterId)) return matterId;
      if (matterId) return nothing(() => say('matterId', '没有这个事项，请先在事项目录里加上'));
      const found = matterOf.get(plain(matter)) ?? [];
      if (!matter) return nothing(() => say('matter', '缺少事项，请补上'));
      if (found.length > 1) say('matter', '有不止一个事项叫这个名字，请加“事项编号”一列写明');
      if (found.length === 0) say('matter', '没有这个事项，请先在事项目录里加上');
      return found.length === 1 ? (found[0]?.id ?? null) : null;
    },
    condition(matterId, text, say) {
      if (!text) return null;
      const id =
        conditionOf.get(`${matterId} ${plain(text)}`)?.[0]?.id ?? conditionOf.get(`${matterId} ${text}`)?.[0]?.id;
      if (!id) say('condition', '这个事项没有这一立案条件，请照事项目录写，或留空表示全部');
      return id;
    },
    unit(key, text, say) {
      const found = unitOf.get(plain(text)) ?? [];
      if (found.length === 0) say(key, `没有单位“${text.slice(0, 30)}”，请写全称`);
      if (found.length > 1) say(key, `有不止一个单位叫“${text.slice(0, 30)}”，请写单位编号`);
      return found.length === 1 ? (found[0] ?? null) : null;
    },
  };
}

function nothing(say: () => void): null {
  say();
  return null;
}

function several<T>(rows: readonly T[], keys: (row: T) => string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows)
    for (const key of new Set(keys(row))) {
      const same = found.get(key);
      if (same) same.push(row);
      else found.set(key, [row]);
    }
  return found;
}
