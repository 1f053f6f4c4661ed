import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { DAY, HOUR, MINUTE } from '../../server/domain/clock';
import { type House, newClientId, PIXEL, type Who } from '../server/http/town';
import { BUILT, DESK, openPages, type Pages, withBrowser } from './pages';

/** Every page of the micro-app, as it must look to everybody: on a phone and on a PC, in each theme, in the largest letters. */

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const SMALL: BrowserContextOptions = { viewport: { width: 360, height: 780 }, locale: 'zh-CN', hasTouch: true };
const SIZES = [
  ['phone', SMALL],
  ['PC', DESK],
] as const;
const THEMES = ['light', 'dark', 'outdoor'];
/** Answers of a weak network come late: what moves then, moves for everybody. */
const LATE = 250;

/** What one style may take from another without anybody seeing it at once. */
const TELLING =
  `display position visibility opacity overflow z-index color background-color background-image font-size font-weight
  line-height white-space text-align vertical-align list-style-type box-shadow padding-top padding-right padding-bottom padding-left
  border-top-width border-left-width border-bottom-width border-top-color border-top-left-radius min-height max-width flex-grow
  flex-direction flex-wrap align-items justify-content grid-template-columns column-count fill stroke`.split(/\s+/);

/** Who opens which address behind `#`, and what is tapped there, by its words; `:late` and the like are events. */
const PAGES = `
  wang /report
  wang /report 我已经当场办好了
  wang /report 更多
  wang /report 地图选点
  wang /mine
  wang /month
  wang /outbox
  wang /me
  wang /e/:closed
  zhao /todo
  zhao /e/:waiting
  zhao /e/:handling 办结
  zhao /e/:handling 更多
  zhao /e/:handling/why
  zhao /e/unknown
  qin /e/:asked
  chen /todo
  chen /e/:returned 派遣
  chen /e/:returned 更正事项
  zhou /today
  zhou /rows?what=open
  zhou /wall
  zhou /wall 督办
  zhou /map
  zhou /search
  zhou /search?q=没有这样的
  zhou /appeals
  zhou /what-if
  zhou /e/:closed/file
  zhou /me
  sun /admin
  sun /admin/people
  sun /admin/people 加一个人
  sun /admin/units
  sun /admin/areas
  sun /admin/checkup
  sun /admin/audit
  sun /admin/rules/settings
  sun /admin/rules/catalogue
  sun /admin/rules/duties
  sun /admin/rules/calendars
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(' ') as [Who, string, string?]);

withBrowser('every page', () => {
  let pages: Pages;
  let house: House;
  const events: Record<string, string> = {};

  beforeAll(async () => {
    pages = await openPages(async (opened) => {
      house = opened;
      await live();
    });
  });
  afterAll(() => pages.close());

  /** A town in the middle of its work: something is late, something waits, something is over. */
  async function live(): Promise<void> {
    const { areas } = await house.store.town();
    const square = (west: number) =>
      [
        [0, 0],
        [0.01, 0],
        [0.01, 0.01],
        [0, 0.01],
        [0, 0],
      ].map(([x, y]): [number, number] => [west + x!, 30.7 + y!]);
    const rings: Record<string, [number, number][]> = { g1: square(104), g2: square(104.01) };
    const admin = { id: 'sun-admin', userId: 'sun', role: 'admin' as const, unitId: 'centre', areaId: 'd' };
    await house.store.saveTown({
      posts: [admin],
      areas: areas.map((area) => ({ ...area, polygon: rings[area.id] ?? null })),
    });
    await house.refresh();
    await (await house.as('sun')).post('/api/admin/people/gone/active', { active: true });
    await (await house.as('sun')).post('/api/admin/contacts/compare');
    for (const name of ['waiting', 'handling', 'asked', 'returned', 'closed', 'late'])
      events[name] = await report(name);
    for (const name of ['handling', 'asked', 'closed']) await step('zhao', name, 'ack');
    await step('zhao', 'returned', 'return', { reason: '不属本单位职责，请改派水务局' });
    await step('zhao', 'asked', 'extend', { reason: '等待材料，需要再给一些时间' });
    house.now += 3 * DAY;
    await step('zhou', 'late', 'supervise', { level: 'yellow', reason: '群众反映强烈，请抓紧' });
    await step('zhao', 'closed', 'finish', { note: '已清运完毕，恢复原状' });
    await step('wang', 'closed', 'pass');
    await step('zhao', 'closed', 'appeal', { reason: '等外单位配合，非本单位原因' });
    await (await house.as('zhou')).post('/api/filters', { name: '超期的', filter: { late: '1' } });
    house.now += 2 * HOUR;
  }

  async function report(name: string): Promise<string> {
    const wang = await house.as('wang');
    house.now += 5 * MINUTE;
    const photos = [(await wang.send(PIXEL)).body.id];
    const place = { text: '东街 12 号门前，菜市场北门旁', lng: 104.004, lat: 30.705 };
    const body = { text: `东街路口有垃圾堆（${name}），味道很大，请尽快清理`, place, photos, clientId: newClientId() };
    return (await wang.post('/api/events', body)).body.event.id;
  }
  async function step(who: Who, name: string, action: string, body: object = {}): Promise<void> {
    const { status, body: said } = await (await house.as(who)).post(`/api/events/${events[name]}/${action}`, body);
    if (status !== 200) throw new Error(`${action} of ${name}: ${JSON.stringify(said)}`);
  }

  /** Opens it over a weak network; resolves when all has come and stands still. */
  async function open(who: Who, hash: string, tapped: string | undefined, size: BrowserContextOptions): Promise<Page> {
    const context = await pages.chrome.newContext(size);
    await context.addInitScript(() => {
      const seen = { moved: 0, what: [] as string[] };
      Object.assign(window, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
          sources: { node?: Node }[];
        })[]) {
          if (entry.hadRecentInput) continue;
          seen.moved += entry.value;
          for (const { node } of entry.sources) seen.what.push((node as Element)?.className || String(node?.nodeName));
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await context.route(/\/api\//, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, LATE));
      await route.continue();
    });
    const page = await pages.open(who, `#${hash.replace(/:(\w+)/, (_, name: string) => events[name]!)}`, context);
    await page.waitForSelector('main h1, main.stop, h1');
    await page.waitForFunction(() => !document.querySelector('.skeleton'));
    await page.waitForLoadState('networkidle');
    if (tapped) await page.locator('button:visible, label:visible').filter({ hasText: tapped }).first().click();
    await page.waitForTimeout(300);
    return page;
  }

  async function wear(page: Page, theme: string, letters = '1'): Promise<void> {
    await page.evaluate(
      ([name, size]) => Object.assign(document.documentElement.dataset, { theme: name, letters: size }),
      [theme, letters],
    );
  }

  /** What axe calls serious or critical, each with the first thing it is about. */
  async function axe(page: Page): Promise<string[]> {
    return page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const { violations } = await axe.run(document, { resultTypes: ['violations'] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]!.html.slice(0, 90)}`);
    });
  }

  /** What a finger would miss, and what stands out of the screen. Links within a sentence are as high as its line. */
  async function misfits(page: Page, least: number): Promise<string[]> {
    return page.evaluate((tap) => {
      const found: string[] = [];
      if (document.documentElement.scrollWidth > innerWidth)
        found.push(`wider than the screen: ${document.documentElement.scrollWidth}`);
      for (const element of document.querySelectorAll('a, button, input, select, textarea, summary')) {
        const target = element.closest('label') || element;
        const { width, height } = target.getBoundingClientRect();
        const style = getComputedStyle(element);
        const hidden =
          width < 2 ||
          height < 2 ||
          style.visibility === 'hidden' ||
          style.opacity === '0' ||
          element.closest('.leaflet-container, .unseen');
        // Fractions of a pixel are the letters' own.
        if (!hidden && (height < tap - 0.5 || width < tap - 0.5))
          found.push(`${Math.round(width)}×${Math.round(height)}: ${target.outerHTML.slice(0, 90)}`);
      }
      return found;
    }, least);
  }

  /**
   * What looks another way once the styles of all other pages have come, too: whoever has walked through the whole app sees each
   * page as one who opened it first.
   */
  async function touched(page: Page, come: () => Promise<unknown>): Promise<string[]> {
    const look = () =>
      page.evaluate((names) => {
        return [...document.querySelectorAll('#app *')].map((element) => {
          const style = getComputedStyle(element);
          const said = names.map((name) => `${name}: ${style.getPropertyValue(name)}`);
          return [element.outerHTML.slice(0, 60), ...said];
        });
      }, TELLING);
    const before = await look();
    await come();
    const after = await look();
    return after.flatMap(([element, ...said], index) => {
      const other = said.filter((each) => !before[index]?.includes(each));
      return other.length === 0 ? [] : [`${element} ${other.slice(0, 3).join('; ')}`];
    });
  }

  async function comeAll(page: Page): Promise<void> {
    const sheets = readdirSync(join(BUILT, 'assets')).filter((file) => file.endsWith('.css'));
    for (const file of sheets) await page.addStyleTag({ url: `assets/${file}` });
  }

  test('styles that would touch another page are seen', async () => {
    const page = await open('zhao', '/todo', undefined, SMALL);
    const [first] = await touched(page, () =>
      page.evaluate(() => document.styleSheets[0]!.insertRule('.note { text-align: right }')),
    );
    expect(first).toMatch(/class="note".* text-align: right/);
    await page.context().close();
  });

  test.each(SIZES)(
    'on a %s: nothing serious to axe in any theme, nothing moves, a finger hits everything, no page touches another',
    async (name, size) => {
      const faults: string[] = [];
      for (const [who, hash, tapped] of PAGES) {
        const page = await open(who, hash, tapped, size);
        const say = (what: string, found: string[]) =>
          faults.push(...found.map((each) => `${hash} ${tapped ?? ''} ${what} ${each}`));
        const { moved, what } = await page.evaluate(
          () => (window as unknown as { seen: { moved: number; what: string[] } }).seen,
        );
        if (moved > 0) say(`moved ${moved.toFixed(4)}`, [[...new Set(what)].join(' | ')]);
        if (!(await page.title())) say('title', ['none']);
        await page.evaluate(AXE);
        for (const theme of THEMES) {
          await wear(page, theme);
          say(theme, await axe(page));
        }
        if (name === 'phone') {
          say('44 px', await misfits(page, 44));
          await wear(page, 'light', '3');
          say('超大', [...(await axe(page)), ...(await misfits(page, 60))]);
        }
        await wear(page, 'light');
        say('is touched', await touched(page, () => comeAll(page)));
        await page.context().close();
      }
      expect(faults).toEqual([]);
      expect(pages.complaints).toEqual([]);
    },
    600_000,
  );
});
