import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { readSheet } from 'read-excel-file/node';
import { DAY, HOUR } from '../../server/domain/clock';
import { type House, MORNING, newClientId, PIXEL, type Who } from '../server/http/town';
import { freshPage } from '../support/chromium';
import { openPages, type Pages, withBrowser } from './pages';

/** 查询, 导出, 全卷 and 申诉审理 in a real browser, on a phone and on a PC. */

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

beforeAll(() => freshPage('miniapp'));

withBrowser('in a browser', () => {
  let pages: Pages;
  let house: House;
  let url: string;
  let complaints: string[];
  let appealed: string;

  beforeAll(async () => {
    pages = await openPages(async (opened) => {
      house = opened;
      appealed = await lateAndAppealed();
      for (const text of ['<b>东街</b>垃圾', '=1+1 树枝 13800138000', '路口 100% 占满'])
        await (await house.as('wang')).post('/api/events', { text, matterId: 'M-LITTER', clientId: newClientId() });
    });
    ({ url, complaints } = pages);
  });
  beforeEach(() => complaints.splice(0));
  afterAll(() => pages.close());

  /** An event that was finished late, with photos of before and after, and an appeal that waits for the dispatcher. */
  async function lateAndAppealed(): Promise<string> {
    const [wang, zhao] = [await house.as('wang'), await house.as('zhao')];
    const photos = [(await wang.send(PIXEL)).body.id];
    const given = { text: '建设路口垃圾堆', matterId: 'M-LITTER', photos, clientId: newClientId() };
    const { id } = (await wang.post('/api/events', given)).body.event;
    await zhao.post(`/api/events/${id}/ack`);
    house.now = MORNING + DAY + 2 * HOUR;
    await house.ports.apply({ key: null, by: 'system', on: { event: id }, command: { type: 'tick' } });
    // Sessions are shorter than a day.
    const [again, own] = [await house.as('zhao'), await house.as('wang')];
    await again.post(`/api/events/${id}/finish`, { note: '已清理', photos: [(await again.send(PIXEL)).body.id] });
    await own.post(`/api/events/${id}/pass`);
    const { status } = await again.post(`/api/events/${id}/appeal`, { reason: '停电，清运车出不来' });
    expect(status).toBe(200);
    return id;
  }

  const open = (who: Who, hash: string, viewport = DESK) =>
    pages.open(who, hash, { viewport, locale: 'zh-CN', acceptDownloads: true });
  const numbers = (page: Page) => page.locator('.rows tbody .no').allInnerTexts();
  const address = (page: Page) => decodeURIComponent(new URL(page.url()).hash);

  /** Serious faults of accessibility, targets too small, and what is wider than the window. */
  async function faults(page: Page): Promise<unknown[]> {
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => [id, nodes[0]?.html]);
    });
    const small = await page.$$eval('a, button, select, input:not([type=radio]), .chip', (all) =>
      all
        .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()] as const)
        .filter(([, { width, height }]) => width > 0 && (width < 43.5 || height < 43.5))
        .map(([html]) => html),
    );
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    return [...found, ...small, ...(wide ? ['wider than the window'] : [])];
  }

  it('conditions stand in the address, so that a link brings the same rows back; keys walk and open them', async () => {
    const page = await open('zhou', '#/search');
    await page.waitForSelector('text=共 4 件');
    expect(await page.locator('.rows tbody').textContent()).toContain('<b>东街</b>垃圾');
    expect(await faults(page)).toEqual([]);
    await page.getByLabel('编号、内容或位置').fill('100%');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=共 1 件 · “100%”');
    expect(address(page)).toBe('#/search?q=100%');
    await page.getByLabel('阶段').selectOption({ label: '已结案' });
    await page.waitForSelector('text=没有符合这些条件的事件');
    await page.click('text=清空条件');
    await page.getByLabel('阶段').selectOption({ label: '待签收' });
    await page.waitForSelector('text=共 3 件 · 待签收');
    const link = page.url();
    const rows = await numbers(page);
    expect(rows).toHaveLength(3);
    await page.locator('h1').click();
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
    expect(await page.locator('.rows tr[aria-current] .no').textContent()).toBe(rows[1]);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`h1:text-is("${rows[1]}")`);
    await page.goBack();
    await page.waitForSelector('text=共 3 件 · 待签收');
    expect(page.url()).toBe(link);
    await page.goto('about:blank');
    await page.goto(link);
    await page.waitForSelector('text=共 3 件 · 待签收');
    expect(await numbers(page)).toEqual(rows);
    expect(complaints).toEqual([]);
  });

  it('a phone shows cards and a sheet of conditions; a search is kept, asked again by one tap, and removed', async () => {
    const page = await open('zhou', '#/search', PHONE);
    await page.waitForSelector('.row');
    expect(await faults(page)).toEqual([]);
    await page.click('button:has-text("筛选")');
    await page.getByLabel('督办').selectOption({ label: '普通督办' });
    await page.getByLabel('报告人或经办人').fill('赵敏');
    await page.click('text=看结果');
    await page.waitForSelector('text=赵敏报告或经办');
    expect(address(page)).toContain('person=赵敏');
    await page.click('text=存为常用');
    await page.fill('input[type=text]', '赵敏的督办');
    await page.click('text=存下');
    await page.waitForSelector('.kept [aria-pressed="true"]:text-is("赵敏的督办")');
    await page.goto(`${url}/#/search`);
    await page.waitForSelector('text=共 4 件');
    await page.click('.kept >> text=赵敏的督办');
    await page.waitForSelector('text=赵敏报告或经办');
    await page.click('text=整理');
    await page.click('button[aria-label="删去“赵敏的督办”"]');
    await page.waitForSelector('.kept-list li', { state: 'detached' });
    expect(await house.store.filters('zhou')).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('the very search is saved as a workbook with as many rows as the list says', async () => {
    const page = await open('zhou', '#/search?stage=dispatched');
    await page.waitForSelector('text=共 3 件');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=导出 Excel')]);
    expect(download.suggestedFilename()).toMatch(/^事件导出-2026-11-24\.xlsx$/);
    const [header, ...rows] = await readSheet(readFileSync(await download.path()));
    expect(rows).toHaveLength(3);
    const contents = rows.map((row) => row[header!.indexOf('内容')]);
    expect(contents).toContain('=1+1 树枝 138****8000');
    await page.waitForSelector('text=正在下载 3 件');
    const [line] = await house.store.records({ limit: 1 });
    expect(line).toMatchObject({ by: 'zhou', action: 'export.events', data: { rows: 3, words: '待签收' } });
    expect(complaints).toEqual([]);
  });

  it('a whole file prints on A4 with all its parts, in black on white whatever the theme', async () => {
    const page = await open('zhou', `#/e/${appealed}/file`);
    await page.evaluate(() => localStorage.setItem('gridtalk.look', '{"theme":"dark","letters":"3"}'));
    await page.reload();
    await page.waitForSelector('text=核验通过');
    const text = await page.locator('.paper').textContent();
    for (const part of [
      '基本情况',
      '承办单位',
      '申请与审批',
      '处理前（1）',
      '处理后（1）',
      '办理经过',
      '计时台账',
      '合计已用',
      '记录链核验',
    ])
      expect(text).toContain(part);
    expect(text).toContain((await house.store.event(appealed))!.headHash);
    expect(text).toContain('周正 于 2026-11-24 12:00 打印');
    await page.waitForFunction(() =>
      Array.from(document.images).every(({ complete, naturalWidth }) => complete && naturalWidth > 0),
    );
    const [before, after] = await page.$$eval('.sides img', (all) => all.map((each) => each.getBoundingClientRect()));
    expect(before!.right).toBeLessThanOrEqual(after!.left);
    expect(Math.abs(before!.top - after!.top)).toBeLessThan(2);
    await page.emulateMedia({ media: 'print' });
    const ink = await page.$eval('.paper td', (cell) => [
      getComputedStyle(cell).color,
      getComputedStyle(document.body).backgroundColor,
    ]);
    expect(ink).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
    expect(await page.locator('.tabbar').isVisible()).toBe(false);
    const pdf = String(await page.pdf({ preferCSSPageSize: true }));
    expect(pdf).toMatch(/\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
    await page.emulateMedia({ media: null });
    const asked = page.evaluate(
      () => new Promise<boolean>((done) => Object.assign(window, { print: () => done(true) })),
    );
    await page.click('button:text-is("打印")');
    expect(await asked).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('an appeal is agreed to by the dispatcher, then denied with a reason by the supervisor', async () => {
    const dispatcher = await open('chen', '#/appeals', PHONE);
    await dispatcher.waitForSelector('text=办理超时 6 小时');
    expect(await faults(dispatcher)).toEqual([]);
    await dispatcher.click('button:text-is("同意")');
    await dispatcher.fill('textarea', '情况属实');
    await dispatcher.click('text=确定同意');
    await dispatcher.waitForSelector('text=等督查员（第 2 级，共 2 级）');
    expect(await dispatcher.locator('button:text-is("同意")').count()).toBe(0);
    await dispatcher.close();
    const page = await open('zhou', '#/appeals', PHONE);
    await page.waitForSelector('text=陈晨同意：情况属实');
    await page.click('button:text-is("不同意")');
    await page.click('text=确定不同意');
    await page.waitForSelector('text=请写明理由。');
    await page.fill('textarea', '当天已来电');
    await page.click('text=确定不同意');
    await page.waitForSelector('text=没有等着审的申诉。');
    await page.click('label:has-text("已审结")');
    await page.waitForSelector('text=周正不同意：当天已来电');
    await page.waitForSelector('.tag:has-text("未予支持")');
    expect((await house.store.event(appealed))!.tasks[0]!.appealed).toBe('denied');
    expect(complaints).toEqual([]);
  });
});
