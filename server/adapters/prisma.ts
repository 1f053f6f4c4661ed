import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient as PostgresClient } from '../../generated/postgresql/client';
import { Prisma, PrismaClient } from '../../generated/sqlite/client';

export type Provider = 'sqlite' | 'postgresql';
export type { Prisma };
export type Sql = Prisma.Sql;
export const { sql, join, raw, empty } = Prisma;

/** The columns of a table, in the order of schema.prisma. */
export function columnsOf(table: Prisma.ModelName): string[] {
  return Object.values(Prisma[`${table}ScalarFieldEnum`]);
}

/** A connection, or one transaction on it. */
export interface Session {
  provider: Provider;
  db: Prisma.TransactionClient;
}

export interface Database {
  /** Connects; on SQLite asserts WAL and synchronous=FULL. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Sees committed rows only; on SQLite a connection of its own that cannot write. */
  reading: Session;
  /** One transaction: serialised on SQLite, tried again on both after a lost race. */
  writing<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

/** Somebody else wrote first; the transaction may be tried again from its beginning. */
export class LostRace extends Error {
  override name = 'LostRace';
}

const TRIES = 8;
const BUSY_TIMEOUT_MS = 100;
const TRANSACTION = { maxWait: 10_000, timeout: 60_000 };

export function providerOf(databaseUrl: string): Provider {
  return databaseUrl.startsWith('file:') ? 'sqlite' : 'postgresql';
}

/** The adapter that migrations run on: one connection, because a migration is one transaction. */
export function migrationAdapter(databaseUrl: string): PrismaBetterSqlite3 | PrismaPg {
  return providerOf(databaseUrl) === 'sqlite'
    ? new PrismaBetterSqlite3({ url: databaseUrl, timeout: BUSY_TIMEOUT_MS })
    : new PrismaPg({ connectionString: databaseUrl, max: 1 });
}

export function databaseOf(databaseUrl: string): Database {
  return providerOf(databaseUrl) === 'sqlite' ? sqliteDatabase(databaseUrl) : postgresDatabase(databaseUrl);
}

/**
 * Prisma's adapter runs everything of one client on one connection: a plain read would see the open transaction's rows and a
 * plain write would become part of it. So reads have a client of their own, and every write is a transaction in the queue.
 */
function sqliteDatabase(url: string): Database {
  const clientOf = () => new PrismaClient({ adapter: new PrismaBetterSqlite3({ url, timeout: BUSY_TIMEOUT_MS }) });
  const [reader, writer] = [clientOf(), clientOf()];
  const inTurn = makeQueue();
  return {
    reading: { provider: 'sqlite', db: reader },
    writing: (work) => inTurn(() => retried(() => transaction(writer, 'sqlite', work))),
    async open() {
      await retried(() => makeDurable(writer));
      await reader.$queryRawUnsafe('PRAGMA query_only=ON');
    },
    async close() {
      await inTurn(async () => {});
      await reader.$disconnect();
      await writer.$disconnect();
    },
  };
}

/** A committed report survives a power cut only with both; the adapter's defaults give neither. */
async function makeDurable(writer: PrismaClient): Promise<void> {
  await writer.$queryRawUnsafe('PRAGMA journal_mode=WAL');
  await writer.$queryRawUnsafe('PRAGMA synchronous=FULL');
  const asked = await writer.$queryRawUnsafe<{ journal: string; synchronous: number | bigint }[]>(
    'SELECT (SELECT journal_mode FROM pragma_journal_mode) AS journal, (SELECT synchronous FROM pragma_synchronous) AS synchronous',
  );
  const { journal, synchronous } = asked[0]!;
  if (journal !== 'wal' || Number(synchronous) !== 2) {
    throw new Error(`SQLite must run with WAL and synchronous=FULL, got ${journal} and ${synchronous}`);
  }
}

function postgresDatabase(connectionString: string): Database {
  // Two generated clients of one schema differ in types only where PostgreSQL knows more filters, which nothing here uses.
  const client = new PostgresClient({ adapter: new PrismaPg({ connectionString }) }) as unknown as PrismaClient;
  return {
    reading: { provider: 'postgresql', db: client },
    writing: (work) => retried(() => transaction(client, 'postgresql', work)),
    open: () => client.$connect(),
    close: () => client.$disconnect(),
  };
}

function transaction<T>(client: PrismaClient, provider: Provider, work: (session: Session) => Promise<T>): Promise<T> {
  return client.$transaction((db) => work({ provider, db }), TRANSACTION);
}

function makeQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

/** Waits a random while between tries, longer each time, so that two who collided do not collide again. */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === TRIES || !isLostRace(error)) throw error;
      await sleep(Math.random() * 2 * 2 ** tries);
    }
  }
}

const RACES = new Set(['UniqueConstraintViolation', 'TransactionWriteConflict', 'SocketTimeout']);
const RACE_CODES = new Set(['P2002', 'P2034']);

/** A version or unique key taken meanwhile, a deadlock, a serialization failure, a busy database. */
function isLostRace(error: unknown): boolean {
  if (error instanceof LostRace) return true;
  if (!(error instanceof Error)) return false;
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    return RACE_CODES.has(error.code) || isLostRace(error.meta?.driverAdapterError);
  }
  const { cause } = error;
  return typeof cause === 'object' && cause !== null && 'kind' in cause && RACES.has(String(cause.kind));
}
