import { createHash } from 'node:crypto';
import type { SandboxDept, SandboxOptions, SandboxPerson } from './types';

export interface Group {
  conversationId: string;
  title: string;
  memberIds: string[];
}

/** Who and what there is in the organisation. Nothing changes but that people leave. */
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
  /** Takes somebody out of the organisation. False for one who is not in it. */
  leave(userId: string): boolean;
  conversationsOf(userId: string): { conversationId: string; title: string; group: boolean }[];
}

const ROOT = 1;

export function createDirectory(
  options: Pick<SandboxOptions, 'people' | 'depts' | 'groups'>,
  corpId: string,
): Directory {
  const people = [...options.people];
  const byId = new Map(people.map((person) => [person.userId, person]));
  const byUnion = new Map(people.map((person) => [person.unionId, person]));
  const groups = new Map(options.groups.map((group) => [group.conversationId, group]));
  const single = (userId: string) => chatId(`${corpId} ${userId}`);
  const workChat = (userId: string) => chatId(`${corpId} work ${userId}`);
  return {
    people,
    depts: rooted(options.depts),
    groups: options.groups,
    person: (userId) => byId.get(userId),
    byUnion: (unionId) => byUnion.get(unionId),
    known: (id, type) => (type === 2 ? byUnion.get(id) : byId.get(id)),
    group: (conversationId) => groups.get(conversationId),
    single,
    workChat,
    leave(userId) {
      const at = people.findIndex((person) => person.userId === userId);
      for (const { unionId } of people.splice(at, at < 0 ? 0 : 1)) byUnion.delete(unionId);
      return byId.delete(userId);
    },
    conversationsOf: (userId) => [
      { conversationId: single(userId), title: '网格通', group: false },
      { conversationId: workChat(userId), title: '工作通知', group: false },
      ...options.groups
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
