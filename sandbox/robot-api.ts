import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { templated } from './bodies';
import { chinaIso } from './clock';
import { type Gate, modern, Refused } from './gate';
import { createBuckets } from './meter';
import type { Platform } from './platform';
import { randomCode } from './signing';
import type { ChatMessage } from './types';

/** People a batchSend may name. */
export const BATCH = 20;
/** Messages to one person at once and per second before flow control drops them; the platform keeps its number secret. */
export const PERSON_RATE = 50;
const PARAM_BYTES = 15_000;

const message = { msgKey: z.string(), msgParam: z.string() };
const people = z.object({ robotCode: z.string().default(''), userIds: z.array(z.string()).min(1), ...message });
const group = z.object({ robotCode: z.string().default(''), openConversationId: z.string().default(''), ...message });
const download = z.object({ downloadCode: z.string().default(''), robotCode: z.string().default('') });
const ding = z.object({
  robotCode: z.string().default(''),
  remindType: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  receiverUserIdList: z.array(z.string()).min(1),
  content: z.string().min(1),
});
const recall = z.object({ robotCode: z.string().default(''), openDingId: z.string() });

/** `/v1.0/robot/…`: sending, files, DING (reference §3.4, 4.1, 4.2, 4.9). */
export function robotApi(platform: Platform, gate: Gate): void {
  const flows = createBuckets(PERSON_RATE);
  gate(modern, {
    method: 'post',
    path: '/v1.0/robot/oToMessages/batchSend',
    body: people,
    misfit: 'invalidParameter',
    run: (body) => sendToPeople(platform, flows, body),
  });
  gate(modern, {
    method: 'post',
    path: '/v1.0/robot/groupMessages/send',
    body: group,
    misfit: 'invalidParameter',
    run: (body) => sendToGroup(platform, body),
  });
  gate(modern, {
    method: 'post',
    path: '/v1.0/robot/messageFiles/download',
    body: download,
    misfit: 'invalidParameter',
    run: (body) => fileLink(platform, body),
  });
  gate(modern, {
    method: 'post',
    path: '/v1.0/robot/ding/send',
    body: ding,
    misfit: 'invalidParameter',
    run: (body) => sendDing(platform, body),
  });
  gate(modern, {
    method: 'post',
    path: '/v1.0/robot/ding/recall',
    body: recall,
    misfit: 'invalidParameter',
    run: (body) => recallDing(platform, body),
  });
}

function checkRobot(platform: Platform, robotCode: string): void {
  if (!robotCode) throw new Refused(400, 'invalidParameter.robotCode.empty', 'robotCode 不能为空');
  if (robotCode !== platform.identity.robotCode) {
    throw new Refused(400, 'invalidParameter.robotCode.auth', 'robotCode 与应用不匹配');
  }
}

function bodyOf(given: { msgKey: string; msgParam: string }): ChatMessage['body'] {
  if (Buffer.byteLength(given.msgParam) > PARAM_BYTES) {
    throw new Refused(400, 'invalidParameter.msgParam.tooLong', 'msgParam 过长');
  }
  const body = templated(given.msgKey, given.msgParam);
  if (!body) throw new Refused(400, 'invalidParameter.msgParam.invalid', 'msgKey 或 msgParam 错误');
  return body;
}

function sendToPeople(platform: Platform, flows: (userId: string) => boolean, given: z.infer<typeof people>): object {
  checkRobot(platform, given.robotCode);
  if (given.userIds.length > BATCH)
    throw new Refused(400, 'invalidParameter.userIds.overMax', `userIds 超过 ${BATCH} 个`);
  const body = bodyOf(given);
  const userIds = [...new Set(given.userIds)];
  const known = userIds.filter((userId) => platform.directory.person(userId));
  const flowing = known.filter(flows);
  for (const userId of flowing) platform.chat.post(platform.directory.single(userId), 'robot', body);
  return {
    processQueryKey: randomCode(24),
    invalidStaffIdList: userIds.filter((userId) => !known.includes(userId)),
    flowControlledStaffIdList: known.filter((userId) => !flowing.includes(userId)),
  };
}

function sendToGroup(platform: Platform, given: z.infer<typeof group>): object {
  checkRobot(platform, given.robotCode);
  if (!given.openConversationId) throw new Refused(400, 'miss.openConversationId', '缺少 openConversationId');
  const found = platform.directory.group(given.openConversationId);
  if (!found) throw new Refused(400, 'invalid.openConversationId', 'openConversationId 无效');
  platform.chat.post(found.conversationId, 'robot', bodyOf(given));
  return { processQueryKey: randomCode(24) };
}

function fileLink(platform: Platform, given: z.infer<typeof download>): object {
  checkRobot(platform, given.robotCode);
  const downloadUrl = platform.files.link(given.downloadCode);
  if (!downloadUrl) throw new Refused(400, 'invalidParameter.robotCode.downloadCode', 'downloadCode 错误或已过期');
  return { downloadUrl };
}

function sendDing(platform: Platform, given: z.infer<typeof ding>): object {
  checkRobot(platform, given.robotCode);
  const limit = given.remindType === 1 ? 200 : 20;
  if (given.receiverUserIdList.length > limit) {
    throw new Refused(400, 'ding.receivercount.limit', `接收人超过 ${limit} 个`);
  }
  if (given.remindType !== 1) throw new Refused(400, 'ding.serverquota.insufficient', '未购买短信或电话 DING');
  const openDingId = randomUUID();
  const { state, touch } = platform.keeper;
  const known = given.receiverUserIdList.filter((userId) => platform.directory.person(userId));
  for (const userId of known) {
    const id = `${openDingId}.${userId}`;
    state.dings.push({ id, userId, text: given.content, at: platform.clock.now(), read: false });
    platform.changes.tell({ what: 'dings', userId });
  }
  touch();
  platform.log(`sandbox: DING to ${known.length} person(s) at ${chinaIso(platform.clock.now())}`);
  const unknown = given.receiverUserIdList.filter((userId) => !known.includes(userId));
  return { openDingId, failedList: unknown.length ? { 'staffId.notExisted': unknown } : {} };
}

function recallDing(platform: Platform, given: z.infer<typeof recall>): object {
  checkRobot(platform, given.robotCode);
  const { state, touch } = platform.keeper;
  state.dings = state.dings.filter((one) => !one.id.startsWith(`${given.openDingId}.`));
  touch();
  platform.changes.tell({ what: 'dings' });
  return { openDingId: given.openDingId };
}
