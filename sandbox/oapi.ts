import { z } from 'zod';
import { webhookMessage, workMessage } from './bodies';
import { chinaDate } from './clock';
import { type Asked, type Gate, old, Refused } from './gate';
import type { Platform } from './platform';
import { sign, signed } from './signing';
import type { WorkNotice } from './state';

/** A sessionWebhook lives 90 minutes of sandbox time. */
export const WEBHOOK_MS = 90 * 60_000;
const MEDIA_BYTES = { image: 20, voice: 2, video: 20, file: 20 };
const MEGABYTE = 1024 * 1024;

/** Messages by webhook, media, work notices: the old API's metered part (reference §4.4, 4.7, 4.8). */
export function oldApi(platform: Platform, gate: Gate): void {
  gate(old, {
    method: 'post',
    path: '/robot/sendBySession',
    open: true,
    free: true,
    unpaced: true,
    body: z.looseObject({ msgtype: z.string() }),
    misfit: 40035,
    run: (body, asked) => answer(platform, asked.query.session ?? '', body),
  });
  gate(old, {
    method: 'post',
    path: '/media/upload',
    body: z.unknown(),
    misfit: 40035,
    run: (_body, asked) => upload(platform, asked),
  });
  gate(old, {
    method: 'post',
    path: '/topapi/message/corpconversation/asyncsend_v2',
    body: sending,
    misfit: 400002,
    run: (body) => sendWork(platform, body),
  });
  gate(old, {
    method: 'post',
    path: '/topapi/message/corpconversation/getsendresult',
    body: z.object({ task_id: z.coerce.number() }),
    misfit: 400002,
    run: (body) => workResult(platform, body.task_id),
  });
}

/** The webhook of one conversation; it carries its own expiry, signed, so nothing needs remembering. */
export function sessionWebhook(platform: Platform, conversationId: string): { url: string; until: number } {
  const until = platform.clock.now() + WEBHOOK_MS;
  const held = Buffer.from(JSON.stringify([conversationId, until])).toString('base64url');
  const session = `${held}.${sign(platform.keeper.state.secret, held)}`;
  return { url: `${platform.base()}/robot/sendBySession?session=${session}`, until };
}

const session = z.tuple([z.string(), z.number()]);

function answer(platform: Platform, given: string, body: unknown): object {
  const [held = '', signature = ''] = given.split('.');
  if (!signed(platform.keeper.state.secret, held, signature)) throw new Refused(200, 300001, 'session.notExisted');
  const [conversationId, until] = session.parse(JSON.parse(Buffer.from(held, 'base64url').toString('utf8')));
  if (platform.clock.now() >= until) throw new Refused(200, 300001, 'session.expired');
  const message = webhookMessage.safeParse(body);
  if (!message.success) throw new Refused(200, 40035, '不合法的消息');
  if (!platform.meter.push('/robot/sendBySession')) throw new Refused(200, 90030, '本组织本月推送次数已用完');
  if (message.data) platform.chat.post(conversationId, 'robot', message.data);
  return {};
}

const mediaType = z.enum(['image', 'voice', 'video', 'file']);

async function upload(platform: Platform, asked: Asked): Promise<object> {
  const type = mediaType.safeParse(asked.query.type);
  if (!type.success) throw new Refused(200, 40004, '不合法的媒体文件类型');
  const part = await mediaPart(asked, MEDIA_BYTES[type.data] * MEGABYTE);
  const bytes = Buffer.from(await part.arrayBuffer());
  const kind = type.data === 'voice' ? 'audio' : type.data;
  const { id } = platform.files.put({ kind, name: part.name, mime: part.type || 'application/octet-stream' }, bytes);
  return { type: type.data, media_id: `@l${id.replaceAll('-', '')}`, created_at: platform.clock.now() };
}

async function mediaPart(asked: Asked, limit: number): Promise<File> {
  const form = await new Response(new Uint8Array(await bytesOf(asked, limit + MEGABYTE)), {
    headers: { 'content-type': asked.contentType },
  })
    .formData()
    .catch(() => null);
  const part = form?.get('media');
  if (!part || typeof part === 'string' || part.size === 0) throw new Refused(200, 41005, '缺少多媒体文件数据');
  if (part.size > limit) throw new Refused(200, 40009, '文件大小超过限制');
  return part;
}

async function bytesOf(asked: Asked, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of asked.request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Refused(200, 40009, '文件大小超过限制');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const message = z.union([
  z.looseObject({ msgtype: z.string() }),
  z.string().transform((text, context) => {
    try {
      return z.looseObject({ msgtype: z.string() }).parse(JSON.parse(text));
    } catch {
      context.addIssue('msg is no message');
      return z.NEVER;
    }
  }),
]);
const sending = z.object({
  agent_id: z.coerce.string(),
  userid_list: z.string().default(''),
  dept_id_list: z.string().default(''),
  to_all_user: z.coerce.boolean().default(false),
  msg: message,
});
const DAILY = 500;

/** Says success even where nothing will arrive, as the platform does: the same words once a day, 500 a day a person. */
function sendWork(platform: Platform, given: z.infer<typeof sending>): object {
  if (given.agent_id !== platform.identity.agentId) throw new Refused(200, 40056, '不合法的agentid');
  const wanted = receivers(platform, given);
  if (wanted.length === 0) throw new Refused(200, 400002, '接收人为空');
  const content = JSON.stringify(given.msg);
  const body = workMessage(given.msg);
  if (!body || Buffer.byteLength(content) > 2048) throw new Refused(200, 400002, '消息内容错误');
  const { state, touch } = platform.keeper;
  const day = chinaDate(platform.clock.now());
  const today = state.workNotices.filter((one) => one.day === day);
  const known = wanted.filter((userId) => platform.directory.person(userId));
  const forbidden = known.filter((userId) => refusedToday(today, userId, content));
  const delivered = known.filter((userId) => !forbidden.includes(userId));
  const invalid = wanted.filter((userId) => !known.includes(userId));
  const notice: WorkNotice = { taskId: 1_000_000 + state.serial++, day, content, delivered, forbidden, invalid };
  state.workNotices = [...state.workNotices.slice(-5_000), notice];
  touch();
  for (const userId of delivered) platform.chat.post(platform.directory.workChat(userId), 'robot', body);
  return { task_id: notice.taskId };
}

function refusedToday(today: WorkNotice[], userId: string, content: string): boolean {
  const mine = today.filter((one) => one.delivered.includes(userId));
  return mine.length >= DAILY || mine.some((one) => one.content === content);
}

function receivers(platform: Platform, given: z.infer<typeof sending>): string[] {
  const { people, depts } = platform.directory;
  if (given.to_all_user) return people.map((person) => person.userId);
  const named = given.userid_list.split(',').filter(Boolean);
  const deptIds = given.dept_id_list.split(',').filter(Boolean).map(Number);
  if (named.length > 100 || deptIds.length > 20) throw new Refused(200, 400002, '接收人或部门过多');
  const within = new Set(deptIds);
  for (let before = -1; before !== within.size; ) {
    before = within.size;
    for (const dept of depts) if (dept.parentId !== null && within.has(dept.parentId)) within.add(dept.deptId);
  }
  return [
    ...new Set([...named, ...people.filter((person) => within.has(person.deptId)).map((person) => person.userId)]),
  ];
}

function workResult(platform: Platform, taskId: number): object {
  const notice = platform.keeper.state.workNotices.find((one) => one.taskId === taskId);
  if (!notice) throw new Refused(200, 400002, '任务不存在');
  return {
    send_result: {
      invalid_user_id_list: notice.invalid,
      forbidden_user_id_list: notice.forbidden,
      failed_user_id_list: [],
      read_user_id_list: [],
      unread_user_id_list: notice.delivered,
      invalid_dept_id_list: [],
    },
  };
}
