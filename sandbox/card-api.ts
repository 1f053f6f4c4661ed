import { z } from 'zod';
import { cardData, cardWarnings, updateOptions } from './cards';
import { type Asked, type Gate, modern, Refused } from './gate';
import type { Platform } from './platform';
import { randomCode } from './signing';
import type { Card, Params } from './state';

const idType = z.union([z.literal(1), z.literal(2)]).default(1);
const privateData = z.record(z.string(), cardData).default({});
const notification = { supportForward: z.boolean().optional() };
const spaceModels = {
  imRobotOpenSpaceModel: z.looseObject(notification).nullish(),
  imGroupOpenSpaceModel: z.looseObject(notification).nullish(),
};
const deliverModels = {
  imRobotOpenDeliverModel: z.looseObject({ spaceType: z.string(), robotCode: z.string().optional() }).nullish(),
  imGroupOpenDeliverModel: z
    .looseObject({ robotCode: z.string().optional(), recipients: z.array(z.string()).nullish() })
    .nullish(),
};
const instance = {
  cardTemplateId: z.string().min(1),
  outTrackId: z.string().min(1).max(100),
  userIdType: idType,
  callbackType: z.string().default(''),
  cardData,
  privateData,
};
const creating = z.object({ ...instance, ...spaceModels });
const target = { outTrackId: z.string().min(1), userIdType: idType, openSpaceId: z.string().min(1) };
const delivering = z.object({ ...target, ...deliverModels });
const both = z.object({ ...instance, ...spaceModels, ...target, ...deliverModels });
const updating = z.object({
  outTrackId: z.string().min(1),
  userIdType: idType,
  cardData: cardData.nullish(),
  privateData: z.record(z.string(), cardData).nullish(),
  cardUpdateOptions: updateOptions,
});

interface DeliverResult {
  spaceType: string;
  spaceId: string;
  success: boolean;
  carrierId: string;
  errorMsg: string;
}

/** `/v1.0/card/instances…` (reference §5). */
export function cardApi(platform: Platform, gate: Gate): void {
  const path = '/v1.0/card/instances';
  gate(modern, {
    method: 'post',
    path,
    body: creating,
    misfit: 'param.error',
    run: (body, asked) => ({ success: true, result: create(platform, body, asked).outTrackId }),
  });
  gate(modern, {
    method: 'post',
    path: `${path}/deliver`,
    body: delivering,
    misfit: 'param.error',
    run: (body) => ({ success: true, result: deliver(platform, known(platform, body.outTrackId), body) }),
  });
  gate(modern, {
    method: 'post',
    path: `${path}/createAndDeliver`,
    body: both,
    misfit: 'param.error',
    run(body, asked) {
      checkModels(platform, body);
      const card = create(platform, body, asked);
      return { success: true, result: { outTrackId: card.outTrackId, deliverResults: deliver(platform, card, body) } };
    },
  });
  gate(modern, {
    method: 'put',
    path,
    body: updating,
    misfit: 'param.error',
    run: (body, asked) => update(platform, body, asked),
  });
}

function known(platform: Platform, outTrackId: string): Card {
  const card = platform.cards.get(outTrackId);
  if (!card) throw new Refused(400, 'param.cardNotExist', '卡片实例不存在');
  return card;
}

function create(platform: Platform, body: z.infer<typeof creating>, asked: Asked): Card {
  const template = Object.hasOwn(platform.templates, body.cardTemplateId)
    ? platform.templates[body.cardTemplateId]
    : null;
  if (!template) throw new Refused(400, 'param.templateNotExist', '卡片模板不存在');
  if (platform.cards.get(body.outTrackId)) throw new Refused(400, 'param.cardAlreadyExist', '卡片实例已存在');
  for (const warning of cardWarnings(body.cardData.cardParamMap, template)) asked.warn(warning);
  if (body.callbackType !== 'STREAM') asked.warn('callbackType is not STREAM: clicks will not arrive');
  return platform.cards.create({
    outTrackId: body.outTrackId,
    templateId: body.cardTemplateId,
    callbackType: body.callbackType,
    userIdType: body.userIdType,
    shared: body.cardData.cardParamMap,
    personal: personalOf(platform, body.privateData, body.userIdType),
  });
}

/** Private data by userId, whatever kind of id the caller used; unknown people are dropped. */
function personalOf(platform: Platform, data: z.infer<typeof privateData>, type: 1 | 2): Record<string, Params> {
  const pairs = Object.entries(data).flatMap(([id, held]) => {
    const person = platform.directory.known(id, type);
    return person ? [[person.userId, held.cardParamMap] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/** `dtv1.card//IM_ROBOT.u1;IM_GROUP.cid…` → the spaces named. */
function spacesOf(openSpaceId: string): { spaceType: string; spaceId: string }[] {
  const named = /^dtv1\.card\/\/(.+)$/i.exec(openSpaceId)?.[1];
  if (!named) throw new Refused(400, 'param.error', 'openSpaceId 格式错误');
  return named.split(';').map((space) => {
    const dot = space.indexOf('.');
    return { spaceType: space.slice(0, Math.max(dot, 0)).toUpperCase(), spaceId: space.slice(dot + 1) };
  });
}

type Delivering = z.infer<typeof delivering>;

/** The models that the named spaces need must all be there. */
function checkModels(platform: Platform, body: z.infer<typeof both>): void {
  const types = spacesOf(body.openSpaceId).map((space) => space.spaceType);
  if (types.includes('IM_ROBOT') && body.imRobotOpenSpaceModel?.supportForward === undefined) {
    throw new Refused(400, 'param.error', 'imRobotOpenSpaceModel.supportForward 必填');
  }
  if (types.includes('IM_GROUP') && !body.imGroupOpenSpaceModel) {
    throw new Refused(400, 'param.error', 'imGroupOpenSpaceModel 必填');
  }
  checkRobots(platform, types, body);
}

function checkRobots(platform: Platform, types: string[], body: Delivering): void {
  const { imRobotOpenDeliverModel: single, imGroupOpenDeliverModel: group } = body;
  if (types.includes('IM_ROBOT') && single?.spaceType !== 'IM_ROBOT') {
    throw new Refused(400, 'param.error', 'imRobotOpenDeliverModel.spaceType 必须是 IM_ROBOT');
  }
  if (types.includes('IM_GROUP') && !group?.robotCode) {
    throw new Refused(400, 'param.error', 'imGroupOpenDeliverModel.robotCode 必填');
  }
  const codes = [single?.robotCode, group?.robotCode].filter((code) => code !== undefined);
  if (codes.some((code) => code !== platform.identity.robotCode)) {
    throw new Refused(400, 'param.error', 'robotCode 与应用不匹配');
  }
}

function deliver(platform: Platform, card: Card, body: Delivering): DeliverResult[] {
  const spaces = spacesOf(body.openSpaceId);
  checkRobots(
    platform,
    spaces.map((space) => space.spaceType),
    body,
  );
  return spaces.map((space) => {
    const found = place(platform, space, body);
    if (typeof found === 'string') return { ...space, success: false, carrierId: '', errorMsg: found };
    platform.cards.deliver(card, found.conversationId, found.visibleTo);
    return { ...space, success: true, carrierId: randomCode(24), errorMsg: '' };
  });
}

/** Where a space is, or in words why nothing can be put there. */
function place(
  platform: Platform,
  { spaceType, spaceId }: { spaceType: string; spaceId: string },
  body: Delivering,
): { conversationId: string; visibleTo: string[] | null } | string {
  const { directory } = platform;
  if (spaceType === 'IM_ROBOT') {
    const person = directory.known(spaceId, body.userIdType);
    return person ? { conversationId: directory.single(person.userId), visibleTo: null } : '用户不存在';
  }
  if (spaceType !== 'IM_GROUP') return '沙箱不支持该场域';
  if (!directory.group(spaceId)) return '群不存在，或机器人不在群内';
  const visibleTo = body.imGroupOpenDeliverModel?.recipients?.flatMap(
    (id) => directory.known(id, body.userIdType)?.userId ?? [],
  );
  return { conversationId: spaceId, visibleTo: visibleTo?.length ? visibleTo : null };
}

function update(platform: Platform, body: z.infer<typeof updating>, asked: Asked): object {
  const card = known(platform, body.outTrackId);
  const { cardData: shared, privateData: personal, cardUpdateOptions: options } = body;
  if (!shared && !personal) {
    throw new Refused(400, 'param.cardDataAndPrivateDataBothEmpty', 'cardData 与 privateData 不能同时为空');
  }
  if (platform.cards.clicking.has(card.outTrackId)) asked.warn('PUT during a callback: answer first, then update');
  for (const warning of cardWarnings(shared?.cardParamMap ?? {}, platform.templates[card.templateId]))
    asked.warn(warning);
  platform.cards.update(card, {
    ...(shared ? { shared: shared.cardParamMap } : {}),
    personal: personalOf(platform, personal ?? {}, body.userIdType),
    sharedByKey: options.updateCardDataByKey,
    personalByKey: options.updatePrivateDataByKey,
  });
  return { success: true, result: true };
}
