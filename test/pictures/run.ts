import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { samplePhoto } from '../../sandbox/samples';
import { readConfig } from '../../server/config';
import { rosterOf } from '../../server/domain/roster';
import type { Event, Role } from '../../server/domain/types';
import { type Running, start } from '../../server/main';
import { CHROMIUM } from '../support/chromium';
import { live, nextMonday } from './lively';

/** `npm run pictures`: the pages of docs/pages, taken anew from the real program after three lively days. */

const FOLDER = join(__dirname, '..', '..', 'docs', 'pages');
const DAYS = 3;
const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, hasTouch: true, isMobile: true },
  pc: { viewport: { width: 1280, height: 800 } },
} as const;

interface Shot {
  name: string;
  who: string;
  hash: string;
  /** Shown when the page is whole. */
  ready: string;
  prepare?(page: Page): Promise<void>;
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-pictures-'));
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1', SANDBOX_PORT: '0' });
  const sandbox = { startAt: nextMonday(), quota: { calls: 1_000_000, pushes: 1_000_000 } };
  const running = await start(config, { sandbox, log: { info: () => undefined, error: console.error } });
  await live(running, DAYS);
  // Fields of dates speak the browser's own language, not the page's.
  const args = ['--no-sandbox', '--disable-gpu', '--lang=zh-CN'];
  const chrome = await chromium.launch({ executablePath: CHROMIUM, args, env: { ...process.env, LANGUAGE: 'zh_CN' } });
  mkdirSync(FOLDER, { recursive: true });
  const only = process.argv[2];
  for (const shot of (await shots(running)).filter(({ name }) => !only || name === only))
    for (const size of ['phone', 'pc'] as const) await take(running, chrome, shot, size);
  await chrome.close();
  await running.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function shots({ store }: Running): Promise<Shot[]> {
  const { posts, people } = await store.town();
  const roster = rosterOf({ ...(await store.town()), people });
  const events = await store.list({
    scopes: { everything: true, reporterId: '', areaPaths: [], unitIds: [] },
    limit: 9_999,
  });
  const who = (role: Role, unitId?: string) =>
    posts.find((post) => post.role === role && (!unitId || post.unitId === unitId))!.userId;
  const centre = (role: Role) => who(role, 'centre');
  const late = events.find((event) => event.stage === 'handling' && lead(event).rungs.includes('handle.blue'))!;
  const closed = events.find((event) => event.stage === 'closed' && event.mediaIds.length > 1)!;
  const busiest = mostOf(events.filter(({ stage }) => stage !== 'closed').map((event) => lead(event)?.unitId ?? ''));
  const reporter = mostOf(events.map(({ reporterId }) => reporterId));
  const handler = roster.staff(lead(late).unitId, 'handler')[0]!;
  return [
    { name: 'report', who: who('worker'), hash: '#/report', ready: 'button.chip', prepare: describe },
    { name: 'mine', who: reporter, hash: '#/mine', ready: '.row' },
    { name: 'todo', who: roster.staff(busiest, 'handler')[0]!, hash: '#/todo', ready: 'li.todo' },
    { name: 'event', who: handler, hash: `#/e/${late.id}`, ready: '.timeline' },
    { name: 'why', who: handler, hash: `#/e/${late.id}/why`, ready: 'h2' },
    { name: 'today', who: centre('supervisor'), hash: '#/today', ready: '.drawing svg' },
    { name: 'wall', who: centre('supervisor'), hash: '#/wall', ready: '.unit' },
    { name: 'map', who: centre('supervisor'), hash: '#/map', ready: 'canvas' },
    { name: 'search', who: centre('supervisor'), hash: '#/search', ready: '.row, .rows tr' },
    { name: 'file', who: centre('supervisor'), hash: `#/e/${closed.id}/file`, ready: 'text=核验通过' },
    { name: 'what-if', who: centre('supervisor'), hash: '#/what-if', ready: 'main' },
    { name: 'admin', who: who('admin'), hash: '#/admin', ready: 'main .card' },
  ];
}

const lead = ({ tasks }: Event) => tasks.findLast(({ duty }) => duty === 'lead')!;

function mostOf(names: string[]): string {
  const counts = new Map<string, number>();
  for (const name of names.filter(Boolean)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0];
}

async function describe(page: Page): Promise<void> {
  const buffer = samplePhoto('lamp-dark')!;
  await page.setInputFiles('[aria-label="拍照（现场）"]', { name: 'a.png', mimeType: 'image/png', buffer });
  await page.waitForSelector('.thumb img');
  await page.fill('[aria-label="怎么了"]', '建设路12号门前路灯不亮，晚上老人看不清路');
}

async function take({ url, sandbox }: Running, chrome: Browser, shot: Shot, size: keyof typeof SIZES): Promise<void> {
  const context = await chrome.newContext({
    ...SIZES[size],
    ...{ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' },
    ...{ permissions: ['geolocation'], geolocation: { longitude: 103.94, latitude: 30.8, accuracy: 12 } },
  });
  const page = await context.newPage();
  await page.goto(`${url}/?code=${sandbox!.loginCode(shot.who)}${shot.hash}`);
  await page.waitForSelector(shot.ready);
  await shot.prepare?.(page);
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.waitForTimeout(800);
  await page.screenshot({ path: join(FOLDER, `${shot.name}-${size}.png`) });
  await context.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exit(1);
  },
);
