import { areaFaults } from './area-faults';
import { changesOf, type Lines } from './rule-changes';
import { NO_CHANGES, type Register } from './staff-table';
import { areaOf, centreOf, type Ring, ringFault, survey } from './survey';
import { type Fault, plain } from './tables';
import type { Area, AreaKind, Town } from './types';

/** Areas from a map (GeoJSON) or a table (area-table.ts), one feature each. What is impossible is a fault; what lies oddly is said and may be accepted. */

export interface Feature {
  /** From 1. */
  row: number;
  /** Empty where the map does not say. */
  id: string;
  name: string;
  kind: string;
  parent: string;
  dedicated: boolean;
  /** From a map, where a new area has a border; a table has none. */
  mapped: boolean;
  /** GCJ-02; null where there is none. */
  ring: Ring | null;
  /** The map gives something, but no polygon of numbers. */
  odd: boolean;
  /** Of the ring: holes, more parts. */
  notes: string[];
}

export const AREA_KIND_WORDS: Record<AreaKind, string> = {
  ...{ district: '区', street: '街道', community: '社区', grid: '网格' },
};
const KINDS = new Map<string, AreaKind>(
  Object.entries({
    ...{
      区: 'district',
      县: 'district',
      街道: 'street',
      镇: 'street',
      乡: 'street',
      社区: 'community',
      村: 'community',
    },
    ...{ 网格: 'grid', district: 'district', street: 'street', community: 'community', grid: 'grid' },
  } as const),
);

export function areasOf(features: readonly Feature[], town: Pick<Town, 'areas'>): Register {
  const faults: Fault[] = [];
  const drafts = features.map((feature) => ({ feature, area: draftOf(feature, features, town.areas, faults) }));
  faults.push(...repeated(drafts));
  const told = new Set(faults.map(({ row }) => row));
  const given = drafts.flatMap(({ feature, area }) => (area && !told.has(feature.row) ? [{ feature, area }] : []));
  const paths = new Map([...town.areas, ...given.map(({ area }) => area)].map((area) => [area.id, area]));
  for (const { area } of given) area.path = pathOf(area, paths);
  const ids = new Set(given.map(({ area }) => area.id));
  const others = town.areas.filter(({ id }) => !ids.has(id));
  for (const { row, reason } of areaFaults([...others, ...given.map(({ area }) => area)])) {
    const feature = given[row - 1 - others.length]?.feature;
    if (feature) faults.push({ row: feature.row, column: '上级', value: feature.parent, reason });
  }
  const bad = new Set(faults.map(({ row }) => row));
  const areas = given.filter(({ feature }) => !bad.has(feature.row)).map(({ area }) => area);
  const after = [...new Map([...town.areas, ...areas].map((area) => [area.id, area])).values()];
  const notes = [
    ...features.flatMap((each) => each.notes.map((note) => `${each.name || `第 ${each.row} 个`}：${note}`)),
    ...lieOf(after, new Set(areas.map(({ id }) => id))),
  ];
  const changes = areas.length > 0 ? changesOf(areaLines(town.areas), areaLines(after)) : NO_CHANGES;
  faults.sort((a, b) => a.row - b.row);
  return {
    ...{ rows: features.length, faults, ignored: [], notes, changes, dropPosts: [] },
    town: areas.length > 0 ? { areas } : null,
  };
}

/** Nobody knows which of two is meant; the first stands, so that a person sees one fault and not two. */
function repeated(drafts: readonly { feature: Feature; area: Area | null }[]): Fault[] {
  const first = new Map<string, number>();
  return drafts.flatMap(({ feature: { row }, area }) => {
    if (!area) return [];
    const before = first.get(area.id);
    first.set(area.id, before ?? row);
    const reason = `与第 ${before} 个重复，一个区域只写一次`;
    return before === undefined ? [] : [{ row, column: '编号', value: area.id, reason }];
  });
}

function draftOf(
  { row, id, name, kind: kindWord, parent, dedicated, mapped, ring, odd }: Feature,
  all: readonly Feature[],
  areas: readonly Area[],
  faults: Fault[],
): Area | null {
  const say = (column: string, value: string, reason: string): null => {
    faults.push({ row, column, value, reason });
    return null;
  };
  const named = areas.filter((area) => (id ? area.id === id : plain(area.name) === plain(name)));
  if (!id && !name) return say('编号', '', '请写编号（id）或名称（name）');
  if (!id && named.length > 1) return say('名称', name, `有 ${named.length} 个区域叫这个名字，请写编号（id）`);
  const old = named[0];
  const fault = odd ? NO_POLYGON : ring && ringFault(ring);
  if (fault) return say('边界', name || old?.name || id, fault);
  if (mapped && !ring && !old) return say('边界', name || id, '新区域要有边界（Polygon）');
  const kind = old?.kind ?? KINDS.get(plain(kindWord));
  if (!kind && !kindWord) return say('编号', id || name, STRANGER);
  if (!kind) return say('级别', kindWord, '请写级别（kind）：区、街道、社区、网格');
  if (!old && !id) return say('编号', '', '新区域要有编号（id）');
  const parentId = parent ? idOf(parent, all, areas) : (old?.parentId ?? null);
  if (parentId === undefined) return say('上级', parent, `没有上级“${parent}”，请写编号，或先添加它`);
  if (old && parentId !== old.parentId) return say('上级', parent, '已有区域不能改上级：以前的事件记在原来的位置');
  const [lng, lat] = ring ? centreOf(ring).map(seventh) : [old?.lng ?? null, old?.lat ?? null];
  return {
    ...{ id: id || (old?.id ?? ''), kind, name: name || (old?.name ?? id), parentId, path: old?.path ?? '' },
    ...{ dedicated: dedicated || (old?.dedicated ?? false), lng: lng ?? null, lat: lat ?? null },
    polygon: ring ? ring.map(([x, y]): [number, number] => [seventh(x), seventh(y)]) : (old?.polygon ?? null),
  };
}

const NO_POLYGON = '边界要是 Polygon，每一点写成 [经度, 纬度]，都是数字';
const STRANGER = '没有这个区域，请核对编号和名称；要新增，请再写上级别（kind）和上级（parent）';

/** A centimetre. */
function seventh(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}

function idOf(words: string, features: readonly Feature[], areas: readonly Area[]): string | undefined {
  const all = [...features, ...areas];
  const exact = all.find(({ id }) => id === words);
  if (exact) return exact.id;
  const named = new Set(all.filter(({ id, name }) => id && plain(name) === plain(words)).map(({ id }) => id));
  return named.size === 1 ? [...named][0] : undefined;
}

function pathOf(area: Area, byId: ReadonlyMap<string, Area>): string {
  const ids: string[] = [];
  for (let at: Area | undefined = area; at && !ids.includes(at.id); at = byId.get(at.parentId ?? ''))
    ids.unshift(at.id);
  return `/${ids.join('/')}`;
}

// -------------------------------------------------------------------------------------------- how they lie

/** What a survey may be wrong by: less than this is not worth a word (m²). */
const LEAST = 100;
const MOST_NOTES = 40;

/** Gaps, overlaps and what sticks out, around the areas touched. */
function lieOf(areas: readonly Area[], touched: ReadonlySet<string>): string[] {
  const near = new Set(areas.flatMap(({ id, parentId }) => (touched.has(id) ? [id, parentId ?? ''] : [])));
  const notes = areas.filter(({ id }) => near.has(id)).flatMap((parent) => lieWithin(parent, areas));
  const more = notes.length - MOST_NOTES;
  return more > 0 ? [...notes.slice(0, MOST_NOTES), `还有 ${more} 处没有列出，请先改好上面的`] : notes;
}

function lieWithin(parent: Area, areas: readonly Area[]): string[] {
  const children = areas.filter(({ parentId }) => parentId === parent.id);
  const drawn = children.filter(({ polygon }) => polygon !== null);
  if (drawn.length === 0) return [];
  const flat = flatten([parent, ...drawn]);
  const whole = parent.polygon ? flat(parent.polygon) : null;
  const { gap, outside, overlaps } = survey(
    whole,
    drawn.map(({ polygon }) => flat(polygon ?? [])),
  );
  const name = (at: number) => drawn[at]?.name ?? '';
  return [
    ...overlaps
      .filter(([, , area]) => area > LEAST)
      .map(([i, j, area]) => `重叠：${name(i)}与${name(j)}重叠 ${areaWords(area)}`),
    ...(whole && drawn.length === children.length && gap > LEAST
      ? [`空白：${parent.name}有 ${areaWords(gap)}不属于任何下级区域`]
      : []),
    ...outside.flatMap((area, at) =>
      area > LEAST ? [`出界：${name(at)}有 ${areaWords(area)}在${parent.name}之外`] : [],
    ),
    ...(drawn.length < children.length
      ? [`${parent.name}还有 ${children.length - drawn.length} 个下级区域没有边界`]
      : []),
  ];
}

/** Degrees as metres on the plane of the first corner: within a district the earth is flat. */
function flatten(areas: readonly Area[]): (ring: Ring) => Ring {
  const [lng, lat] = areas.find(({ polygon }) => polygon)?.polygon?.[0] ?? [0, 0];
  const [x, y] = [111_320 * Math.cos((lat * Math.PI) / 180), 110_574];
  return (ring) => ring.map(([a, b]) => [(a - lng) * x, (b - lat) * y]);
}

function areaWords(area: number): string {
  if (area >= 1e6) return `${Math.round(area / 1e5) / 10} 平方公里`;
  return area >= 1e4 ? `${Math.round(area / 1e3) / 10} 万平方米` : `${Math.round(area)} 平方米`;
}

function areaLines(areas: readonly Area[]): Lines {
  const names = new Map(areas.map(({ id, name }) => [id, name]));
  return new Map(
    areas.map((area) => {
      const { id, name, kind, parentId, dedicated, polygon } = area;
      const border = polygon
        ? `边界 ${polygon.length - 1} 点，${areaWords(areaOf(flatten([area])(polygon)))}，中心 ${area.lng},${area.lat}`
        : '没有边界';
      const above = parentId ? `，属于${names.get(parentId) ?? parentId}` : '';
      return [
        id,
        {
          what: `${name}（${id}）`,
          says: `${name}，${dedicated ? '专属' : ''}${AREA_KIND_WORDS[kind]}${above}，${border}`,
        },
      ];
    }),
  );
}
