import { signal } from '@preact/signals';
import { z } from 'zod';

const change = z.object({
  type: z.literal('changed'),
  what: z.enum(['messages', 'people', 'dings', 'todos', 'clock', 'meter']),
  userId: z.string().optional(),
  conversationId: z.string().optional(),
});

export type Change = z.infer<typeof change>;

/** Is the stream of changes open? */
export const online = signal(true);

const RETRY_MS = 2_000;

/**
 * Tells of every change. `onOpen` runs at each (re)connection: what happened while it was away is fetched anew.
 * The browser reconnects a dropped stream itself, but gives up at an HTTP error; then we open another.
 */
export function listen(onChange: (change: Change) => void, onOpen: () => void): void {
  const source = new EventSource('/sandbox/api/events');
  source.onopen = () => {
    online.value = true;
    onOpen();
  };
  source.onmessage = ({ data }) => {
    const parsed = change.safeParse(JSON.parse(data));
    if (parsed.success) onChange(parsed.data);
  };
  source.onerror = () => {
    online.value = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(onChange, onOpen), RETRY_MS);
  };
}

/**
 * Folds many wishes for the same fetch into few: one at a time, and one more after it when it was wished meanwhile.
 * A failed fetch is told to `onError` and not repeated; the next change or reconnection asks again.
 */
export function folded(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let state: 'idle' | 'running' | 'again' = 'idle';
  const run = async () => {
    state = 'running';
    await work().catch(onError);
    const again = (state as string) === 'again';
    state = 'idle';
    if (again) void run();
  };
  return () => {
    if (state === 'idle') void run();
    else state = 'again';
  };
}
