import gcoord from 'gcoord';
import { z } from 'zod';
import { AREA_KIND_WORDS, type Feature } from '../domain/area-map';
import type { Area } from '../domain/types';
import { BadSheet } from '../ports';

/** GeoJSON as surveyors send it, to and fro. The town keeps GCJ-02. */

export type Crs = 'gcj02' | 'wgs84';

const point = z.tuple([z.number(), z.number()], z.number());
const rings = z.array(z.array(point)).min(1);
const geometry = z.union([
  z.looseObject({ type: z.literal('Polygon'), coordinates: rings }),
  z.looseObject({ type: z.literal('MultiPolygon'), coordinates: z.array(rings).min(1) }),
]);
const feature = z.looseObject({
  type: z.literal('Feature'),
  id: z.union([z.string(), z.number()]).optional(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  geometry: z.unknown(),
});
const collection = z.looseObject({ type: z.literal('FeatureCollection'), features: z.array(feature).max(5_000) });

const MOST_POINTS = 200_000;

/** Errors: `BadSheet`. */
export function featuresOf(bytes: Buffer, crs: Crs): Feature[] {
  const read = collection.safeParse(parsed(bytes));
  if (!read.success)
    throw new BadSheet('not_sheet', '这不是 GeoJSON：要写成 FeatureCollection，每个区域一个 Feature，最多 5000 个。');
  if (read.data.features.length === 0)
    throw new BadSheet('not_sheet', '文件里一个区域也没有，请在制图软件里选中区域后重新导出。');
  const features = read.data.features.map((each, index) => featureOf(each, index + 1, crs));
  if (features.reduce((sum, { ring }) => sum + (ring?.length ?? 0), 0) > MOST_POINTS)
    throw new BadSheet('too_many', `边界的点太多，请简化到 ${MOST_POINTS / 10_000} 万个以内，或分成几份。`);
  return features;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw new BadSheet('broken', '读不出来：请上传 .xlsx 或 .geojson 文件（UTF-8）。');
  }
}

const NAMES = {
  id: ['id', 'code', '编号', '代码'],
  name: ['name', '名称', '区域'],
  kind: ['kind', 'level', '级别', '类型'],
  parent: ['parentId', 'parent', '上级', '上级编号'],
  dedicated: ['dedicated', '专属'],
} as const;

function featureOf({ id, properties, geometry: shape }: z.infer<typeof feature>, row: number, crs: Crs): Feature {
  const said = (key: keyof typeof NAMES) => {
    const value = NAMES[key].map((name) => properties?.[name]).find((each) => each !== undefined && each !== null);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value).trim().slice(0, 100)
      : '';
  };
  const { ring, odd, notes } = ringOf(shape, crs);
  const dedicated = ['true', '是', '1', '专属'].includes(said('dedicated'));
  const names = { name: said('name'), kind: said('kind'), parent: said('parent') };
  return { row, id: said('id') || String(id ?? ''), ...names, dedicated, mapped: true, ring, odd, notes };
}

/** The outer border of the largest part; what else there is, is said. */
function ringOf(shape: unknown, crs: Crs): Pick<Feature, 'ring' | 'odd' | 'notes'> {
  if (shape === null || shape === undefined) return { ring: null, odd: false, notes: [] };
  const read = geometry.safeParse(shape);
  if (!read.success) return { ring: null, odd: true, notes: [] };
  const parts = read.data.type === 'Polygon' ? [read.data.coordinates] : read.data.coordinates;
  const [largest = []] = [...parts].sort((a, b) => (b[0]?.length ?? 0) - (a[0]?.length ?? 0));
  const ring = (largest[0] ?? []).map(([lng, lat]) => placed(lng, lat, crs));
  return {
    ring,
    odd: false,
    notes: [
      ...(parts.length > 1 ? [`有 ${parts.length} 块，只采用点最多的一块`] : []),
      ...(largest.length > 1 ? ['里面的空洞没有采用'] : []),
    ],
  };
}

function placed(lng: number, lat: number, crs: Crs): [number, number] {
  if (crs === 'gcj02') return [lng, lat];
  const [x = lng, y = lat] = gcoord.transform([lng, lat], gcoord.WGS84, gcoord.GCJ02);
  return [x, y];
}

/** In GCJ-02, as `featuresOf` takes it back. */
export function areaFeatures(areas: readonly Area[]): object {
  const features = areas.map(({ id, name, kind, parentId, dedicated, polygon }) => ({
    type: 'Feature',
    properties: { id, name, kind: AREA_KIND_WORDS[kind], parent: parentId, dedicated },
    geometry: polygon && { type: 'Polygon', coordinates: [polygon] },
  }));
  return { type: 'FeatureCollection', features };
}
