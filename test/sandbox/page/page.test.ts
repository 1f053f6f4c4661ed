import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { readTemplate } from '../../../cards/templates';
import type { Sandbox } from '../../../sandbox/server';
import type { SandboxOptions } from '../../../sandbox/types';
import { complaints, freshPage, hasChromium, launch } from '../../support/chromium';
import { CARD, closeAll, FAIR, type Heard, listen, newCard, open, post, ROBOT, sdk, TEMPLATE, until } from '../rig';

const TASK = {
  title: '请签收：公共照明',
  tag: '派遣',
  tone: 'blue',
  warning: '',
  text: '红光路 12 号门前路灯不亮了',
  fields: JSON.stringify([{ label: '编号', value: '20261123-0042' }]),
  images: '[]',
  timeline: '[]',
  form: JSON.stringify({
    fields: [
      { name: 'to', label: '单位', type: 'SELECT', required: true, options: [{ value: 'u-s', text: '街道办' }] },
      { name: 'reason', label: '理由', type: 'TEXT_AREA', required: true },
    ],
  }),
  buttons: JSON.stringify([
    { action: 'ack', label: '签收', style: 'primary', params: { matter: 'M-1' } },
    { action: 'transfer', label: '转办', fields: ['to', 'reason'] },
    { action: 'withdraw', label: '撤回', style: 'danger', confirm: '撤回后不再办理，确定吗？' },
  ]),
  hint: '',
  link: '',
};

const answerOf = (title: string) => ({
  cardUpdateOptions: { updateCardDataByKey: true },
  cardData: { cardParamMap: { title, buttons: '[]' } },
});

/** What a tap or a form posted. */
const paramsOf = ({ parsed }: Heard) => JSON.parse(String(parsed.content)).cardPrivateData.params;

const describeWithBrowser = hasChromium() ? describe : describe.skip;

describeWithBrowser('the sandbox in a browser', () => {
  let browser: Browser;
  let sandbox: Sandbox;
  let page: Page;
  let heard: Heard[];
  /** Taps are answered with this; null leaves them without an answer. */
  let reply: object | null;
  let home: Server;
  const visits: string[] = [];

  beforeAll(async () => {
    await freshPage('sandbox/page');
    browser = await launch();
    home = createServer((request, response) => {
      visits.push(request.url ?? '');
      response.setHeader('content-type', 'text/html; charset=utf-8').end('<link rel=icon href=data:,>办件详情');
    });
    await new Promise<void>((resolve) => home.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    home.close();
    await browser.close();
  });

  const homeUrl = () => `http://127.0.0.1:${(home.address() as AddressInfo).port}/#/e/1`;

  const begin = async (options: Partial<SandboxOptions> = {}) => {
    sandbox = await open({ templates: { [TEMPLATE]: readTemplate('task') }, ...options });
    reply = answerOf('已签收');
    ({ heard } = await listen(sandbox, (client, frame) => {
      if (frame.headers.topic === ROBOT || reply) client.socketCallBackResponse(frame.headers.messageId, reply ?? {});
    }));
  };

  const visit = async (viewport = { width: 1440, height: 900 }) => {
    page = await browser.newPage({ viewport, locale: 'zh-CN' });
    const heardErrors = complaints(page);
    await page.goto(sandbox.url);
    await page.getByRole('textbox', { name: '输入消息' }).waitFor();
    return heardErrors;
  };

  const deliver = async (id: string, params: Partial<typeof TASK> = {}, userId = 'u1') => {
    const { createCard } = await sdk(sandbox);
    await createCard(newCard(id, userId, { cardData: { cardParamMap: { ...TASK, ...params } } }));
  };

  const taps = () => heard.filter(({ headers }) => headers.topic === CARD).map(paramsOf);
  const words = () => heard.filter(({ headers }) => headers.topic === ROBOT).map(({ parsed }) => parsed);

  afterEach(async () => {
    await page?.close();
    await closeAll();
  });

  test('what a person types reaches the robot, and shows as theirs', async () => {
    await begin();
    const red = await visit();
    await page.getByRole('textbox', { name: '输入消息' }).fill('红光路路灯不亮了');
    await page.getByRole('button', { name: '发送' }).click();
    await page.getByRole('log').getByText('红光路路灯不亮了').waitFor();
    await until(() => words().length === 1);
    expect(words()[0]).toMatchObject({ senderStaffId: 'u1', text: { content: '红光路路灯不亮了' } });
    expect(red).toEqual([]);
  });

  test('a card comes by itself, and a tap posts what its button says and shows the answer', async () => {
    await begin();
    const red = await visit();
    await deliver('c1');
    await page.getByRole('button', { name: '签收' }).click();
    await page.getByRole('article', { name: '已签收' }).waitFor();
    expect(taps()).toEqual([{ action: 'ack', matter: 'M-1' }]);
    expect(await page.getByRole('button', { name: '转办' }).count()).toBe(0);
    expect(red).toEqual([]);
  });

  test('a button that asks for words posts nothing until they are there', async () => {
    await begin();
    await visit();
    await deliver('c1');
    await page.getByRole('button', { name: '转办' }).click();
    await page.getByRole('button', { name: '确定' }).click();
    await page.getByText('请填写单位、理由').waitFor();
    expect(taps()).toEqual([]);
    await page.getByLabel('单位').selectOption('街道办');
    await page.getByLabel('理由').fill('属街道管');
    await page.getByRole('button', { name: '确定' }).click();
    await page.getByRole('article', { name: '已签收' }).waitFor();
    expect(taps()).toEqual([{ action: 'transfer', form: { to: { index: 0, value: 'u-s' }, reason: '属街道管' } }]);
  });

  test('a button that asks first does nothing when the person thinks better of it', async () => {
    await begin();
    await visit();
    await deliver('c1');
    await page.getByRole('button', { name: '撤回' }).click();
    await page.getByText('撤回后不再办理，确定吗？').waitFor();
    await page.getByRole('button', { name: '取消' }).click();
    await page.getByRole('button', { name: '撤回' }).click();
    expect(taps()).toEqual([]);
    await page.getByRole('button', { name: '确定' }).click();
    await until(() => taps().length === 1);
  });

  test('a tap that nobody answers says so, keeps what was typed, and can be tried again', async () => {
    await begin(FAIR);
    await visit();
    await deliver('c1');
    await page.getByRole('button', { name: '转办' }).click();
    await page.getByLabel('单位').selectOption('街道办');
    await page.getByLabel('理由').fill('属街道管');
    reply = null;
    await page.getByRole('button', { name: '确定' }).click();
    await page.getByText('操作超时，请重试').waitFor();
    expect(await page.getByLabel('理由').inputValue()).toBe('属街道管');
    reply = answerOf('已转办');
    await page.getByRole('button', { name: '确定' }).click();
    await page.getByRole('article', { name: '已转办' }).waitFor();
  });

  test('several photos with words go as one message, in the order they were chosen', async () => {
    await begin();
    const red = await visit();
    await page.getByRole('button', { name: '图片' }).click();
    const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const own = { name: 'own.png', mimeType: 'image/png', buffer: Buffer.from(pixel, 'base64') };
    await page.locator('input[type=file]').setInputFiles([own]);
    await page.getByRole('button', { name: '路灯不亮', exact: true }).click();
    await page.getByLabel('配一句话').fill('还有这处');
    await page.getByRole('button', { name: '发出 2 张' }).click();
    await until(() => words().length === 1);
    const { msgtype, content } = words()[0] as { msgtype: string; content: { richText: { text?: string }[] } };
    expect(msgtype).toBe('richText');
    expect(content.richText).toHaveLength(3);
    const { body } = sandbox.messages('u1')[0]!;
    const urls = body.type === 'images' ? body.urls : [];
    const kinds = urls.map(async (url) => (await fetch(new URL(url, sandbox.url))).headers.get('content-type'));
    expect(await Promise.all(kinds)).toEqual(['image/jpeg', 'image/png']);
    await page.getByRole('button', { name: '看第 2 张照片' }).click();
    await page.getByRole('button', { name: '关闭照片' }).press('Escape');
    expect(red).toEqual([]);
  });

  test('the words of a voice message can be mended before it goes out', async () => {
    await begin();
    await visit();
    await page.getByRole('button', { name: '语音' }).click();
    await page.getByRole('button', { name: /井盖没了/ }).click();
    await page.getByLabel('识别文字').fill('幸福小区北门井盖没了');
    await page.getByRole('button', { name: '发出' }).click();
    await until(() => words().length === 1);
    expect(words()[0]).toMatchObject({ msgtype: 'audio', content: { recognition: '幸福小区北门井盖没了' } });
  });

  test('a DING covers the phone until it is confirmed', async () => {
    await begin();
    await visit();
    const { ding } = await sdk(sandbox);
    await ding({ robotCode: sandbox.robotCode, remindType: 1, receiverUserIdList: ['u1'], content: '红牌督办' });
    await page.getByRole('alertdialog', { name: 'DING' }).getByText('红牌督办').waitFor();
    await page.getByRole('button', { name: '收到' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(sandbox.dings('u1')).toMatchObject([{ read: true }]);
  });

  test('a to-do opens inside the phone, with a login code for its person', async () => {
    await begin();
    await visit();
    const { addTodo } = await sdk(sandbox);
    const detailUrl = { appUrl: homeUrl(), pcUrl: homeUrl() };
    await addTodo('union1iE', {
      subject: '签收：公共照明',
      creatorId: 'union1iE',
      executorIds: ['union1iE'],
      detailUrl,
    });
    await page.getByRole('button', { name: '返回' }).click();
    await page.getByRole('navigation').getByRole('button', { name: '待办' }).click();
    await page.getByRole('button', { name: /签收：公共照明/ }).click();
    await page.frameLocator('iframe').getByText('办件详情').waitFor();
    expect(visits.filter((url) => /^\/\?code=\w+$/.test(url))).toHaveLength(1);
    await page.getByRole('button', { name: '关闭' }).click();
    await page.locator('iframe').waitFor({ state: 'detached' });
  });

  test('the clock goes to the next working morning, and the phone shows it', async () => {
    await begin();
    await visit();
    await page.getByRole('button', { name: '下个工作日早上' }).click();
    await page.getByRole('timer').getByText('08:30').waitFor();
    await page.getByRole('button', { name: '+1 小时' }).click();
    await page.getByRole('timer').getByText('09:30').waitFor();
    expect(new Date(sandbox.clock.now() + 8 * 3_600_000).toISOString()).toContain('T09:30');
  });

  test('two persons side by side each see their own side', async () => {
    await begin();
    await visit();
    await page.getByRole('button', { name: '并排' }).click();
    await page.getByRole('button', { name: '李强，' }).click();
    await deliver('c1', {}, 'u2');
    await page.getByRole('region', { name: '李强的手机' }).getByRole('button', { name: '签收' }).waitFor();
    expect(await page.getByRole('region', { name: '王芳的手机' }).getByRole('article').count()).toBe(0);
  });

  test('somebody who has news floats up in the list, with a count', async () => {
    await begin({
      people: [...'甲乙丙丁'].map((name, i) => ({
        ...{ userId: `w${i}`, unionId: `x${i}`, name: `王${name}`, title: '网格员 · 红光社区', deptId: 20 },
      })),
    });
    await visit();
    const others = page.getByRole('region', { name: '所有人' }).getByRole('button');
    expect(await others.first().getAttribute('aria-label')).toBe('王乙，网格员 · 红光社区');
    await deliver('c1', {}, 'w3');
    await page.getByRole('button', { name: '王丁，网格员 · 红光社区，1 条未读' }).waitFor();
    expect(await others.first().getAttribute('aria-label')).toContain('王丁');
    await others.first().click();
    await page.getByRole('button', { name: '王丁，网格员 · 红光社区', exact: true }).waitFor();
  });

  test('text stays text: neither messages nor cards can put code into the page', async () => {
    await begin();
    await visit();
    const evil = '<img src=x onerror="window.caught=1"> [点我](javascript:window.caught=1) ![](javascript:1)';
    await deliver('c1', { text: evil, title: evil, link: 'javascript:window.caught=1' });
    const { send } = await sdk(sandbox);
    const markdown = { msgKey: 'sampleMarkdown', msgParam: JSON.stringify({ title: 't', text: evil }) };
    await send({ robotCode: sandbox.robotCode, userIds: ['u1'], ...markdown });
    await page.getByRole('log').getByText('点我').last().waitFor();
    expect(await page.getByRole('button', { name: '点我' }).count()).toBe(0);
    await page.getByRole('button', { name: '查看详情' }).click();
    await page.getByText('这个链接打不开').waitFor();
    const caught = () => page.evaluate('window.caught');
    expect(await caught()).toBeUndefined();
    // The control: the same words as HTML would have been caught.
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(evil)})`);
    await page.waitForFunction('window.caught === 1');
  });

  test('a card variable that is not what its block needs is named in the card, and the rest still shows', async () => {
    await begin();
    const red = await visit();
    await deliver('c1', { fields: 'oops', form: '' });
    await page.getByText('变量 fields 的内容不对').waitFor();
    await page.getByRole('button', { name: '签收' }).waitFor();
    expect(red).toEqual([]);
  });

  test('the page finds the sandbox again after a restart, and what happened meanwhile', async () => {
    await begin();
    await visit();
    const port = Number(new URL(sandbox.url).port);
    await sandbox.close();
    await page.getByText('正在重连…').first().waitFor();
    await begin({ port });
    await deliver('late');
    await page.getByText('已连接').waitFor();
    await page.getByRole('button', { name: '签收' }).waitFor();
  });

  test('a stream of changes that is refused is asked for again', async () => {
    await begin();
    page = await browser.newPage();
    await page.route('**/sandbox/api/events', (route) => route.fulfill({ status: 503 }), { times: 1 });
    await page.goto(sandbox.url);
    await page.getByText('正在重连…').first().waitFor();
    await page.getByText('已连接').waitFor();
    await page.getByRole('textbox', { name: '输入消息' }).waitFor();
  });

  test('on a phone the chat fills the screen, and the rest waits in drawers', async () => {
    await begin();
    const red = await visit({ width: 390, height: 844 });
    const clock = page.getByRole('button', { name: '+1 小时' });
    expect(await clock.isVisible()).toBe(false);
    await page.getByRole('button', { name: '时钟与计量' }).click();
    await clock.waitFor();
    await page.keyboard.press('Escape');
    await clock.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: '换人' }).click();
    await page.getByRole('button', { name: '李强，' }).click();
    await page.getByRole('region', { name: '李强的手机' }).getByRole('textbox').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(red).toEqual([]);
  });

  test('a fault started on the page strikes the platform, and recovery clears it', async () => {
    await begin();
    await visit();
    await page.getByText('平台故障演练').click();
    await page.getByRole('button', { name: '服务器错误，30 秒' }).click();
    await page.getByText('进行中').waitFor();
    const { clientId: appKey, clientSecret: appSecret } = sandbox;
    const ask = () => post(sandbox, '/v1.0/oauth2/accessToken', { appKey, appSecret });
    expect((await ask()).status).toBe(500);
    await page.getByRole('button', { name: '全部恢复' }).click();
    await page.getByText('进行中').waitFor({ state: 'detached' });
    expect((await ask()).status).toBe(200);
  });

  test('the watch for red lines in the console sees one (the control of the empty lists above)', async () => {
    await begin();
    const red = await visit();
    await page.evaluate('console.error("seen")');
    await until(() => red.length > 0);
    expect(red).toEqual(['seen']);
  });
});
