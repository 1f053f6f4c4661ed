import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { stepOf, stepsOf } from '../../miniapp/supervisor/heat';
import { DAY, HOUR } from '../../server/domain/clock';
import { type House, newClientId, type Who } from '../server/http/town';
import { openPages, type Pages, PHONE, withBrowser } from './pages';

/** 今日, 逾期墙 and 地图 as built, on the real server, in a real browser. */

const AXE = readFileSync(require.resolve('axe-core'), 'utf8');

describe('the steps of the heat', () => {
  it('are whole, without gaps, at most five, and reach from one to the most', () => {
    for (const counts of [[1], [1, 1, 1], [0, 3, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 1, 1, 40], [500, 2]]) {
      const steps = stepsOf(counts);
      expect(steps.length).toBeLessThanOrEqual(5);
      expect([steps[0]!.from, steps.at(-1)!.to]).toEqual([1, Math.max(...counts)]);
      for (const [index, { from, to }] of steps.entries()) {
        expect(to).toBeGreaterThanOrEqual(from);
        if (index > 0) expect(from).toBe(steps[index - 1]!.to + 1);
      }
      expect(stepOf(Math.max(...counts), steps)).toBe(steps.length);
    }
    expect([stepsOf([]), stepsOf([0, 0]), stepOf(0, stepsOf([4]))]).toEqual([[], [], 0]);
  });
});

withBrowser('in a browser', () => {
  let pages: Pages;
  let house: House;
  let complaints: string[];

  beforeAll(async () => {
    pages = await openPages(async (opened) => {
      house = opened;
      await settle();
    });
    complaints = pages.complaints;
  });
  beforeEach(() => complaints.splice(0));
  afterAll(() => pages.close());

  /** Two grids side by side, four events of three days ago, late by now. */
  async function settle(): Promise<void> {
    const { areas } = await house.store.town();
    const square = (west: number): [number, number][] => [
      [west, 30.7],
      [west + 0.01, 30.7],
      [west + 0.01, 30.71],
      [west, 30.71],
      [west, 30.7],
    ];
    const boxes: Record<string, [number, number][]> = { g1: square(104), g2: square(104.01), s1: square(104) };
    await house.store.saveTown({ areas: areas.map((area) => ({ ...area, polygon: boxes[area.id] ?? null })) });
    await house.refresh();
    for (const n of [1, 2, 3, 4]) await report(`路口第 ${n} 堆垃圾`);
    house.now += 3 * DAY;
  }
  async function report(text: string): Promise<string> {
    const place = { text: '路口', lng: 104.004, lat: 30.705 };
    const body = { text, matterId: 'M-LITTER', gridId: 'g1', place, clientId: newClientId() };
    return (await (await house.as('wang')).post('/api/events', body)).body.event.id;
  }
  const open = (hash: string, who: Who = 'zhou', viewport = { width: 390, height: 844 }): Promise<Page> =>
    pages.open(who, hash, { ...PHONE, viewport });

  it('a supervisor begins with today, and a number opens the events behind it', async () => {
    const page = await open('#/');
    await page.waitForSelector('h1:text-is("今日")');
    await page.waitForSelector('svg.trend');
    expect(await page.textContent('svg.trend title')).toBe('近三十天上报、结案和超期');
    expect(await page.textContent('.tile.alarm strong')).toBe('4');
    const tops = await page.$$eval('.tile', (tiles) => tiles.map((tile) => tile.getBoundingClientRect().top));
    // Two and two on a phone: the first screen holds them all.
    expect([tops[0] === tops[1], tops[2] === tops[3], tops[0] === tops[2]]).toEqual([true, true, false]);
    await page.click('summary');
    expect(await page.locator('.twin tbody tr').count()).toBe(30);
    await page.click('.lines >> a[aria-label="城管局超期 4 件，看是哪些"]');
    await page.waitForSelector('text=共 4 件');
    expect(await page.locator('.list li').count()).toBe(4);
    expect(await page.title()).toBe('已超期 · 城管局');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  it('on the wall a DING that the client lacks becomes 督办 with its words ready, and the unit is told', async () => {
    const page = await open('#/wall');
    const first = page.locator('.late-item').first();
    await first.locator('button:text-is("DING")').click();
    await page.waitForSelector('text=这里不能发 DING');
    expect(await page.inputValue('textarea')).toMatch(/^城管局：20261123-\d+ 暴露垃圾.*签收已超 \d+ 天.*请立即签收/);
    await page.click('[role=dialog] label:has-text("黄牌")');
    await page.click('text=发出黄牌督办');
    await page.waitForSelector('text=已向城管局发出黄牌督办');
    await page.waitForSelector('[role=dialog]', { state: 'detached' });
    const events = await house.store.list({
      scopes: { everything: true, reporterId: '', areaPaths: [], unitIds: [] },
      limit: 9,
    });
    const supervised = events.filter(({ tasks }) => tasks.some(({ supervised: level }) => level === 'yellow'));
    expect(supervised).toHaveLength(1);
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  it('the big wall scrolls and renews itself while nobody touches it', async () => {
    const page = await open('#/wall?big=1', 'zhou', { width: 960, height: 420 });
    await page.waitForSelector('.late-item');
    expect(await page.isVisible('.tabbar a')).toBe(true);
    const covered = await page.evaluate(() => document.elementFromPoint(20, 200)?.closest('.wall.big') !== null);
    expect(covered).toBe(true);
    await page.waitForFunction(() => document.querySelector('.wall.big')!.scrollTop > 20);
    const id = await report('墙上的新事');
    house.now += 2 * HOUR;
    await page.waitForFunction(() => document.querySelector('.sum b')!.textContent === '5', undefined, {
      timeout: 90_000,
    });
    expect((await house.store.event(id))?.stage).toBe('dispatched');
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  it('the map shows heat and events, and a tapped grid its people and open events; the list says the same', async () => {
    const page = await open('#/map');
    await page.waitForSelector('.cluster');
    expect(await page.textContent('.cluster')).toBe('5!5');
    const box = (await page.locator('.map-box').boundingBox())!;
    // The western grid, away from the cluster.
    await page.mouse.click(box.x + box.width * 0.12, box.y + box.height * 0.5);
    await page.waitForSelector('[role=dialog] >> text=王芳');
    await page.waitForSelector('[role=dialog] >> text=在办 5 件');
    // The sheet lies above the map and its panes.
    const above = await page.evaluate(() => document.elementFromPoint(195, 700)?.closest('[role=dialog]') !== null);
    expect(above).toBe(true);
    expect(await page.textContent('[role=dialog]')).not.toContain('1380013');
    await page.keyboard.press('Escape');
    await page.fill('input[type=range]', '0');
    await page.waitForSelector('text=1 件 · 超期 1 件');
    await page.fill('input[type=range]', '2');
    await page.waitForSelector('text=5 件 · 超期 5 件');
    await page.click('button:text-is("看列表")');
    await page.click('summary:has-text("东街街道")');
    await page.click('button:has-text("红光第一网格")');
    await page.waitForSelector('[role=dialog] >> text=王芳');
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  it('a point or a cluster opens its events, and whoever comes back from one finds map and list as they left them', async () => {
    const page = await open('#/map');
    await page.click('.cluster');
    await page.waitForSelector('[role=dialog] >> text=这里 5 件');
    await page.click('[role=dialog] .row >> nth=2');
    await page.waitForSelector('.timeline');
    await page.goBack();
    await page.waitForSelector('[role=dialog] >> text=这里 5 件');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => location.hash)).toBe('#/map?days=7');

    const { id } = await pages.report({ place: { text: '小公园', lng: 104.015, lat: 30.703 } });
    const mark = page.locator('.leaflet-marker-pane .point');
    await mark.waitFor();
    // Beside the mark itself, as a thumb does.
    const { x, y, width } = (await mark.boundingBox())!;
    await page.mouse.click(x + width + 10, y);
    await page.waitForSelector('[role=dialog] >> text=这里 1 件');
    await page.click('[role=dialog] .row');
    await page.waitForFunction((event) => location.hash === `#/e/${event}`, id);
    await page.goBack();
    await page.click('[role=dialog] button:text-is("关闭")');

    await page.click('a[title="放大"]');
    await page.click('a[title="放大"]');
    const label = page.locator('.grid-name span');
    await page.waitForTimeout(500);
    const before = await label.first().boundingBox();
    await page.evaluate(() => {
      location.hash = '#/today';
    });
    await page.waitForSelector('.tile');
    await page.goBack();
    await label.first().waitFor();
    expect(await label.first().boundingBox()).toEqual(before);
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  it('the map of who leads one community begins there, with the names of its grids', async () => {
    const li = { id: 'li-leader', userId: 'li', role: 'leader', unitId: 'u-c2', areaId: 'c2' } as const;
    await house.store.saveTown({ posts: [li] });
    await house.refresh();
    const middle = async (who: Who) => {
      const page = await open('#/map', who);
      const name = page.locator('.grid-name span', { hasText: '青年' });
      await name.waitFor();
      await page.waitForSelector('text=/\\d+ 件 · 超期/');
      const [{ x, width }, box] = [(await name.boundingBox())!, (await page.locator('.map-box').boundingBox())!];
      await page.context().close();
      return Math.round(x + width / 2 - box.x - box.width / 2);
    };
    expect(await middle('li')).toBe(0);
    // Control: who oversees all of it begins with both grids in sight.
    expect(await middle('zhou')).toBeGreaterThan(50);
    expect(complaints).toEqual([]);
  }, 120_000);

  it('everything to tap is large enough, and nothing serious troubles axe, in all themes', async () => {
    for (const [hash, ready] of [
      ['#/today', 'svg.trend'],
      ['#/rows?what=late', '.row'],
      ['#/wall', '.late-item'],
      ['#/map', '.cluster'],
    ] as const) {
      const page = await open(hash);
      await page.waitForSelector(ready);
      const small = await page.$$eval('a, button, summary, input[type=range]', (elements) =>
        elements
          .map((element) => ({ name: element.textContent, box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
          .map(({ name }) => name),
      );
      expect([hash, small]).toEqual([hash, []]);
      await page.evaluate(AXE);
      for (const theme of ['light', 'dark', 'outdoor']) {
        const found = await page.evaluate(async (dress) => {
          document.documentElement.dataset.theme = dress;
          const { axe } = window as unknown as { axe: typeof import('axe-core') };
          // The page is the same in each theme but for its colours.
          const only = dress === 'light' ? {} : { runOnly: ['color-contrast'] };
          const { violations } = await axe.run(document, { resultTypes: ['violations'], ...only });
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        }, theme);
        expect([hash, theme, found]).toEqual([hash, theme, []]);
      }
      await page.context().close();
    }
  }, 120_000);
});
