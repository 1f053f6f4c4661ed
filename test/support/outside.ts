import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What tests use and cannot be a dependency; `.ci/tools` fetches it. */
const TOOLS = process.env.GRIDTALK_TOOLS ?? join(homedir(), '.cache', 'gridtalk');

export const CHROMIUM_69 = join(TOOLS, 'chromium-69');
export const LIGHTHOUSE = join(TOOLS, 'lighthouse-12.8.2', 'node_modules', 'lighthouse', 'cli', 'index.js');

/** True when it is there; else says why its promises are skipped, or fails where GRIDTALK_REQUIRE asks for it. */
export function isHere(name: 'chromium69' | 'lighthouse'): boolean {
  if (existsSync(name === 'chromium69' ? CHROMIUM_69 : LIGHTHOUSE)) return true;
  if (process.env.GRIDTALK_REQUIRE?.split(',').includes(name)) throw new Error(`GRIDTALK_REQUIRE asks for ${name}`);
  console.log(`skipped: ${name} is not here (.ci/tools fetches it)`);
  return false;
}
