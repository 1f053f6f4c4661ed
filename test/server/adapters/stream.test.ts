import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { askGateway } from '../../../server/adapters/gateway';
import { openStream, type StreamHandlers, type StreamLink, type StreamOptions } from '../../../server/adapters/stream';
import { CONFIG, type Loopback, openLoopback, pause, rawSdk, robotFrame, systemFrame, until } from './loopback';

/**
 * Everything sixty times as fast: a minute of the platform is a second here. But for what gives up: that is for the tests about
 * it, or a busy machine would be given up by the others.
 */
const PACE = { firstMs: 17, slowestMs: 1_000, healthyMs: 300, drainMs: 250, tickMs: 40 };
const HURRY = { ...PACE, deadlineMs: 30_000, idleMs: 60_000 };

const events = { type: 'EVENT', headers: { topic: '*', eventType: 'user_add_org', eventId: 'e1', messageId: 'v1' } };

let platform: Loopback;
let links: StreamLink[];
let children: ChildProcess[];
let lines: string[];

beforeEach(async () => {
  platform = await openLoopback();
  [links, children, lines] = [[], [], []];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(links.map((link) => link.close()));
  await platform.close();
});

const log = {
  info: (what: string, facts = {}) => void lines.push(JSON.stringify({ level: 'info', what, ...facts })),
  error: (what: string, facts = {}) => void lines.push(JSON.stringify({ level: 'error', what, ...facts })),
};

function open(handlers: Partial<StreamHandlers> = {}, options: Partial<StreamOptions> = {}): StreamLink {
  const all = { onFrame: async () => ({ response: null }), onPoison: async () => undefined, ...handlers };
  const link = openStream(platform.config, all, {
    log,
    ...options,
    timing: { ...HURRY, graceMs: 100, ...options.timing },
  });
  links.push(link);
  return link;
}

function control(listener = '', after = ''): ChildProcess {
  const child = rawSdk(platform, listener, after);
  children.push(child);
  return child;
}

const connected = () => until(() => platform.live() > 0);
const answers = () =>
  platform.heard.map(({ text }) => JSON.parse(text) as { code: number; headers: { messageId: string }; data: string });
const answerTo = (messageId: string) => answers().filter(({ headers }) => headers.messageId === messageId);

describe('Frames', () => {
  test('the gateway is asked for events, robot messages and card taps, and the ticket arrives unharmed', async () => {
    const urls: string[] = [];
    open();
    await connected();
    expect(platform.asked[0]).toEqual({
      clientId: 'dingclient',
      clientSecret: 'sec&ret+1',
      ua: 'gridtalk',
      subscriptions: [
        { type: 'EVENT', topic: '*' },
        { type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get' },
        { type: 'CALLBACK', topic: '/v1.0/card/instances/callback' },
      ],
    });
    urls.push((await askGateway(platform.config, AbortSignal.timeout(60_000))).url);
    expect(new URL(urls[0]!).searchParams.get('ticket')).toBe('t/2+1');
  });

  test('a message is acknowledged once, and only after it is committed', async () => {
    let commit = (): void => undefined;
    const committed = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const seen: unknown[] = [];
    const fates: unknown[] = [];
    const link = open({
      onFrame: async ({ data }) => {
        seen.push(data);
        await committed;
        return { response: { text: '好' } };
      },
      onFate: (...fate) => void fates.push(fate),
    });
    await connected();
    platform.push(robotFrame('r1', { msgId: 'same', text: { content: '路灯坏了' } }));
    await until(() => seen.length === 1);
    await pause(50);
    expect(answers()).toEqual([]);
    commit();
    await until(() => answers().length === 1);
    await pause(50);
    expect(answers()).toEqual([
      {
        code: 200,
        headers: { contentType: 'application/json', messageId: 'r1' },
        message: 'OK',
        data: '{"response":{"text":"好"}}',
      },
    ]);
    expect(seen).toEqual([{ msgId: 'same', text: { content: '路灯坏了' } }]);
    expect(link.state()).toMatchObject({ connected: 1, acked: 1, failed: 0 });
    expect(fates).toEqual([['/v1.0/im/bot/messages/get', 'acked', expect.any(Number), 'r1']]);
  });

  test('a ping is echoed, an event is answered SUCCESS, a topic nobody listens to 404', async () => {
    open();
    await connected();
    platform.push(systemFrame('ping', { opaque: '0d5-x' }));
    platform.push({ ...events, data: '{}' });
    platform.push({ ...robotFrame('u1'), headers: { topic: '/v1.0/graph/api/invoke', messageId: 'u1' } });
    await until(() => answers().length === 3);
    expect(answerTo('sys-ping')[0]).toMatchObject({ code: 200, data: '{"opaque":"0d5-x"}' });
    expect(answerTo('v1')[0]).toMatchObject({ code: 200, data: '{"status":"SUCCESS"}' });
    expect(answerTo('u1')[0]).toMatchObject({ code: 404 });
  });

  test('what could not be committed comes again: no acknowledgement for a message, LATER for an event', async () => {
    const link = open({ onFrame: () => Promise.reject(new Error('the disk is full')) });
    await connected();
    platform.push(robotFrame('r1'));
    platform.push({ ...events, data: '{}' });
    await until(() => link.state().failed === 2);
    await pause(30);
    expect(answers()).toMatchObject([{ code: 500, headers: { messageId: 'v1' }, data: '{"status":"LATER"}' }]);
  });

  test('a handler that throws at once harms nobody', async () => {
    const link = open({
      onFrame: () => {
        throw new Error('a bug');
      },
    });
    await connected();
    platform.push(robotFrame('r1'));
    await until(() => link.state().failed === 1);
    expect(platform.live()).toBe(1);
  });

  test('control: the SDK as it is dies of a listener that throws', async () => {
    const child = control('throw new Error("a bug")');
    await connected();
    platform.push(robotFrame('r1'));
    expect((await once(child, 'exit'))[0]).not.toBe(0);
  });

  const broken = [
    ['cut in the middle', '{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","mess', null],
    ['not JSON, but with an id', '{"type":"CALLBACK","headers":{"messageId":"x1", oops', 'x1'],
    ['an array', '[]', null],
    ['a payload that is not JSON', JSON.stringify({ ...robotFrame('x2'), data: '{"msgId"' }), 'x2'],
    ['no headers', '{"type":"CALLBACK","data":"{}"}', null],
    ['an unknown type', '{"type":"SURPRISE","headers":{"topic":"t","messageId":"x3"},"data":"{}"}', 'x3'],
  ] as const;

  test.each(broken)('a broken frame (%s) is kept aside, and answered where it has an id', async (_, raw, id) => {
    const kept: [string, string][] = [];
    const link = open({ onPoison: async (...poison) => void kept.push(poison) });
    await connected();
    platform.push(raw);
    platform.push(robotFrame('after'));
    await until(() => answerTo('after').length === 1 && link.state().poison === 1);
    expect(kept).toEqual([[expect.stringContaining('frame: '), raw]]);
    if (id) expect(answerTo(id)).toMatchObject([{ code: 200 }]);
    else expect(answers()).toHaveLength(1);
  });

  test('a broken frame that could not be kept aside is not acknowledged', async () => {
    const link = open({ onPoison: () => Promise.reject(new Error('the disk is full')) });
    await connected();
    platform.push('{"messageId":"x1"');
    await until(() => link.state().failed === 1);
    expect(answers()).toEqual([]);
  });

  test('control: the SDK as it is dies of a broken frame', async () => {
    const child = control();
    await connected();
    platform.push(broken[0][1]);
    expect((await once(child, 'exit'))[0]).not.toBe(0);
  });

  test('an answer whose socket is gone is dropped and counted, never sent by another', async () => {
    let commit = (): void => undefined;
    const link = open({
      onFrame: () =>
        new Promise((resolve) => {
          commit = () => resolve({ response: null });
        }),
    });
    await connected();
    platform.push(robotFrame('r1'));
    await pause(30);
    platform.sockets[0]!.terminate();
    await until(() => platform.sockets.length === 2);
    commit();
    await until(() => link.state().dropped === 1);
    await pause(30);
    expect(answers()).toEqual([]);
  });
});

describe('The connection', () => {
  /** As long as a minute, compressed. */
  async function downForAMinute(timing = {}): Promise<number> {
    platform.gateway = 503;
    open({}, { timing });
    await pause(1_000);
    return platform.gatewayCalls.length;
  }

  test('a gateway that is down for a minute is asked at most 20 times, and then the link is back', async () => {
    expect(await downForAMinute()).toBeLessThanOrEqual(20);
    platform.gateway = 'ok';
    await until(() => links[0]!.state().connected === 1);
    platform.push(robotFrame('r1'));
    await until(() => answerTo('r1').length === 1);
  });

  test('control: without a growing back-off more than 20 are soon counted', async () => {
    await downForAMinute({ slowestMs: HURRY.firstMs });
    await until(() => platform.gatewayCalls.length > 20);
  });

  test('a WebSocket that never opens does not storm the gateway; the SDK as it is does', async () => {
    platform.upgrade = 'refuse';
    control();
    await until(() => platform.gatewayCalls.length > 12);
    for (const child of children) child.kill('SIGKILL');
    platform.gatewayCalls.length = 0;
    open({}, { timing: { firstMs: 1_000, slowestMs: 60_000 } });
    await pause(4_500);
    expect(platform.gatewayCalls.length).toBeLessThanOrEqual(8);
  });

  test('a platform that hangs up as soon as it has answered is not stormed', async () => {
    platform.onSocket = (socket) => socket.send(JSON.stringify(systemFrame('disconnect')));
    open();
    await pause(1_000);
    expect(platform.gatewayCalls.length).toBeLessThanOrEqual(20);
    expect(platform.live()).toBeLessThanOrEqual(2);
  });

  test('at an announced end the replacement opens first, and the old socket may still answer', async () => {
    let commit = (): void => undefined;
    const link = open(
      {
        onFrame: () =>
          new Promise((resolve) => {
            commit = () => resolve({ response: null });
          }),
      },
      { timing: { drainMs: 3_000 } },
    );
    await connected();
    await pause(HURRY.healthyMs);
    platform.push(robotFrame('r1'));
    platform.push(systemFrame('disconnect', { reason: 'connection is expired' }));
    await until(() => platform.sockets.length === 2);
    expect(platform.live()).toBe(2);
    commit();
    await until(() => answerTo('r1').length === 1);
    expect(platform.heard.find(({ text }) => text.includes('r1'))?.socket).toBe(0);
    await until(() => platform.live() === 1);
    expect(platform.sockets[1]!.readyState).toBe(platform.sockets[1]!.OPEN);
    expect(link.state().connected).toBe(1);
  });

  test('control: the SDK as it is waits for the old socket to close', async () => {
    control();
    await connected();
    platform.push(systemFrame('disconnect'));
    await pause(1_500);
    expect(platform.sockets).toHaveLength(1);
  });

  test('never more than two connections overlap', async () => {
    const link = open({}, { timing: { drainMs: 60_000 } });
    for (let n = 1; n <= 4; n += 1) {
      await until(() => platform.sockets.length === n && link.state().connected === 1);
      await pause(HURRY.healthyMs);
      expect(platform.live()).toBeLessThanOrEqual(2);
      platform.push(systemFrame('disconnect'));
    }
  });

  test('a link that has gone silent is replaced; pings keep it', async () => {
    // Ten pings a second are heard in time by a machine that is busy, too.
    open({}, { timing: { idleMs: 1_500 } });
    await connected();
    for (let n = 0; n < 20; n += 1) {
      platform.sockets[0]!.ping();
      await pause(100);
    }
    expect(platform.sockets).toHaveLength(1);
    await until(() => platform.sockets.length === 2 && platform.live() === 1);
  });

  test('control: without the watchdog a silent link stays', async () => {
    open({}, { timing: { idleMs: 60_000 } });
    await connected();
    await pause(1_000);
    expect(platform.sockets).toHaveLength(1);
  });

  test('a machine that slept gets a new connection at once', async () => {
    let slept = 0;
    open({}, { wallClock: () => Date.now() + slept, timing: { idleMs: 60_000 } });
    await connected();
    await pause(200);
    expect(platform.sockets).toHaveLength(1);
    slept = 3_600_000;
    await until(() => platform.sockets.length === 2 && platform.live() === 1);
    await pause(200);
    expect(platform.sockets).toHaveLength(2);
  });

  test.each(['gateway', 'upgrade'] as const)('the %s hangs: it is given up and tried again', async (what) => {
    platform[what] = 'hang';
    open({}, { timing: { deadlineMs: 500 } });
    await until(() => platform.gatewayCalls.length >= 2);
    platform[what] = 'ok';
    await until(() => links[0]!.state().connected === 1);
    expect(platform.live()).toBe(1);
  });

  test('control: without a deadline a gateway that hangs is waited for', async () => {
    platform.gateway = 'hang';
    open({}, { timing: { deadlineMs: 60_000 } });
    await until(() => platform.gatewayCalls.length > 0);
    await pause(1_000);
    expect(platform.gatewayCalls).toHaveLength(1);
  });

  test.each([400, 401, 403])(
    'a refusal (%i) is told with a checklist, without the secret, and asked again slowly',
    async (status) => {
      platform.gateway = status;
      const news: string[] = [];
      open({ onState: ({ type }) => void news.push(type) });
      await until(() => news.length === 2);
      await pause(450);
      expect(platform.gatewayCalls).toHaveLength(1);
      expect(news).toEqual(['attempt', 'failed']);
      expect(lines.join()).toContain('Stream mode selected');
      expect(lines.join()).toContain(`${status} authFailed: no app for ***`);
      expect(lines.join()).not.toContain('sec&ret');
      platform.gateway = 'ok';
      await until(() => links[0]!.state().connected === 1);
    },
  );

  test('the address must be as safe as the base: no ticket over plain ws: from an https: gateway', async () => {
    const fetched = jest
      .spyOn(globalThis, 'fetch')
      .mockResolvedValue(Response.json({ endpoint: 'ws://wss.example/connect', ticket: 't' }));
    const asked = askGateway(CONFIG, AbortSignal.timeout(60_000));
    await expect(asked).rejects.toMatchObject({ code: 'insecure' });
    fetched.mockRestore();
  });
});

describe('Closing', () => {
  test('ends a back-off: nobody asks the gateway afterwards', async () => {
    platform.gateway = 503;
    const link = open({}, { random: () => 1 });
    await until(() => link.state().failures >= 3);
    const before = platform.gatewayCalls.length;
    await link.close();
    await pause(500);
    expect(platform.gatewayCalls.length).toBe(before);
  });

  test('control: the SDK as it is comes back 1 s after disconnect()', async () => {
    control('', 'setTimeout(() => client.disconnect(), 1500)');
    await connected();
    await pause(900);
    platform.sockets[0]!.terminate();
    await until(() => platform.gatewayCalls.length > 1);
  });

  test.each(['gateway', 'upgrade'] as const)(
    'does not wait for the %s that hangs, and leaves nothing open',
    async (what) => {
      platform[what] = 'hang';
      // Whoever waited for this deadline would be here longer than a test may be.
      const link = open({}, { timing: { deadlineMs: 3_600_000 } });
      await until(() => platform.gatewayCalls.length === 1);
      await pause(50);
      await link.close();
      expect(platform.live()).toBe(0);
    },
  );

  test('answers what is under way, then says goodbye', async () => {
    let begun = false;
    const onFrame = async () => {
      begun = true;
      await pause(60);
      return { response: null };
    };
    const link = open({ onFrame }, { timing: { graceMs: 20_000 } });
    await connected();
    const closed = once(platform.sockets[0]!, 'close');
    platform.push(robotFrame('r1'));
    await until(() => begun);
    await link.close();
    expect((await closed)[0]).toBe(1000);
    expect(answerTo('r1')).toHaveLength(1);
    expect(link.state().connected).toBe(0);
  });

  test('a handler that never ends does not keep the program', async () => {
    let begun = false;
    const onFrame = () => {
      begun = true;
      return new Promise<never>(() => undefined);
    };
    const link = open({ onFrame });
    await connected();
    platform.push(robotFrame('r1'));
    await until(() => begun);
    await link.close();
  });
});

test('nothing is printed past the log', async () => {
  const printed = (['info', 'warn', 'error', 'log'] as const).map((name) => jest.spyOn(console, name));
  const link = open();
  await connected();
  platform.upgrade = 'refuse';
  platform.sockets[0]!.terminate();
  await until(() => link.state().failures > 1);
  await link.close();
  for (const spy of printed) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});
