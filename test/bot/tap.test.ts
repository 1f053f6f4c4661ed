import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTap, type TapPorts } from '../../bot/tap';
import { openStore } from '../../server/adapters/store';
import type { Command } from '../../server/domain/commands';
import { makeApply } from '../../server/flow/apply';
import { viewFor } from '../../server/flow/show';
import type { Store } from '../../server/ports';
import { MONDAY, tinyRules, tinyTown } from '../support/town';

/** What a tap is answered with, whoever taps and whatever is in it: the real store, the real rules, no platform. */

let store: Store;
let directory: string;
let ports: TapPorts;
let eventId: string;
const bugs: unknown[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gridtalk-tap-'));
  store = openStore(`file:${join(directory, 'town.db')}`);
  await store.open();
  await store.saveTown(tinyTown());
  const rules = tinyRules();
  const clock = { now: () => MONDAY };
  const onBug = (error: unknown) => bugs.push(error);
  const apply = makeApply({ store, clock, rules: () => rules, poke: () => undefined, onBug });
  const showing = { store, clock, rules: () => rules, publicUrl: 'https://x.cn', photoUrl: (id: string) => id };
  const view: TapPorts['view'] = (event, userId, kind) => viewFor(showing, event, userId, kind);
  ports = { apply, store, clock, view, onTapped: () => undefined };
  const does = async (by: string, command: Command) => {
    const outcome = await apply({ key: null, by, on: eventId ? { event: eventId } : null, command });
    eventId = outcome.ok ? outcome.event!.id : '';
  };
  eventId = '';
  await does('li', { type: 'report', text: '建设路12号路灯不亮', media: [], conversationId: null });
  await does('li', { type: 'file' });
  await does('zhang', { type: 'ack' });
  await store.putCard({
    ...{ outTrackId: 'card-1', userId: 'zhang', eventId, kind: 'task', status: 'live', hash: '', createdAt: MONDAY },
  });
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
  expect(bugs.splice(0)).toEqual([]);
});

async function tap(userId: string, params: unknown): Promise<Record<string, string>> {
  const content = JSON.stringify({ cardPrivateData: { actionIds: ['x'], params } });
  const { answer } = await onTap(ports, { outTrackId: 'card-1', userId, content });
  return answer.cardData.cardParamMap;
}

/** Everything a card can post, and what it cannot. */
const ACTIONS = [
  'ack',
  'finish',
  'supervise',
  'dispatch',
  'approve',
  'tick',
  'retime',
  'report',
  'add',
  'nonsense',
  '',
];

describe('of whoever may not see the event', () => {
  // `system` is what history calls the program itself; on the platform it is a name like others.
  for (const userId of ['wu', 'gone', 'nobody', 'system'])
    test(`${userId} learns nothing from anybody's card, whatever the action`, async () => {
      for (const action of ACTIONS) {
        const shown = await tap(userId, {
          action,
          form: { note: '已修好', reason: '理由', to: 'dept-02', level: 'x' },
        });
        expect(Object.keys(shown)).toEqual(['message']);
        expect(shown.message).toMatch(/^(没有|督办级别只能是)/);
      }
      expect((await store.event(eventId))?.entryCount).toBe(4);
    });
});

test('a card that there is not, by an id that no database takes: said so, and answered', async () => {
  for (const outTrackId of ['nothing', 'a\0b', 'x'.repeat(10_000)]) {
    const { answer } = await onTap(ports, { outTrackId, userId: 'zhang', content: '{}' });
    expect(answer.cardData.cardParamMap.message).toMatch(/^这张卡片已失效/);
  }
  // As the platform has it, but for the NUL.
  const content = JSON.stringify({ params: { action: 'nonsense' } });
  const { answer } = await onTap(ports, { outTrackId: 'card\0-1', userId: 'zhang', content });
  expect(answer.cardData.cardParamMap.message).toBe('没有这个操作。');
});

test('control: who may see it is shown the card with the refusal', async () => {
  const shown = await tap('zhang', { action: 'nonsense' });
  expect(shown).toMatchObject({ message: '没有这个操作。', text: '建设路12号路灯不亮' });
});

test('what an answer shows counts as shown only once it has arrived; another person’s card never', async () => {
  const content = JSON.stringify({ params: { action: 'nonsense' } });
  const own = await onTap(ports, { outTrackId: 'card-1', userId: 'zhang', content });
  expect(own.shown).toMatchObject({ outTrackId: 'card-1', hash: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(await store.cards({ outTrackId: 'card-1' })).toMatchObject([{ hash: '' }]);
  expect(await onTap(ports, { outTrackId: 'card-1', userId: 'chen', content })).toMatchObject({ shown: null });
});

describe('a form', () => {
  const finish = (form: unknown) => tap('zhang', { action: 'finish', form });
  const NEEDS_NOTE = '请写明处理结果（2–500 字）。';

  test.each([
    ['missing', undefined],
    ['empty', {}],
    ['of nothing', { note: null }],
    ['too long', { note: '好'.repeat(501) }],
    ['of things instead of words', { note: { a: { b: 1 } } }],
    ['of lists of things', { note: [{ a: 1 }] }],
    ['of a choice without value', { note: { index: 1 } }],
  ])('%s is refused in words, and nothing changes', async (_, form) => {
    expect((await finish(form)).message).toBe(NEEDS_NOTE);
    expect((await store.event(eventId))?.entryCount).toBe(4);
  });

  test('of several words, or with fields that no form has, counts by its words', async () => {
    expect((await finish({ note: ['已更换', '灯泡'], media: 'x', extra: { deep: [1] } })).message).toBe('');
    expect((await store.entries(eventId)).at(-1)?.data).toMatchObject({ note: '已更换,灯泡', media: [] });
  });

  test('that is no form is not guessed at', async () => {
    for (const form of ['finish', 5, [1]])
      expect((await finish(form)).message).toBe('内容有误：没有读懂这次点击，请再点一次。');
  });
});
