import { MINUTE } from './clock';
import { conditionFor, termsOf } from './conditions';
import { allowed, ladderOf, reach, rungAt, spansOf, used } from './ladder';
import type { Roster } from './roster';
import { calendarFor, limitsOf, type Rules } from './rules';
import { loudAt } from './supervising';
import type { Event, Rung, Span, Task, TaskClock, Terms } from './types';

/**
 * 推演: what the clocks of an event that has happened would have shown under other rules. The steps that people took, and
 * when, stay as they were; what people would have done otherwise nobody knows.
 */

/** What one clock shows under one set of rules. */
export interface Measure {
  /** Ms of the limit's own time used up to the clock's end, or to now. */
  used: number;
  /** Minutes, extensions included. */
  allowed: number;
  /** As the ladder has it: all of what was allowed is used up. */
  late: boolean;
  /** Ms used beyond what was allowed. */
  over: number;
  /** Rungs reached, lowest first. */
  rungs: Rung[];
  /** Of those, how many fell into quiet hours, so that people heard of them afterwards. */
  hushed: number;
}

/** One clock of one task, before and after. */
export interface Replayed {
  task: Task;
  clock: TaskClock;
  before: Measure;
  after: Measure;
  /** The same clock goes on in a later task of the event, whose figures hold this one's too: sums leave it out. */
  goesOn: boolean;
}

/** Whence the terms under the proposal: as filed; the same condition, or the one that fits best, of the proposed catalogue; none found there. */
export type Matched = 'filed' | 'same' | 'similar' | 'unmatched';

export interface Replay {
  matched: Matched;
  clocks: Replayed[];
}

/** A proposed catalogue, by matter. */
export type Proposed = Pick<Roster, 'matter' | 'conditions'>;

const CLOCKS: readonly TaskClock[] = ['ack', 'handle'];

/**
 * Every clock of an event's tasks as it ran, measured by the rules in force and by those proposed, both by the terms it was
 * filed under unless a catalogue is proposed. What is open is measured up to `now`. Alters nothing.
 */
export function replay(
  event: Event,
  before: Rules,
  after: Rules,
  { now, catalogue }: { now: number; catalogue: Proposed | null },
): Replay {
  const { terms, urgent, matched } = termsUnder(event, catalogue);
  const was = { event, rules: before, now };
  const would = { event: matched === 'filed' ? event : { ...event, terms, urgent }, rules: after, now };
  const clocks = event.tasks.flatMap((task, index) => {
    const extended = extendedUnder(task, was, would);
    return CLOCKS.flatMap((clock): Replayed[] => {
      const spans = spansOf(task, clock);
      if (spans.length === 0) return [];
      const side = (world: World, minutes: number) => measure({ task, clock, spans, extended: minutes }, world);
      return [
        {
          ...{ task, clock, before: side(was, task.extended), after: side(would, extended) },
          goesOn: goesOn(event, index, clock, spans),
        },
      ];
    });
  });
  return { matched, clocks };
}

/** The terms it would have been filed under. An urgent event stays one: its row does not tell what made it so. */
function termsUnder(event: Event, catalogue: Proposed | null): Pick<Event, 'terms' | 'urgent'> & { matched: Matched } {
  const { terms, urgent, matterId } = event;
  if (!catalogue) return { terms, urgent, matched: 'filed' };
  const matter = matterId === null ? undefined : catalogue.matter(matterId);
  if (!matter || matter.retired) return { terms, urgent, matched: 'unmatched' };
  const offered = catalogue.conditions(matter.id);
  const same = offered.find(({ id }) => id === terms?.conditionId);
  const condition = same ?? conditionFor(event.text, offered)?.condition;
  if (!condition) return { terms, urgent, matched: 'unmatched' };
  const proposed: Terms = termsOf(condition, terms?.version ?? 0);
  return { terms: proposed, urgent: urgent || matter.urgent, matched: same ? 'same' : 'similar' };
}

/** An event under one set of rules. */
interface World {
  event: Event;
  rules: Rules;
  now: number;
}

/** One extension is a share of the limit: it changes with both, and no more are granted than the proposal allows. */
function extendedUnder({ extended, extensions }: Task, was: World, would: World): number {
  const one = ({ event, rules }: World) => limitsOf(event).handle.minutes * rules.settings.extend.share;
  if (extended === 0 || extensions === 0 || one(was) === 0) return extended;
  const fewer = would.rules.settings.extend.times < was.rules.settings.extend.times;
  const granted = fewer ? Math.min(extensions, would.rules.settings.extend.times) / extensions : 1;
  return Math.round(extended * (one(would) / one(was)) * granted);
}

interface Ran {
  task: Task;
  clock: TaskClock;
  spans: Span[];
  /** Minutes. */
  extended: number;
}

function measure({ task, clock, spans, extended }: Ran, { event, rules, now }: World): Measure {
  const calendar = calendarFor(task, event, rules);
  const limit = limitsOf(event)[clock];
  const ran = used(spans, now, limit, calendar);
  const most = allowed({ extended }, clock, limit);
  const reached = ladderOf(rules, clock)
    .map((step) => ({ rung: step.rung, ms: rungAt(step, limit, most) }))
    .filter(({ ms }) => ran >= ms);
  return {
    ...{ used: ran, allowed: most, late: ran >= most * MINUTE, over: Math.max(0, ran - most * MINUTE) },
    rungs: reached.map(({ rung }) => rung),
    hushed: reached.filter(({ ms }) => isHushed(reach(spans, ms, limit, calendar), event, rules)).length,
  };
}

function isHushed(at: number | null, { urgent }: Event, { settings }: Rules): boolean {
  return at !== null && loudAt(at, urgent, settings) !== at;
}

/** Does a later task of the same round begin with these very stretches? Of acknowledging only one of the same unit can. */
function goesOn({ tasks }: Event, index: number, clock: TaskClock, spans: Span[]): boolean {
  const task = tasks[index];
  return tasks.slice(index + 1).some((later) => {
    if (!task || later.round !== task.round || later.duty !== task.duty) return false;
    if (clock === 'ack' && later.unitId !== task.unitId) return false;
    const carried = spansOf(later, clock);
    return spans.every((span, at) => isSame(span, carried[at]));
  });
}

function isSame(span: Span, other: Span | undefined): boolean {
  return other !== undefined && span.from === other.from && span.to === other.to && span.why === other.why;
}
