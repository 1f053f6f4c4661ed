import { z } from 'zod';
import { type Gate, old, Refused } from './gate';
import type { Platform } from './platform';
import type { SandboxDept, SandboxPerson } from './types';

const PAGE = 100;
const ofDept = z.object({ dept_id: z.coerce.number().int().default(1) });
const page = z.object({
  dept_id: z.coerce.number().int(),
  cursor: z.coerce.number().int().min(0).default(0),
  size: z.coerce.number().int().min(1).max(PAGE),
});

/** Contacts (reference §6) and the login of the micro-app (§7.1); none of it is metered. */
export function contactsApi(platform: Platform, gate: Gate): void {
  const { directory } = platform;
  const ask = <Body>(path: string, body: z.ZodType<Body>, misfit: number, run: (body: Body) => unknown) =>
    gate(old, { method: 'post', path, free: true, body, misfit, run: (given) => ({ result: run(given) }) });
  const dept = (id: number): SandboxDept => {
    const found = directory.depts.find((one) => one.deptId === id);
    if (!found) throw new Refused(200, 60003, '部门不存在');
    return found;
  };
  const members = (id: number) => directory.people.filter((person) => person.deptId === dept(id).deptId);
  const children = (id: number) => directory.depts.filter((one) => one.parentId === dept(id).deptId);

  ask('/topapi/v2/department/listsub', ofDept, 40035, (body) => children(body.dept_id).map(deptWire));
  ask('/topapi/v2/department/listsubid', ofDept, 40035, (body) => ({
    dept_id_list: children(body.dept_id).map((one) => one.deptId),
  }));
  ask('/topapi/v2/department/get', ofDept, 40035, (body) => deptWire(dept(body.dept_id)));
  ask('/topapi/v2/user/list', page, 40069, (body) => paged(members(body.dept_id), body, userWire));
  ask('/topapi/user/listsimple', page, 40069, (body) =>
    paged(members(body.dept_id), body, ({ userId, name }) => ({ userid: userId, name })),
  );
  ask('/topapi/user/listid', ofDept, 40035, (body) => ({
    userid_list: members(body.dept_id).map((person) => person.userId),
  }));
  ask('/topapi/v2/user/get', z.object({ userid: z.string().min(1) }), 33012, (body) => {
    const person = directory.person(body.userid);
    if (!person) throw new Refused(200, 60121, '找不到该用户');
    return userWire(person);
  });
  ask('/topapi/v2/user/getuserinfo', z.object({ code: z.string().min(1) }), 40035, (body) => {
    const person = directory.person(platform.tokens.redeem(body.code) ?? '');
    if (!person) throw new Refused(200, 40078, '不存在的临时授权码');
    const { userId, unionId, name } = person;
    return {
      userid: userId,
      unionid: unionId,
      associated_unionid: unionId,
      name,
      device_id: 'sandbox',
      sys: false,
      sys_level: 0,
    };
  });
}

function paged<T>(
  people: SandboxPerson[],
  { cursor, size }: { cursor: number; size: number },
  wire: (person: SandboxPerson) => T,
) {
  const next = cursor + size;
  const more = next < people.length;
  return { has_more: more, ...(more ? { next_cursor: next } : {}), list: people.slice(cursor, next).map(wire) };
}

function deptWire(dept: SandboxDept): object {
  const parent = dept.parentId === null ? {} : { parent_id: dept.parentId };
  return { dept_id: dept.deptId, name: dept.name, ...parent, create_dept_group: false, auto_add_user: false };
}

/** `mobile` only where the phone permission lets it through, that is where the sandbox was given one. */
function userWire(person: SandboxPerson): object {
  return {
    userid: person.userId,
    unionid: person.unionId,
    name: person.name,
    ...(person.mobile ? { mobile: person.mobile } : {}),
    title: person.title,
    dept_id_list: [person.deptId],
    leader: false,
    active: true,
    admin: false,
    boss: false,
  };
}
