import { MINUTE } from '../domain/clock';
import type { Handlers } from './mount';
import type { HttpPorts, Status } from './needs';
import { openApi } from './openapi';

export function healthRoutes(
  ports: HttpPorts,
): Pick<Handlers, 'GET /healthz' | 'GET /readyz' | 'GET /metrics' | 'GET /openapi.json'> {
  const document = openApi();
  return {
    'GET /healthz': async () => ({ alive: true }),
    'GET /readyz': async ({ ctx }) => {
      const reasons = unready(await ports.status(), ports.clock.now());
      if (reasons.length > 0) ctx.status = 503;
      return { ready: reasons.length === 0, reasons };
    },
    'GET /metrics': async ({ ctx }) => {
      ctx.type = 'text/plain; version=0.0.4; charset=utf-8';
      ctx.body = await ports.metrics();
      return undefined;
    },
    'GET /openapi.json': async () => document,
  };
}

const SILENT = 2 * MINUTE;
const LATE = 5 * MINUTE;

/** Why this process should not be counted on now; empty when it may. */
export function unready({ stream, outbox, database }: Status, now: number): string[] {
  const minutes = (since: number) => Math.floor((now - since) / MINUTE);
  const reasons = [
    database !== 'ok' && `database: ${database}`,
    stream.wanted && stream.connected === 0 && 'stream: not connected to DingTalk',
    stream.wanted &&
      stream.connected > 0 &&
      stream.lastFrameAt !== null &&
      now - stream.lastFrameAt > SILENT &&
      `stream: no frame for ${minutes(stream.lastFrameAt)} minutes`,
    outbox.oldestDueAt !== null &&
      now - outbox.oldestDueAt > LATE &&
      `outbox: the oldest of ${outbox.pending} notices is ${minutes(outbox.oldestDueAt)} minutes late`,
  ];
  return reasons.filter((reason) => reason !== false);
}
