import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { call, type Given, Trouble, upload } from './api';
import { toast, UNDO } from './kit/toast';
import { refresh, told } from './live';
import type { Shot } from './photos';
import { waiting } from './waiting';

/**
 * What a person has submitted stays on the phone until the server has it. Everything carries an id made here, and the server
 * does each id once, so that sending again is never wrong: after a lost answer, from two windows, after a crash.
 */

type ReportBody = Omit<Given<'POST /api/events'>['body'], 'photos' | 'closed' | 'clientId'>;

/** A report, with how it was settled if it was (自办自结); or joining an event that somebody reported before. */
export type Errand =
  | { kind: 'report'; body: ReportBody; closed: string | null }
  | { kind: 'join'; eventId: string; no: string; note: string };

/** `id`: the server's, once it has arrived. */
export type Kept = Shot & { id?: string };

export interface Item {
  id: string;
  /** Whose it is: nobody else sends it from this phone. */
  by: string;
  at: number;
  errand: Errand;
  photos: Kept[];
  /** Of 自办自结: how it looks now. */
  after: Kept[];
  /** Not before this moment: until then it can be taken back, or the network is given time. */
  next: number;
  tries: number;
  /** In somebody's hands since; a window that died lets go after a while. */
  held: number;
  /** Why it is still here, in words. */
  fault: string;
  /** The server said no, and would say so again. */
  stuck: boolean;
}

interface Shelves extends DBSchema {
  outbox: { key: string; value: Item };
  /** Drafts, and what the form needs when there is no network. */
  kept: { key: string; value: unknown };
}

let opened: Promise<IDBPDatabase<Shelves>> | null = null;

function shelves(): Promise<IDBPDatabase<Shelves>> {
  opened =
    opened ||
    openDB<Shelves>('gridtalk', 1, {
      upgrade(db) {
        db.createObjectStore('outbox', { keyPath: 'id' });
        db.createObjectStore('kept');
      },
    });
  return opened;
}

export async function keep(key: string, value: unknown): Promise<void> {
  await (await shelves()).put('kept', value, key);
}

export async function kept<T>(key: string): Promise<T | undefined> {
  return (await (await shelves()).get('kept', key)) as T | undefined;
}

export async function forget(key: string): Promise<void> {
  await (await shelves()).delete('kept', key);
}

/** Oldest first. */
export async function itemsOf(by: string): Promise<Item[]> {
  const all = await (await shelves()).getAll('outbox');
  return all.filter((item) => item.by === by).sort((a, b) => a.at - b.at);
}

export type NewItem = Pick<Item, 'id' | 'by' | 'errand' | 'photos' | 'after'>;

/**
 * Puts it where it is safe; it goes out when it can no longer be taken back. False: this phone keeps nothing (a private window,
 * no room), so it was sent at once. Errors: `Trouble` when that failed.
 */
export async function submit(given: NewItem): Promise<boolean> {
  const at = Date.now();
  const item = { ...given, at, next: at + UNDO, tries: 0, held: 0, fault: '', stuck: false };
  try {
    await (await shelves()).put('outbox', item);
  } catch {
    gone(item, await send(item, async () => undefined));
    return false;
  }
  await count(item.by);
  await plan(item.by, 0);
  return true;
}

/** Takes it back unless it is on its way. True: nothing was sent, and nothing will be. */
export async function takeBack(id: string): Promise<boolean> {
  const tx = (await shelves()).transaction('outbox', 'readwrite');
  const item = await tx.store.get(id);
  const free = item !== undefined && !isHeld(item);
  if (free) await tx.store.delete(id);
  await tx.done;
  if (item) await count(item.by);
  return free;
}

/** Whatever only waited for its time goes at once; what was refused too, where the person asks for it. */
export async function hurry(by: string, refused: boolean): Promise<void> {
  const tx = (await shelves()).transaction('outbox', 'readwrite');
  for (const item of await tx.store.getAll()) {
    const mine = item.by === by && item.tries > 0 && !isHeld(item);
    if (mine && (refused || !item.stuck)) await tx.store.put({ ...item, next: 0, stuck: false });
  }
  await tx.done;
  await flush(by);
}

// ------------------------------------------------------------------------------------------------- sending

/** A line that was down is not asked again before this. */
const DOWN = 5_000;
/** A window that has not finished with an item by then has died. */
const HOLD = 120_000;
const UPLOAD = 60_000;

function isHeld({ held }: Item): boolean {
  return Date.now() - held < HOLD;
}

/** Sends whenever it may work: now, when the network is back, when somebody looks, when something's time has come. Returns how to stop. */
export function begin(by: string): () => void {
  const now = () => void hurry(by, false).catch(() => undefined);
  const look = () => document.visibilityState === 'visible' && void flush(by);
  addEventListener('online', now);
  document.addEventListener('visibilitychange', look);
  void flush(by);
  return () => {
    clearTimeout(timer);
    removeEventListener('online', now);
    document.removeEventListener('visibilitychange', look);
  };
}

let running = false;
let timer = 0;

async function flush(by: string): Promise<void> {
  if (running) return;
  running = true;
  let up = true;
  try {
    for (let item = await take(by); item; item = up ? await take(by) : null) up = await deliver(item);
  } catch {
    // A phone that keeps nothing has nothing to send.
  }
  running = false;
  await Promise.all([count(by), plan(by, up ? 0 : DOWN)]).catch(() => undefined);
}

/** Wakes when the next of what waits may go, whoever put it there: this page or the one before it. */
async function plan(by: string, atLeast: number): Promise<void> {
  const waiting = (await itemsOf(by)).filter(({ stuck }) => !stuck);
  const soonest = Math.min(...waiting.map(({ next, held }) => Math.max(next, held && held + HOLD)));
  clearTimeout(timer);
  if (waiting.length > 0) timer = window.setTimeout(() => void flush(by), Math.max(20, atLeast, soonest - Date.now()));
}

/** The oldest that is due, held so that no other window takes it. */
async function take(by: string): Promise<Item | null> {
  const now = Date.now();
  const tx = (await shelves()).transaction('outbox', 'readwrite');
  const all = (await tx.store.getAll()).sort((a, b) => a.at - b.at);
  const due = all.find((item) => item.by === by && !item.stuck && item.next <= now && !isHeld(item));
  if (due) await tx.store.put({ ...due, held: now });
  await tx.done;
  return due || null;
}

/** False when the line is down, and the rest need not be tried. */
async function deliver(item: Item): Promise<boolean> {
  const db = await shelves();
  try {
    const no = await send(item, async (held) => void (await db.put('outbox', held)));
    await db.delete('outbox', item.id);
    await count(item.by);
    // A word with a way back is not talked over.
    const others = await itemsOf(item.by);
    if (others.some(({ tries, next }) => tries === 0 && next > Date.now())) refresh();
    else gone(item, no);
    return true;
  } catch (error) {
    told(error);
    await db.put('outbox', { ...item, ...judged(item, error), held: 0 });
    return error instanceof Trouble && error.status !== 0 && error.status !== 401;
  }
}

function gone({ errand }: Item, no: string): void {
  refresh();
  toast(errand.kind === 'join' ? `已并入 ${no}` : `已上报 ${no}`);
}

const LATER = [0, 401, 408, 429];

/** A lost line, a busy server: later. A refusal: the person must look at it. */
function judged(item: Item, error: unknown): Pick<Item, 'tries' | 'next' | 'fault' | 'stuck' | 'photos' | 'after'> {
  const { status, code, message } =
    error instanceof Trouble ? error : new Trouble(500, 'bug', '手机上出错了，稍后再试。');
  const lost = code === 'unknown_photo';
  const later = lost || LATER.indexOf(status) >= 0 || status >= 500;
  const again = (photos: Kept[]) => (lost ? photos.map(({ key, blob, taken }) => ({ key, blob, taken })) : photos);
  return {
    tries: item.tries + 1,
    next: Date.now() + Math.min(300_000, 5_000 * 2 ** item.tries),
    fault: status === 0 ? '没有连上网络，连上后自动上传。' : message,
    stuck: !later || (lost && item.tries > 2),
    photos: again(item.photos),
    after: again(item.after),
  };
}

type Save = (item: Item) => Promise<void>;

/** Returns the event's number. `save` keeps how far it has come. */
async function send(item: Item, save: Save): Promise<string> {
  const photos = await uploaded(item, 'photos', save);
  const after = await uploaded(item, 'after', save);
  const { errand, id: clientId } = item;
  if (errand.kind === 'join') {
    const body = { note: errand.note, photos, clientId };
    const params = { id: errand.eventId, action: 'join' as const };
    return (await call('POST /api/events/:id/:action', { params, body })).event.no || '';
  }
  const closed = errand.closed === null ? undefined : { note: errand.closed, photos: after };
  const { event } = await call('POST /api/events', { body: { ...errand.body, photos, closed, clientId } });
  return event.no || '';
}

/** Each photo is a request of its own: a line that breaks loses one, and what has arrived is not sent again. */
async function uploaded(item: Item, which: 'photos' | 'after', save: Save): Promise<string[]> {
  for (const photo of item[which]) {
    if (photo.id) continue;
    photo.id = (await upload(photo.blob, { key: photo.key, taken: photo.taken }, UPLOAD)).id;
    await save({ ...item, held: Date.now() });
  }
  return item[which].map(({ id }) => id || '');
}

async function count(by: string): Promise<void> {
  const items = await itemsOf(by);
  waiting.value = { count: items.length, stuck: items.filter(({ stuck }) => stuck).length };
}
