import { ROLE_WORDS } from '../domain/commands';
import { placesOf } from '../domain/place-names';
import { administers } from '../domain/policy';
import { refuse } from '../domain/refusal';
import { STAFF, staffOf } from '../domain/staff-table';
import { faultyRows, type Table } from '../domain/tables';
import type { Role, Town } from '../domain/types';
import { acceptTable } from '../flow/register';
import { personView } from './admin-views';
import type { Answer } from './contract';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { Problem, refused } from './problem';

/** One person and their posts, by a form: a table of one, judged by the same rules as a table of thousands. */

type Keys = 'GET /api/admin/places' | 'GET /api/admin/people/:userId/posts' | 'POST /api/admin/people/:userId/posts';

export function personRoutes(ports: HttpPorts): Pick<Handlers, Keys> {
  const admit = (who: string): Town => {
    const { roster } = ports.rules();
    if (!administers(who, roster)) throw refused(refuse('not_allowed'));
    return roster.town;
  };
  return {
    'GET /api/admin/places': async ({ who }) => placeWords(admit(who)),
    'GET /api/admin/people/:userId/posts': async ({ who, params }) => filled(params.userId, admit(who)),
    'POST /api/admin/people/:userId/posts': async (asked) => {
      admit(asked.who);
      return put(ports, asked);
    },
  };
}

/** Names as tables write them, and take them back. */
function placeWords({ areas, units }: Town): Answer<'GET /api/admin/places'> {
  const places = placesOf(areas, units);
  return {
    roles: (Object.keys(ROLE_WORDS) as Role[]).map((role) => ({ role, text: ROLE_WORDS[role] })),
    units: units.map(({ id }) => places.unitWord(id)),
    areas: areas.map(({ id }) => places.areaWord(id)),
  };
}

/** Errors: 404. */
function filled(userId: string, { people, posts, areas, units }: Town): Answer<'GET /api/admin/people/:userId/posts'> {
  const person = people.find((each) => each.userId === userId);
  if (!person) throw new Problem(404, 'no_person', '没有这个人，请刷新后再看。');
  const places = placesOf(areas, units);
  return {
    ...{ userId, name: person.name, mobileTail: person.mobile?.slice(-4) ?? '' },
    posts: posts
      .filter((post) => post.userId === userId)
      .map(({ role, unitId, areaId }) => ({
        role,
        unit: unitId ? places.unitWord(unitId) : '',
        area: areaId ? places.areaWord(areaId) : '',
      })),
  };
}

/** Errors: 409 for a newcomer who is known, or an administrator who would lock themselves out; 422 in words for the rest. */
async function put(ports: HttpPorts, { params: { userId }, body, who }: Asked<'POST /api/admin/people/:userId/posts'>) {
  const { store, clock } = ports;
  const base = await store.townVersion();
  const town = await store.town();
  const known = town.people.find((each) => each.userId === userId);
  if (body.fresh && known)
    throw new Problem(409, 'person_known', `这个 userId 已经是 ${known.name}，请在名单里找到后修改。`);
  const read = staffOf(tableOf(userId, body), town, 'merge');
  const [fault] = read.faults;
  if (fault) throw new Problem(422, 'bad_person', faultWords(fault, body.posts.length));
  const seen = { table: 'people' as const, mode: 'merge' as const, base, ...read, faulty: faultyRows(read.faults) };
  const accepted = await acceptTable(ports, seen, { by: who, base, skipFaulty: 0 });
  if (!accepted.ok) throw new Problem(409, `register_${accepted.code}`, accepted.reason);
  await ports.enacted();
  const { roster } = ports.rules();
  const person = personView(roster.person(userId)!, roster);
  const held = person.posts.map(
    ({ roleText, unit, area }) => `${roleText}（${[unit, area].filter(Boolean).join(' ')}）`,
  );
  const data = { name: person.name, posts: held.join('，') };
  await store.record({
    at: clock.now(),
    by: who,
    action: known ? 'person.change' : 'person.add',
    subject: userId,
    data,
  });
  return { person };
}

type Given = Asked<'POST /api/admin/people/:userId/posts'>['body'];

function tableOf(userId: string, { name, mobile, posts }: Given): Table {
  const rows = posts.map(({ role, unit, area }) => [name, userId, unit, ROLE_WORDS[role], area, mobile, '']);
  return { sheet: '', rows: [STAFF.map(({ header }) => header), ...rows], otherSheets: [] };
}

/** `第 2 个岗位：网格员要写负责的网格`; what is about the person is about no post. */
function faultWords({ row, column, reason }: { row: number; column: string; reason: string }, posts: number): string {
  const about = ['姓名', '手机', '钉钉 userId'].includes(column) || posts === 1;
  return `${about ? '' : `第 ${row - 1} 个岗位：`}${reason}。`;
}
