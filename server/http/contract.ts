import { z } from 'zod';
import { adminContract } from './admin-contract';
import { ACTION_NAMES, eventDetail, eventSummary, ledger, stage, when } from './event-shapes';
import { officialContract } from './official-contract';
import { overviewContract } from './overview-contract';
import { searchContract } from './search-contract';
import { whatIfContract } from './whatif-contract';
import { workerContract } from './worker-contract';

/**
 * Every route in one object: what it takes and what it gives. The server validates by it, handlers and the micro-app are
 * typed by it, and GET /openapi.json is made from it.
 */

export interface Route {
  summary: string;
  /** `person`: only for people of the roster who have logged in. */
  access: 'open' | 'person';
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodObject;
  /** Bytes of JSON where more than usual may come. */
  bodyMost?: number;
  /** The request body is these bytes, at most so many; `wrong` is said of other types. */
  upload?: { types: readonly string[]; most: number; wrong: { code: string; words: string } };
  /** The JSON answer; what is not named here never leaves. */
  res?: z.ZodType;
  /** The answer is no JSON but this. */
  produces?: string;
  /** Other statuses with a JSON answer of the same shape. */
  also?: readonly number[];
}

const words = (most: number) => z.string().trim().max(most);
const id = z.string().min(1).max(100);
const flag = z.literal('1').optional();
const clientId = z
  .string()
  .regex(/^[\w-]{8,64}$/)
  .describe('由客户端生成；同一个值只会办理一次');
/** A number in an address. */
const number = (least: number, most: number) => z.coerce.number().min(least).max(most).optional();
const photoIds = z.array(id).max(9);
const place = z.object({
  text: words(100).default(''),
  lng: z.number().min(-180).max(180).nullable().default(null).describe('GCJ-02'),
  lat: z.number().min(-90).max(90).nullable().default(null),
});

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('给人看的中文说明'),
    code: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    id: z.string().optional().describe('系统出错时的记录号'),
  })
  .meta({ id: 'Problem' });

const done = z.object({ event: eventDetail, repeated: z.boolean() });
const unit = z.object({ id: z.string(), name: z.string(), kind: z.string() }).meta({ id: 'Unit' });
const condition = z
  .object({ id: z.string(), text: z.string(), limit: z.string().describe('4 工作时') })
  .meta({ id: 'Condition' });
const matter = z
  .object({
    id: z.string(),
    name: z.string(),
    duty: z.string(),
    urgent: z.boolean(),
    conditions: z.array(condition).describe('立案条件，第一条为默认'),
  })
  .meta({ id: 'Matter' });

const ruleKind = z.object({ kind: z.enum(['catalogue', 'duties', 'calendars', 'settings']) });
const ruleMode = z.enum(['merge', 'replace']).default('merge').describe('合并，或整体替换（表里没有的事项停用）');
const ruleChange = z
  .object({ what: z.string(), before: z.string().nullable(), after: z.string().nullable() })
  .meta({ id: 'RuleChange' });
const ruleFault = z
  .object({ row: z.number().int().describe('表里的行号'), column: z.string(), value: z.string(), reason: z.string() })
  .meta({ id: 'RuleFault' });
/** The whole count, and the first so many. */
const cut = <T extends z.ZodType>(each: T) => z.object({ count: z.number().int(), first: z.array(each) });

const post = z.object({ role: z.string(), roleText: z.string(), unit: z.string(), area: z.string() });
const readiness = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });

export const contract = {
  'GET /healthz': { summary: '进程活着', access: 'open', res: z.object({ alive: z.literal(true) }) },
  'GET /readyz': { summary: '可以服务；503 时给出原因', access: 'open', res: readiness, also: [503] },
  'GET /metrics': { summary: 'Prometheus 指标', access: 'open', produces: 'text/plain' },
  'GET /openapi.json': { summary: '本接口的 OpenAPI 3.1 文档', access: 'open', res: z.looseObject({}) },

  'GET /api/app': {
    summary: '钉钉内免登所需的公开标识；沙箱里另给出可以扮演的人',
    access: 'open',
    res: z.object({
      corpId: z.string(),
      clientId: z.string(),
      sandbox: z
        .object({
          open: z.string(),
          people: z.array(z.object({ userId: z.string(), name: z.string(), post: z.string() })),
        })
        .nullable(),
    }),
  },
  'POST /api/login': {
    summary: '用免登码登录；设置 8 小时的 Cookie，也返回可作 Bearer 的令牌',
    access: 'open',
    body: z.object({ code: z.string().min(1).max(512) }),
    res: z.object({ token: z.string(), expiresAt: when, name: z.string() }),
  },
  'POST /api/logout': { summary: '退出登录', access: 'open', res: z.object({ ok: z.literal(true) }) },
  'GET /api/me': {
    summary: '我是谁，在哪个岗位',
    access: 'person',
    res: z.object({ userId: z.string(), name: z.string(), posts: z.array(post), roles: z.array(z.string()) }),
  },
  'GET /api/pulse': {
    summary: '有任何变化就变的一个数：变了再去取正在看的内容',
    access: 'person',
    res: z.object({ change: z.number().int() }),
  },
  'GET /api/jsapi': {
    summary: 'dd.config 签名',
    access: 'person',
    query: z.object({ url: z.url().max(2_000) }),
    res: z.object({
      agentId: z.string(),
      corpId: z.string(),
      timeStamp: z.string(),
      nonceStr: z.string(),
      signature: z.string(),
    }),
  },

  'GET /api/events': {
    summary: '我能看到的事件，新的在前；一页可以不满，cursor 为 null 才是末页',
    access: 'person',
    query: z.object({
      stage: stage.optional(),
      q: words(50).optional().describe('编号、文字或位置'),
      mine: flag.describe('我上报的'),
      open: flag.describe('还没有结束的'),
      todo: flag.describe('等我办的'),
      late: flag.describe('已超期的'),
      cursor: z
        .string()
        .regex(/^\d{1,16}_.{1,100}$/)
        .optional(),
    }),
    res: z.object({ events: z.array(eventSummary), cursor: z.string().nullable() }),
  },
  'POST /api/events': {
    summary: '上报一件事并立案',
    access: 'person',
    body: z.object({
      text: words(2_000).default(''),
      matterId: id.optional(),
      gridId: id.optional(),
      place: place.optional(),
      photos: photoIds.default([]),
      closed: z
        .object({ note: words(500).min(2), photos: photoIds.default([]) })
        .optional()
        .describe('自办自结：怎么办好的，和办好后的照片；涉及人身安全的仍然派遣'),
      clientId,
    }),
    res: done,
  },
  'GET /api/events/:id': {
    summary: '一件事的全貌；id 或编号',
    access: 'person',
    params: z.object({ id }),
    res: z.object({ event: eventDetail }),
  },
  'GET /api/events/:id/ledger': {
    summary: '为什么是这个时间：每个时钟逐段的台账',
    access: 'person',
    params: z.object({ id }),
    res: z.object({
      event: z.object({ id: z.string(), no: z.string().nullable(), matter: z.string(), stageText: z.string() }),
      now: when,
      clocks: z.array(ledger),
    }),
  },
  'POST /api/events/:id/:action': {
    summary: '办理一步',
    access: 'person',
    params: z.object({ id, action: z.enum(ACTION_NAMES) }),
    body: z.object({
      note: z.string().max(5_000).optional().describe('处理结果或补充的话'),
      reason: z.string().max(5_000).optional(),
      to: words(100).optional().describe('单位的 id 或全称'),
      level: z.enum(['blue', 'yellow', 'red']).optional(),
      until: words(20).optional().describe('挂账截止日期，如 2026-12-10'),
      matterId: id.optional(),
      conditionId: id.optional(),
      gridId: id.optional(),
      photos: photoIds.default([]).describe('处理后的照片；补充情况时为现场照片'),
      before: photoIds.default([]).describe('办结时补上的处理前照片'),
      clientId: clientId.optional(),
    }),
    res: done,
  },

  'POST /api/photos': {
    summary: '上传一张照片（正文即图片字节）；同一 clientId 只存一次',
    access: 'person',
    query: z.object({
      clientId: clientId.optional(),
      takenAt: number(0, 4e12).describe('照片自带的拍摄时间，毫秒时间戳'),
      lng: number(-180, 180).describe('照片自带的位置，GCJ-02'),
      lat: number(-90, 90),
    }),
    upload: {
      types: ['image/jpeg', 'image/png', 'image/webp'],
      most: 10 * 1024 * 1024,
      wrong: { code: 'not_a_photo', words: '只能上传 JPEG、PNG 或 WebP 照片。' },
    },
    res: z.object({ id: z.string(), url: z.string() }),
  },
  'GET /api/photos/:id': {
    summary: '一张照片；只给看得到其事件的人、上传者，或持签名地址者',
    access: 'open',
    params: z.object({ id }),
    query: z.object({ until: z.string().max(20).optional(), sign: z.string().max(100).optional() }),
    produces: 'image/*',
  },

  'GET /api/units': {
    summary: '这件事可以派、转、请协办的单位',
    access: 'person',
    query: z.object({ eventId: id }),
    res: z.object({ units: z.array(unit) }),
  },
  'GET /api/rules/:kind': {
    summary: '现行的规则和各个版本；管理员、督查、监察、领导可看',
    access: 'person',
    params: ruleKind,
    res: z.object({
      kind: ruleKind.shape.kind,
      version: z.number().int(),
      text: z.looseObject({}),
      versions: z.array(z.object({ version: z.number().int(), at: when, by: z.string(), note: z.string() })),
    }),
  },
  'GET /api/rules/:kind/export': {
    summary: '导出现行规则：事项目录和权责清单为 Excel，其余为 JSON；of=sample 是样例',
    access: 'person',
    params: ruleKind,
    query: z.object({ of: z.enum(['town', 'sample']).default('town') }),
    produces: 'application/*',
  },
  'POST /api/rules/:kind/preview': {
    summary: '上传一份规则，先看会改什么、哪些行有误；什么也不改（管理员）',
    access: 'person',
    params: ruleKind,
    query: z.object({ mode: ruleMode }),
    upload: {
      types: [
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        'application/json',
        'application/octet-stream',
      ],
      most: 5 * 1024 * 1024,
      wrong: { code: 'not_rules', words: '只能上传 .xlsx 表格或 .json 文件。' },
    },
    res: z.object({
      sha: z.string(),
      kind: ruleKind.shape.kind,
      mode: ruleMode,
      base: z.number().int().describe('所对照的版本'),
      rows: z.number().int(),
      faulty: z.number().int().describe('有误的行数'),
      acceptable: z.boolean(),
      ignored: z.array(z.string()),
      notes: z.array(z.string()),
      faults: cut(ruleFault),
      added: cut(ruleChange),
      changed: cut(ruleChange),
      removed: cut(ruleChange),
    }),
  },
  'POST /api/rules/:kind/enact': {
    summary: '接受预览过的规则，成为新版本（管理员）；有误的行须写明跳过几行',
    access: 'person',
    params: ruleKind,
    body: z.object({
      sha: z.string().regex(/^[0-9a-f]{64}$/),
      mode: ruleMode,
      base: z.number().int().min(0),
      note: z.string().max(5_000).describe('为什么改，2–500 字'),
      skipFaulty: z.number().int().min(0).default(0),
    }),
    res: z.object({ version: z.number().int(), at: when }),
  },
  ...officialContract,
  ...adminContract,
  ...whatIfContract,
  ...overviewContract,
  ...searchContract,
  ...workerContract,
  'GET /api/matters': {
    summary: '可选的事项和它们的立案条件；停用的不在其中',
    access: 'person',
    res: z.object({ matters: z.array(matter) }),
  },
  'GET /api/routing': {
    summary: '按权责清单，这类事在这里由谁办、为什么',
    access: 'person',
    query: z.object({
      matterId: id,
      conditionId: id.optional().describe('不写则按默认立案条件'),
      areaId: id.optional(),
    }),
    res: z.object({
      unit: unit.nullable().describe('null：清单没有列明，由派遣员指定'),
      assists: z.array(unit),
      why: z.string(),
    }),
  },
} as const satisfies Record<`${'GET' | 'POST'} /${string}`, Route>;

export type Contract = typeof contract;
export type RouteKey = keyof Contract;

/** What a route answers with, as sent. */
export type Answer<K extends RouteKey> = Contract[K] extends { res: infer S extends z.ZodType }
  ? z.input<S>
  : undefined;

export type {
  Due,
  EventDetail,
  EventSummary,
  Field,
  LedgerLineView,
  LedgerView,
  Offer,
  Photo,
  TaskView,
} from './event-shapes';
