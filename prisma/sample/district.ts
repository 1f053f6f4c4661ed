import type { Area } from '../../server/domain/types';

/** The fictional district 望江区: 14 streets, 195 communities, 638 grids, tiled without gaps or overlaps. GCJ-02. */

const DISTRICT = '510199';
const WEST = 103.82;
const SOUTH = 30.72;
const WIDTH = 0.24;
const HEIGHT = 0.16;

const STREETS = [
  '望江路',
  '锦桥',
  '红牌楼',
  '清水河',
  '龙泉里',
  '梧桐',
  '桂花',
  '金沙',
  '云龙',
  '和平',
  '春熙桥',
  '学府',
  '安德',
  '新民场',
];
const FIRST = '红锦春金云和桂梧清龙望安文学兴';
const SECOND = '光桥江苑泉岭林湖新华平秀园';
const DEDICATED = ['中学', '小学', '农贸市场', '公园', '医院', '产业园', '商业广场'];
const NUMBERS = ['一', '二', '三', '四', '五'];

const COMMUNITIES = 195;
/** 604 general grids: three in each community, a fourth in every tenth or so. */
const FOURTH_EVERY = 10;
const GENERAL = 604;
const DEDICATED_GRIDS = 34;

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Cuts a box into `count` tiles: rows of nearly equal length, each row filled. */
function tile(box: Box, count: number): Box[] {
  const rows = Math.max(1, Math.round(Math.sqrt((count * box.h) / box.w)));
  return Array.from({ length: rows }, (_, row) => {
    const cells = Math.floor(((row + 1) * count) / rows) - Math.floor((row * count) / rows);
    const h = box.h / rows;
    return Array.from({ length: cells }, (_, cell) => ({
      x: box.x + (cell * box.w) / cells,
      y: box.y + row * h,
      w: box.w / cells,
      h,
    }));
  }).flat();
}

type Point = [number, number];

/** Leans and turns the plan a little: towns are not ruled with a square. Affine, so tiles stay tiles. */
function lean(x: number, y: number): Point {
  return [round(WEST + x + 0.18 * y), round(SOUTH + y - 0.08 * x)];
}

function round(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}

function ring(points: Point[]): Point[] {
  const turned = points.map(([x, y]) => lean(x, y));
  return [...turned, turned[0]!];
}

function corners({ x, y, w, h }: Box): Point[] {
  return [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ];
}

function area(id: string, kind: Area['kind'], name: string, parent: Area | null, points: Point[], centre: Point): Area {
  const [lng, lat] = lean(...centre);
  return {
    id,
    kind,
    name,
    parentId: parent?.id ?? null,
    path: `${parent?.path ?? ''}/${id}`,
    dedicated: false,
    lng,
    lat,
    polygon: ring(points),
  };
}

function plain(id: string, kind: Area['kind'], name: string, parent: Area | null, box: Box): Area {
  return area(id, kind, name, parent, corners(box), [box.x + box.w / 2, box.y + box.h / 2]);
}

const pad = (prefix: string, number: number, length: number) => `${prefix}${String(number).padStart(length, '0')}`;

/** All areas, parents first. */
export function sampleAreas(): Area[] {
  const whole: Box = { x: 0, y: 0, w: WIDTH, h: HEIGHT };
  const district = plain(DISTRICT, 'district', '望江区', null, whole);
  const areas = [district];
  const plan = { community: 0, grid: 0, general: 0, dedicated: 0 };
  for (const [index, box] of tile(whole, STREETS.length).entries()) {
    const street = plain(pad('s', index + 1, 2), 'street', `${STREETS[index]}街道`, district, box);
    const upTo = Math.floor(((index + 1) * COMMUNITIES) / STREETS.length);
    areas.push(street, ...communities(street, box, upTo, plan));
  }
  return areas;
}

type Plan = Record<'community' | 'grid' | 'general' | 'dedicated', number>;

function communities(street: Area, box: Box, upTo: number, plan: Plan): Area[] {
  return tile(box, upTo - plan.community).flatMap((cell) => {
    const index = plan.community++;
    const name = `${FIRST[index % FIRST.length]}${SECOND[Math.floor(index / FIRST.length)]}`;
    const community = plain(pad('c', index + 1, 3), 'community', `${name}社区`, street, cell);
    return [community, ...grids(community, name, cell, plan)];
  });
}

function grids(community: Area, name: string, box: Box, plan: Plan): Area[] {
  const left = GENERAL - plan.general;
  const communitiesLeft = COMMUNITIES - plan.community;
  const fourth = plan.community % FOURTH_EVERY === 0 && left - 4 >= communitiesLeft * 3;
  const cells = tile(box, fourth ? 4 : 3);
  plan.general += cells.length;
  // Every sixth community or so holds a school, a market, a park … with a grid of its own, carved from the first.
  const holds = plan.community % 5 === 0 && plan.dedicated < DEDICATED_GRIDS;
  const carved = holds ? [dedicated(community, name, cells[0]!, plan)] : [];
  const general = cells.map((cell, index) => {
    const id = pad('g', ++plan.grid, 4);
    const title = `${community.name}第${NUMBERS[index]}网格`;
    return holds && index === 0 ? around(id, title, community, cell) : plain(id, 'grid', title, community, cell);
  });
  return [...general, ...carved];
}

/** The inner corner of a grid, two fifths each way. */
function dedicated(community: Area, name: string, { x, y, w, h }: Box, plan: Plan): Area {
  const kind = DEDICATED[plan.dedicated % DEDICATED.length];
  plan.dedicated += 1;
  const box = { x: x + 0.6 * w, y: y + 0.6 * h, w: 0.4 * w, h: 0.4 * h };
  return { ...plain(pad('z', plan.dedicated, 4), 'grid', `${name}${kind}专属网格`, community, box), dedicated: true };
}

/** What is left of a grid around a dedicated one. */
function around(id: string, title: string, community: Area, { x, y, w, h }: Box): Area {
  const points: Point[] = [
    [x, y],
    [x + w, y],
    [x + w, y + 0.6 * h],
    [x + 0.6 * w, y + 0.6 * h],
    [x + 0.6 * w, y + h],
    [x, y + h],
  ];
  return area(id, 'grid', title, community, points, [x + 0.3 * w, y + 0.3 * h]);
}
