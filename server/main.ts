import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onMessage } from '../bot/robot';
import { onTap } from '../bot/tap';
import { DatabaseNewer } from '../prisma/migrate';
import { excerptOf } from '../prisma/sample/excerpt';
import { sampleTown } from '../prisma/sample/sample';
import { begin } from '../prisma/seed';
import { openSandbox, type Variation } from '../sandbox/open';
import type { Sandbox } from '../sandbox/server';
import { embeddedAlarm } from './adapters/alarm';
import { bullAlarm } from './adapters/bull';
import { dingtalkMessenger } from './adapters/dingtalk';
import { diskMedia, diskUploads } from './adapters/media';
import { openStore } from './adapters/store';
import { type Frame, openStream, type StreamLink } from './adapters/stream';
import { sheets } from './adapters/xlsx';
import { type Config, ConfigError, type DingTalkConfig, readConfig } from './config';
import { checkup } from './doctor';
import type { Settings } from './domain/settings';
import type { Town } from './domain/types';
import { type Apply, makeApply } from './flow/apply';
import { compareNightly } from './flow/comparison';
import { onContacts } from './flow/contacts';
import type { FetchPorts } from './flow/fetch';
import type { RemindPorts } from './flow/remind';
import { ring } from './flow/ring';
import type { DeliverPorts } from './flow/sending';
import { viewFor } from './flow/show';
import { loadTown, type TownRules } from './flow/town';
import { type Status, startHttp } from './http/app';
import { photoLinks } from './http/photos';
import { sessionKey } from './http/session';
import { faultOf, type Log, openLog } from './log';
import { type Metrics, openMetrics } from './metrics';
import type { Alarm, CardRow, Clock, Messenger, Store } from './ports';

/** What a test may put between the program and the outside; nothing inside is replaced. */
export interface Between {
  store?(store: Store): Store;
  messenger?(messenger: Messenger): Messenger;
  /** After the commit of a frame, before its acknowledgement. */
  beforeAck?(): void;
  settings?: Partial<Settings>;
  /** The sandbox's limits and haste; its clock is moved on to `startAt` (epoch ms) before anything starts, never back. */
  sandbox?: Variation;
  log?: Log;
}

export interface Running {
  /** Where the micro-app and the API answer. */
  url: string;
  sandbox: Sandbox | null;
  store: Store;
  close(): Promise<void>;
}

type Closing = (() => Promise<void>)[];

/** The alarm rings at least this often (s); what is due in between has a timer of its own. */
const EVERY_SECONDS = 5;

/** Puts the parts together and starts the roles of this process. Errors: whatever keeps it from starting. */
export async function start(config: Config, between: Between = {}): Promise<Running> {
  const closing: Closing = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    return { ...(await compose(config, between, closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function compose(config: Config, between: Between, closing: Closing): Promise<Omit<Running, 'close'>> {
  const log = between.log ?? openLog();
  const store = await openDatabase(config, between, closing);
  await begin(store, config.seed);
  const contacts: { follow?(town: Town): void } = {};
  const town = await loadTown(store, between.settings, (now) => contacts.follow?.(now));
  const sandbox = config.dingtalk ? null : await openSandbox(config, town.rules().roster.town, between.sandbox);
  if (sandbox) {
    closing.push(() => sandbox.close());
    contacts.follow = sandbox.follow;
  }
  const clock: Clock = sandbox?.clock ?? { now: Date.now };
  const dingtalk = config.dingtalk ?? sandbox!;
  const cardTemplates = sandbox?.cardTemplates ?? config.cardTemplates;
  const link: { open: StreamLink | null } = { open: null };
  const status = () => statusOf(store, clock, config.roles.has('stream'), link.open);
  const metrics = openMetrics(status, clock.now);
  const alarm = openAlarm(config, log, metrics);
  const apply = counted(
    makeApply({
      store,
      clock,
      rules: town.rules,
      poke: alarm.poke,
      onBug: (error) => bug(log, metrics, 'apply', error),
    }),
    metrics,
  );
  const meter = meterInto(store, clock, metrics);
  const plain = dingtalkMessenger(dingtalk, { meter: meter.count, log });
  const messenger = between.messenger?.(plain) ?? plain;
  const media = diskMedia(join(config.dataDir, 'media'));
  const key = await sessionKey(store);
  let url = config.publicUrl ?? '';
  if (config.roles.has('http')) {
    const onBug = (error: unknown, id: string) => bug(log, metrics, 'http', error, id);
    const http = await startHttp({
      config,
      sandboxUrl: sandbox?.url ?? null,
      apply,
      store,
      rules: town.rules,
      async enacted() {
        await town.refresh();
        alarm.poke();
      },
      clock,
      media,
      uploads: diskUploads(join(config.dataDir, 'uploads')),
      sheets,
      messenger,
      sample: () => excerptOf(sampleTown()),
      checkup: () => checkup({ publicUrl: config.publicUrl, dingtalk, cardTemplates }, Date.now(), sandbox !== null),
      cardTemplates,
      status,
      metrics: metrics.text,
      onRequest: metrics.request,
      onBug,
    });
    closing.push(http.close);
    url ||= `http://127.0.0.1:${http.port}`;
  }
  // Another process serves the pages: cards of this one must not carry half an address.
  url ||= `http://127.0.0.1:${config.port}`;
  const sending: DeliverPorts = {
    ...{ store, clock, messenger, rules: town.rules, publicUrl: url, photoUrl: photoLinks(key, url, clock) },
    templates: cardTemplates,
    onSettled: metrics.notice,
    onTrouble: (kind, why) => log.error('a notice could not be delivered', { kind, why }),
  };
  if (config.roles.has('work')) {
    // On SQLite one process works; what it had in flight when it died need not wait for its lease.
    if (config.databaseUrl.startsWith('file:')) await store.releaseLeases();
    const fetching: FetchPorts = {
      store,
      clock,
      messenger,
      media,
      onFetched: (as) => as !== 'retry' && metrics.media(as === 'stored' ? 'fetched' : 'failed'),
    };
    await startWork(
      alarm,
      {
        ...{ town, sending, fetching, reminding: { store, clock, apply, rules: town.rules }, flush: meter.flush },
        compare: once(
          () => compareNightly({ store, messenger, clock, changed: () => town.refresh() }),
          (error) => bug(log, metrics, 'contacts', error),
          closing,
        ),
      },
      closing,
    );
    sandbox?.onAdvance(alarm.poke);
  } else {
    closing.push(follow(town, (error) => bug(log, metrics, 'rules', error)));
  }
  if (config.roles.has('stream'))
    link.open = connect(dingtalk, { between, apply, store, clock, town, sending, log, metrics }, closing);
  return { url, sandbox, store };
}

async function openDatabase(config: Config, between: Between, closing: Closing): Promise<Store> {
  mkdirSync(config.dataDir, { recursive: true });
  const store = openStore(config.databaseUrl);
  await store.open();
  closing.push(store.close);
  return between.store?.(store) ?? store;
}

function openAlarm(config: Config, log: Log, metrics: Metrics): Alarm {
  const onError = (error: Error) => bug(log, metrics, 'alarm', error);
  if (!config.redisUrl) return embeddedAlarm({ everySeconds: EVERY_SECONDS, onError });
  const onBack = (errors: number) => log.info('Redis answers again', { errors });
  return bullAlarm({ redisUrl: config.redisUrl, everySeconds: EVERY_SECONDS, name: 'gridtalk', onError, onBack });
}

function bug(log: Log, metrics: Metrics, where: string, error: unknown, id = ''): void {
  metrics.bug(where);
  log.error('a bug', { where, id, ...faultOf(error) });
}

function counted(apply: Apply, metrics: Metrics): Apply {
  return async (envelope) => {
    try {
      const outcome = await apply(envelope);
      metrics.command(envelope.command.type, outcome.ok ? (outcome.repeated ? 'repeated' : 'ok') : 'refused');
      if (!outcome.ok && outcome.refusal.refused === 'unknown_person') metrics.outsider();
      return outcome;
    } catch (error) {
      metrics.command(envelope.command.type, 'bug');
      throw error;
    }
  };
}

/** Calls are counted in memory and written with the next ring: the month's meter survives restarts. */
function meterInto(store: Store, clock: Clock, metrics: Metrics) {
  const pending = new Map<string, number>();
  return {
    count(family: string) {
      metrics.vendorCall(family);
      const name = `meter:${new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 7)}:${family}`;
      pending.set(name, (pending.get(name) ?? 0) + 1);
    },
    async flush() {
      if (pending.size === 0) return;
      const counters = [...pending].map(([name, by]) => ({ name, by }));
      pending.clear();
      await store.bump(counters);
    },
  };
}

interface Work {
  town: TownRules;
  sending: DeliverPorts;
  fetching: FetchPorts;
  reminding: RemindPorts;
  flush(): Promise<void>;
  compare(): void;
}

/** Starts the work unless it is under way. Closing does not wait for it: what it has not done by then is done another night. */
function once(work: () => Promise<void>, onError: (error: unknown) => void, closing: Closing): () => void {
  let running = false;
  let closed = false;
  closing.push(async () => {
    closed = true;
  });
  return () => {
    if (running) return;
    running = true;
    work()
      .catch((error) => {
        if (!closed) onError(error);
      })
      .finally(() => {
        running = false;
      });
  };
}

/** Rings, and sets a timer for what comes before the next ring. */
async function startWork(
  alarm: Alarm,
  { town, sending, fetching, reminding, flush, compare }: Work,
  closing: Closing,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await alarm.start(async () => {
    const next = await ring({
      store: sending.store,
      clock: sending.clock,
      town,
      sending,
      fetching,
      reminding,
      compare,
    });
    await flush();
    clearTimeout(timer);
    const wait = next === null ? Number.POSITIVE_INFINITY : Math.max(20, next - sending.clock.now());
    if (wait < EVERY_SECONDS * 1000) timer = setTimeout(alarm.poke, wait);
  });
  closing.push(async () => {
    await alarm.stop();
    clearTimeout(timer);
    await flush();
  });
}

/** Who does not work hears no ring, yet decides by the rules: it looks for itself whether others changed them. Returns how to stop. */
function follow(town: TownRules, onError: (error: unknown) => void): () => Promise<void> {
  let looking = Promise.resolve();
  const look = () => {
    looking = town.refresh().catch(onError);
  };
  const timer = setInterval(look, EVERY_SECONDS * 1000);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

interface StreamParts {
  between: Between;
  apply: Apply;
  store: Store;
  clock: Clock;
  town: TownRules;
  sending: DeliverPorts;
  log: Log;
  metrics: Metrics;
}

function connect(dingtalk: DingTalkConfig, parts: StreamParts, closing: Closing): StreamLink {
  const { store, clock, log, metrics } = parts;
  /** By messageId: what a tap's answer on its way shows. */
  const shown = new Map<string, CardRow>();
  const link = openStream(
    dingtalk,
    {
      onFrame: (frame) => answer(parts, frame, (card) => shown.set(frame.messageId, card)),
      async onPoison(reason, raw) {
        metrics.poisonFrame();
        await store.poison(clock.now(), reason, raw);
      },
      onState: ({ type }) => type === 'attempt' && metrics.gatewayAttempt(),
      onFate(topic, fate, _, messageId) {
        const card = shown.get(messageId);
        shown.delete(messageId);
        // A card whose answer did not arrive is brought up to date by the outbox, as everybody else's.
        if (card && fate === 'acked') void store.putCard(card).catch(() => undefined);
        metrics.frame(topic, fate);
        if (fate === 'late' || fate === 'dropped') metrics.ack(fate);
      },
    },
    { log },
  );
  closing.push(link.close);
  return link;
}

/** Resolves with the acknowledgement's data, after the commit; rejects when the platform should send it again. */
async function answer(parts: StreamParts, frame: Frame, onShown: (card: CardRow) => void): Promise<unknown> {
  const { between, apply, store, clock, sending, metrics } = parts;
  if (frame.type === 'EVENT') {
    const { messenger } = sending;
    if (await onContacts({ store, messenger }, frame.eventType ?? '', frame.data)) await parts.town.refresh();
    return null;
  }
  if (frame.topic === ROBOT) {
    const onHeard = (as: string) => count(metrics, as);
    await onMessage({ apply, store, clock, onHeard }, frame.data);
    between.beforeAck?.();
    return { response: null };
  }
  if (frame.topic !== CARD) return null;
  const tapped = await onTap(
    {
      ...{ apply, store, clock },
      view: (event, userId, kind) => viewFor(sending, event, userId, kind),
      onTapped: (as) => as === 'poison' && metrics.poisonFrame(),
    },
    frame.data,
  );
  between.beforeAck?.();
  if (tapped.shown) onShown(tapped.shown);
  return { response: tapped.answer };
}

const ROBOT = '/v1.0/im/bot/messages/get';
const CARD = '/v1.0/card/instances/callback';

function count(metrics: Metrics, as: string): void {
  metrics.frame(ROBOT, as);
  if (as === 'poison') metrics.poisonFrame();
  if (as === 'quota') metrics.overQuotaFrame();
  if (as === 'outsider') metrics.outsider();
}

async function statusOf(store: Store, clock: Clock, wanted: boolean, link: StreamLink | null): Promise<Status> {
  const state = link?.state();
  // The sandbox's clock can be moved; the age of a connection is real time.
  const lastFrameAt = state?.lastFrameAt ? clock.now() - (Date.now() - state.lastFrameAt) : null;
  const stream = { connected: state?.connected ?? 0, lastFrameAt, wanted };
  try {
    return { stream, outbox: await store.outbox(clock.now()), database: 'ok' };
  } catch (error) {
    return {
      stream,
      outbox: { pending: 0, oldestDueAt: null, failed: 0 },
      database: error instanceof Error ? error.name : 'unknown',
    };
  }
}

async function run(): Promise<void> {
  const config = readConfig();
  const running = await start(config);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`\n  网格通 Gridtalk`);
  if (running.sandbox) say(`  沙箱聊天（请在浏览器打开）：${running.sandbox.url}`);
  say(`  微应用与接口：${running.url}\n`);
  // A library's stray rejection must not end a program that people depend on; it is a bug, and said so.
  process.on('unhandledRejection', (error) => openLog().error('a bug', { where: 'nobody', ...faultOf(error) }));
  const stop = () => void running.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** What the person at the keyboard can do about it; a stack only where nobody foresaw the error. */
function reasonOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DatabaseNewer) return error.message;
  const { code, port, stack } = error as NodeJS.ErrnoException & { port?: number };
  return code === 'EADDRINUSE'
    ? `Port ${port} is taken: stop what listens there, or set PORT or SANDBOX_PORT`
    : String(stack);
}

if (require.main === module) {
  run().catch((error: unknown) => {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exit(1);
  });
}
