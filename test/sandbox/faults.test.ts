import { WebSocket } from 'ws';
import { closeAll, DELIVER, get, listen, newCard, open, post, ROBOT, rest, STRICT, tokenOf, until } from './rig';

beforeAll(() => {
  jest.spyOn(console, 'info').mockImplementation();
  jest.spyOn(console, 'warn').mockImplementation();
});
afterEach(closeAll);

const SEND = '/v1.0/robot/oToMessages/batchSend';

async function sender(sandbox: Awaited<ReturnType<typeof open>>) {
  const token = await tokenOf(sandbox);
  const body = { robotCode: sandbox.robotCode, userIds: ['u1'], msgKey: 'sampleText', msgParam: '{"content":"好"}' };
  return () => post(sandbox, SEND, body, token);
}

describe('limits', () => {
  it('lets 20 calls a second through to one API and refuses more, uncounted', async () => {
    const sandbox = await open();
    const send = await sender(sandbox);
    const begun = performance.now();
    const answers = await Promise.all(Array.from({ length: 40 }, send));
    // A machine so busy that forty take two seconds is asked for more.
    while (answers.every(({ status }) => status === 200))
      answers.push(...(await Promise.all(Array(40).fill(0).map(send))));
    const seconds = (performance.now() - begun) / 1_000;
    const passed = answers.filter(({ status }) => status === 200).length;
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThanOrEqual(21 + 20 * seconds);
    expect(answers.find(({ status }) => status === 403)?.body.code).toBe(
      'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi',
    );
    expect(sandbox.meter()).toMatchObject({ calls: passed, byName: { [SEND]: passed } });
    await rest(200);
    expect((await send()).status).toBe(200);
  });

  it('stops calls at the end of the month’s quota, and starts again with the next China month', async () => {
    const sandbox = await open({ quota: { calls: 2, pushes: 2 } });
    const send = await sender(sandbox);
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    const refused = await send();
    expect([refused.status, refused.body.code]).toEqual([403, 'Forbidden.AccessDenied.ApiCountLimitForOrg']);
    expect(sandbox.meter().calls).toBe(2);
    sandbox.advance(32 * 86_400_000);
    expect(sandbox.meter().calls).toBe(0);
    expect((await (await sender(sandbox))()).status).toBe(200);
  });

  it('takes the words out of frames once pushes are used up', async () => {
    const sandbox = await open({ quota: { calls: 10, pushes: 1 } });
    const { heard } = await listen(sandbox);
    sandbox.say({ userId: 'u1', text: '第一条' });
    await until(() => heard.length === 1);
    sandbox.say({ userId: 'u1', text: '第二条' });
    await until(() => heard.length === 2);
    expect(heard[0]!.parsed).toMatchObject({ text: { content: '第一条' } });
    expect(heard[1]!.parsed).toMatchObject({ errorCode: 20001, senderStaffId: 'u1' });
    expect(heard[1]!.data).not.toContain('第二条');
    expect(heard[1]!.parsed).not.toHaveProperty('msgtype');
    expect(sandbox.meter()).toMatchObject({ pushes: 1, byName: { [ROBOT]: 1 } });
  });
});

describe('sessionWebhook', () => {
  const hello = { msgtype: 'markdown', markdown: { title: '收到', text: '已收到' } };

  it('answers in the conversation for 90 minutes, as a push and not a call', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    sandbox.say({ userId: 'u1', text: '在吗' });
    await until(() => heard.length === 1);
    const path = String(heard[0]!.parsed.sessionWebhook).slice(sandbox.url.length);
    expect(await post(sandbox, path, hello)).toMatchObject({ status: 200, body: { errcode: 0 } });
    expect(sandbox.messages('u1').at(-1)).toMatchObject({ from: 'robot', body: { type: 'markdown', text: '已收到' } });
    expect(sandbox.meter()).toMatchObject({ calls: 0, pushes: 2 });
    expect((await post(sandbox, `${path}x`, hello)).body).toMatchObject({ errmsg: 'session.notExisted' });
    sandbox.advance(90 * 60_000);
    expect(await post(sandbox, path, hello)).toMatchObject({ status: 200, body: { errmsg: 'session.expired' } });
    expect(sandbox.messages('u1')).toHaveLength(2);
  });
});

describe('files', () => {
  it('come from a code, over a signed link that expires', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    sandbox.say({ userId: 'u1', images: ['sample:manhole-open'] });
    await until(() => heard.length === 1);
    const { downloadCode } = heard[0]!.parsed.content as { downloadCode: string };
    const { robotCode } = sandbox;
    const ask = async (code: string) =>
      (
        await post(
          sandbox,
          '/v1.0/robot/messageFiles/download',
          { downloadCode: code, robotCode },
          await tokenOf(sandbox),
        )
      ).body;
    const link = String((await ask(downloadCode)).downloadUrl);
    expect(Number(new URL(link).searchParams.get('Expires')) * 1000).toBeGreaterThan(sandbox.clock.now());
    const bytes = Buffer.from(await (await fetch(link)).arrayBuffer());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect((await fetch(link.replace(/Expires=\d/, 'Expires=9'))).status).toBe(403);
    sandbox.advance(16 * 60_000);
    expect((await fetch(link)).status).toBe(403);
    expect(await ask('wrong')).toMatchObject({ code: 'invalidParameter.robotCode.downloadCode' });
    sandbox.advance(86_400_000);
    expect(await ask(downloadCode)).toMatchObject({ code: 'invalidParameter.robotCode.downloadCode' });
  });
});

describe('faults on request', () => {
  it('strike only the path and the number of calls they name', async () => {
    const sandbox = await open();
    const send = await sender(sandbox);
    sandbox.fault({ kind: 'server-error', path: 'batchSend', times: 2 });
    expect((await post(sandbox, DELIVER, newCard('x'), await tokenOf(sandbox))).status).toBe(200);
    expect([(await send()).body.code, (await send()).status, (await send()).status]).toEqual([
      'system.error',
      500,
      200,
    ]);
  });

  it('last as long as they are told, or until cleared', async () => {
    const sandbox = await open();
    const send = await sender(sandbox);
    sandbox.fault({ kind: 'qps', forMs: 1_000 });
    expect((await send()).body.code).toBe('Forbidden.AccessDenied.QpsLimitForAppkeyAndApi');
    await rest(1_050);
    expect((await send()).status).toBe(200);
    sandbox.fault({ kind: 'ban' });
    expect((await send()).body.text).toContain('<html>');
    sandbox.clearFaults();
    expect((await send()).status).toBe(200);
  });

  it('say it the old API’s way there', async () => {
    const sandbox = await open();
    const path = `/topapi/v2/user/get?access_token=${await tokenOf(sandbox)}`;
    const code = async () => (await post(sandbox, path, { userid: 'u1' })).body.errcode;
    sandbox.fault({ kind: 'qps', times: 1 });
    sandbox.fault({ kind: 'server-error', times: 1 });
    expect([await code(), await code(), await code()]).toEqual([90018, -1, 0]);
  });

  it('hang: no answer at all', async () => {
    const sandbox = await open();
    const ask = (signal?: AbortSignal) => fetch(`${sandbox.url}/gettoken?appkey=x&appsecret=y`, { signal });
    expect((await ask()).status).toBe(200);
    sandbox.fault({ kind: 'hang', path: '/gettoken' });
    await expect(ask(AbortSignal.timeout(300))).rejects.toThrow(/timeout/);
  });

  it('token-expired: once, and the next token works', async () => {
    const sandbox = await open();
    const send = await sender(sandbox);
    expect((await send()).status).toBe(200);
    sandbox.fault({ kind: 'token-expired' });
    expect((await send()).body.code).toBe('InvalidAuthentication');
    expect((await (await sender(sandbox))()).status).toBe(200);
  });

  it('over-quota: calls refused and frames emptied though the meter is low', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    sandbox.fault({ kind: 'over-quota' });
    expect((await (await sender(sandbox))()).body.code).toBe('Forbidden.AccessDenied.ApiCountLimitForOrg');
    sandbox.say({ userId: 'u1', text: '空的' });
    await until(() => heard.length === 1);
    expect(heard[0]!.parsed).toMatchObject({ errorCode: 20001 });
    expect(sandbox.meter()).toMatchObject({ calls: 0, pushes: 0 });
  });

  it('drop-acks: answered frames come again', async () => {
    const sandbox = await open(STRICT);
    const { heard } = await listen(sandbox);
    sandbox.fault({ kind: 'drop-acks' });
    sandbox.say({ userId: 'u1', text: '又来' });
    await until(() => sandbox.unanswered() === 0);
    expect(heard).toHaveLength(3);
    expect(sandbox.acks()).toHaveLength(3);
  });

  it('gateway-down: sockets cut, 503, and open again when cleared', async () => {
    const sandbox = await open();
    await listen(sandbox);
    sandbox.fault({ kind: 'gateway-down' });
    await until(() => sandbox.connections() === 0);
    const door = {
      clientId: sandbox.clientId,
      clientSecret: sandbox.clientSecret,
      subscriptions: [{ type: 'EVENT', topic: '*' }],
    };
    expect((await post(sandbox, '/v1.0/gateway/connections/open', door)).status).toBe(503);
    sandbox.clearFaults();
    await listen(sandbox);
    expect(sandbox.connections()).toBe(1);
  });

  it('half-open: nothing passes, the socket stays, and only a new connection helps', async () => {
    const sandbox = await open(STRICT);
    const { client, heard } = await listen(sandbox);
    sandbox.fault({ kind: 'half-open' });
    sandbox.clearFaults();
    sandbox.say({ userId: 'u1', text: '听得见吗' });
    await rest(150);
    expect([heard.length, sandbox.connections(), client.connected]).toEqual([0, 1, true]);
    client.disconnect();
    await until(() => sandbox.connections() === 0);
    const second = await listen(sandbox);
    await until(() => second.heard.length === 1);
  });

  it('half-open: answers on their way are lost as well', async () => {
    const sandbox = await open(STRICT);
    await listen(sandbox, (client, { headers }) => {
      sandbox.fault({ kind: 'half-open' });
      sandbox.clearFaults();
      client.socketCallBackResponse(headers.messageId, null);
    });
    sandbox.say({ userId: 'u1', text: '收到请回' });
    await until(() => sandbox.unanswered() === 0);
    expect(sandbox.acks()).toEqual([]);
  });

  it('disconnect: announced, silent, then closed after the grace', async () => {
    const sandbox = await open();
    const { client, heard } = await listen(sandbox);
    const socket = (client as unknown as { socket: WebSocket }).socket;
    sandbox.fault({ kind: 'disconnect' });
    await until(() => !client.connected);
    expect([sandbox.connections(), socket.readyState]).toEqual([0, WebSocket.OPEN]);
    sandbox.say({ userId: 'u1', text: '还在吗' });
    await rest(40);
    expect(heard).toHaveLength(0);
    await until(() => socket.readyState === WebSocket.CLOSED);
  });

  it('malformed: one frame that is no JSON', async () => {
    const sandbox = await open();
    const { client } = await listen(sandbox);
    const broken: unknown[] = [];
    Object.assign(client, { onDownStream: (data: unknown) => broken.push(String(data)) });
    sandbox.fault({ kind: 'malformed' });
    await until(() => broken.length > 0);
    expect(() => JSON.parse(String(broken[0]))).toThrow();
    expect(await get(sandbox, '/sandbox/api/faults')).toEqual([]);
  });
});
