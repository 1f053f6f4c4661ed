import { z } from 'zod';
import type { DingTalkConfig } from '../config';
import { subscriptions } from './frame';

/** The gateway's first half of a Stream connection (reference §2.1): credentials in, address and one-use ticket out. */

/** Why the gateway gave no ticket. `refused`: the set-up is wrong, so asking again soon is of no use. */
export class GatewayError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'GatewayError';
  }

  get refused(): boolean {
    return [400, 401, 403].includes(this.status);
  }
}

/** What to look at when the gateway refuses, in the order of likelihood. For the log and the doctor. */
export const GATEWAY_CHECKLIST = [
  'is a version of the app published?',
  'is Stream mode selected for the robot and the events?',
  'is this machine in the list of server egress IPs?',
  'are DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET those of this app?',
].join(' ');

const opened = z.looseObject({ endpoint: z.url(), ticket: z.string().min(1) });
const refusal = z.looseObject({ code: z.string().catch(''), message: z.string().catch('') });

/**
 * Asks for one WebSocket address, ticket included. Errors: `GatewayError`; whatever `signal` aborts with; a network error.
 * `date` is the platform's clock (the Date header, epoch ms) when it says one.
 */
export async function askGateway(
  config: DingTalkConfig,
  signal: AbortSignal,
): Promise<{ url: string; date: number | null }> {
  const { clientId, clientSecret } = config;
  const response = await fetch(`${config.apiBase}/v1.0/gateway/connections/open`, {
    method: 'POST',
    // Without Accept the answer may be XML.
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ clientId, clientSecret, ua: 'gridtalk', subscriptions: subscriptions() }),
    redirect: 'error',
    signal,
  });
  const body = await readJson(response);
  if (!response.ok) throw refusalOf(response.status, body, clientSecret);
  const parsed = opened.safeParse(body);
  if (!parsed.success) throw new GatewayError(response.status, 'unreadable', 'the answer has no endpoint and ticket');
  return { url: addressOf(config, parsed.data), date: Date.parse(response.headers.get('date') ?? '') || null };
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** The platform's own words, which go to the log: should they quote the secret, it is blotted out. */
function refusalOf(status: number, body: unknown, secret: string): GatewayError {
  const parsed = refusal.safeParse(body);
  const { code, message } = parsed.success ? parsed.data : { code: '', message: '' };
  const words = message.replaceAll(secret, '***').slice(0, 300);
  return new GatewayError(status, code || `http ${status}`, words || 'no reason given');
}

/** The ticket is a secret, so it travels in clear text only where our own base address does: on this machine. */
function addressOf(config: DingTalkConfig, { endpoint, ticket }: z.infer<typeof opened>): string {
  const url = new URL(endpoint);
  const plainIsFine = new URL(config.apiBase).protocol === 'http:';
  if (url.protocol !== 'wss:' && !(plainIsFine && url.protocol === 'ws:'))
    throw new GatewayError(200, 'insecure', `the gateway answered with a ${url.protocol} address`);
  url.searchParams.set('ticket', ticket);
  return url.toString();
}
