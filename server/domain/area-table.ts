import { createHash } from 'node:crypto';
import { AREA_KIND_WORDS, type Feature } from './area-map';
import type { Register } from './staff-table';
import { type Cell, type Column, headed, headerFor, type Line, plain, sayFormulaErrors, type Table } from './tables';
import type { Area, Town } from './types';

/** Areas as a table, for a town that has a list and no map yet. Borders come later, by a map. */

type Key = 'id' | 'name' | 'kind' | 'parent' | 'dedicated';

const column = (key: Key, header: string, width: number, ...aliases: string[]): Column<Key> => ({
  ...{ key, header, width, aliases },
});

export const AREAS: readonly Column<Key>[] = [
  column('id', '编号', 16, 'id', 'code', '代码', '区域编号'),
  column('name', '名称', 26, 'name', '区域', '区域名称'),
  column('kind', '级别', 10, 'kind', 'level', '类型'),
  column('parent', '上级', 26, 'parent', '上级区域', '上级编号'),
  column('dedicated', '专属', 8, 'dedicated', '专属网格'),
];

export interface AreaRows extends Pick<Register, 'rows' | 'ignored' | 'faults'> {
  /** Of the rows that are not at fault, without borders: for `areasOf`. */
  features: Feature[];
}

export function areaRows(table: Table, { areas }: Pick<Town, 'areas'>): AreaRows {
  const { header, lines, ignored, faults } = headed(table, AREAS, ['name', 'kind', 'parent']);
  const rows = lines.length;
  if (!header || faults.length > 0) return { rows, features: [], ignored, faults };
  for (const { row, cells } of lines)
    sayFormulaErrors(cells, (key, reason) => {
      faults.push({ row, column: headerFor(key, AREAS), value: cells[key] ?? '', reason });
    });
  const bad = new Set(faults.map(({ row }) => row));
  const features = lines.filter(({ row }) => !bad.has(row)).map((line) => featureOf(line, areas));
  return { rows, features, ignored, faults };
}

function featureOf({ row, cells }: Line<Key>, areas: readonly Area[]): Feature {
  const { id = '', name = '', kind = '', parent = '', dedicated = '' } = cells;
  return {
    ...{ row, id: id || idFor(name, parent, areas), name, kind, parent },
    dedicated: ['是', '专属', '1', 'true'].includes(plain(dedicated)),
    ...{ mapped: false, ring: null, odd: false, notes: [] },
  };
}

/**
 * Rows without a number: grids are called 第一网格 everywhere, so it is the parent that tells one from the next. The same row gives
 * the same id, so that a table read twice makes no area twice. Empty where nobody could know which area is meant.
 */
function idFor(name: string, parent: string, areas: readonly Area[]): string {
  if (!name) return '';
  const byId = new Map(areas.map((area) => [area.id, area]));
  const lies = ({ parentId }: Area) =>
    !parent || parentId === parent || plain(byId.get(parentId ?? '')?.name ?? '') === plain(parent);
  const stand = areas.filter((area) => plain(area.name) === plain(name) && lies(area));
  if (stand.length > 1) return '';
  return stand[0]?.id ?? `area-${digest(`${plain(parent)}/${plain(name)}`)}`;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 10);

export function areaTable({ areas }: Pick<Town, 'areas'>): Cell[][] {
  const rows = areas.map(({ id, name, kind, parentId, dedicated }): Cell[] => [
    ...[id, name, AREA_KIND_WORDS[kind], areas.find((area) => area.id === parentId)?.name ?? ''],
    dedicated ? '是' : '',
  ]);
  return [AREAS.map(({ header }) => header), ...rows];
}
