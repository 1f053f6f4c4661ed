import type { Area, Person, Post, Role, Unit } from '../../server/domain/types';

/** About a thousand people with posts; names are put together by arithmetic, the same in every run. */

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕';
const GIVEN = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉建国志文春梅晓雪海燕红波宁欣';
const SECOND = '辉军琴华兰云龙凤林生梅成东宁新宇飞亮倩雨';

interface Staff {
  people: Person[];
  posts: Post[];
}

export function sampleStaff(areas: Area[], units: Unit[]): Staff {
  const staff: Staff = { people: [], posts: [] };
  const hire = (userId: string, unitId: string | null, areaId: string | null, ...roles: Role[]) => {
    const number = staff.people.length;
    staff.people.push({
      userId,
      unionId: `un-${userId}`,
      name: nameOf(number),
      mobile: `139${String(10_000_000 + number * 7919).slice(-8)}`,
      active: true,
    });
    staff.posts.push(...roles.map((role) => ({ id: `${userId}.${role}`, userId, role, unitId, areaId })));
  };
  for (const [index, grid] of areas.filter(({ kind }) => kind === 'grid').entries()) {
    hire(`w${String(index + 1).padStart(4, '0')}`, `u-${grid.parentId}`, grid.id, 'worker');
  }
  for (const unit of units) HIRING[unit.kind](unit, hire);
  return staff;
}

function nameOf(number: number): string {
  const given = GIVEN[(number * 7) % GIVEN.length]!;
  const second = number % 3 === 0 ? '' : SECOND[(number * 11 + Math.floor(number / 40)) % SECOND.length]!;
  return `${SURNAMES[number % SURNAMES.length]}${given}${second}`;
}

type Hire = (userId: string, unitId: string | null, areaId: string | null, ...roles: Role[]) => void;

const HIRING: Record<Unit['kind'], (unit: Unit, hire: Hire) => void> = {
  community({ id, areaId }, hire) {
    // In two communities of three the secretary handles and leads.
    const apart = Number(areaId.slice(1)) % 3 === 0;
    hire(`k-${areaId}-1`, id, areaId, ...((apart ? ['handler'] : ['handler', 'leader']) as Role[]));
    if (apart) hire(`l-${areaId}`, id, areaId, 'leader');
  },
  street({ id, areaId }, hire) {
    hire(`k-${areaId}-1`, id, areaId, 'handler');
    hire(`k-${areaId}-2`, id, areaId, 'handler');
    hire(`l-${areaId}`, id, areaId, 'leader');
    hire(`d-${areaId}`, id, areaId, 'dispatcher');
    hire(`s-${areaId}`, id, areaId, 'supervisor');
  },
  department({ id }, hire) {
    hire(`k-${id}-1`, id, null, 'handler');
    hire(`k-${id}-2`, id, null, 'handler');
    hire(`l-${id}`, id, null, 'leader');
  },
  centre({ id, areaId }, hire) {
    for (const number of [1, 2, 3]) hire(`d-${id}-${number}`, id, areaId, 'dispatcher');
    for (const number of [1, 2]) hire(`s-${id}-${number}`, id, areaId, 'supervisor');
    hire(`l-${id}`, id, areaId, 'leader');
    hire(`admin`, id, areaId, 'admin');
  },
  discipline({ id, areaId }, hire) {
    for (const number of [1, 2]) hire(`o-${id}-${number}`, id, areaId, 'oversight');
  },
  procuratorate({ id, areaId }, hire) {
    for (const number of [1, 2]) hire(`o-${id}-${number}`, id, areaId, 'oversight');
  },
};
