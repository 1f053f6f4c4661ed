import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { complaints, freshPage, hasChromium, launch } from '../support/chromium';
import { openWorld, type World } from '../support/world';

/** Pictures to look at; with GRIDTALK_PICTURES=docs the README's is taken anew. */
const PICTURES = join(__dirname, '..', '..', process.env.GRIDTALK_PICTURES ?? 'coverage/screenshots');

const describeWithBrowser = hasChromium() ? describe : describe.skip;

describeWithBrowser('the sandbox in a browser, with the whole program behind it', () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  let red: string[];

  beforeAll(async () => {
    await Promise.all([freshPage('sandbox/page'), freshPage('miniapp')]);
    mkdirSync(PICTURES, { recursive: true });
    world = await openWorld();
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1, locale: 'zh-CN' });
    red = complaints(page);
    await page.goto(world.running.sandbox!.url);
  });

  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const picture = (name: string) => page.screenshot({ path: join(PICTURES, `${name}.png`) });
  const nameOf = (userId: string) => world.roster.person(userId)!.name;
  const phoneOf = (userId: string) => page.getByLabel(`${nameOf(userId)}的手机`);

  /** Puts a person into one of the two phones. */
  async function pick(userId: string, phone: 0 | 1): Promise<Locator> {
    await page.getByRole('textbox', { name: '输入消息' }).nth(phone).click();
    await page.getByPlaceholder('姓名、单位、网格').fill(nameOf(userId));
    await page
      .getByRole('button', { name: nameOf(userId) })
      .first()
      .click();
    await page.getByPlaceholder('姓名、单位、网格').fill('');
    return phoneOf(userId);
  }

  async function say(phone: Locator, words: string): Promise<void> {
    await phone.getByRole('textbox', { name: '输入消息' }).fill(words);
    await page.keyboard.press('Enter');
  }

  async function tap(phone: Locator, name: string): Promise<void> {
    await phone.getByRole('button', { name, exact: true }).last().click();
    await world.settled();
  }

  test('a worker reports with words and one tap, an official acknowledges and finishes, the worker verifies', async () => {
    await page.getByRole('button', { name: '并排' }).click();
    const worker = await pick(world.who('worker'), 0);
    await say(worker, '建设路12号门前路灯不亮，晚上老人看不清路');
    await worker.getByRole('button', { name: '上报', exact: true }).waitFor();
    await tap(worker, '上报');
    await worker.getByText(/已上报 \d{8}-0001/).waitFor();
    const { tasks, no } = await world.event();
    const handler = await pick(world.roster.staff(tasks[0]!.unitId, 'handler')[0]!, 1);
    await handler.getByRole('button', { name: '签收', exact: true }).waitFor();
    await picture('sandbox');
    await tap(handler, '签收');
    await handler.getByRole('button', { name: '办结', exact: true }).click();
    await handler.getByLabel(/处理结果/).fill('已更换灯泡，恢复照明');
    await picture('finishing');
    await tap(handler, '确定');
    await worker.getByRole('button', { name: '核查通过', exact: true }).last().waitFor();
    await tap(worker, '核查通过');
    expect(await world.event(no!)).toMatchObject({ stage: 'closed' });
    await picture('closed');
    expect(red).toEqual([]);
  });

  test('a fire shows the advice at once; the clock moved forward climbs the ladder; the micro-app opens from a card', async () => {
    const reporter = world.roster.town.posts.filter(({ role }) => role === 'worker')[1]!.userId;
    const worker = await pick(reporter, 0);
    await say(worker, '解放路8号3楼着火了，楼上还有人');
    await worker.getByText(/119/).first().waitFor();
    await world.settled();
    const event = (await world.events()).find(({ reporterId }) => reporterId === reporter)!;
    const handler = await pick(world.roster.staff(event.tasks[0]!.unitId, 'handler')[0]!, 1);
    await picture('fire');
    await page.getByRole('button', { name: '+1 小时' }).click();
    await world.settled();
    await picture('late');
    for (const read of await handler.getByRole('button', { name: '收到' }).all()) await read.click();
    await worker.getByText('查看详情').last().click();
    await worker.frameLocator('iframe').getByText(/着火/).first().waitFor();
    await picture('micro-app');
    expect(red).toEqual([]);
  });

  test('whoever opens the micro-app outside DingTalk comes in as one of the sandbox’s people, where the address led', async () => {
    const { no, id } = await world.event();
    const micro = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
    const faults = complaints(micro);
    await micro.goto(`${world.running.url}/#/e/${id}`);
    await micro.getByRole('heading', { name: '选一个人进入' }).waitFor();
    await micro.getByRole('link', { name: /督查/ }).first().click();
    await micro.getByText(no!).first().waitFor();
    expect(new URL(micro.url()).search).toBe('');
    expect(faults.filter((words) => !words.includes('401'))).toEqual([]);
    await micro.close();
  });
});
