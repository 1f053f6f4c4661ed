import { type Calendar, dayOf, type Limit, MINUTE, type Session, startOf, yearOf } from './clock';
import { SPAN_WORDS } from './commands';
import { allowed, reach, spansOf, used } from './ladder';
import { calendarFor, limitsOf, type Rules } from './rules';
import type { Event, Span, Task, TaskClock } from './types';

/** 为什么是这个时间: a clock told stretch by stretch. */

export interface LedgerLine {
  from: number;
  to: number;
  /** running counts; paused stands still by a step that somebody took; off is outside working time. */
  state: 'running' | 'paused' | 'off';
  why: string;
  /** What is special about a day that is worked: `国庆节补班`, `冬季作息`; empty for plain days. */
  day: string;
  /** Ms of the clock's own time: those of `running` lines add up to the counter. */
  ms: number;
  /** After the deadline: no line lies on both sides of it. */
  over: boolean;
  /** Still to come: how the deadline is reached from now on. */
  planned: boolean;
}

export interface Ledger {
  clock: TaskClock;
  limit: Limit;
  /** Minutes, extensions included. */
  allowed: number;
  extended: number;
  /** When it began. */
  from: number;
  /** Ms used up to now. */
  used: number;
  /** Null while the clock stands still short of its limit. */
  dueAt: number | null;
  /** Past the deadline, or ended after it. */
  late: boolean;
  /** Years of the clock's life, its deadline included, whose holidays are not published: in them it stands on weekends alone. */
  unpublished: number[];
  lines: LedgerLine[];
}

/** The ledger of one clock of a task at `now`; null when that clock never started. Epoch ms. */
export function ledgerOf(task: Task, clock: TaskClock, event: Event, rules: Rules, now: number): Ledger | null {
  const spans = spansOf(task, clock);
  const [first] = spans;
  if (!first) return null;
  const calendar = calendarFor(task, event, rules);
  const limit = limitsOf(event)[clock];
  const most = allowed(task, clock, limit);
  const dueAt = reach(spans, most * MINUTE, limit, calendar);
  const past = spans.flatMap((span) => linesOf(span, now, limit.continuous, calendar));
  return {
    ...{ clock, limit, allowed: most, extended: clock === 'handle' ? task.extended : 0, dueAt },
    from: first.from,
    used: used(spans, now, limit, calendar),
    late: dueAt !== null && dueAt < Math.min(now, spans.at(-1)?.to ?? now),
    unpublished: unpublished(dueAt, spans, limit, calendar),
    lines: [...cut(past, dueAt), ...planned(spans, dueAt, now, limit, calendar)],
  };
}

/** A line that the deadline falls into becomes two. */
function cut(lines: LedgerLine[], dueAt: number | null): LedgerLine[] {
  if (dueAt === null) return lines;
  return lines.flatMap((line) => {
    const { from, to, state, ms } = line;
    if (to <= dueAt) return [line];
    if (from >= dueAt) return [{ ...line, over: true }];
    const before = state === 'running' ? dueAt - from : 0;
    return [
      { ...line, to: dueAt, ms: before },
      { ...line, from: dueAt, ms: ms - before, over: true },
    ];
  });
}

/**
 * Does this deadline, to come or gone by, lean on years whose holidays are not published? Those years: whoever is late by
 * such a deadline may not be so once they are.
 */
export function unpublished(dueAt: number | null, spans: Span[], limit: Limit, calendar: Calendar): number[] {
  const [first] = spans;
  if (dueAt === null || limit.continuous || !first) return [];
  const years: number[] = [];
  for (let year = yearOf(first.from); year <= yearOf(dueAt); year += 1) if (!calendar.published(year)) years.push(year);
  return years;
}

/** The same of one clock of a task. */
export function unpublishedOf(task: Task, clock: TaskClock, event: Event, rules: Rules): number[] {
  const at = clock === 'ack' ? task.ackDueAt : task.handleDueAt;
  return unpublished(at, spansOf(task, clock), limitsOf(event)[clock], calendarFor(task, event, rules));
}

function planned(spans: Span[], dueAt: number | null, now: number, limit: Limit, calendar: Calendar): LedgerLine[] {
  const last = spans.at(-1);
  if (!last || last.to !== null || dueAt === null || dueAt <= now) return [];
  return linesOf({ ...last, from: Math.max(now, last.from) }, dueAt, limit.continuous, calendar).map((line) => ({
    ...line,
    planned: true,
  }));
}

const PLAIN = { day: '', ms: 0, over: false, planned: false };

function linesOf(span: Span, now: number, continuous: boolean, calendar: Calendar): LedgerLine[] {
  const { from, running } = span;
  const to = Math.min(span.to ?? now, now);
  if (from >= to) return [];
  const why = SPAN_WORDS[span.why];
  const byNight = span.continuous ?? continuous;
  if (!running) return [{ ...PLAIN, from, to, state: 'paused', why }];
  if (byNight) return [{ ...PLAIN, from, to, state: 'running', why, ms: to - from }];
  return byDay(from, to, why, calendar);
}

function byDay(from: number, to: number, why: string, calendar: Calendar): LedgerLine[] {
  const lines: LedgerLine[] = [];
  for (let day = dayOf(from); startOf(day) < to; day += 1) {
    const begin = Math.max(from, startOf(day));
    lines.push(...dayLines(day, begin, Math.min(to, startOf(day + 1)), why, calendar));
  }
  return joined(lines);
}

/** One day: its working sessions, and what lies between and around them. */
function dayLines(day: number, from: number, to: number, why: string, calendar: Calendar): LedgerLine[] {
  const { sessions, why: reason } = calendar.plan(day);
  if (sessions.length === 0) return [off(from, to, reason || '不办公')];
  const lines: LedgerLine[] = [];
  let at = from;
  for (const [opens, closes] of sessions) {
    const begin = Math.max(at, startOf(day) + opens * MINUTE);
    const end = Math.min(to, startOf(day) + closes * MINUTE);
    if (begin >= end) continue;
    if (at < begin) lines.push(off(at, begin, restWord(at, day, sessions)));
    lines.push({ ...PLAIN, from: begin, to: end, state: 'running', why, day: reason, ms: end - begin });
    at = end;
  }
  if (at < to) lines.push(off(at, to, restWord(at, day, sessions)));
  return lines;
}

function off(from: number, to: number, why: string): LedgerLine {
  return { ...PLAIN, from, to, state: 'off', why };
}

/** No break is longer than this many minutes: between a morning and a night people have gone home. */
const LONGEST_BREAK = 240;

/** Between two sessions people are having a break, unless it is a long one; otherwise they have gone home. */
function restWord(at: number, day: number, sessions: readonly Session[]): string {
  const minute = (at - startOf(day)) / MINUTE;
  const before = sessions.findLast(([, closes]) => closes <= minute);
  const next = sessions.find(([opens]) => opens > minute);
  return before && next && next[0] - before[1] <= LONGEST_BREAK ? '午休' : '下班';
}

/** Neighbouring lines that say the same become one: a night does not end at midnight. */
function joined(lines: LedgerLine[]): LedgerLine[] {
  const result: LedgerLine[] = [];
  for (const line of lines) {
    const before = result.at(-1);
    if (before && isSame(before, line) && before.to === line.from)
      result[result.length - 1] = { ...before, to: line.to, ms: before.ms + line.ms };
    else result.push(line);
  }
  return result;
}

function isSame(line: LedgerLine, other: LedgerLine): boolean {
  return line.state === other.state && line.why === other.why && line.day === other.day;
}
