import { z } from 'zod';
import type { Route } from './contract';

/** What the routes of 推演 take and give; part of the contract. */

const day = z.iso.date().describe('中国日期');
const id = z.string().min(1).max(100);
const words = z.string().trim().max(500);

const condition = z
  .object({
    ...{ id, matterId: id, rank: z.number().int().min(0).max(10_000) },
    text: words.min(1),
    clock: z.enum(['urgent_hour', 'work_hour', 'work_day', 'natural_day']),
    limit: z.number(),
    ackMinutes: z.number(),
    closing: words.default(''),
    evidence: z.enum(['none', 'photo', 'before_after']).default('photo'),
  })
  .meta({ id: 'ConditionInFull' });

const pair = z.object({ before: z.number(), after: z.number() }).meta({ id: 'Pair' });
const tally = z
  .object({
    tasks: z.number().int().describe('有这个时钟的任务数'),
    late: pair,
    newlyLate: z.number().int(),
    noLongerLate: z.number().int(),
    minutesLate: pair.describe('超期分钟合计'),
    rungs: z.record(z.enum(['prewarn', 'blue', 'yellow', 'red', 'accountability']), pair),
    hushed: pair.describe('落在安静时段、过后才通知的督办数'),
  })
  .meta({ id: 'Tally' });
const tallies = { ack: tally, handle: tally };
const change = z.object({ no: z.string(), matter: z.string(), late: pair, minutesLate: pair, rungs: pair });
const group = z
  .object({ id: z.string(), name: z.string(), ...tallies, most: z.array(change).describe('变化最大的 5 件') })
  .meta({ id: 'WhatIfGroup' });
const matched = z.enum(['filed', 'same', 'similar', 'unmatched']);

const upload = z.object({
  sha: z.string().regex(/^[0-9a-f]{64}$/),
  mode: z.enum(['merge', 'replace']).default('merge'),
});
const inline = z.object({ conditions: z.array(condition).min(1).max(5_000) });

const step = z.object({ rung: z.string(), share: z.number(), tell: z.array(z.string()).readonly() });
const ladder = z.array(step).readonly();

/** Whole texts of thousands of conditions. */
const MOST = 5 * 1024 * 1024;

export const whatIfContract = {
  'GET /api/what-if': {
    summary: '推演可以改的规则，都是现行的；督查、领导、监察、管理员可看',
    access: 'person',
    res: z.object({
      today: day,
      settings: z.looseObject({
        ladders: z.object({ ack: ladder, handle: ladder }),
        extend: z.looseObject({ times: z.number().int(), share: z.number() }),
        sessions: z
          .array(z.tuple([z.number(), z.number()]).readonly())
          .readonly()
          .describe('零点起的分钟'),
      }),
      calendars: z.array(z.object({ areaId: z.string(), rules: z.array(z.unknown()) })),
      matters: z.array(z.object({ id: z.string(), name: z.string() })),
      conditions: z.array(condition),
      areas: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })),
    }),
  },
  'POST /api/what-if': {
    summary: '推演：按拟议的规则重算一段时间内我能看到的事件，什么也不改；同时只能有一次',
    access: 'person',
    bodyMost: MOST,
    body: z.object({
      from: day,
      to: day.describe('含当日；最多 366 天'),
      calendars: z.unknown().optional().describe('整份日历'),
      settings: z.unknown().optional().describe('整份设置；没写的按默认'),
      catalogue: z
        .union([upload.describe('预览过的目录文件'), inline.describe('所写事项的新条件；其他事项不变')])
        .optional(),
    }),
    res: z.object({
      ...{ from: day, to: day, events: z.number().int() },
      exempt: z.number().int().describe('申诉获准、不算超期的任务数'),
      totals: z.object(tallies),
      ...{ units: z.array(group), matters: z.array(group), streets: z.array(group) },
      most: z.array(change).describe('变化最大的 20 件'),
      matched: z.record(matched, z.number().int()),
      notes: z.array(z.string()).describe('给人看的说明'),
    }),
  },
} as const satisfies Record<string, Route>;

export type ConditionInFull = z.infer<typeof condition>;
