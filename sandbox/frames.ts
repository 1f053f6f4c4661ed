import { createHash } from 'node:crypto';
import type { Identity } from './platform';
import { randomCode } from './signing';
import type { SandboxPerson } from './types';

export const TOPIC_ROBOT = '/v1.0/im/bot/messages/get';
export const TOPIC_CARD = '/v1.0/card/instances/callback';

/** What a person said, in the shapes of reference §3.2. */
export type RobotContent =
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'picture'; content: { downloadCode: string; pictureDownloadCode: string } }
  | { msgtype: 'richText'; content: { richText: RichPart[] } }
  | { msgtype: 'audio'; content: { downloadCode: string; recognition: string; duration: number } }
  | { msgtype: 'video'; content: { downloadCode: string; videoType: 'mp4'; duration: number } }
  | { msgtype: 'file'; content: { downloadCode: string; fileName: string; fileId: string; spaceId: string } };
export type RichPart = { text: string } | { type: 'picture'; downloadCode: string; pictureDownloadCode: string };

export interface RobotEnvelope {
  msgId: string;
  sender: SandboxPerson;
  conversationId: string;
  /** Null in the person's own conversation with the robot. */
  group: { title: string } | null;
  at: number;
  webhook: { url: string; until: number };
}

export function newMsgId(): string {
  return `msg${randomCode(16)}`;
}

/** The platform's encrypted ids: opaque, and the same for the same person. */
function opaque(seed: string): string {
  return `$:LWCP_v1:$${createHash('sha256').update(seed).digest('base64').slice(0, 32)}`;
}

/** A robot frame's data without its content: all that is left over quota. */
export function robotEnvelope(identity: Identity, said: RobotEnvelope): Record<string, unknown> {
  const robot = opaque(identity.robotCode);
  return {
    conversationId: said.conversationId,
    conversationType: said.group ? '2' : '1',
    ...(said.group && { conversationTitle: said.group.title, isInAtList: true, atUsers: [{ dingtalkId: robot }] }),
    chatbotCorpId: identity.corpId,
    chatbotUserId: robot,
    msgId: said.msgId,
    senderId: opaque(said.sender.userId),
    senderNick: said.sender.name,
    senderStaffId: said.sender.userId,
    senderUnionId: said.sender.unionId,
    senderCorpId: identity.corpId,
    senderPlatform: 'Android',
    isAdmin: false,
    sessionWebhook: said.webhook.url,
    sessionWebhookExpiredTime: said.webhook.until,
    createAt: said.at,
    robotCode: identity.robotCode,
  };
}

/** Data of a card click (reference §5.4). */
export function cardClick(
  identity: Identity,
  click: { outTrackId: string; userId: string; userIdType: 1 | 2; conversationId: string; group: boolean },
  params: Record<string, unknown> & { action: string },
): Record<string, unknown> {
  const cardPrivateData = { actionIds: [params.action], params };
  return {
    type: 'actionCallback',
    outTrackId: click.outTrackId,
    corpId: identity.corpId,
    userId: click.userId,
    userIdType: click.userIdType,
    spaceId: click.conversationId,
    spaceType: click.group ? 'IM_GROUP' : 'IM_ROBOT',
    extension: '{}',
    content: JSON.stringify({ cardPrivateData }),
  };
}
