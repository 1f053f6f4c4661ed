import { DEFAULTS } from '../../../server/domain/settings';
import { type RuleText, Stale } from '../../../server/ports';
import { providers } from './databases';
import { T0 } from './rows';
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
const KINDS = ['catalogue', 'duties', 'calendars', 'settings'] as const;
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

  test('what a catalogue takes in again is offered again', async () => {
    await its.store.enact(catalogue(['a', 1], ['b', 2]), by(0));
    await its.store.enact(catalogue(['a', 1]), by(1));
    await its.store.enact(catalogue(['b', 4]), by(2));
    const { matters, conditions } = await its.other.town();
    expect(matters.map(({ id, retired }) => [id, retired])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    expect(conditions).toEqual([condition('b', 4)]);
  });

  test('every kind of text is read again as it was put in', async () => {
    const rule = { kind: 'hours' as const, from: '2026-12-01', to: '2026-12-31', reason: '冬季“作息”\\' };
    const sessions: [number, number][] = [[540, 720]];
    const texts: RuleText[] = [
      catalogue(['a', 1]),
      { kind: 'duties', duties: [{ ...duty('a'), areaKind: 'dedicated', assistUnitIds: ['u'] }] },
      { kind: 'calendars', calendars: [{ areaId: 'd', rules: [{ ...rule, sessions }] }] },
      { kind: 'settings', settings: { ladders: DEFAULTS.ladders, accountability: { signedBy: 'zhao', at: T0 } } },
    ];
    for (const text of texts) {
      await its.store.enact(text, by(0));
      expect(await its.other.ruleText(text.kind, 1)).toEqual(text);
    }
  });

  /** All that an enactment may touch. */
  const standing = async () =>
    Promise.all([its.other.town(), its.other.townVersion(), ...KINDS.map((kind) => its.other.ruleVersions(kind))]);

  test('a change of a version that is no longer in force, or never was, is refused and changes nothing', async () => {
    await its.store.enact(catalogue(['a', 1], ['b', 2]), by(0));
    await its.store.enact({ kind: 'duties', duties: [duty('a')] }, by(0));
    const before = await standing();
    for (const base of [0, 2]) {
      await expect(its.store.enact(catalogue(['c', 3]), by(base))).rejects.toThrow(Stale);
      await expect(its.store.enact({ kind: 'duties', duties: [] }, by(base))).rejects.toThrow(Stale);
    }
    expect(await standing()).toEqual(before);

    // Control: with the version in force the same change is seen here.
    await its.store.enact(catalogue(['c', 3]), by(1));
    expect(await standing()).not.toEqual(before);
  });

  test('of two changes to the same version one wins whole; the other is told, and changes nothing', async () => {
    await its.store.enact(catalogue(['a', 1]), by(0));
    const version = await its.store.townVersion();
    const limits = [2, 3, 4, 5];
    const results = await Promise.allSettled(
      limits.map((limit, index) => (index % 2 ? its.store : its.other).enact(catalogue(['a', limit]), by(1))),
    );
    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(lost.map((reason) => reason instanceof Stale)).toEqual([true, true, true]);
    const won = limits[results.findIndex(({ status }) => status === 'fulfilled')] ?? 0;
    expect((await its.store.town()).conditions).toEqual([condition('a', won)]);
    expect(await its.store.ruleText('catalogue', 2)).toEqual(catalogue(['a', won]));
    expect(await its.store.ruleVersions('catalogue')).toHaveLength(2);
    expect(await its.store.townVersion()).toBe(version + 1);
  });

  test('a text that the database refuses half-way leaves the one before it in force', async () => {
    await its.store.enact(catalogue(['a', 1]), by(0));
    const before = await standing();
    const broken = { ...condition('b', 1), closing: null as unknown as string };
    const text: RuleText = { kind: 'catalogue', matters: [matter('b')], conditions: [broken] };
    await expect(its.store.enact(text, by(1))).rejects.toThrow();
    expect(await standing()).toEqual(before);
  });

  test('a town of 1,000 people and 5,000 conditions is put in, replaced and read whole', async () => {
    const numbers = Array.from({ length: 5_000 }, (_, index) => index);
    const people = numbers.slice(0, 1_000).map((n) => ({
      ...{ userId: `p${n}`, unionId: `u${n}`, name: `人${n}`, mobile: null, active: true },
    }));
    await its.store.saveTown({ people });
    await its.store.enact(catalogue(...numbers.map((n): [string, number] => [`m${n}`, 1])), by(0));
    await its.store.enact(catalogue(...numbers.map((n): [string, number] => [`m${n}`, n + 1])), by(1));
    const town = await its.other.town();
    expect([town.people.length, town.matters.length, town.conditions.length]).toEqual([1_000, 5_000, 5_000]);
    expect(town.conditions.every(({ id, limit }) => id === `m${limit - 1}.1`)).toBe(true);
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
});
