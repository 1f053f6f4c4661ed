import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseNewer, diff, type Migration, migrate, migrationsOf } from '../../prisma/migrate';
import type { Provider } from '../../server/adapters/prisma';
import { openStore } from '../../server/adapters/store';
import { ask, forgetDatabases, freshDatabase, providers, run } from '../server/adapters/databases';

afterEach(forgetDatabases);

const STRUCTURE: Record<Provider, string> = {
  sqlite: `SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%prisma_migrations%' ORDER BY name`,
  postgresql: `SELECT 'column', table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||
      coalesce(column_default, '') FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
    UNION ALL SELECT 'index', indexdef FROM pg_indexes
      WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1, 2`,
};

const names = (url: string) => ask(url, 'SELECT migration_name FROM _prisma_migrations ORDER BY 1');
const later: Migration = { name: '9999_later', sql: 'CREATE TABLE "Later" ("id" INTEGER);' };

describe.each(providers())('%s', (provider) => {
  const known = migrationsOf(provider);
  // A column added later is written by SQLite behind a comma of its own.
  const structure = async (url: string) => {
    const rows = await ask(url, STRUCTURE[provider]);
    return rows.map((row) => row.map((part) => (typeof part === 'string' ? part.replace(/\s+/g, '') : part)));
  };

  test('the migrations lead to the schema; otherwise write a new one from `node dist/prisma/migrate.js <database url>`', async () => {
    const [migrated, wanted] = [await freshDatabase(provider), await freshDatabase(provider)];
    await migrate(migrated);
    await run(wanted, await diff(wanted));
    expect((await structure(migrated)).length).toBeGreaterThan(20);
    expect(await structure(migrated)).toEqual(await structure(wanted));

    // Control: one index fewer is seen.
    await run(wanted, 'DROP INDEX "Event_nextAt_idx"');
    expect(await structure(migrated)).not.toEqual(await structure(wanted));
  });

  test('migrating again changes nothing', async () => {
    const url = await freshDatabase(provider);
    await migrate(url);
    const records = () => ask(url, 'SELECT id, finished_at FROM _prisma_migrations');
    const before = await records();
    await migrate(url);
    expect(await records()).toEqual(before);
  });

  test('processes that start together migrate once', async () => {
    const url = await freshDatabase(provider);
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(await names(url)).toEqual(known.map(({ name }) => [name]));
  });

  test('a later migration is applied upon the earlier ones, and keeps the data', async () => {
    const url = await freshDatabase(provider);
    await migrate(url);
    await run(url, `INSERT INTO "Meta" VALUES ('kept', 'yes')`);
    await migrate(url, [...known, later]);
    expect(await names(url)).toEqual([...known, later].map(({ name }) => [name]));
    expect(await ask(url, 'SELECT * FROM "Meta"')).toEqual([['kept', 'yes']]);
  });

  test('a database that is newer than the program is refused, by name, and left as it is', async () => {
    const url = await freshDatabase(provider);
    await migrate(url, [...known, later]);
    const before = await structure(url);
    const opening = openStore(url).open();
    await expect(opening).rejects.toThrow(DatabaseNewer);
    await expect(opening).rejects.toThrow('newer than this program: it holds 9999_later');
    expect(await structure(url)).toEqual(before);

    // Control: it is the unknown migration that is refused, not the database.
    await run(url, `DELETE FROM _prisma_migrations WHERE migration_name = '9999_later'`);
    const store = openStore(url);
    await store.open();
    await store.close();
  });

  test('a migration that fails half-way leaves nothing, not even those before it', async () => {
    const url = await freshDatabase(provider);
    const broken = { name: '9999_later', sql: `${later.sql}\nCREATE TABLE "Later" ("again" INTEGER);` };
    await expect(migrate(url, [...known, broken])).rejects.toThrow(/already exists/);
    expect(await structure(url)).toEqual([]);
    await migrate(url, [...known, later]);
    expect(await names(url)).toHaveLength(known.length + 1);
  });

  test('a process killed in the middle of a migration leaves nothing, and the next start completes it', async () => {
    const url = await freshDatabase(provider);
    // A backend of PostgreSQL finishes its statement before it notices that nobody listens any more.
    const endless = {
      sqlite: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;',
      postgresql: 'SELECT pg_sleep(4);',
    };
    const slow = { name: '9999_later', sql: `${later.sql}\n${endless[provider]}` };
    await killedWhile(url, [...known, slow]);
    expect(await structure(url)).toEqual([]);
    await migrate(url);
    expect(await names(url)).toEqual(known.map(({ name }) => [name]));
  });

  test('control: half of a migration, left without a transaction, would be noticed here', async () => {
    const url = await freshDatabase(provider);
    await run(url, known[0]!.sql.split('-- CreateIndex')[0]!);
    expect(await structure(url)).not.toEqual([]);
    await expect(migrate(url)).rejects.toThrow();
  });
});

/** Starts the migrations in a process of its own and kills it without warning while the endless one runs. */
async function killedWhile(url: string, migrations: Migration[]): Promise<void> {
  const root = join(__dirname, '..', '..');
  const program = `require('${root}/prisma/migrate.ts').migrate(...${JSON.stringify([url, migrations])})
    .then(() => console.log('finished'), (error) => console.log('failed', error)); console.log('begun');`;
  const child = spawn(process.execPath, ['-r', join(root, 'test/support/register.js'), '-e', program]);
  let said = '';
  child.stdout.on('data', (bytes) => {
    said += String(bytes);
  });
  const gone = new Promise((resolve) => child.on('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill('SIGKILL');
  await gone;
  expect(said).toBe('begun\n');
}
