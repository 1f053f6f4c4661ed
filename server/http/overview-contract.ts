import { z } from 'zod';
import type { Route } from './contract';
import { eventSummary, when } from './event-shapes';

/** What the routes of 今日, 逾期墙 and 地图 take and give; part of the contract. Units are counted, never persons. */

const id = z.string().min(1).max(100);
const day = z.iso.date().describe('中国日期');
const count = z.number().int();
const days = z.enum(['1', '7', '30']);
const longitude = z.coerce.number().min(-180).max(180).describe('GCJ-02');
const latitude = z.coerce.number().min(-90).max(90).describe('GCJ-02');
const climb = z.enum(['blue', 'yellow', 'red', 'accountability']);

const openCount = z
  .object({
    open: count.describe('在办'),
    urgent: count,
    due: count.describe('今天内到期，还没到'),
    warned: count.describe('已预警，还没超期'),
    late: count.describe('已超期；等于以下四级之和'),
    blue: count,
    yellow: count,
    red: count,
    accountability: count,
  })
  .meta({ id: 'OpenCount' });

const line = z.object({ id: z.string(), name: z.string(), only: z.boolean(), ...openCount.shape });

export const boardQuery = z.object({
  what: z
    .enum(['open', 'urgent', 'due', 'warned', 'late', 'reported', 'closed', 'overdue'])
    .describe('在办、紧急、今日到期、即将超期、已超期；某天上报、结案、超期的'),
  climb: climb.optional().describe('超期中的哪一级'),
  area: id.optional(),
  only: z.literal('1').optional().describe('只要落在这一级、没有落到下级的'),
  unit: id.optional(),
  day: day.optional().describe('上报、结案、超期的日期；不写为今天'),
  cursor: z
    .string()
    .regex(/^\d{1,16}_.{1,100}$/)
    .optional(),
});

const wallItem = z.object({
  ...eventSummary.shape,
  climb,
  climbText: z.string().describe('普通督办、黄牌督办、红牌督办、问责'),
  dueWords: z.string().describe('办理已超 3 小时'),
  levels: z.array(z.enum(['blue', 'yellow', 'red'])).describe('还可以发出的督办级，空：不能督办'),
  people: z.array(z.object({ userId: z.string(), name: z.string() })).describe('DING 给谁'),
});

const ring = z.array(z.tuple([z.number(), z.number()]));

export const overviewContract = {
  'GET /api/overview': {
    summary: '今日：在办、到期、超期各级，按区域和部门，三十天走势；只计看得到的事件',
    access: 'person',
    res: z.object({
      now: when,
      today: day,
      scope: z.string().describe('望江区；部门的人为部门名'),
      total: openCount,
      areaKind: z.string().describe('街道、社区或网格'),
      areas: z.array(line),
      units: z.array(line).describe('区级部门'),
      trend: z.array(z.object({ day, reported: count, closed: count, overdue: count })),
    }),
  },
  'GET /api/overview/events': {
    summary: '一个数背后的事件，新的在前',
    access: 'person',
    query: boardQuery,
    res: z.object({
      title: z.string().describe('超期 · 红牌 · 金沙街道'),
      count,
      events: z.array(eventSummary),
      cursor: z.string().nullable(),
    }),
  },
  'GET /api/wall': {
    summary: '逾期墙：超期事件按单位，最久的在前',
    access: 'person',
    res: z.object({
      now: when,
      scope: z.string(),
      total: openCount,
      moreUnits: count.describe('还有几个单位有超期，没有列出'),
      units: z.array(
        z.object({ id: z.string(), name: z.string(), late: count, worst: z.string(), events: z.array(wallItem) }),
      ),
    }),
  },
  'GET /api/map/grids': {
    summary: '网格和街道的边界（GeoJSON，GCJ-02，已简化）：报告人指位置、督查员看地图都用；带 ETag',
    access: 'person',
    res: z.object({
      type: z.literal('FeatureCollection'),
      features: z.array(
        z.object({
          type: z.literal('Feature'),
          id: z.string(),
          properties: z.object({
            name: z.string(),
            kind: z.enum(['grid', 'street']),
            within: z.string().describe('网格所在的街道'),
          }),
          geometry: z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
        }),
      ),
    }),
  },
  'GET /api/map/events': {
    summary: '最近几天立案的事件：有坐标的为点，都计入所在网格',
    access: 'person',
    query: z.object({ days }),
    res: z.object({
      count,
      late: count,
      elsewhere: count.describe('没有落到网格的'),
      points: z
        .array(z.tuple([z.number(), z.number(), z.union([z.literal(0), z.literal(1), z.literal(2)])]))
        .describe('[经度, 纬度, 0 在办 1 超期 2 已结案]'),
      grids: z.record(z.string(), count),
      home: z
        .tuple([z.number(), z.number(), z.number(), z.number()])
        .nullable()
        .describe('本人看管区域的西、南、东、北（GCJ-02），地图由此展开；看管全区或区域没有边界时为 null'),
    }),
  },
  'GET /api/map/here': {
    summary: '地图上一处的事件：同样的几天里，坐标在框内的',
    access: 'person',
    query: z.object({ days, west: longitude, south: latitude, east: longitude, north: latitude }),
    res: z.object({ events: z.array(eventSummary).describe('最新的五十件'), more: z.boolean() }),
  },
  'GET /api/map/grids/:id': {
    summary: '一个网格：它的人（不含电话）和在办事件',
    access: 'person',
    params: z.object({ id }),
    res: z.object({
      id: z.string(),
      name: z.string(),
      within: z.string(),
      people: z.array(z.object({ name: z.string(), post: z.string() })),
      open: count,
      late: count,
      events: z.array(eventSummary).describe('最新的十件'),
    }),
  },
} as const satisfies Record<`${'GET' | 'POST'} /${string}`, Route>;
