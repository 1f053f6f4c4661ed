import { signal } from '@preact/signals';
import { call, newId, Trouble } from '../api';
import { toast, UNDO } from '../kit/toast';
import { refresh, told, wordsOf } from '../live';

/**
 * 签收 by one tap. It stands in the event's chain for good once it is sent, so it is held back for as long as it can be taken
 * back; the page shows it at once. What is held is kept on the phone: closing the page sends it, and so does the next opening.
 */
export interface Ack {
  id: string;
  /** What it is called to the person: its number. */
  no: string;
  clientId: string;
  at: number;
  state: 'held' | 'sending' | 'done' | 'failed';
  /** Why it failed. */
  words: string;
}

/** By the event's id. */
export const acks = signal<Record<string, Ack>>({});

/** What became of the last batch, once all of it has been answered. */
export const outcome = signal<{ done: string[]; failed: Ack[] } | null>(null);

const KEY = 'gridtalk.acks.';
/** Older ones may be about another turn of the same unit. */
const STALE = 10 * 60_000;

let who = '';
let timer = 0;

/** Sends what an earlier page of this person was closed upon. */
export function begin(userId: string): void {
  if (who === userId) return;
  who = userId;
  addEventListener('pagehide', sendLast);
  // A phone may never come back to a page that it has put away.
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && void flush());
  const left = kept().filter(({ at }) => Date.now() - at < STALE);
  if (left.length === 0) return;
  put(left.map((ack) => ({ ...ack, state: 'held' })));
  void flush();
}

/** Shown as done from now on, sent in five seconds; what was held before goes at once. */
export function acknowledge(events: readonly { id: string; no: string | null }[]): void {
  void flush();
  outcome.value = null;
  const at = Date.now();
  put(events.map(({ id, no }) => ({ id, no: no || '', clientId: newId(), at, state: 'held' as const, words: '' })));
  const ids = events.map(({ id }) => id);
  timer = window.setTimeout(() => void flush(), UNDO);
  toast(events.length > 1 ? `已签收 ${events.length} 件` : '已签收', () => takeBack(ids));
}

export function takeBack(ids: readonly string[]): void {
  clearTimeout(timer);
  drop((ack) => ack.state === 'held' && ids.indexOf(ack.id) >= 0);
}

/** Forgets what failed, once the person has read it: all of it, or one. */
export function forget(id?: string): void {
  drop((ack) => ack.state === 'failed' && (id === undefined || ack.id === id));
  if (id === undefined) outcome.value = null;
}

/** Sends all that is held, two at a time, each by itself: one that is refused does not keep the others. */
export async function flush(): Promise<void> {
  clearTimeout(timer);
  const held = all().filter(({ state }) => state === 'held');
  if (held.length === 0) return;
  put(held.map((ack) => ({ ...ack, state: 'sending' })));
  const queue = held.slice();
  const lane = async () => {
    for (let ack = queue.shift(); ack; ack = queue.shift()) await send(ack);
  };
  await Promise.all([lane(), lane()]);
  const ended = held.map(({ id, no }) => acks.value[id] || { id, no, state: 'done' as const });
  const failed = ended.filter((ack): ack is Ack => ack.state === 'failed');
  if (held.length > 1 || failed.length > 0)
    outcome.value = { done: ended.filter(({ state }) => state === 'done').map(({ no }) => no), failed };
  refresh();
  // The fresh answers say it themselves from here on.
  window.setTimeout(() => drop(({ state }) => state === 'done'), UNDO);
}

async function send(ack: Ack): Promise<void> {
  try {
    const { id, clientId } = ack;
    await call('POST /api/events/:id/:action', { params: { id, action: 'ack' }, body: { clientId } });
    put([{ ...ack, state: 'done' }]);
  } catch (error) {
    told(error);
    const words = error instanceof Trouble && error.status === 0 ? '没有连上网络，还没有签收。' : wordsOf(error);
    put([{ ...ack, state: 'failed', words }]);
  }
}

/** The page closes: what was not answered yet goes by itself. Sent twice it acts once. */
function sendLast(): void {
  for (const { id, clientId, state } of all()) {
    if (state !== 'held' && state !== 'sending') continue;
    const address = `/api/events/${encodeURIComponent(id)}/ack`;
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ clientId });
    fetch(address, { method: 'POST', credentials: 'same-origin', keepalive: true, headers, body }).catch(
      () => undefined,
    );
  }
}

// ----------------------------------------------------------------------------------------------------- kept

function all(): Ack[] {
  return Object.keys(acks.value).map((id) => acks.value[id]!);
}

function put(some: Ack[]): void {
  const next = { ...acks.value };
  for (const ack of some) next[ack.id] = ack;
  acks.value = next;
  keep();
}

function drop(which: (ack: Ack) => boolean): void {
  const next: Record<string, Ack> = {};
  for (const ack of all()) if (!which(ack)) next[ack.id] = ack;
  acks.value = next;
  keep();
}

function keep(): void {
  const open = all().filter(({ state }) => state === 'held' || state === 'sending');
  try {
    if (open.length > 0) localStorage.setItem(KEY + who, JSON.stringify(open));
    else localStorage.removeItem(KEY + who);
  } catch {
    // A private window keeps nothing; what is held still goes in five seconds.
  }
}

function kept(): Ack[] {
  try {
    return JSON.parse(localStorage.getItem(KEY + who) || '[]') as Ack[];
  } catch {
    return [];
  }
}
