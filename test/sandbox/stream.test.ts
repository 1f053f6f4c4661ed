import { WebSocket } from 'ws';
import { WEBHOOK_MS } from '../../sandbox/oapi';
import {
  CARD,
  closeAll,
  DELIVER,
  FAIR,
  GROUP,
  Listener,
  listen,
  newCard,
  open,
  post,
  ROBOT,
  rest,
  STRICT,
  tokenOf,
  until,
} from './rig';

beforeAll(() => {
  jest.spyOn(console, 'info').mockImplementation();
  jest.spyOn(console, 'warn').mockImplementation();
});
afterEach(closeAll);

const wishes = [
  { type: 'EVENT', topic: '*' },
  { type: 'CALLBACK', topic: ROBOT },
];

async function ticketOf(sandbox: Awaited<ReturnType<typeof open>>): Promise<string> {
  const { clientId, clientSecret } = sandbox;
  const answer = await post(sandbox, '/v1.0/gateway/connections/open', {
    clientId,
    clientSecret,
    subscriptions: wishes,
  });
  return `${answer.body.endpoint}?ticket=${answer.body.ticket}`;
}

function dial(url: string): Promise<'open' | 'refused'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.on('open', () => resolve('open'));
    socket.on('error', () => resolve('refused'));
  });
}

describe('the door', () => {
  it('lets the official SDK in', async () => {
    const sandbox = await open();
    await listen(sandbox);
    expect(sandbox.connections()).toBe(1);
    expect(sandbox.gatewayCalls()).toHaveLength(1);
  });

  it('refuses a wrong secret and counts the attempt', async () => {
    const sandbox = await open();
    await expect(new Listener(sandbox, 'wrong').getEndpoint()).rejects.toThrow('authFailed');
    expect(sandbox.gatewayCalls()).toHaveLength(1);
  });

  it('takes a ticket once, and within 90 seconds', async () => {
    const sandbox = await open();
    const once = await ticketOf(sandbox);
    expect(await dial(once)).toBe('open');
    expect(await dial(once)).toBe('refused');
    const late = await ticketOf(sandbox);
    sandbox.advance(91_000);
    expect(await dial(late)).toBe('refused');
  });

  it('pushes only what was subscribed to', async () => {
    const sandbox = await open();
    await post(sandbox, DELIVER, newCard('c'), await tokenOf(sandbox));
    const socket = new WebSocket(await ticketOf(sandbox));
    const topics: string[] = [];
    socket.on('message', (data) => topics.push(JSON.parse(String(data)).headers.topic));
    await until(() => topics.includes('REGISTERED'));
    expect(await sandbox.tap({ userId: 'u2', outTrackId: 'c', action: 'ack' })).toMatchObject({ ok: false });
    sandbox.say({ userId: 'u1', text: '有人吗' });
    await until(() => topics.includes(ROBOT));
    expect(topics).not.toContain(CARD);
    socket.terminate();
  });

  it('pings again and again, with something to send back', async () => {
    const sandbox = await open();
    const socket = new WebSocket(await ticketOf(sandbox));
    const pings: string[] = [];
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.headers.topic === 'ping') pings.push(JSON.parse(frame.data).opaque);
    });
    await until(() => pings.length === 3);
    expect(new Set(pings).size).toBe(3);
    socket.terminate();
  });
});

describe('robot frames', () => {
  it('have the platform’s shape in a 1:1 chat', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    const [msgId] = sandbox.say({ userId: 'u1', text: '东门路灯不亮' });
    await until(() => heard.length === 1);
    const { parsed } = heard[0]!;
    expect(parsed).toMatchObject({
      msgId,
      msgtype: 'text',
      text: { content: '东门路灯不亮' },
      conversationType: '1',
      conversationId: sandbox.single('u1'),
      senderStaffId: 'u1',
      senderNick: '王芳',
      robotCode: sandbox.robotCode,
      senderCorpId: sandbox.corpId,
    });
    expect(msgId).toMatch(/^msg.{22}==$/);
    // The two are taken from the clock a moment apart.
    expect(Number(parsed.sessionWebhookExpiredTime) - Number(parsed.createAt) - WEBHOOK_MS).toBeLessThan(1_000);
    expect(parsed).not.toHaveProperty('isInAtList');
  });

  it('keep the space after the mention in a group, and say so', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    sandbox.say({ userId: 'u1', conversationId: GROUP, text: '东门路灯不亮' });
    await until(() => heard.length === 1);
    const { parsed } = heard[0]!;
    expect(parsed).toMatchObject({ text: { content: ' 东门路灯不亮' }, conversationType: '2', conversationId: GROUP });
    expect(parsed).toMatchObject({ isInAtList: true, conversationTitle: '红光社区网格群' });
  });

  it('carry words and photos as one richText, photos alone one by one', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    const images = ['sample:lamp-dark', 'sample:rubbish'];
    sandbox.say({ userId: 'u1', text: '看图', images });
    sandbox.say({ userId: 'u1', images });
    await until(() => heard.length === 3);
    const code = { downloadCode: expect.stringMatching(/.{40}/) };
    expect(heard.map(({ parsed }) => parsed.msgtype).sort()).toEqual(['picture', 'picture', 'richText']);
    expect(heard.find(({ parsed }) => parsed.msgtype === 'richText')?.parsed.content).toMatchObject({
      richText: [{ text: '看图' }, { type: 'picture', ...code }, { type: 'picture', ...code }],
    });
  });

  it('carry what was spoken in words, and films and files', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    sandbox.say({
      userId: 'u1',
      audio: { seconds: 3, recognition: '井盖没了' },
      video: true,
      file: { name: '清单.xlsx' },
    });
    await until(() => heard.length === 3);
    const content = Object.fromEntries(heard.map(({ parsed }) => [parsed.msgtype, parsed.content]));
    expect(content.audio).toMatchObject({ recognition: '井盖没了', duration: 3000 });
    expect(content.video).toMatchObject({ videoType: 'mp4' });
    expect(content.file).toMatchObject({ fileName: '清单.xlsx' });
  });

  it('do not come from a group for voice, nor without a mention', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    sandbox.say({ userId: 'u1', conversationId: GROUP, audio: { seconds: 1, recognition: '喂' } });
    sandbox.say({ userId: 'u1', conversationId: GROUP, text: '大家好', at: false });
    sandbox.say({ userId: 'u1', conversationId: GROUP, text: '机器人好' });
    await until(() => heard.length > 0);
    await rest(50);
    expect(heard.map(({ parsed }) => parsed.text)).toEqual([{ content: ' 机器人好' }]);
    expect(sandbox.messages('u2', GROUP)).toHaveLength(3);
  });
});

describe('redelivery', () => {
  it('repeats an unanswered message under a new messageId and the same msgId, then gives up', async () => {
    const sandbox = await open(STRICT);
    const { heard } = await listen(sandbox, () => undefined);
    const [msgId] = sandbox.say({ userId: 'u1', text: '没人应' });
    expect(sandbox.unanswered()).toBe(1);
    await until(() => sandbox.unanswered() === 0);
    expect(heard).toHaveLength(3);
    expect(new Set(heard.map(({ parsed }) => parsed.msgId))).toEqual(new Set([msgId]));
    expect(new Set(heard.map(({ headers }) => headers.messageId)).size).toBe(3);
  });

  it('does not repeat what was answered in time', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    const [msgId] = sandbox.say({ userId: 'u1', text: '有人应' });
    await until(() => sandbox.unanswered() === 0);
    await rest(400);
    expect(heard).toHaveLength(1);
    expect(sandbox.acks()).toMatchObject([{ msgId, code: 200, late: false, messageId: heard[0]!.headers.messageId }]);
  });

  it('repeats what was answered too late, and marks the answer late', async () => {
    const sandbox = await open(FAIR);
    const { heard } = await listen(sandbox, (client, { headers }) => {
      setTimeout(() => client.socketCallBackResponse(headers.messageId, null), heard.length === 1 ? 1_050 : 0);
    });
    sandbox.say({ userId: 'u1', text: '慢慢来' });
    await until(() => sandbox.unanswered() === 0);
    expect(heard).toHaveLength(2);
    expect(sandbox.acks().map(({ late }) => late)).toEqual([true, false]);
  });

  it('repeats what was answered with a failure', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox, (client, { headers: { messageId } }) => {
      const answer = { code: heard.length === 1 ? 500 : 200, headers: { messageId }, message: '', data: '{}' };
      (client as unknown as { socket: WebSocket }).socket.send(JSON.stringify(answer));
    });
    sandbox.say({ userId: 'u1', text: '出错了' });
    await until(() => sandbox.unanswered() === 0);
    expect(heard).toHaveLength(2);
    expect(sandbox.acks().map(({ code }) => code)).toEqual([500, 200]);
  });

  it('repeats an event that is answered LATER, and not one that is answered SUCCESS', async () => {
    const sandbox = await open();
    const { client } = await listen(sandbox);
    const seen: string[] = [];
    client.registerAllEventListener(({ headers }) => {
      seen.push(headers.eventId ?? '');
      return { status: seen.length === 1 ? 'LATER' : 'SUCCESS' } as never;
    });
    const headers = { eventType: 'user_modify_org', eventId: 'e1' };
    sandbox.pushFrame({ type: 'EVENT', topic: '*', headers, data: { userId: ['u1'] } });
    await until(() => sandbox.unanswered() === 0);
    expect(seen).toEqual(['e1', 'e1']);
    expect(sandbox.meter().pushes).toBe(0);
  });

  it('keeps what is said while nobody is connected', async () => {
    const sandbox = await open();
    sandbox.say({ userId: 'u1', text: '早上好' });
    const { heard } = await listen(sandbox);
    await until(() => heard.length === 1);
    expect(heard[0]!.parsed.text).toEqual({ content: '早上好' });
  });

  it('shares messages out among all connections', async () => {
    const sandbox = await open();
    const both = [await listen(sandbox), await listen(sandbox)];
    expect(sandbox.connections()).toBe(2);
    for (let i = 0; i < 40; i++) sandbox.say({ userId: 'u1', text: `第${i}条` });
    await until(() => sandbox.unanswered() === 0);
    const shares = both.map(({ heard }) => heard.length);
    expect(shares[0]! + shares[1]!).toBe(40);
    expect(Math.min(...shares)).toBeGreaterThan(0);
  });
});
