import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BrowserContext, type Browser as Chromium, chromium, type Page } from 'playwright-core';
import { makeApp } from '../../server/http/app';
import { sessionKey } from '../../server/http/session';
import { type House, newClientId, openHouse, type Who } from '../server/http/town';

/** The built page on the real server in a real browser, as a phone shows it. */

const ROOT = resolve(__dirname, '../..');
const BUILT = join(ROOT, 'dist/miniapp');
const CHROMIUM = '/usr/bin/chromium';
const withBrowser = existsSync(CHROMIUM) ? describe : describe.skip;
if (!existsSync(CHROMIUM)) console.warn(`${CHROMIUM} is not installed: the page is not tested in a browser`);

const newest = (directory: string) =>
  Math.max(...readdirSync(directory).map((name) => statSync(join(directory, name)).mtimeMs));

beforeAll(() => {
  const index = join(BUILT, 'index.html');
  if (existsSync(index) && statSync(index).mtimeMs > newest(join(ROOT, 'miniapp'))) return;
  execFileSync('npx', ['vite', 'build', '--logLevel', 'warn'], { cwd: ROOT });
}, 60_000);

describe('the build', () => {
  const files = () =>
    readdirSync(join(BUILT, 'assets')).map((name) => ({ name, text: readFileSync(join(BUILT, 'assets', name)) }));

  it('needs at most 40 kB over the air for the first page', () => {
    const first = readFileSync(join(BUILT, 'index.html'), 'utf8');
    const sizes = files()
      .filter(({ name }) => first.includes(name))
      .map(({ text }) => gzipSync(text).length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, gzipSync(first).length)).toBeLessThan(40_000);
  });

  it('is written in words that Chromium 69 knows', () => {
    const tooNew = /\w\?\.[a-z(]|\?\?|\.at\(|replaceAll|structuredClone|randomUUID|Object\.hasOwn/;
    const scripts = files().filter(({ name }) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(0);
    for (const { text } of scripts) expect(String(text)).not.toMatch(tooNew);
    // Control: the source uses such words, and they would be found.
    expect(readFileSync(join(ROOT, 'miniapp/list.tsx'), 'utf8')).toMatch(tooNew);
  });

  it('carries no script within the page, so that the policy can forbid them', () => {
    expect(readFileSync(join(BUILT, 'index.html'), 'utf8')).not.toMatch(/<script(?![^>]* src=)|\son\w+=|style=/);
  });
});

withBrowser('in a browser', () => {
  let house: House;
  let chrome: Chromium;
  let context: BrowserContext;
  let url: string;
  const server = createServer();
  const complaints: string[] = [];

  beforeAll(async () => {
    chrome = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    house = await openHouse();
    server.on('request', makeApp(house.ports, await sessionKey(house.store), BUILT).callback());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, 60_000);
  beforeEach(async () => {
    complaints.length = 0;
    context = await chrome.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN', hasTouch: true });
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await chrome.close();
    await new Promise((done) => server.close(done));
    await house.close();
  });

  const open = async (who: Who, hash: string): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 40\d/.test(message.text())) complaints.push(message.text());
    });
    await page.goto(`${url}/?code=code-${who}${hash}`);
    return page;
  };
  const report = async (text = '东街路口有垃圾堆') =>
    (await (await house.as('wang')).post('/api/events', { text, matterId: 'M-LITTER', clientId: newClientId() })).body
      .event;

  it('a handler acknowledges and finishes with a photo, which is made small on the way', async () => {
    const { id, no } = await report();
    const page = await open('zhao', '#/');
    await page.click(`text=${no}`);
    await page.click('button:text-is("签收")');
    await page.click('text=确定签收');
    await page.waitForSelector('text=现在是“处置中”');
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

  it('the login code stays neither in the address nor in the history', async () => {
    const page = await open('wang', '#/mine');
    await page.waitForSelector('text=我的上报');
    expect(page.url()).toBe(`${url}/#/mine`);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    // Reloaded, the cookie alone is enough.
    await page.reload();
    await page.waitForSelector('text=王芳');
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
    const { id } = await report('<img src=x onerror="document.title=1"><b>垃圾</b>');
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

  it('nobody without a session sees more than where to go', async () => {
    const page = await context.newPage();
    await page.goto(`${url}/#/`);
    await page.waitForSelector('text=请在钉钉中打开网格通。');
  });

  it('everything to tap is large enough for a thumb', async () => {
    const { id } = await report();
    for (const hash of ['#/', `#/e/${id}`, `#/e/${id}?do=transfer`]) {
      const page = await open('zhao', hash);
      await page.waitForSelector(hash === '#/' ? '.row' : 'button');
      const small = await page.$$eval('a, button, select, textarea', (elements) =>
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
