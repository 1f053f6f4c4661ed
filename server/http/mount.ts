import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { refuse } from '../domain/refusal';
import { wellFormed } from '../flow/apply';
import { readBytes, readJson } from './body';
import { type Answer, type Contract, contract, type Route, type RouteKey } from './contract';
import type { HttpPorts } from './needs';
import { type Issue, Problem, refused } from './problem';
import { callerOf, postsMark, refuseForeign } from './session';

type Parsed<R, Part extends string> = R extends { [P in Part]: infer S extends z.ZodType } ? z.output<S> : undefined;

/** A request as its handler sees it: checked against the contract. */
export interface Asked<K extends RouteKey> {
  params: Parsed<Contract[K], 'params'>;
  query: Parsed<Contract[K], 'query'>;
  body: Contract[K] extends { upload: object } ? Buffer : Parsed<Contract[K], 'body'>;
  /** userId; null only on open routes. */
  who: Contract[K]['access'] extends 'person' ? string : string | null;
  /** For what is no JSON: bytes, cookies, other statuses. */
  ctx: Context;
}

export type Handler<K extends RouteKey> = (asked: Asked<K>) => Promise<Answer<K>>;
export type Handlers = { [K in RouteKey]: Handler<K> };

type Loose = (asked: { params: unknown; query: unknown; body: unknown; who: string | null; ctx: Context }) => unknown;

/** A router with every route of the contract. Each request is checked before its handler runs, each answer cut to its schema. */
export function mount(handlers: Handlers, ports: HttpPorts, key: Buffer): Router {
  const router = new Router();
  for (const [name, route] of Object.entries(contract) as [RouteKey, Route][]) {
    const [method = '', path = ''] = name.split(' ');
    // The compiler has checked each pair above; a loop cannot keep them apart.
    const handler = handlers[name] as unknown as Loose;
    router.register(path, [method], (ctx) => serve(ctx, name, route, handler, ports, key));
  }
  return router;
}

async function serve(
  ctx: Context,
  name: RouteKey,
  route: Route,
  handler: Loose,
  ports: HttpPorts,
  key: Buffer,
): Promise<void> {
  ctx.state.route = name;
  const who = admit(ctx, route, ports, key);
  const params = check(route.params, wellFormed(ctx.params), 'params');
  const query = check(route.query, wellFormed({ ...ctx.query }), 'query');
  const body = await bodyOf(ctx, route);
  const answer = await handler({ params, query, body, who, ctx });
  if (route.res) ctx.body = route.res.parse(answer);
}

/** Errors: 401 without a session or with one of other posts, 403 from a stranger's page or for somebody who has left. */
function admit(ctx: Context, route: Route, ports: HttpPorts, key: Buffer): string | null {
  const caller = callerOf(ctx, key, ports.clock.now());
  refuseForeign(ctx, caller, ports.config.publicUrl);
  const { roster } = ports.rules();
  const active = caller !== null && roster.person(caller.userId)?.active === true;
  const same = caller !== null && caller.posts === postsMark(roster.posts(caller.userId));
  if (route.access === 'open') return active && same ? caller.userId : null;
  if (!caller) throw new Problem(401, 'login', '登录已过期，请重新打开网格通。');
  if (!active) throw refused(refuse('unknown_person'));
  if (!same) throw new Problem(401, 'moved', '您的岗位有变动，请重新打开网格通。');
  return caller.userId;
}

async function bodyOf(ctx: Context, { body, bodyMost, upload }: Route): Promise<unknown> {
  if (upload) {
    if (!ctx.is([...upload.types])) throw new Problem(415, upload.wrong.code, upload.wrong.words);
    return readBytes(ctx.req, upload.most);
  }
  return body ? check(body, await readJson(ctx, bodyMost), 'body') : undefined;
}

const inChinese = z.locales.zhCN().localeError;

/** Errors: 422 with one issue for each thing that is wrong. */
function check(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  // The language is given here and not globally: faults of the configuration stay English.
  const parsed = schema.safeParse(value, { error: inChinese });
  if (parsed.success) return parsed.data;
  const issues: Issue[] = parsed.error.issues.map(({ path, message }) => ({
    path: [where, ...path].join('.'),
    message,
  }));
  throw new Problem(422, 'bad_input', `内容有误：${issues[0]?.message ?? ''}`, { issues });
}
