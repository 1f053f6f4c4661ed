import type { BrowserContext, Page } from 'playwright-core';
import { HOUR } from '../../server/domain/clock';
import type { House, Who } from '../server/http/town';
import { DESK, openPages, type Pages, PHONE, withBrowser } from './pages';

/** What people do wrong, and what goes wrong with them: each time the page says what to do, and nothing of theirs is lost. */

const PDF = { name: '通知.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n') };

withBrowser('in a browser', () => {
  let pages: Pages;
  let house: House;
  let context: BrowserContext;

  beforeEach(async () => {
    pages = await openPages(async (opened) => {
      const post = { id: 'sun-admin', userId: 'sun', role: 'admin' as const, unitId: 'centre', areaId: 'd' };
      await opened.store.saveTown({ posts: [post] });
      await opened.refresh();
    });
    ({ house } = pages);
    context = await pages.chrome.newContext(PHONE);
  });
  afterEach(() => pages.close());

  const open = (who: Who, hash: string) => pages.open(who, hash, context);
  const report = (more: object = {}) => pages.report(more);
  const step: Pages['step'] = (...given) => pages.step(...given);
  const alert = (page: Page, words: string) => page.waitForSelector(`[role=alert]:has-text("${words}")`);
  const camera = '[aria-label="拍照（现场）"]';

  describe('photos', () => {
    it('a file that is none is named as such, on the report and on a form; what was typed stays', async () => {
      const page = await open('wang', '#/report');
      await page.fill('[aria-label="怎么了"]', '路口有垃圾堆');
      await page.setInputFiles(camera, PDF);
      await alert(page, '不是照片，或已经损坏');
      expect(await page.inputValue('[aria-label="怎么了"]')).toBe('路口有垃圾堆');
      // Control: a photo is taken after all.
      await page.setInputFiles(camera, await photo(page, 320, 240));
      await page.waitForSelector('.thumb img');
      expect(await page.locator('[role=alert]').count()).toBe(0);

      const { id } = await report();
      await step('zhao', id, 'ack');
      const form = await open('zhao', `#/e/${id}?do=finish`);
      await form.fill('#note', '已清理干净');
      await form.setInputFiles('.sheet input[type=file]', PDF);
      await alert(form, '不是照片，或已经损坏');
      expect(await form.inputValue('#note')).toBe('已清理干净');
    });

    it('one of 48 megapixels is made small on the phone; more than nine are not taken, and that is said', async () => {
      const page = await open('wang', '#/report');
      const huge = await photo(page, 8_000, 6_000);
      expect(huge.buffer.length).toBeGreaterThan(5_000_000);
      await page.setInputFiles(camera, huge);
      await page.waitForSelector('.thumb img', { timeout: 60_000 });
      const small = await photo(page, 320, 240);
      await page.setInputFiles('[aria-label="从相册选（现场）"]', Array(10).fill(small));
      await alert(page, '最多 9 张，多选的 2 张没有加上');
      await page.waitForFunction(() => document.querySelectorAll('.thumb img').length === 9);
      await page.fill('[aria-label="怎么了"]', '路口有垃圾堆');
      await page.click('button:text-is("提交")');
      await page.waitForSelector('text=已上报 20261123-0001', { timeout: 60_000 });
      const [id] = await house.store.eventIds(null, 1);
      const [first] = await house.store.media((await house.store.event(id!))!.mediaIds);
      expect(first!.size).toBeLessThan(1_500_000);
    });

    it('chosen without a network they wait in the form, also for a page opened anew, and go with it once there is one', async () => {
      const { id } = await report();
      await step('zhao', id, 'ack');
      const page = await open('zhao', `#/e/${id}?do=finish`);
      const small = await photo(page, 320, 240);
      await context.route('**/api/photos*', (route) => route.abort());
      await page.setInputFiles('.sheet input[type=file]', small);
      await alert(page, '照片先放在这里');
      await page.fill('#note', '已清理干净');
      await page.click('text=确定办结');
      await alert(page, '没有连上网络');
      await page.reload();
      await page.click('button:text-is("办结")');
      await page.waitForSelector('.sheet .thumb img');
      await context.unroute('**/api/photos*');
      await page.click('text=确定办结');
      await page.waitForSelector('text=已提交：办结');
      const { mediaIds } = (await house.store.event(id))!;
      expect((await house.store.media(mediaIds)).map(({ phase }) => phase)).toEqual(['finish']);
    });
  });

  describe('tables and maps', () => {
    const feature = (id: string, coordinates: number[][][]) => ({
      type: 'Feature',
      properties: { id },
      geometry: { type: 'Polygon', coordinates },
    });
    const ring = (...points: [number, number][]) => [[...points, points[0]!]];
    const square = (lng: number, lat: number) =>
      ring([lng, lat], [lng + 0.01, lat], [lng + 0.01, lat + 0.01], [lng, lat + 0.01]);
    const file = (content: string | object, name = 'a.geojson') => ({
      name,
      mimeType: 'application/geo+json',
      buffer: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    });

    it('files of another kind are refused in words that name the right one; nothing takes effect', async () => {
      const people = await pages.open('sun', '#/admin/people', DESK);
      const before = await house.store.town();
      const txt = { name: '人员.xlsx', mimeType: 'text/plain', buffer: Buffer.from('姓名,岗位\n张三,网格员\n') };
      await people.setInputFiles('input[type=file]', txt);
      await alert(people, '请上传 .xlsx 文件');
      const old = {
        name: '人员.xls',
        mimeType: 'application/vnd.ms-excel',
        buffer: Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      };
      await people.setInputFiles('input[type=file]', old);
      await alert(people, '请用 Excel 或 WPS 另存为 .xlsx');
      const areas = await pages.open('sun', '#/admin/areas', DESK);
      for (const [wrong, words] of [
        [file('not json at all'), '请上传 .xlsx 或 .geojson 文件'],
        [file({ type: 'Point' }), '要写成 FeatureCollection'],
        [file(''), '请上传 .xlsx 或 .geojson 文件'],
        [{ ...PDF, mimeType: 'application/pdf' }, '请上传 .xlsx 或 .geojson 文件'],
        [{ ...txt, buffer: Buffer.from('PK no zip') }, '.xlsx'],
        [file({ type: 'FeatureCollection', features: [] }), '一个区域也没有'],
        [file('x'.repeat(25_000_000)), '内容超过 10 MB'],
      ] as const) {
        await areas.setInputFiles('input[type=file]', wrong);
        await alert(areas, words);
      }
      expect(await house.store.town()).toEqual(before);
    });

    it('as many points as a map may have are judged while everybody else is served', async () => {
      const page = await pages.open('sun', '#/admin/areas', DESK);
      const round = (at: number) => {
        const corners = Array.from({ length: 1_999 }, (_, step): [number, number] => [
          104 + at / 50 + Math.cos((step / 1_999) * 2 * Math.PI) / 100,
          30 + Math.sin((step / 1_999) * 2 * Math.PI) / 100,
        ]);
        return feature('g1', ring(...corners));
      };
      const map = { type: 'FeatureCollection', features: Array.from({ length: 80 }, (_, at) => round(at)) };
      await page.setInputFiles('input[type=file]', file(map));
      await page.waitForSelector('.faults >> text=与第 1 个重复');
    });

    it('borders that cannot be are listed one by one with what to do, and cannot be accepted', async () => {
      const page = await pages.open('sun', '#/admin/areas', DESK);
      const before = await house.store.town();
      const wrong = {
        type: 'FeatureCollection',
        features: [
          feature('g1', ring([104, 30], [104.01, 30.01], [104.01, 30], [104, 30.01])),
          feature('g2', ring([30, 104], [30.01, 104], [30.01, 104.01])),
          feature('s1', [
            [
              [104, 30],
              [104.01, 30],
            ],
          ]),
          feature('nowhere', square(104, 30)),
          feature('c1', [square(104, 30)[0]!.slice(0, 4)]),
          { ...feature('c2', []), geometry: { type: 'LineString', coordinates: square(104, 30)[0] } },
        ],
      };
      await page.setInputFiles('input[type=file]', file(wrong));
      await page.waitForSelector('.faults >> text=自相交叉');
      await page.waitForSelector('.faults >> text=先写经度、后写纬度');
      expect(await page.locator('.faults tbody tr').count()).toBe(6);
      for (const words of ['至少要有三个', '没有这个区域，请核对编号', '没有闭合', '要是 Polygon'])
        await page.waitForSelector(`.faults >> text=${words}`);
      await page.waitForSelector('tr:has-text("红光第一网格") >> text=自相交叉');
      await page.waitForSelector('text=改好上面的问题后，再传一次。');
      expect(await page.isVisible('text=接受，立即生效')).toBe(false);
      expect(await house.store.town()).toEqual(before);
      // Control: one that can be is offered.
      await page.click('text=知道了');
      const right = { type: 'FeatureCollection', features: [feature('s1', square(104, 30))] };
      await page.setInputFiles('input[type=file]', file(right));
      await page.waitForSelector('text=接受，立即生效');
    });
  });

  describe('links', () => {
    it('to what is not there, or not one’s own, look the same and lead on', async () => {
      const { id } = await report();
      for (const hash of ['#/e/unknown', `#/e/${id}`]) {
        const page = await open('li', hash);
        await alert(page, '没有找到');
        expect(await page.textContent('#app')).not.toContain('垃圾');
        await page.click('[aria-label="返回"]');
        await page.waitForSelector('h1:text-is("待办")');
      }
      const lost = await open('zhao', '#/no/such/page');
      await lost.waitForSelector('h1:text-is("待办")');
    });

    it('of photos and exports end: what comes instead says how to get a new one', async () => {
      const { body } = await (await house.as('zhou')).post('/api/exports', { filter: {} });
      const page = await context.newPage();
      house.now += 25 * HOUR;
      await page.goto(pages.url + body.url);
      await page.waitForSelector('h1:text-is("没有找到")');
      await page.waitForSelector('text=这个下载地址已经用过或过期，请回到网格通重新点“导出”。');
      const photoId = (await (await house.as('wang')).send(Buffer.from(await pixel()))).body.id;
      await page.goto(`${pages.url}/api/photos/${photoId}?until=1&sign=x`);
      await page.waitForSelector('text=没有找到这张照片，或您无权查看。');
      await page.click('a:text-is("打开网格通")');
      await page.waitForSelector('text=请在钉钉中打开网格通。');
    });

    it('a login code that was used leads to the way in', async () => {
      const page = await context.newPage();
      await page.goto(`${pages.url}/?code=used#/todo`);
      await page.waitForSelector('text=登录码已失效，请重新打开网格通。');
      await page.waitForSelector('button:text-is("再试一次")');
    });
  });

  describe('rights', () => {
    it('whose session ran out while typing finds the words again after coming back in', async () => {
      const { id } = await report();
      const page = await open('zhao', `#/e/${id}?do=return`);
      await page.fill('#reason', '不属本单位职责');
      house.now += 9 * HOUR;
      await page.click('text=确定退回');
      await page.waitForSelector('h1:text-is("需要登录")');
      expect(await page.textContent('#app')).not.toContain('垃圾');
      await page.goto('about:blank');
      const back = await open('zhao', `#/e/${id}?do=return`);
      await back.waitForSelector('text=上次没有发出的内容还在');
      expect(await back.inputValue('#reason')).toBe('不属本单位职责');
    });

    it('an event that is no longer theirs is gone from the page that showed it', async () => {
      const { id } = await report();
      const page = await open('zhao', `#/e/${id}`);
      await page.waitForSelector('.tag:text-is("待签收")');
      await step('zhao', id, 'ack');
      await step('zhao', id, 'return', { reason: '不属本单位职责' });
      await step('chen', id, 'dispatch', { to: 'dept-02' });
      await page.waitForSelector('text=水务局');
      const { posts } = await house.store.town();
      const other = posts.find(({ id: post }) => post === 'zhao-handler')!;
      await house.store.saveTown({ posts: [{ ...other, unitId: 'u-c2' }] });
      await house.refresh();
      await page.waitForSelector('h1:text-is("需要登录")');
      expect(await page.textContent('#app')).not.toContain('垃圾');
    });
  });

  /** Noise, so that it is as heavy as a photo; drawn by the browser itself. */
  async function photo(page: Page, width: number, height: number) {
    const base64 = await page.evaluate(
      async ([w, h]) => {
        const tile = new OffscreenCanvas(256, 256);
        const ink = tile.getContext('2d')!;
        const pixels = ink.createImageData(256, 256);
        crypto.getRandomValues(new Uint8Array(pixels.data.buffer, 0, 65_536));
        for (let index = 65_536; index < pixels.data.length; index += 1) pixels.data[index] = (index * 7919) % 251;
        for (let index = 3; index < pixels.data.length; index += 4) pixels.data[index] = 255;
        ink.putImageData(pixels, 0, 0);
        const canvas = new OffscreenCanvas(w!, h!);
        const paint = canvas.getContext('2d')!;
        paint.fillStyle = paint.createPattern(tile, 'repeat')!;
        paint.fillRect(0, 0, w!, h!);
        const bytes = new Uint8Array(
          await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.5 })).arrayBuffer(),
        );
        let text = '';
        for (let at = 0; at < bytes.length; at += 32_768)
          text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
        return btoa(text);
      },
      [width, height],
    );
    return { name: 'IMG.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(base64, 'base64') };
  }

  async function pixel(): Promise<Buffer> {
    const page = await context.newPage();
    await page.goto(pages.url);
    return (await photo(page, 8, 8)).buffer;
  }
});
