import { z } from 'zod';
import type { Route } from './contract';
import { eventDetail, eventSummary, ledger, stage, when } from './event-shapes';

/** What the routes of 查询, 导出, 全卷 and 申诉审理 take and give; part of the contract. */

const id = z.string().min(1).max(100);
const words = (most: number) => z.string().trim().max(most);
const cursor = z.string().regex(/^\d{1,16}_.{1,100}$/);

const filterShape = {
  q: words(50).optional().describe('编号开头、内容或位置里的字'),
  person: words(20).optional().describe('报告人或经办人的姓名'),
  matterId: id.optional(),
  stage: z
    .union([stage, z.literal('open')])
    .optional()
    .describe('open：未结的各阶段'),
  areaId: id.optional(),
  unitId: id.optional(),
  rung: z.enum(['late', 'blue', 'yellow', 'red', 'accountability']).optional().describe('late：现在已超期'),
  from: z.iso.date().optional().describe('上报日期，中国时间'),
  to: z.iso.date().optional().describe('含当日'),
};
const filter = z.object(filterShape).meta({ id: 'SearchFilter' });

const row = z
  .object({
    ...eventSummary.shape,
    reporter: z.string(),
    unit: z.string().describe('主办单位'),
    assignee: z.string(),
    levelText: z.string().nullable().describe('督办级'),
    time: z.string().describe('上报时间：2026-11-23 10:00'),
  })
  .meta({ id: 'SearchRow' });

const named = z.object({ id: z.string(), name: z.string() });
const saved = z
  .object({ id: z.string(), name: z.string(), filter, words: z.string().describe('条件的文字说明') })
  .meta({ id: 'SavedFilter' });
const kept = z.object({ filters: z.array(saved) });

const fileLine = z.object({
  seq: z.number().int(),
  time: z.string().describe('2026-11-23 10:00:00'),
  who: z.string(),
  text: z.string(),
  approval: z.boolean().describe('延期、挂账、申诉的申请和审批'),
  hash: z.string(),
});

const appeal = z
  .object({
    event: z.object({ id: z.string(), no: z.string().nullable(), matter: z.string(), place: z.string() }),
    taskId: z.string(),
    unit: z.string(),
    closed: z.string().describe('结案时间'),
    late: z.array(z.string()).describe('哪个时钟超了多少：办理超时 3 小时 20 分'),
    ledger: z.array(z.string()).describe('短台账'),
    by: z.string(),
    at: z.string(),
    reason: z.string(),
    mine: z.boolean().describe('现在轮到我审'),
    turn: z.string().nullable().describe('等谁审；已审结为 null'),
    decisions: z.array(z.object({ who: z.string(), time: z.string(), agreed: z.boolean(), note: z.string() })),
    outcome: z.enum(['granted', 'denied']).nullable(),
  })
  .meta({ id: 'Appeal' });

export const searchContract = {
  'GET /api/search': {
    summary: '按条件查询我能看到的事件；首页给出总数',
    access: 'person',
    query: z.object({
      ...filterShape,
      order: z.enum(['new', 'due']).default('new').describe('新上报的在前，或先到期的在前'),
      cursor: cursor.optional(),
    }),
    res: z.object({
      rows: z.array(row),
      cursor: z.string().nullable(),
      count: z.number().int().nullable().describe('共多少件；只随首页给出'),
      words: z.string().describe('条件的文字说明'),
    }),
  },
  'GET /api/search/options': {
    summary: '查询时可选的区域、单位和事项',
    access: 'person',
    res: z.object({
      areas: z.array(z.object({ ...named.shape, streetId: z.string().nullable() })),
      units: z.array(named),
      matters: z.array(named),
    }),
  },
  'GET /api/filters': { summary: '我存下的查询', access: 'person', res: kept },
  'POST /api/filters': {
    summary: '存一个查询；同名的被替换，每人最多 30 个',
    access: 'person',
    body: z.object({ name: words(20).min(1), filter }),
    res: kept,
  },
  'POST /api/filters/:id/remove': {
    summary: '删去我存下的一个查询',
    access: 'person',
    params: z.object({ id }),
    res: kept,
  },
  'POST /api/exports': {
    summary: '要一个导出 Excel 的地址：五分钟内用一次',
    access: 'person',
    body: z.object({ filter }),
    res: z.object({ url: z.string(), until: when, count: z.number().int() }),
  },
  'GET /api/exports/:pass': {
    summary: '下载导出的 Excel；地址就是凭证，用过即失效',
    access: 'open',
    params: z.object({ pass: z.string().min(1).max(4_000) }),
    produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  'GET /api/audit': {
    summary: '谁在何时改了规则、导入或导出了什么；管理员、监察可看',
    access: 'person',
    query: z.object({
      action: words(50).optional(),
      before: z
        .string()
        .regex(/^\d{1,9}$/)
        .optional(),
    }),
    res: z.object({
      entries: z.array(
        z.object({
          id: z.number().int(),
          at: when,
          time: z.string(),
          who: z.string(),
          action: z.string(),
          subject: z.string(),
          text: z.string().describe('给人看的一句话'),
        }),
      ),
      before: z.string().nullable(),
    }),
  },
  'GET /api/events/:id/file': {
    summary: '一件事的全卷：事实、经过、台账、审批和记录链核验，供打印归档',
    access: 'person',
    params: z.object({ id }),
    res: z.object({
      event: eventDetail,
      reported: z.string(),
      filed: z.string().nullable(),
      closed: z.string().nullable(),
      clocks: z.array(ledger),
      lines: z.array(fileLine),
      chain: z.object({
        whole: z.boolean(),
        words: z.string(),
        entries: z.number().int(),
        head: z.string().describe('链尾散列值，SHA-256'),
      }),
      printed: z.object({ by: z.string(), time: z.string() }),
    }),
  },
  'GET /api/appeals': {
    summary: '申诉：等着审的，或已经审结的；派遣、督查、领导、监察、管理员可看',
    access: 'person',
    query: z.object({ which: z.enum(['waiting', 'decided']).default('waiting'), cursor: cursor.optional() }),
    res: z.object({ appeals: z.array(appeal), cursor: z.string().nullable() }),
  },
} as const satisfies Record<string, Route>;

export type SearchFilter = z.infer<typeof filter>;
export type SearchRow = z.infer<typeof row>;
export type Appeal = z.infer<typeof appeal>;
export { filter as searchFilter };
