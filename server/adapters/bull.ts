import Queue from 'bull';
import type { Alarm } from '../ports';
import { asError, bell } from './bell';

const PREFIX = 'gridtalk';
const FOLD = 5;
/** Ms for Redis to answer before a process helps itself. */
const PATIENCE = 2_000;

export interface BullOptions {
  redisUrl: string;
  everySeconds: number;
  /** Processes with the same name share the alarm. */
  name: string;
  /** What a ring threw, and the first error of each time without Redis; not the thousand that follow. */
  onError: (error: Error) => void;
  /** Redis answers again, after so many errors. */
  onBack?: (errors: number) => void;
}

/**
 * One alarm for many processes: one of them rings per tick, one of them per poke. Jobs carry no data, so whatever happens to Redis
 * costs delay only; while it is away, each process rings for itself. Every process also re-arms the tick, so a flushed
 * Redis, a crash between two ticks, or a changed interval mends itself.
 */
export function bullAlarm(options: BullOptions): Alarm {
  let running: Running | null = null;
  return {
    async start(ring) {
      if (running) throw new Error('The alarm is running already');
      running = run(options, ring);
      running.poke();
    },
    poke: () => running?.poke(),
    async stop() {
      const stopping = running;
      running = null;
      await stopping?.stop();
    },
  };
}

interface Running {
  poke(): void;
  stop(): Promise<void>;
}

function run(options: BullOptions, ring: () => Promise<void>): Running {
  const every = options.everySeconds * 1000;
  const ringer = bell(ring, options.onError);
  const outage = outageOf(options);
  let poked: NodeJS.Timeout | null = null;
  let stopped = false;
  const queue = open(options.redisUrl, options.name, () => stopped);

  /** Asks Redis; where it does not answer, this process rings by itself. */
  async function ask(work: () => Promise<void>): Promise<void> {
    try {
      await inTime(work());
      outage.over();
    } catch (error) {
      if (stopped) return;
      outage.begins(error);
      reconnect(queue);
      await ringer.ring();
    }
  }

  queue.on('error', (error) => stopped || outage.saw(error));
  // Settles only when the queue closes, so nobody can wait for it.
  queue.process(() => ringer.ring()).catch((error) => stopped || outage.saw(error));

  let waited = false;
  async function tend(): Promise<void> {
    const waits = await arm(queue, every);
    // Waiting for a whole tick: whoever should take it does not (a paused queue, a worker that hangs).
    if (waits && waited) void ringer.ring();
    waited = waits;
  }
  void ask(tend);
  const tending = setInterval(() => void ask(tend), every);

  return {
    poke() {
      poked ??= setTimeout(() => {
        poked = null;
        void ask(() => wake(queue));
      }, FOLD);
    },
    async stop() {
      stopped = true;
      clearInterval(tending);
      if (poked) clearTimeout(poked);
      await Promise.all([leave(queue), ringer.silence()]);
      await close(queue);
    },
  };
}

function open(redisUrl: string, name: string, isOver: () => boolean): Queue.Queue {
  const queue = new Queue(name, redisUrl, {
    prefix: PREFIX,
    redis: {
      // Bull reads host, port and password from the URL, but not that `rediss:` means TLS.
      ...(redisUrl.startsWith('rediss:') && { tls: {} }),
      // A command fails soon instead of waiting for Redis for as long as it takes; the workers' connections do wait (Bull sees to it).
      maxRetriesPerRequest: 1,
      // Otherwise ioredis 5.11 takes a connection that broke while saying its own name for a ready one, and never reconnects.
      disableClientInfo: true,
      retryStrategy: (attempt) => (isOver() ? null : Math.min(attempt * 100, 2_000)),
      connectTimeout: 5_000,
    },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    settings: { retryProcessDelay: 1_000 },
  });
  // Bull tells Redis the worker's name without waiting for the answer; a connection that breaks then would end the process.
  queue.setWorkerName = async () => undefined;
  heed((queue as Listening).eclient);
  return queue;
}

type Client = Queue.Queue['client'];
/** Bull's types keep quiet about the connection by which it listens. */
type Listening = Queue.Queue & { eclient: Client };

/**
 * After a break ioredis subscribes again and heeds no answer. When the connection breaks anew, or we leave, that answer is a
 * rejection left to nobody, which ends a process. Whoever did ask still hears of theirs.
 */
function heed(client: Client): void {
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    command.promise.catch(() => undefined);
    return send(command, stream);
  };
}

/**
 * Sees to one repeating tick of this interval; any other is left over from an old one, and a tick on its way is not added twice.
 * Returns whether a job waits to be taken.
 */
async function arm(queue: Queue.Queue, every: number): Promise<boolean> {
  const ticks = await queue.getRepeatableJobs();
  const leftOver = ticks.filter((tick) => tick.every !== every);
  await Promise.all(leftOver.map((tick) => queue.removeRepeatableByKey(tick.key)));
  const [waiting, delayed] = await Promise.all([queue.getWaitingCount(), queue.getDelayedCount()]);
  if (ticks.length === leftOver.length || waiting + delayed === 0) await queue.add({}, { repeat: { every } });
  return waiting > 0;
}

/** A job that waits has not begun, so it will see what this poke is about: no need of another. */
async function wake(queue: Queue.Queue): Promise<void> {
  if ((await queue.getWaitingCount()) === 0) await queue.add({});
}

/** A connection may be open but dead, and nobody would notice for a quarter of an hour. */
function reconnect(queue: Queue.Queue): void {
  for (const client of queue.clients) if (client.status === 'ready') client.disconnect(true);
}

/** Takes no more jobs; the ones on their way are for the other processes. */
async function leave(queue: Queue.Queue): Promise<void> {
  await inTime(queue.pause(true, true)).catch(() => undefined);
}

/** Bull may wait for ever for a connection that broke; then it is let go of by hand. */
async function close(queue: Queue.Queue): Promise<void> {
  // `true` because Bull's other way leaves a rejection to nobody, which ends the process.
  await inTime(queue.close(true)).catch(() => undefined);
  for (const client of queue.clients) {
    // Bull has dropped its listeners by now.
    client.on('error', () => undefined);
    if (client.status !== 'end') client.disconnect();
  }
}

/** Commands to a connection that opens and breaks, again and again, would wait for ever. */
async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Turns the many errors of one time without Redis into one report, and one when it is over. A connection may break and mend unreported. */
function outageOf({ onError, onBack }: Pick<BullOptions, 'onError' | 'onBack'>) {
  let away = false;
  let errors = 0;
  let first: Error | null = null;
  return {
    saw(error: unknown) {
      errors += 1;
      first ??= asError(error);
    },
    begins(error: unknown) {
      this.saw(error);
      if (!away) onError(new Error(`Redis is away, each process rings by itself: ${first?.message}`, { cause: first }));
      away = true;
    },
    over() {
      if (away) onBack?.(errors);
      away = false;
      errors = 0;
      first = null;
    },
  };
}
