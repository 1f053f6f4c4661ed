import { plain } from './tables';
import type { Area, Unit } from './types';

/** Units and areas by the words that a table names them with. */
export interface Places {
  /** The unit, or in Chinese why it is not known. */
  unit(words: string): Unit | string;
  area(words: string): Area | string;
  /** What the export writes, and the import takes back. */
  unitWord(id: string): string;
  areaWord(id: string): string;
}

export function placesOf(areas: readonly Area[], units: readonly Unit[]): Places {
  const areaById = new Map(areas.map((area) => [area.id, area]));
  const unitById = new Map(units.map((unit) => [unit.id, unit]));
  const areasByName = byName(areas);
  const unitsByName = byName(units);
  const nameWay = (area: Area) => wayOf(area, areaById);
  return {
    unit(words) {
      const found = unitById.get(words) ?? only(unitsByName.get(plain(words)));
      return found ?? missing('单位', words, unitsByName.get(plain(words))?.map(({ id }) => id) ?? []);
    },
    area(words) {
      const steps = words
        .split(/[/／>]/)
        .map(plain)
        .filter(Boolean);
      const named = areasByName.get(steps[steps.length - 1] ?? '') ?? [];
      const fits = named.filter((area) => isAbove(steps, nameWay(area).map(plain)));
      const found = areaById.get(words) ?? only(fits);
      return (
        found ??
        missing(
          '区域',
          words,
          fits.map((area) => nameWay(area).join('/')),
        )
      );
    },
    unitWord(id) {
      const unit = unitById.get(id);
      return unit && unitsByName.get(plain(unit.name))?.length === 1 ? unit.name : id;
    },
    areaWord(id) {
      const area = areaById.get(id);
      if (!area) return id;
      if (areasByName.get(plain(area.name))?.length === 1) return area.name;
      const way = nameWay(area).join('/');
      return areas.filter((each) => each.name === area.name && nameWay(each).join('/') === way).length === 1 ? way : id;
    },
  };
}

/** Names from the street down to the area itself. */
function wayOf(area: Area, byId: ReadonlyMap<string, Area>): string[] {
  const all = area.path
    .split('/')
    .filter(Boolean)
    .map((id) => byId.get(id));
  const below = all.filter((each) => each !== undefined && (each.kind !== 'district' || each.id === area.id));
  return below.map((each) => each?.name ?? '');
}

/** Are the names given found on the way, in order? */
function isAbove(steps: readonly string[], way: readonly string[]): boolean {
  let at = 0;
  for (const name of way) if (name === steps[at]) at += 1;
  return at === steps.length;
}

function missing(what: string, words: string, several: readonly string[]): string {
  if (several.length === 0) return `没有${what}“${words}”，请先在${what}里添加，或写全称`;
  return `有 ${several.length} 个${what}叫“${words}”，请写成 ${several.slice(0, 3).join(' 或 ')}`;
}

function only<T>(found: readonly T[] | undefined): T | undefined {
  return found?.length === 1 ? found[0] : undefined;
}

function byName<T extends { name: string }>(rows: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) found.set(plain(row.name), [...(found.get(plain(row.name)) ?? []), row]);
  return found;
}
