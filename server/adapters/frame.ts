import { z } from 'zod';

/** What comes over the Stream and what is answered (reference §2.2–2.4), as data: no sockets here. */

export const TOPIC_ROBOT = '/v1.0/im/bot/messages/get';
export const TOPIC_CARD = '/v1.0/card/instances/callback';

/** What this program asks the gateway for. A fresh array each time: the SDK shares its own among all clients of a process. */
export const subscriptions = () => [
  { type: 'EVENT', topic: '*' },
  { type: 'CALLBACK', topic: TOPIC_ROBOT },
  { type: 'CALLBACK', topic: TOPIC_CARD },
];

export interface Frame {
  type: 'CALLBACK' | 'EVENT';
  topic: string;
  /** New with each delivery of the same thing; never a key for duplicates. */
  messageId: string;
  /** Only of an EVENT: `user_add_org` …, and the key for its duplicates. */
  eventType?: string;
  eventId?: string;
  /** The payload, parsed from its JSON string; its shape is the handler's business. */
  data: unknown;
}

/** The answer's `data`: an object to be sent as JSON text. */
export type AckData = unknown;

const envelope = z.looseObject({
  type: z.enum(['SYSTEM', 'EVENT', 'CALLBACK']),
  headers: z.looseObject({
    topic: z.string(),
    messageId: z.string().min(1).optional(),
    eventType: z.string().optional(),
    eventId: z.string().optional(),
  }),
  data: z.string().nullish(),
});

/** A frame as read: ours to handle, the connection's own business, not for us, or not to be understood. */
export type Read =
  | { as: 'frame'; frame: Frame }
  | { as: 'system'; topic: string; headers: Record<string, unknown>; data: string }
  | { as: 'unhandled'; topic: string; messageId: string }
  | { as: 'poison'; reason: string; messageId: string | null };

/** Reads one text frame. Never throws. */
export function readFrame(raw: string): Read {
  const json = parseJson(raw);
  if (json === undefined) return { as: 'poison', reason: 'frame: not JSON', messageId: findMessageId(raw) };
  const parsed = envelope.safeParse(json);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'envelope';
    return { as: 'poison', reason: `frame: bad ${where}`, messageId: findMessageId(raw) };
  }
  const { type, headers, data } = parsed.data;
  if (type === 'SYSTEM') return { as: 'system', topic: headers.topic, headers, data: data ?? '' };
  return readPush(type, headers, data);
}

type Envelope = z.infer<typeof envelope>;

function readPush(type: Frame['type'], headers: Envelope['headers'], data: Envelope['data']): Read {
  const { topic, messageId, eventType, eventId } = headers;
  if (!messageId) return { as: 'poison', reason: 'frame: no messageId', messageId: null };
  if (type === 'CALLBACK' && topic !== TOPIC_ROBOT && topic !== TOPIC_CARD)
    return { as: 'unhandled', topic, messageId };
  const payload = parseJson(data ?? '');
  if (payload === undefined) return { as: 'poison', reason: `frame: data of ${topic} is not JSON`, messageId };
  const event = type === 'EVENT' ? { eventType: eventType ?? '', eventId: eventId ?? '' } : {};
  return { as: 'frame', frame: { type, topic, messageId, ...event, data: payload } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Even a broken frame can be acknowledged when its id is readable; otherwise it would come back for ever. */
function findMessageId(raw: string): string | null {
  return /"messageId"\s*:\s*"([\w.:+/=-]{1,200})"/.exec(raw)?.[1] ?? null;
}

const MESSAGES = { 200: 'OK', 404: 'not found', 500: 'later' } as const;

/** 200 taken, 404 nobody listens to this topic, 500 try again later. */
export type AckCode = keyof typeof MESSAGES;

/** An upstream frame, as the official SDKs write it; the Node SDK can say 200 only. */
export function ackText(messageId: string, code: AckCode, data: AckData): string {
  const headers = { contentType: 'application/json', messageId };
  return JSON.stringify({ code, headers, message: MESSAGES[code], data: JSON.stringify(data) });
}

/** Suits a callback and an event alike: of a broken frame one cannot tell which it was. */
export const POISON_ACK: AckData = { status: 'SUCCESS', response: null };
