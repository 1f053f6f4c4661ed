import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { HOUR, instant, MINUTE } from '../../server/domain/clock';
import type { House, Who } from '../server/http/town';
import { freshPage } from '../support/chromium';
import { BUILT, openPages, type Pages, PHONE, withBrowser } from './pages';

/** The built page on the real server in a real browser, as a phone shows it. */

const ROOT = resolve(__dirname, '../..');

beforeAll(() => freshPage('miniapp'));

describe('the build', () => {
  const files = () =>
    readdirSync(join(BUILT, 'assets')).map((name) => ({ name, text: readFileSync(join(BUILT, 'assets', name)) }));

  it('is written in words that Chromium 69 knows', () => {
    const tooNew = /\w\?\.[a-z(]|\?\?|\.at\(|replaceAll|structuredClone|randomUUID|Object\.hasOwn/;
    const scripts = files().filter(({ name }) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(0);
    for (const { text } of scripts) expect(String(text)).not.toMatch(tooNew);
    // Control: the source uses such words, and they would be found.
    expect(readFileSync(join(ROOT, 'miniapp/kit/toast.tsx'), 'utf8')).toMatch(tooNew);
  });

  it('carries no script within the page, so that the policy can forbid them', () => {
    expect(readFileSync(join(BUILT, 'index.html'), 'utf8')).not.toMatch(/<script(?![^>]* src=)|\son\w+=|style=/);
  });
});

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

  it('a handler acknowledges and finishes with a photo, which is made small on the way', async () => {
    const { id, no } = await report();
    const page = await open('zhao', '#/');
    await page.click(`text=${no}`);
    await page.click('button:text-is("签收")');
    await page.click('text=继续办理');
    await page.waitForSelector('.tag:text-is("处置中")');
    await page.click('button:text-is("办结")');
    await page.fill('textarea', '已清理干净');
    await page.setInputFiles('input[type=file]', { name: 'a.png', mimeType: 'image/png', buffer: await picture(page) });
    await page.waitForSelector('text=去掉');
    await page.click('text=确定办结');
    await page.waitForSelector('text=现在是“待核查”');
    const event = await house.store.event(id);
    const [photo] = await house.store.media(event!.mediaIds);
    expect([event!.stage, photo!.mime, photo!.phase]).toEqual(['verifying', 'image/jpeg', 'finish']);
    const size = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, `/api/photos/${photo!.id}`);
    expect(size).toEqual([1600, 1200]);
    expect(complaints).toEqual([]);
  });

  it('the page’s own file comes while the server still says who asks, and waiting costs the phone no frame', async () => {
    const page = await context.newPage();
    let tell = () => {};
    const told = new Promise<void>((done) => {
      tell = done;
    });
    await page.route('**/api/me', async (route) => {
      await told;
      await route.continue();
    });
    const file = page.waitForRequest(/todo-[^/]*\.js$/);
    await page.goto(`${url}/?code=code-zhao#/todo`);
    await file;
    await page.waitForSelector('.skeleton');
    const animated = await page.evaluate(() =>
      document.getAnimations().flatMap((each) => {
        const frames = (each.effect as KeyframeEffect).getKeyframes();
        return frames.flatMap((frame) => Object.keys(frame));
      }),
    );
    const own = ['offset', 'computedOffset', 'easing', 'composite'];
    expect([...new Set(animated)].filter((name) => !own.includes(name))).toEqual(['opacity']);
    tell();
    await page.waitForSelector('text=没有待办');
    expect(complaints).toEqual([]);
  });

  it('each begins where their day does, also on the phone of another who has logged out', async () => {
    const leads = { id: 'sun-leads', userId: 'sun', role: 'leader', unitId: 'dept-02', areaId: null } as const;
    await house.store.saveTown({ posts: [leads] });
    await house.refresh();
    const page = await open('wang', '#/');
    const at = (hash: string) => page.waitForFunction((wanted) => location.hash === wanted, hash);
    await at('#/report');
    await page.evaluate(() => {
      location.hash = '#/me';
    });
    await page.click('text=退出登录');
    await page.waitForSelector('h1:text-is("需要登录")');
    for (const [who, home] of [
      ['sun', '#/todo'],
      ['zhou', '#/today'],
    ] as const) {
      await page.goto(`${url}/?code=code-${who}${await page.evaluate(() => location.hash)}`);
      await at(home);
      await page.click('.tabbar a[href="#/me"]');
      await page.click('text=退出登录');
      await page.waitForSelector('h1:text-is("需要登录")');
    }
    expect(complaints).toEqual([]);
  });

  it('the login code stays neither in the address nor in the history', async () => {
    const page = await open('wang', '#/mine');
    await page.waitForSelector('text=我的上报');
    expect(page.url()).toBe(`${url}/#/mine`);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    // Reloaded, the cookie alone is enough.
    await page.reload();
    await page.waitForSelector('h1:text-is("我的上报")');
    await page.click('.tabbar >> text=/^我$/');
    await page.waitForSelector('h1:text-is("王芳")');
  });

  it('a link with an action opens its form at once, and only once', async () => {
    const { id } = await report();
    const page = await open('zhao', `#/e/${id}?do=return`);
    await page.waitForSelector('text=确定退回');
    await page.click('text=取消');
    await page.reload();
    await page.waitForSelector('button:text-is("签收")');
    expect(await page.isVisible('text=确定退回')).toBe(false);
  });

  it('who comes second is told what happened, and sees the event as it is now', async () => {
    const { id } = await report();
    const page = await open('wang', `#/e/${id}`);
    await page.click('button:text-is("撤回")');
    await (await house.as('zhao')).post(`/api/events/${id}/ack`);
    await page.click('text=确定撤回');
    await page.waitForSelector('text=赵敏 10:00已签收，不能撤回');
    await page.waitForSelector('.tag:text-is("处置中")');
    expect(await page.isVisible('button:text-is("撤回")')).toBe(false);
  });

  it('what people wrote is shown as they wrote it, never run', async () => {
    const { id } = await report({ text: '<img src=x onerror="document.title=1"><b>垃圾</b>' });
    const page = await open('wang', `#/e/${id}`);
    await page.waitForSelector('text=<b>垃圾</b>');
    expect(await page.title()).toMatch(/^20261123-/);
    expect(complaints).toEqual([]);
  });

  it('what was typed is still there when the network fails, and sent again it acts once', async () => {
    const { id } = await report();
    const page = await open('zhao', `#/e/${id}?do=add`);
    await page.fill('textarea', '下午再来看看');
    // The answer is lost, not the request: the worst case.
    await page.route('**/add', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.click('text=确定补充情况');
    await page.waitForSelector('text=没有连上网络');
    expect(await page.inputValue('textarea')).toBe('下午再来看看');
    await page.unroute('**/add');
    await page.click('text=确定补充情况');
    await page.waitForSelector('text=已提交：补充情况');
    const said = (await house.store.entries(id)).filter(({ data }) => data.text === '下午再来看看');
    expect(said).toHaveLength(1);
  });

  it('the event leads to why its deadline is this one, and the page adds up', async () => {
    const { id } = await report();
    const zhao = await house.as('zhao');
    house.now += 13 * MINUTE + 17_000;
    await zhao.post(`/api/events/${id}/ack`);
    house.now += 3 * HOUR;
    const page = await open('wang', `#/e/${id}`);
    await page.click('text=为什么是这个时间');
    await page.waitForSelector('text=合计 = 已用');
    const clock = page.locator('section.card').first();
    const text = (await clock.allInnerTexts()).join().replace(/\s+/g, ' ');
    expect(text).toMatch(/限 4 工作时/);
    expect(text).toMatch(/合计 = 已用 1 小时 46 分 43 秒/);
    expect(text).toMatch(/12:00 – 13:13:17 不计 · 午休/);
    expect(text).toMatch(/再计 2 小时 13 分 17 秒 → 16:13 到期/);
    expect(text).toMatch(/时限 16:13（连下班和休息剩 3 小时）/);
    expect(text).toMatch(/自 10:13 起计，只计工作时间/);
    const told = await clock.locator('.stretches li.running b').allInnerTexts();
    const seconds = told.map((words) => secondsOf(words)).reduce((sum, each) => sum + each, 0);
    // What was used and what is to come, in the words on the page, make up the limit.
    expect(seconds).toBe(4 * 3600);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.click('[aria-label="返回"]');
    await page.waitForSelector('text=办理经过');
    expect(complaints).toEqual([]);
    // Late: the line on which the limit was used up ends at the deadline, and says so; what follows is told apart.
    house.now += 3 * HOUR + 30 * MINUTE;
    await page.goto(`${url}/?again#/e/${id}/why`);
    await page.waitForSelector('.stretches .over');
    expect(await page.locator('.mark').allInnerTexts()).toEqual(['到此用满 4 小时，时限 16:13']);
    expect(await page.locator('.stretches .over').allInnerTexts()).toEqual([
      expect.stringMatching(/^16:13:17 – 16:43:17\s+超时 · 处置中\s+＋30 分钟/),
    ]);
    house.now -= 6.5 * HOUR + 13 * MINUTE + 17_000;
  });

  it('a deadline in a year without published holidays says so in the list and on the page, once each', async () => {
    const before = house.now;
    house.now = instant('2026-12-31', '17:30');
    const { no } = await report();
    await (await house.as('zhao')).post(`/api/events/${no}/ack`);
    const page = await open('zhao', '#/');
    const note = '2027 年放假安排未公布，暂按周末推算';
    const row = page.locator('li', { hasText: no });
    await row.locator(`text=${note}`).waitFor();
    await row.click();
    await page.waitForSelector('text=办理经过');
    for (const place of ['.promise', '.tasks'])
      expect(((await page.locator(place).textContent()) ?? '').split(note)).toHaveLength(2);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    house.now = before;
  });

  it('a suspension is asked for with a date, seen by the reporter, and decided by those whose turn it is', async () => {
    const { id } = await report();
    await (await house.as('zhao')).post(`/api/events/${id}/ack`);
    const page = await open('zhao', `#/e/${id}?do=suspend`);
    await page.fill('textarea', '等产权单位配合');
    await page.click('text=确定申请挂账');
    await page.waitForSelector('text=请选择挂账截止日期。');
    await page.fill('input[type=date]', '2026-12-10');
    await page.click('text=确定申请挂账');
    await page.waitForSelector('text=已提交：申请挂账');
    const reporter = await open('wang', `#/e/${id}`);
    await reporter.waitForSelector('text=挂账至 12月10日：等产权单位配合。等单位领导');
    for (const who of ['qin', 'chen'] as const) {
      const decider = await open(who, `#/e/${id}`);
      await decider.click('button:text-is("同意")');
      await decider.click('text=确定同意');
      await decider.waitForSelector('text=已提交：同意');
    }
    const again = await open('zhao', `#/e/${id}`);
    await again.waitForSelector('.promise:has-text("挂账至 12月10日")');
    await again.waitForSelector('button:text-is("恢复办理")');
    expect(await again.isVisible('.due.late')).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('a matter is put right with one of its own conditions', async () => {
    const { id } = await report();
    const page = await open('chen', `#/e/${id}?do=correct`);
    await page.waitForSelector('#conditionId option:nth-child(3)', { state: 'attached' });
    await page.selectOption('#conditionId', { label: '大量偷倒建筑垃圾（5 工作日）' });
    // Another matter has other conditions; what was chosen of the first one does not go with it.
    await page.selectOption('#matterId', 'M-OTHER');
    await page.waitForSelector('#conditionId option:nth-child(2)', { state: 'detached' });
    expect(await page.inputValue('#conditionId')).toBe('');
    await page.selectOption('#matterId', '');
    await page.waitForSelector('#conditionId option:nth-child(3)', { state: 'attached' });
    await page.selectOption('#conditionId', 'C-DUMPED');
    await page.fill('textarea', '是建筑垃圾');
    await page.click('text=确定更正事项');
    await page.waitForSelector('text=大量偷倒建筑垃圾（5 工作日）');
    expect((await house.store.event(id))?.terms?.conditionId).toBe('C-DUMPED');
  });

  it('nobody without a session sees more than where to go', async () => {
    const page = await context.newPage();
    await page.goto(`${url}/#/`);
    await page.waitForSelector('text=请在钉钉中打开网格通。');
  });

  it('everything to tap is large enough for a thumb', async () => {
    const { id } = await report();
    for (const hash of ['#/', `#/e/${id}`, `#/e/${id}?do=transfer`, `#/e/${id}/why`]) {
      const page = await open('zhao', hash);
      await page.waitForSelector(hash === '#/' ? '.row' : /why$/.test(hash) ? '.sum' : 'button');
      const small = await page.$$eval('a, button, select, textarea, summary, input[type=date]', (elements) =>
        elements
          .map((element) => element.getBoundingClientRect())
          .filter(({ width, height }) => width > 0 && (width < 44 || height < 44)),
      );
      expect(small).toEqual([]);
    }
  });
});

/** 2000 × 1500 pixels, made by the browser itself. */
async function picture(page: Page): Promise<Buffer> {
  const address = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 2000;
    canvas.height = 1500;
    return canvas.toDataURL('image/png');
  });
  return Buffer.from(address.split(',')[1]!, 'base64');
}

/** `＋2 小时 46 分 18 秒` */
function secondsOf(words: string): number {
  const of = (unit: string) => Number(new RegExp(`(\\d+) ${unit}`).exec(words)?.[1] ?? 0);
  return of('小时') * 3600 + of('分') * 60 + of('秒');
}
