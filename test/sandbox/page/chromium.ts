import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ROOT = join(__dirname, '..', '..', '..');

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

/** Builds the chat page when the one in dist is older than its source, so that no test looks at yesterday's page. */
export async function freshPage(): Promise<void> {
  const built = join(ROOT, 'dist', 'sandbox', 'page', 'index.html');
  const source = join(ROOT, 'sandbox', 'page');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).map((name) => join(source, name));
  const changed = Math.max(...files.map((file) => statSync(file).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs > changed) return;
  const { spawnSync } = await import('node:child_process');
  const { status, stderr } = spawnSync('npx', ['vite', 'build', '--logLevel', 'warn'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`vite build: ${stderr}`);
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
