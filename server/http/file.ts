import { timeline } from '../../cards/history';
import { nameOf } from '../domain/rules';
import type { Entry, Event } from '../domain/types';
import { faultOf } from '../flow/audit';
import type { Store } from '../ports';
import { visible } from './events';
import { ledgersOf } from './ledger';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { detailOf } from './present';
import { stamp } from './search';

/** 全卷: all that is known of one event, with a word on whether its history still is what was written. */

export function fileRoutes(ports: HttpPorts): Pick<Handlers, 'GET /api/events/:id/file'> {
  return { 'GET /api/events/:id/file': (asked) => file(ports, asked) };
}

async function file(ports: HttpPorts, { params, who }: Asked<'GET /api/events/:id/file'>) {
  const { store, clock } = ports;
  const { id } = await visible(ports, who, params.id);
  const { event, entries, chain } = await checked(store, id);
  const [rules, now] = [ports.rules(), clock.now()];
  const media = await store.media(event.mediaIds);
  return {
    event: detailOf(event, entries, media, { userId: who, rules, now }),
    reported: stamp(event.createdAt),
    filed: event.filedAt === null ? null : stamp(event.filedAt),
    closed: event.closedAt === null ? null : stamp(event.closedAt),
    clocks: ledgersOf(event, { userId: who, rules, now }).clocks,
    lines: timeline(entries, rules.roster, now).map(({ at, who: by, text }, index) => ({
      ...{ seq: entries[index]!.seq, time: exact(at), who: by, text },
      ...{ approval: APPROVALS.has(entries[index]!.action), hash: entries[index]!.hash },
    })),
    chain,
    printed: { by: nameOf(who, rules.roster), time: stamp(now) },
  };
}

const APPROVALS = new Set(['extend', 'suspend', 'appeal', 'approve', 'deny', 'void']);

/** `2026-11-23 10:00:07` */
function exact(at: number): string {
  return `${stamp(at)}:${String(Math.floor(at / 1000) % 60).padStart(2, '0')}`;
}

/** Row and history are two reads: what differs is read once more before it is called a fault. */
async function checked(store: Store, id: string) {
  let found = await both(store, id);
  if (faultOf(found.event, found.entries)) found = await both(store, id);
  const { event, entries } = found;
  const fault = faultOf(event, entries);
  const words = fault
    ? `核验不通过：第 ${fault.seq} 条记录处与记录链不符，请联系管理员核查。`
    : `核验通过：${entries.length} 条记录逐条相扣，未被改动。`;
  return { event, entries, chain: { whole: fault === null, words, entries: entries.length, head: event.headHash } };
}

async function both(store: Store, id: string): Promise<{ event: Event; entries: Entry[] }> {
  const event = await store.event(id);
  if (!event) throw new Error(`event ${id} is gone`);
  return { event, entries: await store.entries(id) };
}
