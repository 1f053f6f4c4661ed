/** What an open chat page should fetch again. */
export interface Change {
  type: 'changed';
  what: 'messages' | 'people' | 'dings' | 'todos' | 'clock' | 'meter';
  userId?: string;
  conversationId?: string;
}

export interface Changes {
  tell(change: Omit<Change, 'type'>): void;
  /** Returns the way to stop listening. */
  listen(listener: (change: Change) => void): () => void;
  stop(): void;
}

const FOLD_MS = 40;

/** Equal changes within FOLD_MS are told once: a burst of messages is one refetch. */
export function createChanges(): Changes {
  const listeners = new Set<(change: Change) => void>();
  const waiting = new Map<string, Change>();
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    timer = null;
    const changes = [...waiting.values()];
    waiting.clear();
    for (const change of changes) for (const listener of listeners) listener(change);
  };
  return {
    tell(change) {
      if (listeners.size === 0) return;
      const told: Change = { type: 'changed', ...change };
      waiting.set(JSON.stringify(told), told);
      timer ??= setTimeout(flush, FOLD_MS);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      if (timer) clearTimeout(timer);
      listeners.clear();
    },
  };
}
