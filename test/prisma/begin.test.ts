import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a database begins with: the command line and the program agree, whichever comes first. */

const ROOT = join(__dirname, '../..');
const REGISTER = join(ROOT, 'test/support/register.js');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gridtalk-begin-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Prints the people of this folder's database, as `npm run people` does. */
async function people(args: string[] = [], seed?: string): Promise<{ userId: string }[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-r', REGISTER, join(ROOT, 'prisma/people.ts'), ...args],
    { cwd: ROOT, env: { ...bare(), DATA_DIR: dir, ...(seed && { SEED: seed }) }, maxBuffer: 16 * 1024 * 1024 },
  );
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { userId: string });
}

/** Nothing that would say which database to use. */
function bare(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, SEED: __, ...rest } = process.env;
  return rest;
}

test('where nothing is said, the sandbox begins with the sample district', async () => {
  expect((await people()).length).toBeGreaterThan(1_000);
});

test('a town that began empty stays so, whoever asks later and forgets to say it', async () => {
  expect(await people([], 'none')).toEqual([]);
  expect(await people()).toEqual([]);
  expect(await people(['admin', 'boss', '王主任'])).toMatchObject([{ userId: 'boss' }]);
});

test('a town that begins with its administrator is nobody’s sample', async () => {
  const boss = [{ userId: 'boss', name: '王主任', posts: [{ role: 'admin', unit: null, area: null }] }];
  expect(await people(['admin', 'boss', '王主任'])).toEqual(boss);
  expect(await people()).toEqual(boss);
});
