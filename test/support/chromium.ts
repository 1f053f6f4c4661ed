import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
const ROOT = join(__dirname, '..', '..');

/** True when there is a browser; else says why its promises are skipped, or fails where GRIDTALK_REQUIRE asks for it. */
export function hasChromium(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env.GRIDTALK_REQUIRE?.includes('chromium')) throw new Error('GRIDTALK_REQUIRE asks for Chromium');
  console.log(`skipped: ${CHROMIUM} is not here (apt-get install chromium)`);
  return false;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/**
 * Builds the pages when those in dist are older than their source, so that no test looks at yesterday's page. Jest runs two
 * files at once: whoever comes second waits for the first.
 */
export async function freshPage(folder: 'miniapp' | 'sandbox/page'): Promise<void> {
  const lock = join(ROOT, 'dist', 'building');
  while (isStale(folder) && !locked(lock)) await new Promise((resolve) => setTimeout(resolve, 200));
  if (!isStale(folder)) return;
  // As `npm run build` makes it, and not the heavier one that Vite makes under jest's NODE_ENV.
  const env = { ...process.env, NODE_ENV: 'production' };
  const made = spawnSync('npx', ['vite', 'build', '--logLevel', 'warn'], { cwd: ROOT, encoding: 'utf8', env });
  rmSync(lock, { recursive: true });
  if (made.status !== 0) throw new Error(`vite build: ${made.stderr}`);
}

function isStale(folder: string): boolean {
  const built = join(ROOT, 'dist', folder, 'index.html');
  const source = join(ROOT, folder);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).map((name) => join(source, name));
  return !existsSync(built) || statSync(built).mtimeMs <= Math.max(...files.map((file) => statSync(file).mtimeMs));
}

/** Making a folder succeeds for one. A lock that a test left behind when it was killed holds for five minutes. */
function locked(path: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  try {
    mkdirSync(path);
    return true;
  } catch {
    if (existsSync(path) && Date.now() - statSync(path).mtimeMs > 300_000) rmSync(path, { recursive: true });
    return false;
  }
}

/** Collects what a developer would see in red: errors and warnings of the console, and what was thrown. */
export function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(String(error)));
  return heard;
}
