import { z } from 'zod';
import type { Faults } from './faults';
import { parseJson } from './json';

/** What became of a frame: its answer in time, or silence. */
export type Answer = { as: 'answered'; code: number; data: string } | { as: 'silence' };

/** Every answer that came in, also the late ones. */
export interface Ack {
  messageId: string;
  /** The robot message's id, where the frame carried one. */
  msgId?: string;
  topic: string;
  /** Real ms between the frame and its answer. */
  afterMs: number;
  code: number;
  late: boolean;
}

export interface Acks {
  /** Resolves with the answer, or `silence` after `limitMs`; never rejects. */
  expect(frame: { messageId: string; topic: string; data: string; limitMs: number }): Promise<Answer>;
  receive(text: string): void;
  list(): Ack[];
  close(): void;
}

const reply = z.object({
  code: z.number(),
  headers: z.object({ messageId: z.string() }),
  data: z.string().default('{}'),
});

/** Frames whose answer is still awaited or may still come late; the oldest are forgotten. */
const REMEMBERED = 10_000;

interface Expected {
  topic: string;
  msgId?: string;
  sentAt: number;
  limitMs: number;
  timer: NodeJS.Timeout;
  settle(answer: Answer): void;
}

export function createAcks(faults: Faults, log: (line: string) => void): Acks {
  const expected = new Map<string, Expected>();
  const acks: Ack[] = [];
  const forget = () => {
    const oldest = expected.keys().next();
    if (expected.size > REMEMBERED && !oldest.done) expected.delete(oldest.value);
  };
  const settle = (found: Expected, code: number, data: string) => {
    clearTimeout(found.timer);
    found.settle({ as: 'answered', code, data });
  };
  return {
    expect: ({ messageId, topic, data, limitMs }) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve({ as: 'silence' }), limitMs);
        expected.set(messageId, {
          topic,
          ...msgIdOf(data),
          sentAt: performance.now(),
          limitMs,
          timer,
          settle: resolve,
        });
        forget();
      }),
    receive(text) {
      const parsed = reply.safeParse(parseJson(text));
      if (!parsed.success) return log('sandbox: an upstream frame that is no answer was dropped');
      const { code, headers, data } = parsed.data;
      const found = expected.get(headers.messageId);
      if (!found) return;
      expected.delete(headers.messageId);
      const afterMs = performance.now() - found.sentAt;
      const { topic, msgId, limitMs } = found;
      acks.push({
        messageId: headers.messageId,
        ...(msgId ? { msgId } : {}),
        topic,
        afterMs,
        code,
        late: afterMs > limitMs,
      });
      if (faults.on('drop-acks')) return;
      settle(found, code, data);
    },
    list: () => [...acks],
    close() {
      for (const one of expected.values()) {
        clearTimeout(one.timer);
        one.settle({ as: 'silence' });
      }
      expected.clear();
    },
  };
}

function msgIdOf(data: string): { msgId?: string } {
  const found = z.object({ msgId: z.string() }).safeParse(parseJson(data));
  return found.success ? { msgId: found.data.msgId } : {};
}
