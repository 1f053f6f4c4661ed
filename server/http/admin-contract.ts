import { z } from 'zod';
import type { Route } from './contract';
import { when } from './event-shapes';

/** What only administrators ask: the town's people, units and areas, and what needs their eye. */

const id = z.string().min(1).max(100);
const count = z.number().int();
const ruleKind = z.enum(['catalogue', 'duties', 'calendars', 'settings']);
const table = z.object({ table: z.enum(['people', 'units', 'areas']) });
const mode = z.enum(['merge', 'replace']).default('merge').describe('replace 只用于人员：表里没有的人停用');
const crs = z.enum(['gcj02', 'wgs84']).default('gcj02').describe('GeoJSON 的坐标系');
const change = z.object({ what: z.string(), before: z.string().nullable(), after: z.string().nullable() });
const fault = z.object({ row: count, column: z.string(), value: z.string(), reason: z.string() });
const cut = <T extends z.ZodType>(each: T) => z.object({ count, first: z.array(each) });
const named = z.object({ id: z.string(), name: z.string() });
const at = z.object({ at: when });
const upload = {
  types: [
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/json',
    'application/geo+json',
    'application/octet-stream',
  ],
  most: 10 * 1024 * 1024,
  wrong: { code: 'not_table', words: '请上传 .xlsx 表格；区域也可以上传 .geojson 文件。' },
} as const;

const post = z.object({ role: z.string(), roleText: z.string(), unit: z.string(), area: z.string() });
const person = z.object({ userId: z.string(), name: z.string(), active: z.boolean(), posts: z.array(post) });

const role = z.enum(['worker', 'handler', 'leader', 'dispatcher', 'supervisor', 'oversight', 'admin']);
const heldPost = z.object({
  role,
  unit: z.string().trim().max(100).describe('单位的名称或编号；没有则为空'),
  area: z.string().trim().max(200).describe('区域的名称、路径（街道/社区/网格）或编号；没有则为空'),
});

const member = z.object({ userId: z.string(), name: z.string() });
const comparison = z.object({
  running: z.boolean(),
  last: z
    .object({
      ...{ at: when, time: z.string(), outcome: z.enum(['done', 'held', 'failed']), checked: count },
      renamed: z.array(member.extend({ before: z.string() })),
      stopped: z.array(member).describe('已不在通讯录，已停用'),
      held: z.array(member).describe('已不在通讯录，但人数太多，等管理员确认'),
      strangers: z.object({ count, first: z.array(member) }).describe('在通讯录里，还不是网格通的人员'),
    })
    .nullable(),
});

export const adminContract = {
  'GET /api/admin': {
    summary: '管理总览：要留意的事、开通步骤、用量（管理员）',
    access: 'person',
    res: z.object({
      today: z.string(),
      poison: z.object({ count, latest: z.array(at.extend({ reason: z.string() })) }),
      failed: z.object({
        count,
        latest: z.array(at.extend({ kind: z.string(), person: z.string(), why: z.string() })),
      }),
      contacts: z.enum(['held', 'failed']).nullable().describe('最近一次对照通讯录有事要管理员看'),
      unpublished: z.array(count).describe('节假日还没有公布的年份'),
      emptyUnits: cut(named).describe('没有在岗经办、领导或派遣的单位'),
      bareGrids: cut(named).describe('没有网格员的网格'),
      rules: z.array(
        z.object({
          kind: z.string(),
          version: count,
          latest: at.extend({ by: z.string(), note: z.string() }).nullable(),
          recent: count.describe('近 30 天改过几次'),
        }),
      ),
      sizes: z.object({ areas: count, units: count, people: count, gone: count }),
      steps: z.array(z.object({ code: z.string(), done: z.boolean() })).describe('从零到第一件事'),
      meter: z.object({
        month: z.string(),
        ...{ calls: count, callsFree: count, pushes: count, pushesFree: count },
        families: z.array(z.object({ family: z.string(), count })),
      }),
    }),
  },
  'GET /api/admin/forms': {
    summary: '填写日历和督办设置要用的：今天、现行设置、区域、可签批的领导（管理员）',
    access: 'person',
    res: z.object({
      today: z.string(),
      hasEvents: z.boolean(),
      defaults: z.looseObject({}),
      areas: z.array(named.extend({ kind: z.string() })).describe('不含网格'),
      signers: z.array(named),
    }),
  },
  'GET /api/admin/rules/:kind': {
    summary: '现行规则逐条说明，可查找（管理员）',
    access: 'person',
    params: z.object({ kind: ruleKind }),
    query: z.object({ q: z.string().trim().max(50).optional() }),
    res: z.object({ count, lines: z.array(z.object({ what: z.string(), says: z.string() })) }),
  },
  'GET /api/admin/rules/:kind/:version': {
    summary: '一个版本比上一版改了什么（管理员）',
    access: 'person',
    params: z.object({ kind: ruleKind, version: z.coerce.number().int().min(1) }),
    res: z.object({
      unknown: z.boolean().describe('第一版：之前的内容没有留存，无从比较'),
      ...{ added: cut(change), changed: cut(change), removed: cut(change) },
    }),
  },
  'GET /api/admin/people': {
    summary: '人员和岗位，按姓名、userId、单位、区域、岗位查找（管理员）',
    access: 'person',
    query: z.object({
      q: z.string().trim().max(50).optional(),
      state: z.enum(['active', 'gone', 'idle']).optional().describe('在岗、停用、没有岗位'),
      from: z.coerce.number().int().min(0).max(100_000).default(0),
    }),
    res: z.object({ count, people: z.array(person) }),
  },
  'GET /api/admin/contacts': {
    summary: '与钉钉通讯录对照的结果（管理员）',
    access: 'person',
    res: comparison,
  },
  'POST /api/admin/contacts/compare': {
    summary: '现在对照钉钉通讯录；做完以前 running 为 true（管理员）',
    access: 'person',
    res: comparison,
  },
  'POST /api/admin/contacts/stop': {
    summary: '停用上次对照时因人数太多而搁置的人；再查一遍，仍不在通讯录的才停用（管理员）',
    access: 'person',
    body: z.object({ at: when.describe('看到的是哪一次对照') }),
    res: comparison,
  },
  'POST /api/admin/checkup': {
    summary: '检查与钉钉的连接、权限和卡片模板，同 npm run doctor；不给任何人发消息，最多用八次调用（管理员）',
    access: 'person',
    res: z.object({
      findings: z.array(
        z.object({ mark: z.enum(['✓', '✗', '!']), says: z.string(), mend: z.string().nullable().describe('怎么办') }),
      ),
    }),
  },
  'GET /api/admin/templates': {
    summary: '卡片模板：各是什么、配了哪个、要有哪些变量（管理员）',
    access: 'person',
    res: z.object({
      templates: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          id: z.string().nullable().describe('没有配置时，改用带链接的消息'),
          variables: z.array(z.object({ name: z.string(), type: z.string(), required: z.boolean() })),
        }),
      ),
    }),
  },
  'POST /api/admin/people/:userId/active': {
    summary: '停用或恢复一个人；停用后立即不能使用（管理员）',
    access: 'person',
    params: z.object({ userId: id }),
    body: z.object({ active: z.boolean() }),
    res: z.object({ person }),
  },
  'GET /api/admin/places': {
    summary: '填写岗位时可选的岗位、单位和区域，写法与人员表相同（管理员）',
    access: 'person',
    res: z.object({
      roles: z.array(z.object({ role, text: z.string() })),
      units: z.array(z.string()),
      areas: z.array(z.string()),
    }),
  },
  'GET /api/admin/people/:userId/posts': {
    summary: '一个人和他的岗位，供修改（管理员）',
    access: 'person',
    params: z.object({ userId: id }),
    res: z.object({
      ...{ userId: z.string(), name: z.string(), mobileTail: z.string().describe('手机尾号四位；没有则为空') },
      posts: z.array(heldPost),
    }),
  },
  'POST /api/admin/people/:userId/posts': {
    summary: '增加或修改一个人和他的全部岗位，立即生效；岗位有变的人要重新登录（管理员）',
    access: 'person',
    params: z.object({ userId: id }),
    body: z.object({
      name: z.string().trim().max(100),
      mobile: z.string().trim().max(20).default('').describe('空：不改'),
      fresh: z.boolean().default(false).describe('新增；已有这个人时拒绝'),
      posts: z.array(heldPost).min(1).max(20),
    }),
    res: z.object({ person }),
  },
  'GET /api/admin/units': {
    summary: '单位和各有多少人（管理员）',
    access: 'person',
    query: z.object({ q: z.string().trim().max(50).optional() }),
    res: z.object({
      count,
      units: z.array(
        named.extend({ kindText: z.string(), area: z.string(), parent: z.string(), people: count, bare: z.boolean() }),
      ),
    }),
  },
  'GET /api/admin/areas': {
    summary: '一个区域和它的下级（管理员）',
    access: 'person',
    query: z.object({ id: id.optional().describe('不写则从区开始') }),
    res: z.object({
      above: z.array(named),
      area: named.extend({ kindText: z.string(), polygon: z.array(z.tuple([z.number(), z.number()])).nullable() }),
      children: z.array(
        named.extend({
          kindText: z.string(),
          dedicated: z.boolean(),
          below: count.describe('下级区域数'),
          workers: count.describe('网格员'),
          polygon: z.array(z.tuple([z.number(), z.number()])).nullable(),
        }),
      ),
    }),
  },
  'GET /api/admin/:table/export': {
    summary: '导出人员、单位（Excel）或区域（GeoJSON）；导入时用同样的列。of=sample 是样表，都是 Excel（管理员）',
    access: 'person',
    params: table,
    query: z.object({ of: z.enum(['town', 'sample']).default('town') }),
    produces: 'application/*',
  },
  'POST /api/admin/:table/preview': {
    summary: '上传人员、单位或区域，先看会改什么、哪些行有误；什么也不改（管理员）',
    access: 'person',
    params: table,
    query: z.object({ mode, crs }),
    upload,
    res: z.object({
      ...{ sha: z.string(), mode, base: count, rows: count },
      faulty: count.describe('有误的行数'),
      acceptable: z.boolean(),
      ...{ ignored: z.array(z.string()), notes: z.array(z.string()), faults: cut(fault) },
      ...{ added: cut(change), changed: cut(change), removed: cut(change) },
    }),
  },
  'POST /api/admin/:table/accept': {
    summary: '接受预览过的表，立即生效（管理员）；有误的行须写明跳过几行',
    access: 'person',
    params: table,
    body: z.object({
      sha: z.string().regex(/^[0-9a-f]{64}$/),
      ...{ mode, crs, base: z.number().int().min(0), skipFaulty: z.number().int().min(0).default(0) },
    }),
    res: z.object({ ok: z.literal(true) }),
  },
} as const satisfies Record<string, Route>;
