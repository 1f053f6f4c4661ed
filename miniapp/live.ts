import { signal } from '@preact/signals';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Answer } from '../server/http/contract';
import { call, type Given, type JsonRoute, Trouble } from './api';
import * as cache from './cache';

/** What the server knows, kept and kept fresh: pages ask here, and follow when somebody else changes something. */

/** Why nobody is logged in, or nothing can be reached; null while all is well. */
export const stop = signal<unknown>(null);

/** A lost session is the whole page's matter, and so is a person who has left; other troubles are their asker's. */
export function told(error: unknown): void {
  if (error instanceof Trouble && (error.status === 401 || error.code === 'unknown_person')) stop.value = error;
}

/** Waits before another try (ms): a refusal is an answer, only a lost line is worth one. */
const TRIES = [1_000, 2_000];

async function persist<T>(ask: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    told(error);
    const [wait, ...rest] = tries;
    if (!(error instanceof Trouble) || error.status !== 0 || !wait) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
    return persist(ask, rest);
  }
}

export interface Asked<T> {
  data: T | undefined;
  /** Words for the person; '' while all is well. */
  trouble: string;
  error: unknown;
  /** The server has just said so; false while what is shown is from earlier and is being asked again. */
  fresh: boolean;
  again: () => void;
}

/** Asks a route of the contract and stays up to date; `skip` asks nothing yet. */
export function useAsk<K extends JsonRoute>(route: K, given: Given<K>, skip = false): Asked<Answer<K>> {
  return useKept<Answer<K>>(skip ? '' : keyOf(route, given), () => persist(() => call(route, given)));
}

function keyOf(route: string, given: object): string {
  return `${route} ${JSON.stringify(given)}`;
}

/** An empty key asks nothing. */
function useKept<T>(key: string, ask: cache.Ask): Asked<T> {
  const [, draw] = useState(0);
  useLayoutEffect(() => (key ? cache.listen(key, ask, () => draw((count) => count + 1)) : undefined), [key]);
  const { data, error = null } = (key && cache.read(key)) || { data: undefined };
  return {
    data: data as T | undefined,
    trouble: error ? wordsOf(error) : '',
    error,
    fresh: cache.isFresh(key),
    again: () => cache.again(key),
  };
}

type PagedRoute = { [K in JsonRoute]: Answer<K> extends { cursor: string | null } ? K : never }[JsonRoute];

export interface Pages<T> extends Asked<T[]> {
  /** Reads the next page; null at the end. */
  more: (() => void) | null;
  reading: boolean;
}

/** A list that is read page by page: what was read of it stays up to date, too. */
export function usePages<K extends PagedRoute>(route: K, query: object): Pages<Answer<K>> {
  type Page = Answer<K> & { cursor: string | null };
  const page = (cursor: string | null) =>
    persist(() =>
      call(route, { query: { ...query, cursor: cursor || undefined } } as unknown as Given<K>),
    ) as Promise<Page>;
  const key = keyOf(route, query);
  const asked = useKept<Page[]>(key, (before) => readAgain(page, before as Page[] | undefined));
  const [reading, setReading] = useState(false);
  const pages = asked.data;
  const last = pages ? pages[pages.length - 1] : undefined;
  const more = async () => {
    if (!pages || !last) return;
    setReading(true);
    try {
      const next = await page(last.cursor);
      // Asked anew meanwhile: then the next page is another one.
      if (cache.read(key)?.data === pages) cache.put(key, pages.concat(next));
    } catch {
      // What is there stays; the button is still there, too.
    }
    setReading(false);
  };
  return { ...asked, more: last && last.cursor !== null ? () => void more() : null, reading };
}

/** As many pages as there were. */
async function readAgain<P extends { cursor: string | null }>(
  page: (cursor: string | null) => Promise<P>,
  before: P[] | undefined,
): Promise<P[]> {
  const pages: P[] = [];
  let cursor: string | null = null;
  do {
    const next: P = await page(cursor);
    pages.push(next);
    cursor = next.cursor;
  } while (cursor !== null && before && pages.length < before.length);
  return pages;
}

/** What an answer to a step says of what was asked elsewhere. */
export function learn<K extends JsonRoute>(route: K, given: Given<K>, answer: Answer<K>): void {
  cache.put(keyOf(route, given), answer);
}

export function wordsOf(error: unknown): string {
  return error instanceof Trouble ? error.message : '页面出错了，请关闭后重新打开。';
}

/** Everything shown is asked anew. */
export const refresh = cache.refresh;

/** For whoever comes next on this phone. */
export const forgetAll = cache.forget;

const EVERY = 4_000;
let seen: number | null = null;

/**
 * One small question for the whole page, while somebody looks at it: has anything changed? Only then is what is shown
 * asked again. Returns how to stop.
 */
export function watch(): () => void {
  let timer = 0;
  let asking = false;
  const look = async () => {
    if (asking || document.visibilityState !== 'visible') return;
    asking = true;
    try {
      const { change } = await call('GET /api/pulse', {});
      if (seen !== null && change !== seen) refresh();
      seen = change;
    } catch (error) {
      // Without a line the next look will tell.
      told(error);
    }
    asking = false;
  };
  timer = window.setInterval(() => void look(), EVERY);
  void look();
  const back = () => {
    if (document.visibilityState === 'visible') cache.wake();
    void look();
  };
  document.addEventListener('visibilitychange', back);
  window.addEventListener('online', back);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', back);
    window.removeEventListener('online', back);
  };
}
