import { type ChainFault, verifyChain } from '../domain/chain';
import type { Store } from '../ports';

export interface Audit {
  events: number;
  entries: number;
  faults: ChainFault[];
}

/** Walks every event's history and checks each hash; a changed, missing or added byte is named. */
export async function audit(store: Store): Promise<Audit> {
  const result: Audit = { events: 0, entries: 0, faults: [] };
  for (let after: string | null = null; ; ) {
    const ids: string[] = await store.eventIds(after, 500);
    if (ids.length === 0) return result;
    for (const id of ids) await auditEvent(store, id, result);
    after = ids.at(-1) ?? null;
  }
}

async function auditEvent(store: Store, id: string, result: Audit): Promise<void> {
  const event = await store.event(id);
  if (!event) return;
  const entries = await store.entries(id);
  const fault = verifyChain(id, entries, { count: event.entryCount, hash: event.headHash });
  result.events += 1;
  result.entries += entries.length;
  if (fault) result.faults.push(fault);
}
