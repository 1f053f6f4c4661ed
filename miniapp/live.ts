import { signal } from '@preact/signals';
import { QueryCache, QueryClient, useQuery } from '@tanstack/preact-query';
import type { Answer } from '../server/http/contract';
import { call, type Given, type JsonRoute, Trouble } from './api';

/** What the server knows, kept and kept fresh: pages ask here, and follow when somebody else changes something. */

/** A refusal is an answer; only a lost line is worth another try. */
const again = (count: number, error: unknown) => error instanceof Trouble && error.status === 0 && count < 2;

/** Why nobody is logged in, or nothing can be reached; null while all is well. */
export const stop = signal<unknown>(null);

/** A lost session is the whole page's matter; other troubles are their asker's. */
export function told(error: unknown): void {
  if (error instanceof Trouble && error.status === 401) stop.value = error;
}

export const client = new QueryClient({
  queryCache: new QueryCache({ onError: told }),
  defaultOptions: {
    queries: { retry: again, staleTime: 4_000, networkMode: 'offlineFirst', refetchOnWindowFocus: true },
  },
});

export interface Asked<T> {
  data: T | undefined;
  /** Words for the person; '' while all is well. */
  trouble: string;
  error: unknown;
  again: () => void;
}

/** Asks a route of the contract and stays up to date; `skip` asks nothing yet. */
export function useAsk<K extends JsonRoute>(route: K, given: Given<K>, skip = false): Asked<Answer<K>> {
  const asked = useQuery({ queryKey: [route, given], queryFn: () => call(route, given), enabled: !skip });
  return {
    data: asked.data as Answer<K> | undefined,
    trouble: asked.error ? wordsOf(asked.error) : '',
    error: asked.error,
    again: () => void asked.refetch(),
  };
}

export function wordsOf(error: unknown): string {
  return error instanceof Trouble ? error.message : '页面出错了，请关闭后重新打开。';
}

/** Everything shown is asked anew. */
export function refresh(): void {
  void client.invalidateQueries();
}

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
    } catch {
      // No line: the next look will tell.
    }
    asking = false;
  };
  timer = window.setInterval(() => void look(), EVERY);
  void look();
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
