import { dateOf, dayStart } from '../domain/clock';
import type { Rules } from '../domain/rules';
import { LIMITS } from '../domain/settings';
import type { Clock, NewNotice, Store } from '../ports';
import { type Apply, noticeOf } from './apply';

export interface RemindPorts {
  store: Store;
  clock: Clock;
  apply: Apply;
  rules(): Rules;
}

const AT_ONCE = 500;

/** One look at the clock: everything that is due happens, once. Costs what is due, not what is stored. */
export async function remind(ports: RemindPorts): Promise<void> {
  await climbLadders(ports);
  await queueBriefs(ports);
}

async function climbLadders({ store, clock, apply }: RemindPorts): Promise<void> {
  const done = new Set<string>();
  for (;;) {
    const ids = (await store.due(clock.now(), AT_ONCE)).filter((id) => !done.has(id));
    if (ids.length === 0) return;
    await Promise.all(
      ids.map((id) => apply({ key: null, by: 'system', on: { event: id }, command: { type: 'tick' } })),
    );
    // An event that stays due after its tick is a bug; it must not hold up the others.
    for (const id of ids) done.add(id);
  }
}

/** `last`: the day of the last brief; null in a town that has had none. */
export function briefDue(last: string | null, now: number): boolean {
  return last !== dateOf(now) && (last === null || now >= dayStart(now) + LIMITS.briefHour);
}

/** At 08:30, China time, each supervisor's brief of the day; its id makes it once-only, also for several processes. */
async function queueBriefs({ store, clock, rules }: RemindPorts): Promise<void> {
  const now = clock.now();
  const day = dateOf(now);
  const last = await store.meta('brief');
  if (!briefDue(last, now)) return;
  // A town that has just been set up has nothing to report yet.
  if (last === null) return store.putMeta('brief', day);
  const { roster } = rules();
  const people = new Set(roster.town.posts.filter(({ role }) => role === 'supervisor').map(({ userId }) => userId));
  const notices = [...people]
    .filter((userId) => roster.person(userId)?.active)
    .map(
      (userId): NewNotice => noticeOf({ notice: { kind: 'brief', userId, day }, urgent: false, dueAt: now }, '', now),
    );
  await store.addNotices(notices);
  await store.putMeta('brief', day);
}
