import { performance } from 'node:perf_hooks';

/** Keeps one connection to the platform open for ever: back-off, warm hand-over, watchdog. Knows no protocol and no SDK. */

export interface Connection {
  /** Monotonic ms (`performance.now()`), like all times here but `LinkState`'s. */
  readonly openedAt: number;
  /** When anything last came by it, pings included; the opening counts. */
  lastFrameAt: number;
  /** Since when the other side has announced to close it; it delivers nothing new. */
  drainingSince: number | null;
  isOpen(): boolean;
  /** Cuts at once; works on a half-open link too. */
  cut(): void;
  /** Answers what it is still working on, then closes. Resolves when it is closed. */
  end(): Promise<void>;
}

export interface ConnectionEvents {
  onDisconnect(connection: Connection): void;
  onClosed(connection: Connection): void;
}

/** Opens one connection. When the signal aborts it must reject and leave nothing behind. */
export type Dial = (signal: AbortSignal, events: ConnectionEvents) => Promise<Connection>;

export interface LinkTiming {
  /** Back-off: doubles from `firstMs` to `slowestMs`, drawn by full jitter. */
  firstMs: number;
  slowestMs: number;
  /** A connection that lived this long has proved itself; only then does the back-off begin anew. */
  healthyMs: number;
  /** Gateway and WebSocket opening together. */
  deadlineMs: number;
  /** The platform pings every 20–30 s (reference §2.3): this long without any frame, and the link is dead. */
  idleMs: number;
  /** After a `disconnect` frame the platform closes in about 10 s; we do at this age. */
  drainMs: number;
  tickMs: number;
  /** The wall clock moving this much more or less than the watchdog's tick: the machine slept. */
  jumpMs: number;
}

export const LINK_TIMING: LinkTiming = {
  firstMs: 1_000,
  slowestMs: 60_000,
  healthyMs: 30_000,
  deadlineMs: 10_000,
  idleMs: 90_000,
  drainMs: 15_000,
  tickMs: 5_000,
  jumpMs: 30_000,
};

export type LinkNews =
  | { type: 'attempt' }
  | { type: 'connected'; overlapping: number }
  | { type: 'failed'; error: unknown; nextInMs: number }
  | { type: 'lost'; why: 'closed' | 'silent' | 'clock jumped' | 'drained' }
  | { type: 'replacing' };

export interface LinkOptions {
  timing: LinkTiming;
  /** An error after which asking again soon is of no use: wrong credentials. */
  hopeless(error: unknown): boolean;
  onNews(news: LinkNews): void;
  random(): number;
  wallClock(): number;
}

export interface LinkState {
  /** Open connections that deliver. */
  connected: number;
  /** Epoch ms; null before the first. */
  lastFrameAt: number | null;
  connectedSince: number | null;
  /** Gateway attempts since the start, and failures in a row. */
  attempts: number;
  failures: number;
}

export interface Link {
  state(): LinkState;
  close(): Promise<void>;
}

/**
 * Opens, and opens again whenever no connection delivers: at once when a proven one is announced to end, otherwise by
 * back-off. At most two overlap. `close` cancels everything, whatever it was waiting for.
 */
export function keepOpen(dial: Dial, { timing, hopeless, onNews, random, wallClock }: LinkOptions): Link {
  const connections = new Set<Connection>();
  const whyCut = new Map<Connection, 'silent' | 'clock jumped' | 'drained'>();
  let attempting: { abort: AbortController; done: Promise<void> } | null = null;
  let waiting: NodeJS.Timeout | undefined;
  let closed = false;
  let attempts = 0;
  let failures = 0;
  /** What the next attempt has to wait for, ms; set by whatever made it necessary. */
  let wait = 0;
  let lastSeen: number | null = null;
  let lastTick = wallClock();

  const delivering = () => [...connections].filter((each) => each.isOpen() && each.drainingSince === null);

  /** The only way a new connection comes about. */
  function mend(): void {
    if (closed || attempting || waiting || delivering().length > 0) return;
    waiting = setTimeout(() => {
      waiting = undefined;
      const abort = new AbortController();
      attempting = { abort, done: attempt(abort) };
    }, wait);
  }

  async function attempt(abort: AbortController): Promise<void> {
    attempts += 1;
    onNews({ type: 'attempt' });
    makeRoom();
    const deadline = setTimeout(() => abort.abort(new Error('no connection within the deadline')), timing.deadlineMs);
    try {
      welcome(await dial(abort.signal, { onDisconnect, onClosed }));
    } catch (error) {
      failures += 1;
      wait = hopeless(error) ? timing.slowestMs * (0.5 + random() / 2) : backOff();
      if (!closed) onNews({ type: 'failed', error, nextInMs: Math.round(wait) });
    } finally {
      clearTimeout(deadline);
      attempting = null;
    }
    mend();
  }

  function welcome(connection: Connection): void {
    if (!connection.isOpen()) throw new Error('closed as soon as it was open');
    connections.add(connection);
    onNews({ type: 'connected', overlapping: connections.size });
  }

  /** Never more than two: the oldest goes before a third comes. */
  function makeRoom(): void {
    const [oldest, ...others] = connections;
    if (oldest && others.length > 0) oldest.cut();
  }

  /** Full jitter, so that a thousand machines do not come back at the same moment; never quite nothing, so that bad luck is no storm. */
  function backOff(): number {
    const ceiling = Math.min(timing.slowestMs, timing.firstMs * 2 ** Math.max(0, failures - 1));
    return Math.max(timing.firstMs / 10, random() * ceiling);
  }

  /** A proven connection clears the record; one that dies young adds to it, or a platform that hangs up at once would be stormed. */
  function judge({ openedAt }: Connection, announced: boolean): void {
    const proven = performance.now() - openedAt >= timing.healthyMs;
    failures = proven ? 0 : failures + 1;
    wait = proven && announced ? 0 : backOff();
  }

  function onDisconnect(connection: Connection): void {
    if (connection.drainingSince !== null) return;
    connection.drainingSince = performance.now();
    onNews({ type: 'replacing' });
    judge(connection, true);
    mend();
  }

  function onClosed(connection: Connection): void {
    lastSeen = Math.max(lastSeen ?? 0, connection.lastFrameAt);
    if (!connections.delete(connection) || closed) return;
    onNews({ type: 'lost', why: whyCut.get(connection) ?? 'closed' });
    whyCut.delete(connection);
    if (connection.drainingSince === null) judge(connection, false);
    mend();
  }

  function watch(): void {
    const wall = wallClock();
    const jumped = Math.abs(wall - lastTick - timing.tickMs) > timing.jumpMs;
    lastTick = wall;
    for (const connection of connections) {
      const why = jumped ? 'clock jumped' : faultOf(connection);
      if (!why) continue;
      whyCut.set(connection, why);
      connection.cut();
    }
  }

  function faultOf({ lastFrameAt, drainingSince }: Connection): 'silent' | 'drained' | null {
    const now = performance.now();
    if (drainingSince !== null) return now - drainingSince > timing.drainMs ? 'drained' : null;
    return now - lastFrameAt > timing.idleMs ? 'silent' : null;
  }

  const watching = setInterval(watch, timing.tickMs);
  mend();

  return {
    state() {
      const now = performance.now();
      const toWall = (at: number) => Math.round(Date.now() - (now - at));
      const seen = Math.max(lastSeen ?? -1, ...[...connections].map((each) => each.lastFrameAt));
      const [first] = delivering();
      return {
        connected: delivering().length,
        lastFrameAt: seen < 0 ? null : toWall(seen),
        connectedSince: first ? toWall(first.openedAt) : null,
        attempts,
        failures,
      };
    },
    async close() {
      closed = true;
      clearInterval(watching);
      clearTimeout(waiting);
      const underWay = attempting;
      underWay?.abort.abort(new Error('closed'));
      // It may have opened at this very moment, so it comes first.
      await underWay?.done;
      await Promise.all([...connections].map((each) => each.end()));
    },
  };
}
