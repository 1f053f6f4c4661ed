import { createHash } from 'node:crypto';
import type { SandboxDept, SandboxOptions, SandboxPerson } from './types';

export type Contacts = Pick<SandboxOptions, 'people' | 'depts' | 'groups'>;

export interface Group {
  conversationId: string;
  title: string;
  memberIds: string[];
}

/** Who and what there is in the organisation. People join and leave; whoever left stays away. */
export interface Directory {
  people: SandboxPerson[];
  depts: SandboxDept[];
  groups: Group[];
  person(userId: string): SandboxPerson | undefined;
  byUnion(unionId: string): SandboxPerson | undefined;
  /** By userId, or by unionId when `type` is 2 (the platform's userIdType). */
  known(id: string, type: 1 | 2): SandboxPerson | undefined;
  group(conversationId: string): Group | undefined;
  /** The person's own conversation with the robot. */
  single(userId: string): string;
  /** The person's 工作通知. */
  workChat(userId: string): string;
  /** Newcomers join, those who are known may be something else now; departments and groups are these. */
  join(contacts: Contacts): void;
  /** Takes somebody out of the organisation. False for one who is not in it. */
  leave(userId: string): boolean;
  conversationsOf(userId: string): { conversationId: string; title: string; group: boolean }[];
}

const ROOT = 1;

export function createDirectory(contacts: Contacts, corpId: string): Directory {
  const people: SandboxPerson[] = [];
  const depts: SandboxDept[] = [];
  const groups: Group[] = [];
  const byId = new Map<string, SandboxPerson>();
  const byUnion = new Map<string, SandboxPerson>();
  const gone = new Set<string>();
  const single = (userId: string) => chatId(`${corpId} ${userId}`);
  const workChat = (userId: string) => chatId(`${corpId} work ${userId}`);
  const join = (now: Contacts) => {
    for (const person of now.people) {
      const known = byId.get(person.userId);
      if (known) Object.assign(known, { ...person, unionId: known.unionId });
      else if (!gone.has(person.userId)) {
        const joined = { ...person };
        people.push(joined);
        byId.set(joined.userId, joined);
        byUnion.set(joined.unionId, joined);
      }
    }
    depts.splice(0, depts.length, ...rooted(now.depts));
    groups.splice(0, groups.length, ...now.groups);
  };
  join(contacts);
  return {
    people,
    depts,
    groups,
    join,
    person: (userId) => byId.get(userId),
    byUnion: (unionId) => byUnion.get(unionId),
    known: (id, type) => (type === 2 ? byUnion.get(id) : byId.get(id)),
    group: (conversationId) => groups.find((group) => group.conversationId === conversationId),
    single,
    workChat,
    leave(userId) {
      const at = people.findIndex((person) => person.userId === userId);
      for (const { unionId } of people.splice(at, at < 0 ? 0 : 1)) byUnion.delete(unionId);
      const left = byId.delete(userId);
      if (left) gone.add(userId);
      return left;
    },
    conversationsOf: (userId) => [
      { conversationId: single(userId), title: '网格通', group: false },
      { conversationId: workChat(userId), title: '工作通知', group: false },
      ...groups
        .filter((group) => group.memberIds.includes(userId))
        .map(({ conversationId, title }) => ({ conversationId, title, group: true })),
    ],
  };
}

/** Conversation ids look like the platform's and are the same at every start. */
function chatId(seed: string): string {
  return `cid${createHash('sha256').update(seed).digest('base64').slice(0, 22)}==`;
}

/** The platform's tree always hangs on department 1. */
function rooted(depts: SandboxDept[]): SandboxDept[] {
  const hung = depts.map((dept) => (dept.deptId === ROOT ? dept : { ...dept, parentId: dept.parentId ?? ROOT }));
  const hasRoot = hung.some((dept) => dept.deptId === ROOT);
  return hasRoot ? hung : [{ deptId: ROOT, name: '沙箱组织', parentId: null }, ...hung];
}
