/** The DingTalk client around this page, if there is one. */

export function inDingTalk(): boolean {
  return /DingTalk|AliApp\(DingTalk/i.test(navigator.userAgent);
}

type Call = (given: { corpId: string; clientId: string }) => Promise<{ code: string }>;

/** Lazy chunks of the package's own entries; none where it is not installed, so the build goes on without it. */
const kept = import.meta.glob<unknown>([
  '../node_modules/dingtalk-jsapi/entry/union.js',
  '../node_modules/dingtalk-jsapi/api/union/requestAuthCode.js',
  '../node_modules/dingtalk-jsapi/api/runtime/permission/requestAuthCode.js',
]);

const PATIENCE = 8_000;

/** A one-use login code from the client: the present call first, the old one for old clients. */
export async function authCode(app: { corpId: string; clientId: string }): Promise<string> {
  await load('entry/union.js');
  try {
    return await ask('api/union/requestAuthCode.js', app);
  } catch {
    return ask('api/runtime/permission/requestAuthCode.js', app);
  }
}

async function ask(entry: string, app: { corpId: string; clientId: string }): Promise<string> {
  const request = callable(await load(entry));
  // Without a bridge behind it, a call hangs for ever (reference/frontend.md §3.2).
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('the client is silent')), PATIENCE));
  return (await Promise.race([request(app), late])).code;
}

async function load(entry: string): Promise<unknown> {
  const chunk = kept[`../node_modules/dingtalk-jsapi/${entry}`];
  if (!chunk) throw new Error('dingtalk-jsapi is not part of this build');
  return chunk();
}

/** CommonJS behind ES modules: the function lies one or two `default`s deep. */
function callable(value: unknown): Call {
  if (typeof value === 'function') return value as Call;
  if (value && typeof value === 'object' && 'default' in value) return callable(value.default);
  throw new Error('dingtalk-jsapi has changed its shape');
}
