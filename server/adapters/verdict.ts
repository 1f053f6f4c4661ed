import { z } from 'zod';
import { Rejected, Retry, Unsure } from '../ports';

/** What the platform's many ways of failing mean (reference §9.2, §10): try again, never, or nobody knows. */

/** The month's calls are used up; only a new month or another plan helps. */
export class OverQuota extends Retry {
  override name = 'OverQuota';
}

/** The app lacks permission points (权限点); `scopes` names them, for the administrator to apply for. */
export class MissingScopes extends Rejected {
  override name = 'MissingScopes';
  constructor(
    code: string,
    readonly scopes: string[],
  ) {
    super(code, `${code}: the app lacks ${scopes.join(', ') || 'a permission point'}`);
  }
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** An IP that asked too often is shut out for 5 minutes. */
const BAN = 5 * MINUTE;

/** An error as far as it tells something; `code` is the platform's or, without `status`, the network's. */
interface Fault {
  name: string;
  code: string;
  status: number | null;
  /** Of a network error: what the system was doing. */
  syscall: string;
  scopes: string[];
  requestId: string;
  banned: boolean;
  /** The answer was a page, or nothing: a gateway that is down, or a ban; the SDK loses its status. */
  page: boolean;
}

const text = z.string().catch('');
const raw = z.looseObject({
  name: text,
  message: text,
  code: z.union([z.string(), z.number().transform(String)]).catch(''),
  statusCode: z.coerce.number().nullable().catch(null),
  syscall: text,
  accessDeniedDetail: z.looseObject({ requiredScopes: z.array(z.string()).catch([]) }).catch({ requiredScopes: [] }),
  data: z.looseObject({ requestid: text, status: z.number().catch(0) }).catch({ requestid: '', status: 0 }),
  cause: z.unknown(),
});

function faultOf(error: unknown): Fault {
  const parsed = raw.safeParse(plainOf(error));
  if (!parsed.success)
    return { name: '', code: '', status: null, syscall: '', scopes: [], requestId: '', banned: false, page: false };
  const { name, message, code, statusCode, syscall, accessDeniedDetail, data, cause } = parsed.data;
  // `fetch` wraps the network's error.
  if (!code && cause) return faultOf(cause);
  const timedOut = name === 'RequestTimeoutError' && message.startsWith('ConnectTimeout') ? 'CONNECT_TIMEOUT' : '';
  return {
    name,
    code: code || timedOut,
    status: statusCode || null,
    syscall,
    scopes: accessDeniedDetail.requiredScopes,
    requestId: data.requestid,
    banned: data.status === 1111,
    page: name === 'SyntaxError',
  };
}

/** `instanceof Error` is of no use here: the network's errors may come from another realm. */
function plainOf(error: unknown): Record<string, unknown> {
  const { name, message, cause } = Object(error) as Partial<Error>;
  return { ...Object(error), name, message, cause };
}

const NEVER_SENT =
  /^(CONNECT_TIMEOUT|UND_ERR_CONNECT_TIMEOUT|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN|CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** How long to wait where the platform says "not now", by code; the first that fits. */
const NOT_NOW: [RegExp, number][] = [
  [/QpsLimitForAppkeyAndApi$/, SECOND],
  [/QpsLimit/, 4 * SECOND],
  [/QpmLimit/, MINUTE],
  [/(^|\.)(system\.?busy|system\.?error|lockError|flowControlError|systemError)$/i, 5 * SECOND],
  [/^(send\.too\.fast|toomuch\.msg|too\.many\.people|too\.many\.group)$/, MINUTE],
  // The set-up is wrong, not the message: somebody will mend it, and then it should go out.
  [/^(InvalidAuthentication|invalidClientIdOrSecret|unauthorized\.client|.*IpNotInWhiteList)$/, BAN],
];

/** The platform's or the network's code of a raw error, for people who look for the cause; empty when there is none. */
export function codeOf(error: unknown): string {
  return faultOf(error).code;
}

/** Is it the token that the platform did not like? Then a new one may help, once. */
export function isTokenTrouble(error: unknown): boolean {
  const { code, status } = faultOf(error);
  return code === 'InvalidAuthentication' || status === 401 || OLD_TOKEN.has(code);
}

/** Calls that failed by throttling, quota or the network are not metered (reference §9.1), nor those of nobody in particular. */
export function isMetered(error: unknown): boolean {
  const { code, status, banned, page } = faultOf(error);
  if (isTokenTrouble(error)) return false;
  if (banned || page || /Limit/.test(code)) return false;
  return status !== null || !NEVER_SENT.test(code);
}

/**
 * The error to hand on, without words of the platform that may quote a message: code, status, and the request id that its
 * support asks for. Where a call may have been carried out: `Retry` when it is idempotent, else `Unsure`.
 */
export function verdict(error: unknown, what: string, idempotent: boolean): Retry | Rejected | Unsure {
  if (error instanceof Retry || error instanceof Rejected || error instanceof Unsure) return error;
  if (error instanceof OldError) return ofOldAnswer(error.code, what);
  const fault = faultOf(error);
  const words = `${what}: ${fault.code || fault.name || 'no answer'}, http ${fault.status ?? '-'}, request ${fault.requestId || '-'}`;
  if (fault.banned) return new Retry(BAN, `${what}: this IP is banned`);
  // Soon, as for a gateway; the outbox waits twice as long each time, and so sits a ban out with half a dozen calls.
  if (fault.page) return new Retry(10 * SECOND, `${what}: the answer was not the API's, as of a gateway or a ban`);
  if (fault.status !== null) return ofAnswer(fault, fault.status, words);
  if (NEVER_SENT.test(fault.code) || fault.syscall === 'connect') return new Retry(5 * SECOND, words);
  return idempotent ? new Retry(5 * SECOND, words) : new Unsure(words);
}

function ofAnswer({ code, scopes }: Fault, status: number, words: string): Retry | Rejected {
  if (code.endsWith('ApiCountLimitForOrg')) return new OverQuota(60 * MINUTE, words);
  if (code.endsWith('AccessTokenPermissionDenied')) return new MissingScopes(code, scopes);
  const notNow = NOT_NOW.find(([pattern]) => pattern.test(code));
  if (notNow) return new Retry(notNow[1], words);
  if (status >= 500) return new Retry(5 * SECOND, words);
  if (status === 401 || status === 429) return new Retry(MINUTE, words);
  return new Rejected(code || `http ${status}`, words);
}

// ------------------------------------------------------------------------------------------- the old API's numbers

/** An answer of oapi or a webhook: HTTP 200, errcode 0 or "0" when all is well (reference §10). */
export const oldAnswer = z.looseObject({
  errcode: z.coerce.number(),
  errmsg: text,
  sub_code: z.union([z.string(), z.number().transform(String)]).nullish(),
});

/** The old API's refusal; 88 hides the real number in sub_code. */
export class OldError extends Error {
  override name = 'OldError';
  readonly code: string;
  /** The platform's own words; some of its refusals have no number of their own. */
  readonly words: string;
  constructor({ errcode, errmsg, sub_code }: z.infer<typeof oldAnswer>) {
    super(`errcode ${errcode}`);
    this.words = errmsg;
    this.code = errcode === 88 && sub_code ? sub_code : String(errcode);
  }
}

const OLD_TOKEN = new Set(['33', '40001', '40014', '41001', '42001']);
const OLD_NOT_NOW = new Set(['-1', '15', '90002', '90018']);
const OLD_OVER_QUOTA = '90020';
const OLD_IP_LIST = '60020';

function ofOldAnswer(code: string, what: string): Retry | Rejected {
  const words = `${what}: errcode ${code}`;
  if (code === OLD_OVER_QUOTA) return new OverQuota(60 * MINUTE, words);
  if (OLD_NOT_NOW.has(code)) return new Retry(2 * SECOND, words);
  if (OLD_TOKEN.has(code) || code === OLD_IP_LIST) return new Retry(BAN, words);
  return new Rejected(code, words);
}
