import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Answer } from './acks';
import type { FrameType, Gateway } from './gateway';
import { parseJson } from './json';
import type { Meter } from './meter';

/** One thing to push: the same data at every attempt, under a new messageId each. */
export interface Push {
  type: Exclude<FrameType, 'SYSTEM'>;
  topic: string;
  headers?: Record<string, string>;
  /** Text goes out as it is. */
  data: object | string;
  /** What arrives instead once the month's pushes are used up (reference §3.5). */
  overQuota: object;
  /** Contacts events cost nothing. */
  free?: boolean;
}

export type Pushed = Answer | { as: 'offline' } | { as: 'over-quota' };

export interface Delivery {
  /** One attempt, answered within `limitMs` of real time or not. */
  once(push: Push, limitMs: number): Promise<Pushed>;
  /** Until it is acknowledged or the attempts are used up; returns at once. */
  persist(push: Push): void;
  /** Pushes neither acknowledged nor given up. */
  open(): number;
  close(): void;
}

/** Both spellings of the documentation (reference §3.1, §15.9). */
export const OVER_QUOTA = {
  errorCode: 20001,
  errorMessage: '本组织本月推送次数已用完',
  errCode: 20001,
  errMsg: '本组织本月推送次数已用完',
};

/**
 * Redelivery (reference §2.5): an attempt fails when nobody is connected, no ack comes in `ackMs`, or the ack is not a
 * success; the next follows after the given delays, and then the message is lost.
 */
export function createDelivery(
  gateway: Gateway,
  meter: Meter,
  timing: { ackMs: number; redeliverMs: readonly number[] },
  log: (line: string) => void,
): Delivery {
  const closing = new AbortController();
  // Everything that waits for its redelivery listens to it.
  setMaxListeners(0, closing.signal);
  let open = 0;
  const attempt = async (push: Push, limitMs: number): Promise<{ pushed: Pushed; answer: Answer | null }> => {
    const connection = gateway.pick(push.type, push.topic);
    if (!connection) return { pushed: { as: 'offline' }, answer: null };
    const paid = push.free || meter.push(push.headers?.eventType ?? push.topic);
    const given = paid ? push.data : push.overQuota;
    const data = typeof given === 'string' ? given : JSON.stringify(given);
    const answer = await gateway.ask(connection, { ...push, data }, limitMs);
    return { pushed: paid ? answer : { as: 'over-quota' }, answer };
  };
  const persist = async (push: Push) => {
    for (const delay of [0, ...timing.redeliverMs]) {
      if (delay > 0) await sleep(delay, undefined, { signal: closing.signal });
      const { answer } = await attempt(push, timing.ackMs);
      if (closing.signal.aborted || (answer && succeeded(push.type, answer))) return;
    }
    log(`sandbox: a push to ${push.topic} was never acknowledged and is lost`);
  };
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    open += 1;
    return work().finally(() => {
      open -= 1;
    });
  };
  return {
    once: (push, limitMs) => counted(async () => (await attempt(push, limitMs)).pushed),
    persist(push) {
      counted(() => persist(push)).catch(
        (error) => closing.signal.aborted || log(`sandbox: push failed: ${String(error)}`),
      );
    },
    open: () => open,
    close: () => closing.abort(),
  };
}

const later = z.object({ status: z.literal('LATER') });

function succeeded(type: Push['type'], answer: Answer): boolean {
  if (answer.as === 'silence' || answer.code !== 200) return false;
  return type !== 'EVENT' || !later.safeParse(parseJson(answer.data)).success;
}
