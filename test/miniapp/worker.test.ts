import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Browser as Chromium, Page } from 'playwright-core';
import { makeApp } from '../../server/http/app';
import { sessionKey } from '../../server/http/session';
import { type House, newClientId, openHouse, PIXEL, type Who } from '../server/http/town';
import { freshPage, launch } from '../support/chromium';
import { withExif } from './exif';
import { BUILT, withBrowser } from './pages';

/** Whoever reports, with the built page on the real server in a real browser: with a network, without, and with a bad one. */

beforeAll(() => freshPage('miniapp'));

withBrowser('a worker', () => {
  let house: House;
  let chrome: Chromium;
  let context: BrowserContext;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** So many answers to a report are lost on the way back. */
  let lost = 0;
  const server = createServer((request, response) => {
    if (lost > 0 && request.method === 'POST' && request.url === '/api/events') {
      lost -= 1;
      // What the server did stands; nobody hears of it.
      response.end = () => {
        request.socket.destroy();
        return response;
      };
    }
    answer(request, response);
  });
  const complaints: string[] = [];

  const listen = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const fall = async () => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  };

  beforeAll(async () => {
    chrome = await launch();
    await listen(0);
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(async () => {
    complaints.length = 0;
    lost = 0;
    house = await openHouse();
    answer = makeApp(house.ports, await sessionKey(house.store), BUILT).callback();
    context = await chrome.newContext({
      ...{ viewport: { width: 390, height: 844 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', hasTouch: true },
      ...{ permissions: ['geolocation'], geolocation: { longitude: 104.0, latitude: 30.5, accuracy: 32 } },
    });
  });
  afterEach(async () => {
    await context.close();
    await house.close();
  });
  afterAll(async () => {
    await chrome.close();
    await fall();
  });

  const open = async (who: Who, hash = '#/'): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 40\d|ERR_|Failed to/.test(message.text()))
        complaints.push(message.text());
    });
    await page.goto(`${url}/?code=code-${who}${hash}`);
    return page;
  };
  const events = async () => {
    const ids = await house.store.eventIds(null, 100);
    return Promise.all(ids.map(async (id) => (await house.store.event(id))!));
  };
  const camera = '[aria-label="拍照（现场）"]';

  it('reports with a photo in three taps; it is filed with when and where the photo was taken', async () => {
    const page = await open('wang');
    await page.waitForSelector('text=误差约 32 米');
    let taps = 0;
    const tap = async (selector: string) => {
      taps += 1;
      await page.tap(selector);
    };
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), tap(camera)]);
    const buffer = withExif(await jpeg(page), { time: '2026:11:23 09:41:07', lng: 104.0, lat: 30.501 });
    await chooser.setFiles({ name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer });
    await page.waitForSelector('.thumb img');
    await tap('button.chip:text-is("暴露垃圾")');
    await tap('button:text-is("提交")');
    expect(taps).toBe(3);
    await page.waitForSelector('text=已提交，正在上报');
    expect(await events()).toEqual([]);
    await page.waitForSelector('text=已上报 20261123-0001');
    const [event] = await events();
    expect(event).toMatchObject({ stage: 'dispatched', matterId: 'M-LITTER', reporterId: 'wang' });
    // What satellites tell is half a kilometre off the town's maps.
    expect(event!.place.lng).toBeCloseTo(104.0024, 3);
    const [photo] = await house.store.media(event!.mediaIds);
    expect(photo).toMatchObject({ mime: 'image/jpeg', phase: 'report' });
    expect(photo!.taken!.at).toBe(Date.parse('2026-11-23T09:41:07+08:00'));
    expect(photo!.taken!.lat! - event!.place.lat!).toBeCloseTo(0.001, 4);
    const bytes = (await house.ports.media.read(photo!.sha256!))!;
    expect(bytes.includes('Exif')).toBe(false);
    await page.tap('.tabbar >> text=我的上报');
    await page.tap('text=已派给城管局，11:00 前签收');
    await page.tap('.thumb');
    await page.waitForSelector('text=照片自带信息：拍摄于 09:41，距上报位置约 110 米');
    expect(complaints).toEqual([]);
  });

  it('takes it back within five seconds: nothing was sent, nothing will be, and the form is as it was', async () => {
    const page = await open('wang');
    await page.fill('[aria-label="怎么了"]', '路口有垃圾堆');
    await page.tap('button:text-is("提交")');
    await page.waitForFunction(() => document.querySelector('textarea')?.value === '');
    await page.tap('button:text-is("撤销")');
    await page.waitForFunction(() => document.querySelector('textarea')?.value === '路口有垃圾堆');
    await page.waitForTimeout(5_500);
    expect(await events()).toEqual([]);
    // Control: not taken back, it goes.
    await page.tap('button:text-is("提交")');
    await page.waitForSelector('text=已上报 20261123-0001');
  });

  it('reports from a phone that keeps nothing: at once, while the person waits', async () => {
    await context.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('no room', 'QuotaExceededError');
      };
    });
    const page = await open('wang', '#/report');
    await page.waitForSelector('button.chip:text-is("暴露垃圾")');
    await page.fill('[aria-label="怎么了"]', '路口有垃圾堆');
    await page.tap('button:text-is("提交")');
    await page.waitForSelector('text=已上报 20261123-0001');
    expect(await page.inputValue('[aria-label="怎么了"]')).toBe('');
    expect(await events()).toHaveLength(1);
  });

  it('opens and reports without a network, sees what waits, and it arrives once when the network is back', async () => {
    const page = await open('wang');
    await page.waitForSelector('button.chip:text-is("暴露垃圾")');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const { port } = server.address() as AddressInfo;
    await context.setOffline(true);
    await fall();

    await page.reload();
    await page.waitForSelector('button.chip:text-is("暴露垃圾")');
    await page.fill('[aria-label="怎么了"]', '路口有垃圾堆');
    await page.setInputFiles(camera, { name: 'a.png', mimeType: 'image/png', buffer: PIXEL });
    await page.waitForSelector('.thumb img');
    // A phone that dies now loses nothing.
    await page.waitForTimeout(600);
    await page.reload();
    await page.waitForSelector('text=上次没提交的内容还在');
    await page.waitForSelector('.thumb img');
    await page.tap('button:text-is("提交")');
    await page.waitForSelector('text=已存在手机上，连上网络后自动上传');
    await page.tap('text=1 条待上传');
    await page.waitForSelector('text=没有连上网络，连上后自动上传。');

    // The first answer is lost with the line: what was done is done, and the phone cannot know.
    lost = 1;
    await listen(port);
    await context.setOffline(false);
    await page.waitForSelector('text=都传上去了', { timeout: 60_000 });
    expect(lost).toBe(0);
    const found = await events();
    expect(found).toHaveLength(1);
    expect([found[0]!.stage, found[0]!.mediaIds.length]).toEqual(['dispatched', 1]);
    expect(await page.isVisible('text=条待上传')).toBe(false);
  });

  it('settles on the spot with before and after; what the server refuses is shown with why, put right, and sent', async () => {
    const page = await open('wang');
    await page.waitForSelector('button.chip:text-is("暴露垃圾")');
    await page.fill('[aria-label="怎么了"]', '路口有垃圾堆');
    await page.tap('text=我已经当场办好了');
    await page.tap('button:text-is("已清理干净")');
    await page.waitForSelector('text=看到');
    await page.tap('button:text-is("提交并结案")');
    await page.waitForSelector('text=这类事结案要有处理后的照片。');
    // A form that cannot know better sends it, and the server says no.
    await page.tap('button.chip:text-is("其他事项")');
    await house.store.saveTown({
      conditions: [
        {
          ...(await house.store.town()).conditions[0]!,
          id: 'C-OTHER',
          matterId: 'M-OTHER',
          rank: 1,
          evidence: 'photo',
        },
      ],
    });
    await house.refresh();
    await page.tap('button:text-is("提交并结案")');
    await page.tap('text=1 条没有办成');
    await page.waitForSelector('text=自办自结要有处理后的照片');
    await page.tap('button:text-is("改一改")');
    await page.setInputFiles(camera, { name: 'a.png', mimeType: 'image/png', buffer: PIXEL });
    await page.setInputFiles('[aria-label="拍照（处理后）"]', { name: 'b.png', mimeType: 'image/png', buffer: PIXEL });
    await page.waitForSelector('.settled .thumb img');
    await page.tap('button:text-is("提交并结案")');
    await page.waitForSelector('text=已上报 20261123-0001');
    const closed = (await events()).find(({ stage }) => stage === 'closed');
    const phases = (await house.store.media(closed!.mediaIds)).map(({ phase }) => phase);
    expect([closed!.no, phases, closed!.tasks]).toEqual(['20261123-0001', ['report', 'finish'], []]);
    expect(complaints).toEqual([]);
  });

  it('joins what somebody reported before, instead of doubling it, and finds it among theirs', async () => {
    const place = { text: '东街 3 号', lng: 104.0024, lat: 30.4976 };
    const sent = { text: '路口有垃圾堆', place, clientId: newClientId() };
    await (await house.as('wang')).post('/api/events', sent);
    const page = await open('zhou', '#/report');
    await page.fill('[aria-label="怎么了"]', '一大堆垃圾');
    await page.waitForSelector('text=是同一件事吗？');
    await page.tap('button:text-is("是，并入这件")');
    await page.waitForSelector('text=已并入 20261123-0001');
    const [event, other] = await events();
    expect([event!.followers.map(({ userId }) => userId), other]).toEqual([['zhou'], undefined]);
    await page.goto(`${url}/#/mine`);
    await page.waitForSelector('text=并入的 · 20261123-0001');
  });

  it('points at the map where the client cannot say where it is, and the event lies there', async () => {
    const ring: [number, number][] = [
      [104, 30.49],
      [104.01, 30.49],
      [104.01, 30.5],
      [104, 30.5],
      [104, 30.49],
    ];
    const { areas } = await house.store.town();
    await house.store.saveTown({
      areas: areas.filter(({ id }) => id === 'g1').map((g1) => ({ ...g1, polygon: ring })),
    });
    await house.refresh();
    await context.close();
    context = await chrome.newContext({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' });
    const page = await open('wang', '#/report');
    await page.click('button:text-is("地图选点")');
    await page.waitForSelector('[role=dialog] >> text=红光第一网格');
    const map = (await page.locator('.leaflet-container').boundingBox())!;
    // A tap brings its place under the pin: a quarter of the map east of the middle.
    await page.mouse.click(map.x + map.width * 0.75, map.y + map.height / 2);
    await page.waitForTimeout(1_000);
    await page.click('button:text-is("就是这里")');
    await page.waitForSelector('text=红光第一网格（地图上指的）');
    await page.fill('[aria-label="怎么了"]', '路口有垃圾堆');
    await page.click('button:text-is("提交")');
    await page.waitForSelector('text=已上报 20261123-0001');
    const [{ place, gridId } = { place: { lng: 0, lat: 0 }, gridId: '' }] = await events();
    expect([gridId, place.lng! > 104.005, Math.abs(place.lat! - 30.495) < 0.0005]).toEqual(['g1', true, true]);
    expect(complaints).toEqual([]);
  });

  it('sees their own month, and everything to tap is large enough in the largest letters too', async () => {
    await (await house.as('wang')).post('/api/events', { text: '路口有垃圾堆', clientId: newClientId() });
    const page = await open('wang', '#/month');
    await page.waitForSelector('.figures dd');
    expect((await page.locator('.figures dd').allInnerTexts()).map(Number)).toEqual([1, 1, 0, 0]);
    await page.evaluate(() => {
      document.documentElement.dataset.letters = '3';
    });
    for (const [tab, ready] of [
      ['我的本月', '.figures'],
      ['我的上报', '.row'],
      ['上报', 'button.chip'],
    ] as const) {
      await page.tap(`.tabbar a:has-text("${tab}"):not(:has-text("我的${tab}"))`);
      await page.waitForSelector(ready);
      const small = await page.$$eval(
        'main a, main button, main label.taker, main textarea, main input[type=text]',
        (all) =>
          all
            .map((element) => ({ words: element.textContent, box: element.getBoundingClientRect() }))
            .filter(({ box }) => box.width > 0 && (box.width < 60 || box.height < 60))
            .map(({ words }) => words),
      );
      expect(small).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
  });
});

/** A small JPEG, made by the browser itself. */
async function jpeg(page: Page): Promise<Buffer> {
  const address = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 240;
    return canvas.toDataURL('image/jpeg');
  });
  return Buffer.from(address.split(',')[1]!, 'base64');
}
