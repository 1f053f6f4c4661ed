import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import type { z } from 'zod';
import { blankSecrets } from './calls';
import type { FaultKind } from './faults';
import { createBuckets, QPS } from './meter';
import type { Platform } from './platform';

/** The platform says no. `code` is its word (new API) or number (old API). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string | number,
    message: string,
  ) {
    super(message);
  }
}

export interface Asked {
  params: Record<string, string>;
  query: Record<string, string>;
  request: IncomingMessage;
  contentType: string;
  /** Notes something the platform would let pass, in the call's record. */
  warn(text: string): void;
}

export interface Endpoint<Body> {
  method: 'get' | 'post' | 'put' | 'delete';
  path: string;
  /** The body, or the query of a GET or DELETE. */
  body: z.ZodType<Body>;
  /** The code that answers a body of the wrong shape. */
  misfit: string | number;
  /** Needs no token. */
  open?: boolean;
  /** Does not count against the month: token, login, contacts. */
  free?: boolean;
  /** No API of the app, so its rate is not the app's: webhooks. */
  unpaced?: boolean;
  run(body: Body, asked: Asked): unknown;
}

/** How one of the two API families says things (reference §10). */
export interface Family {
  token(ctx: Context): string;
  answer(ctx: Context, result: unknown): void;
  refuse(ctx: Context, refused: Refused): void;
  badToken: Refused;
  overQuota: Refused;
  tooFast: Refused;
  broken: Refused;
}

/** `api.dingtalk.com` */
export const modern: Family = {
  token: (ctx) => ctx.get('x-acs-dingtalk-access-token'),
  answer(ctx, result) {
    ctx.body = result;
  },
  refuse(ctx, refused) {
    ctx.status = refused.status;
    ctx.body = { code: refused.code, requestid: randomUUID().toUpperCase(), message: refused.message };
  },
  badToken: new Refused(400, 'InvalidAuthentication', '不合法的access_token'),
  overQuota: new Refused(403, 'Forbidden.AccessDenied.ApiCountLimitForOrg', '本组织本月API调用次数已用完'),
  tooFast: new Refused(403, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', '应用对该接口的调用频率超过限制'),
  broken: new Refused(500, 'system.error', '系统错误'),
};

/** `oapi.dingtalk.com`: always HTTP 200, the truth is in `errcode`. */
export const old: Family = {
  token: (ctx) => String(ctx.query.access_token ?? ''),
  answer(ctx, result) {
    ctx.body = { errcode: 0, errmsg: 'ok', ...(result as object), request_id: randomUUID() };
  },
  refuse(ctx, refused) {
    ctx.status = 200;
    ctx.body = { errcode: refused.code, errmsg: refused.message, request_id: randomUUID() };
  },
  badToken: new Refused(200, 40014, '不合法的access_token'),
  overQuota: new Refused(200, 90020, '本组织本月API调用次数已用完'),
  tooFast: new Refused(200, 90018, '应用对该接口的调用频率超过限制'),
  broken: new Refused(200, -1, '系统繁忙'),
};

export type Gate = <Body>(family: Family, endpoint: Endpoint<Body>) => void;

/**
 * Registers endpoints on a router. In this order each call is recorded, struck by faults, checked for its token, its
 * rate and its month, and only then looked into: a call that was refused for its rate costs nothing.
 */
export function createGate(platform: Platform, router: Router): Gate {
  const within = createBuckets(QPS);
  return (family, endpoint) => {
    const admit = (ctx: Context) => {
      if (!endpoint.open && !platform.tokens.valid(family.token(ctx))) throw family.badToken;
      if (!endpoint.unpaced && !within(`${endpoint.method} ${endpoint.path}`)) throw family.tooFast;
      if (!endpoint.free && !platform.meter.call(endpoint.path)) throw family.overQuota;
    };
    const answer = async (ctx: Context, warn: (text: string) => void) => {
      admit(ctx);
      const given = endpoint.method === 'get' || endpoint.method === 'delete' ? ctx.query : ctx.request.body;
      const body = endpoint.body.safeParse(given ?? {});
      if (!body.success) {
        const [issue] = body.error.issues;
        throw new Refused(400, endpoint.misfit, `参数错误：${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
      }
      family.answer(ctx, await endpoint.run(body.data, askedOf(ctx, warn)));
    };
    router[endpoint.method](endpoint.path, (ctx) => recorded(platform, family, ctx, (warn) => answer(ctx, warn)));
  };
}

async function recorded(
  platform: Platform,
  family: Family,
  ctx: Context,
  answer: (warn: (text: string) => void) => Promise<void>,
): Promise<void> {
  const at = platform.clock.now();
  const warnings: string[] = [];
  let code: string | number | undefined;
  try {
    if (!(await struck(platform, family, ctx))) await answer((text) => warnings.push(text));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    code = error.code;
    family.refuse(ctx, error);
  }
  for (const warning of warnings) platform.log(`sandbox: ${ctx.method} ${ctx.path}: ${warning}`);
  const query = blankSecrets(textQuery(ctx)) as Record<string, string>;
  const body = blankSecrets(ctx.request.body ?? null);
  const call = { at, method: ctx.method, path: ctx.path, query, body, status: ctx.status, warnings };
  platform.calls.add(code === undefined ? call : { ...call, code });
}

const STRIKES: FaultKind[] = ['hang', 'ban', 'server-error', 'qps'];

/** Lets a fault answer instead of the endpoint; true when it did. */
async function struck(platform: Platform, family: Family, ctx: Context): Promise<boolean> {
  switch (platform.faults.strike(STRIKES, ctx.path)) {
    case 'hang':
      ctx.respond = false;
      await once(ctx.res, 'close');
      return true;
    case 'ban':
      ctx.type = 'html';
      ctx.body = '<!DOCTYPE html><html><body><h1>访问被拒绝</h1><p>您的访问过于频繁，请稍后再试。</p></body></html>';
      return true;
    case 'server-error':
      throw family.broken;
    case 'qps':
      throw family.tooFast;
    default:
      return false;
  }
}

function askedOf(ctx: Context, warn: (text: string) => void): Asked {
  return { params: ctx.params, query: textQuery(ctx), request: ctx.req, contentType: ctx.get('content-type'), warn };
}

function textQuery(ctx: Context): Record<string, string> {
  return Object.fromEntries(Object.entries(ctx.query).map(([key, value]) => [key, String(value ?? '')]));
}

/** Paths the sandbox does not have, answered as the platform answers them. */
export async function unknownApi(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.status !== 404 || ctx.body) return;
  if (ctx.path.startsWith('/v1.0/')) modern.refuse(ctx, new Refused(404, 'InvalidAction.NotFound', '请求的接口不存在'));
  else if (ctx.path.startsWith('/topapi/')) old.refuse(ctx, new Refused(200, 404, '请求的URI地址不存在'));
}
