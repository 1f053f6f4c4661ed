import type { Town } from '../server/domain/types';
import type { Store } from '../server/ports';
import { openTown } from './open';

/** `npm run people`: every person of the database in use, one JSON line each, with the names of their unit and area. */
export function peopleLines({ people, posts, units, areas }: Town): string[] {
  const unitNames = new Map(units.map(({ id, name }) => [id, name]));
  const areaNames = new Map(areas.map(({ id, name }) => [id, name]));
  return people
    .filter(({ active }) => active)
    .map(({ userId, name }) => {
      const held = posts
        .filter((post) => post.userId === userId)
        .map(({ role, unitId, areaId }) => ({
          role,
          unit: unitNames.get(unitId ?? '') ?? null,
          area: areaNames.get(areaId ?? '') ?? null,
        }));
      return JSON.stringify({ userId, name, posts: held });
    });
}

/** `npm run people -- admin <userId> <姓名>`: whoever sets an empty town up must get in first. */
export async function appoint(store: Pick<Store, 'town' | 'saveTown'>, userId: string, name: string): Promise<void> {
  const known = (await store.town()).people.find((person) => person.userId === userId);
  const person = known ?? { userId, unionId: '', name: name || userId, mobile: null, active: true };
  const post = { id: `${userId}|admin||`, userId, role: 'admin' as const, unitId: null, areaId: null };
  await store.saveTown({ people: [{ ...person, active: true }], posts: [post] });
}

async function main(): Promise<void> {
  const [what, userId = '', name = ''] = process.argv.slice(2);
  const appoints = what === 'admin' && userId !== '';
  // A town that begins with its administrator is nobody's sample, even where the credentials of DingTalk are not at hand.
  const store = await openTown(appoints ? 'none' : undefined);
  if (appoints) await appoint(store, userId, name);
  for (const line of peopleLines(await store.town())) process.stdout.write(`${line}\n`);
  await store.close();
}

if (require.main === module) void main();
