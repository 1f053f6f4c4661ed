import { z } from 'zod';
import { dayStart } from '../domain/clock';
import { LIMITS } from '../domain/settings';
import type { Person } from '../domain/types';
import { type Clock, type Contact, type Messenger, Rejected, Stale, type Store } from '../ports';

/** 对照通讯录: all our people against the organisation's contacts, every night and whenever an administrator asks. */

export interface ComparisonPorts {
  store: Pick<Store, 'town' | 'townVersion' | 'saveTown' | 'meta' | 'putMeta' | 'record'>;
  messenger: Pick<Messenger, 'contact' | 'contacts'>;
  clock: Clock;
  /** The town was changed. */
  changed(): Promise<void>;
}

const named = z.object({ userId: z.string(), name: z.string() });
const comparison = z.object({
  at: z.number(),
  /** `held`: so many have gone that somebody should look first; `failed`: the platform could not be asked, nothing changed. */
  outcome: z.enum(['done', 'held', 'failed']),
  why: z.string(),
  checked: z.number(),
  renamed: z.array(named.extend({ before: z.string() })),
  stopped: z.array(named),
  held: z.array(named),
  /** In the contacts, but not among our people: they are let in by an administrator only. */
  strangers: z.object({ count: z.number(), first: z.array(named) }),
});
export type Comparison = z.infer<typeof comparison>;

const LAST = 'contacts.last';
const NEXT = 'contacts.next';
const HOUR = 3_600_000;
const SHOWN = 200;

/** The last comparison; null before the first. */
export async function lastComparison(store: Pick<Store, 'meta'>): Promise<Comparison | null> {
  const kept = await store.meta(LAST);
  return kept === null ? null : comparison.parse(JSON.parse(kept));
}

/** `next`: when the next comparison is to be, epoch ms; null where the program has just been set up. */
export function comparisonDue(next: number | null, now: number): boolean {
  return next === null || next <= now;
}

/** At 02:30, China time. Whoever starts it puts the next one off at once, so that several processes do it once. */
export async function compareNightly(ports: ComparisonPorts): Promise<void> {
  const { store, clock } = ports;
  const now = clock.now();
  const next = await store.meta(NEXT);
  if (!comparisonDue(next === null ? null : Number(next), now)) return;
  // A town that was set up today is up to date; and a walk that dies or fails is tried again in an hour.
  await store.putMeta(NEXT, String(next === null ? nightAfter(now) : now + HOUR));
  if (next === null) return;
  const { outcome } = await compareContacts(ports);
  if (outcome !== 'failed') await store.putMeta(NEXT, String(nightAfter(clock.now())));
}

function nightAfter(now: number): number {
  const tonight = dayStart(now) + LIMITS.compareHour;
  return tonight > now ? tonight : dayStart(now + 24 * HOUR) + LIMITS.compareHour;
}

/** Compares now, keeps the result for the administrators to read, and returns it. */
export async function compareContacts(ports: ComparisonPorts): Promise<Comparison> {
  const found = await compareOrFail(ports);
  await ports.store.putMeta(LAST, JSON.stringify(found));
  return found;
}

/** Stops those whom the last comparison held back and who are still not in the contacts. Null: that comparison is not the last. */
export async function stopHeld(ports: ComparisonPorts, at: number, by: string): Promise<Comparison | null> {
  const last = await lastComparison(ports.store);
  if (last?.at !== at || last.held.length === 0) return null;
  const absent = await Promise.all(last.held.map(({ userId }) => ports.messenger.contact(userId)));
  const gone = last.held.filter((_, index) => absent[index] === null);
  await change(ports, { renamed: [], stopped: gone }, by);
  const now: Comparison = { ...last, outcome: 'done', stopped: [...last.stopped, ...gone], held: [] };
  await ports.store.putMeta(LAST, JSON.stringify(now));
  return now;
}

async function compareOrFail(ports: ComparisonPorts): Promise<Comparison> {
  const at = ports.clock.now();
  try {
    return { at, why: '', ...(await compare(ports)) };
  } catch (error) {
    const none = { checked: 0, renamed: [], stopped: [], held: [], strangers: { count: 0, first: [] } };
    return {
      at,
      outcome: 'failed',
      why: error instanceof Error ? error.message.slice(0, 200) : String(error),
      ...none,
    };
  }
}

async function compare(ports: ComparisonPorts): Promise<Omit<Comparison, 'at' | 'why'>> {
  const { store, messenger } = ports;
  const people = (await store.town()).people.filter(({ active }) => active);
  const listed = await everybody(messenger);
  const known = new Map(listed.map((contact) => [contact.userId, contact]));
  const gone: Person[] = [];
  for (const person of people.filter(({ userId }) => !known.has(userId))) {
    const contact = await ask(messenger, person.userId);
    if (contact === null) gone.push(person);
    else if (contact) known.set(person.userId, contact);
  }
  const held = tooMany(gone.length, people.length);
  const changes = { renamed: renamedIn(people, known), stopped: held ? [] : gone.map(nameOf) };
  await change(ports, changes, 'system');
  const ours = new Set((await store.town()).people.map(({ userId }) => userId));
  const strangers = listed.filter(({ userId }) => !ours.has(userId));
  return {
    outcome: held ? 'held' : 'done',
    checked: people.length,
    ...changes,
    held: held ? gone.map(nameOf) : [],
    strangers: { count: strangers.length, first: strangers.slice(0, SHOWN).map(nameOf) },
  };
}

/** An app that may not see the whole organisation lists nobody: then each is asked about by name. */
async function everybody(messenger: ComparisonPorts['messenger']): Promise<Contact[]> {
  try {
    return await messenger.contacts();
  } catch (error) {
    if (error instanceof Rejected) return [];
    throw error;
  }
}

/** Null: the platform says there is no such person. Undefined: it will not say; then nobody is stopped for it. */
async function ask(messenger: ComparisonPorts['messenger'], userId: string): Promise<Contact | null | undefined> {
  try {
    return await messenger.contact(userId);
  } catch (error) {
    if (error instanceof Rejected) return undefined;
    throw error;
  }
}

/** A tenth of the town does not leave in one night: rather the app sees another organisation, or less of this one. */
function tooMany(gone: number, people: number): boolean {
  return gone >= FEW && gone * 10 > people;
}
const FEW = 5;

function renamedIn(people: Person[], known: ReadonlyMap<string, Contact>): Comparison['renamed'] {
  return people.flatMap(({ userId, name: before }) => {
    const name = known.get(userId)?.name;
    return name && name !== before ? [{ userId, name, before }] : [];
  });
}

function nameOf({ userId, name }: { userId: string; name: string }) {
  return { userId, name };
}

type Changes = Pick<Comparison, 'renamed' | 'stopped'>;

/** Whoever is stopped keeps their posts for the record; they cannot come in any more. */
async function change(ports: ComparisonPorts, { renamed, stopped }: Changes, by: string): Promise<void> {
  if (renamed.length + stopped.length === 0) return;
  const names = new Map(renamed.map(({ userId, name }) => [userId, name]));
  const leaving = new Set(stopped.map(({ userId }) => userId));
  const { store, clock } = ports;
  for (let tries = 0; ; tries += 1) {
    const base = await store.townVersion();
    const people = (await store.town()).people
      .filter(({ userId }) => names.has(userId) || leaving.has(userId))
      .map((person) => ({
        ...person,
        name: names.get(person.userId) ?? person.name,
        active: person.active && !leaving.has(person.userId),
      }));
    try {
      await store.saveTown({ people }, { base });
      break;
    } catch (error) {
      if (!(error instanceof Stale) || tries >= 3) throw error;
    }
  }
  const data = { renamed: renamed.length, stopped: stopped.length, names: stopped.map(({ name }) => name).join('、') };
  await store.record({ at: clock.now(), by, action: 'contacts.compare', subject: '', data });
  await ports.changed();
}
