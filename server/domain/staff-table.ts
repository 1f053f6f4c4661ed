import type { Mode } from './catalogue-table';
import { ROLE_WORDS } from './commands';
import { type Places, placesOf } from './place-names';
import { type Changes, changesOf, type Lines } from './rule-changes';
import {
  type Cell,
  type Column,
  type Fault,
  headed,
  headerFor,
  type Line,
  plain,
  sayFormulaErrors,
  type Table,
} from './tables';
import type { Person, Post, Role, Town } from './types';

/** People and their posts as a table, to and fro: one row for each post of a person. */

type Key = 'name' | 'userId' | 'unit' | 'role' | 'area' | 'mobile' | 'state';

const column = (key: Key, header: string, width: number, ...aliases: string[]): Column<Key> => ({
  ...{ key, header, width, aliases },
});

export const STAFF: readonly Column<Key>[] = [
  column('name', '姓名', 12, 'name', '人员'),
  column('userId', '钉钉 userId', 20, 'userId', '用户编号', '员工UserID'),
  column('unit', '单位', 28, 'unit', '部门', '所在单位'),
  column('role', '岗位', 12, 'role', '角色'),
  column('area', '区域', 36, 'area', '网格', '负责区域'),
  column('mobile', '手机', 14, 'mobile', '手机号', '联系电话'),
  column('state', '状态', 8, 'state', '在岗'),
];

const ROLES = new Map<string, Role>([
  ...(Object.keys(ROLE_WORDS) as Role[]).flatMap((role): [string, Role][] => [
    [plain(ROLE_WORDS[role]), role],
    [role, role],
  ]),
  ...([
    ['经办人', 'handler'],
    ['单位领导', 'leader'],
    ['负责人', 'leader'],
    ['派遣员', 'dispatcher'],
    ['督查员', 'supervisor'],
    ['监察员', 'oversight'],
  ] as const),
]);

type StaffTown = Pick<Town, 'areas' | 'units' | 'people' | 'posts'>;

export function staffTable({ areas, units, people, posts }: StaffTown): Cell[][] {
  const places = placesOf(areas, units);
  const held = new Map<string, Post[]>();
  for (const post of posts) held.set(post.userId, [...(held.get(post.userId) ?? []), post]);
  const rows = people.flatMap(({ userId, name, mobile, active }) =>
    (held.get(userId) ?? [null]).map((post): Cell[] => [
      ...[name, userId, post?.unitId ? places.unitWord(post.unitId) : ''],
      ...[post ? ROLE_WORDS[post.role] : '', post?.areaId ? places.areaWord(post.areaId) : ''],
      ...[mobile ?? '', active ? '在岗' : '停用'],
    ]),
  );
  return [STAFF.map(({ header }) => header), ...rows];
}

export interface Register {
  rows: number;
  faults: Fault[];
  ignored: string[];
  notes: string[];
  changes: Changes;
  /** What is saved; null when nothing can be. */
  town: Partial<Town> | null;
  /** Posts that are no longer held. */
  dropPosts: string[];
}

export const NO_CHANGES: Changes = { added: [], changed: [], removed: [] };

/**
 * Who is named has the posts that the table gives; `replace`: who is not named has left. Of a person one of whose rows is
 * at fault nothing is changed.
 */
export function staffOf(table: Table, town: StaffTown, mode: Mode): Register {
  const needed: readonly Key[] = ['name', 'userId', 'role'];
  const { header, lines, ignored, faults } = headed(table, STAFF, needed);
  const failed = { rows: lines.length, faults, ignored, notes: [], changes: NO_CHANGES, town: null, dropPosts: [] };
  if (!header || faults.length > 0) return failed;
  const read = readLines(lines, town, faults);
  const named = new Set(read.map(({ person }) => person.userId));
  const gone = mode === 'replace' && faults.length === 0 ? town.people.filter((each) => !named.has(each.userId)) : [];
  const people = [...read.map(({ person }) => person), ...gone.map((each) => ({ ...each, active: false }))];
  const posts = read.flatMap((each) => each.posts);
  const kept = new Set(posts.map(({ id }) => id));
  const dropPosts = town.posts.filter(({ id, userId }) => named.has(userId) && !kept.has(id)).map(({ id }) => id);
  const changes = changesOf(staffLines(town, town), staffLines(merged(town, people, posts, dropPosts), town));
  const notes =
    mode === 'replace' && faults.length > 0 ? ['有误的行要先改好，才会把表里没有的人停用；现在只按合并处理'] : [];
  return { ...failed, notes, changes, town: people.length > 0 ? { people, posts } : null, dropPosts };
}

/** The town's people and posts as they will be. */
export function merged(
  town: Pick<Town, 'people' | 'posts'>,
  people: readonly Person[],
  posts: readonly Post[],
  dropPosts: readonly string[],
): Pick<Town, 'people' | 'posts'> {
  const persons = new Map([...town.people, ...people].map((each) => [each.userId, each]));
  const held = new Map([...town.posts, ...posts].map((each) => [each.id, each]));
  for (const id of dropPosts) held.delete(id);
  return { people: [...persons.values()], posts: [...held.values()] };
}

interface ReadPerson {
  person: Person;
  posts: Post[];
}

function readLines(lines: readonly Line<Key>[], town: StaffTown, faults: Fault[]): ReadPerson[] {
  const places = placesOf(town.areas, town.units);
  const known = new Map(town.people.map((each) => [each.userId, each]));
  const found = new Map<string, ReadPerson>();
  const spoilt = new Set<string>();
  for (const line of lines) {
    const before = faults.length;
    const say = (key: Key, reason: string) =>
      faults.push({ row: line.row, column: headerFor(key, STAFF), value: line.cells[key] ?? '', reason });
    sayFormulaErrors(line.cells, say);
    const userId = line.cells.userId ?? '';
    const person = personOf(line.cells, known.get(userId), found.get(userId)?.person, say);
    const post = postOf(line.cells, places, town.posts, say);
    if (faults.length > before) spoilt.add(userId);
    const all = found.get(userId) ?? { person, posts: [] };
    if (post && all.posts.some(({ id }) => id === post.id)) say('role', '与上面一行重复，请删去一行');
    else if (post) all.posts.push(post);
    found.set(userId, all);
  }
  return [...found.values()].filter(({ person }) => !spoilt.has(person.userId));
}

type Cells = Line<Key>['cells'];
type Say = (key: Key, reason: string) => void;

const GONE = new Set(['停用', '离岗', '离职', '否', '0', 'false']);
const HERE = new Set(['', '在岗', '启用', '正常', '是', '1', 'true']);

function personOf(cells: Cells, old: Person | undefined, above: Person | undefined, say: Say): Person {
  const { name = '', userId = '', mobile, state = '' } = cells;
  if (!name) say('name', '请写姓名');
  if (name.length > 40) say('name', '姓名最多 40 字');
  if (!/^[\w.@-]{1,64}$/.test(userId)) say('userId', '钉钉 userId 由字母、数字和 . _ @ - 组成，请从钉钉管理后台复制');
  if (mobile && !/^\+?[\d -]{5,20}$/.test(mobile)) say('mobile', '手机号只写数字');
  if (!GONE.has(plain(state)) && !HERE.has(plain(state))) say('state', '只能写“在岗”或“停用”');
  const active = state === '' ? (old?.active ?? true) : HERE.has(plain(state));
  if (above && above.name !== name) say('name', `同一个 userId 上面写的是“${above.name}”，请写成一样`);
  if (above && above.active !== active) say('state', '同一个人的状态要写成一样');
  return { userId, unionId: old?.unionId ?? '', name, mobile: mobile || (old?.mobile ?? null), active };
}

const NEEDS_UNIT: readonly Role[] = ['handler', 'leader'];

function postOf(cells: Cells, places: Places, posts: readonly Post[], say: Say): Post | null {
  const { role: roleWord = '', unit: unitWord = '', area: areaWord = '', userId = '' } = cells;
  const role = ROLES.get(plain(roleWord));
  if (!role) {
    const words = Object.values(ROLE_WORDS).join('、');
    say('role', roleWord ? `没有这个岗位，请写：${words}` : `请写岗位：${words}`);
  }
  const unit = unitWord ? places.unit(unitWord) : null;
  const area = areaWord ? places.area(areaWord) : null;
  if (typeof unit === 'string') say('unit', unit);
  if (typeof area === 'string') say('area', area);
  if (role === 'worker' && !areaWord) say('area', '网格员要写负责的网格');
  if (role && NEEDS_UNIT.includes(role) && !unitWord) say('unit', `${ROLE_WORDS[role]}要写所在单位`);
  if (role && role !== 'admin' && !unitWord && !areaWord) say('unit', '单位和区域至少写一个');
  if (!role || typeof unit === 'string' || typeof area === 'string') return null;
  const [unitId, areaId] = [unit?.id ?? null, area?.id ?? null];
  const same = posts.find(
    (each) => each.userId === userId && each.role === role && each.unitId === unitId && each.areaId === areaId,
  );
  return same ?? { id: [userId, role, unitId ?? '', areaId ?? ''].join('|'), userId, role, unitId, areaId };
}

/** One line for each person: who they are and what they hold. Phone numbers are not shown, only that they change. */
function staffLines({ people, posts }: Pick<Town, 'people' | 'posts'>, town: StaffTown): Lines {
  const places = placesOf(town.areas, town.units);
  const held = new Map<string, string[]>();
  for (const { userId, role, unitId, areaId } of posts) {
    const where = [unitId && places.unitWord(unitId), areaId && places.areaWord(areaId)].filter(Boolean).join(' ');
    held.set(userId, [...(held.get(userId) ?? []), `${ROLE_WORDS[role]}（${where}）`]);
  }
  return new Map(
    people.map(({ userId, name, active, mobile }) => {
      const words = (held.get(userId) ?? []).sort().join('，') || '没有岗位';
      const says = `${name}${active ? '' : '，已停用'}，${words}${mobile ? `，手机尾号 ${mobile.slice(-4)}` : ''}`;
      return [userId, { what: `${name}（${userId}）`, says }];
    }),
  );
}
