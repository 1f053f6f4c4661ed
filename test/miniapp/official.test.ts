import type { BrowserContext, Page } from 'playwright-core';
import { type House, PIXEL, type Who } from '../server/http/town';
import { openPages, type Pages, PHONE, withBrowser } from './pages';

/** The official's pages on the real server in a real browser: the to-do, and one event. */

withBrowser('in a browser', () => {
  let pages: Pages;
  let house: House;
  let context: BrowserContext;
  let url: string;
  let complaints: string[];

  beforeAll(async () => {
    pages = await openPages();
    ({ house, url, complaints } = pages);
  });
  beforeEach(async () => {
    complaints.length = 0;
    context = await pages.chrome.newContext(PHONE);
  });
  afterEach(() => context.close());
  afterAll(() => pages.close());

  const open = (who: Who, hash: string) => pages.open(who, hash, context);
  const report = (more: object = {}) => pages.report(more);
  const step: Pages['step'] = (...given) => pages.step(...given);
  const stageOf = async (id: string) => (await house.store.event(id))?.stage;
  /** A row of the list by its number. */
  const row = (page: Page, no: string) => page.locator('li.todo', { hasText: no });

  it('one tap acknowledges: shown at once, sent in five seconds, and never when taken back before', async () => {
    const [kept, undone] = [await report(), await report()];
    const page = await open('zhao', '#/todo?f=ack');
    await row(page, undone.no).locator('button').click();
    await row(page, undone.no).locator('text=已签收').first().waitFor();
    expect(await stageOf(undone.id)).toBe('dispatched');
    await page.click('.toast button');
    await row(page, undone.no).locator('button:text-is("签收")').waitFor();
    await row(page, kept.no).locator('button').click();
    await row(page, kept.no).waitFor({ state: 'detached' });
    expect([await stageOf(kept.id), await stageOf(undone.id)]).toEqual(['handling', 'dispatched']);
    expect(complaints).toEqual([]);
  });

  it('an 签收 that was tapped is not lost with the page: closing it sends it', async () => {
    const { id } = await report();
    const page = await open('zhao', `#/e/${id}?do=ack`);
    await page.waitForSelector('text=撤销签收');
    expect(await stageOf(id)).toBe('dispatched');
    await page.goto('about:blank');
    await (await open('zhao', `#/e/${id}`)).waitForSelector('.tag:text-is("处置中")');
    const acks = (await house.store.entries(id)).filter(({ action }) => action === 'ack');
    expect(acks).toHaveLength(1);
  });

  it('on a PC many are acknowledged at once, each by itself: who was faster is named, the others are done', async () => {
    const events = [await report(), await report(), await report()];
    const page = await open('zhao', '#/todo?f=ack');
    await page.setViewportSize({ width: 1280, height: 860 });
    for (const { no } of events) await row(page, no).locator('input[type=checkbox]').check();
    await step('qin', events[1].id, 'ack');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (/\/ack$/.test(request.url())) sent.push(JSON.parse(request.postData() || '{}').clientId);
    });
    await page.click('text=签收所选 3 件');
    await page.waitForSelector('.outcome');
    const words = (await page.textContent('.outcome')) ?? '';
    expect(words).toContain('签收了 2 件，1 件没有签收');
    expect(words).toMatch(new RegExp(`${events[1].no} .*秦局长`));
    expect(new Set(sent).size).toBe(3);
    for (const { id } of events) expect(await stageOf(id)).toBe('handling');
    expect(complaints).toEqual([]);
  });

  it('on a PC the event stands beside the list, and J, K and Enter are enough to get to its first step', async () => {
    const [first, second] = [await report(), await report()];
    const page = await open('qin', '#/todo?f=ack');
    await page.setViewportSize({ width: 1280, height: 860 });
    const shown = () => page.textContent('.beside-head');
    const order = async () => {
      await page.waitForSelector('.pane .bar');
      return page.$$eval('a.row', (links) => links.map((link) => (link as HTMLElement).dataset.id));
    };
    const ids = await order();
    expect(ids).toEqual(expect.arrayContaining([first.id, second.id]));
    await page.keyboard.press('j');
    await page.waitForSelector(`a.row[data-id="${ids[1]}"][aria-current]`);
    await page.waitForFunction(
      (no) => document.querySelector('.beside-head')?.textContent === no,
      [first, second].find(({ id }) => id === ids[1])?.no ?? (await house.store.event(ids[1]!))?.no,
    );
    await page.keyboard.press('k');
    await page.waitForSelector(`a.row[data-id="${ids[0]}"][aria-current]`);
    await page.waitForSelector('.pane .bar .primary');
    expect(await shown()).toBe((await house.store.event(ids[0]!))?.no);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('签收');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('two pages follow each other without reloading', async () => {
    const { id } = await report();
    const reporter = await open('wang', `#/e/${id}`);
    const handler = await (async () => {
      const other = await pages.chrome.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
      const page = await other.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(`${url}/?code=code-zhao#/e/${id}`);
      return page;
    })();
    await reporter.waitForSelector('button:text-is("撤回")');
    await handler.click('button:text-is("签收")');
    await handler.click('text=继续办理');
    await reporter.waitForSelector('.tag:text-is("处置中")');
    await reporter.waitForSelector('button:text-is("撤回")', { state: 'detached' });
    await reporter.click('text=补充情况');
    await reporter.fill('#note', '下午又多了一堆');
    await reporter.click('text=确定补充情况');
    await handler.waitForSelector('text=补充：下午又多了一堆');
    await handler.context().close();
    expect(complaints).toEqual([]);
  });

  it('a link is followed by what is true now, not by what the page knew of the event', async () => {
    const { id } = await report();
    await step('zhao', id, 'ack');
    const page = await open('wang', `#/e/${id}`);
    await page.waitForSelector('.tag:text-is("处置中")');
    await page.goto(`${url}/#/mine`);
    await page.waitForSelector('h1:text-is("我的上报")');
    await step('zhao', id, 'finish', { note: '已清理干净' });
    // Longer than what is known counts as new.
    await page.waitForTimeout(4_500);
    await page.goto(`${url}/#/e/${id}?do=pass`);
    await page.waitForSelector('text=确定核查通过');
    expect(await page.isVisible('text=这一步不用办了')).toBe(false);
    // Control: a step that is over is said to be over.
    await page.goto(`${url}/#/e/${id}?do=withdraw`);
    await page.waitForSelector('text=这一步不用办了');
  });

  it('返回 leads to where one came from, as it was left; who came by a link gets to the to-do', async () => {
    const { id, no } = await report();
    const page = await open('chen', '#/search?stage=dispatched');
    const found = page.locator('a.row', { hasText: no });
    await found.click();
    await page.click('text=为什么是这个时间');
    await page.waitForSelector('h1:text-is("为什么是这个时间")');
    await page.click('[aria-label="返回"]');
    await page.waitForSelector(`h1:text-is("${no}")`);
    await page.click('[aria-label="返回"]');
    await found.waitFor();
    expect(new URL(page.url()).hash).toBe('#/search?stage=dispatched');
    const linked = await open('zhao', `#/e/${id}`);
    await linked.click('[aria-label="返回"]');
    await linked.waitForSelector('h1:text-is("待办")');
    expect(complaints).toEqual([]);
  });

  it('a long list is found where it was left, and every other page begins at its top', async () => {
    for (let count = 0; count < 12; count += 1) await report();
    const page = await open('zhao', '#/todo?f=ack');
    const last = page.locator('li.todo').last();
    await last.scrollIntoViewIfNeeded();
    const top = await page.evaluate(() => pageYOffset);
    expect(top).toBeGreaterThan(300);
    await last.locator('a.row').click();
    await page.waitForSelector('.bar .primary');
    expect(await page.evaluate(() => pageYOffset)).toBe(0);
    await page.click('[aria-label="返回"]');
    await page.waitForFunction((was) => Math.abs(pageYOffset - was) < 40, top);
    expect(complaints).toEqual([]);
  });

  it('what was typed survives the page, is wrong field by field, and is kept when somebody was faster', async () => {
    const { id } = await report();
    await step('zhao', id, 'ack');
    const page = await open('zhao', `#/e/${id}?do=return`);
    await page.click('text=确定退回');
    await page.waitForSelector('#reason-fault:has-text("请填写理由")');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('reason');
    await page.click('.phrases >> text=不属本单位职责');
    await page.waitForSelector('text=取消');
    await page.reload();
    await page.waitForSelector('text=办理经过');
    await page.click('text=更多');
    await page.click('button:text-is("退回")');
    await page.waitForSelector('text=上次没有发出的内容还在');
    expect(await page.inputValue('#reason')).toBe('不属本单位职责');
    await step('zhao', id, 'finish', { note: '已清理干净' });
    await page.click('text=确定退回');
    await page.waitForSelector('.said:has-text("赵敏 10:00已办结")');
    await page.waitForSelector('.tag:text-is("待核查")');
    expect(await page.inputValue('#typed')).toBe('不属本单位职责');
    await page.click('text=作为补充情况发出');
    expect(await page.inputValue('#note')).toBe('不属本单位职责');
    await page.click('text=确定补充情况');
    await page.waitForSelector('text=已提交：补充情况');
    await page.waitForSelector('.timeline >> text=：不属本单位职责');
    expect(complaints).toEqual([]);
  });

  it('the spot is drawn, and in a browser without DingTalk the way there is handed to a map', async () => {
    const { id } = await report({ place: { text: '建设路 12 号', lng: 104.051234, lat: 30.661234 } });
    await context.route('https://uri.amap.com/**', (route) => route.fulfill({ body: '' }));
    const page = await open('zhao', `#/e/${id}`);
    await page.waitForSelector('.place svg .pin');
    const [map] = await Promise.all([context.waitForEvent('page'), page.click('text=导航去这里')]);
    expect(map.url()).toContain('https://uri.amap.com/marker?position=104.051234,30.661234');
    expect(complaints).toEqual([]);
  });

  it('photos of before and after stand side by side, and are looked at one after the other', async () => {
    const wang = await house.as('wang');
    const { id } = await report({ photos: [(await wang.send(PIXEL)).body.id] });
    await step('zhao', id, 'ack');
    const after = (await (await house.as('zhao')).send(PIXEL)).body.id;
    await step('zhao', id, 'finish', { note: '已清理干净', photos: [after] });
    const page = await open('wang', `#/e/${id}`);
    await page.waitForSelector('.sides');
    expect(await page.locator('.sides figcaption').allTextContents()).toEqual(['处理前', '处理后']);
    await page.locator('.sides .thumb').first().click();
    await page.waitForSelector('.viewer >> text=现场 1 / 2');
    await page.click('text=下一张');
    await page.waitForSelector('.viewer >> text=处理后 2 / 2');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.viewer', { state: 'detached' });
    expect(complaints).toEqual([]);
  });
});
