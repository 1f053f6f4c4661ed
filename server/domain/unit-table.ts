import { createHash } from 'node:crypto';
import { unitFaults } from './area-faults';
import { placesOf } from './place-names';
import { changesOf, type Lines } from './rule-changes';
import { NO_CHANGES, type Register } from './staff-table';
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
import type { Town, Unit, UnitKind } from './types';

/** Units as a table, to and fro. */

type Key = 'id' | 'name' | 'kind' | 'area' | 'parent';

const column = (key: Key, header: string, width: number, ...aliases: string[]): Column<Key> => ({
  ...{ key, header, width, aliases },
});

export const UNITS: readonly Column<Key>[] = [
  column('id', '编号', 16, 'id', '单位编号'),
  column('name', '单位', 30, 'name', '名称', '单位名称'),
  column('kind', '类型', 12, 'kind', '单位类型'),
  column('area', '管辖区域', 24, 'area', '区域'),
  column('parent', '上级单位', 30, 'parent', '上级'),
];

export const UNIT_KIND_WORDS: Record<UnitKind, string> = {
  ...{ community: '社区', street: '街道', department: '部门', centre: '指挥中心' },
  ...{ discipline: '纪委监委', procuratorate: '检察院' },
};
const KINDS = new Map(
  (Object.keys(UNIT_KIND_WORDS) as UnitKind[]).flatMap((kind): [string, UnitKind][] => [
    [UNIT_KIND_WORDS[kind], kind],
    [kind, kind],
  ]),
);

type UnitTown = Pick<Town, 'areas' | 'units'>;

export function unitTable({ areas, units }: UnitTown): Cell[][] {
  const places = placesOf(areas, units);
  const rows = units.map(({ id, name, kind, areaId, parentId }): Cell[] => [
    ...[id, name, UNIT_KIND_WORDS[kind], places.areaWord(areaId)],
    parentId ? places.unitWord(parentId) : '',
  ]);
  return [UNITS.map(({ header }) => header), ...rows];
}

/** The units that the table names join those there are, or take their place; none is ever lost, since events name them. */
export function unitsOf(table: Table, town: UnitTown): Register {
  const { header, lines, ignored, faults } = headed(table, UNITS, ['name', 'kind', 'area']);
  const failed = { rows: lines.length, faults, ignored, notes: [], changes: NO_CHANGES, town: null, dropPosts: [] };
  if (!header || faults.length > 0) return failed;
  const drafts = lines.map((line) => draftOf(line, town, faults));
  const all = [...drafts.map(({ unit }) => unit), ...town.units];
  const places = placesOf(town.areas, [...new Map(all.map((unit) => [unit.id, unit])).values()]);
  for (const { line, unit } of drafts) {
    const words = line.cells.parent ?? '';
    const parent = words ? places.unit(words) : null;
    if (typeof parent === 'string') sayTo(faults, line)('parent', parent);
    else unit.parentId = parent?.id ?? null;
  }
  treeFaults(drafts, town, faults);
  faults.sort((a, b) => a.row - b.row);
  const bad = new Set(faults.map(({ row }) => row));
  const units = drafts.filter(({ line }) => !bad.has(line.row)).map(({ unit }) => unit);
  const after = [...new Map([...town.units, ...units].map((unit) => [unit.id, unit])).values()];
  const changes = changesOf(unitLines(town.units, town), unitLines(after, { ...town, units: after }));
  return { ...failed, changes, town: units.length > 0 ? { units } : null };
}

interface Draft {
  line: Line<Key>;
  unit: Unit;
}

const sayTo = (faults: Fault[], line: Line<Key>) => (key: Key, reason: string) =>
  void faults.push({ row: line.row, column: headerFor(key, UNITS), value: line.cells[key] ?? '', reason });

function draftOf(line: Line<Key>, town: UnitTown, faults: Fault[]): Draft {
  const say = sayTo(faults, line);
  sayFormulaErrors(line.cells, say);
  const { id = '', name = '', kind: kindWord = '', area: areaWord = '' } = line.cells;
  if (!name) say('name', '请写单位名称');
  const kind = KINDS.get(plain(kindWord));
  if (!kind) say('kind', `请写：${Object.values(UNIT_KIND_WORDS).join('、')}`);
  const area = placesOf(town.areas, []).area(areaWord);
  if (typeof area === 'string') say('area', areaWord ? area : '请写管辖区域；部门写区名');
  const known = town.units.filter((unit) => plain(unit.name) === plain(name));
  if (!id && known.length > 1) say('id', `有 ${known.length} 个单位叫“${name}”，请写编号`);
  const areaId = typeof area === 'string' ? '' : area.id;
  const unit = { id: id || (known[0]?.id ?? newId(name)), kind: kind ?? 'department', name, areaId, parentId: null };
  return { line, unit };
}

/** The same name gives the same id, so that a table read twice makes no unit twice. */
function newId(name: string): string {
  return `unit-${createHash('sha256').update(plain(name)).digest('hex').slice(0, 10)}`;
}

function treeFaults(drafts: readonly Draft[], town: UnitTown, faults: Fault[]): void {
  const given = drafts.map(({ unit }) => unit);
  const ids = new Set(given.map(({ id }) => id));
  const whole = [...given, ...town.units.filter(({ id }) => !ids.has(id))];
  const told = new Set(faults.map(({ row }) => row));
  for (const { row, reason } of unitFaults(whole, town.areas)) {
    const draft = drafts[row - 1];
    if (draft && !told.has(draft.line.row)) sayTo(faults, draft.line)('parent', reason);
  }
}

function unitLines(units: readonly Unit[], town: UnitTown): Lines {
  const places = placesOf(town.areas, town.units);
  return new Map(
    units.map(({ id, name, kind, areaId, parentId }) => {
      const above = parentId ? `，上级 ${places.unitWord(parentId)}` : '';
      return [id, { what: name, says: `${name}，${UNIT_KIND_WORDS[kind]}，管辖 ${places.areaWord(areaId)}${above}` }];
    }),
  );
}
