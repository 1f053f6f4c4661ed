import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { readConfig } from '../../server/config';
import { HOUR, MINUTE } from '../../server/domain/clock';
import { type Running, start } from '../../server/main';
import { changes, eventOf, taskOf } from '../server/adapters/rows';
import { CHROMIUM } from '../support/chromium';
import { quantile, row } from './print';

/**
 * How the map of the sample district (638 grids) moves under a finger with five thousand events on it, on a processor four times
 * slower. The floor is the same browser with nothing to draw. `node -r ./test/support/register.js test/bench/map.ts`
 */

const EVENTS = 5_000;
const SLOWER = 4;

export async function benchMap(): Promise<void> {
  if (!existsSync(CHROMIUM)) return row('the map', 'skipped', 'there is no Chromium here');
  const dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-map-'));
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1', SANDBOX_PORT: '0' });
  const running = await start(config, { log: { info: () => undefined, error: console.error } });
  await fill(running);
  const chrome = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const page = await chrome.newPage({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true });
  await open(page, running);
  await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const idle = quantile(await frames(page, () => page.waitForTimeout(2_000)), 0.5);
  row(`the map, 638 grids, ${EVENTS.toLocaleString()} events, processor ${SLOWER} × slower:`, '');
  row('  floor: a frame with nothing to draw', `${idle.toFixed(1)} ms`, 'median');
  for (const [what, move] of MOVES) {
    const took = await frames(page, () => move(page));
    const [half, most] = [quantile(took, 0.5), quantile(took, 0.95)];
    const words = `median; p95 ${most.toFixed(0)} ms, longest ${took.at(-1)!.toFixed(0)} ms`;
    row(`  ${what}`, `${half.toFixed(1)} ms`, `${(half / idle).toFixed(1)} × the floor, ${words}`);
  }
  await chrome.close();
  await running.close();
  rmSync(dataDir, { recursive: true, force: true });
}

const MOVES: [string, (page: Page) => Promise<void>][] = [
  ['a frame while the whole town is dragged', drag],
  [
    'a frame while it is zoomed in, twice',
    async (page) => {
      for (let turn = 0; turn < 2; turn += 1) {
        await page.click('.leaflet-control-zoom-in');
        await page.waitForTimeout(700);
      }
    },
  ],
  ['a frame while some streets are dragged', drag],
  [
    'a frame while the days change from 7 to 30',
    async (page) => {
      await page.fill('input[type=range]', '2');
      await page.waitForTimeout(1_500);
    },
  ],
];

async function drag(page: Page): Promise<void> {
  const box = (await page.locator('.map-box').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const place = () => page.$eval('.leaflet-map-pane', (pane) => (pane as HTMLElement).style.transform);
  const before = await place();
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; step < 60; step += 1)
    await page.mouse.move(x + 60 * Math.sin(step / 5), y + 40 * Math.cos(step / 7));
  if ((await place()) === before) throw new Error('the map did not move');
  await page.mouse.up();
}

/** Ms between pictures while something is done, sorted. */
async function frames(page: Page, work: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const at: number[] = [];
    const look = (now: number) => {
      at.push(now);
      if (!(window as unknown as { still?: boolean }).still) requestAnimationFrame(look);
    };
    Object.assign(window, { at, still: false });
    requestAnimationFrame(look);
  });
  await work();
  const at = await page.evaluate(() => {
    Object.assign(window, { still: true });
    return (window as unknown as { at: number[] }).at;
  });
  return at
    .slice(1)
    .map((now, index) => now - at[index]!)
    .sort((a, b) => a - b);
}

async function open(page: Page, { url, sandbox, store }: Running): Promise<void> {
  const { posts } = await store.town();
  const supervisor = posts.find(({ role, unitId }) => role === 'supervisor' && unitId === 'centre')!.userId;
  await page.goto(`${url}/?code=${sandbox!.loginCode(supervisor)}#/map`);
  await page.waitForSelector('.cluster');
}

/** All over the town, in the last thirty days, a third of the open ones late. */
async function fill({ store, sandbox }: Running): Promise<void> {
  const now = sandbox!.clock.now();
  const { areas } = await store.town();
  const grids = areas.flatMap(({ kind, id, path, polygon }) =>
    kind === 'grid' && polygon ? [{ id, path, polygon }] : [],
  );
  const events = Array.from({ length: EVENTS }, (_, index) => {
    const { id: gridId, path: areaPath, polygon } = grids[(index * 97) % grids.length]!;
    const [lng, lat] = pointIn(polygon, index);
    const createdAt = now - HOUR - index * 8 * MINUTE;
    const closed = index % 10 > 3;
    const handleDueAt = index % 3 === 0 ? now - HOUR : now + HOUR;
    return eventOf(`map-${index}`, {
      ...{ no: `map-${index}`, gridId, areaPath, createdAt, stage: closed ? 'closed' : 'handling' },
      place: { text: '', lng, lat },
      tasks: [taskOf(`task-${index}`, `map-${index}`, { state: closed ? 'finished' : 'handling', handleDueAt })],
    });
  });
  while (events.length > 0) await store.write((tx) => tx.save(changes({ events: events.splice(0, 500) })));
}

/** Between the middle and one of the corners. */
function pointIn(polygon: readonly (readonly [number, number])[], index: number): [number, number] {
  const mean = (axis: 0 | 1) => polygon.reduce((sum, corner) => sum + corner[axis], 0) / polygon.length;
  const corner = polygon[index % polygon.length]!;
  const share = (index % 7) / 10;
  return [mean(0) + (corner[0] - mean(0)) * share, mean(1) + (corner[1] - mean(1)) * share];
}

if (require.main === module) void benchMap();
