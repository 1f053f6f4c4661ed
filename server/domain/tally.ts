import { MINUTE } from './clock';
import type { Measure, Replay, Replayed } from './replay';
import { ancestors, type Roster } from './roster';
import type { Event, Rung, Task, TaskClock } from './types';

/** Replays summed up: by clock, by who and what and where, and the events that change most. Keeps no more than it shows. */

export interface Pair {
  before: number;
  after: number;
}

export interface Tally {
  /** Tasks that had this clock; what went on in a later task of the same unit counts once. */
  tasks: number;
  late: Pair;
  newlyLate: number;
  noLongerLate: number;
  minutesLate: Pair;
  rungs: Record<Rung, Pair>;
  /** Rungs reached in quiet hours, told of when they are over. */
  hushed: Pair;
}

export type Tallies = Record<TaskClock, Tally>;

/** One unit, matter or street, with the events that change it most. */
export type Group = Tallies & { id: string; name: string; most: Changed[] };

/** One event, its clocks together: all of them, or those of one unit. */
export interface Changed {
  no: string;
  matter: string;
  late: Pair;
  minutesLate: Pair;
  rungs: Pair;
}

export interface Sums {
  events: number;
  /** Tasks left out because an appeal was granted: they count in no statistics. */
  exempt: number;
  totals: Tallies;
  units: Group[];
  matters: Group[];
  streets: Group[];
  /** The events that change most, the most first. */
  most: Changed[];
}

const pair = (): Pair => ({ before: 0, after: 0 });

function blank(): Tally {
  return {
    ...{ tasks: 0, late: pair(), newlyLate: 0, noLongerLate: 0, minutesLate: pair() },
    rungs: { prewarn: pair(), blue: pair(), yellow: pair(), red: pair(), accountability: pair() },
    hushed: pair(),
  };
}

/** Tallies in the making; of the events that change most no more than are shown. */
type Sum = Tallies & { most: Changed[] };

function blanks(): Sum {
  return { ack: blank(), handle: blank(), most: [] };
}

const SHOWN = 20;
const SHOWN_OF_GROUP = 5;

export interface Adder {
  add(event: Event, replayed: Replay): void;
  sums(): Sums;
}

/** Adds up replays one by one. Events of equal change are told apart by number, so that the order they come in does not matter. */
export function adder(roster: Roster): Adder {
  const total = blanks();
  const by = { unit: new Map<string, Sum>(), matter: new Map<string, Sum>(), street: new Map<string, Sum>() };
  const counts = { events: 0, exempt: 0 };
  return {
    add(event, { clocks }) {
      counts.events += 1;
      counts.exempt += event.tasks.filter(isExempt).length;
      const counted = clocks.filter(({ goesOn }) => !goesOn).map(exempted);
      const whole = changeOf(event, counted, roster);
      sumUp(total, counted, whole, SHOWN);
      sumUp(of(by.matter, event.matterId ?? ''), counted, whole, SHOWN_OF_GROUP);
      sumUp(of(by.street, streetOf(event, roster)), counted, whole, SHOWN_OF_GROUP);
      for (const unitId of new Set(counted.map(({ task }) => task.unitId))) {
        const own = counted.filter(({ task }) => task.unitId === unitId);
        sumUp(of(by.unit, unitId), own, changeOf(event, own, roster), SHOWN_OF_GROUP);
      }
    },
    sums: () => ({
      ...counts,
      totals: finished(total),
      units: groups(by.unit, (id) => roster.unit(id)?.name ?? '已撤销的单位'),
      matters: groups(by.matter, (id) => roster.matter(id)?.name ?? '未定事项'),
      streets: groups(by.street, (id) => roster.area(id)?.name ?? '未定区域'),
      most: minuted(total.most),
    }),
  };
}

/** 申诉: what was late with good reason counts as handled, not as late; the rungs that fired stay. */
function exempted(each: Replayed): Replayed {
  if (!isExempt(each.task)) return each;
  const { before, after } = each;
  return { ...each, before: { ...before, late: false, over: 0 }, after: { ...after, late: false, over: 0 } };
}

function isExempt({ appealed }: Task): boolean {
  return appealed === 'granted';
}

function sumUp(sum: Sum, clocks: readonly Replayed[], change: Changed | null, shown: number): void {
  for (const each of clocks) count(sum[each.clock], each);
  const last = sum.most[shown - 1];
  if (!change || (last && byChange(last, change) <= 0)) return;
  sum.most = [...sum.most, change].sort(byChange).slice(0, shown);
}

function minuted(most: readonly Changed[]): Changed[] {
  return most.map((each) => ({ ...each, minutesLate: inMinutes(each.minutesLate) }));
}

function of(groups: Map<string, Sum>, id: string): Sum {
  const found = groups.get(id) ?? blanks();
  groups.set(id, found);
  return found;
}

/** The street it happened in; the district itself where it lies in none. */
function streetOf({ areaPath }: Event, roster: Roster): string {
  const areas = ancestors(areaPath);
  return areas.find((id) => roster.area(id)?.kind === 'street') ?? areas.at(-1) ?? '';
}

/** `minutesLate` holds ms until all is summed up: rounding each would not add up. */
function count(tally: Tally, { before, after }: Replayed): void {
  tally.tasks += 1;
  tally.newlyLate += Number(after.late && !before.late);
  tally.noLongerLate += Number(before.late && !after.late);
  countSide(tally, 'before', before);
  countSide(tally, 'after', after);
}

function countSide(tally: Tally, side: keyof Pair, { late, over, rungs, hushed }: Measure): void {
  tally.late[side] += Number(late);
  tally.minutesLate[side] += over;
  for (const rung of rungs) tally.rungs[rung][side] += 1;
  tally.hushed[side] += hushed;
}

function changeOf(event: Event, clocks: Replayed[], roster: Roster): Changed | null {
  const both = (of: (measure: Measure) => number): Pair => ({
    before: clocks.reduce((sum, { before }) => sum + of(before), 0),
    after: clocks.reduce((sum, { after }) => sum + of(after), 0),
  });
  const change = {
    no: event.no ?? '',
    matter: roster.matter(event.matterId ?? '')?.name ?? '未定事项',
    late: both(({ late }) => Number(late)),
    minutesLate: both(({ over }) => over),
    rungs: both(({ rungs }) => rungs.length),
  };
  return differs(change.minutesLate) || differs(change.rungs) || differs(change.late) ? change : null;
}

function differs({ before, after }: Pair): boolean {
  return before !== after;
}

function apart({ before, after }: Pair): number {
  return Math.abs(after - before);
}

/** Most time gained or lost first; then most rungs; then by number. */
function byChange(a: Changed, b: Changed): number {
  return (
    apart(b.minutesLate) - apart(a.minutesLate) ||
    apart(b.rungs) - apart(a.rungs) ||
    (a.no < b.no ? -1 : Number(a.no > b.no))
  );
}

function groups(found: ReadonlyMap<string, Sum>, nameOf: (id: string) => string): Group[] {
  return [...found]
    .map(([id, sum]) => ({ id, name: nameOf(id), ...finished(sum), most: minuted(sum.most) }))
    .filter(({ ack, handle }) => ack.tasks + handle.tasks > 0)
    .sort(byLateness);
}

/** What changes most first, then what is late most. */
function byLateness(a: Group, b: Group): number {
  const moved = ({ ack, handle }: Group) => apart(ack.late) + apart(handle.late);
  const late = ({ ack, handle }: Group) => ack.late.after + handle.late.after;
  return moved(b) - moved(a) || late(b) - late(a) || (a.id < b.id ? -1 : 1);
}

function finished({ ack, handle }: Tallies): Tallies {
  const rounded = (tally: Tally): Tally => ({ ...tally, minutesLate: inMinutes(tally.minutesLate) });
  return { ack: rounded(ack), handle: rounded(handle) };
}

function inMinutes({ before, after }: Pair): Pair {
  return { before: Math.round(before / MINUTE), after: Math.round(after / MINUTE) };
}
