import { type Sandbox, startSandbox } from '../../../sandbox/server';
import { dingtalkMessenger } from '../../../server/adapters/dingtalk';
import { openStream, type StreamLink } from '../../../server/adapters/stream';
import type { DingTalkConfig } from '../../../server/config';
import type { Messenger } from '../../../server/ports';
import { pause, until } from './loopback';

/** Both adapters against the sandbox, which is strict where the platform is strict. */

const person = { userId: 'u1', unionId: 'union1', name: '王芳', title: '网格员', deptId: 1 };
const template = {
  name: 'task',
  title: '任务',
  variables: [{ name: 'title', type: 'string' as const, about: '' }],
  layout: [],
};

let sandbox: Sandbox;
let config: DingTalkConfig;
let messenger: Messenger;
let link: StreamLink | null;
let metered: string[];
const log = { info: () => undefined, error: () => undefined };

beforeEach(async () => {
  sandbox = await startSandbox({
    port: 0,
    people: [person],
    depts: [{ deptId: 1, name: '红光街道', parentId: null }],
    groups: [{ conversationId: 'cid1==', title: '红光街道', memberIds: ['u1'] }],
    templates: { 't.schema': template },
  });
  const { clientId, clientSecret, robotCode, corpId, agentId, apiBase, oapiBase } = sandbox;
  config = { clientId, clientSecret, robotCode, corpId, agentId, apiBase, oapiBase };
  [metered, link] = [[], null];
  messenger = dingtalkMessenger(config, { meter: (family) => void metered.push(family), log });
});

afterEach(async () => {
  await link?.close();
  await sandbox.close();
});

const CARD = { outTrackId: 'o1', template: 't.schema', userId: 'u1', params: { title: '一' }, alert: '新任务' };

test('a person speaks, is heard and acknowledged, and answered where they spoke', async () => {
  const webhooks: string[] = [];
  link = openStream(
    config,
    {
      async onFrame({ data }) {
        webhooks.push((data as { sessionWebhook: string }).sessionWebhook);
        return { response: null };
      },
      onPoison: async () => undefined,
    },
    { log },
  );
  await until(() => sandbox.connections() === 1);
  sandbox.say({ userId: 'u1', conversationId: sandbox.single('u1'), text: '路灯坏了' });
  await until(() => sandbox.acks().length === 1);
  expect(sandbox.acks()[0]).toMatchObject({ code: 200, late: false });
  await messenger.reply(webhooks[0]!, { type: 'text', text: '已收到' });
  expect(sandbox.messages('u1').at(-1)?.body).toEqual({ type: 'text', text: '已收到' });
  await pause(50);
  expect(sandbox.unanswered()).toBe(0);
});

test('cards, messages, DING and to-dos arrive, and each call is metered as the platform meters it', async () => {
  await messenger.createCard(CARD);
  await messenger.createCard(CARD);
  await messenger.updateCard('o1', { title: '二' });
  expect(sandbox.cardsOf('u1')).toMatchObject([{ outTrackId: 'o1', params: { title: '二' } }]);
  await messenger.sendToPeople(['u1'], {
    type: 'actions',
    title: '督办',
    text: '两件',
    buttons: [
      { title: '看', url: 'https://x/1' },
      { title: '办', url: 'https://x/2' },
    ],
  });
  await messenger.sendToGroup('cid1==', { type: 'markdown', title: '简报', text: '**今日**' });
  await messenger.ding(['u1'], '请签收');
  const todo = {
    sourceId: 's1',
    unionId: 'union1',
    subject: '办理',
    dueAt: sandbox.clock.now() + 1_000,
    url: 'https://x',
  };
  const id = await messenger.todo(todo);
  expect(await messenger.todo(todo)).toBe(id);
  await messenger.todoDone(id, 'union1');
  expect(metered).toHaveLength(sandbox.meter().calls);
  expect(sandbox.dings('u1')).toHaveLength(1);
  expect(sandbox.todos('u1')).toMatchObject([{ done: true }]);
  expect(sandbox.messages('u1', 'cid1==').at(-1)?.body).toMatchObject({ type: 'markdown', title: '简报' });
  expect(await messenger.sendToPeople(['nobody'], { type: 'text', text: 'x' }).catch(({ code }) => code)).toBeDefined();
});

test('a stranger to the platform, a card of no template, a card that is gone: as on the platform', async () => {
  await expect(messenger.createCard({ ...CARD, template: 'none.schema' })).rejects.toMatchObject({
    name: 'Rejected',
    code: 'param.templateNotExist',
  });
  await expect(messenger.updateCard('gone', { title: 'x' })).rejects.toMatchObject({
    name: 'Rejected',
    code: 'param.cardNotExist',
  });
});

test('login codes open the door once; the ticket of the page is there', async () => {
  const code = sandbox.loginCode('u1');
  await expect(messenger.identify(code)).resolves.toEqual({ userId: 'u1', name: '王芳' });
  await expect(messenger.identify(code)).rejects.toMatchObject({ name: 'Rejected' });
  expect(await messenger.jsapiTicket()).toMatch(/.+/);
  expect(metered).toEqual([]);
});

test('a token that expires early is replaced without anybody noticing', async () => {
  await messenger.createCard(CARD);
  sandbox.fault({ kind: 'token-expired' });
  await messenger.updateCard('o1', { title: '二' });
  expect(sandbox.calls().filter(({ path }) => path.endsWith('/accessToken'))).toHaveLength(2);
});

test('over quota, throttled, banned, failing: each is told apart', async () => {
  await messenger.createCard(CARD);
  const update = () => messenger.updateCard('o1', { title: '二' }).then(String, (error: Error) => error.name);
  const names: string[] = [];
  for (const kind of ['qps', 'server-error', 'ban', 'over-quota'] as const) {
    sandbox.fault({ kind });
    names.push(await update());
    sandbox.clearFaults();
  }
  expect(names).toEqual(['Retry', 'Retry', 'Retry', 'OverQuota']);
  expect(await update()).toBe('undefined');
});
