import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { readSheet } from 'read-excel-file/node';
import { dispatchers, supervisors } from '../../server/domain/routing';
import { DESK, PHONE, withBrowser } from '../miniapp/pages';
import { freshPage, launch } from '../support/chromium';
import { openWorld, type World } from '../support/world';

/**
 * One event's whole life by the pages alone, each person on a screen of their own, with the whole program behind: reported
 * without a network, returned, dispatched anew, given more time, late all the same, urged, finished, verified, appealed,
 * exported and printed. Nobody reloads a page to see what the others did.
 */

withBrowser('a day of four posts', () => {
  let world: World;
  let chrome: Browser;
  const red: string[] = [];
  const open: BrowserContext[] = [];

  beforeAll(async () => {
    await freshPage('miniapp');
    [world, chrome] = await Promise.all([openWorld(), launch()]);
  });
  afterAll(async () => {
    await chrome.close();
    await world.close();
  });

  /** A screen of this person's own, logged in as from DingTalk. */
  async function screen(userId: string, hash: string, size = PHONE): Promise<Page> {
    const context = await chrome.newContext({ ...size, timezoneId: 'Asia/Shanghai', acceptDownloads: true });
    open.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(25_000);
    page.on('pageerror', (error) => red.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 40\d|ERR_INTERNET/.test(message.text())) red.push(message.text());
    });
    const { url, sandbox } = world.running;
    await page.goto(`${url}/?code=${sandbox!.loginCode(userId)}${hash}`);
    return page;
  }

  /** Takes a step through its form, as the page offers it now. */
  async function step(page: Page, label: string, fill: Record<string, string> = {}): Promise<void> {
    const button = page.locator(`.bar button:text-is("${label}")`);
    await page.locator('.bar .main button').first().waitFor();
    if (!(await button.isVisible())) await page.click('.bar button:text-is("更多")');
    await button.click();
    for (const [name, value] of Object.entries(fill)) {
      const field = page.locator(`#${name}`);
      if ((await field.evaluate(({ tagName }) => tagName)) === 'SELECT') await field.selectOption({ label: value });
      else await field.fill(value);
    }
    await page.click(`button:text-is("确定${label}")`);
    await page.waitForSelector(`text=已提交：${label}`);
  }

  const nameOf = (unitId: string) => world.roster.unit(unitId)!.name;
  const stage = (page: Page, words: string) => page.waitForSelector(`.tag:text-is("${words}")`);
  const lead = async () => (await world.event()).tasks.findLast(({ duty }) => duty === 'lead')!;
  const one = (unitId: string, role: 'handler' | 'leader') => world.roster.staff(unitId, role)[0]!;

  test('from a street corner without a network to the printed file', async () => {
    const worker = world.who('worker');

    // Reported without a network; the page survives a reload, and sends by itself once the line is back.
    const phone = await screen(worker, '#/report');
    await phone.waitForSelector('button.chip');
    await phone.evaluate(() => navigator.serviceWorker.ready);
    await phone.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await phone.context().setOffline(true);
    await phone.fill('[aria-label="怎么了"]', '建设路12号路灯不亮，晚上看不清路');
    await phone.tap('button:text-is("提交")');
    await phone.waitForSelector('text=已存在手机上，连上网络后自动上传');
    await phone.waitForSelector('text=1 条待上传');
    await phone.reload();
    await phone.waitForSelector('text=1 条待上传');
    expect(await world.events()).toEqual([]);
    await phone.context().setOffline(false);
    await phone.waitForSelector('text=1 条待上传', { state: 'detached' });
    await world.settled();
    const { id, no, areaPath } = await world.event();
    const dispatcher = dispatchers(areaPath, world.roster)[0]!;
    const supervisor = supervisors(areaPath, world.roster)[0]!;
    const first = (await lead()).unitId;
    await phone.tap('.tabbar >> text=我的上报');
    await phone.tap(`text=${no}`);
    await stage(phone, '待签收');
    const follows = phone;

    // The supervisor has the day on a wall screen all along.
    const wall = await screen(supervisor, '#/wall', DESK);
    await wall.waitForSelector('text=没有超期的事');

    // Acknowledged from the card's link, then returned: not theirs.
    const handler = await screen(one(first, 'handler'), `#/e/${id}?do=ack`);
    await handler.click('text=继续办理');
    await stage(handler, '处置中');
    await stage(follows, '处置中');
    await step(handler, '退回', { reason: '产权属住建局，请改派' });
    await stage(handler, '待派遣');

    // Dispatched anew, to the unit that it belongs to.
    const second = world.roster.town.units.find(({ kind, id: unit }) => kind === 'department' && unit !== first)!.id;
    const desk = await screen(dispatcher, '#/todo', DESK);
    await desk.click(`a.row[data-id="${id}"]`);
    await desk.waitForSelector('.pane >> text=产权属住建局');
    await step(desk, '派遣', { to: nameOf(second) });
    await stage(follows, '待签收');
    await follows.waitForSelector(`text=${nameOf(second)}`);

    // Acknowledged; more time is asked for, granted by the leader and the dispatcher.
    const other = await screen(one(second, 'handler'), '#/todo');
    await other.locator('li.todo', { hasText: no! }).locator('button:text-is("签收")').tap();
    await other.locator('li.todo', { hasText: no! }).locator('a.row').tap();
    await stage(other, '处置中');
    const before = (await lead()).handleDueAt!;
    await step(other, '申请延期', { reason: '灯杆要定制，等厂家' });
    const leader = await screen(one(second, 'leader'), `#/e/${id}`);
    await leader.waitForSelector('text=灯杆要定制，等厂家');
    await step(leader, '同意');
    const approval = await screen(dispatcher, `#/e/${id}?do=approve`, DESK);
    await approval.click('button:text-is("确定同意")');
    await approval.waitForSelector('text=已提交：同意');
    expect((await lead()).handleDueAt!).toBeGreaterThan(before);
    await other.waitForSelector('text=灯杆要定制，等厂家');

    // Late all the same: it climbs onto the wall that is open, and the supervisor urges with the words prepared. Four days on,
    // sessions are over.
    await world.advance('4d');
    const late = await screen(supervisor, '#/wall', DESK);
    await late.waitForSelector(`.unit:has-text("${nameOf(second)}") >> text=${no}`);
    await late
      .locator('.unit', { hasText: nameOf(second) })
      .locator('button:text-is("督办")')
      .first()
      .click();
    expect(await late.inputValue('.sheet textarea')).toContain(no);
    const levels = late.locator('.sheet button.primary');
    await levels.click();
    await late.waitForSelector(`text=/已向${nameOf(second)}发出.+督办/`);
    await world.settled();
    expect((await world.running.store.entries(id)).some(({ action }) => action === 'supervise')).toBe(true);

    // Finished, and verified by who reported it: both pages are open, neither is reloaded.
    const back = await screen(one(second, 'handler'), `#/e/${id}`);
    const verifies = await screen(worker, `#/e/${id}`);
    await stage(verifies, '处置中');
    await step(back, '办结', { note: '已更换灯杆，恢复照明' });
    await stage(verifies, '待核查');
    await verifies.waitForSelector('text=已更换灯杆，恢复照明');
    await step(verifies, '核查通过');
    await stage(back, '已结案');

    // Appealed, heard by both, granted: the lateness stands, the statistics leave it out.
    await step(back, '申诉', { reason: '厂家停产，有函为证' });
    for (const judge of [dispatcher, supervisor]) {
      const court = await screen(judge, '#/appeals', DESK);
      await court.waitForSelector('text=厂家停产，有函为证');
      await court.click('button:text-is("同意")');
      await court.fill('textarea', '情况属实');
      await court.click('button:text-is("确定同意")');
      await court.waitForSelector('button:text-is("同意")', { state: 'detached' });
    }
    expect((await lead()).appealed).toBe('granted');

    // Exported and read.
    const search = await screen(supervisor, `#/search?q=${no}`, DESK);
    await search.waitForSelector('text=共 1 件');
    const [download] = await Promise.all([search.waitForEvent('download'), search.click('text=导出 Excel')]);
    const [header, row] = await readSheet(readFileSync(await download.path()));
    const cell = (name: string) => row?.[header!.indexOf(name)];
    expect([cell('编号'), cell('阶段')]).toEqual([no, '已结案']);
    expect(cell('内容')).toContain('路灯不亮');

    // Printed, with everything that was said on the way.
    await search.goto(`${world.running.url}/#/e/${id}/file`);
    await search.waitForSelector('text=核验通过');
    const paper = (await search.textContent('.paper')) ?? '';
    for (const said of [
      '产权属住建局，请改派',
      '灯杆要定制，等厂家',
      '已更换灯杆，恢复照明',
      '厂家停产，有函为证',
      no!,
    ])
      expect(paper).toContain(said);
    expect((await search.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(10_000);
    expect(red).toEqual([]);
  });
});
