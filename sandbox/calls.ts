/** One call of a vendor API, as it came in. Secrets are blanked. */
export interface Call {
  /** Sandbox time, epoch ms. */
  at: number;
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  status: number;
  /** The platform's error code, where the call was refused. */
  code?: string | number;
  /** What the platform would let pass but a real tenant would regret, such as a PUT during a callback. */
  warnings: string[];
}

const KEPT = 5_000;
const SECRET = new Set(['appSecret', 'clientSecret', 'client_secret', 'appsecret', 'access_token', 'Signature']);

export interface CallLog {
  add(call: Call): void;
  since(at: number): Call[];
}

export function createCallLog(): CallLog {
  const calls: Call[] = [];
  return {
    add(call) {
      calls.push(call);
      if (calls.length > KEPT) calls.splice(0, calls.length - KEPT);
    },
    since: (at) => calls.filter((call) => call.at >= at),
  };
}

/** The same object with its secrets blanked, one level deep: that is where the platform puts them. */
export function blankSecrets<T>(value: T): T | Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, SECRET.has(key) ? '…' : held]));
}
