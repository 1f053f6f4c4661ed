import fc from 'fast-check';
import { sampleTown } from '../../../prisma/sample/sample';
import { type Roster, rosterOf } from '../../../server/domain/roster';
import {
  centreDispatchers,
  centreSupervisors,
  dispatchers,
  handlers,
  handlesFor,
  leaders,
  leadUnit,
  oversight,
  type Route,
  reachableUnits,
  responsible,
  supervisors,
} from '../../../server/domain/routing';
import { lifeSafety } from '../../../server/domain/safety';
import type { Event, Post, Role, Terms, Town } from '../../../server/domain/types';
import { duty, tinyTown } from '../../support/town';
import { alarms } from './alarms';

const sample = sampleTown();
const roster = rosterOf(sample);
const general = sample.areas.find(({ kind, dedicated }) => kind === 'grid' && !dedicated)!;
const school = sample.areas.find(({ dedicated }) => dedicated)!;

type Routed = Pick<Event, 'matterId' | 'areaPath' | 'terms' | 'diverted'>;

const terms = (conditionId: string): Terms => ({
  ...{ conditionId, text: '', clock: 'work_day', limit: 1, ackMinutes: 60, closing: '', evidence: 'none', version: 0 },
});

/** An event of the sample town: `M-J21`, or `M-J21.3` where it was filed under a condition. */
function event(what: string, more: Partial<Routed> = {}): Routed {
  const [matterId = ''] = what.split('.');
  return { matterId, areaPath: general.path, diverted: false, terms: terms(what), ...more };
}

const routed = (what: string, more: Partial<Routed> = {}, among: Roster = roster) => leadUnit(event(what, more), among);

describe('the duty list says who leads, and why', () => {
  test('without more ado, the one row of the matter', () => {
    expect(routed('M-01037.1')).toMatchObject({
      unit: { id: 'dept-01' },
      channel: 'general',
      why: '权责清单：路灯异常由综合行政执法局主办',
    });
  });

  test('a condition says more than a kind of area, a kind of area more than neither', () => {
    const town = tinyTown();
    town.areas = town.areas.map((area) => (area.id === 'g' ? { ...area, dedicated: true } : area));
    const rows = [
      duty('lamp', { leadUnitId: 'dept-01' }),
      duty('lamp', { areaKind: 'grid', leadUnitId: 'dept-02' }),
      duty('lamp', { areaKind: 'dedicated', leadKind: 'street' }),
      duty('lamp', { conditionId: 'lamp.1', leadKind: 'centre' }),
      duty('lamp', { conditionId: 'lamp.1', areaKind: 'dedicated', leadUnitId: 'dept-02' }),
    ];
    const at = (areaPath: string, conditionId: string, duties = rows) =>
      leadUnit(
        { matterId: 'lamp', areaPath, terms: terms(conditionId), diverted: false },
        rosterOf({ ...town, duties }),
      );
    for (const duties of [rows, [...rows].reverse()]) {
      expect(at('/d/s/c', 'lamp.2', duties)?.unit.id).toBe('dept-01');
      expect(at('/d/s/c/g2', 'lamp.2', duties)?.unit.id).toBe('dept-02');
      expect(at('/d/s/c/g', 'lamp.2', duties)?.unit.id).toBe('u-s');
      expect(at('/d/s/c/g2', 'lamp.1', duties)?.unit.id).toBe('centre');
      expect(at('/d/s/c/g', 'lamp.1', duties)?.unit.id).toBe('dept-02');
    }
    expect(at('/d/s/c/g', 'lamp.1')?.why).toBe(
      '权责清单：路灯不亮（立案条件“发现即立案”，专属网格）由住房和城乡建设局主办',
    );
  });

  test('a dedicated grid has a lead unit of its own where the list has one', () => {
    expect(routed('M-J32.1')?.unit.kind).toBe('community');
    expect(routed('M-J32.1', { areaPath: school.path })).toMatchObject({
      unit: { id: 'dept-15' },
      why: '权责清单：电动车进楼充电（专属网格）由消防救援大队主办',
    });
  });

  test('assisting units come with it, the lead not among them', () => {
    expect(routed('M-J05.1')?.assist.map(({ id }) => id)).toEqual(['dept-02']);
    const town = {
      ...tinyTown(),
      duties: [duty('lamp', { leadUnitId: 'gone', assistUnitIds: ['centre', 'dept-02'] })],
    };
    const route = leadUnit({ ...event('lamp'), areaPath: '/d/s/c/g' }, rosterOf(town));
    expect([route?.unit.id, route?.assist.map(({ id }) => id)]).toEqual(['centre', ['dept-02']]);
  });

  test('without a row, or a matter, a dispatcher must choose', () => {
    expect(routed('M-OTHER.1')).toBeNull();
    expect(leadUnit({ ...event(''), matterId: null }, roster)).toBeNull();
  });

  test('retired matters are routed and named for the events that have them, and offered to no new one', () => {
    const retired = rosterOf({
      ...sample,
      matters: sample.matters.map((matter) => ({ ...matter, retired: matter.id === 'M-01037' })),
    });
    expect(retired.matter('M-01037')?.name).toBe('路灯异常');
    expect(routed('M-01037.1', {}, retired)?.unit.id).toBe('dept-01');
    expect(retired.offered).toHaveLength(sample.matters.length - 1);
    expect(retired.offered.map(({ id }) => id)).not.toContain('M-01037');
  });

  test('conditions come in rank order, the default first', () => {
    const mixed = rosterOf({ ...sample, conditions: [...sample.conditions].reverse() });
    expect(mixed.conditions('M-01037').map(({ rank }) => rank)).toEqual([1, 2, 3]);
    expect(mixed.condition('M-01037')?.rank).toBe(1);
    expect(mixed.condition('M-01037', 'M-01037.3')?.rank).toBe(3);
    expect(mixed.conditions('unknown')).toEqual([]);
  });
});

describe('警非分流: what is for the police, and what is not', () => {
  test('a fight goes to the police, and comes to the community when they return it', () => {
    expect(routed('M-J67.1')).toMatchObject({
      unit: { id: 'dept-12' },
      channel: 'police',
      why: '权责清单：打架斗殴与暴力伤害属警情，由公安分局主办（警非分流）',
    });
    const back = routed('M-J67.1', { diverted: true });
    expect(back).toMatchObject({ unit: { kind: 'community' }, channel: 'general' });
    expect(back?.why).toMatch(/^权责清单：公安认定不属警情，打架斗殴与暴力伤害由.+居委会主办（警非分流）$/);
  });

  test.each([
    ['M-06028', 3, '社会生活噪声，屡劝不止'],
    ['M-J21', 3, '动手打人、持械威胁'],
    ['M-J22', 2, '家庭暴力，有人被打'],
    ['M-J29', 2, '上门暴力催收'],
    ['M-J41', 1, '伤人、追人'],
  ])('within %s the condition parts them', (matterId, rank, text) => {
    const others = roster.conditions(matterId).filter((condition) => condition.rank !== rank);
    expect(others.map(({ id }) => routed(id)?.channel)).toEqual(others.map(() => 'general'));
    expect(routed(`${matterId}.${rank}`)).toMatchObject({ unit: { id: 'dept-12' }, channel: 'police' });
    expect(routed(`${matterId}.${rank}`)?.why).toContain(`（立案条件“${text}”）属警情`);
    expect(routed(`${matterId}.${rank}`, { diverted: true })?.unit.id).not.toBe('dept-12');
  });

  test('whatever the police lead, when returned, another unit leads and they do not assist', () => {
    const led = sample.conditions.filter(({ id }) => routed(id)?.channel === 'police');
    expect(led.length).toBeGreaterThanOrEqual(15);
    for (const { id } of led) {
      const back = routed(id, { diverted: true })!;
      expect([back.unit.id, ...back.assist.map((unit) => unit.id)]).not.toContain('dept-12');
    }
  });

  test('cries that are for the police end with the police, whatever was filed', () => {
    const kinds = new Set(['violence', 'suicide', 'missing', 'crash', 'help']);
    const cries = alarms
      .trim()
      .split('\n')
      .map((line) => line.split('|')[1] ?? '')
      .flatMap((text) => {
        const safety = lifeSafety(text);
        return safety && kinds.has(safety.kind) ? { text, matterId: safety.matterId } : [];
      });
    expect(cries.length).toBeGreaterThanOrEqual(40);
    expect(cries.filter(({ matterId }) => routed(`${matterId}.1`)?.unit.id !== 'dept-12')).toEqual([]);
  });

  test('every danger that the safety words know has a unit that leads', () => {
    const matters = alarms
      .trim()
      .split('\n')
      .flatMap((line) => lifeSafety(line.split('|')[1] ?? '')?.matterId ?? []);
    expect([...new Set(matters)].filter((matterId) => !routed(`${matterId}.1`))).toEqual([]);
  });
});

describe('公益诉讼线索: to the post of the procuratorate', () => {
  test.each(roster.conditions('M-J85').map(({ id, text }) => [id, text]))('%s %s', (id) => {
    const route = routed(id);
    expect(route).toMatchObject({ unit: { kind: 'procuratorate' }, channel: 'litigation' });
    expect(handlers(route!.unit.id, roster)).toEqual(oversight('procuratorate', roster));
  });

  test('the answer says so, also for another matter that has a row of that kind', () => {
    expect(routed('M-J85.2')?.why).toBe('权责清单：公益诉讼线索，由区检察院办理');
    const clue = duty('M-06026', { conditionId: 'M-06026.2', channel: 'litigation', leadKind: 'procuratorate' });
    const more = rosterOf({ ...sample, duties: [...sample.duties, clue] });
    expect(routed('M-06026.1', {}, more)?.unit.id).toBe('dept-05');
    expect(routed('M-06026.2', {}, more)?.why).toBe(
      '权责清单：河道污染（立案条件“河道垃圾、淤泥污染”）属公益诉讼线索，由区检察院办理',
    );
  });

  test('a dispatcher may send things there by hand', () => {
    expect(reachableUnits(general.path, roster).map(({ id }) => id)).toContain('procuratorate');
  });
});

/** The town when some have gone: everyone of these units, or those who fit. */
function without(gone: (post: Post) => boolean, town: Town = sample): Roster {
  return rosterOf({ ...town, posts: town.posts.filter((post) => !gone(post)) });
}

const inUnits =
  (...units: string[]) =>
  (post: Post) =>
    post.role !== 'worker' && units.includes(post.unitId ?? '');

describe('nobody in the post: the next level up', () => {
  const community = roster.governing('community', general.path)!;
  const street = roster.governing('street', general.path)!;

  test('each step climbed is told', () => {
    const why = `权责清单：楼道堆物由${community.name}主办`;
    const one = without(inUnits(community.id));
    expect(routed('M-J08.1', {}, one)).toMatchObject({
      unit: { id: street.id },
      why: `${why}，该单位暂无经办人员，转上一级${street.name}`,
    });
    const two = without(inUnits(community.id, street.id));
    expect(routed('M-J08.1', {}, two)).toMatchObject({
      unit: { id: 'centre' },
      why: `${why}，该单位暂无经办人员，转上一级${street.name}；${street.name}暂无经办人员，转上一级区网格化指挥中心`,
    });
  });

  test('who is active counts, not who is on paper', () => {
    const left = rosterOf({
      ...sample,
      people: sample.people.map((person) => ({ ...person, active: !person.userId.includes('dept-12') })),
    });
    expect(routed('M-J67.1', {}, left)).toMatchObject({ unit: { id: 'centre' }, channel: 'police' });
    expect(routed('M-J85.1', {}, without(inUnits('procuratorate')))?.unit.id).toBe('centre');
  });

  test('a place without such a unit, and a unit that is no more, lead upwards too', () => {
    const inStreet = general.path.split('/').slice(0, -2).join('/');
    expect(routed('M-J08.1', { areaPath: inStreet })).toMatchObject({
      unit: { id: street.id },
      why: `权责清单：楼道堆物由${street.name}主办（该地没有社区）`,
    });
    const town = { ...sample, units: sample.units.filter(({ id }) => id !== 'dept-01') };
    expect(routed('M-01037.1', {}, rosterOf(town))).toMatchObject({
      unit: { id: 'centre' },
      why: '权责清单：路灯异常由区网格化指挥中心主办（清单所列单位已撤销）',
    });
  });

  test('those who are told for the empty unit may act for it, and stop when it has people again', () => {
    const empty = without(inUnits(community.id));
    const [stand] = empty.staff(street.id, 'handler');
    expect(handlers(community.id, empty)).toEqual(empty.staff(street.id, 'handler'));
    expect(handlesFor(stand!, community.id, empty)).toBe(true);
    expect(handlesFor(stand!, community.id, roster)).toBe(false);
  });

  test('the one who acknowledged answers for it until they leave the unit', () => {
    const [first, second] = roster.staff('dept-01', 'handler');
    const task = { assigneeId: first!, unitId: 'dept-01' };
    expect(responsible(task, roster)).toEqual([first]);
    expect(responsible({ ...task, assigneeId: null }, roster)).toEqual([first, second]);
    expect(
      responsible(
        task,
        without(({ userId }) => userId === first),
      ),
    ).toEqual([second]);
    const moved = sample.posts.map((post) => (post.userId === first ? { ...post, unitId: 'dept-02' } : post));
    expect(responsible(task, rosterOf({ ...sample, posts: moved }))).toEqual([second]);
  });

  test('leaders, dispatchers, supervisors and overseers climb as well', () => {
    const centre = roster.staff('centre', 'dispatcher');
    expect(
      leaders(
        community.id,
        without(({ role, unitId }) => role === 'leader' && unitId === community.id),
      ),
    ).toEqual(roster.staff(street.id, 'leader'));
    expect(dispatchers(general.path, without(inUnits(street.id)))).toEqual(centre);
    expect(supervisors(general.path, without(inUnits(street.id)))).toEqual(centreSupervisors(roster));
    expect(
      supervisors(
        general.path,
        without(({ role }) => role === 'supervisor'),
      ),
    ).toEqual(centre);
    expect(oversight('discipline', without(inUnits('discipline')))).toEqual(centre);
  });

  test('parents that go round in a circle end at the command centre', () => {
    const ring: Record<string, string> = { [community.id]: street.id, [street.id]: community.id };
    const units = sample.units.map((unit) => ({ ...unit, parentId: ring[unit.id] ?? unit.parentId }));
    const circle = without(inUnits(community.id, street.id), { ...sample, units });
    expect(routed('M-J08.1', {}, circle)?.unit.id).toBe('centre');
  });
});

/** Some of the sample town's posts above worker: those of a few units, roles, people; all that they are not left out of. */
const survivors = fc
  .record({
    units: fc.subarray(sample.units.map(({ id }) => id)),
    roles: fc.subarray<Role>(['handler', 'leader', 'dispatcher', 'supervisor', 'oversight', 'admin']),
    one: fc.nat(),
    share: fc.constantFrom(0, 1, 3, 20),
    seed: fc.nat({ max: 99 }),
  })
  .map(({ units, roles, one, share, seed }) => {
    const above = sample.posts.filter(({ role }) => role !== 'worker');
    const heads = above.filter(({ role }) => ['dispatcher', 'leader', 'admin'].includes(role));
    const last = heads[one % heads.length];
    const lucky = (index: number) => share > 0 && (index * 31 + seed) % share === 0;
    const kept = above.filter(
      (post, index) => lucky(index) && units.includes(post.unitId ?? '') && roles.includes(post.role),
    );
    return [...new Set([...kept, last!])];
  });

interface Answers {
  leadUnit(event: Routed, roster: Roster): Pick<Route, 'unit'> | null;
  handlers: typeof handlers;
  dispatchers: typeof dispatchers;
  others(event: Routed, unitId: string, roster: Roster): string[][];
}

const climbing: Answers = {
  leadUnit,
  handlers,
  dispatchers,
  others: ({ areaPath }, unitId, among) => [
    leaders(unitId, among),
    supervisors(areaPath, among),
    centreSupervisors(among),
    centreDispatchers(among),
    oversight('discipline', among),
    oversight('procuratorate', among),
    responsible({ unitId, assigneeId: 'nobody' }, among),
  ],
};

/** What people would write: whoever is in the post, and nobody else. */
const flat: Answers = {
  leadUnit: ({ matterId, areaPath }, among) => {
    const [row] = among.duties(matterId ?? '');
    const unit = row?.leadUnitId ? among.unit(row.leadUnitId) : row && among.governing(row.leadKind, areaPath);
    return unit ? { unit } : null;
  },
  handlers: (unitId, among) => [...among.staff(unitId, 'handler'), ...among.staff(unitId, 'oversight')],
  dispatchers: (areaPath, among) => among.staffOfArea(areaPath.split('/')[2] ?? '', 'dispatcher'),
  others: (_, unitId, among) => [[...among.staff(unitId, 'leader'), ...among.staff(unitId, 'oversight')]],
};

/** Does somebody hear of every event, and of every rung of its ladder? */
function heard(posts: Post[], { leadUnit: lead, handlers: handle, dispatchers: dispatch, others }: Answers): boolean {
  const left = rosterOf({ ...sample, posts });
  const grids = [general, school, sample.areas.at(-1)!];
  return sample.conditions
    .filter((_, index) => index % 7 === posts.length % 7)
    .every(({ id }, index) => {
      const at = event(id, { areaPath: grids[index % grids.length]!.path, diverted: index % 4 === 0 });
      const unitId = lead(at, left)?.unit.id;
      const told = unitId ? handle(unitId, left) : dispatch(at.areaPath, left);
      return [told, dispatch(at.areaPath, left), ...others(at, unitId ?? 'centre', left)].every(
        ({ length }) => length > 0,
      );
    });
}

describe('never silence', () => {
  test('while one dispatcher, leader or admin is left anywhere, every event and every rung finds somebody', () => {
    fc.assert(
      fc.property(survivors, (posts) => heard(posts, climbing)),
      { numRuns: 150 },
    );
  });

  test('whoever is told may act', () => {
    fc.assert(
      fc.property(survivors, fc.constantFrom(...sample.units), (posts, { id }) => {
        const left = rosterOf({ ...sample, posts });
        return handlers(id, left).every((userId) => handlesFor(userId, id, left) && left.person(userId)?.active);
      }),
      { numRuns: 150 },
    );
  });

  test('only a town without anybody above worker is silent', () => {
    const silent = without(({ role }) => role !== 'worker');
    expect(routed('M-01037.1', {}, silent)).toBeNull();
    expect(dispatchers(general.path, silent)).toEqual([]);
    for (const role of ['admin', 'supervisor', 'oversight', 'handler'] as const) {
      const one = sample.posts.find((post) => post.role === role)!;
      const left = without((post) => post.role !== 'worker' && post !== one);
      expect([dispatchers(general.path, left), handlers('dept-01', left)]).toEqual([[one.userId], [one.userId]]);
    }
  });

  test('the control: who asks only whoever is in the post is soon silent', () => {
    const full = sample.posts.filter(({ role }) => role !== 'worker');
    expect([heard(full, climbing), heard(full, flat)]).toEqual([true, true]);
    expect(
      fc.check(
        fc.property(survivors, (posts) => heard(posts, flat)),
        { numRuns: 150 },
      ).failed,
    ).toBe(true);
  });
});
