import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { openStore } from '../../../server/adapters/store';
import { DAY, HOUR, instant } from '../../../server/domain/clock';
import { replay } from '../../../server/domain/replay';
import type { Rules } from '../../../server/domain/rules';
import { DEFAULTS } from '../../../server/domain/settings';
import type { Tallies } from '../../../server/domain/tally';
import type { Event, TaskClock, Town } from '../../../server/domain/types';
import type { Proposal } from '../../../server/flow/proposal';
import { loadTown } from '../../../server/flow/town';
import { type WhatIf, whatIf } from '../../../server/flow/whatif';
import type { Store } from '../../../server/ports';
import { MONDAY, tinyTown } from '../../support/town';
import { forgetDatabases, freshDatabase } from '../adapters/databases';
import { changes } from '../adapters/rows';
import { live, steps } from '../domain/histories';

/** Lives that were decided one by one, kept in a real database, and looked back on. */

const EVENTS = 450;
let store: Store;
let url: string;
let rules: Rules;
let stored: Event[];
const now = MONDAY + 40 * DAY;
const all = { from: instant('2026-01-01', '00:00'), to: instant('2027-01-01', '00:00'), now };

beforeAll(async () => {
  url = await freshDatabase('sqlite');
  store = openStore(url);
  await store.open();
  await store.saveTown(tinyTown());
  rules = (await loadTown(store)).rules();
  stored = lives(rules);
  await store.write((tx) => tx.save(changes({ events: stored })));
});
afterAll(async () => {
  await store.close();
  await forgetDatabases();
});

/** Sixty lives, told again and again on other days. */
function lives(under: Rules): Event[] {
  const samples = fc.sample(steps, { numRuns: 60, seed: 20261123 }).map((taken) => live(under, taken).event);
  const kept = samples.filter(({ no, tasks }) => no !== null && tasks.length > 0);
  return Array.from({ length: EVENTS }, (_, index) => {
    const id = `e${String(index).padStart(5, '0')}`;
    const text = JSON.stringify(kept[index % kept.length])
      .replaceAll('"e1"', `"${id}"`)
      .replaceAll('"e1.', `"${id}.`);
    const event = JSON.parse(text) as Event;
    return { ...event, version: 1, no: `20261123-${id}`, createdAt: MONDAY + Math.floor(index / 50) * DAY };
  });
}

async function ask(proposal: Proposal, asked: Partial<Parameters<typeof whatIf>[3]> = {}): Promise<WhatIf> {
  const result = await whatIf(store, rules, proposal, { ...all, ...asked });
  if ('faults' in result) throw new Error(JSON.stringify(result.faults));
  return result;
}

const lampIn = (hours: number, town: Town = rules.roster.town): Proposal => ({
  catalogue: {
    matters: town.matters,
    conditions: town.conditions.map((each) => (each.matterId === 'lamp' ? { ...each, limit: hours } : each)),
  },
});

test('the sums are those of the events replayed one by one', async () => {
  const { totals, units, matters, streets, events } = await ask(lampIn(2));
  const { catalogue } = lampIn(2);
  const roster = {
    matter: rules.roster.matter,
    conditions: (id: string) => catalogue!.conditions.filter(({ matterId }) => matterId === id),
  };
  const clocks = stored
    .flatMap((event) => replay(event, rules, rules, { now, catalogue: roster }).clocks)
    .filter(({ goesOn, clock }) => !goesOn && clock === 'handle');
  expect(events).toBe(EVENTS);
  expect(clocks.length).toBeGreaterThan(100);
  // 申诉 exempts: what was granted is not summed up as late.
  const held = clocks.filter(({ task }) => task.appealed !== 'granted');
  expect(held.length).toBeLessThan(clocks.length);
  expect(totals.handle).toMatchObject({
    tasks: clocks.length,
    late: {
      before: held.filter(({ before }) => before.late).length,
      after: held.filter(({ after }) => after.late).length,
    },
    newlyLate: held.filter(({ before, after }) => after.late && !before.late).length,
    noLongerLate: 0,
  });
  expect(totals.handle.newlyLate).toBeGreaterThan(0);
  // The fact stays: the rung fired all the same.
  expect(totals.handle.rungs.blue).toEqual({
    before: clocks.filter(({ before }) => before.late).length,
    after: clocks.filter(({ after }) => after.late).length,
  });
  // Every group splits the same total.
  const sum = (groups: Tallies[], clock: TaskClock) => groups.reduce((tasks, group) => tasks + group[clock].tasks, 0);
  for (const groups of [units, matters, streets])
    for (const clock of ['ack', 'handle'] as const) expect(sum(groups, clock)).toBe(totals[clock].tasks);
  expect(streets.map(({ name }) => name)).toEqual(['锦桥街道']);
});

test('the rules in force proposed anew change nothing, and a minute less is seen', async () => {
  const { town, ...settings } = { town: rules.roster.town, ...rules.settings };
  const same = await ask({ settings, calendars: town.calendars, ...lampIn(4) });
  for (const clock of ['ack', 'handle'] as const) {
    const { late, minutesLate, rungs, hushed, newlyLate } = same.totals[clock];
    for (const { before, after } of [late, minutesLate, hushed, ...Object.values(rungs)]) expect(after).toBe(before);
    expect(newlyLate).toBe(0);
  }
  expect(same.most).toEqual([]);
  const other = await ask(lampIn(3));
  expect(other.totals.handle.minutesLate.after).toBeGreaterThan(other.totals.handle.minutesLate.before);
});

test('the answer is the same each time', async () => {
  const proposal = lampIn(1);
  const once = await ask(proposal);
  expect(await ask(proposal)).toEqual(once);
});

test('the twenty events that change most come first, by number where they change alike', async () => {
  const { most } = await ask(lampIn(1));
  expect(most).toHaveLength(20);
  const apart = most.map(({ minutesLate: { before, after } }) => Math.abs(after - before));
  expect(apart).toEqual([...apart].sort((a, b) => b - a));
  const rungs = most.map((each) => Math.abs(each.rungs.after - each.rungs.before));
  const alike = most.filter((_, index) => apart[index] === apart[0] && rungs[index] === rungs[0]).map(({ no }) => no);
  expect(alike.length).toBeGreaterThan(1);
  expect(alike).toEqual([...alike].sort());
});

test('each group leads to the events that change it most, measured by what is its own', async () => {
  const { units, matters, streets, most } = await ask(lampIn(1));
  for (const group of [...units, ...matters, ...streets]) {
    expect(group.most.length).toBeLessThanOrEqual(5);
    const moved = ({ ack, handle }: Tallies) => ack.newlyLate + handle.newlyLate > 0;
    if (moved(group)) expect(group.most.length).toBeGreaterThan(0);
  }
  // Everything happened in one street: its most are the most of all.
  expect(streets[0]!.most).toEqual(most.slice(0, 5));
});

test('a task whose appeal was granted is late in no figure, and the reader is told how many', async () => {
  const before = await ask(lampIn(2));
  const appealed = (events: Event[]) =>
    events.flatMap(({ tasks }) => tasks).filter((task) => task.appealed === 'granted');
  const exempt = stored.map((event, index) =>
    index % 3 ? event : { ...event, tasks: event.tasks.map((task) => ({ ...task, appealed: 'granted' as const })) },
  );
  const filed = async ({ after, limit }: { after: string | null; limit: number }) =>
    exempt.filter(({ id }) => after === null || id > after).slice(0, limit);
  const result = await whatIf({ filed }, rules, lampIn(2), all);
  if ('faults' in result) throw new Error(JSON.stringify(result.faults));
  const count = appealed(exempt).length;
  expect(result.exempt).toBe(count);
  expect(result.notes.join()).toContain(`${count} 个任务申诉已获准，不算超期。`);
  expect(result.totals.handle.tasks).toBe(before.totals.handle.tasks);
  expect(result.totals.handle.late.before).toBeLessThan(before.totals.handle.late.before);
  // Control: those who did not appeal are all counted.
  expect(before.exempt).toBe(appealed(stored).length);
  expect(before.exempt).toBeLessThan(count);
});

test('only events of the time asked for count, and only those the asker may see', async () => {
  const day = await ask(lampIn(2), { from: MONDAY, to: MONDAY + DAY });
  expect(day.events).toBe(50);
  const odd = await ask(lampIn(2), { sees: ({ id }) => Number(id.slice(1)) % 2 === 1 });
  expect(odd.events).toBe(EVENTS / 2);
  expect(odd.most.every(({ no }) => Number(no.slice(-1)) % 2 === 1)).toBe(true);
});

/** Every table's rows, as they are. */
function photograph(): Record<string, string> {
  const db = new Database(url.slice('file:'.length), { readonly: true });
  const tables = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .pluck()
    .all() as string[];
  const found = tables.map((table) => {
    const rows = db.prepare(`SELECT * FROM "${table}"`).raw().all();
    const text = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    return [table, `${rows.length} ${createHash('sha256').update(text).digest('hex')}`];
  });
  db.close();
  return Object.fromEntries(found);
}

test('nothing is written', async () => {
  const before = photograph();
  await ask({ ...lampIn(1), settings: { quiet: { from: 1200, to: 480 } }, calendars: [] });
  expect(photograph()).toEqual(before);
  // Control: one row more would be seen.
  await store.putMeta('whatif-control', '1');
  expect(photograph()).not.toEqual(before);
});

test('others get their turn all the while', async () => {
  let turns = 0;
  let over = false;
  const beat = () => {
    turns += 1;
    if (!over) setImmediate(beat);
  };
  setImmediate(beat);
  await ask(lampIn(2));
  over = true;
  // Between pages at the least; a what-if in one piece would let none in while it replays.
  expect(turns).toBeGreaterThanOrEqual(Math.ceil(EVENTS / 200));
});

test('one that nobody waits for any more stops', async () => {
  const abort = new AbortController();
  let pages = 0;
  const filed: Store['filed'] = async (range) => {
    pages += 1;
    abort.abort(new Error('gone'));
    return store.filed(range);
  };
  await expect(whatIf({ filed }, rules, lampIn(2), all, abort.signal)).rejects.toThrow('gone');
  expect(pages).toBe(1);
});

describe('a proposal with faults is refused whole, with where and why', () => {
  const refused = async (proposal: Proposal) => {
    let read = false;
    const filed: Store['filed'] = async (range) => {
      read = true;
      return store.filed(range);
    };
    const result = await whatIf({ filed }, rules, proposal, all);
    expect(read).toBe(!('faults' in result));
    return 'faults' in result ? result.faults.map(({ where, row, reason }) => `${where} ${row} ${reason}`) : [];
  };
  const lamp = () => ({ ...rules.roster.town.conditions[0]! });

  it.each([
    [{ limit: 0 }, '立案条件“发现即立案” 1 办理时限要写大于 0 的整数'],
    [{ limit: -4 }, '立案条件“发现即立案” 1 办理时限要写大于 0 的整数'],
    [{ limit: 1.5 }, '立案条件“发现即立案” 1 办理时限要写大于 0 的整数'],
    [{ limit: 9_999_999 }, '立案条件“发现即立案” 1 办理时限太长，最多 3660 天'],
    [{ ackMinutes: 0 }, '立案条件“发现即立案” 1 签收时限要写 1 分钟到 30 天之间的整数'],
    [{ matterId: 'nowhere' }, '立案条件“发现即立案” 1 没有这个事项'],
  ])('a condition with %j', async (change, words) => {
    const { matters } = rules.roster.town;
    expect(await refused({ catalogue: { matters, conditions: [{ ...lamp(), ...change }] } })).toEqual([words]);
  });

  it('a condition written twice', async () => {
    const { matters } = rules.roster.town;
    expect(await refused({ catalogue: { matters, conditions: [lamp(), lamp()] } })).toEqual([
      '立案条件“发现即立案” 2 同一立案条件写了两遍',
    ]);
  });

  it('an impossible calendar', async () => {
    const rule = { kind: 'closed' as const, from: '2026-11-30', to: '2026-11-20', reason: '检修' };
    expect(await refused({ calendars: [{ areaId: 's', rules: [rule] }] })).toEqual([
      '日历“锦桥街道” 1 结束日期早于开始日期',
    ]);
  });

  it('a ladder out of order', async () => {
    const [prewarn, blue, ...rest] = DEFAULTS.ladders.handle;
    const handle = [blue!, prewarn!, ...rest];
    const faults = await refused({ settings: { ladders: { ack: DEFAULTS.ladders.ack, handle } } });
    expect(faults.join()).toContain('设置 ladders.handle.1.rung 2 督办级要从低到高');
  });

  it('a closure without end', async () => {
    const month = (from: string, to: string) => ({ kind: 'closed' as const, from, to, reason: '停工检修' });
    const rules = [month('2026-03-01', '2026-04-20'), month('2026-04-21', '2026-06-01')];
    expect((await refused({ calendars: [{ areaId: 's', rules }] })).join()).toContain('停办连起来超过 60 天');
  });

  it('control: the same rules without the fault are replayed', async () => {
    expect(await refused(lampIn(4))).toEqual([]);
  });
});

describe('what the reader is told', () => {
  it('always: what happened is measured anew, nobody is thought to act otherwise', async () => {
    expect((await ask(lampIn(2))).notes[0]).toBe('按当时的实际经过重算，不推测人会怎样改变做法。');
  });

  it('what cannot be replayed is said, not passed over', async () => {
    const { notes, most } = await ask({
      settings: { onRedispatch: 'restart', suspend: { ...DEFAULTS.suspend, times: 0 } },
    });
    expect(notes.join()).toContain('“重新派遣后怎样计时”“挂账”会改变办理的经过，无法重算，这次没有计入。');
    expect(most).toEqual([]);
  });

  it('how many events found no terms, or only similar ones', async () => {
    const { matters, conditions } = rules.roster.town;
    const gone = matters.filter(({ id }) => id !== 'lamp');
    const unmatched = await ask({ catalogue: { matters: gone, conditions: [] } });
    expect(unmatched.matched.unmatched).toBe(EVENTS);
    expect(unmatched.notes.join()).toContain(`${EVENTS} 件的事项在目录中找不到，保持原时限。`);
    const renamed = conditions.map((each) => ({ ...each, id: `${each.id}-new` }));
    const similar = await ask({ catalogue: { matters, conditions: renamed } });
    expect(similar.notes.join()).toContain(`${similar.matched.similar} 件的立案条件已不在目录中，按最相近的条件计。`);
    expect(similar.matched.similar + similar.matched.unmatched).toBe(EVENTS);
  });

  it('up to when open tasks are measured, and which years stand on weekends alone', async () => {
    const { notes } = await ask(lampIn(2));
    expect(notes.join()).toMatch(/\d+ 件还没有办完，算到 2027-01-02 09:00。/);
    expect(notes.join()).toContain('2027 年放假安排未公布，暂按周末推算。');
  });
});

test('a closed day in the past may be tried out, where enacting it would rewrite history', async () => {
  const rule = { kind: 'closed' as const, from: '2026-11-24', to: '2026-11-27', reason: '停电检修' };
  const { totals } = await ask({ calendars: [{ areaId: 'd', rules: [rule] }] });
  expect(totals.handle.late.after).toBeLessThan(totals.handle.late.before);
  expect(totals.handle.newlyLate).toBe(0);
  expect(totals.handle.noLongerLate).toBe(totals.handle.late.before - totals.handle.late.after);
  expect(totals.handle.minutesLate.after).toBeLessThan(totals.handle.minutesLate.before - (4 * HOUR) / 60_000);
});
