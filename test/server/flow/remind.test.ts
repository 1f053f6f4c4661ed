import { dateOf, HOUR, MINUTE } from '../../../server/domain/clock';
import type { Rules } from '../../../server/domain/rules';
import { type Apply, makeApply } from '../../../server/flow/apply';
import { remind } from '../../../server/flow/remind';
import { retime } from '../../../server/flow/retime';
import { loadTown } from '../../../server/flow/town';
import type { Store } from '../../../server/ports';
import { MONDAY, tinyRules, tinyTown } from '../../support/town';
import { ask, providers } from '../adapters/databases';
import { twoStores } from '../adapters/stores';

/** The sweep on a real database, with clocks that jump and processes that race: one line of history and one notice a rung. */

describe.each(providers())('on %s', (provider) => {
  const its = twoStores(provider);
  const clock = { at: MONDAY, now: () => clock.at };
  let rules: Rules;
  const bugs: unknown[] = [];

  beforeEach(async () => {
    clock.at = MONDAY;
    bugs.length = 0;
    await its.store.saveTown(tinyTown());
    const town = await loadTown(its.store);
    rules = town.rules();
  });

  afterEach(() => expect(bugs).toEqual([]));

  function process(store: Store): { apply: Apply; tick(): Promise<void> } {
    const onBug = (error: unknown) => bugs.push(error);
    const apply = makeApply({ store, clock, rules: () => rules, poke: () => {}, onBug });
    return { apply, tick: () => remind({ store, clock, apply, rules: () => rules }) };
  }

  async function handled(apply: Apply, name = 'm'): Promise<string> {
    const report = { type: 'report' as const, text: '建设路12号路灯不亮', media: [], conversationId: null };
    const outcome = await apply({ key: name, by: 'li', on: null, command: report });
    const id = outcome.ok ? outcome.event!.id : '';
    await apply({ key: `${name}f`, by: 'li', on: { event: id }, command: { type: 'file' } });
    await apply({ key: `${name}a`, by: 'zhang', on: { event: id }, command: { type: 'ack' } });
    return id;
  }

  async function rungs(id: string): Promise<unknown[]> {
    const entries = await its.store.entries(id);
    return entries.filter(({ action }) => action === 'rung').map(({ data }) => data.rung);
  }

  /** Notices of lateness, by person and rung: each at most once. */
  async function lines(): Promise<string[]> {
    const rows = await ask(its.url, `SELECT "id" FROM "Notice" WHERE "kind" = 'line' ORDER BY "id"`);
    return rows.map(([id]) => String(id));
  }

  const ALL = ['prewarn', 'blue', 'yellow', 'red'];
  /** zhang is told three times, his leader and the street's supervisor twice, the centre once. */
  const NOTICES = 3 + 2 + 2 + 1;

  test('two processes that sweep at the same moment: every rung once', async () => {
    const [one, two] = [process(its.store), process(its.other)];
    const ids = [await handled(one.apply, 'a'), await handled(one.apply, 'b'), await handled(one.apply, 'c')];
    clock.at += 72 * HOUR;
    await Promise.all([one.tick(), two.tick(), one.tick(), two.tick()]);
    for (const id of ids) expect(await rungs(id)).toEqual(ALL);
    const told = await lines();
    expect(new Set(told).size).toBe(told.length);
    expect(told).toHaveLength(ids.length * NOTICES);
  });

  test('a clock set back an hour, then forward three days: every rung once, in order', async () => {
    const { apply, tick } = process(its.store);
    const id = await handled(apply);
    clock.at += 5 * HOUR;
    await tick();
    const first = await rungs(id);
    clock.at -= HOUR;
    await tick();
    expect(await rungs(id)).toEqual(first);
    clock.at += 73 * HOUR;
    await tick();
    await tick();
    expect(await rungs(id)).toEqual(ALL);
    expect(await lines()).toHaveLength(NOTICES);
  });

  test('ticks missed for six hours change nothing but the hour at which people hear of it', async () => {
    const { apply, tick } = process(its.store);
    const id = await handled(apply);
    for (let minute = 0; minute < 540; minute += 30) {
      clock.at += 30 * MINUTE;
      if (minute < 180 || minute >= 510) await tick();
    }
    expect(await rungs(id)).toEqual(ALL.slice(0, 3));
    const entries = await its.store.entries(id);
    const due = entries.filter(({ action }) => action === 'rung').map(({ data }) => data.due);
    expect(new Set(due)).toEqual(new Set([MONDAY + 6 * HOUR]));
    // Without the centre, which hears of red.
    expect(await lines()).toHaveLength(NOTICES - 3);
  });

  test('a sweep and a finish at the same moment: late is late, and nobody is told twice', async () => {
    const [one, two] = [process(its.store), process(its.other)];
    const id = await handled(one.apply);
    clock.at += 72 * HOUR;
    const finish = { type: 'finish' as const, note: '已更换灯泡', media: [] };
    await Promise.all([one.tick(), two.apply({ key: 'f', by: 'zhang', on: { event: id }, command: finish })]);
    await one.tick();
    expect(await rungs(id)).toEqual(ALL);
    expect((await its.store.event(id))?.stage).toBe('verifying');
    const told = await lines();
    expect(new Set(told).size).toBe(told.length);
  });

  test('rules changed: every open event is found anew once, also by two processes at once', async () => {
    const [one, two] = [process(its.store), process(its.other)];
    const ids = [await handled(one.apply, 'a'), await handled(one.apply, 'b')];
    rules = { ...rules, settings: { ...rules.settings, ladders: { ...rules.settings.ladders, handle: [] } } };
    const basis = () => 'changed';
    await Promise.all([
      retime({ store: its.store, apply: one.apply, basis }),
      retime({ store: its.other, apply: two.apply, basis }),
    ]);
    for (const id of ids) {
      const entries = await its.store.entries(id);
      expect(entries.filter(({ action }) => action === 'retime')).toHaveLength(1);
    }
    expect((await its.store.look()).retimed).toBe('changed');
  });

  test('control: a sweep that forgets what it has fired would be seen here', async () => {
    const { apply, tick } = process(its.store);
    const id = await handled(apply);
    clock.at += 72 * HOUR;
    await tick();
    const event = (await its.store.event(id))!;
    const forgetful = { ...event, version: event.version + 1, nextAt: clock.at };
    for (const task of forgetful.tasks) Object.assign(task, { rungs: [], nextAt: clock.at });
    await its.save({ events: [forgetful] });
    await tick();
    expect(await rungs(id)).not.toEqual(ALL);
    // The notices' ids still keep people from hearing it twice.
    expect(await lines()).toHaveLength(NOTICES);
  });
});

/** A store of events that are due, which a tick makes undue, but for one. */
function swamped(many: number, stubborn: string) {
  const due = new Set(Array.from({ length: many }, (_, n) => `e${n}`));
  const told: string[] = [];
  const store = {
    due: async (_: number, limit: number) => [...due].slice(0, limit),
    meta: async () => dateOf(MONDAY),
  } as unknown as Store;
  const apply: Apply = async ({ on }) => {
    const id = on && 'event' in on ? on.event : '';
    told.push(id);
    if (id !== stubborn) due.delete(id);
    return { ok: true, event: null, repeated: false };
  };
  const tick = () => remind({ store, apply, clock: { now: () => MONDAY }, rules: tinyRules });
  return { told, tick };
}

test('one sweep finds all that is due, however much; what stays due holds nobody up and is told once', async () => {
  const { told, tick } = swamped(1_201, 'e7');
  await tick();
  expect(new Set(told).size).toBe(1_201);
  expect(told).toHaveLength(1_201);
  await tick();
  expect(told.slice(1_201)).toEqual(['e7']);
});
