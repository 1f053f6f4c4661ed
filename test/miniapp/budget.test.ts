import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { freshPage } from '../support/chromium';
import { BUILT } from './pages';

/** What comes over the air, in bytes of gzip: scripts and styles of each page, counted from what the build says each one needs. */

const KB = 1_000;
const FIRST = 40 * KB;
const FILES = 10;
const OTHER = 15 * KB;
const BRIDGE = 20 * KB;
/** All that the service worker keeps, for days without a network. */
const WHOLE = 250 * KB;

/** Comes late, to those who need it, and is not ours: map, charts, photos (vite.config.mts names them), EXIF, coordinates. */
const LIBRARIES = /^assets\/(lib-|lite\.esm|gcoord)/;

const part = z.object({
  file: z.string(),
  imports: z.array(z.string()).default([]),
  dynamicImports: z.array(z.string()).default([]),
  css: z.array(z.string()).default([]),
  isDynamicEntry: z.boolean().default(false),
});
type Parts = Record<string, z.infer<typeof part>>;

let parts: Parts;
beforeAll(async () => {
  await freshPage('miniapp');
  parts = z.record(z.string(), part).parse(JSON.parse(read('manifest.json').toString()));
});

const read = (file: string) => readFileSync(join(BUILT, file));
const packed = (file: string) => gzipSync(read(file), { level: 9 }).length;
const weigh = (files: Iterable<string>) => [...new Set(files)].reduce((sum, file) => sum + packed(file), 0);

/** Every file that must be there before this part runs. */
function needed(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return new Set();
  seen.add(name);
  const { file, css, imports } = parts[name]!;
  return new Set([file, ...css, ...imports.flatMap((each) => [...needed(each, seen)])]);
}

const beyond = (name: string, have: ReadonlySet<string>) => [...needed(name)].filter((file) => !have.has(file));

/** The lazy parts of a page that are ours: its chart, its form. */
function own(name: string): string[] {
  const opened = new Set(pages());
  const lazy = parts[name]!.dynamicImports.filter((each) => !opened.has(each));
  const all = [...needed(name), ...lazy.flatMap((each) => [...needed(each)])];
  return all.filter((file) => !LIBRARIES.test(file));
}

/** Every page asks for these by itself, after its first paint. */
const SHARED = new Set(['bridge-dingtalk.ts', 'outbox.ts']);

/** The pages by the address behind `#`. */
const pages = () => parts['index.html']!.dynamicImports.filter((name) => !SHARED.has(name));

/** What somebody's card, tab or post opens. */
const FIRST_OF = [
  'worker/report.tsx',
  'worker/mine.tsx',
  'official/todo.tsx',
  'event/page.tsx',
  'supervisor/today.tsx',
  'admin/home.tsx',
];

test('the page a person opens first comes with at most 40 kB, whichever of theirs it is', () => {
  const index = needed('index.html');
  const sizes = FIRST_OF.map(
    (name) => [name, weigh([...index, ...needed(name)]) + gzipSync(read('index.html')).length] as const,
  );
  expect(sizes.filter(([, size]) => size > FIRST)).toEqual([]);
  // Control: a page of no weight would mean that the count is of nothing.
  expect(Math.min(...sizes.map(([, size]) => size))).toBeGreaterThan(weigh(index));
});

test('it comes in at most ten files, because each is asked for by itself on a slow line', () => {
  const index = needed('index.html');
  const counts = FIRST_OF.map((name) => [name, new Set([...index, ...needed(name)]).size] as const);
  expect(counts.filter(([, count]) => count > FILES)).toEqual([]);
});

test('every other page comes with at most 15 kB beyond that, its libraries apart', () => {
  const have = needed('index.html');
  const sizes = pages().map((name) => [name, weigh(own(name).filter((file) => !have.has(file)))] as const);
  expect(sizes.length).toBeGreaterThan(18);
  expect(sizes.filter(([, size]) => size > OTHER)).toEqual([]);
});

test('DingTalk’s bridge comes with at most 20 kB, and nobody waits for it who is not in DingTalk', () => {
  const have = needed('index.html');
  expect(have.has(parts['bridge-dingtalk.ts']!.file)).toBe(false);
  expect(weigh(beyond('bridge-dingtalk.ts', have))).toBeLessThanOrEqual(BRIDGE);
});

test('the whole of it, kept on the phone for days without a network, is at most 250 kB', () => {
  const all = Object.values(parts).flatMap(({ file, css }) => [file, ...css]);
  expect(weigh(all)).toBeLessThanOrEqual(WHOLE);
});
