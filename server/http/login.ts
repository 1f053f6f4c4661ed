import { createHash, randomBytes } from 'node:crypto';
import { ROLE_WORDS } from '../domain/commands';
import { refuse } from '../domain/refusal';
import type { Role } from '../domain/types';
import { Rejected, Retry, Unsure } from '../ports';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { Problem, refused } from './problem';
import { makeToken, postsMark, SESSION, setCookie } from './session';

export function loginRoutes(
  ports: HttpPorts,
  key: Buffer,
): Pick<Handlers, 'GET /api/app' | 'POST /api/login' | 'POST /api/logout' | 'GET /api/jsapi'> {
  const { dingtalk, publicUrl } = ports.config;
  const { sandboxUrl } = ports;
  const secure = publicUrl?.startsWith('https:') ?? false;
  return {
    'GET /api/app': async () => ({
      corpId: dingtalk?.corpId ?? '',
      clientId: dingtalk?.clientId ?? '',
      sandbox: sandboxUrl === null ? null : { open: `${sandboxUrl}/sandbox/open`, people: playable(ports) },
    }),
    'POST /api/login': async ({ body, ctx }) => {
      const userId = await identify(ports, body.code);
      const person = ports.rules().roster.person(userId);
      if (!person?.active) throw stranger(userId, ports);
      const expiresAt = ports.clock.now() + SESSION;
      const posts = postsMark(ports.rules().roster.posts(userId));
      const token = makeToken(key, { userId, until: expiresAt, posts });
      setCookie(ctx, token, secure);
      return { token, expiresAt, name: person.name };
    },
    'POST /api/logout': async ({ ctx }) => {
      setCookie(ctx, null, secure);
      return { ok: true };
    },
    'GET /api/jsapi': (asked) => jsapi(ports, asked),
  };
}

/** Whoever installs it is the first to come, and cannot know their own userId; nobody else could help them. */
function stranger(userId: string, { rules }: HttpPorts): Problem {
  if (rules().roster.everyone('admin').length > 0) return refused(refuse('unknown_person'));
  const words = `网格通还没有管理员。请在服务器上运行 npm run people -- admin ${userId} 您的姓名，几秒后再打开。`;
  return new Problem(403, 'unknown_person', words);
}

const ROLES: readonly Role[] = ['worker', 'handler', 'leader', 'dispatcher', 'supervisor', 'oversight', 'admin'];

/** Two people of each role, for whoever tries the sandbox. */
function playable({ rules }: HttpPorts) {
  const { roster } = rules();
  const some = ROLES.flatMap((role) => roster.everyone(role).slice(0, 2));
  return [...new Set(some)].map((userId) => {
    const [post] = roster.posts(userId);
    const where = roster.area(post?.areaId ?? '')?.name ?? roster.unit(post?.unitId ?? '')?.name ?? '';
    return {
      userId,
      name: roster.person(userId)?.name ?? '',
      post: `${where} ${post ? ROLE_WORDS[post.role] : ''}`.trim(),
    };
  });
}

/** Errors: 401 for a code that is used up or wrong, 503 when the platform does not answer. */
async function identify({ messenger }: HttpPorts, code: string): Promise<string> {
  return vendor(async () => (await messenger.identify(code)).userId);
}

async function vendor<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Rejected) throw new Problem(401, 'login_code', '登录码已失效，请重新打开网格通。');
    if (!(error instanceof Retry || error instanceof Unsure)) throw error;
    const seconds = error instanceof Retry ? Math.max(1, Math.ceil(error.afterMs / 1000)) : 5;
    throw new Problem(503, 'vendor', '钉钉暂时没有响应，请稍后再试。', { headers: { 'Retry-After': String(seconds) } });
  }
}

/** The signature of dd.config (reference/dingtalk.md §7.2): SHA-256, the page's address without `#`, its query decoded. */
async function jsapi({ config, messenger, clock }: HttpPorts, { query, ctx }: Asked<'GET /api/jsapi'>) {
  const url = decoded(ownPage(query.url, config.publicUrl ?? `${ctx.protocol}://${ctx.host}`));
  const ticket = await vendor(() => messenger.jsapiTicket());
  const nonceStr = randomBytes(12).toString('hex');
  const timeStamp = String(clock.now());
  return {
    agentId: config.dingtalk?.agentId ?? '',
    corpId: config.dingtalk?.corpId ?? '',
    timeStamp,
    nonceStr,
    signature: signatureOf(ticket, nonceStr, timeStamp, url),
  };
}

export function signatureOf(ticket: string, nonceStr: string, timeStamp: string, url: string): string {
  const text = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timeStamp}&url=${url}`;
  return createHash('sha256').update(text).digest('hex');
}

/** Only our own pages are signed: a signature lets a page use the phone. Errors: 422. */
function ownPage(url: string, base: string): string {
  const page = new URL(url);
  const home = new URL(base);
  if (page.origin !== home.origin || !`${page.pathname}/`.startsWith(home.pathname)) {
    throw new Problem(422, 'foreign_url', '只能为网格通自己的页面签名。');
  }
  return url.split('#')[0]!;
}

function decoded(url: string): string {
  const [page, query] = url.split('?');
  try {
    return query === undefined ? page! : `${page}?${decodeURIComponent(query)}`;
  } catch {
    throw new Problem(422, 'bad_input', '网址有误。');
  }
}
