import { areasOf, type Feature } from '../../../server/domain/area-map';
import { areaRows, areaTable } from '../../../server/domain/area-table';
import { type Register, staffOf, staffTable } from '../../../server/domain/staff-table';
import type { Ring } from '../../../server/domain/survey';
import type { Cell, Table } from '../../../server/domain/tables';
import type { Area, Town } from '../../../server/domain/types';
import { unitsOf, unitTable } from '../../../server/domain/unit-table';
import { tinyTown } from '../http/town';

/** People, units and areas as tables: what is wrong is named by row, and a file read twice changes nothing the second time. */

const table = (rows: Cell[][]): Table => ({ sheet: '', rows, otherSheets: [] });
const HEAD = ['姓名', '钉钉 userId', '单位', '岗位', '区域'];
const staff = (rows: Cell[][], mode: 'merge' | 'replace' = 'merge', town: Town = tinyTown()) =>
  staffOf(table([HEAD, ...rows]), town, mode);
const whats = ({ changes }: Register) => [changes.added, changes.changed, changes.removed].map((list) => list.length);
const said = ({ faults }: Register) => faults.map(({ row, column, reason }) => `${row} ${column} ${reason}`);

describe('people', () => {
  test('what is exported is taken back, and changes nothing', () => {
    const town = tinyTown();
    const again = staffOf(table(staffTable(town)), town, 'replace');
    expect([again.faults, whats(again), again.dropPosts]).toEqual([[], [0, 0, 0], []]);
  });

  test('who is named has the posts of the table and no others; the rest stay as they are', () => {
    const moved = staff([['王芳', 'wang', '青年社区居委会', '网格员', '青年第一网格']]);
    expect(moved.faults).toEqual([]);
    expect(moved.dropPosts).toEqual(['wang-worker']);
    expect(moved.town?.posts).toEqual([expect.objectContaining({ userId: 'wang', unitId: 'u-c2', areaId: 'g2' })]);
    expect(moved.town?.people).toEqual([expect.objectContaining({ userId: 'wang', mobile: '13800138000' })]);
    expect(moved.changes.changed[0]).toMatchObject({
      before: expect.stringContaining('红光第一网格'),
      after: expect.stringContaining('青年第一网格'),
    });
  });

  test('each bad cell is named by row and column, and of that person nothing is taken', () => {
    const seen = staff([
      ['新人', 'new-1', '城管局', '经办', ''],
      ['', 'new-2', '城管局', '经办', ''],
      ['丙', '张三', '城管局', '经办', ''],
      ['丁', 'new-4', '没有的局', '经办', ''],
      ['戊', 'new-5', '', '网格员', ''],
      ['己', 'new-6', '城管局', '局座', ''],
      ['庚', 'new-7', '', '经办', '红光社区'],
    ]);
    expect(said(seen).map((words) => words.split(' ').slice(0, 2).join(' '))).toEqual([
      ...['3 姓名', '4 钉钉', '5 单位', '6 区域', '6 单位', '7 岗位', '8 单位'],
    ]);
    expect(seen.town?.people?.map(({ userId }) => userId)).toEqual(['new-1']);
  });

  test('one bad row spoils all rows of that person, so that nobody loses half of their posts', () => {
    const seen = staff([
      ['赵敏', 'zhao', '城管局', '经办', ''],
      ['赵敏', 'zhao', '没有的局', '经办', ''],
    ]);
    expect([seen.faults.length, seen.town, seen.dropPosts]).toEqual([1, null, []]);
  });

  test('“replace” stops who is not named, but never while a row is at fault', () => {
    const row = ['王芳', 'wang', '红光社区居委会', '网格员', '红光第一网格'];
    const whole = staff([row], 'replace');
    const stopped = whole.town?.people?.filter(({ active }) => !active).map(({ userId }) => userId);
    expect(stopped).toContain('li');
    expect(stopped).not.toContain('wang');
    const faulty = staff([row, ['', 'x', '城管局', '经办', '']], 'replace');
    expect(faulty.town?.people?.every(({ active }) => active)).toBe(true);
    expect(faulty.notes.join()).toContain('有误的行');
  });

  test('a name that several areas bear must say which', () => {
    const { areas, ...rest } = tinyTown();
    const twin = areas.filter(({ id }) => id === 'g1').map((area) => ({ ...area, id: 'g3', path: '/d/s2/c2/g3' }));
    const town = { ...rest, areas: [...areas, ...twin.map((area) => ({ ...area, parentId: 'c2' }))] };
    const seen = (area: string) => staff([['甲', 'a', '', '网格员', area]], 'merge', town);
    expect(said(seen('红光第一网格'))[0]).toContain('有 2 个区域');
    expect(seen('西街街道/红光第一网格').town?.posts?.[0]?.areaId).toBe('g3');
    const again = staffOf(table(staffTable(town)), town, 'replace');
    expect([again.faults, whats(again)]).toEqual([[], [0, 0, 0]]);
  });
});

describe('units', () => {
  const UNIT_HEAD = ['编号', '单位', '类型', '管辖区域', '上级单位'];
  const units = (rows: Cell[][]) => unitsOf(table([UNIT_HEAD, ...rows]), tinyTown());

  test('what is exported is taken back, and changes nothing', () => {
    const again = unitsOf(table(unitTable(tinyTown())), tinyTown());
    expect([again.faults, whats(again)]).toEqual([[], [0, 0, 0]]);
  });

  test('a new unit may name another new one above it; circles and strangers are named by row', () => {
    const good = units([
      ['', '应急局', '部门', '望江区', '区指挥中心'],
      ['', '应急大队', '部门', '望江区', '应急局'],
    ]);
    expect([good.faults, good.town?.units?.length]).toEqual([[], 2]);
    expect(good.town?.units?.[1]?.parentId).toBe(good.town?.units?.[0]?.id);
    const bad = units([
      ['centre', '区指挥中心', '指挥中心', '望江区', '城管局'],
      ['', '某局', '部门', '月亮区', ''],
      ['', '某办', '衙门', '望江区', ''],
    ]);
    expect(said(bad).map((words) => words.split(' ').slice(0, 2).join(' '))).toEqual([
      '2 上级单位',
      '3 管辖区域',
      '4 类型',
    ]);
  });
});

describe('areas from a map', () => {
  const square = (west: number, size = 0.01): Ring => [
    [104 + west, 30],
    [104 + west + size, 30],
    [104 + west + size, 30.01],
    [104 + west, 30.01],
    [104 + west, 30],
  ];
  const feature = (row: number, more: Partial<Feature>): Feature => ({
    ...{
      row,
      id: '',
      name: '',
      kind: '网格',
      parent: '',
      dedicated: false,
      mapped: true,
      ring: null,
      odd: false,
      notes: [],
      ...more,
    },
  });

  test('borders are put on areas that stand, and a new one joins the tree', () => {
    const seen = areasOf(
      [
        feature(1, { name: '红光社区', ring: square(0, 0.02) }),
        feature(2, { name: '红光第一网格', ring: square(0) }),
        feature(3, { id: 'g9', name: '红光第二网格', parent: '红光社区', ring: square(0.01) }),
      ],
      tinyTown(),
    );
    expect([seen.faults, seen.notes]).toEqual([[], []]);
    expect(seen.town?.areas?.map(({ id, path }) => [id, path])).toEqual([
      ['c1', '/d/s1/c1'],
      ['g1', '/d/s1/c1/g1'],
      ['g9', '/d/s1/c1/g9'],
    ]);
    expect(seen.town?.areas?.[1]).toMatchObject({ lng: 104.005, lat: 30.005 });
  });

  test('overlaps, gaps and what sticks out are said; they may be accepted', () => {
    const seen = areasOf(
      [
        feature(1, { id: 'c1', ring: square(0, 0.03) }),
        feature(2, { id: 'g1', ring: square(-0.005, 0.015) }),
        feature(3, { id: 'g9', name: '新网格', parent: 'c1', ring: square(0.005, 0.015) }),
      ],
      tinyTown(),
    );
    expect(seen.notes).toEqual([
      expect.stringMatching(/^重叠：红光第一网格与新网格重叠 [\d.]+ 万平方米$/),
      expect.stringMatching(/^空白：红光社区有 .+不属于任何下级区域$/),
      expect.stringMatching(/^出界：红光第一网格有 .+在红光社区之外$/),
    ]);
    expect(seen.town?.areas).toHaveLength(3);
  });

  test('orphans, impossible borders and moved areas are faults, row by row', () => {
    const seen = areasOf(
      [
        feature(1, { id: 'g7', name: '孤儿', parent: '没有的社区', ring: square(0) }),
        feature(2, { id: 'g8', name: '无边', parent: 'c1' }),
        feature(3, { id: 'g1', ring: square(0).slice(0, 3) }),
        feature(4, { id: 'g2', parent: 'c1', ring: square(0) }),
        feature(5, { id: 'd2', name: '又一个区', kind: '区', ring: square(0) }),
        feature(6, { id: 'g6', name: '好网格', parent: 'c1', ring: square(0) }),
      ],
      tinyTown(),
    );
    expect(seen.faults.map(({ row, column }) => [row, column])).toEqual([
      [1, '上级'],
      [2, '边界'],
      [3, '边界'],
      [4, '上级'],
      [5, '上级'],
    ]);
    expect(seen.town?.areas?.map(({ id }) => id)).toEqual(['g6']);
  });

  test('what is no border, an area that nobody knows, and one written twice are named by their own row', () => {
    const seen = areasOf(
      [
        feature(1, { id: 'g1', odd: true }),
        feature(2, { id: 'g404', kind: '', ring: square(0) }),
        feature(3, { id: 'g2', ring: square(0) }),
        feature(4, { id: 'g2', ring: square(1) }),
      ],
      tinyTown(),
    );
    expect(seen.faults.map(({ row, column, reason }) => [row, column, reason])).toEqual([
      [1, '边界', expect.stringContaining('要是 Polygon')],
      [2, '编号', expect.stringContaining('没有这个区域')],
      [4, '编号', expect.stringContaining('与第 3 个重复')],
    ]);
    expect(seen.town?.areas?.map(({ id }) => id)).toEqual(['g2']);
  });
});

describe('areas from a table', () => {
  const HEADER = ['名称', '级别', '上级', '专属'];
  const LIST = [
    ['望江区', '区', '', ''],
    ['东街街道', '街道', '望江区', ''],
    ['红光社区', '社区', '东街街道', ''],
    ['青年社区', '社区', '东街街道', ''],
    ['第一网格', '网格', '红光社区', ''],
    ['第一网格', '网格', '青年社区', '是'],
  ];
  const read = (rows: Cell[][], town: Pick<Town, 'areas'>) => {
    const { features, faults } = areaRows(table([HEADER, ...rows]), town);
    const seen = areasOf(features, town);
    return { ...seen, faults: [...faults, ...seen.faults] };
  };

  test('a list without numbers or borders becomes a tree, and read again it changes nothing', () => {
    const seen = read(LIST, { areas: [] });
    expect(seen.faults).toEqual([]);
    const areas = seen.town!.areas!;
    expect(new Set(areas.map(({ id }) => id)).size).toBe(6);
    const names = new Map(areas.map(({ id, name }) => [id, name]));
    const path = (area: Area) =>
      area.path
        .split('/')
        .slice(1)
        .map((id) => names.get(id))
        .join('/');
    expect(areas.map(path)).toEqual([
      ...['望江区', '望江区/东街街道', '望江区/东街街道/红光社区', '望江区/东街街道/青年社区'],
      ...['望江区/东街街道/红光社区/第一网格', '望江区/东街街道/青年社区/第一网格'],
    ]);
    expect(areas.map(({ polygon, dedicated }) => [polygon, dedicated])).toContainEqual([null, true]);
    const { added, changed, removed } = read(LIST, { areas }).changes;
    expect([added, changed, removed]).toEqual([[], [], []]);
  });

  test('areas that came by a map are the same areas, however the list calls them', () => {
    const { faults, changes } = read([['青年第一网格', '网格', '青年社区', '']], tinyTown());
    expect([faults, changes.added, changes.changed]).toEqual([[], [], []]);
    // One of the same name below another parent is a new one.
    const { changes: more } = read([['青年第一网格', '网格', '红光社区', '']], tinyTown());
    expect(more.added).toHaveLength(1);
  });

  test('a name that two areas bear is nobody’s without its parent: the row is refused', () => {
    const town = read(LIST, { areas: [] }).town as Pick<Town, 'areas'>;
    const seen = read([['第一网格', '网格', '', '是']], town);
    expect(seen.faults).toEqual([expect.objectContaining({ row: 2, column: '名称', value: '第一网格' })]);
    expect([seen.changes.added, seen.changes.changed]).toEqual([[], []]);
  });

  test('what is exported is taken back, and changes nothing; a strange parent is named by its row', () => {
    const { areas } = tinyTown();
    const { features } = areaRows(table(areaTable({ areas })), { areas });
    expect(areasOf(features, { areas }).changes).toMatchObject({ added: [], changed: [], removed: [] });
    const seen = read(
      [
        ['第九网格', '网格', '没有的社区', ''],
        ['#REF!', '网格', '红光社区', ''],
        ['红光第二网格', '网格', '红光社区', ''],
      ],
      { areas },
    );
    expect(seen.faults.map(({ row, column, value }) => [row, column, value]).sort()).toEqual([
      [2, '上级', '没有的社区'],
      [3, '名称', '#REF!'],
    ]);
    expect(seen.town?.areas?.map(({ name }) => name)).toEqual(['红光第二网格']);
  });
});
