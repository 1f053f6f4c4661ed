import { sampleTown } from '../../../prisma/sample/sample';
import { areaFaults } from '../../../server/domain/area-faults';
import { DEFAULTS, type Settings, type Step } from '../../../server/domain/settings';
import { settingsFaults } from '../../../server/domain/settings-faults';
import type { Area, Person, Post } from '../../../server/domain/types';

const area = (id: string, kind: Area['kind'], parentId: string | null, path: string): Area => ({
  ...{ id, kind, name: id, parentId, path },
  ...{ dedicated: false, lng: null, lat: null, polygon: null },
});

const areas = [
  area('d', 'district', null, '/d'),
  area('s', 'street', 'd', '/d/s'),
  area('c', 'community', 's', '/d/s/c'),
];

const person = (userId: string, active = true): Person => ({
  userId,
  unionId: userId,
  name: userId,
  mobile: null,
  active,
});
const post = (userId: string, role: Post['role'], unitId: string | null, areaId: string | null): Post => ({
  ...{ id: `${userId}-${role}`, userId, role, unitId, areaId },
});

const town = {
  areas,
  units: [
    { id: 'centre', kind: 'centre' as const, name: '指挥中心', areaId: 'd', parentId: null },
    { id: 'dept', kind: 'department' as const, name: '水务局', areaId: 'd', parentId: 'centre' },
    { id: 'u-s', kind: 'street' as const, name: '街道办', areaId: 's', parentId: 'centre' },
  ],
  people: [person('head'), person('gone', false), person('water'), person('street'), person('mayor'), person('clerk')],
  posts: [
    post('head', 'leader', 'centre', null),
    post('gone', 'leader', 'centre', null),
    post('water', 'leader', 'dept', null),
    post('street', 'leader', 'u-s', 's'),
    post('mayor', 'leader', null, 'd'),
    post('clerk', 'dispatcher', 'centre', 'd'),
  ],
};

const faultsOf = (settings: Partial<Settings>, hasEvents = false, base: Partial<Settings> = {}) =>
  settingsFaults(settings, base, { town, hasEvents });

const ladder = (...steps: [Step['rung'], number][]): Partial<Settings> => ({
  ladders: { ...DEFAULTS.ladders, handle: steps.map(([rung, share]) => ({ rung, share, tell: ['handler'] })) },
});

describe('policies of a district', () => {
  it('may be the defaults, or anything else that can be', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf(DEFAULTS, true)).toEqual([]);
    expect(
      faultsOf({
        ...ladder(['blue', 1]),
        onRedispatch: 'bundle',
        extend: { times: 0, share: 0.5, approvers: ['leader'] },
      }),
    ).toEqual([]);
    expect(faultsOf({ quiet: { from: 0, to: 1440 } })).toEqual([]);
  });

  it.each<[string, Partial<Settings>, string]>([
    ['rungs out of order', ladder(['blue', 1], ['red', 1.5], ['yellow', 2]), 'ladders.handle.2.rung'],
    ['a rung twice', ladder(['blue', 1], ['yellow', 1.5], ['yellow', 2]), 'ladders.handle.2.rung'],
    ['shares that do not rise', ladder(['blue', 1], ['yellow', 2], ['red', 2]), 'ladders.handle.2.share'],
    ['a pre-warning after the end', ladder(['prewarn', 1]), 'ladders.handle.0.share'],
    ['blue at another time than the end', ladder(['blue', 1.1]), 'ladders.handle.0.share'],
    ['a yellow card before the end', ladder(['yellow', 0.9]), 'ladders.handle.0.share'],
    ['a share of nothing', ladder(['prewarn', 0]), 'ladders.handle.0.share'],
    ['no number', ladder(['prewarn', Number.NaN]), 'ladders.handle.0.share'],
    ['a share beyond 20', ladder(['blue', 1], ['red', 21]), 'ladders.handle.1.share'],
    ['no rung at all', ladder(), 'ladders.handle'],
    [
      'nobody told',
      { ladders: { ...DEFAULTS.ladders, ack: [{ rung: 'blue', share: 1, tell: [] }] } },
      'ladders.ack.0.tell',
    ],
    [
      'sessions that overlap',
      {
        sessions: [
          [480, 720],
          [700, 900],
        ],
      },
      'sessions',
    ],
    ['no session', { sessions: [] }, 'sessions'],
    ['quiet hours outside the day', { quiet: { from: -1, to: 450 } }, 'quiet.from'],
    ['negative minutes', { idleMinutes: -5 }, 'idleMinutes'],
    ['absurd minutes', { dispatchMinutes: 1e9 }, 'dispatchMinutes'],
    ['half a millisecond', { foldDraft: 0.5 }, 'foldDraft'],
    [
      'a draft that expires before it is asked about',
      { draftReminds: 7_200_000, draftExpires: 7_200_000 },
      'draftReminds',
    ],
    ['one approver twice', { appeal: { withinDays: 30, approvers: ['leader', 'leader'] } }, 'appeal.approvers'],
    ['no approver', { appeal: { withinDays: 30, approvers: [] } }, 'appeal.approvers'],
    [
      'three approvers',
      { appeal: { withinDays: 30, approvers: ['leader', 'dispatcher', 'supervisor'] } },
      'appeal.approvers',
    ],
    ['a suspension beyond a year', { suspend: { times: 1, mostDays: 366, approvers: ['leader'] } }, 'suspend.mostDays'],
    ['six extensions', { extend: { times: 6, share: 1, approvers: ['leader'] } }, 'extend.times'],
    ['an extension of nothing', { extend: { times: 1, share: 0, approvers: ['leader'] } }, 'extend.share'],
  ])('not %s: the field and the reason are named', (_, settings, field) => {
    const [, step] = /^ladders\.\w+\.(\d)/.exec(field) ?? [];
    expect(faultsOf(settings)).toEqual([
      {
        row: step === undefined ? 0 : Number(step) + 1,
        field,
        value: expect.any(String),
        reason: expect.stringMatching(/[一-鿿]/),
      },
    ]);
  });

  it('not a field that nobody knows', () => {
    expect(faultsOf({ nonsense: 1 } as Partial<Settings>)).toMatchObject([{ field: 'nonsense' }]);
  });

  it('not other usual sessions once there are events: history is not rewritten', () => {
    const sessions: Settings['sessions'] = [[540, 1020]];
    expect(faultsOf({ sessions })).toEqual([]);
    expect(faultsOf({ sessions }, true)).toMatchObject([
      { field: 'sessions', reason: expect.stringContaining('日历') },
    ]);
    expect(faultsOf({ sessions }, true, { sessions })).toEqual([]);
    expect(faultsOf({}, true, { sessions })).toMatchObject([{ field: 'sessions' }]);
  });

  it('accountability only with the name of an active leader of the district or its centre', () => {
    const signed = (signedBy: string) => faultsOf({ accountability: { signedBy, at: 1 } });
    expect(signed('head')).toEqual([]);
    expect(signed('mayor')).toEqual([]);
    for (const nobody of ['gone', 'stranger', 'water', 'street', 'clerk'])
      expect(signed(nobody)).toMatchObject([{ field: 'accountability.signedBy' }]);
  });
});

describe('a tree of areas', () => {
  it('of the sample town stands', () => {
    expect(areaFaults(areas)).toEqual([]);
    expect(areaFaults(sampleTown().areas)).toEqual([]);
  });

  const [d, s, c] = areas as [Area, Area, Area];
  it.each<[string, Area[], number, string]>([
    ['a parent that is not there', [d, { ...c, path: '/d/s/c' }], 2, '不在表里'],
    ['a path that disagrees with the parents', [d, s, { ...c, path: '/d/c' }], 3, '/d/s/c'],
    ['a second district', [d, s, c, area('d2', 'district', null, '/d2')], 4, '只能有一个区'],
    ['an id twice', [d, s, c, { ...c }], 4, '重复'],
    ['a street without a parent', [d, { ...s, parentId: null, path: '/s' }], 2, '上级'],
  ])('with %s is refused, row by row', (_, list, row, reason) => {
    expect(areaFaults(list)).toEqual([{ row, id: list[row - 1]?.id, reason: expect.stringContaining(reason) }]);
  });

  it('that goes in a circle is refused at each area of the circle, and ends', () => {
    const circle = [d, { ...s, parentId: 'c', path: '/d/s' }, c];
    expect(areaFaults(circle)).toMatchObject([
      { row: 2, reason: expect.stringContaining('绕回') },
      { row: 3, reason: expect.stringContaining('绕回') },
    ]);
    expect(areaFaults([d, { ...s, parentId: 's' }])).toMatchObject([
      { row: 2, reason: expect.stringContaining('绕回') },
    ]);
  });
});
