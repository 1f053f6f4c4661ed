import { type ChainFault, verifyChain } from '../domain/chain';
import { fold } from '../domain/evolve';
import type { Entry, Event } from '../domain/types';
import type { Store } from '../ports';

export interface Audit {
  events: number;
  entries: number;
  faults: ChainFault[];
}

/** Walks every event's history: checks each hash, and holds the row against what the history tells. What differs is named. */
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
  const fault = faultOf(event, entries);
  result.events += 1;
  result.entries += entries.length;
  if (fault) result.faults.push(fault);
}

/** The first thing wrong with an event's history, or with its row beside it; null when every byte stands. */
export function faultOf(event: Event, entries: Entry[]): ChainFault | null {
  const head = { count: event.entryCount, hash: event.headHash };
  return verifyChain(event.id, entries, head) ?? rowFault(event, entries);
}

/** What a row holds that its history does not tell: found anew after each step, or counted by the store. */
const DERIVED = new Set(['version', 'nextAt', 'ackDueAt', 'handleDueAt']);

/** A deadline, a stretch of a clock, a rung altered in the database without a line of history. */
function rowFault(event: Event, entries: Entry[]): ChainFault | null {
  // Histories from before 0.2 do not say where an event happened; their chains still stand.
  if (entries[0]?.data.area === undefined) return null;
  const told = fold(entries);
  if (!told) return null;
  const field = differing(told, event);
  return field
    ? { eventId: event.id, seq: entries.length, fault: `its row differs from its history in ${field}` }
    : null;
}

function differing(told: unknown, row: unknown, path = ''): string | null {
  if (typeof told !== 'object' || told === null || typeof row !== 'object' || row === null)
    return told === row ? null : path;
  const [a, b] = [Object.entries(told), new Map(Object.entries(row))];
  if (Array.isArray(told) && Array.isArray(row) && told.length !== row.length) return path;
  for (const [name, value] of a) {
    if (DERIVED.has(name)) continue;
    const found = differing(value, b.get(name), path ? `${path}.${name}` : name);
    if (found) return found;
  }
  return null;
}
