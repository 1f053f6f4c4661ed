import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The dependency rules of the design, read from the import lines of the source itself. */

const ROOT = join(__dirname, '..');

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file && !file.startsWith('test/') && existsSync(join(ROOT, file)));

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const imports: Import[] = files.flatMap((from) => {
  const source = readFileSync(join(ROOT, from), 'utf8');
  return [
    ...source.matchAll(
      /^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|require\('([^']+)'\)/gm,
    ),
  ].map((found) => {
    const target = found[2] ?? found[3] ?? found[4] ?? '';
    const to = target.startsWith('.') ? relative(ROOT, join(ROOT, dirname(from), target)) : target;
    return { from, to, typeOnly: Boolean(found[1]) };
  });
});

function crossing(from: RegExp, to: RegExp): string[] {
  return imports.filter((each) => from.test(each.from) && to.test(each.to)).map((each) => `${each.from} → ${each.to}`);
}

test('the rules of the domain import nothing but each other', () => {
  const outside = imports.filter(
    ({ from, to }) => from.startsWith('server/domain/') && !to.startsWith('server/domain/') && to !== 'node:crypto',
  );
  expect(outside).toEqual([]);
});

test('ports import the words of the domain only', () => {
  expect(crossing(/^server\/ports\.ts$/, /^(?!server\/domain\/)/)).toEqual([]);
});

test('flows know ports, domain and cards, never an adapter, the bot or the web', () => {
  expect(
    crossing(/^server\/flow\//, /^(server\/(adapters|http|main|config)|bot\/|sandbox\/|miniapp\/|generated\/)/),
  ).toEqual([]);
});

test('cards are pure: no flow, no adapter, no store', () => {
  expect(crossing(/^cards\/(?!templates\.ts)/, /^(server\/(flow|adapters|http|main)|bot\/|sandbox\/|node:fs)/)).toEqual(
    [],
  );
});

test('the bot and the web never meet', () => {
  expect(crossing(/^bot\//, /^(server\/(http|adapters|main)|miniapp\/)/)).toEqual([]);
  expect(crossing(/^server\/http\//, /^(bot\/|server\/(adapters|main))/)).toEqual([]);
});

test('only the composition root puts adapters together', () => {
  const takers = new Set(imports.filter(({ to }) => to.startsWith('server/adapters/')).map(({ from }) => from));
  const allowed =
    /^(server\/main\.ts|server\/doctor\.ts|server\/adapters\/.*|prisma\/(open|rules|verify|whatif|migrate)\.ts)$/;
  expect([...takers].filter((file) => !allowed.test(file))).toEqual([]);
});

test.each([
  ['dingtalk-stream', /^dingtalk-stream/],
  ['@alicloud/dingtalk', /^@alicloud\/dingtalk/],
  ['bull', /^bull$/],
  ['node-cron', /^node-cron$/],
  ['the Prisma client', /^generated\//],
  ['the spreadsheet reader', /^read-excel-file/],
  ['the spreadsheet writer', /^write-excel-file/],
  ['better-sqlite3', /^better-sqlite3$/],
])('%s is touched by at most one file', (_, sdk) => {
  expect(new Set(imports.filter(({ to }) => sdk.test(to)).map(({ from }) => from)).size).toBeLessThanOrEqual(1);
});

test('process.env is read by the configuration alone', () => {
  const readers = files.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('process.env'));
  expect(readers).toEqual(['server/config.ts']);
});

test('no drawer for odds and ends', () => {
  expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|index)(\.tsx?|\/)/.test(file))).toEqual([]);
});
