import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { OVER_QUOTA } from './delivery';
import type { Platform } from './platform';

export const pushing = z.object({
  type: z.enum(['SYSTEM', 'EVENT', 'CALLBACK']).default('CALLBACK'),
  topic: z.string().default('*'),
  headers: z.record(z.string(), z.string()).default({}),
  /** An object is sent as JSON text, as the protocol wants it; text goes out as it is. */
  data: z.union([z.string(), z.looseObject({})]).default({}),
  /** The whole frame as text, well-formed or not. */
  raw: z.string().optional(),
});
export type Pushing = z.input<typeof pushing>;

/** Contacts events are not metered (reference §9.1). */
const CONTACTS = /^(user|org|label)_/;

/**
 * Pushes a frame for experiments. Events and callbacks somebody subscribed to are metered and redelivered like real ones;
 * system frames, raw text and unknown topics go out once. False: nobody is connected, and nothing is kept.
 */
export function pushFrame(platform: Platform, given: Pushing): boolean {
  const frame = pushing.parse(given);
  const { gateway, delivery, clock } = platform;
  if (frame.raw !== undefined) return gateway.raw(frame.raw);
  const { type, topic, headers, data } = frame;
  const wanted = gateway.connections() === 0 || type === 'SYSTEM' ? null : gateway.pick(type, topic);
  if (type !== 'SYSTEM' && (wanted || gateway.connections() === 0)) {
    delivery.persist({
      type,
      topic,
      headers,
      data,
      overQuota: OVER_QUOTA,
      free: CONTACTS.test(headers.eventType ?? ''),
    });
    return wanted !== null;
  }
  const messageId = randomUUID();
  const named = { topic, contentType: 'application/json', time: String(clock.now()), messageId, ...headers };
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return gateway.raw(JSON.stringify({ specVersion: '1.0', type, headers: named, data: text }));
}

/**
 * Somebody leaves the organisation: the contacts know them no more, and say so; `silently`: the event is lost, as on a day when
 * nobody was connected. False for one who is not in it.
 */
export function leave(platform: Platform, userId: string, silently = false): boolean {
  if (!platform.directory.leave(userId)) return false;
  if (silently) return true;
  const headers = { eventType: 'user_leave_org', eventId: randomUUID() };
  pushFrame(platform, { type: 'EVENT', headers, data: { timeStamp: platform.clock.now(), userId: [userId] } });
  return true;
}
