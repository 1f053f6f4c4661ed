import { instant } from '../../../server/domain/clock';
import type { Town } from '../../../server/domain/types';
import type { Apply, Envelope } from '../../../server/flow/apply';
import { type RetimePorts, retime } from '../../../server/flow/retime';
import { loadTown } from '../../../server/flow/town';
import { play } from '../../support/play';
import { tinyTown } from '../../support/town';

/** A store with so many open events, and an `apply` that keeps what it was told; `dies` fails once after so many. */
function house(open: number, dies = Number.POSITIVE_INFINITY) {
  const ids = Array.from({ length: open }, (_, n) => `e${String(n).padStart(6, '0')}`);
  const told: Envelope[] = [];
  const meta = new Map<string, string>();
  const state = { basis: 'a', asked: 0, left: dies };
  const apply: Apply = async (envelope) => {
    if (state.left-- === 0) throw new Error('the disk is full');
    told.push(envelope);
    return { ok: true, event: null, repeated: true };
  };
  const store: RetimePorts['store'] = {
    meta: async (key) => meta.get(key) ?? null,
    putMeta: async (key, value) => void meta.set(key, value),
    async openIds(after, limit) {
      state.asked += 1;
      return ids.filter((id) => after === null || id > after).slice(0, limit);
    },
  };
  return { state, told, ids, run: () => retime({ store, apply, basis: () => state.basis }) };
}

const toldOf = (told: Envelope[]) => told.map(({ on }) => (on && 'event' in on ? on.event : '?'));

test('every open event is told once, page by page, by the system', async () => {
  const { told, ids, run } = house(1_201);
  await run();
  expect(toldOf(told).sort()).toEqual(ids);
  expect(told[0]).toEqual({ key: null, by: 'system', on: { event: ids[0] }, command: { type: 'retime' } });
});

test('nothing happens again until something changes', async () => {
  const { state, told, run } = house(3);
  await run();
  for (let n = 0; n < 5; n += 1) await run();
  expect([told.length, state.asked]).toEqual([3, 1]);
  state.basis = 'b';
  await run();
  expect(told.length).toBe(6);
});

test('one that dies on the way starts over, until all are told', async () => {
  const { told, ids, run } = house(700, 600);
  await expect(run()).rejects.toThrow('the disk is full');
  await run();
  expect([...new Set(toldOf(told))].sort()).toEqual(ids);
  expect(told.length).toBeGreaterThan(700);
  await run();
  expect(told.length).toBeLessThan(1_400);
});

test('what changes on the way is found by the next look', async () => {
  const { state, told, run } = house(2);
  const going = run();
  state.basis = 'b';
  await going;
  await run();
  expect(told.length).toBe(4);
});

test('a town without open events is done at once, whatever its size of pages', async () => {
  for (const open of [0, 500]) {
    const { state, told, run } = house(open);
    await run();
    await run();
    expect([told.length, state.asked]).toEqual([open, open === 0 ? 1 : 2]);
  }
});

test('a holiday enacted for the district moves the deadlines of what is open, and the history says so once', async () => {
  let town: Town = tinyTown();
  let version = 1;
  const rules = await loadTown({ town: async () => town, townVersion: async () => version });
  const game = play(rules.rules());
  game.report('路灯不亮');
  game.step('li', { type: 'file' });
  game.step('zhang', { type: 'ack' });
  const meta = new Map<string, string>();
  const ring = async () => {
    await rules.refresh();
    game.enact(rules.rules());
    await retime({
      store: {
        meta: async (key) => meta.get(key) ?? null,
        putMeta: async (key, value) => void meta.set(key, value),
        openIds: async (after) => (after === null ? [game.event.id] : []),
      },
      apply: async ({ by, command }) => {
        const decision = game.step(by, command as { type: 'retime' });
        return { ok: true, event: decision.event, repeated: decision.repeated };
      },
      basis: rules.basis,
    });
  };
  await ring();
  expect(game.task('dept-01').handleDueAt).toBe(instant('2026-11-23', '15:00'));
  const closed = { kind: 'closed' as const, from: '2026-11-23', to: '2026-11-23', reason: '台风停工' };
  town = { ...town, calendars: [{ areaId: 'd', rules: [closed] }] };
  version += 1;
  for (let n = 0; n < 3; n += 1) await ring();
  expect(game.task('dept-01').handleDueAt).toBe(instant('2026-11-24', '12:00'));
  expect(game.did().filter((action) => action === 'retime')).toHaveLength(1);
});
