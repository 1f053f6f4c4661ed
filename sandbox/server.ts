import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import Koa from 'koa';
import { type Ack, createAcks } from './acks';
import { type Call, createCallLog } from './calls';
import { cardApi } from './card-api';
import { createCards } from './cards';
import { createChanges } from './changes';
import { createChat } from './chat';
import { createClock } from './clock';
import { contactsApi } from './contacts-api';
import { controlRouter, faultFrom, plainErrors } from './control';
import { createDelivery } from './delivery';
import { type Contacts, createDirectory, type Group } from './directory';
import { createFaults } from './faults';
import { createFiles } from './files';
import { createGate, modern, Refused, unknownApi } from './gate';
import { createGateway } from './gateway';
import { createMeter, FREE_PLAN } from './meter';
import { oldApi } from './oapi';
import { chatPage, fileRouter } from './pages';
import type { Identity, Platform } from './platform';
import { leave, type Pushing, pushFrame } from './push';
import { robotApi } from './robot-api';
import { type Saying, say } from './say';
import { keepState } from './state';
import { streamApi } from './stream-api';
import { type Tapped, type Tapping, tap } from './tap';
import { todoApi, todoViews } from './todo-api';
import { createTokens } from './tokens';
import type { CardView, ChatMessage, DingView, Fault, MeterView, SandboxOptions, TodoView } from './types';

/** The platform's own limits, in ms of real time (reference §2.5). */
export const TIMING = {
  ackMs: 3_000,
  cardMs: 2_000,
  redeliverMs: [10_000, 30_000],
  pingMs: 20_000,
  disconnectGraceMs: 10_000,
};

/** A running stand-in. Everything a person can do on the chat page is here as a function. */
export interface Sandbox extends Identity {
  url: string;
  apiBase: string;
  oapiBase: string;
  clock: { now(): number };
  /** Moves the clock forward; returns the new time. */
  advance(ms: number): number;
  /** Called after each move of the clock. */
  onAdvance(listener: () => void): void;
  /** Returns message ids. Errors: `Unfit`. */
  say(saying: Saying): string[];
  tap(tapping: Tapping): Promise<Tapped>;
  /** Oldest first; the person's own chat with the robot unless another conversation is named. */
  messages(userId: string, conversationId?: string): ChatMessage[];
  /** Cards in the person's own chat, as they see them, newest first. */
  cardsOf(userId: string): CardView[];
  dings(userId?: string): DingView[];
  todos(userId?: string): TodoView[];
  /** The id of a person's own conversation with the robot. */
  single(userId: string): string;
  groups(): Group[];
  /** A one-use code, as the micro-app gets it inside DingTalk. */
  loginCode(userId: string): string;
  meter(): MeterView;
  /** Recorded vendor calls, oldest first. */
  calls(since?: number): Call[];
  fault(fault: Fault): void;
  clearFaults(): void;
  pushFrame(frame: Pushing): boolean;
  /** Newcomers join the organisation; its departments and groups are these from now on. */
  join(contacts: Contacts): void;
  /** Somebody leaves the organisation, and the contacts say so by an event; `silently`: it is lost. */
  leave(userId: string, silently?: boolean): boolean;
  /** Answers to callbacks and events, late ones included. */
  acks(): Ack[];
  /** Pushes neither acknowledged nor given up: those that wait for their redelivery count. */
  unanswered(): number;
  connections(): number;
  /** Real times, epoch ms, at which a connection was asked for. */
  gatewayCalls(): number[];
  close(): Promise<void>;
}

/** Starts a DingTalk stand-in on 127.0.0.1. Errors: the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const server = createServer();
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const platform = createPlatform(options, base);
  server.on('request', createApp(platform).callback());
  server.on('upgrade', (request, socket, head) => platform.gateway.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return facade(platform, server);
}

function createPlatform(options: SandboxOptions, base: () => string): Platform {
  const log = options.log ?? (() => undefined);
  const timing = { ...TIMING, ...options.timing };
  const identity = identityOf(options);
  const keeper = keepState(options.stateFile, log);
  const changes = createChanges();
  const clock = createClock(keeper, () => changes.tell({ what: 'clock' }));
  const faults = createFaults();
  const meter = createMeter(keeper, clock, faults, options.quota ?? FREE_PLAN, () => changes.tell({ what: 'meter' }));
  const directory = createDirectory(options, identity.corpId);
  const chat = createChat(keeper, directory, clock, changes);
  const folder = options.stateFile ? `${options.stateFile}.files` : null;
  const acks = createAcks(faults, log);
  const gateway = createGateway({ appId: identity.clientId, clock, faults, acks, ...timing });
  return {
    identity,
    base,
    keeper,
    clock,
    changes,
    directory,
    templates: options.templates,
    faults,
    meter,
    calls: createCallLog(),
    files: createFiles(keeper, clock, folder, base),
    tokens: createTokens(clock, faults),
    chat,
    cards: createCards(keeper, options.templates, directory, chat, clock, changes),
    gateway,
    delivery: createDelivery(gateway, meter, timing, log),
    cardMs: timing.cardMs,
    gatewayCalls: [],
    log,
  };
}

function identityOf(options: SandboxOptions): Identity {
  const clientId = options.clientId ?? 'dingsandbox0000000001';
  return {
    clientId,
    clientSecret: options.clientSecret ?? 'sandbox-secret-of-no-value',
    robotCode: clientId,
    corpId: 'dingsandboxcorp0000000001',
    agentId: '1000000001',
  };
}

function createApp(platform: Platform): Koa {
  const app = new Koa();
  app.on('error', (error: Error) => platform.log(`sandbox: ${error.stack ?? error.message}`));
  const api = new Router();
  const gate = createGate(platform, api);
  for (const register of [streamApi, robotApi, cardApi, todoApi, oldApi, contactsApi]) register(platform, gate);
  const control = controlRouter(platform);
  app.use(unknownApi);
  app.use(plainErrors);
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      modern.refuse(ctx, error);
    }
  });
  app.use(bodies());
  app.use(api.routes());
  app.use(control.routes());
  app.use(fileRouter(platform).routes());
  app.use(chatPage);
  return app;
}

/** Photos come to the control API inside JSON; the platform's own requests are small. */
function bodies(): Koa.Middleware {
  const onError = () => {
    throw new Refused(400, 'param.error', '请求体不是合法的 JSON');
  };
  const large = bodyParser({ enableTypes: ['json'], jsonLimit: '64mb', onError });
  const small = bodyParser({ enableTypes: ['json', 'form'], jsonLimit: '1mb', onError });
  return (ctx, next) => (ctx.path.startsWith('/sandbox/') ? large(ctx, next) : small(ctx, next));
}

function facade(platform: Platform, server: Server): Sandbox {
  const { identity, clock, chat, cards, directory, gateway, keeper, tokens } = platform;
  const url = platform.base();
  const cardsOf = (userId: string) => {
    const shown = chat.messages(userId, directory.single(userId)).reverse();
    const ids = new Set(shown.flatMap(({ body }) => (body.type === 'card' ? [body.outTrackId] : [])));
    return [...ids].flatMap((id) => cards.find(userId, id)?.view ?? []);
  };
  return {
    ...identity,
    url,
    apiBase: url,
    oapiBase: url,
    clock,
    advance: clock.advance,
    onAdvance: clock.onAdvance,
    say: (saying) => say(platform, saying),
    tap: (tapping) => tap(platform, tapping),
    messages: (userId, conversationId) => chat.messages(userId, conversationId ?? directory.single(userId)),
    cardsOf,
    dings: (userId) => keeper.state.dings.filter((ding) => userId === undefined || ding.userId === userId),
    todos: (userId) => todoViews(platform, userId),
    single: directory.single,
    groups: () => directory.groups,
    loginCode: tokens.loginCode,
    meter: platform.meter.view,
    calls: (since = 0) => platform.calls.since(since),
    fault: (fault) => platform.faults.add(faultFrom(fault)),
    clearFaults: platform.faults.clear,
    pushFrame: (frame) => pushFrame(platform, frame),
    join(contacts) {
      directory.join(contacts);
      platform.changes.tell({ what: 'people' });
    },
    leave: (userId, silently) => leave(platform, userId, silently),
    acks: gateway.acks,
    unanswered: platform.delivery.open,
    connections: gateway.connections,
    gatewayCalls: () => [...platform.gatewayCalls],
    close: () => close(platform, server),
  };
}

async function close(platform: Platform, server: Server): Promise<void> {
  platform.delivery.close();
  platform.gateway.close();
  platform.changes.stop();
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
  platform.keeper.flush();
}
