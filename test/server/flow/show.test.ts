import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../server/adapters/store';
import { DAY, HOUR } from '../../../server/domain/clock';
import type { Command } from '../../../server/domain/commands';
import type { CardKind } from '../../../server/domain/types';
import { makeApply } from '../../../server/flow/apply';
import { deliver } from '../../../server/flow/deliver';
import type { DeliverPorts } from '../../../server/flow/sending';
import type { Message, Store } from '../../../server/ports';
import { MONDAY, tinyRules, tinyTown } from '../../support/town';

/** Who is shown what, from the outbox: the real store and the real rules; only the platform and time are stand-ins. */

interface Sent {
  userId: string;
  title: string;
}

interface Scene {
  now: number;
  /** Cards that reached people since the last look, and messages. */
  sent(): Sent[];
  does(by: string, command: Command): Promise<void>;
  /** `broken`: parts of the store that fail meanwhile. */
  delivers(broken?: Partial<Store>): Promise<void>;
  owes(userId: string, card: CardKind): Promise<void>;
}

let scene: Scene;
let store: Store;
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gridtalk-show-'));
  store = openStore(`file:${join(directory, 'town.db')}`);
  await store.open();
  await store.saveTown(tinyTown());
  scene = open();
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const unused = () => Promise.reject(new Error('not part of this scene'));

function open(): Scene {
  let cards: Sent[] = [];
  let eventId = '';
  const rules = tinyRules();
  const clock = { now: () => made.now };
  const onBug = (error: unknown) => {
    throw error;
  };
  const apply = makeApply({ store, clock, rules: () => rules, poke: () => undefined, onBug });
  const said = (userId: string, message: Message) => 'title' in message && cards.push({ userId, title: message.title });
  const ports: DeliverPorts = {
    ...{ store, clock, rules: () => rules, publicUrl: 'https://x.cn', photoUrl: (id) => id },
    templates: { draft: 't', task: 't', supervision: 't', brief: 't' },
    messenger: {
      createCard: async ({ userId, params }) => void cards.push({ userId, title: params.title ?? '' }),
      updateCard: async () => undefined,
      sendToPeople: async (userIds, message) => {
        for (const userId of userIds) said(userId, message);
        return { failed: [] };
      },
      ...{
        sendToGroup: unused,
        reply: unused,
        download: unused,
        identify: unused,
        contact: unused,
        contacts: unused,
        jsapiTicket: unused,
      },
      ding: async () => undefined,
      todo: async () => 'todo-1',
      todoDone: async () => undefined,
    },
    onSettled: () => undefined,
    onTrouble: onBug,
  };
  const made: Scene = {
    now: MONDAY,
    sent: () => cards.splice(0, cards.length),
    async does(by, command) {
      const on = eventId ? { event: eventId } : null;
      const outcome = await apply({ key: null, by, on, command });
      if (!outcome.ok) throw new Error(outcome.refusal.refused);
      eventId = outcome.event?.id ?? eventId;
    },
    async delivers(broken = {}) {
      made.now += 5_000;
      await deliver({ ...ports, store: { ...store, ...broken } });
    },
    async owes(userId, card) {
      const notice = { kind: 'card' as const, userId, eventId, card };
      const row = { id: `n-${userId}-${made.now}`, slot: null, notice, urgent: true, dueAt: 0, createdAt: made.now };
      await store.addNotices([row]);
    },
  };
  cards = [];
  return made;
}

const titles = (userId: string) =>
  scene
    .sent()
    .filter((each) => each.userId === userId)
    .map(({ title }) => title);

const only = async () => (await store.eventIds(null, 1))[0] ?? '';

async function handled(): Promise<void> {
  await scene.does('li', { type: 'report', text: '建设路12号路灯不亮', media: [], conversationId: 'c' });
  await scene.does('li', { type: 'file' });
  await scene.does('zhang', { type: 'ack' });
  await scene.delivers();
  scene.sent();
}

it('whose turn it is gets the card that asks; who asked hears the answer', async () => {
  await handled();
  await scene.does('zhang', { type: 'extend', reason: '缺灯具配件' });
  await scene.delivers();
  expect(titles('zhao')).toEqual(['请审批延期：路灯不亮']);
  await scene.does('zhao', { type: 'deny', reason: '仓库里有备件' });
  await scene.delivers();
  expect(titles('zhang')).toEqual(['请办理：路灯不亮']);
});

it('how an appeal ended reaches the one who made it, though nothing is left to do', async () => {
  await handled();
  scene.now += 3 * DAY;
  await scene.does('system', { type: 'tick' });
  await scene.does('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
  await scene.does('li', { type: 'pass' });
  await scene.does('zhang', { type: 'appeal', reason: '停电三天' });
  await scene.does('qian', { type: 'approve' });
  await scene.delivers();
  scene.sent();
  await scene.does('sun', { type: 'approve' });
  await scene.delivers();
  expect(titles('zhang')).toEqual(['已结案：路灯不亮']);
});

it('a dispatcher who could only correct or take back is not asked again after another dispatched', async () => {
  await handled();
  await scene.does('zhang', { type: 'return', reason: '不属于本单位' });
  await scene.does('qian', { type: 'dispatch', to: 'dept-02' });
  await scene.delivers();
  expect(titles('qian')).toEqual([]);
  // Control: while nobody has dispatched, the card is sent.
  await scene.does('zhou', { type: 'return', reason: '也不归我们' });
  await scene.delivers();
  expect(titles('qian')).toEqual(['请派遣：路灯不亮']);
});

it('the unit that is passing it on is still told of its lateness', async () => {
  await handled();
  await scene.does('zhang', { type: 'transfer', to: 'dept-02', reason: '属于小区路灯' });
  await scene.delivers();
  scene.sent();
  scene.now += 7 * HOUR;
  await scene.does('system', { type: 'tick' });
  await scene.delivers();
  expect(titles('zhang')).toEqual(['转办中：路灯不亮']);
});

it('a reminder that fell due before a suspension is no longer told during it', async () => {
  await handled();
  await scene.does('zhang', { type: 'suspend', until: '2026-12-10', reason: '等电力公司停电' });
  await scene.does('zhao', { type: 'approve' });
  await scene.delivers();
  scene.sent();
  scene.now += 5.5 * HOUR;
  await scene.does('system', { type: 'tick' });
  // Control: the clock owes a reminder now.
  expect((await store.entries(await only())).map(({ action }) => action)).toContain('rung');
  await scene.does('qian', { type: 'approve' });
  await scene.delivers();
  // One card, that of the answer.
  expect(titles('zhang')).toEqual(['挂账中：路灯不亮']);
});

it('a reminder of a clock that runs is told (control)', async () => {
  await handled();
  scene.now += 5.5 * HOUR;
  await scene.does('system', { type: 'tick' });
  await scene.delivers();
  expect(titles('zhang')).toEqual(['请办理：路灯不亮']);
});

describe('a process that dies after sending, before it could note it', () => {
  /** The card is out, the row still says that it is being sent; the next process goes on with it. */
  async function dies(): Promise<void> {
    await expect(scene.delivers({ settleNotices: () => Promise.reject(new Error('died')) })).rejects.toThrow('died');
    await store.releaseLeases();
  }

  it('leaves one card, which shows what is so now', async () => {
    await handled();
    await scene.does('zhang', { type: 'extend', reason: '缺灯具配件' });
    await dies();
    expect(titles('zhao')).toEqual(['请审批延期：路灯不亮']);
    await scene.does('zhao', { type: 'deny', reason: '仓库里有备件' });
    await scene.delivers();
    expect(titles('zhao')).toEqual([]);
    const live = (await store.cards({ userId: 'zhao', eventId: await only(), kind: 'task' })).filter(
      ({ status }) => status === 'live',
    );
    expect(live).toHaveLength(1);
  });

  it('leaves one card of a reminder too', async () => {
    await handled();
    scene.now += 5.5 * HOUR;
    await scene.does('system', { type: 'tick' });
    await dies();
    expect(titles('zhang')).toEqual(['请办理：路灯不亮']);
    await scene.delivers();
    expect(titles('zhang')).toEqual([]);
  });

  it('does not keep the next notice from being sent (control)', async () => {
    await handled();
    await scene.owes('zhang', 'task');
    await dies();
    scene.sent();
    await scene.owes('zhang', 'task');
    await scene.delivers();
    expect(titles('zhang')).toEqual(['请办理：路灯不亮']);
  });
});

it('a card owed to somebody who has nothing to do with it any more is dropped', async () => {
  await handled();
  await scene.owes('zhou', 'task');
  await scene.delivers();
  expect(titles('zhou')).toEqual([]);
});
