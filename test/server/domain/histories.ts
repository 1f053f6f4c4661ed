import * as fc from 'fast-check';
import { DAY, MINUTE } from '../../../server/domain/clock';
import type { Action, Command } from '../../../server/domain/commands';
import { actionsFor } from '../../../server/domain/policy';
import type { Rules } from '../../../server/domain/rules';
import type { Event } from '../../../server/domain/types';
import { play } from '../../support/play';

/** Lives that events really lead: everything is decided by `decide()`, by people who have a button for it. */

const PEOPLE = ['li', 'wu', 'zhang', 'chen', 'zhao', 'qian', 'sun', 'zhou', 'zheng', 'feng'];
/** Rare among all that people could do, so that it is given a turn of its own. */
const WANTED: Partial<Record<number, Action>> = { 0: 'approve', 1: 'extend', 2: 'ack' };
/** What ends it, and what lowers it again: now and then only. */
const SELDOM = new Set<Action>(['withdraw', 'discard', 'reject', 'close', 'lift']);

export const steps = fc.array(
  fc.record({
    wait: fc.oneof(fc.integer({ min: 0, max: 150 }), fc.constantFrom(0, 240, 1_000, 3 * 1440)),
    ms: fc.integer({ min: 0, max: 59_999 }),
    tick: fc.boolean(),
    pick: fc.nat(10_000),
    until: fc.constantFrom('2026-11-27', '2026-12-15', '2027-02-01'),
    to: fc.constantFrom('dept-01', 'dept-02', 'u-s', 'u-c'),
  }),
  { maxLength: 25, size: 'max' },
);
export type Steps = typeof steps extends fc.Arbitrary<infer S> ? S : never;

export interface Life {
  event: Event;
  now: number;
}

/** `without`: what nobody does in it. The clock comes round at the end. */
export function live(rules: Rules, taken: Steps, without: readonly Action[] = []): Life {
  const game = play(rules);
  game.report('建设路12号路灯不亮');
  for (const { wait, ms, tick, pick, until, to } of taken) {
    game.wait(wait * MINUTE + ms);
    if (tick) game.tick();
    const offers = PEOPLE.flatMap((person) =>
      actionsFor(person, game.event, rules.roster).map((action) => [person, action] as const),
    ).filter(([, action]) => !without.includes(action) && (pick % 25 === 0 || !SELDOM.has(action)));
    const wanted = WANTED[pick % 5];
    const likely = offers.filter(([, action]) => action === wanted);
    const among = likely.length > 0 ? likely : offers;
    const [person, action] = among[pick % Math.max(1, among.length)] ?? [];
    if (person && action) game.tryStep(person, worded(action, until, to));
  }
  game.tick();
  return { event: game.event, now: game.now };
}

function worded(action: Action, until: string, to: string): Command {
  const photo = { id: 'p', kind: 'image' as const, code: 'x', phase: 'finish' as const };
  const words = { note: '已处理好', reason: '理由充分', to, level: 'yellow', until, media: [photo] };
  return { type: action, ...words } as unknown as Command;
}

/** A Monday three weeks later, for lives that are looked back on. */
export const LATER = 21 * DAY;
