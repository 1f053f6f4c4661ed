import { z } from 'zod';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/** https anywhere; plain http only to this machine: secrets travel in these calls. */
function travelsSafely(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
}

const base = (fallback: string) =>
  z
    .url()
    .default(fallback)
    .transform((url) => url.replace(/\/+$/, ''))
    .refine(travelsSafely, {
      error: 'plain http is accepted for loopback hosts only',
    });

const cardTemplates = z.string().transform((text, context) => {
  try {
    return z.record(z.string(), z.string().min(1)).parse(JSON.parse(text));
  } catch {
    context.addIssue('must be JSON, card name → template id, for example {"task":"….schema"}');
    return z.NEVER;
  }
});

const roles = z.string().transform((text, context) => {
  const names = text.split(',').map((name) => name.trim());
  const parsed = z
    .array(z.enum(['http', 'stream', 'work']))
    .min(1)
    .safeParse(names);
  if (parsed.success) return new Set(parsed.data);
  context.addIssue('must be a list of http, stream, work');
  return z.NEVER;
});

const schema = z.object({
  DINGTALK_CLIENT_ID: z.string().optional(),
  DINGTALK_CLIENT_SECRET: z.string().optional(),
  DINGTALK_ROBOT_CODE: z.string().optional(),
  DINGTALK_CORP_ID: z.string().optional(),
  DINGTALK_AGENT_ID: z.string().optional(),
  DINGTALK_API_BASE: base('https://api.dingtalk.com'),
  DINGTALK_OAPI_BASE: base('https://oapi.dingtalk.com'),
  DATABASE_URL: z
    .string()
    .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/, 'must be file:… or postgresql://…')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must be redis://… or rediss://…')
    .optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default('0.0.0.0'),
  PUBLIC_URL: z
    .url()
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  ROLES: roles.default(new Set(['http', 'stream', 'work'] as const)),
  CARD_TEMPLATES: cardTemplates.default({}),
  SEED: z.enum(['sample', 'none']).optional(),
  DATA_DIR: z.string().default('data'),
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
});

export type Env = z.infer<typeof schema>;

export interface DingTalkConfig {
  clientId: string;
  clientSecret: string;
  robotCode: string;
  corpId: string;
  agentId: string;
  apiBase: string;
  oapiBase: string;
}

export interface Config {
  /** Null: no credentials were given, so the sandbox stands in. */
  dingtalk: DingTalkConfig | null;
  databaseUrl: string;
  redisUrl: string | null;
  host: string;
  port: number;
  publicUrl: string | null;
  roles: ReadonlySet<'http' | 'stream' | 'work'>;
  cardTemplates: Readonly<Record<string, string>>;
  seed: 'sample' | 'none';
  dataDir: string;
  sandboxPort: number;
}

/** Thrown with every fault at once, so that a set-up is mended in one go. Values are never shown: some are secrets. */
export class ConfigError extends Error {
  constructor(readonly faults: string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Reads the environment (names: DESIGN §6). Empty values count as unset. Errors: `ConfigError`. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = schema.safeParse(given);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (Boolean(given.DINGTALK_CLIENT_ID) !== Boolean(given.DINGTALK_CLIENT_SECRET)) {
    faults.push('DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET go together: set both, or neither to use the sandbox');
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(shape(parsed.data));
}

function shape(env: Env): Config {
  const { DINGTALK_CLIENT_ID: clientId, DINGTALK_CLIENT_SECRET: clientSecret } = env;
  const dingtalk =
    clientId && clientSecret
      ? {
          clientId,
          clientSecret,
          robotCode: env.DINGTALK_ROBOT_CODE ?? clientId,
          corpId: env.DINGTALK_CORP_ID ?? '',
          agentId: env.DINGTALK_AGENT_ID ?? '',
          apiBase: env.DINGTALK_API_BASE,
          oapiBase: env.DINGTALK_OAPI_BASE,
        }
      : null;
  return {
    dingtalk,
    databaseUrl: env.DATABASE_URL ?? `file:${env.DATA_DIR}/gridtalk.db`,
    redisUrl: env.REDIS_URL ?? null,
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? null,
    roles: env.ROLES,
    cardTemplates: env.CARD_TEMPLATES,
    seed: env.SEED ?? (dingtalk ? 'none' : 'sample'),
    dataDir: env.DATA_DIR,
    sandboxPort: env.SANDBOX_PORT,
  };
}
