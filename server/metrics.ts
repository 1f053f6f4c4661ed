import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Status } from './http/needs';

/**
 * What is counted, in one place. Labels are words from closed lists: no names, no ids, no words of people.
 * Each function counts one thing that happened; `text` renders all for Prometheus.
 */
export interface Metrics {
  /** A frame came by Stream. Outcome: `acked`, `failed`, `unknown` … */
  frame(topic: string, outcome: string): void;
  /** A command went through apply(). */
  command(type: string, outcome: 'ok' | 'refused' | 'repeated' | 'bug'): void;
  /** A notice was settled. */
  notice(kind: string, result: string): void;
  /** A metered vendor call; `push.…` families are pushes. */
  vendorCall(family: string): void;
  /** An attempt to open a Stream connection at the gateway. */
  gatewayAttempt(): void;
  ack(fate: 'late' | 'dropped'): void;
  poisonFrame(): void;
  overQuotaFrame(): void;
  /** Somebody who is not in the roster. */
  outsider(): void;
  bug(where: string): void;
  media(result: 'fetched' | 'failed'): void;
  request(route: string, status: number, ms: number): void;
  /** Prometheus text. */
  text(): Promise<string>;
}

/** `status` is asked at each scrape. */
export function openMetrics(status: () => Status | Promise<Status>, now: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const count = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: `gridtalk_${name}_total`, help, labelNames, registers: [registry] });
  const frames = count('frames', 'Stream frames by topic and outcome', 'topic', 'outcome');
  const commands = count('commands', 'Commands by type and outcome', 'type', 'outcome');
  const notices = count('notices', 'Notices by kind and result', 'kind', 'result');
  const calls = count('vendor_calls', 'Metered vendor calls by family', 'family');
  const pushes = count('vendor_pushes', 'Metered pushes by family', 'family');
  const attempts = count('gateway_attempts', 'Attempts to open a Stream connection');
  const acks = count('acks', 'Acknowledgements that were late or could not be sent', 'fate');
  const poison = count('poison_frames', 'Frames that could not be understood');
  const overQuota = count('over_quota_frames', 'Frames without content because the quota is used up');
  const outsiders = count('outsiders', 'Messages of people who are not in the roster');
  const bugs = count('bugs', 'Errors that nobody foresaw', 'where');
  const media = count('media', 'Photos, voice and video by result', 'result');
  const requests = new Histogram({
    name: 'gridtalk_http_request_seconds',
    help: 'HTTP requests by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  });
  const look = gauges(registry, status, now);

  return {
    frame: (topic, outcome) => frames.inc({ topic, outcome }),
    command: (type, outcome) => commands.inc({ type, outcome }),
    notice: (kind, result) => notices.inc({ kind, result }),
    vendorCall: (family) => (family.startsWith('push.') ? pushes : calls).inc({ family }),
    gatewayAttempt: () => attempts.inc(),
    ack: (fate) => acks.inc({ fate }),
    poisonFrame: () => poison.inc(),
    overQuotaFrame: () => overQuota.inc(),
    outsider: () => outsiders.inc(),
    bug: (where) => bugs.inc({ where }),
    media: (result) => media.inc({ result }),
    request: (route, code, ms) => requests.observe({ route, status: String(code) }, ms / 1000),
    text: async () => {
      await look();
      return registry.metrics();
    },
  };
}

/** Gauges of how the program is doing; the function returned sets them all from one look at the status. */
function gauges(registry: Registry, status: () => Status | Promise<Status>, now: () => number): () => Promise<void> {
  const gauge = (name: string, help: string) => new Gauge({ name: `gridtalk_${name}`, help, registers: [registry] });
  const connections = gauge('stream_connections', 'Open Stream connections');
  const silence = gauge('stream_silence_seconds', 'Time since the last Stream frame');
  const pending = gauge('outbox_pending', 'Notices waiting to be sent');
  const failed = gauge('outbox_failed', 'Notices given up');
  const late = gauge('outbox_oldest_seconds', 'How late the oldest due notice is');
  const database = gauge('database_up', 'Does the database answer?');
  const since = (at: number | null) => (at === null ? 0 : Math.max(0, now() - at) / 1000);
  return async () => {
    const { stream, outbox, database: answer } = await status();
    connections.set(stream.connected);
    silence.set(since(stream.lastFrameAt));
    pending.set(outbox.pending);
    failed.set(outbox.failed);
    late.set(since(outbox.oldestDueAt));
    database.set(answer === 'ok' ? 1 : 0);
  };
}
