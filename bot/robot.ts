import { randomUUID } from 'node:crypto';
import type { Reply } from '../server/domain/types';
import type { Apply, Envelope } from '../server/flow/apply';
import type { Clock, Store } from '../server/ports';
import { hear, type RobotMessage, robotMessage } from './frames';
import { meaningOf } from './phrases';

export interface RobotPorts {
  apply: Apply;
  store: Pick<Store, 'poison'>;
  clock: Clock;
  /** Counts what became of a message: heard, outsider, echo, quota, poison, empty. */
  onHeard(as: 'heard' | 'outsider' | 'echo' | 'quota' | 'poison'): void;
}

/**
 * One robot message: understood, committed, and only then answered to the platform by resolving.
 * A message that cannot be understood is kept aside and resolves too: it would not be better the next time.
 * Errors: rejects when nothing could be committed, so that the platform sends it again.
 */
export async function onMessage(ports: RobotPorts, data: unknown): Promise<void> {
  const parsed = robotMessage.safeParse(data);
  if (!parsed.success) {
    ports.onHeard('poison');
    return ports.store.poison(
      ports.clock.now(),
      `robot message: ${parsed.error.issues[0]?.path.join('.')}`,
      JSON.stringify(data),
    );
  }
  const message = parsed.data;
  const kind = kindOf(message);
  ports.onHeard(kind);
  if (kind === 'heard') await ports.apply(envelopeOf(message));
  if (kind === 'outsider') await ports.apply(outsider(message));
}

const OVER_QUOTA = 20_001;

function kindOf(message: RobotMessage): 'heard' | 'outsider' | 'echo' | 'quota' {
  if (message.errCode === OVER_QUOTA || message.errorCode === OVER_QUOTA) return 'quota';
  if (message.senderId && message.senderId === message.chatbotUserId) return 'echo';
  return message.senderStaffId ? 'heard' : 'outsider';
}

/** Two robots in one group get the same msgId, so the robot is part of the key (reference §2.5). */
function keyOf({ robotCode, msgId }: RobotMessage): string {
  return `${robotCode ?? ''}:${msgId}`;
}

function envelopeOf(message: RobotMessage): Envelope {
  const heard = hear(message);
  const media = heard.media.map(({ kind, code }) => ({ id: randomUUID(), kind, code, phase: 'report' as const }));
  const reply = replyTo(message);
  const meant = meaningOf(heard.text, media, message.conversationId);
  // In a group the card goes to the person's own chat, so the group hears where to look.
  const answer = meant.answer ?? (reply.group && meant.command.type === 'report' ? 'added' : undefined);
  return { key: keyOf(message), by: message.senderStaffId ?? '', reply, ...meant, ...(answer && { answer }) };
}

function outsider(message: RobotMessage): Envelope {
  return {
    key: keyOf(message),
    by: '',
    on: null,
    command: { type: 'ask', about: 'outsider' },
    reply: replyTo(message),
  };
}

function replyTo(message: RobotMessage): Omit<Reply, 'about' | 'words'> {
  return {
    conversationId: message.conversationId,
    group: message.conversationType === '2',
    webhook: message.sessionWebhook ?? null,
    webhookUntil: message.sessionWebhookExpiredTime ?? 0,
  };
}
