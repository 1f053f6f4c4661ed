import { z } from 'zod';
import { ACTION_NAMES, eventSummary, when } from './event-shapes';

/** What those who handle events ask for: their to-do in the order of need, and where an event lies. */

/** The steps that wait for a person, as the to-do is cut by them. */
export const TODO_STEPS = ['ack', 'handle', 'approve', 'verify', 'dispatch', 'file'] as const;
export const TODO_FILTERS = [...TODO_STEPS, 'late'] as const;

const point = z.tuple([z.number(), z.number()]).describe('经度、纬度，GCJ-02');

const todoDue = z
  .object({
    clock: z.enum(['签收', '办理', '派遣', '核查']),
    at: when.nullable().describe('暂停计时期间为 null'),
    words: z.string().describe('剩 3 小时 20 分'),
    late: z.boolean(),
    share: z.number().min(0).describe('已用去允许时间的几成；1 为用完，大于 1 为超期'),
    note: z.string().nullable().describe('所在年份放假安排未公布时的说明'),
  })
  .meta({ id: 'TodoDue' });

const todoRow = z
  .object({
    ...eventSummary.shape,
    due: todoDue.nullable().describe('轮到我的这一步的时钟'),
    step: z.enum(TODO_STEPS),
    action: z.enum(ACTION_NAMES).describe('这一步的操作名'),
    unit: z.string().nullable().describe('由哪个单位承办'),
    assists: z.boolean().describe('协办，主办是别的单位'),
  })
  .meta({ id: 'TodoRow' });

const area = z.object({ id: z.string(), name: z.string(), ring: z.array(point) });

export const officialContract = {
  'GET /api/todo': {
    summary: '等我办的事：紧急的在前，其余按先到期的在前，全部排好再截取',
    access: 'person',
    query: z.object({
      filter: z.enum(TODO_FILTERS).optional(),
      most: z.coerce.number().int().min(1).max(500).default(50).describe('最多给几行'),
    }),
    res: z.object({
      events: z.array(todoRow),
      total: z.number().int().describe('这一类共有几件'),
      counts: z.object({ all: z.number().int(), ...mapOf(z.number().int()) }),
      whole: z.boolean().describe('false：等办的太多，只排了最急的一部分，各类数目是至少'),
    }),
  },
  'GET /api/events/:id/place': {
    summary: '事发位置：坐标、所在网格和同社区其他网格的轮廓',
    access: 'person',
    params: z.object({ id: z.string().min(1).max(100) }),
    res: z.object({
      point: point.nullable(),
      grid: area.nullable(),
      around: z.array(area),
    }),
  },
} as const;

function mapOf<T extends z.ZodType>(type: T) {
  return Object.fromEntries(TODO_FILTERS.map((name) => [name, type])) as Record<(typeof TODO_FILTERS)[number], T>;
}
