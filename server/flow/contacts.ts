import { z } from 'zod';
import type { Person } from '../domain/types';
import { type Messenger, Rejected, Stale, type Store } from '../ports';

/** Changes of the organisation's contacts. An event is a hint only: the person is read anew, and that is what counts. */

export interface ContactPorts {
  store: Pick<Store, 'town' | 'townVersion' | 'saveTown'>;
  messenger: Pick<Messenger, 'contact'>;
}

const HINTS: readonly string[] = ['user_add_org', 'user_modify_org', 'user_leave_org', 'user_active_org'];
const ids = z.union([
  z.array(z.string().min(1)).max(1_000),
  z
    .string()
    .min(1)
    .transform((one) => [one]),
]);
const hint = z.looseObject({ userId: ids.optional(), UserId: ids.optional() });

/**
 * Brings the people named up to date and says whether anything changed. Who has left loses access; who comes back is let in
 * by an administrator, since their posts may be somebody else's by now. Strangers stay strangers: people are added by table.
 * Errors: `Retry` when the platform cannot be asked; then it will send the event again.
 */
export async function onContacts(ports: ContactPorts, eventType: string, data: unknown): Promise<boolean> {
  if (!HINTS.includes(eventType)) return false;
  const said = hint.safeParse(data).data;
  const named = new Set(said?.userId ?? said?.UserId ?? []);
  if (named.size === 0) return false;
  const leaving = eventType === 'user_leave_org';
  for (let tries = 0; ; tries += 1) {
    try {
      return await bringUpToDate(ports, named, leaving);
    } catch (error) {
      if (!(error instanceof Stale) || tries >= 3) throw error;
    }
  }
}

/** Errors: `Stale` when the town was changed meanwhile. */
async function bringUpToDate(
  { store, messenger }: ContactPorts,
  named: ReadonlySet<string>,
  leaving: boolean,
): Promise<boolean> {
  const base = await store.townVersion();
  const known = (await store.town()).people.filter(({ userId }) => named.has(userId));
  const fresh = await Promise.all(known.map((person) => readAnew(person, messenger, leaving)));
  const people = fresh.filter((person, index) => JSON.stringify(person) !== JSON.stringify(known[index]));
  if (people.length === 0) return false;
  await store.saveTown({ people }, { base });
  return true;
}

async function readAnew(person: Person, messenger: ContactPorts['messenger'], leaving: boolean): Promise<Person> {
  try {
    const contact = await messenger.contact(person.userId);
    if (!contact) return { ...person, active: false };
    return { ...person, name: contact.name || person.name, unionId: contact.unionId || person.unionId };
  } catch (error) {
    // Who is out of our sight may not be asked about; then the event itself must do.
    if (error instanceof Rejected) return leaving ? { ...person, active: false } : person;
    throw error;
  }
}
