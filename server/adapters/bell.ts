/** One ring at a time; whatever asks meanwhile is answered by one ring that follows. */
export interface Bell {
  /** Resolves when a ring that began after this call has ended; never rejects. */
  ring(): Promise<void>;
  /** Ends the ringing for good; resolves when a ring under way has ended. */
  silence(): Promise<void>;
}

/** What `ring` throws goes to `onError`, and the bell goes on. */
export function bell(ring: () => Promise<void>, onError: (error: Error) => void): Bell {
  let running: Promise<void> | null = null;
  let following: Promise<void> | null = null;
  let silent = false;

  async function once(): Promise<void> {
    if (silent) return;
    try {
      await ring();
    } catch (error) {
      onError(asError(error));
    }
  }

  function start(): Promise<void> {
    following = null;
    running = once().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    ring() {
      if (following) return following;
      if (!running) return start();
      following = running.then(start);
      return following;
    },
    async silence() {
      silent = true;
      await (following ?? running);
    },
  };
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
