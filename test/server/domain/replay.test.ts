import * as fc from 'fast-check';
import { calendarsOf } from '../../../server/domain/calendar';
import { HOUR, instant } from '../../../server/domain/clock';
import { type Replay, type Replayed, replay } from '../../../server/domain/replay';
import { rosterOf } from '../../../server/domain/roster';
import type { Rules } from '../../../server/domain/rules';
import { DEFAULTS, type Settings } from '../../../server/domain/settings';
import type { CalendarRule, ClockType, Condition, Event } from '../../../server/domain/types';
import { national } from '../../../server/flow/national';
import { filed, handled, play, rulesWith } from '../../support/play';
import { tinyRules, tinyTown } from '../../support/town';
import { type Life, live, steps } from './histories';

/** The tiny town on the nation's days, so that closed days of areas can be put in. */
function rulesOn(closed: CalendarRule[] = [], settings: Partial<Settings> = {}): Rules {
  const rules = rulesWith(settings);
  const calendars = closed.length > 0 ? [{ areaId: 'd', rules: closed }] : [];
  return { ...rules, calendarOf: calendarsOf(calendars, rules.settings.sessions, national) };
}

const policies: fc.Arbitrary<Partial<Settings>> = fc.record({
  start: fc.constantFrom<Settings['start']>('ack', 'dispatch'),
  end: fc.constantFrom<Settings['end']>('handler', 'unit'),
  onReturn: fc.constantFrom<Settings['onReturn']>('pause', 'run'),
  onRedispatch: fc.constantFrom<Settings['onRedispatch']>('resume', 'restart', 'bundle'),
  accountability: fc.constantFrom({ signedBy: 'zhao', at: 0 }, null),
});

/** A catalogue in which the lamp's one condition is another. */
function catalogueWith(change: Partial<Condition>) {
  const town = tinyTown();
  const conditions = town.conditions.map((each) => (each.matterId === 'lamp' ? { ...each, ...change } : each));
  return rosterOf({ ...town, conditions });
}

const inForce = (rules: Rules, { event, now }: Life) => replay(event, rules, rules, { now, catalogue: null });
const lateOf = ({ clocks }: Replay, side: 'before' | 'after' = 'after') =>
  clocks.filter((each) => each[side].late).map(({ task, clock }) => `${task.id} ${clock}`);

/** `expect` is too slow to be said for every clock of every life. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

function saysWhatHappened({ event }: Life, replayed: Replay): void {
  for (const { task, clock, before, after } of replayed.clocks) {
    must(before.late === task.rungs.includes(`${clock}.blue`), `${event.id} ${clock}: late when blue fired`);
    must(JSON.stringify(before) === JSON.stringify(after), 'the same rules change nothing');
    // An extension pushes ahead rungs that had been reached.
    if (task.extended > 0 && clock === 'handle') continue;
    const fired = before.rungs.every((rung) => task.rungs.includes(`${clock}.${rung}`));
    const count = task.rungs.filter((rung) => rung.startsWith(`${clock}.`)).length;
    must(fired && count === before.rungs.length, 'the rungs reached are those that fired');
  }
}

const RUNS = { numRuns: 120, seed: 20261123, endOnFailure: true };

test('under the rules in force a replay is what happened: late exactly where blue fired, the same rungs', () => {
  const seen = { late: 0, open: 0, ended: 0, carried: 0, extended: 0 };
  fc.assert(
    fc.property(policies, steps, (policy, taken) => {
      const rules = rulesWith(policy);
      // A correction gives it other terms after rungs have fired by the old ones.
      const life = live(rules, taken, ['correct']);
      const replayed = inForce(rules, life);
      saysWhatHappened(life, replayed);
      seen.late += lateOf(replayed).length;
      seen.open += Number(life.event.nextAt !== null);
      seen.ended += Number(life.event.closedAt !== null);
      seen.carried += replayed.clocks.filter(({ goesOn }) => goesOn).length;
      seen.extended += life.event.tasks.filter(({ extended }) => extended > 0).length;
    }),
    { ...RUNS, numRuns: 400 },
  );
  // The property is worth nothing where it never went.
  expect(Object.entries(seen).filter(([, times]) => times < 10)).toEqual([]);
});

test('control: a replay that forgets pauses, or loses a stretch, is caught by that', () => {
  const caught = (spoil: (event: Event) => void) => {
    let times = 0;
    fc.assert(
      fc.property(steps, (taken) => {
        const rules = rulesWith({});
        const life = live(rules, taken, ['correct']);
        const spoilt = structuredClone(life);
        spoil(spoilt.event);
        try {
          saysWhatHappened(spoilt, inForce(rules, spoilt));
        } catch {
          times += 1;
        }
      }),
      RUNS,
    );
    return times;
  };
  const never = (event: Event) => {
    for (const { spans } of event.tasks) for (const span of spans) span.running = true;
  };
  const shorter = (event: Event) => {
    for (const { spans } of event.tasks) spans.pop();
  };
  expect(caught(never)).toBeGreaterThan(0);
  expect(caught(shorter)).toBeGreaterThan(0);
  expect(caught(() => undefined)).toBe(0);
});

describe('what another rule would have made of it', () => {
  const under = (limit: number, clock: ClockType = 'work_hour') => ({ catalogue: catalogueWith({ limit, clock }) });

  /** Runs lives through two limits of the same clock and hands over what was late under each. */
  function compare(short: number, long: number, broken = false): void {
    fc.assert(
      fc.property(policies, steps, (policy, taken) => {
        const rules = rulesWith(policy);
        const { event, now } = live(rules, taken);
        const by = (limit: number) => lateOf(replay(event, rules, rules, { now, ...under(limit) }));
        const [more, fewer] = broken ? [by(long), by(short)] : [by(short), by(long)];
        must(
          fewer.every((clock) => more.includes(clock)),
          'what is late under the longer limit is late under the shorter one',
        );
      }),
      RUNS,
    );
  }

  it('a halved limit never makes fewer late, a longer one never more', () => {
    compare(2, 4);
    compare(4, 9);
  });

  it('control: limits taken for each other are caught', () => {
    expect(() => compare(2, 4, true)).toThrow('Property failed');
  });

  const closed = (from: string, to = from): CalendarRule => ({ kind: 'closed', from, to, reason: '停电检修' });
  const closures = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 5 })).map(([start, days]) => {
    const day = (offset: number) => new Date(Date.UTC(2026, 10, 20 + offset)).toISOString().slice(0, 10);
    return closed(day(start), day(start + days));
  });

  function closing(kind: CalendarRule['kind']): void {
    fc.assert(
      fc.property(policies, steps, closures, (policy, taken, rule) => {
        const before = rulesOn([], policy);
        const { event, now } = live(before, taken);
        const after = rulesOn([{ ...rule, kind }], policy);
        const replayed = replay(event, before, after, { now, catalogue: null });
        const was = lateOf(replayed, 'before');
        must(
          lateOf(replayed).every((clock) => was.includes(clock)),
          'late on a closed day',
        );
      }),
      RUNS,
    );
  }

  it('a closed day never makes more late', () => closing('closed'));

  it('control: a day that is worked instead does, and is caught', () => {
    expect(() => closing('worked')).toThrow('Property failed');
  });

  it('a closed day counts for the unit that has it closed', () => {
    const rules = rulesOn();
    const game = handled(rules);
    game.wait(29 * HOUR);
    const after = rulesOn([closed('2026-11-23', '2026-11-24')]);
    const of = (side: 'before' | 'after') =>
      replay(game.event, rules, after, { now: game.now, catalogue: null }).clocks.find(
        ({ clock }) => clock === 'handle',
      )?.[side];
    expect(of('before')).toMatchObject({ late: true, used: 11 * HOUR, over: 7 * HOUR });
    expect(of('after')).toMatchObject({ late: false, used: 0, over: 0 });
  });
});

describe('the terms under a proposed catalogue', () => {
  const game = () => {
    const played = handled();
    played.wait(3 * HOUR);
    return played;
  };
  const handleOf = (replayed: Replay): Replayed => replayed.clocks.find(({ clock }) => clock === 'handle')!;
  const through = (catalogue: ReturnType<typeof catalogueWith> | null, played = game()) =>
    replay(played.event, tinyRules(), tinyRules(), { now: played.now, catalogue });

  it('without one, those it was filed under count, whatever the catalogue says now', () => {
    expect(through(null)).toMatchObject({ matched: 'filed' });
    expect(handleOf(through(null)).after.allowed).toBe(240);
  });

  it('its own condition is looked up there', () => {
    const replayed = through(catalogueWith({ limit: 2 }));
    expect(replayed.matched).toBe('same');
    expect(handleOf(replayed)).toMatchObject({ before: { late: false }, after: { allowed: 120, late: true } });
  });

  it('where it is gone, the condition that fits the words best', () => {
    const town = tinyTown();
    const lamp = town.conditions[0]!;
    const others = [
      { ...lamp, id: 'lamp.8', rank: 1, text: '灯杆倾斜，有倒塌危险', limit: 1 },
      { ...lamp, id: 'lamp.9', rank: 2, text: '单盏路灯不亮', limit: 3 },
    ];
    const replayed = through(rosterOf({ ...town, conditions: others }));
    expect(replayed.matched).toBe('similar');
    expect(handleOf(replayed).after.allowed).toBe(180);
  });

  it('where the matter is gone or retired, they stay, and the event counts as unmatched', () => {
    const town = tinyTown();
    const gone = rosterOf({ ...town, matters: [] });
    const retired = rosterOf({ ...town, matters: town.matters.map((matter) => ({ ...matter, retired: true })) });
    const empty = rosterOf({ ...town, conditions: [] });
    for (const catalogue of [gone, retired, empty]) {
      expect(through(catalogue).matched).toBe('unmatched');
      expect(handleOf(through(catalogue)).after.allowed).toBe(240);
    }
  });

  it('urgent clocks run day and night, and what was urgent stays so', () => {
    const town = tinyTown();
    const urgent = rosterOf({ ...town, matters: town.matters.map((matter) => ({ ...matter, urgent: true })) });
    const played = game();
    played.wait(12 * HOUR);
    const { before, after } = handleOf(through(urgent, played));
    expect([before.used, after.used]).toEqual([8 * HOUR - HOUR, 15 * HOUR]);
    played.event.urgent = true;
    expect(handleOf(through(rosterOf(town), played)).after.used).toBe(15 * HOUR);
  });
});

describe('policies that are replayed', () => {
  it('ladders: other shares, other rungs', () => {
    const game = handled();
    game.wait(2.5 * HOUR);
    const early = DEFAULTS.ladders.handle.map((step) => (step.rung === 'prewarn' ? { ...step, share: 0.5 } : step));
    const after = rulesWith({ ladders: { ...DEFAULTS.ladders, handle: early } });
    const { clocks } = replay(game.event, tinyRules(), after, { now: game.now, catalogue: null });
    const handle = clocks.find(({ clock }) => clock === 'handle');
    expect([handle?.before.rungs, handle?.after.rungs]).toEqual([[], ['prewarn']]);
  });

  it('extensions: a smaller share, or none at all, gives less time', () => {
    const game = handled();
    game.step('zhang', { type: 'extend', reason: '要等备件' });
    game.step('zhao', { type: 'approve' });
    game.step('qian', { type: 'approve' });
    const allowed = (extend: Partial<Settings['extend']>, limit = 4) => {
      const after = rulesWith({ extend: { ...DEFAULTS.extend, ...extend } });
      const options = { now: game.now, catalogue: catalogueWith({ limit }) };
      return replay(game.event, tinyRules(), after, options).clocks.find(({ clock }) => clock === 'handle')?.after
        .allowed;
    };
    expect([allowed({}), allowed({ share: 0.5 }), allowed({ times: 0 }), allowed({ times: 1 })]).toEqual([
      480, 360, 240, 480,
    ]);
    // An extension is a share of the limit, so it shrinks with it.
    expect(allowed({}, 2)).toBe(240);
  });

  it('quiet hours: what is reached in them is told of later, and counted', () => {
    const game = play(rulesWith({ sessions: [[0, 1440]] }));
    const rules = {
      ...game.rules,
      calendarOf: () => ({ plan: () => ({ sessions: [[0, 1440] as const], why: '' }), published: () => true }),
    };
    game.enact(rules);
    game.at(instant('2026-11-23', '22:00'));
    game.report('建设路12号路灯不亮');
    game.step('li', { type: 'file' });
    game.step('zhang', { type: 'ack' });
    game.wait(5 * HOUR);
    const loud = { ...rules, settings: { ...rules.settings, quiet: { from: 1440, to: 0 } } };
    const { clocks } = replay(game.event, rules, loud, { now: game.now, catalogue: null });
    expect(clocks.at(-1)).toMatchObject({ before: { rungs: ['prewarn', 'blue'], hushed: 2 }, after: { hushed: 0 } });
  });
});

test('a clock that goes on in a later task of its unit is counted there once', () => {
  const game = handled();
  game.wait(HOUR);
  game.step('zhang', { type: 'return', reason: '不归我们管' });
  game.wait(HOUR);
  game.step('qian', { type: 'dispatch', to: 'dept-01', reason: '就归你们管' });
  game.step('zhang', { type: 'ack' });
  const { clocks } = inForce(game.rules, game);
  expect(clocks.map(({ task, clock, goesOn }) => `${task.id} ${clock} ${goesOn}`)).toEqual([
    'e1.1 ack true',
    'e1.1 handle true',
    'e1.2 ack false',
    'e1.2 handle false',
  ]);
});

test('two units on one event are two, though they were sent together', () => {
  const game = filed();
  game.step('zhang', { type: 'ack' });
  game.step('zhang', { type: 'assist', to: 'dept-02' });
  game.wait(HOUR);
  expect(inForce(game.rules, game).clocks.every(({ goesOn }) => !goesOn)).toBe(true);
});

test('a replay alters neither the event nor the rules', () => {
  const game = handled();
  game.wait(9 * HOUR);
  const before = JSON.stringify(game.event);
  replay(game.event, game.rules, rulesOn(), { now: game.now, catalogue: catalogueWith({ limit: 1 }) });
  expect(JSON.stringify(game.event)).toBe(before);
});
