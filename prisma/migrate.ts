import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import type * as EngineModule from '@prisma/schema-engine-wasm/schema_engine_bg' with { 'resolution-mode': 'import' };
import { migrationAdapter, type Provider, providerOf, retried } from '../server/adapters/prisma';

/** The database holds a migration that this program does not have: an older program must not touch newer data. */
export class DatabaseNewer extends Error {
  override name = 'DatabaseNewer';
  constructor(readonly unknown: string[]) {
    super(
      `The database is newer than this program: it holds ${unknown.join(', ')}. Start the version that wrote it, or a later one.`,
    );
  }
}

export interface Migration {
  name: string;
  sql: string;
}

type MigrationFactory = Parameters<typeof bindMigrationAwareSqlAdapterFactory>[0];

const ROOT = rootOf(__dirname);
const LOCK_ID = 20_261_123;
const NOTHING = { externalTables: [], externalEnums: [] };

/**
 * Brings a database up to the schema of this program, or leaves it as it was: all pending migrations and their records are one
 * transaction, so a crash half-way leaves nothing. Does nothing when nothing is pending; concurrent calls wait for each other.
 * Errors: `DatabaseNewer`.
 */
export async function migrate(databaseUrl: string, migrations?: Migration[]): Promise<void> {
  const provider = providerOf(databaseUrl);
  const known = migrations ?? migrationsOf(provider);
  const factory = migrationAdapter(databaseUrl);
  const connection = await factory.connect();
  try {
    if (await isCurrent(connection, provider, known)) return;
    await alone(connection, provider, async () => {
      if (!(await isCurrent(connection, provider, known))) await apply(factory, connection, provider, known);
    });
  } finally {
    await connection.dispose();
  }
}

/**
 * The SQL that makes an empty database match schema.prisma. The engine asks a database of that kind for its version (`file::memory:`
 * does for SQLite) and changes nothing in it.
 */
export async function diff(databaseUrl: string): Promise<string> {
  const provider = providerOf(databaseUrl);
  const factory = migrationAdapter(databaseUrl);
  const connection = await factory.connect();
  const engine = await engineOn(onConnection(factory, connection), provider);
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schemaOf(provider) }] },
      script: true,
      exitCode: null,
      filters: NOTHING,
    });
    return stdout ?? '';
  } finally {
    engine.free();
    await connection.dispose();
  }
}

/** The migrations that ship with this program, oldest first. */
export function migrationsOf(provider: Provider): Migration[] {
  const dir = join(ROOT, 'prisma', 'migrations', provider);
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, sql: readFileSync(join(dir, name, 'migration.sql'), 'utf8') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function isCurrent(connection: SqlDriverAdapter, provider: Provider, known: Migration[]): Promise<boolean> {
  const applied = await appliedNames(connection, provider);
  const names = known.map(({ name }) => name);
  const unknown = applied.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new DatabaseNewer(unknown);
  return names.every((name) => applied.includes(name));
}

const TABLE_EXISTS = {
  sqlite: "SELECT name FROM sqlite_master WHERE name = '_prisma_migrations'",
  postgresql: "SELECT 1 WHERE to_regclass('_prisma_migrations') IS NOT NULL",
};

async function appliedNames(connection: SqlDriverAdapter, provider: Provider): Promise<string[]> {
  const ask = async (sql: string) => (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
  if ((await ask(TABLE_EXISTS[provider])).length === 0) return [];
  const rows = await ask('SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL');
  return rows.map(([name]) => String(name)).sort();
}

/** Both databases can take back tables and indexes, so the engine's steps and its records stand or fall together. */
async function alone(connection: SqlDriverAdapter, provider: Provider, work: () => Promise<void>): Promise<void> {
  const run = (sql: string) => connection.executeScript(sql);
  const begin = provider === 'sqlite' ? 'BEGIN EXCLUSIVE' : `BEGIN; SELECT pg_advisory_xact_lock(${LOCK_ID})`;
  await retried(async () => run(begin));
  try {
    await work();
    await run('COMMIT');
  } catch (error) {
    await run('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function apply(
  factory: MigrationFactory,
  connection: SqlDriverAdapter,
  provider: Provider,
  migrations: Migration[],
): Promise<void> {
  const faults: unknown[] = [];
  const engine = await engineOn(onConnection(factory, connection, faults), provider);
  try {
    await engine.applyMigrations({
      migrationsList: {
        baseDir: 'migrations',
        lockfile: { path: 'migration_lock.toml', content: `provider = "${provider}"\n` },
        shadowDbInitScript: '',
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
        })),
      },
      filters: NOTHING,
    });
  } catch (error) {
    // The engine tries to note the failure in a transaction that is over, and complains of that instead.
    throw faults[0] ?? error;
  } finally {
    engine.free();
  }
}

/** Hands the engine our connection, inside our transaction, instead of letting it open its own. Scripts that fail are noted. */
function onConnection(
  factory: MigrationFactory,
  connection: SqlDriverAdapter,
  faults: unknown[] = [],
): MigrationFactory {
  const lent: SqlDriverAdapter = {
    provider: connection.provider,
    adapterName: connection.adapterName,
    queryRaw: (query) => connection.queryRaw(query),
    executeRaw: (query) => connection.executeRaw(query),
    async executeScript(script) {
      try {
        await connection.executeScript(script);
      } catch (error) {
        faults.push(error);
        throw error;
      }
    },
    startTransaction: (level) => connection.startTransaction(level),
    getConnectionInfo: () => connection.getConnectionInfo?.() ?? { supportsRelationJoins: false },
    dispose: async () => {},
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => lent,
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}

function schemaOf(provider: Provider): string {
  const text = readFileSync(join(ROOT, 'prisma', 'schema.prisma'), 'utf8');
  return text.replace('provider = "sqlite"', `provider = "${provider}"`);
}

async function engineOn(factory: MigrationFactory, provider: Provider): Promise<EngineModule.SchemaEngine> {
  const { SchemaEngine } = await loadEngine();
  const ignoreLog = () => {};
  return SchemaEngine.new(
    { datamodels: [['schema.prisma', schemaOf(provider)]] },
    ignoreLog,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
}

/** Node has it; the types of Node 20 leave it to the DOM's. */
declare const WebAssembly: {
  instantiate(bytes: Buffer, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

type Engine = typeof EngineModule;
let loading: Promise<Engine> | undefined;

function loadEngine(): Promise<Engine> {
  loading ??= instantiate();
  return loading;
}

/** The package's own entry wants a bundler; its parts load plainly (DESIGN §6). */
async function instantiate(): Promise<Engine> {
  const bg = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const entry = createRequire(__filename).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = await readFile(join(dirname(entry), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': importsOf(bg) });
  bg.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bg;
}

/** The engine's lock timer runs on for ten seconds after the work is done; it must not keep the process alive. */
function importsOf(bg: Engine): object {
  const timer = (ring: () => void, ms: number) => setTimeout(ring, ms).unref();
  return Object.fromEntries(
    Object.entries(bg).map(([name, call]) => [name, name.startsWith('__wbg_setTimeout_') ? timer : call]),
  );
}

/** From the source tree as from dist/: the directory that holds package.json. */
function rootOf(dir: string): string {
  return existsSync(join(dir, 'package.json')) ? dir : rootOf(dirname(dir));
}

if (require.main === module) void diff(process.argv[2] ?? 'file::memory:').then((sql) => process.stdout.write(sql));
