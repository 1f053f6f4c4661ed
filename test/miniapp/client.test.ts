import type { BrowserContextOptions, Page } from 'playwright-core';
import { HOUR } from '../../server/domain/clock';
import type { House, Who } from '../server/http/town';
import { openPages, type Pages, PHONE, withBrowser } from './pages';

/**
 * Inside DingTalk: the real dingtalk-jsapi talks to what stands behind it on Android (`nuva`), which is ours here. Its names and
 * shapes are those that the package asks for.
 */

const CLIENT =
  'Mozilla/5.0 (Linux; Android 11; M2007) AppleWebKit/537.36 Chrome/103.0 Mobile Safari/537.36 AliApp(DingTalk/7.6.10) com.alibaba.android.rimet/1';

type Native = Record<string, (given: Record<string, unknown>) => unknown>;
/** Never answers, as the package does without a bridge. */
const SILENT = () => new Promise<never>(() => undefined);

withBrowser('in DingTalk', () => {
  let pages: Pages;
  let house: House;

  beforeEach(async () => {
    pages = await openPages();
    ({ house } = pages);
  });
  afterEach(() => pages.close());

  const asked: [string, Record<string, unknown>][] = [];

  async function open(who: Who, hash: string, native: Native = {}, more: BrowserContextOptions = {}): Promise<Page> {
    const context = await pages.chrome.newContext({ ...PHONE, userAgent: CLIENT, ...more });
    asked.splice(0);
    const answers: Native = {
      'runtime.permission.requestAuthCodeV2': () => ({ code: `code-${who}` }),
      'runtime.permission.requestJsApis': () => ({}),
      'biz.navigation.setTitle': () => ({}),
      ...native,
    };
    await context.exposeFunction('native', async (name: string, given: Record<string, unknown>) => {
      asked.push([name, given]);
      const answer = answers[name];
      if (!answer) throw new Error(`${name} is not there`);
      return answer(given);
    });
    await context.addInitScript(() => {
      type Answered = (answer: unknown) => void;
      const call = (ok: Answered, no: Answered, service: string, method: string, given: object) =>
        (window as unknown as { native(name: string, given: object): Promise<unknown> })
          .native(`${service}.${method}`, JSON.parse(JSON.stringify(given)))
          .then(ok, (error) => no({ errorCode: 4, errorMessage: String(error) }));
      Object.assign(window, { nuva: { isReady: true, require: () => call } });
    });
    const page = await context.newPage();
    page.setDefaultTimeout(25_000);
    await page.goto(`${pages.url}/${hash}`);
    return page;
  }
  const named = (name: string) => asked.filter(([each]) => each === name).map(([, given]) => given);
  const report = (more: object = {}) => pages.report(more);

  it('one comes in by the client’s code, without a word, and the page’s title stands in the client’s bar', async () => {
    const { no } = await report();
    const page = await open('zhao', '#/todo');
    await page.waitForSelector(`text=${no}`);
    expect(named('runtime.permission.requestAuthCodeV2')).toHaveLength(1);
    expect(named('biz.navigation.setTitle')).toContainEqual(expect.objectContaining({ title: '待办' }));
    // The session holds: opened again, no code is asked for.
    await page.reload();
    await page.waitForSelector(`text=${no}`);
    expect(named('runtime.permission.requestAuthCodeV2')).toHaveLength(1);
  });

  it('a session that ran out while something was typed is renewed in silence: nothing is lost, it acts once', async () => {
    const { id } = await report();
    const page = await open('zhao', `#/e/${id}?do=return`);
    await page.fill('#reason', '不属本单位职责');
    house.now += 9 * HOUR;
    await page.click('text=确定退回');
    await page.waitForSelector('text=已提交：退回');
    const returns = (await house.store.entries(id)).filter(({ action }) => action === 'return');
    expect(returns).toMatchObject([{ by: 'zhao' }]);
    expect(named('runtime.permission.requestAuthCodeV2')).toHaveLength(2);
  });

  it('whose posts change goes on with the pages of the new ones; whoever is stopped sees nothing any more', async () => {
    await report();
    const page = await open('zhao', '#/todo');
    await page.waitForSelector('li.todo');
    expect(await page.isVisible('.tabbar >> text=逾期墙')).toBe(false);
    await house.store.saveTown({
      posts: [{ id: 'zhao-more', userId: 'zhao', role: 'supervisor', unitId: 'u-s1', areaId: 's1' }],
    });
    await house.refresh();
    await page.waitForSelector('.tabbar >> text=逾期墙');
    const { people } = await house.store.town();
    const zhao = people.find(({ userId }) => userId === 'zhao')!;
    await house.store.saveTown({ people: [{ ...zhao, active: false }] });
    await house.refresh();
    await page.waitForSelector('text=请联系单位管理员把您加入网格通');
    expect(await page.textContent('#app')).not.toContain('垃圾');
    expect(await page.evaluate(() => localStorage.getItem('gridtalk.me'))).toBeNull();
  });

  it('an event that the new posts do not show is gone from the page that showed it', async () => {
    const { id } = await report();
    const page = await open('zhao', `#/e/${id}`);
    await page.waitForSelector('.tag:text-is("待签收")');
    const post = (await house.store.town()).posts.find(({ userId }) => userId === 'zhao')!;
    await house.store.saveTown({ posts: [{ ...post, unitId: 'u-c2' }] });
    await house.refresh();
    await page.waitForSelector('[role=alert]:has-text("没有找到")');
    expect(await page.textContent('#app')).not.toContain('垃圾');
  });

  it('what one person began is not sent as another who uses the same phone now', async () => {
    const { id } = await report();
    let who = 'zhao';
    const codes = { 'runtime.permission.requestAuthCodeV2': () => ({ code: `code-${who}` }) };
    const page = await open('zhao', `#/e/${id}?do=return`, codes);
    await page.fill('#reason', '不属本单位职责');
    who = 'qin';
    house.now += 9 * HOUR;
    await page.click('text=确定退回');
    await page.waitForSelector('.tag:text-is("待签收")');
    await page.waitForFunction(() => /秦局长/.test(localStorage.getItem('gridtalk.me') ?? ''));
    expect((await house.store.entries(id)).some(({ action }) => action === 'return')).toBe(false);
  });

  it('the client’s own place is taken as it is (GCJ-02), with its address; a client that is silent is not waited for', async () => {
    const spot = { longitude: 104.002, latitude: 30.5, accuracy: 15, address: '东街 3 号' };
    const page = await open('wang', '#/report', { 'device.geolocation.get': () => spot });
    await page.waitForSelector('[placeholder="东街 3 号"]');
    await page.fill('[aria-label="怎么了"]', '路口有垃圾堆');
    await page.click('button:text-is("提交")');
    await page.waitForSelector('text=已上报 20261123-0001');
    const [id] = await house.store.eventIds(null, 1);
    expect((await house.store.event(id!))?.place).toMatchObject({ lng: 104.002, lat: 30.5, text: '东街 3 号' });
    const silent = await open('wang', '#/report', { 'device.geolocation.get': SILENT });
    await silent.waitForSelector('text=没有定位到');
  });

  it('what is said is written down, where the client listens', async () => {
    const page = await open('wang', '#/report', {
      'device.audio.startRecord': () => ({}),
      'device.audio.stopRecord': () => ({ mediaId: '@voice' }),
      'device.audio.translateVoice': () => ({ content: '东街路口有垃圾堆' }),
    });
    await page.click('button:has-text("说话")');
    await page.click('button:has-text("说完了")');
    await page.waitForFunction(() => document.querySelector('textarea')?.value === '东街路口有垃圾堆');
  });

  it('a client that gives no code leaves nobody before an empty page', async () => {
    const page = await open('zhao', '#/todo', {
      'runtime.permission.requestAuthCodeV2': () => {
        throw new Error('denied');
      },
    });
    await page.waitForSelector('text=钉钉没有给出登录信息，请关闭后从钉钉里重新打开。');
    await page.waitForSelector('button:text-is("再试一次")');
  });
});
