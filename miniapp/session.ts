import { signal } from '@preact/signals';
import type { Answer } from '../server/http/contract';
import { call, session, Trouble } from './api';
import { bridge, inDingTalk } from './bridge';

export type Me = Answer<'GET /api/me'>;

const KEY = 'gridtalk.me';

/** Who is logged in; their posts may change while they are. */
export const me = signal<Me | null>(null);

/**
 * Finds out who we are. Without a network it is who we were: their drafts and what waits to be sent are on this phone, and the server
 * will ask again. Errors: `Trouble` with words for the person.
 */
export async function enter(): Promise<void> {
  session.renew = null;
  try {
    keep(await ask());
  } catch (error) {
    const before = localStorage.getItem(KEY);
    if (!(isAway(error) && before)) throw error;
    me.value = JSON.parse(before) as Me;
  }
  session.renew = inDingTalk() ? again : null;
}

/** No line, or a server that is being restarted. */
function isAway(error: unknown): boolean {
  return error instanceof Trouble && (error.status === 0 || error.status >= 500);
}

function keep(found: Me): void {
  localStorage.setItem(KEY, JSON.stringify(found));
  me.value = found;
}

let coming: Promise<void> | null = null;

/** Whoever waits for it meanwhile waits for the same one. */
function again(): Promise<void> {
  const done = () => {
    coming = null;
  };
  if (!coming) {
    coming = comeBack();
    coming.then(done, done);
  }
  return coming;
}

/** Under the posts of today. What one person began is not sent as another, who uses the same phone now: theirs is a new page. */
async function comeBack(): Promise<void> {
  const before = me.value;
  await loginInDingTalk();
  const found = await call('GET /api/me', {});
  if (before && before.userId !== found.userId) {
    location.reload();
    throw new Error('somebody else');
  }
  keep(found);
}

export function forgetMe(): void {
  localStorage.removeItem(KEY);
}

/** Logs in if need be. */
async function ask(): Promise<Me> {
  const code = takeCode();
  if (code) await call('POST /api/login', { body: { code } });
  try {
    return await call('GET /api/me', {});
  } catch (error) {
    if (!(error instanceof Trouble) || error.status !== 401) throw error;
    await loginInDingTalk();
    return call('GET /api/me', {});
  }
}

/** The one-use code of an address like `/?code=…#/e/1`; it does not stay in the address or the history. */
function takeCode(): string | null {
  const search = new URLSearchParams(location.search);
  const code = search.get('code');
  if (!code) return null;
  search.delete('code');
  const rest = search.toString();
  history.replaceState(null, '', `${location.pathname}${rest && `?${rest}`}${location.hash}`);
  return code;
}

async function loginInDingTalk(): Promise<void> {
  if (!inDingTalk()) throw new Trouble(401, 'outside', '请在钉钉中打开网格通。');
  const { corpId, clientId } = await call('GET /api/app', {});
  const given = new URLSearchParams(location.search).get('corpId');
  let code: string;
  try {
    code = await (await bridge()).authCode({ corpId: given || corpId, clientId });
  } catch {
    throw new Trouble(401, 'bridge', '钉钉没有给出登录信息，请关闭后从钉钉里重新打开。');
  }
  await call('POST /api/login', { body: { code } });
}
