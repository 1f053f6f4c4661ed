import { z } from 'zod';
import type { Route } from './contract';

/** What the routes of whoever reports take and give; part of the contract. */

const matter = z
  .object({
    id: z.string(),
    name: z.string(),
    duty: z.string(),
    urgent: z.boolean(),
    evidence: z.enum(['none', 'photo', 'before_after']).describe('默认立案条件要求的照片'),
  })
  .meta({ id: 'MatterChip' });

const near = z
  .object({
    id: z.string(),
    no: z.string().nullable(),
    matter: z.string(),
    text: z.string(),
    stageText: z.string(),
    place: z.string(),
    time: z.string(),
    distance: z.string().describe('约 30 米；不知道时为空'),
    mine: z.boolean().describe('我报的，或已并入的'),
  })
  .meta({ id: 'NearEvent' });

const month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/);

export const workerContract = {
  'GET /api/report': {
    summary: '打开上报页所需：我常报的事项、全部事项、我的网格',
    access: 'person',
    res: z.object({
      habit: z.array(z.string()).describe('事项 id'),
      matters: z.array(matter),
      area: z.string(),
      home: z.string().describe('我所在区域的 id，地图从这里打开'),
    }),
  },
  'POST /api/report/hints': {
    summary: '填写上报时的提示：所在网格、可能的事项、附近可能是同一件的事；什么也不改',
    access: 'person',
    body: z.object({
      text: z.string().max(2_000).default(''),
      lng: z.number().min(-180).max(180).nullable().default(null).describe('GCJ-02'),
      lat: z.number().min(-90).max(90).nullable().default(null),
      matterId: z.string().max(100).optional(),
    }),
    res: z.object({
      area: z.object({ id: z.string(), name: z.string(), grid: z.boolean() }).nullable().describe('null：不在本区'),
      outside: z.boolean().describe('给了坐标，但它不在任何网格里：按说的、或按自己的网格'),
      suggested: z.array(z.object({ id: z.string(), words: z.array(z.string()) })),
      urgent: z.boolean(),
      advice: z.string().describe('涉及人身安全时先做什么'),
      near: z.array(near),
    }),
  },
  'GET /api/month': {
    summary: '我的本月：只有自己能看自己的',
    access: 'person',
    query: z.object({ month: month.optional() }),
    res: z.object({
      month,
      reported: z.number().int(),
      valid: z.number().int().describe('已立案，且没有不予立案或撤回'),
      closed: z.number().int(),
      joined: z.number().int().describe('并入别人已报的事'),
      rewards: z
        .array(
          z.object({ eventId: z.string(), no: z.string(), matter: z.string(), note: z.string(), time: z.string() }),
        )
        .describe('本月记下的奖励，新的在前'),
    }),
  },
} as const satisfies Record<`${'GET' | 'POST'} /${string}`, Route>;
