import type { Area, Unit } from './types';

/** Of one row of areas, or of units. */
export interface AreaFault {
  /** 1-based place in the list. */
  row: number;
  id: string;
  reason: string;
}

/** What is impossible about a tree of areas, in Chinese, row by row; empty when it can be saved. */
export function areaFaults(areas: readonly Area[]): AreaFault[] {
  const byId = new Map(areas.map((area) => [area.id, area]));
  const first = new Map<string, number>();
  let district: string | null = null;
  return areas.flatMap((area, index) => {
    const say = (reason: string): AreaFault => ({ row: index + 1, id: area.id, reason });
    const faults: AreaFault[] = [];
    const before = first.get(area.id);
    if (before !== undefined) faults.push(say(`编号“${area.id}”与第 ${before} 行重复，请改成不同的编号`));
    else first.set(area.id, index + 1);
    if (area.kind === 'district' && district !== null && district !== area.id)
      faults.push(say(`只能有一个区，前面已有“${district}”`));
    if (area.kind === 'district') district ??= area.id;
    const fault = treeFault(area, byId);
    return fault ? [...faults, say(fault)] : faults;
  });
}

function treeFault(area: Area, byId: ReadonlyMap<string, Area>): string | null {
  const { id, kind, parentId, path } = area;
  if (!id || id.includes('/')) return '编号不能为空，也不能有斜杠';
  if (parentId === null && kind !== 'district') return '没有写上级区域，只有区可以没有上级';
  if (parentId !== null && !byId.has(parentId)) return `上级“${parentId}”不在表里，请补上或改正`;
  const above = upwards(area, byId);
  if (!above) return '上级绕回了自己，请改正上级';
  const right = `/${[...above].reverse().join('/')}`;
  return path === right ? null : `路径应为“${right}”，与上级不符`;
}

type Node = Pick<Area, 'id' | 'parentId'>;

/** Ids from a node up to the top; null when they go in a circle. A parent that is missing ends the way. */
function upwards(node: Node, byId: ReadonlyMap<string, Node>): string[] | null {
  const ids = new Set<string>();
  for (let at: Node | undefined = node; at; at = at.parentId === null ? undefined : byId.get(at.parentId)) {
    if (ids.has(at.id)) return null;
    ids.add(at.id);
  }
  return [...ids];
}

/** What is impossible about who answers to whom, in Chinese, row by row: every unit is reached from below, none twice. */
export function unitFaults(units: readonly Unit[], areas: readonly Pick<Area, 'id'>[]): AreaFault[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const areaIds = new Set(areas.map(({ id }) => id));
  const first = new Map<string, number>();
  return units.flatMap((unit, index) => {
    const { id, areaId, parentId } = unit;
    const before = first.get(id);
    first.set(id, before ?? index + 1);
    const reasons = [
      !id && '编号不能为空',
      before !== undefined && `编号“${id}”与第 ${before} 行重复，请改成不同的编号`,
      !areaIds.has(areaId) && `管辖区域“${areaId}”不存在，请改正`,
      parentId !== null && !byId.has(parentId) && `上级单位“${parentId}”不在表里，请补上或改正`,
      !upwards(unit, byId) && '上级单位绕回了自己，请改正上级',
    ];
    return reasons.flatMap((reason) => (reason ? [{ row: index + 1, id, reason }] : []));
  });
}
