import { type RuleText, Stale } from '../../../server/ports';
import { ask, providers } from './databases';
import { eventOf, T0, taskOf } from './rows';
import { twoStores } from './stores';

/** Versions of the rules: a text is in force whole or not at all, and none is forgotten. */

const matter = (id: string) => ({
  ...{ id, name: `事项${id}`, duty: 'x', domain: 'y', gbCode: null, keywords: [id], urgent: false, retired: false },
});
const condition = (matterId: string, limit: number) => ({
  ...{ id: `${matterId}.1`, matterId, rank: 1, text: '发现', clock: 'work_day' as const, limit, ackMinutes: 60 },
  ...{ closing: '恢复', evidence: 'none' as const },
});
const duty = (matterId: string) => ({
  ...{ id: `${matterId}|*|*|general`, matterId, conditionId: null, areaKind: null, channel: 'general' as const },
  ...{ leadKind: 'street' as const, leadUnitId: null, assistUnitIds: [] },
});
const catalogue = (...limits: [string, number][]): RuleText => ({
  kind: 'catalogue',
  matters: limits.map(([id]) => matter(id)),
  conditions: limits.map(([id, limit]) => condition(id, limit)),
});
const by = (base: number, note = '年度修订') => ({ base, at: T0, by: 'admin', note });

describe.each(providers())('on %s', (provider) => {
  const its = twoStores(provider);

  test('before the first change the town stands on version 0 of everything', async () => {
    expect((await its.store.town()).versions).toEqual({ catalogue: 0, duties: 0, calendars: 0, settings: 0 });
    expect(await its.store.ruleVersions('catalogue')).toEqual([]);
    expect(await its.store.ruleText('catalogue', 1)).toBeNull();
  });

  test('a new catalogue replaces the limits; what it leaves out is retired, and still named', async () => {
    await its.store.enact(catalogue(['a', 1], ['b', 2]), by(0));
    await its.store.enact(catalogue(['a', 5]), by(1));
    const town = await its.other.town();
    expect(town.matters.map(({ id, retired }) => [id, retired])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(town.conditions).toEqual([condition('a', 5)]);
    expect(town.versions.catalogue).toBe(2);
  });

  test('calendars, settings and duties are those of the newest version', async () => {
    const calendars = [
      { areaId: 'd', rules: [{ kind: 'closed' as const, from: '2026-12-01', to: '2026-12-01', reason: '暴雨' }] },
    ];
    await its.store.enact({ kind: 'calendars', calendars: [] }, by(0));
    await its.store.enact({ kind: 'calendars', calendars }, by(1));
    await its.store.enact({ kind: 'settings', settings: { onReturn: 'run' } }, by(0));
    await its.store.enact({ kind: 'duties', duties: [duty('a'), duty('b')] }, by(0));
    await its.store.enact({ kind: 'duties', duties: [duty('b')] }, by(1));
    const town = await its.other.town();
    expect(town).toMatchObject({ calendars, settings: { onReturn: 'run' }, duties: [duty('b')] });
    expect(town.versions).toEqual({ catalogue: 0, duties: 2, calendars: 2, settings: 1 });
  });

  test('every version can be read again, the newest first: who, when, why, and the text', async () => {
    await its.store.enact(catalogue(['a', 1]), by(0, '第一版'));
    await its.store.enact(catalogue(['a', 2]), by(1, '第二版'));
    expect(await its.store.ruleVersions('catalogue')).toEqual([
      { kind: 'catalogue', version: 2, at: T0, by: 'admin', note: '第二版' },
      { kind: 'catalogue', version: 1, at: T0, by: 'admin', note: '第一版' },
    ]);
    expect(await its.store.ruleText('catalogue', 1)).toEqual(catalogue(['a', 1]));
  });

  test('of two changes to the same version one wins; the other is told, and changes nothing', async () => {
    await its.store.enact(catalogue(['a', 1]), by(0));
    const results = await Promise.allSettled([
      its.store.enact(catalogue(['a', 2]), by(1)),
      its.other.enact(catalogue(['a', 3]), by(1)),
    ]);
    const lost = results.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toBeInstanceOf(Stale);
    expect(await its.store.ruleVersions('catalogue')).toHaveLength(2);
    expect(await ask(its.url, 'SELECT count(*) FROM "Condition"')).toEqual([[expect.anything()]]);
  });

  test("every change raises the town's version, so that other processes see it", async () => {
    const before = await its.other.townVersion();
    await its.store.enact(catalogue(['a', 1]), by(0));
    expect(await its.other.townVersion()).toBe(before + 1);
  });

  test('a seed with calendars becomes a version, once', async () => {
    const calendars = [{ areaId: 'd', rules: [] }];
    await its.store.saveTown({ calendars });
    await its.store.saveTown({ calendars });
    expect((await its.store.town()).calendars).toEqual(calendars);
    expect(await its.store.ruleVersions('calendars')).toHaveLength(1);
  });

  test('openIds walks what still has a clock, in order, page by page', async () => {
    await its.save({
      events: [
        eventOf('a', { stage: 'closed' }),
        eventOf('b', { stage: 'handling', tasks: [taskOf('t', 'b')] }),
        eventOf('c', { stage: 'reported', nextAt: T0 }),
        eventOf('d', { stage: 'verifying' }),
      ],
    });
    expect(await its.store.openIds(null, 2)).toEqual(['b', 'c']);
    expect(await its.store.openIds('c', 2)).toEqual(['d']);
  });

  test('filed walks numbered events of a time, with their tasks, page by page', async () => {
    await its.save({
      events: [
        eventOf('a', { no: '1', tasks: [taskOf('t1', 'a')] }),
        eventOf('b', { no: null }),
        eventOf('c', { no: '3', createdAt: T0 + 10 }),
        eventOf('d', { no: '4', createdAt: T0 + 20 }),
      ],
    });
    const range = { from: T0, to: T0 + 20, limit: 1 };
    const [first] = await its.store.filed({ ...range, after: null });
    expect(first).toMatchObject({ id: 'a', tasks: [{ id: 't1' }] });
    expect((await its.store.filed({ ...range, after: 'a', limit: 9 })).map(({ id }) => id)).toEqual(['c']);
  });
});
