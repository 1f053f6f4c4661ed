import { z } from 'zod';
import { ACTIONS, type Action, STAGE_WORDS } from '../domain/commands';

/** What leaves the server about an event, as shapes; contract.ts says by which routes. */

export const when = z.number().int().describe('毫秒时间戳');
export const stage = z.enum(Object.keys(STAGE_WORDS) as (keyof typeof STAGE_WORDS)[]);
const clock = z.enum(['签收', '办理']);
const climbed = z.enum(['blue', 'yellow', 'red', 'accountability']);

const due = z
  .object({
    clock: z.enum(['签收', '办理', '派遣', '核查']),
    at: when.nullable().describe('挂账等暂停计时期间为 null'),
    words: z.string().describe('剩 3 小时 20 分；挂账至 12月10日'),
    time: z.string().describe('14:30，或 11月24日 14:30'),
    late: z.boolean(),
    note: z.string().nullable().describe('所在年份放假安排未公布时的说明'),
  })
  .meta({ id: 'Due' });

const summaryShape = {
  id: z.string(),
  no: z.string().nullable(),
  stage,
  stageText: z.string(),
  urgent: z.boolean(),
  matter: z.string(),
  text: z.string(),
  place: z.string(),
  area: z.string(),
  createdAt: when,
  due: due.nullable(),
  unit: z.string().nullable().describe('主办单位'),
  joined: z.boolean().describe('别人先报、我并入的'),
  next: z.string().nullable().describe('等我做的一步：签收、办理、核查 ……'),
};

export const eventSummary = z.object(summaryShape).meta({ id: 'EventSummary' });

const photo = z
  .object({
    id: z.string(),
    url: z.string(),
    kind: z.enum(['image', 'video', 'audio', 'file']),
    phase: z.enum(['report', 'finish']),
    status: z.enum(['pending', 'stored', 'failed']),
    taken: z.string().nullable().describe('照片自带的拍摄时间和离事件位置的距离'),
  })
  .meta({ id: 'Photo' });

const request = z
  .object({
    kind: z.enum(['extend', 'suspend', 'appeal']),
    label: z.string().describe('申请延期、申请挂账、申诉'),
    text: z.string().describe('谁、何时、为什么、等谁审批'),
    turn: z.string(),
    agreed: z.number().int(),
    approvers: z.number().int(),
    until: z.string().nullable().describe('挂账截止日期，如 2026-12-10'),
  })
  .meta({ id: 'Request' });

const TASK_STATES = [
  ...(['waiting', 'handling', 'passing', 'suspended', 'confirming'] as const),
  ...(['finished', 'returned', 'moved', 'cancelled'] as const),
] as const;

const task = z
  .object({
    id: z.string(),
    unit: z.string(),
    duty: z.enum(['lead', 'assist']),
    state: z.enum(TASK_STATES),
    stateText: z.string(),
    assignee: z.string().nullable(),
    supervised: climbed.nullable().describe('自动与人工督办中较高的一级'),
    supervisedText: z.string().nullable(),
    suspendedUntil: z.string().nullable().describe('挂账截止日期，如 2026-12-10'),
    extended: z.number().int().describe('延期增加的分钟数'),
    extendedText: z.string().nullable(),
    request: request.nullable(),
    appealed: z.enum(['granted', 'denied']).nullable(),
    exempt: z.boolean().describe('申诉成立，不计入考核'),
    appealText: z.string().nullable(),
    due: due.nullable(),
  })
  .meta({ id: 'Task' });

const field = z
  .object({
    name: z.enum(['note', 'reason', 'to', 'level', 'until', 'matterId', 'conditionId']),
    label: z.string(),
    type: z.enum(['text', 'select', 'unit', 'matter', 'condition', 'date']),
    required: z.boolean(),
    options: z.array(z.object({ value: z.string(), text: z.string() })).optional(),
    min: z.string().optional().describe('最早日期'),
    max: z.string().optional().describe('最晚日期'),
    phrases: z.array(z.string()).optional().describe('常用的话，点一下即填入'),
  })
  .meta({ id: 'Field' });

export const ACTION_NAMES = [...(Object.keys(ACTIONS) as Action[]), 'add', 'join'] as const;

const offer = z
  .object({
    action: z.enum(ACTION_NAMES),
    label: z.string(),
    style: z.enum(['primary', 'default', 'danger']),
    confirm: z.string().nullable(),
    photos: z.boolean(),
    fields: z.array(field),
  })
  .meta({ id: 'Offer' });

const line = z
  .object({
    at: when,
    time: z.string(),
    who: z.string(),
    text: z.string(),
    tone: z.enum(['normal', 'warning', 'good']),
    photos: z.array(z.string()).describe('随这一步发来的照片、录音的 id'),
  })
  .meta({ id: 'Line' });

const terms = z
  .object({
    conditionId: z.string(),
    condition: z.string().describe('立案条件'),
    closing: z.string().describe('结案条件'),
    limit: z.string().describe('办理时限：4 工作时'),
    ackLimit: z.string().describe('签收时限'),
    evidence: z.enum(['none', 'photo', 'before_after']),
    version: z.number().int().describe('立案时的事项目录版本'),
  })
  .meta({ id: 'Terms' });

export const eventDetail = z
  .object({
    ...summaryShape,
    matterId: z.string().nullable(),
    reporter: z.string(),
    followers: z.number().int().describe('并入的人数'),
    filedAt: when.nullable(),
    closedAt: when.nullable(),
    closing: z.string().describe('结案条件'),
    terms: terms.nullable().describe('立案所依据的条件；以后改目录不影响它'),
    responsible: z.string().nullable().describe('首接责任单位'),
    bounces: z
      .object({ returned: z.number().int(), moved: z.number().int(), text: z.string() })
      .describe('退回、转办各几次'),
    located: z.boolean().describe('有坐标或网格轮廓可看'),
    spent: z
      .object({ share: z.number().min(0).describe('已用去几成，1 为用完'), words: z.string() })
      .nullable()
      .describe('为什么是这个时间，一句话'),
    standing: z.string().nullable().describe('挂账、转办、待确认时的说明'),
    instruction: z.string().nullable().describe('最近的领导批示'),
    photos: z.array(photo),
    tasks: z.array(task),
    timeline: z.array(line),
    actions: z.array(offer),
  })
  .meta({ id: 'EventDetail' });

const ledgerLine = z
  .object({
    from: when,
    to: when,
    state: z.enum(['running', 'paused', 'off']).describe('计时、暂停、不计'),
    why: z.string(),
    day: z.string().describe('当天的特别安排，如 国庆节补班、冬季作息'),
    over: z.boolean().describe('在时限之后'),
    ms: z.number().int().describe('计入的毫秒数；未计划的计时行之和等于 used'),
    minutes: z.number().int().describe('按累计取整，合计不差'),
    words: z.string().describe('计入的时长，如 2 小时 46 分 18 秒'),
    planned: z.boolean().describe('从现在到时限的推算'),
  })
  .meta({ id: 'LedgerLine' });

export const ledger = z
  .object({
    taskId: z.string(),
    unit: z.string(),
    duty: z.enum(['lead', 'assist']),
    stateText: z.string(),
    open: z.boolean(),
    clock,
    limit: z.string().describe('4 工作时'),
    continuous: z.boolean().describe('昼夜连续计时'),
    allowed: z.number().int().describe('毫秒，含延期'),
    allowedText: z.string(),
    extendedText: z.string().nullable(),
    from: when.describe('从何时起计'),
    fromText: z.string(),
    used: z.number().int().describe('毫秒'),
    usedText: z.string(),
    leftText: z.string().describe('还剩或已超的计时时长'),
    dueAt: when.nullable(),
    dueText: z.string(),
    awayText: z.string().nullable().describe('离时限还有或已过多久，下班、休息都算在内'),
    late: z.boolean(),
    unpublished: z.array(z.number().int()).describe('放假安排未公布的年份'),
    note: z.string().nullable(),
    lines: z.array(ledgerLine),
  })
  .meta({ id: 'Ledger' });

export type EventSummary = z.infer<typeof eventSummary>;
export type EventDetail = z.infer<typeof eventDetail>;
export type Due = z.infer<typeof due>;
export type Photo = z.infer<typeof photo>;
export type TaskView = z.infer<typeof task>;
export type Offer = z.infer<typeof offer>;
export type Field = z.infer<typeof field>;
export type LedgerView = z.infer<typeof ledger>;
export type LedgerLineView = z.infer<typeof ledgerLine>;
