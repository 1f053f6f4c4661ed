import { createHash } from 'node:crypto';
import type { Entry } from './types';

/** The head of an empty history. */
export const GENESIS = '0'.repeat(64);

type Unchained = Omit<Entry, 'hash'>;

/** SHA-256 (hex) over an entry and the hash before it; keys in fixed order, so that every language gets the same. */
export function hashEntry(entry: Unchained): string {
  const data = Object.fromEntries(Object.entries(entry.data).sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = JSON.stringify([entry.prevHash, entry.eventId, entry.seq, entry.at, entry.by, entry.action, data]);
  return createHash('sha256').update(text).digest('hex');
}

export interface ChainFault {
  eventId: string;
  seq: number;
  fault: string;
}

/** Checks one event's history against its head. Returns the first fault, or null when every byte stands. */
export function verifyChain(
  eventId: string,
  entries: Entry[],
  head: { count: number; hash: string },
): ChainFault | null {
  let prevHash = GENESIS;
  for (const [index, entry] of entries.entries()) {
    const fault = faultOf(entry, index, prevHash);
    if (fault) return { eventId, seq: entry.seq, fault };
    prevHash = entry.hash;
  }
  if (entries.length !== head.count)
    return { eventId, seq: entries.length, fault: `has ${entries.length} entries, its row says ${head.count}` };
  return prevHash === head.hash ? null : { eventId, seq: entries.length, fault: 'the last hash differs from its row' };
}

function faultOf(entry: Entry, index: number, prevHash: string): string | null {
  if (entry.seq !== index + 1) return `seq ${entry.seq} stands where ${index + 1} belongs`;
  if (entry.prevHash !== prevHash) return 'does not follow the entry before it';
  return hashEntry(entry) === entry.hash ? null : 'was changed after it was written';
}
