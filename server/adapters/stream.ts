import { performance } from 'node:perf_hooks';
import { DWClient } from 'dingtalk-stream';
import { type RawData, WebSocket } from 'ws';
import type { DingTalkConfig } from '../config';
import type { Log } from '../log';
import {
  type AckCode,
  type AckData,
  ackText,
  type Frame,
  POISON_ACK,
  type Read,
  readFrame,
  subscriptions,
  TOPIC_CARD,
} from './frame';
import { askGateway, GATEWAY_CHECKLIST, GatewayError } from './gateway';
import { type Connection, type ConnectionEvents, keepOpen, LINK_TIMING, type LinkNews, type LinkState } from './link';

export type { AckData, Frame } from './frame';

export interface StreamHandlers {
  /**
   * Resolves with the acknowledgement's data once the frame is committed: `{response: …}` for a callback; events are answered by us.
   * Rejecting means "send it again": no acknowledgement for a callback, LATER for an event.
   */
  onFrame(frame: Frame): Promise<AckData>;
  /** A frame that cannot be understood; it is acknowledged once this resolves, as far as its id can be read. */
  onPoison(reason: string, raw: string): Promise<void>;
  onState?(news: LinkNews): void;
  /** What became of each frame, and how long its answer took; `messageId` where it could be read. */
  onFate?(topic: string, fate: Fate, ms: number, messageId: string): void;
}

/**
 * acked: in time; late: after the platform's limit; dropped: its socket was gone; failed: the handler threw; unhandled:
 * nobody listens; poison: not to be understood.
 */
export type Fate = 'acked' | 'late' | 'dropped' | 'failed' | 'unhandled' | 'poison';

/** How many frames met each fate since the start. */
export type StreamState = LinkState & Record<Fate, number>;

export interface StreamLink {
  state(): StreamState;
  /** Lets frames under way be answered for a moment, then closes everything, back-off included. */
  close(): Promise<void>;
}

export interface StreamOptions {
  log: Log;
  timing?: Partial<typeof LINK_TIMING & { graceMs: number }>;
  random?: () => number;
  wallClock?: () => number;
}

const MAX_FRAME = 4 * 1024 * 1024;

/** How long `close` waits for frames under way, and for the other side to say goodbye. */
const GRACE_MS = 2_000;

/**
 * The Stream side of DingTalk by the official SDK, guarded: one connection that delivers, for ever (link.ts), and every frame
 * answered once, by the socket it came by. Returns at once; never throws; look at `state()`.
 */
export function openStream(config: DingTalkConfig, handlers: StreamHandlers, options: StreamOptions): StreamLink {
  const { graceMs, ...timing } = { ...LINK_TIMING, graceMs: GRACE_MS, ...options.timing };
  const fates: Record<Fate, number> = { acked: 0, late: 0, dropped: 0, failed: 0, unhandled: 0, poison: 0 };
  const onFate: Counting['onFate'] = (topic, fate, ms, messageId) => {
    fates[fate] += 1;
    handlers.onFate?.(topic, fate, ms, messageId);
  };
  const onNews = (news: LinkNews) => {
    report(options.log, news);
    handlers.onState?.(news);
  };
  const link = keepOpen((signal, events) => dial(config, { ...handlers, onFate }, graceMs, signal, events), {
    timing,
    hopeless: (error) => error instanceof GatewayError && error.refused,
    onNews,
    random: options.random ?? Math.random,
    wallClock: options.wallClock ?? Date.now,
  });
  return { close: link.close, state: () => ({ ...link.state(), ...fates }) };
}

type Counting = StreamHandlers & Required<Pick<StreamHandlers, 'onFate'>>;

/** A fresh client each time: the SDK's keeps timers and state of connections past. */
async function dial(
  config: DingTalkConfig,
  handlers: Counting,
  graceMs: number,
  signal: AbortSignal,
  events: ConnectionEvents,
): Promise<Connection> {
  const client = new GuardedClient(config, handlers, graceMs, signal, events);
  await client.connect();
  return client;
}

/**
 * The official client without what makes it dangerous (measured in reference §2.7): it asks our own base address with a
 * time limit, tells when opening fails, never reconnects by itself, prints nothing, survives any frame, and answers all.
 */
class GuardedClient extends DWClient implements Connection {
  openedAt = 0;
  lastFrameAt = 0;
  drainingSince: number | null = null;
  private address = '';
  private ws: WebSocket | null = null;
  private readonly underWay = new Set<Promise<void>>();
  private ending = false;

  constructor(
    private readonly gateway: DingTalkConfig,
    private readonly handlers: Counting,
    private readonly graceMs: number,
    private readonly signal: AbortSignal,
    private readonly events: ConnectionEvents,
  ) {
    super({ clientId: gateway.clientId, clientSecret: gateway.clientSecret, ua: 'gridtalk', keepAlive: false });
    this.config.autoReconnect = false;
    this.config.subscriptions = subscriptions();
  }

  /** The SDK's would print the secret and the ticket. */
  override printDebug(): void {}

  /** The SDK's swallows every error and resolves. */
  override async connect(): Promise<void> {
    await this.getEndpoint();
    await this._connect();
  }

  override async getEndpoint(): Promise<this> {
    this.address = (await askGateway(this.gateway, this.signal)).url;
    return this;
  }

  /** The SDK's prints, and knows no time limit. Resolves when the socket is open. */
  override _connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.signal.throwIfAborted();
      const ws = new WebSocket(this.address, { maxPayload: MAX_FRAME });
      this.ws = ws;
      const giveUp = () => ws.terminate();
      this.signal.addEventListener('abort', giveUp, { once: true });
      ws.on('open', () => {
        this.signal.removeEventListener('abort', giveUp);
        this.openedAt = this.lastFrameAt = performance.now();
        this.connected = true;
        resolve();
      });
      ws.on('message', (data) => this.onDownStream(textOf(data)));
      ws.on('ping', () => this.seen());
      ws.on('error', (error) => {
        ws.terminate();
        reject(this.signal.aborted ? this.signal.reason : error);
      });
      ws.on('close', () => {
        this.connected = false;
        reject(this.signal.aborted ? this.signal.reason : new Error('the WebSocket closed before it was open'));
        this.events.onClosed(this);
      });
    });
  }

  override disconnect(): void {
    this.ws?.close(1000);
  }

  isOpen(): boolean {
    return this.ws?.readyState === WebSocket.OPEN;
  }

  cut(): void {
    this.ws?.terminate();
  }

  async end(): Promise<void> {
    this.ending = true;
    const gone = new Promise((resolve) => (this.isOpen() ? this.ws?.once('close', resolve) : resolve(null)));
    await within(this.graceMs, Promise.allSettled([...this.underWay]));
    this.disconnect();
    await within(this.graceMs, gone);
    this.cut();
  }

  /** The SDK's throws out of the process at a frame that is not JSON. */
  override onDownStream(raw: string): void {
    this.seen();
    // Whoever is closing lets the platform give new frames to somebody else.
    if (this.ending) return;
    const read = readFrame(raw);
    if (read.as === 'system') this.onSystemFrame(read);
    else this.track(this.handle(read, raw));
  }

  private track(work: Promise<void>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  private seen(): void {
    this.lastFrameAt = performance.now();
  }

  private onSystemFrame({ topic, headers, data }: Read & { as: 'system' }): void {
    if (topic === 'disconnect') this.events.onDisconnect(this);
    // The ping's answer repeats its headers.
    else if (topic === 'ping' && this.isOpen())
      this.ws?.send(JSON.stringify({ code: 200, headers, message: 'OK', data }));
  }

  /** Never rejects. */
  private async handle(read: Exclude<Read, { as: 'system' }>, raw: string): Promise<void> {
    const startedAt = performance.now();
    const topic = read.as === 'frame' ? read.frame.topic : read.as === 'unhandled' ? read.topic : '';
    const fate = await this.answer(read, raw, startedAt).catch(() => 'failed' as const);
    const { messageId } = read.as === 'frame' ? read.frame : read;
    this.handlers.onFate(topic, fate, performance.now() - startedAt, messageId ?? '');
  }

  private async answer(read: Exclude<Read, { as: 'system' }>, raw: string, startedAt: number): Promise<Fate> {
    switch (read.as) {
      case 'unhandled':
        return this.acknowledge(read.messageId, 404, { response: null }) ? 'unhandled' : 'dropped';
      case 'poison':
        await this.handlers.onPoison(read.reason, raw);
        if (read.messageId) this.acknowledge(read.messageId, 200, POISON_ACK);
        return 'poison';
      case 'frame':
        return read.frame.type === 'EVENT' ? this.answerEvent(read.frame) : this.answerCallback(read.frame, startedAt);
    }
  }

  private async answerCallback(frame: Frame, startedAt: number): Promise<Fate> {
    const data = await this.handlers.onFrame(frame);
    if (!this.acknowledge(frame.messageId, 200, data)) return 'dropped';
    return performance.now() - startedAt > limitOf(frame.topic) ? 'late' : 'acked';
  }

  private async answerEvent(frame: Frame): Promise<Fate> {
    try {
      await this.handlers.onFrame(frame);
    } catch {
      this.acknowledge(frame.messageId, 500, { status: 'LATER' });
      return 'failed';
    }
    return this.acknowledge(frame.messageId, 200, { status: 'SUCCESS' }) ? 'acked' : 'dropped';
  }

  /** Only ever by this socket: on another one the platform would not know the messageId. */
  private acknowledge(messageId: string, code: AckCode, data: AckData): boolean {
    if (!this.isOpen()) return false;
    this.ws?.send(ackText(messageId, code, data));
    return true;
  }
}

/** The platform's limits, ms (reference §2.5). */
function limitOf(topic: string): number {
  return topic === TOPIC_CARD ? 2_000 : 3_000;
}

function textOf(data: RawData): string {
  return Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as Buffer).toString();
}

async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}

/** Codes and times only; a refusal comes with what to look at. */
function report(log: Log, news: LinkNews): void {
  if (news.type === 'connected') log.info('stream: connected', { overlapping: news.overlapping });
  if (news.type === 'replacing') log.info('stream: the platform will close the connection; replacing it');
  if (news.type === 'lost') log.info('stream: connection lost', { why: news.why });
  if (news.type !== 'failed') return;
  const { error, nextInMs } = news;
  const facts = { why: whyOf(error), nextInMs };
  if (error instanceof GatewayError && error.refused)
    log.error('stream: the gateway refuses this app', { ...facts, check: GATEWAY_CHECKLIST });
  else log.error('stream: no connection', facts);
}

function whyOf(error: unknown): string {
  if (error instanceof GatewayError) return `${error.status} ${error.code}: ${error.message}`;
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error && 'code' in error.cause ? ` (${String(error.cause.code)})` : '';
  return error.message + cause;
}
