import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrationAdapter, type Provider } from '../../../server/adapters/prisma';

const POSTGRES = process.env.TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

/** The databases that the promises are checked on: SQLite always, PostgreSQL where it answers. */
export function providers(): Provider[] {
  return postgresIsThere() ? ['sqlite', 'postgresql'] : ['sqlite'];
}

function postgresIsThere(): boolean {
  const { hostname, port } = new URL(POSTGRES);
  const far = JSON.stringify({ host: hostname, port: Number(port || 5432) });
  const knock = `require('net').connect(${far}).on('connect', () => process.exit(0)).on('error', () => process.exit(1))`;
  try {
    execFileSync(process.execPath, ['-e', knock], { timeout: 5_000 });
    return true;
  } catch {
    if (process.env.GRIDTALK_REQUIRE?.includes('postgres')) throw new Error('GRIDTALK_REQUIRE asks for PostgreSQL');
    console.warn('PostgreSQL does not answer: what is promised of the store is checked on SQLite only');
    return false;
  }
}

const made: { url: string; forget(): Promise<void> }[] = [];

/** The address of an empty database of its own; `forgetDatabases` removes it. */
export async function freshDatabase(provider: Provider): Promise<string> {
  const one = provider === 'sqlite' ? freshFile() : await freshPostgres();
  made.push(one);
  return one.url;
}

export async function forgetDatabases(): Promise<void> {
  for (const { forget } of made.splice(0)) await forget();
}

function freshFile() {
  const dir = mkdtempSync(join(tmpdir(), 'gridtalk-store-'));
  return { url: `file:${dir}/gridtalk.db`, forget: async () => rmSync(dir, { recursive: true }) };
}

let counter = 0;

async function freshPostgres() {
  counter += 1;
  const name = `gridtalk_test_${process.pid}_${counter}`;
  await run(POSTGRES, `CREATE DATABASE ${name}`);
  const url = new URL(POSTGRES);
  url.pathname = `/${name}`;
  return { url: url.href, forget: () => run(POSTGRES, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** Runs statements behind the store's back. */
export async function run(url: string, script: string): Promise<void> {
  const connection = await migrationAdapter(url).connect();
  try {
    await connection.executeScript(script);
  } finally {
    await connection.dispose();
  }
}

/** Looks behind the store's back. */
export async function ask(url: string, sql: string): Promise<unknown[][]> {
  const connection = await migrationAdapter(url).connect();
  try {
    return (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
  } finally {
    await connection.dispose();
  }
}
