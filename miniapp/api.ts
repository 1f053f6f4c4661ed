import type { z } from 'zod';
import type { Answer, Contract, RouteKey } from '../server/http/contract';

/** The routes that take and give JSON; types only, nothing of the contract is bundled. */
export type JsonRoute = { [K in RouteKey]: Contract[K] extends { upload: object } ? never : K }[RouteKey];

type Part = 'params' | 'query' | 'body';
export type Given<K extends JsonRoute> = {
  [P in Part as Contract[K] extends { [Q in P]: unknown } ? P : never]: Contract[K] extends {
    [Q in P]: infer S extends z.ZodType;
  }
    ? z.input<S>
    : never;
};

/** The server, or the network, said no. `message` is Chinese and shown as it is. */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const PATIENCE = 20_000;

/** One request by its name in the contract; `patience` in ms where the answer takes longer than most. Errors: `Trouble`. */
export async function call<K extends JsonRoute>(route: K, given: Given<K>, patience = PATIENCE): Promise<Answer<K>> {
  const { body } = given as { body?: object };
  const method = route.split(' ')[0] || 'GET';
  const options: RequestInit = { method };
  if (method === 'POST') {
    options.body = JSON.stringify(body || {});
    options.headers = { 'Content-Type': 'application/json' };
  }
  return (await send(addressOf(route, given), options, patience)) as Answer<K>;
}

function addressOf(route: string, given: object): string {
  const { params, query } = given as { params?: Words; query?: Words };
  const path = route.split(' ')[1] || '';
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params ? params[name] || '' : ''));
  return filled + search(query);
}

/** What is known of a photo besides its bytes; the server keeps one of each key. */
interface About {
  key: string;
  taken: { at: number | null; lng: number | null; lat: number | null } | null;
}

/** A photo's bytes as they are. Errors: `Trouble`. */
export async function upload(photo: Blob, about: About, patience = PATIENCE): Promise<Answer<'POST /api/photos'>> {
  const { at, lng, lat } = about.taken || { at: null, lng: null, lat: null };
  const told = { clientId: about.key, takenAt: worded(at), lng: worded(lng), lat: worded(lat) };
  const options = { method: 'POST', body: photo, headers: { 'Content-Type': photo.type } };
  return (await send(`/api/photos${search(told)}`, options, patience)) as Answer<'POST /api/photos'>;
}

function worded(value: number | null): string | undefined {
  return value === null ? undefined : String(value);
}

type FileRoute = Exclude<RouteKey, JsonRoute | 'POST /api/photos'>;

/** A file's bytes as they are; its kind is judged by what is in it. Errors: `Trouble`. */
export async function hand<K extends FileRoute>(
  route: K,
  given: { params: Words; query?: Words },
  file: Blob,
): Promise<Answer<K>> {
  // What the phone or PC takes it for is not said: by the bytes the server knows an old .xls, and says what to do with it.
  const options = { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } };
  return (await send(addressOf(route, given), options, 60_000)) as Answer<K>;
}

type Words = Record<string, string | undefined>;

function search(query: Words = {}): string {
  const given = Object.keys(query).filter((name) => query[name]);
  return given.length ? `?${given.map((name) => `${name}=${encodeURIComponent(query[name] || '')}`).join('&')}` : '';
}

/** Logs in again where that asks nothing of the person, as in DingTalk; session.ts knows how. */
export const session: { renew: (() => Promise<unknown>) | null } = { renew: null };

/** What logging in itself asks: it cannot wait for itself. */
const OWN = ['/api/login', '/api/me'];

/** A session that ran out while something was typed is no reason to lose it: asked once more under a new one. */
async function send(address: string, options: RequestInit, patience = PATIENCE): Promise<unknown> {
  const answer = await ask(address, options, patience);
  if (!(answer instanceof Trouble)) return answer;
  if (answer.status !== 401 || !session.renew || OWN.indexOf(address) >= 0) throw answer;
  const renewed = await session.renew().then(
    () => true,
    () => false,
  );
  const second = renewed ? await ask(address, options, patience) : answer;
  if (second instanceof Trouble) throw second;
  return second;
}

async function ask(address: string, options: RequestInit, patience: number): Promise<unknown> {
  const response = await reach(address, options, patience);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const { code = 'unknown', detail = '服务暂时不可用，请稍后再试。' } = (answer || {}) as Record<string, string>;
  return new Trouble(response.status, code, detail);
}

/** Weak networks hang rather than fail: after a while we say so ourselves. */
async function reach(address: string, options: RequestInit, patience: number): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  try {
    return await fetch(address, { credentials: 'same-origin', signal: abort.signal, ...options });
  } catch {
    throw new Trouble(0, 'offline', '没有连上网络。您填的内容还在，请稍后再点一次。');
  } finally {
    clearTimeout(timer);
  }
}

/** For `clientId`: the same form sent twice acts once. Chromium 69 has no `randomUUID`. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join('');
}
