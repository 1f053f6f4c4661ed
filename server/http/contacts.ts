import { administers } from '../domain/policy';
import { refuse, when } from '../domain/refusal';
import { type Comparison, compareContacts, lastComparison, stopHeld } from '../flow/comparison';
import { isAdmin, LOCKED_OUT } from '../flow/register';
import type { Answer } from './contract';
import type { Handlers } from './mount';
import type { HttpPorts } from './needs';
import { Problem, refused } from './problem';

/** 通讯录: what the last comparison found, another one now, and what it left for an administrator to decide. */

type Routes = Extract<keyof Handlers, `${string} /api/admin/contacts${string}`>;

export function contactRoutes(ports: HttpPorts): Pick<Handlers, Routes> {
  const { store, clock, rules, messenger } = ports;
  const comparing = { store, messenger, clock, changed: ports.enacted };
  let running: Promise<unknown> | null = null;
  const admit = (who: string) => {
    if (!administers(who, rules().roster)) throw refused(refuse('not_allowed'));
  };
  const view = async () => viewOf(await lastComparison(store), running !== null, clock.now());
  return {
    'GET /api/admin/contacts': async ({ who }) => {
      admit(who);
      return view();
    },
    'POST /api/admin/contacts/compare': async ({ who }) => {
      admit(who);
      // A walk through a large organisation takes longer than anybody waits for an answer.
      running ??= compareContacts(comparing)
        .catch((error: unknown) => ports.onBug?.(error, 'contacts'))
        .finally(() => {
          running = null;
        });
      return view();
    },
    'POST /api/admin/contacts/stop': async ({ who, body }) => {
      admit(who);
      const last = await lastComparison(store);
      const { people, posts } = await store.town();
      const leaving = new Set(last?.held.map(({ userId }) => userId));
      const left = people.map((person) => ({ ...person, active: person.active && !leaving.has(person.userId) }));
      if (!isAdmin(who, { people: left, posts })) throw new Problem(409, 'register_locked_out', LOCKED_OUT);
      if (!(await stopHeld(comparing, body.at, who)))
        throw new Problem(409, 'register_stale', '之后又对照过一次，请看过新的结果再决定。');
      return view();
    },
  };
}

function viewOf(last: Comparison | null, running: boolean, now: number): Answer<'GET /api/admin/contacts'> {
  if (!last) return { running, last };
  const { why: _, ...found } = last;
  return { running, last: { ...found, time: when(last.at, now) } };
}
