import { type Calendar, HOUR, instant, startOf } from '../../server/domain/clock';
import { rosterOf } from '../../server/domain/roster';
import type { Rules } from '../../server/domain/rules';
import { DEFAULTS } from '../../server/domain/settings';
import { type Condition, type Duty, dutyId, type Post, type Role, type Town } from '../../server/domain/types';
import { indexTown, understand } from '../../server/domain/understand';

/** A town small enough to hold in the head: one street, one community, one grid, two departments. */

export const MONDAY = instant('2026-11-23', '09:00');

/** Monday to Friday, the default sessions, no holidays: a calendar that can be reckoned by hand. */
export const PLAIN: Calendar = {
  plan: (day) => {
    const weekend = [0, 6].includes(new Date(startOf(day) + 12 * HOUR).getUTCDay());
    return weekend ? { sessions: [], why: '周末' } : { sessions: DEFAULTS.sessions, why: '' };
  },
  published: () => true,
};

const post = (userId: string, role: Role, unitId: string | null, areaId: string | null): Post => ({
  id: `${userId}.${role}`,
  userId,
  role,
  unitId,
  areaId,
});

const condition = (matterId: string, rest: Partial<Condition>): Condition => ({
  id: `${matterId}.1`,
  matterId,
  rank: 1,
  text: '发现即立案',
  clock: 'work_hour',
  limit: 4,
  ackMinutes: 60,
  closing: '恢复原状',
  evidence: 'none',
  ...rest,
});

/** A row of the duty list: a department's, in general, wherever it happens, unless told otherwise. */
export function duty(matterId: string, rest: Partial<Omit<Duty, 'id' | 'matterId'>>): Duty {
  const row = {
    matterId,
    conditionId: null,
    areaKind: null,
    channel: 'general' as const,
    leadKind: 'department' as const,
    leadUnitId: null,
    assistUnitIds: [],
    ...rest,
  };
  return { id: dutyId(row), ...row };
}

const area = (
  id: string,
  kind: Town['areas'][number]['kind'],
  name: string,
  path: string,
  parentId: string | null,
): Town['areas'][number] => ({
  ...{ id, kind, name, path, parentId },
  dedicated: false,
  lng: 103.9,
  lat: 30.8,
  polygon: null,
});

export function tinyTown(): Town {
  return {
    areas: [
      area('d', 'district', '望江区', '/d', null),
      area('s', 'street', '锦桥街道', '/d/s', 'd'),
      area('c', 'community', '红光社区', '/d/s/c', 's'),
      area('g', 'grid', '红光社区第一网格', '/d/s/c/g', 'c'),
      area('g2', 'grid', '红光社区第二网格', '/d/s/c/g2', 'c'),
    ],
    units: [
      { id: 'u-c', kind: 'community', name: '红光社区居委会', areaId: 'c', parentId: 'u-s' },
      { id: 'u-s', kind: 'street', name: '锦桥街道办', areaId: 's', parentId: 'centre' },
      { id: 'centre', kind: 'centre', name: '区网格化指挥中心', areaId: 'd', parentId: null },
      { id: 'dept-01', kind: 'department', name: '综合行政执法局', areaId: 'd', parentId: 'centre' },
      { id: 'dept-02', kind: 'department', name: '住房和城乡建设局', areaId: 'd', parentId: 'centre' },
    ],
    people: ['li', 'wu', 'zhang', 'chen', 'zhao', 'qian', 'sun', 'zhou', 'zheng', 'feng', 'gone'].map((userId) => ({
      ...{ userId, unionId: `un-${userId}`, mobile: null, active: userId !== 'gone' },
      name:
        {
          li: '李工',
          wu: '吴工',
          zhang: '张三',
          chen: '陈四',
          zhao: '赵主任',
          qian: '钱派',
          sun: '孙督',
          zhou: '周经办',
          zheng: '郑中心',
          feng: '冯街道',
          gone: '离岗',
        }[userId] ?? userId,
    })),
    posts: [
      post('li', 'worker', 'u-c', 'g'),
      post('wu', 'worker', 'u-c', 'g2'),
      post('zhang', 'handler', 'dept-01', null),
      post('chen', 'handler', 'dept-01', null),
      post('zhao', 'leader', 'dept-01', null),
      post('qian', 'dispatcher', 'u-s', 's'),
      post('feng', 'handler', 'u-s', 's'),
      post('sun', 'supervisor', 'u-s', 's'),
      post('zhou', 'handler', 'dept-02', null),
      post('zheng', 'dispatcher', 'centre', 'd'),
      post('gone', 'handler', 'u-c', 'c'),
    ],
    matters: [
      {
        id: 'lamp',
        name: '路灯不亮',
        duty: '城市管理',
        domain: '民生服务',
        gbCode: null,
        keywords: ['路灯', '路灯不亮'],
        urgent: false,
        retired: false,
      },
      {
        id: 'noise',
        name: '噪声扰民',
        duty: '城市管理',
        domain: '民生服务',
        gbCode: null,
        keywords: ['噪音', '太吵'],
        urgent: false,
        retired: false,
      },
      {
        id: 'M-06028',
        name: '楼道堆物',
        duty: '社区',
        domain: '民生服务',
        gbCode: null,
        keywords: ['楼道', '堆杂物'],
        urgent: false,
        retired: false,
      },
      {
        id: 'M-OTHER',
        name: '其他事项',
        duty: '其他',
        domain: '其它',
        gbCode: null,
        keywords: [],
        urgent: false,
        retired: false,
      },
    ],
    conditions: [
      condition('lamp', {}),
      condition('noise', { clock: 'urgent_hour', limit: 2, ackMinutes: 15 }),
      condition('M-06028', { evidence: 'photo' }),
      condition('M-OTHER', {}),
    ],
    duties: [
      duty('lamp', { leadUnitId: 'dept-01' }),
      duty('noise', { leadUnitId: 'dept-01', assistUnitIds: ['dept-02'] }),
      duty('M-06028', { leadKind: 'community' }),
    ],
    calendars: [],
    settings: {},
    versions: { catalogue: 0, duties: 0, calendars: 0, settings: 0 },
  };
}

export function tinyRules(town: Town = tinyTown()): Rules {
  const index = indexTown(town.matters, town.areas);
  return {
    roster: rosterOf(town),
    calendarOf: () => PLAIN,
    settings: DEFAULTS,
    understand: (text, homePath) => understand(text, index, { homePath }),
  };
}
