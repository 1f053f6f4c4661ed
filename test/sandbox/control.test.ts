import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chinaIso, nextWorkingMorning } from '../../sandbox/clock';
import { samplePhoto, samples } from '../../sandbox/samples';
import type { ChatMessage, ConversationView, PersonView } from '../../sandbox/types';
import { closeAll, DELIVER, GROUP, get, listen, newCard, open, post, TEMPLATE, tokenOf, until } from './rig';

beforeAll(() => {
  jest.spyOn(console, 'info').mockImplementation();
});
afterEach(closeAll);

const api = '/sandbox/api';
const query = (values: Record<string, string>) => new URLSearchParams(values).toString();

describe('the chat page’s API', () => {
  it('counts what a person has not seen, and reading clears it', async () => {
    const sandbox = await open();
    sandbox.say({ userId: 'u1', conversationId: GROUP, text: '大家好' });
    const unread = async () => (await get<PersonView[]>(sandbox, `${api}/people`)).map((person) => person.unread);
    expect(await unread()).toEqual([0, 1, 0]);
    const thread = await get<{ messages: ChatMessage[] }>(
      sandbox,
      `${api}/messages?${query({ userId: 'u2', conversationId: GROUP })}`,
    );
    expect(thread.messages).toMatchObject([{ from: 'u1', body: { type: 'text', text: '大家好' } }]);
    expect(await unread()).toEqual([0, 0, 0]);
  });

  it('lists a person’s chats newest first, and different people have different ones', async () => {
    const sandbox = await open();
    const chats = (userId: string) => get<ConversationView[]>(sandbox, `${api}/conversations?${query({ userId })}`);
    expect((await chats('u1')).map(({ title }) => title)).toEqual(['网格通', '红光社区网格群']);
    sandbox.say({ userId: 'u2', conversationId: GROUP, text: '有新情况' });
    expect((await chats('u1'))[0]).toMatchObject({
      conversationId: GROUP,
      group: true,
      unread: 1,
      last: { text: '有新情况' },
    });
    expect((await chats('u3')).map(({ title }) => title)).toEqual(['网格通']);
    expect((await chats('u3'))[0]?.conversationId).not.toBe(
      (await chats('u2')).find(({ group }) => !group)?.conversationId,
    );
  });

  it('gives cards and their templates with the messages, and hides other people’s chats', async () => {
    const sandbox = await open();
    await post(sandbox, DELIVER, newCard('c'), await tokenOf(sandbox));
    const conversationId = sandbox.single('u2');
    const path = (userId: string) => `${api}/messages?${query({ userId, conversationId })}`;
    const thread = await get(sandbox, path('u2'));
    expect(thread).toMatchObject({
      cards: { c: { templateId: TEMPLATE, params: { canAct: 'true' } } },
      templates: { [TEMPLATE]: { name: 'task' } },
    });
    expect(await post(sandbox, path('u1'), undefined, undefined, 'GET')).toMatchObject({
      status: 400,
      body: { message: '这个人不在这个会话里' },
    });
  });

  it('says words, photos from the page and samples; and says in Chinese what does not fit', async () => {
    const sandbox = await open();
    const say = (body: object) =>
      post(sandbox, `${api}/say`, { userId: 'u1', conversationId: sandbox.single('u1'), ...body });
    const photo = `data:image/png;base64,${samplePhoto('fire')!.toString('base64')}`;
    expect((await say({ text: '起火了', images: [photo, 'sample:fire'] })).body).toMatchObject({
      msgIds: [expect.stringMatching(/^msg/)],
    });
    const [message] = sandbox.messages('u1');
    const urls = message?.body.type === 'images' ? message.body.urls : [];
    const shown = await Promise.all(
      urls.map(async (url) => Buffer.from(await (await fetch(sandbox.url + url)).arrayBuffer())),
    );
    expect(shown.map((bytes) => bytes.equals(samplePhoto('fire')!))).toEqual([true, true]);
    expect(await say({ text: '  ' })).toMatchObject({ status: 400, body: { message: '请输入内容' } });
    expect(await say({ images: ['data:text/html;base64,AAAA'] })).toMatchObject({
      status: 400,
      body: { message: '图片格式不对' },
    });
    expect(await say({ userId: 'ghost', text: 'x' })).toMatchObject({ status: 400, body: { message: '没有这个人' } });
    expect(await say({ conversationId: sandbox.single('u2'), text: 'x' })).toMatchObject({ status: 400 });
    expect(await say({ text: 7 })).toMatchObject({ status: 400, body: { message: '请求的内容不对' } });
  });

  it('taps, tells DING and marks it read', async () => {
    const sandbox = await open();
    await listen(sandbox);
    const token = await tokenOf(sandbox);
    await post(sandbox, DELIVER, newCard('c'), token);
    const tapped = await post(sandbox, `${api}/tap`, { userId: 'u2', outTrackId: 'c', action: 'ack' });
    expect(tapped).toMatchObject({ status: 200, body: { ok: true } });
    const ding = { robotCode: sandbox.robotCode, remindType: 1, receiverUserIdList: ['u2'], content: '催办' };
    await post(sandbox, '/v1.0/robot/ding/send', ding, token);
    const [shown] = await get<{ id: string; read: boolean }[]>(sandbox, `${api}/dings?userId=u2`);
    expect(shown).toMatchObject({ text: '催办', read: false });
    await post(sandbox, `${api}/dings/${encodeURIComponent(shown!.id)}/read`, {});
    expect(await get(sandbox, `${api}/dings?userId=u2`)).toMatchObject([{ read: true }]);
  });

  it('tells an open page what changed', async () => {
    const sandbox = await open();
    const stream = await fetch(`${sandbox.url}${api}/events`);
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    void (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    })().catch(() => undefined);
    await until(() => text.includes(': open'));
    sandbox.say({ userId: 'u1', text: '变了' });
    sandbox.advance(1000);
    await until(() => text.includes('clock'));
    expect(text).toContain(JSON.stringify({ type: 'changed', what: 'messages', conversationId: sandbox.single('u1') }));
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
  });

  it('sends on to the micro-app with a one-use code before the #, on this machine only', async () => {
    const sandbox = await open();
    const go = (url: string) =>
      fetch(`${sandbox.url}/sandbox/open?${query({ userId: 'u1', url })}`, { redirect: 'manual' });
    const there = (await go('http://127.0.0.1:3000/app?x=1#/events/7')).headers.get('location') ?? '';
    expect(there).toMatch(/^http:\/\/127\.0\.0\.1:3000\/app\?x=1&code=[0-9a-f]{32}#\/events\/7$/);
    const code = new URL(there).searchParams.get('code');
    const path = `/topapi/v2/user/getuserinfo?access_token=${await tokenOf(sandbox)}`;
    expect((await post(sandbox, path, { code })).body).toMatchObject({ result: { userid: 'u1' } });
    expect((await go('https://example.com/')).status).toBe(400);
    expect((await go('javascript://127.0.0.1/%0aalert(1)')).status).toBe(400);
  });

  it('pushes raw frames for experiments, also of topics nobody asked for', async () => {
    const sandbox = await open();
    const { client } = await listen(sandbox);
    const frames: string[] = [];
    (client as unknown as { socket: { on(name: string, listener: (data: unknown) => void): void } }).socket.on(
      'message',
      (data) => {
        frames.push(String(data));
      },
    );
    const push = (body: object) => post(sandbox, `${api}/push`, body);
    expect((await push({ type: 'CALLBACK', topic: '/v9/unknown', data: { a: 1 } })).body).toEqual({ pushed: true });
    expect((await push({ type: 'SYSTEM', topic: 'KEEPALIVE' })).body).toEqual({ pushed: true });
    await until(() => frames.filter((frame) => !frame.includes('"ping"')).length >= 2);
    expect(frames.some((frame) => frame.includes('/v9/unknown') && JSON.parse(frame).data === '{"a":1}')).toBe(true);
    client.disconnect();
    await until(() => sandbox.connections() === 0);
    expect((await push({ raw: 'x' })).body).toEqual({ pushed: false });
  });

  it('serves the page, or says how to build it, and nothing outside it', async () => {
    const sandbox = await open();
    const page = await fetch(`${sandbox.url}/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/<!doctype html>|npm run build/i);
    const raw = await fetch(`${sandbox.url}/..%2f..%2f..%2fpackage.json`);
    expect(raw.status).toBe(404);
  });
});

describe('the clock', () => {
  it('moves forward only, and to the next working morning in China', async () => {
    const sandbox = await open();
    const before = sandbox.clock.now();
    expect((await post(sandbox, `${api}/clock`, { advanceMs: -5 })).status).toBe(400);
    await post(sandbox, `${api}/clock`, { advanceMs: 3_600_000 });
    expect(sandbox.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
    const moved = Number((await post(sandbox, `${api}/clock`, { to: 'next-working-morning' })).body.now);
    expect(chinaIso(moved)).toMatch(/T08:30:00/);
  });

  it('knows weekends, the National Day holiday and its make-up day', () => {
    const next = (at: string) => chinaIso(nextWorkingMorning(Date.parse(at)));
    expect(next('2026-11-23T00:00:00+08:00')).toBe('2026-11-23T08:30:00+08:00');
    expect(next('2026-11-23T08:30:00+08:00')).toBe('2026-11-24T08:30:00+08:00');
    expect(next('2026-11-27T18:00:00+08:00')).toBe('2026-11-30T08:30:00+08:00');
    expect(next('2025-09-30T18:00:00+08:00')).toBe('2025-10-09T08:30:00+08:00');
    expect(next('2025-10-10T18:00:00+08:00')).toBe('2025-10-11T08:30:00+08:00');
  });

  it('tells those who asked', async () => {
    const sandbox = await open();
    const heard = jest.fn();
    sandbox.onAdvance(heard);
    sandbox.advance(60_000);
    expect(heard).toHaveBeenCalledTimes(1);
  });
});

describe('memory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridtalk-sandbox-'));
  const stateFile = join(folder, 'sandbox.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps chats, photos, cards, the meter and the clock across a restart', async () => {
    const first = await open({ stateFile });
    first.say({ userId: 'u1', text: '看', images: ['sample:flood'] });
    await post(first, DELIVER, newCard('kept'), await tokenOf(first));
    first.advance(7_200_000);
    await first.close();
    const second = await open({ stateFile });
    expect(second.clock.now() - Date.now()).toBeGreaterThan(7_100_000);
    expect(second.cardsOf('u2')).toMatchObject([{ outTrackId: 'kept' }]);
    expect(second.meter().calls).toBe(1);
    const { body } = second.messages('u1')[0]!;
    const url = body.type === 'images' ? body.urls[0] : '';
    const bytes = Buffer.from(await (await fetch(second.url + url)).arrayBuffer());
    expect(bytes.equals(samplePhoto('flood')!)).toBe(true);
  });

  it('is written soon after a change, not only at the end', async () => {
    const sandbox = await open({ stateFile });
    sandbox.say({ userId: 'u1', text: '写下来' });
    await until(() => existsSync(stateFile) && readFileSync(stateFile, 'utf8').includes('写下来'));
  });

  it('sets a broken file aside instead of overwriting it', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"version":1,"offs');
    const lines: string[] = [];
    const sandbox = await open({ stateFile: broken, log: (line) => lines.push(line) });
    expect(sandbox.messages('u1')).toEqual([]);
    expect(readFileSync(`${broken}.bad`, 'utf8')).toBe('{"version":1,"offs');
    expect(lines[0]).toContain('set aside');
  });

  it('holds at most 500 messages of a conversation', async () => {
    const sandbox = await open();
    for (let i = 0; i < 510; i++) sandbox.say({ userId: 'u1', conversationId: GROUP, at: false, text: `第${i}条` });
    const kept = sandbox.messages('u2', GROUP);
    expect([kept.length, kept[0]?.body]).toEqual([500, { type: 'text', text: '第10条' }]);
  });
});

describe('sample photos', () => {
  it('are PNGs that differ from each other', () => {
    const drawn = samples.map(({ name }) => samplePhoto(name)!);
    expect(drawn.every((bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')))).toBe(true);
    expect(new Set(drawn.map((bytes) => bytes.toString('base64'))).size).toBe(samples.length);
    expect(samplePhoto('__proto__')).toBeNull();
  });
});
