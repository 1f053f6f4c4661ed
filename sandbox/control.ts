import { PassThrough } from 'node:stream';
import Router from '@koa/router';
import type { Context, Next } from 'koa';
import { z } from 'zod';
import { chinaIso, nextWorkingMorning } from './clock';
import type { Platform } from './platform';
import { leave, pushFrame, pushing } from './push';
import { samples } from './samples';
import { say, saying, Unfit } from './say';
import { tap, tapping } from './tap';
import { todoViews } from './todo-api';
import type { Fault } from './types';

const person = z.object({ userId: z.string() });
const place = z.object({ userId: z.string(), conversationId: z.string() });
const moving = z.union([
  z.object({ advanceMs: z.number().min(0) }),
  z.object({ to: z.literal('next-working-morning') }),
]);
const faulty = z.object({
  kind: z.enum([
    'qps',
    'server-error',
    'hang',
    'ban',
    'gateway-down',
    'half-open',
    'token-expired',
    'over-quota',
    'disconnect',
    'malformed',
    'drop-acks',
  ]),
  path: z.string().optional(),
  forMs: z.number().positive().optional(),
  times: z.number().int().positive().optional(),
});
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The sandbox's own API, `/sandbox/api/*`, for the chat page and for people who try things out. */
export function controlRouter(platform: Platform): Router {
  const router = new Router({ prefix: '/sandbox/api' });
  chatRoutes(router, platform);
  worldRoutes(router, platform);
  router.get('/events', (ctx) => events(ctx, platform));
  return router;
}

function chatRoutes(router: Router, platform: Platform): void {
  const { chat, keeper, changes } = platform;
  router.get('/people', (ctx) => {
    ctx.body = chat.people();
  });
  router.get('/conversations', (ctx) => {
    ctx.body = chat.conversations(known(platform, person.parse(ctx.query).userId));
  });
  router.get('/messages', (ctx) => {
    ctx.body = messages(platform, place.parse(ctx.query));
  });
  router.post('/say', (ctx) => {
    ctx.body = { msgIds: say(platform, saying.parse(ctx.request.body)) };
  });
  router.post('/tap', async (ctx) => {
    ctx.body = await tap(platform, tapping.parse(ctx.request.body));
  });
  router.get('/dings', (ctx) => {
    const { userId } = person.parse(ctx.query);
    ctx.body = keeper.state.dings.filter((ding) => ding.userId === userId).reverse();
  });
  router.post('/dings/:id/read', (ctx) => {
    const ding = keeper.state.dings.find((one) => one.id === ctx.params.id);
    if (!ding) throw new Unfit('没有这条 DING');
    ding.read = true;
    keeper.touch();
    changes.tell({ what: 'dings', userId: ding.userId });
    ctx.body = { ok: true };
  });
  router.get('/todos', (ctx) => {
    ctx.body = todoViews(platform, person.parse(ctx.query).userId);
  });
}

function worldRoutes(router: Router, platform: Platform): void {
  const { clock, faults, meter, calls } = platform;
  router.get('/meter', (ctx) => {
    ctx.body = meter.view();
  });
  router.get('/samples', (ctx) => {
    ctx.body = samples.map((sample) => ({ ...sample, url: `/sandbox/samples/${sample.name}` }));
  });
  router.get('/clock', (ctx) => {
    ctx.body = { now: clock.now(), iso: chinaIso(clock.now()) };
  });
  router.post('/clock', (ctx) => {
    const move = moving.parse(ctx.request.body);
    const by = 'advanceMs' in move ? move.advanceMs : nextWorkingMorning(clock.now()) - clock.now();
    ctx.body = { now: clock.advance(by) };
  });
  router.get('/faults', (ctx) => {
    ctx.body = faults.list();
  });
  router.post('/faults', (ctx) => {
    faults.add(faultFrom(ctx.request.body));
    ctx.body = faults.list();
  });
  router.delete('/faults', (ctx) => {
    faults.clear();
    ctx.body = [];
  });
  router.get('/calls', (ctx) => {
    ctx.body = calls.since(z.object({ since: z.coerce.number().default(0) }).parse(ctx.query).since);
  });
  router.post('/leave', (ctx) => {
    const { userId } = person.parse(ctx.request.body);
    if (!leave(platform, userId)) throw new Unfit('没有这个人');
    ctx.body = { left: userId };
  });
  router.post('/push', (ctx) => {
    ctx.body = { pushed: pushFrame(platform, pushing.parse(ctx.request.body)) };
  });
}

export function faultFrom(given: unknown): Fault {
  const { kind, path, forMs, times } = faulty.parse(given);
  return { kind, ...(path ? { path } : {}), ...(forMs ? { forMs } : {}), ...(times ? { times } : {}) };
}

function known(platform: Platform, userId: string): string {
  if (!platform.directory.person(userId)) throw new Unfit('没有这个人');
  return userId;
}

/** A conversation with all that the page needs to draw it; looking at it is reading it. */
function messages(platform: Platform, { userId, conversationId }: z.infer<typeof place>): object {
  if (!platform.chat.inside(known(platform, userId), conversationId)) throw new Unfit('这个人不在这个会话里');
  const list = platform.chat.messages(userId, conversationId);
  platform.chat.markRead(userId, conversationId);
  const ids = new Set(list.flatMap(({ body }) => (body.type === 'card' ? [body.outTrackId] : [])));
  const cards = [...ids].flatMap((id) => {
    const card = platform.cards.get(id);
    return card ? [platform.cards.view(userId, card)] : [];
  });
  return {
    messages: list,
    cards: Object.fromEntries(cards.map((card) => [card.outTrackId, card])),
    templates: Object.fromEntries(cards.map((card) => [card.templateId, platform.templates[card.templateId]])),
  };
}

/** Server-Sent Events: tells an open page what to fetch again. */
function events(ctx: Context, platform: Platform): void {
  const stream = new PassThrough();
  const stop = platform.changes.listen((change) => stream.write(`data: ${JSON.stringify(change)}\n\n`));
  ctx.req.on('close', stop);
  ctx.set({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  ctx.body = stream;
  stream.write(': open\n\n');
}

/** Words for people when a request of the page does not fit. */
export async function plainErrors(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    const unfit = error instanceof Unfit || error instanceof z.ZodError;
    if (!unfit) throw error;
    ctx.status = 400;
    ctx.body = { message: error instanceof Unfit ? error.message : '请求的内容不对' };
  }
}

/**
 * The login shim: sends the browser on to the micro-app with a one-use code, which inside DingTalk
 * `dd.requestAuthCode` would give. Loopback addresses only: a code must not leave this machine.
 */
export function openAs(platform: Platform, ctx: Context): void {
  const { userId, url } = z.object({ userId: z.string(), url: z.url() }).parse(ctx.query);
  const target = new URL(url);
  if (!/^https?:$/.test(target.protocol) || !LOOPBACK.has(target.hostname)) throw new Unfit('只能打开本机的网页');
  ctx.redirect(withCode(url, platform.tokens.loginCode(known(platform, userId))));
}

/** Before any `#`: what stands behind it never reaches the server. */
function withCode(url: string, code: string): string {
  const [page = '', ...hash] = url.split('#');
  const joint = page.includes('?') ? '&' : '?';
  return `${page}${joint}code=${code}${hash.length ? `#${hash.join('#')}` : ''}`;
}
