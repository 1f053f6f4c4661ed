import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { z } from 'zod';
import { HOUR } from '../domain/clock';
import type { Post } from '../domain/types';
import type { Store } from '../ports';
import { Problem } from './problem';

export const SESSION = 8 * HOUR;
export const COOKIE = 'gridtalk';

/** The key that sessions and photo addresses are signed with: made once, kept in the database, the same for every process. */
export async function sessionKey(store: Pick<Store, 'meta' | 'putMeta'>): Promise<Buffer> {
  if (!(await store.meta('sessionKey'))) await store.putMeta('sessionKey', randomBytes(32).toString('hex'));
  // Read again: another process may have written between the two, and the last one stands.
  return Buffer.from((await store.meta('sessionKey'))!, 'hex');
}

/** HMAC-SHA-256, base64url. `purpose` keeps a signature made for one thing from being good for another. */
export function sign(key: Buffer, purpose: string, text: string): string {
  return createHmac('sha256', key).update(`${purpose}\n${text}`).digest('base64url');
}

export function signed(key: Buffer, purpose: string, text: string, given: string): boolean {
  const wanted = Buffer.from(sign(key, purpose, text));
  const got = Buffer.from(given);
  return wanted.length === got.length && timingSafeEqual(wanted, got);
}

const claims = z.object({ userId: z.string(), until: z.number(), posts: z.string() });

/** A mark of a person's posts: a session made under others is over. */
export function postsMark(posts: readonly Post[]): string {
  const words = posts.map(({ role, unitId, areaId }) => `${role}|${unitId}|${areaId}`).sort();
  return createHash('sha256').update(words.join('\n')).digest('base64url').slice(0, 16);
}

export interface Session {
  userId: string;
  /** Epoch ms. */
  until: number;
  posts: string;
}

/** `<claims>.<signature>` */
export function makeToken(key: Buffer, session: Session): string {
  const payload = Buffer.from(JSON.stringify(session)).toString('base64url');
  return `${payload}.${sign(key, 'session', payload)}`;
}

/** Whom a token speaks for; null when it is forged, of another make, or has run out. */
export function readToken(key: Buffer, token: string, now: number): Session | null {
  const [payload = '', mac = '', rest] = token.split('.');
  if (rest !== undefined || !signed(key, 'session', payload, mac)) return null;
  const { data } = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return data && data.until > now ? data : null;
}

export interface Caller extends Session {
  by: 'cookie' | 'bearer';
}

/** Who asks; a bearer token beats the cookie. */
export function callerOf(ctx: Context, key: Buffer, now: number): Caller | null {
  const bearer = /^Bearer (\S+)$/i.exec(ctx.get('Authorization'))?.[1];
  const session = readToken(key, bearer ?? ctx.cookies.get(COOKIE) ?? '', now);
  return session && { ...session, by: bearer ? 'bearer' : 'cookie' };
}

/** `until` null takes the cookie back. */
export function setCookie(ctx: Context, token: string | null, secure: boolean): void {
  ctx.cookies.secure = secure;
  ctx.cookies.set(COOKIE, token, { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: SESSION });
}

/**
 * Did our own page send this? `null`: the client is no browser and does not say. Behind a proxy the protocol differs, so
 * hosts are compared; old webviews send `Origin` only.
 */
export function sameOrigin(ctx: Context, publicUrl: string | null): boolean | null {
  const site = ctx.get('Sec-Fetch-Site');
  if (site) return site === 'same-origin';
  const origin = ctx.get('Origin');
  if (!origin) return null;
  const host = URL.canParse(origin) ? new URL(origin).host : '';
  return host === ctx.host || (publicUrl !== null && host === new URL(publicUrl).host);
}

/** A change asked for under a cookie must come from our own page; a bearer token cannot be sent by a stranger's. Errors: 403. */
export function refuseForeign(ctx: Context, caller: Caller | null, publicUrl: string | null): void {
  if (ctx.method === 'GET' || caller?.by === 'bearer') return;
  const own = sameOrigin(ctx, publicUrl);
  if (own === false || (own === null && caller)) throw new Problem(403, 'foreign', '请从网格通页面里操作。');
}
