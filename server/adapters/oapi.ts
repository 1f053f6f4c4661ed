import { z } from 'zod';
import type { DingTalkConfig } from '../config';
import { type Contact, type Message, Rejected } from '../ports';
import { webhookBody } from './robot-message';
import { OldError, oldAnswer } from './verdict';

/** The platform's older half, which the SDK does not know: oapi calls and the webhooks of conversations. */

/** POSTs JSON. Errors: `OldError` for an errcode, a SyntaxError for a page that is no JSON, fetch's own; redirects are an error. */
export async function postOld(url: string, body: unknown, timeoutMs: number): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (response.status >= 500) throw Object.assign(new Error('server error'), { statusCode: response.status });
  const data: unknown = JSON.parse(text);
  const answer = oldAnswer.safeParse(data);
  if (!answer.success) throw Object.assign(new Error('no errcode'), { data });
  if (answer.data.errcode !== 0) throw new OldError(answer.data);
  return answer.data;
}

const userInfo = z.looseObject({ result: z.looseObject({ userid: z.string().min(1), name: z.string().default('') }) });

/** Who a one-use login code of the micro-app belongs to (reference §7.1). */
export async function userOf(
  { oapiBase }: DingTalkConfig,
  token: string,
  code: string,
  timeoutMs: number,
): Promise<{ userId: string; name: string }> {
  const url = `${oapiBase}/topapi/v2/user/getuserinfo?access_token=${encodeURIComponent(token)}`;
  const { userid, name } = userInfo.parse(await postOld(url, { code }, timeoutMs)).result;
  return { userId: userid, name };
}

const member = z.looseObject({
  userid: z.string().min(1),
  unionid: z.string().default(''),
  name: z.string().default(''),
});
const contact = z.looseObject({ result: member });
const NO_SUCH_USER = new Set(['60121', '33012', '40031']);

/** Somebody as the contacts have them (reference §6); null when they are not in the organisation. Errors: as `postOld`. */
export async function contactOf(
  { oapiBase }: DingTalkConfig,
  token: string,
  userId: string,
  timeoutMs: number,
): Promise<Contact | null> {
  const url = `${oapiBase}/topapi/v2/user/get?access_token=${encodeURIComponent(token)}`;
  try {
    const { userid, unionid, name } = contact.parse(await postOld(url, { userid: userId }, timeoutMs)).result;
    return { userId: userid, unionId: unionid, name };
  } catch (error) {
    if (error instanceof OldError && NO_SUCH_USER.has(error.code)) return null;
    throw error;
  }
}

/** Departments always hang on this one. */
const ROOT = 1;
const NO_SUCH_DEPARTMENT = '60003';
const MEMBERS = 100;
const below = z.looseObject({ result: z.looseObject({ dept_id_list: z.array(z.number()).default([]) }) });
const members = z.looseObject({
  result: z.looseObject({
    has_more: z.boolean().default(false),
    next_cursor: z.number().optional(),
    list: z.array(member).default([]),
  }),
});

/** One call of the old API: its path and body, to its answer. */
type Ask = (path: string, body: object) => Promise<unknown>;

/** Everybody, department by department (reference §6): who is in several comes once. Errors: as `ask`. */
export async function contactsOf(ask: Ask): Promise<Contact[]> {
  const found = new Map<string, Contact>();
  const seen = new Set([ROOT]);
  for (const department of seen) {
    try {
      const { result } = below.parse(await ask('department/listsubid', { dept_id: department }));
      for (const id of result.dept_id_list) seen.add(id);
      for await (const { userid, unionid, name } of membersOf(ask, department))
        found.set(userid, { userId: userid, unionId: unionid, name });
    } catch (error) {
      // Dissolved since we heard of it.
      if (department === ROOT || !(error instanceof Rejected) || error.code !== NO_SUCH_DEPARTMENT) throw error;
    }
  }
  return [...found.values()];
}

async function* membersOf(ask: Ask, department: number): AsyncGenerator<z.infer<typeof member>> {
  for (let cursor = 0; ; ) {
    const { result } = members.parse(await ask('user/list', { dept_id: department, cursor, size: MEMBERS }));
    yield* result.list;
    // A cursor that does not move on would go round for ever.
    if (!result.has_more || !result.next_cursor || result.next_cursor <= cursor) return;
    cursor = result.next_cursor;
  }
}

/** An old call under `/topapi/v2/`. Errors: as `postOld`. */
export function askContacts({ oapiBase }: DingTalkConfig, token: string, timeoutMs: number): Ask {
  const query = `access_token=${encodeURIComponent(token)}`;
  return (path, body) => postOld(`${oapiBase}/topapi/v2/${path}?${query}`, body, timeoutMs);
}

const EXPIRED = /session\.?(expired|notExisted)/i;

/** Says something in the conversation that a message came from. Errors: as `postOld`; `Rejected` 'session.expired', 'webhook.host'. */
export async function postReply(
  config: DingTalkConfig,
  webhook: string,
  message: Message,
  timeoutMs: number,
): Promise<void> {
  if (!mayPostTo(webhook, config)) throw new Rejected('webhook.host', 'the webhook does not lead to the platform');
  try {
    await postOld(webhook, webhookBody(message), timeoutMs);
  } catch (error) {
    if (error instanceof OldError && EXPIRED.test(error.words))
      throw new Rejected('session.expired', 'the conversation has to be spoken to in another way by now');
    throw error;
  }
}

/** A webhook comes in a frame: whatever it says, we speak to the platform only, or to this machine where the platform is here. */
function mayPostTo(webhook: string, { oapiBase, apiBase }: DingTalkConfig): boolean {
  if (!URL.canParse(webhook)) return false;
  const { protocol, hostname, host, port, username, password } = new URL(webhook);
  if (username || password) return false;
  if ([oapiBase, apiBase].some((base) => new URL(base).host === host && new URL(base).protocol === protocol))
    return true;
  return protocol === 'https:' && port === '' && isPlatform(hostname);
}

/** Hosts of DingTalk, at home and abroad. */
export function isPlatform(hostname: string): boolean {
  return /(^|\.)dingtalk\.(com|io)$/.test(hostname);
}
