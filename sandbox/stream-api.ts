import { z } from 'zod';
import { type Gate, modern, old, Refused } from './gate';
import type { Platform } from './platform';
import { TOKEN_S } from './tokens';

const connecting = z.object({
  clientId: z.string().default(''),
  clientSecret: z.string().default(''),
  subscriptions: z.array(z.object({ type: z.string(), topic: z.string() })).min(1),
});

/** Tokens, tickets, and the door of the Stream gateway (reference §1.2, 2.1). */
export function streamApi(platform: Platform, gate: Gate): void {
  const { identity, tokens } = platform;
  const ours = (id: string, secret: string) => id === identity.clientId && secret === identity.clientSecret;
  const free = { open: true, free: true } as const;

  gate(modern, {
    ...free,
    method: 'post',
    path: '/v1.0/oauth2/accessToken',
    body: z.object({ appKey: z.string(), appSecret: z.string() }),
    misfit: 'invalidClientIdOrSecret',
    run(body) {
      if (!ours(body.appKey, body.appSecret)) {
        throw new Refused(400, 'invalidClientIdOrSecret', '无效的clientId或者clientSecret');
      }
      return { accessToken: tokens.issue(), expireIn: TOKEN_S };
    },
  });
  gate(modern, {
    ...free,
    method: 'post',
    path: '/v1.0/oauth2/:corpId/token',
    body: z.object({ client_id: z.string(), client_secret: z.string(), grant_type: z.string() }),
    misfit: 'invalid.client',
    run(body, asked) {
      if (body.grant_type !== 'client_credentials')
        throw new Refused(400, 'unsupported.grant.type', '不支持的grant_type');
      if (asked.params.corpId !== identity.corpId || !ours(body.client_id, body.client_secret)) {
        throw new Refused(400, 'invalid.client', '无效的client');
      }
      return { access_token: tokens.issue(), expires_in: TOKEN_S };
    },
  });
  gate(old, {
    ...free,
    method: 'get',
    path: '/gettoken',
    body: z.object({ appkey: z.string(), appsecret: z.string() }),
    misfit: 40035,
    run(query) {
      if (!ours(query.appkey, query.appsecret)) throw new Refused(200, 40089, '不合法的corpid或corpsecret');
      return { access_token: tokens.issue(), expires_in: TOKEN_S };
    },
  });
  gate(modern, {
    free: true,
    method: 'post',
    path: '/v1.0/oauth2/jsapiTickets',
    body: z.unknown(),
    misfit: 'param.error',
    run: () => ({ jsapiTicket: tokens.ticket(), expireIn: TOKEN_S }),
  });
  gate(old, {
    free: true,
    method: 'get',
    path: '/get_jsapi_ticket',
    body: z.unknown(),
    misfit: 40035,
    run: () => ({ ticket: tokens.ticket(), expires_in: TOKEN_S }),
  });
  gate(modern, {
    ...free,
    method: 'post',
    path: '/v1.0/gateway/connections/open',
    body: z.unknown(),
    misfit: 'param.error',
    run: (body) => connect(platform, ours, body),
  });
}

/** The body is read by hand so that a refused attempt is counted as well. */
function connect(platform: Platform, ours: (id: string, secret: string) => boolean, body: unknown): object {
  platform.gatewayCalls.push(Date.now());
  if (platform.faults.on('gateway-down')) throw new Refused(503, 'ServiceUnavailable', '服务暂不可用');
  const wanted = connecting.safeParse(body);
  if (!wanted.success) throw new Refused(400, 'param.error', '订阅参数错误');
  const { clientId, clientSecret, subscriptions } = wanted.data;
  if (!ours(clientId, clientSecret)) throw new Refused(401, 'authFailed', '鉴权失败');
  const endpoint = `${platform.base().replace(/^http/, 'ws')}/connect`;
  return { endpoint, ticket: platform.gateway.ticket(subscriptions) };
}
