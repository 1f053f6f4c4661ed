import { openWorld, type World } from '../support/world';

let world: World;
let worker: string;

beforeEach(async () => {
  world = await openWorld();
  worker = world.who('worker');
});

afterEach(() => world.close());

/** Who holds a card of the event that offers this action. */
function holderOf(action: string): string {
  const found = world.roster.town.people.find(({ userId }) =>
    world.phone(userId).cards.some((card) => card.params.buttons?.includes(`"action":"${action}"`)),
  );
  if (!found) throw new Error(`nobody was offered ${action}`);
  return found.userId;
}

async function filed(words = '建设路12号路灯不亮'): Promise<string> {
  await world.says(worker, words);
  await world.taps(worker, 'file');
  return (await world.event()).no!;
}

describe('the main line, over the real SDKs', () => {
  test('words, one tap, 签收, 办结, 核查: closed; and only the people concerned heard of it', async () => {
    world.expectOnly(/^card (请确认上报|已上报|待签收|待核查|请核查|已结案|请签收|请办理|处置中)/);
    const no = await filed();
    expect(no).toMatch(/^\d{8}-0001$/);
    expect(world.phone(worker).cards[0]?.params.fields).toContain(no);
    const handler = holderOf('ack');
    expect(await world.taps(handler, 'ack')).toBeNull();
    expect(await world.taps(handler, 'finish', { note: '已更换灯泡，恢复照明' })).toBeNull();
    expect(world.phone(worker).cards[0]?.params.title).toContain('请核查');
    await world.taps(worker, 'pass');
    expect(await world.event()).toMatchObject({ stage: 'closed', no });
    expect(world.phone(handler).cards[0]?.params.tag).toContain('已结案');
  });

  test('two officials tap at once: one wins, the other reads who was first', async () => {
    await filed();
    const { unitId } = (await world.event()).tasks[0]!;
    const [first, second] = world.roster.staff(unitId, 'handler');
    const sandbox = world.running.sandbox!;
    const cardOf = (userId: string) => sandbox.cardsOf(userId)[0]!.outTrackId;
    await Promise.all(
      [first!, second!].map((userId) => sandbox.tap({ userId, outTrackId: cardOf(userId), action: 'ack' })),
    );
    const messages = [first!, second!].map((userId) => sandbox.cardsOf(userId)[0]?.params.message);
    expect(messages.filter((message) => message === '')).toHaveLength(1);
    expect(messages.find((message) => message)).toMatch(/已由.+签收/);
    expect((await world.event()).tasks[0]?.state).toBe('handling');
  });

  test('a photo, then words, then a second photo become one report with its photos stored', async () => {
    await world.says(worker, { userId: worker, images: [`sample:${(await samples())[0]}`] });
    await world.says(worker, '建设路12号路灯不亮');
    await world.says(worker, { userId: worker, images: [`sample:${(await samples())[1]}`] });
    expect(await world.events()).toHaveLength(1);
    const { mediaIds } = await world.event();
    const media = await world.running.store.media(mediaIds);
    expect(media.map(({ status }) => status)).toEqual(['stored', 'stored']);
    expect(world.phone(worker).cards).toHaveLength(1);
  });

  test('voice counts by what was recognised; a video or file is kept with the report', async () => {
    await world.says(worker, { userId: worker, audio: { seconds: 4, recognition: '建设路十二号路灯不亮了' } });
    await world.says(worker, { userId: worker, video: true });
    const event = await world.event();
    expect(event.text).toContain('路灯不亮');
    expect(event.mediaIds).toHaveLength(2);
  });

  test('a report in the street group is confirmed in the person’s own chat', async () => {
    const group = groupOf(worker);
    await world.says(worker, { userId: worker, conversationId: group, text: '建设路12号路灯不亮' });
    expect(world.phone(worker).cards[0]?.params.title).toContain('请确认上报');
    expect(world.running.sandbox!.messages(worker, group).at(-1)?.body).toMatchObject({
      text: expect.stringContaining('单聊'),
    });
  });
});

async function samples(): Promise<string[]> {
  const answer = await fetch(`${world.running.sandbox!.url}/sandbox/api/samples`);
  return ((await answer.json()) as { name: string }[]).map(({ name }) => name);
}

function groupOf(userId: string): string {
  const street = world.roster.posts(userId).flatMap((post) => world.roster.area(post.areaId!)!.path.split('/')[2]!)[0]!;
  const found = world.running.sandbox!.groups().find(({ memberIds }) => memberIds.includes(userId));
  if (!found) throw new Error(`no group of street ${street}`);
  return found.conversationId;
}

describe('branches', () => {
  test('returned with a reason, dispatched anew by a dispatcher', async () => {
    await filed();
    const handler = holderOf('ack');
    expect(await world.taps(handler, 'return', { reason: '' })).toContain('理由');
    expect(await world.taps(handler, 'return', { reason: '不属于我单位职责' })).toBeNull();
    const dispatcher = holderOf('dispatch');
    await world.taps(dispatcher, 'dispatch', { to: 'dept-03' });
    expect((await world.event()).tasks.at(-1)).toMatchObject({ unitId: 'dept-03', state: 'waiting' });
  });

  test('verification fails, and the same official is asked again', async () => {
    await filed();
    const handler = holderOf('ack');
    await world.taps(handler, 'ack');
    await world.taps(handler, 'finish', { note: '已更换灯泡' });
    await world.taps(worker, 'fail', { reason: '还是不亮' });
    expect(world.phone(handler).cards[0]?.params.title).toContain('请办理');
    await world.taps(handler, 'finish', { note: '换了线路，已亮' });
    await world.taps(worker, 'pass');
    expect((await world.event()).stage).toBe('closed');
  });

  test('chat words do what cards do: 我的上报, 待办, 进度, 超期, 签收, 办结, 撤回, 帮助', async () => {
    const no = await filed();
    const handler = holderOf('ack');
    await world.says(worker, '我的上报');
    expect(world.phone(worker).texts.at(-1)).toContain(no);
    await world.says(handler, '待办');
    expect(world.phone(handler).texts.at(-1)).toContain(no);
    await world.says(worker, `${no} 旁边的也不亮`);
    expect(world.phone(worker).texts.at(-1)).toContain('已补充');
    await world.says(worker, `进度 ${no}`);
    expect(world.phone(worker).texts.at(-1)).toContain('旁边的也不亮');
    await world.says(handler, `签收 ${no}`);
    await world.says(worker, `撤回 ${no}`);
    expect(world.phone(worker).texts.at(-1)).toContain('不能撤回');
    await world.says(handler, `办结 ${no} 已全部修好`);
    expect((await world.event(no)).stage).toBe('verifying');
    await world.says(handler, '超期');
    expect(world.phone(handler).texts.at(-1)).toContain('没有超期');
    await world.says(worker, '帮助');
    expect(world.phone(worker).texts.at(-1)).toContain('我的上报');
    await world.says(worker, '你好');
    expect(world.phone(worker).texts.at(-1)).toContain('哪里、怎么了');
  });

  test('fire goes at once, with the advice to call, and rings the handlers', async () => {
    await world.says(worker, '建设路12号3楼着火了，楼上有人');
    const event = await world.event();
    expect(event).toMatchObject({ urgent: true, no: expect.any(String) });
    expect(world.phone(worker).cards[0]?.params.warning).toContain('119');
    const handler = world.roster.staff(event.tasks[0]!.unitId, 'handler')[0]!;
    expect(world.phone(handler).dings[0]).toContain('紧急');
  });

  test('nobody else’s event: not in lists, not by number, not by a tap on a forwarded card', async () => {
    const no = await filed();
    const stranger = world.who('handler', 'dept-09');
    await world.says(stranger, `进度 ${no}`);
    expect(world.phone(stranger).texts.at(-1)).toContain('没有找到');
    await world.says(stranger, '待办');
    expect(world.phone(stranger).texts.at(-1)).toContain('没有待办');
  });
});

describe('late', () => {
  test('pre-warning, overdue, leader and supervisors, each once; an outage gives one folded message', async () => {
    await filed();
    await filed('中山路施工噪音太吵了');
    await world.advance('3d');
    const supervisors = world.roster.town.posts.filter(({ role }) => role === 'supervisor').map(({ userId }) => userId);
    const told = supervisors.filter((userId) =>
      world.phone(userId).cards.some((card) => /时限提醒|超期提醒/.test(card.params.title ?? '')),
    );
    expect(told.length).toBeGreaterThan(0);
    for (const userId of told) {
      const late = world.phone(userId).cards.filter((card) => /时限提醒|超期提醒/.test(card.params.title ?? ''));
      expect(late).toHaveLength(1);
    }
    // The nightly walk through the contacts, which three days bring along, goes on by itself and tells nobody anything.
    const sent = () =>
      world.running.sandbox!.calls().filter(({ path }) => !path.includes('/user/') && !path.includes('/department/'));
    const before = sent().length;
    await world.settled();
    expect(sent().length).toBe(before);
  });

  test('the brief of 08:30 comes once a day to each supervisor', async () => {
    await world.advance('24h');
    const supervisor = world.who('supervisor');
    const briefs = () => world.phone(supervisor).cards.filter((card) => card.params.title?.includes('晨报'));
    expect(briefs()).toHaveLength(1);
    await world.restart();
    expect(briefs()).toHaveLength(1);
    await world.advance('24h');
    expect(briefs()).toHaveLength(2);
  });
});

test('a restart keeps everything, and the same cards go on', async () => {
  await filed();
  await world.restart();
  const handler = holderOf('ack');
  expect(await world.taps(handler, 'ack')).toBeNull();
  expect((await world.event()).stage).toBe('handling');
});
