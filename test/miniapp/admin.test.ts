import { ruleOf, withoutRule, withRule } from '../../miniapp/admin/calendar-text';
import { drawn } from '../../miniapp/admin/drawing';
import { filledOf, settingsText, withStep, withTold } from '../../miniapp/admin/setting-text';
import { sheets } from '../../server/adapters/xlsx';
import { DEFAULTS } from '../../server/domain/settings';
import type { House, Who } from '../server/http/town';
import { openPages, type Pages, withBrowser } from './pages';

/** The administrator's pages: what is filled in becomes a text of rules, is looked at, and counts when accepted. */

describe('what is filled in, as the server takes it', () => {
  const draft = {
    ...{ kind: 'closed' as const, from: '2026-12-22', to: '', reason: '赶场日' },
    ...{ morning: ['08:30', '12:00'] as [string, string], afternoon: ['', ''] as [string, string] },
  };

  it('a day becomes a rule, or words for what is missing', () => {
    expect(ruleOf(draft)).toEqual({ kind: 'closed', from: '2026-12-22', to: '2026-12-22', reason: '赶场日' });
    expect(ruleOf({ ...draft, kind: 'hours' })).toMatchObject({ sessions: [[510, 720]] });
    expect(ruleOf({ ...draft, kind: 'hours', afternoon: ['14:00', ''] })).toBe('请写明上下班时间。');
    expect(ruleOf({ ...draft, to: '2026-12-01' })).toBe('结束日期不能早于开始日期。');
    expect(ruleOf({ ...draft, reason: ' ' })).toBe('请写明依据。');
  });

  it('a rule goes behind those of its area, and comes out again', () => {
    const rule = { kind: 'closed' as const, from: '2026-12-22', to: '2026-12-22', reason: '赶场日' };
    const once = withRule([], 's1', rule);
    const twice = withRule(once, 's1', { ...rule, from: '2026-12-23' });
    expect(twice[0]?.rules.map(({ from }) => from)).toEqual(['2026-12-22', '2026-12-23']);
    expect(withoutRule(twice, 's1', 1)).toEqual(once);
  });

  it('only what differs from the usual is said; ladders stay in order', () => {
    const filled = filledOf(DEFAULTS, { settings: { onReturn: 'run' } });
    expect(settingsText(filled, DEFAULTS)).toEqual({ onReturn: 'run' });
    const [first] = filled.ladders.handle;
    const less = withStep(filled.ladders.handle, 'prewarn', null);
    expect(less[0]?.rung).toBe('blue');
    expect(first && withStep(less, 'prewarn', first)).toEqual(filled.ladders.handle);
    expect(first && withTold(first, 'leader', true).tell).toEqual(['handler', 'leader']);
  });

  it('borders are drawn with the north up; without any there is no picture', () => {
    const ring: [number, number][] = [
      [104, 30],
      [104.01, 30],
      [104.01, 30.01],
      [104, 30],
    ];
    expect(drawn([ring, null])).toMatchObject({
      paths: [expect.stringMatching(/^M0 \d+L1000 \d+L1000 0L0 \d+Z$/), ''],
    });
    expect(drawn([null])).toBeNull();
  });
});

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const PC = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

withBrowser('in a browser', () => {
  let pages: Pages;
  let house: House;
  let complaints: string[];

  beforeAll(async () => {
    pages = await openPages(async (opened) => {
      house = opened;
      const post = { id: 'sun-admin', userId: 'sun', role: 'admin' as const, unitId: 'centre', areaId: 'd' };
      await house.store.saveTown({ posts: [post] });
      await house.refresh();
    });
    complaints = pages.complaints;
  });
  afterAll(() => pages.close());

  const open = (who: Who, hash: string, viewport = PC) => pages.open(who, hash, { viewport, locale: 'zh-CN' });

  it('people by Excel: bad rows are listed, the rest counts when it is accepted', async () => {
    const page = await open('sun', '#/admin');
    await page.click('.ways >> text=人员与岗位');
    const rows = [
      ['姓名', '钉钉 userId', '单位', '岗位', '区域'],
      ['新人', 'new-1', '红光社区居委会', '网格员', '红光第一网格'],
      ['某某', 'new-2', '没有的局', '经办', ''],
    ];
    const buffer = await sheets.write('人员', rows, []);
    await page.setInputFiles('input[type=file]', { name: '人员.xlsx', mimeType: XLSX, buffer });
    await page.waitForSelector('.faults >> text=没有单位“没有的局”');
    expect(await page.isDisabled('text=接受，立即生效')).toBe(true);
    expect((await house.store.town()).people.some(({ userId }) => userId === 'new-1')).toBe(false);
    await page.click('text=跳过有误的 1 行');
    await page.click('text=接受，立即生效');
    await page.waitForSelector('tr:has-text("new-1")');
    await page.fill('[aria-label=查找人员]', '新人');
    await page.click('tr:has-text("new-1") button:has-text("停用")');
    await page.click('.sheet-box >> text="停用"');
    await page.waitForSelector('text=没有这样的人。');
    expect((await house.store.town()).people.find(({ userId }) => userId === 'new-1')?.active).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('one person by a form: what is wrong is said and stays typed, what is right counts at once', async () => {
    const page = await open('sun', '#/admin/people');
    await page.click('button:text-is("加一个人")');
    await page.fill('.person label:has-text("姓名") input', '周新');
    await page.fill('.person label:has-text("userId") input', 'new-9');
    await page.fill('.person label:has-text("单位") input', '红光社区居委会');
    await page.click('button:text-is("保存")');
    await page.waitForSelector('.person [role=alert]:has-text("网格员要写负责的网格")');
    // The browser's own word for it, and nothing else.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('status of 422')]);
    await page.fill('.person label:has-text("负责的网格") input', '红光第一网格');
    await page.click('button:text-is("保存")');
    await page.waitForSelector('tr:has-text("new-9") >> text=红光第一网格');
    await page.fill('[aria-label=查找人员]', '周新');
    await page.click('tr:has-text("new-9") button:has-text("修改")');
    await page.click('button:text-is("再加一个岗位")');
    const second = page.locator('.post-fields').nth(1);
    await second.locator('select').selectOption({ label: '派遣' });
    await second.locator('label:has-text("区域") input').fill('望江区');
    await page.click('button:text-is("保存")');
    await page.waitForSelector('tr:has-text("new-9") >> text=派遣');
    const posts = (await house.store.town()).posts.filter(({ userId }) => userId === 'new-9');
    expect(posts.map(({ role, areaId }) => [role, areaId]).sort()).toEqual([
      ['dispatcher', 'd'],
      ['worker', 'g1'],
    ]);
    expect(complaints).toEqual([]);
  });

  it('a policy with a loophole says so at the choice and in the preview, and its version says why', async () => {
    const page = await open('sun', '#/admin/rules/settings');
    await page.waitForSelector('text=漏洞：到期前退回、再派回');
    await page.click('text=重新计时');
    await page.fill('[aria-label="预警：时限的百分之几"]', '50');
    await page.click('text=预览改动');
    await page.waitForSelector('.preview >> text=“重新派遣后重新计时”有漏洞');
    expect(await page.textContent('.preview .diff')).toContain('用掉时限的 50% 时，通知经办');
    await page.fill('[placeholder^="如：按市里"]', '试行一个月');
    await page.click('text=接受，立即生效');
    await page.waitForSelector('.versions >> text=试行一个月');
    expect((await house.store.town()).settings).toMatchObject({ onRedispatch: 'restart' });
    await page.click('.versions >> text=改了什么');
    await page.waitForSelector('.versions .diff >> text=接着计时');
    expect(complaints).toEqual([]);
  });

  it('a day off is filled in by hand and stands in the calendar', async () => {
    const page = await open('sun', '#/admin/rules/calendars');
    await page.click('text=加进去');
    await page.waitForSelector('text=请选择日期。');
    await page.fill('input[type=date]', '2026-12-22');
    await page.fill('[placeholder^="如：区政府"]', '冬至赶场日');
    await page.click('text=加进去');
    await page.click('text=预览改动');
    await page.fill('[placeholder^="如：按市里"]', '区府办通知');
    await page.click('text=接受，立即生效');
    await page.waitForSelector('.versions >> text=区府办通知');
    const rule = { kind: 'closed', from: '2026-12-22', to: '2026-12-22', reason: '冬至赶场日' };
    expect((await house.store.town()).calendars).toEqual([{ areaId: 'd', rules: [rule] }]);
    expect(complaints).toEqual([]);
  });

  it('a map is looked at, accepted and drawn', async () => {
    const page = await open('sun', '#/admin/areas');
    const coordinates = [
      [
        [104, 30],
        [104.01, 30],
        [104.01, 30.01],
        [104, 30.01],
        [104, 30],
      ],
    ];
    const features = [{ type: 'Feature', properties: { id: 's1' }, geometry: { type: 'Polygon', coordinates } }];
    const buffer = Buffer.from(JSON.stringify({ type: 'FeatureCollection', features }));
    await page.setInputFiles('input[type=file]', { name: 'a.geojson', mimeType: 'application/geo+json', buffer });
    await page.click('text=接受，立即生效');
    await page.waitForSelector('.drawing .part');
    await page.click('.sheet-table >> text=东街街道');
    await page.waitForSelector('.sheet-table >> text=红光社区');
    expect(complaints).toEqual([]);
  });

  it('fits a phone and the eye of a finger: nothing sticks out, everything to tap is large enough', async () => {
    const page = await open('sun', '#/admin', PHONE);
    for (const path of ['', '/people', '/units', '/areas', '/rules/catalogue', '/rules/calendars', '/rules/settings']) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/admin${path}`);
      await page.waitForSelector('.card:not(.skeleton) >> nth=1');
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 390]);
      const small = await page.$$eval('a, button, select, input:not([type=checkbox]):not([type=radio])', (elements) =>
        elements
          .map((element) => ({ box: element.getBoundingClientRect(), says: element.outerHTML.slice(0, 80) }))
          .filter(({ box }) => box.width > 0 && (box.width < 44 || box.height < 44)),
      );
      expect([path, small]).toEqual([path, []]);
    }
  });

  it('the usual hours are written by form while there is no event, and stand once there is one', async () => {
    const page = await open('sun', '#/admin/rules/settings');
    const preview = page.locator('button:text-is("预览改动")');
    await page.fill('[aria-label="第一段开始"]', '09:00');
    await page.fill('[aria-label="第二段（可清空）开始"]', '');
    await preview.click();
    await page.waitForSelector('text=至少要有一个作息时段');
    await page.click('button:text-is("知道了")');
    await page.click('button:text-is("恢复原样")');
    expect(await page.inputValue('[aria-label="第一段开始"]')).toBe('08:00');
    await page.fill('[aria-label="第一段开始"]', '09:00');
    await page.fill('[aria-label="第二段（可清空）开始"]', '');
    await page.fill('[aria-label="第二段（可清空）结束"]', '');
    await preview.click();
    await page.fill('[placeholder^="如：按市里"]', '试行单班');
    await page.click('text=接受，立即生效');
    await page.waitForSelector('.versions >> text=试行单班');
    expect((await house.store.town()).settings).toMatchObject({ sessions: [[540, 720]] });
    await pages.report();
    await page.reload();
    await page.waitForSelector('fieldset:has-text("平日作息") >> text=09:00–12:00');
    expect(await page.locator('[aria-label="第一段开始"]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('others see no way to it, and are told so if they find one', async () => {
    const page = await open('zhou', '#/admin');
    await page.waitForSelector('text=这一步不由您的岗位办理。');
    expect(await page.isVisible('.tabbar >> text=管理')).toBe(false);
  });
});
