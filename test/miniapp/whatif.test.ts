import { changeWords, type InForce, proposalOf, withChange } from '../../miniapp/whatif-proposal';
import { HOUR } from '../../server/domain/clock';
import { DEFAULTS } from '../../server/domain/settings';
import { MORNING, newClientId, type Who } from '../server/http/town';
import { openPages, type Pages, withBrowser } from './pages';

/** 推演 on a phone: what is chosen becomes whole texts of rules, and the answer is read in numbers. */

describe('what is chosen, as the server takes it', () => {
  const litter = {
    ...{ id: 'C', matterId: 'M', rank: 1, text: '成堆', clock: 'work_hour' as const, limit: 4, ackMinutes: 60 },
    ...{ closing: '清理', evidence: 'photo' as const },
  };
  const holiday = { kind: 'worked', from: '2026-11-28', to: '2026-11-28', reason: '补班' };
  const now: InForce = {
    today: '2026-11-23',
    settings: { ...DEFAULTS },
    calendars: [{ areaId: 's1', rules: [holiday] }],
    matters: [{ id: 'M', name: '暴露垃圾' }],
    conditions: [litter],
    areas: [{ id: 's1', name: '东街街道', kind: 'street' }],
  };
  const limit = { kind: 'limit' as const, matterId: 'M', conditions: [{ ...litter, limit: 2 }] };
  const ladder = { kind: 'ladder' as const, clock: 'handle' as const, shares: [{ rung: 'prewarn', share: 0.5 }] };
  const closed = { kind: 'days' as const, as: 'closed' as const, areaId: 's1', from: '2026-11-24', to: '2026-11-25' };

  it('only what was touched is sent; a closed day joins the days there are', () => {
    expect(proposalOf([limit], now)).toEqual({ catalogue: { conditions: limit.conditions } });
    expect(Object.keys(proposalOf([ladder], now))).toEqual(['settings']);
    const rule = { kind: 'closed', from: '2026-11-24', to: '2026-11-25', reason: '推演停办' };
    expect(proposalOf([closed], now)).toEqual({ calendars: [{ areaId: 's1', rules: [holiday, rule] }] });
    expect(now.calendars[0]?.rules).toEqual([holiday]);
  });

  it('a ladder keeps whom it tells, and the other ladder its shares', () => {
    const ladders = proposalOf([ladder], now).settings?.ladders;
    expect(ladders?.handle[0]).toEqual({ ...DEFAULTS.ladders.handle[0], share: 0.5 });
    expect(ladders?.ack).toEqual(DEFAULTS.ladders.ack);
  });

  it('hours and extensions are settings too, and go with a ladder; a day may be worked as well', () => {
    const hours = { kind: 'hours' as const, sessions: [[540, 720] as const] };
    const extend = { kind: 'extend' as const, times: 1, share: 0.5 };
    expect(proposalOf([ladder, hours, extend], now).settings).toMatchObject({
      sessions: [[540, 720]],
      extend: { times: 1, share: 0.5, approvers: DEFAULTS.extend.approvers },
      ladders: { handle: [{ share: 0.5 }, {}, {}, {}, {}] },
    });
    expect(now.settings.sessions).toBe(DEFAULTS.sessions);
    const worked = { ...closed, as: 'worked' as const };
    expect(proposalOf([worked], now).calendars?.[0]?.rules.at(-1)).toMatchObject({
      kind: 'worked',
      reason: '推演上班',
    });
    expect([hours, extend, worked].map((change) => changeWords(change, now))).toEqual([
      '作息：08:00–12:00、14:00–18:00 → 09:00–12:00',
      '延期：最多 2 次，每次 100% → 最多 1 次，每次 50%',
      '东街街道 2026-11-24 至 2026-11-25 上班',
    ]);
  });

  it('a change of the same thing takes the place of the one before', () => {
    const again = { ...limit, conditions: [{ ...litter, limit: 3 }] };
    expect(withChange([limit, closed], again)).toEqual([closed, again]);
  });

  it('says each change in words', () => {
    expect([limit, ladder, closed].map((change) => changeWords(change, now))).toEqual([
      '暴露垃圾：4工作时 → 2工作时',
      '办理督办：预警 80% → 50%',
      '东街街道 2026-11-24 至 2026-11-25 停办',
    ]);
  });
});

withBrowser('in a browser', () => {
  let pages: Pages;

  beforeAll(async () => {
    pages = await openPages(async (house) => {
      const report = { text: '东街路口有垃圾堆', matterId: 'M-LITTER', clientId: newClientId() };
      const { body } = await (await house.as('wang')).post('/api/events', report);
      const zhao = await house.as('zhao');
      await zhao.post(`/api/events/${body.event.id}/ack`);
      house.now = MORNING + 5.5 * HOUR;
      await zhao.post(`/api/events/${body.event.id}/finish`, { note: '已清理' });
    });
  });
  beforeEach(() => pages.complaints.splice(0));
  afterAll(() => pages.close());

  const open = (who: Who, hash: string) => pages.open(who, hash);

  it('a supervisor halves a limit and reads who would have been late', async () => {
    const page = await open('zhou', '#/');
    await page.click('.tabbar >> text=/^我$/');
    await page.click('.links >> text=推演');
    await page.click('text=改时限');
    await page.selectOption('.trial select', { label: '暴露垃圾' });
    await page.fill('[aria-label="垃圾成堆：时限"]', '2');
    await page.click('text=加入推演');
    await page.waitForSelector('text=4工作时 → 2工作时');
    await page.click('.run button');
    await page.waitForSelector('text=共 1 个任务；新增超期 1，不再超期 0');
    expect(await page.getAttribute('.bars svg', 'aria-label')).toBe('现行 0，拟议 1');
    expect(await page.textContent('.bars li')).toContain('城管局');
    await page.waitForSelector('text=按当时的实际经过重算，不推测人会怎样改变做法。');
    // The same as a table; and from the unit to its events.
    await page.click('.chip:text-is("表")');
    expect((await page.locator('.groups tbody tr').allInnerTexts()).map((row) => row.split(/\s+/))).toEqual([
      ['城管局', '1', '0', '1', '+1'],
    ]);
    await page.click('text=按事项');
    expect(await page.locator('.groups tbody th').allInnerTexts()).toEqual(['暴露垃圾']);
    await page.click('text=按单位');
    await page.click('.chip:text-is("图")');
    await page.click('text=看变化最大的 1 件');
    await page.waitForSelector('.bars .most a:visible');
    // What it was reckoned for is gone with another question.
    await page.click('text=去掉');
    expect(await page.isVisible('.bars')).toBe(false);
    expect((await pages.house.store.town()).versions.catalogue).toBe(0);
    expect(pages.complaints).toEqual([]);
  });

  it('a day off takes a warning away, and the event behind it is one tap away', async () => {
    const page = await open('zhou', '#/what-if');
    await page.click('text=改督办');
    await page.fill('.beside input', '30');
    await page.click('text=加入推演');
    await page.click('text=改日历');
    await page.fill('.trial input[type=date]', '2026-11-23');
    await page.click('text=加入推演');
    await page.click('.run button');
    await page.waitForSelector('.most a:visible');
    await page.click('.most a:visible');
    await page.waitForSelector('text=暴露垃圾');
    expect(page.url()).toMatch(/#\/e\/20261123-0001$/);
    expect(pages.complaints).toEqual([]);
  });

  it('other hours and other extensions can be tried, and nonsense is refused before it is sent', async () => {
    const page = await open('zhou', '#/what-if');
    await page.click('text=改作息');
    await page.fill('[aria-label="上午到"]', '07:00');
    await page.click('text=加入推演');
    await page.waitForSelector('text=时间要一段接一段，从早到晚。');
    await page.fill('[aria-label="上午到"]', '11:00');
    await page.click('text=加入推演');
    await page.click('text=改延期');
    await page.fill('.beside input', '9');
    await page.click('text=加入推演');
    await page.waitForSelector('text=次数要写 0 到 5 的整数。');
    await page.fill('.beside input', '0');
    await page.click('text=加入推演');
    await page.click('.run button');
    await page.waitForSelector('.figures');
    expect(await page.locator('.changes li').allInnerTexts()).toEqual([
      expect.stringContaining('作息：08:00–12:00、14:00–18:00 → 08:00–11:00、14:00–18:00'),
      expect.stringContaining('延期：最多 2 次，每次 100% → 不许'),
    ]);
    expect(pages.complaints).toEqual([]);
  });

  it('what does not fit is said in words before anything is sent', async () => {
    const page = await open('zhou', '#/what-if');
    await page.click('.run button');
    await page.waitForSelector('text=请先选要改什么。');
    await page.click('text=改督办');
    await page.fill('.beside input', '120');
    await page.click('text=加入推演');
    await page.waitForSelector('text=要一级比一级高，都大于 0。');
    await page.click('text=改日历');
    await page.click('text=加入推演');
    await page.waitForSelector('text=请选择日期。');
  });

  it('those who oversee nothing see no way to it, and are told so if they find one', async () => {
    const page = await open('wang', '#/mine');
    await page.waitForSelector('text=我的上报');
    expect(await page.isVisible('text=推演')).toBe(false);
    const straight = await open('wang', '#/what-if');
    await straight.waitForSelector('text=这一步不由您的岗位办理。');
  });

  it('fits a phone: nothing sticks out, everything to tap is large enough', async () => {
    const page = await open('zhou', '#/what-if');
    for (const form of ['改时限', '改督办', '改日历', '改作息', '改延期']) {
      await page.click(`text=${form}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      const small = await page.$$eval('a, button, select, input', (elements) =>
        elements
          .map((element) => element.getBoundingClientRect())
          .filter(({ width, height }) => width > 0 && (width < 44 || height < 44)),
      );
      expect(small).toEqual([]);
    }
  });
});
