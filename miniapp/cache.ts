import { Trouble } from './api';

/**
 * What the server said, kept by what was asked: shown at once where it is known, asked again when it is stale, and one answer
 * for all who ask the same. Ours, because TanStack Query is 11 kB of the 40 that a first page may weigh (test/miniapp/budget.test.ts).
 */

interface Entry {
  data: unknown;
  error: unknown;
  /** When the data came; 0 while there is none, or it is known to be old. */
  at: number;
  /** An answer on its way counts only if nothing was asked or put here since. */
  turn: number;
  asking: boolean;
  ask: Ask;
  listeners: Set<() => void>;
  /** When the last listener left. */
  leftAt: number;
}

/** Gets it; `before` is what there was. */
export type Ask = (before: unknown) => Promise<unknown>;

/** What is younger needs no asking when it is shown again. */
const FRESH = 4_000;
/** What nobody has looked at for so long is forgotten. */
const KEPT = 300_000;

const entries = new Map<string, Entry>();

export function read(key: string): Pick<Entry, 'data' | 'error'> | undefined {
  return entries.get(key);
}

/** What is younger than the pulse of the page is the truth; older, it may be about yesterday. */
export function isFresh(key: string): boolean {
  const entry = entries.get(key);
  return entry !== undefined && entry.error === null && Date.now() - entry.at <= FRESH;
}

/** Tells `listener` whenever what is kept here changes, and asks if need be. Returns how to stop. */
export function listen(key: string, ask: Ask, listener: () => void): () => void {
  const entry = entries.get(key) || begin(key, ask);
  entry.listeners.add(listener);
  if (isStale(entry)) void renew(entry);
  return () => {
    entry.listeners.delete(listener);
    entry.leftAt = Date.now();
  };
}

function begin(key: string, ask: Ask): Entry {
  const now = Date.now();
  entries.forEach((entry, old) => {
    if (entry.listeners.size === 0 && entry.leftAt < now - KEPT) entries.delete(old);
  });
  const entry: Entry = {
    ...{ data: undefined, error: null, at: 0, turn: 0, asking: false },
    ...{ ask, listeners: new Set(), leftAt: now },
  };
  entries.set(key, entry);
  return entry;
}

function isStale({ at, asking }: Entry): boolean {
  return !asking && Date.now() - at > FRESH;
}

async function renew(entry: Entry): Promise<void> {
  entry.turn += 1;
  entry.asking = true;
  const { turn } = entry;
  const settle = (change: Partial<Entry>) => {
    if (entry.turn !== turn) return;
    Object.assign(entry, { asking: false }, change);
    tell(entry);
  };
  try {
    settle({ ...found(entry, await entry.ask(entry.data)) });
  } catch (error) {
    // Who may not see it any more does not go on seeing what there was.
    settle(isClosed(error) ? { error, data: undefined, at: 0 } : { error });
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Trouble && (error.status === 403 || error.status === 404);
}

/** The same as before stays the same object: nothing is drawn again for it. */
function found({ data: before }: Entry, data: unknown): Partial<Entry> {
  const same = before !== undefined && JSON.stringify(before) === JSON.stringify(data);
  return { data: same ? before : data, error: null, at: Date.now() };
}

function tell({ listeners }: Entry): void {
  listeners.forEach((listener) => {
    listener();
  });
}

/** Asks for this now, whatever is known. */
export function again(key: string): void {
  const entry = entries.get(key);
  if (entry) void renew(entry);
}

/** What we know better than an answer on its way. */
export function put(key: string, data: unknown): void {
  const entry = entries.get(key);
  if (!entry) return;
  entry.turn += 1;
  Object.assign(entry, { data, error: null, at: Date.now(), asking: false });
  tell(entry);
}

/** All that is known is old: what is shown is asked again now, the rest when it is shown. */
export function refresh(): void {
  entries.forEach((entry) => {
    entry.at = 0;
    if (entry.listeners.size > 0) void renew(entry);
  });
}

/** Somebody looks again, or the line is back: what has grown old meanwhile is asked again. */
export function wake(): void {
  entries.forEach((entry) => {
    if (entry.listeners.size > 0 && isStale(entry)) void renew(entry);
  });
}

/** Nobody is logged in any more. */
export function forget(): void {
  entries.clear();
}
