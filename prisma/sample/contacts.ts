import type { SandboxDept, SandboxOptions, SandboxPerson } from '../../sandbox/types';
import { ROLE_WORDS } from '../../server/domain/commands';
import { within } from '../../server/domain/roster';
import type { Post, Town } from '../../server/domain/types';

/** A town as the contacts of a DingTalk organisation: units as departments, and one group for each street with the robot in it. */
export function sandboxContacts(town: Town): Pick<SandboxOptions, 'people' | 'depts' | 'groups'> {
  const numbers = new Map(town.units.map(({ id }, index) => [id, index + 2]));
  const postsOf = new Map<string, Post[]>();
  for (const post of town.posts) postsOf.set(post.userId, [...(postsOf.get(post.userId) ?? []), post]);
  const root: SandboxDept = { deptId: 1, name: town.areas[0]?.name ?? '网格通', parentId: null };
  return {
    depts: [
      root,
      ...town.units.map(({ id, name, parentId }) => ({
        deptId: numbers.get(id)!,
        name,
        parentId: (parentId && numbers.get(parentId)) || 1,
      })),
    ],
    people: town.people.flatMap((person): SandboxPerson[] => {
      const posts = postsOf.get(person.userId) ?? [];
      const deptId = numbers.get(posts[0]?.unitId ?? '') ?? 1;
      const { userId, unionId, name } = person;
      return person.active
        ? [
            {
              userId,
              // Whoever came by a table of people has none here yet; the platform has one of everybody.
              unionId: unionId || `un-${userId}`,
              name,
              title: titleOf(town, posts),
              deptId,
              ...(person.mobile && { mobile: person.mobile }),
            },
          ]
        : [];
    }),
    groups: groupsOf(town),
  };
}

/** `网格员 · 红光社区第三网格` */
function titleOf({ areas, units }: Town, posts: Post[]): string {
  const [first] = posts;
  if (!first) return '';
  const area = areas.find(({ id }) => id === first.areaId);
  const unit = units.find(({ id }) => id === first.unitId);
  const where = first.role === 'worker' ? area?.name : unit?.name;
  return [posts.map(({ role }) => ROLE_WORDS[role]).join('、'), where].filter(Boolean).join(' · ');
}

function groupsOf({ areas, posts }: Town): SandboxOptions['groups'] {
  const paths = new Map(areas.map(({ id, path }) => [id, path]));
  return areas
    .filter(({ kind }) => kind === 'street')
    .map((street) => ({
      conversationId: `cid-group-${street.id}==`,
      title: `${street.name}网格工作群`,
      memberIds: [
        ...new Set(
          posts
            .filter(({ areaId }) => areaId && within(paths.get(areaId) ?? '-', street.path))
            .map(({ userId }) => userId),
        ),
      ],
    }));
}
