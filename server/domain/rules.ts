import { type Calendar, DAY, type Limit, limitOf, MINUTE } from './clock';
import type { Wanted } from './commands';
import type { Roster } from './roster';
import type { Settings } from './settings';
import type { Entry, Event, Notice, Reply, Task, TaskClock } from './types';
import type { Understanding } from './understand';

/** All that a decision may look at besides the event and the command. */
export interface Rules {
  roster: Roster;
  /** The calendar in force in an area. */
  calendarOf(areaPath: string): Calendar;
  settings: Settings;
  understand(text: string, homePath: string): Understanding;
}

export interface Context {
  /** userId, or `system` for the clock. */
  by: string;
  now: number;
  rules: Rules;
  /** Id for an event that this command may create. */
  newId: string;
  /** The number it gets if it is filed now. */
  nextNo: string;
}

export interface Decision {
  event: Event;
  entries: Entry[];
  wanted: Wanted[];
  /** Said before: nothing changed, and that is no error. */
  repeated: boolean;
  /** Words owed at once in the chat it came from, besides the cards. */
  answer: Reply['about'] | null;
}

/** A change in the making: each line logged alters the event at once (evolve.ts); notices are collected. */
export interface Work extends Context {
  event: Event;
  answer: Reply['about'] | null;
  /** `by` only where the program itself acted, as in automatic dispatch. */
  log(action: string, data?: Entry['data'], by?: string): void;
  /** Has anything been logged yet? */
  said(): boolean;
  want(notice: Notice, how?: { urgent?: boolean; dueAt?: number }): void;
}

export function nameOf(userId: string, roster: Roster): string {
  return userId === 'system' ? '系统' : (roster.person(userId)?.name ?? '已离岗人员');
}

/** Limits of the terms an event was filed under; without terms a working day to acknowledge, five to handle. Urgent events run day and night. */
export function limitsOf({ terms, urgent }: Pick<Event, 'terms' | 'urgent'>): Record<TaskClock, Limit> {
  if (!terms) {
    return {
      ack: { minutes: urgent ? 15 : 480, continuous: urgent },
      handle: { minutes: urgent ? DAY / MINUTE : 5 * 480, continuous: urgent },
    };
  }
  const handle = limitOf(terms.clock, terms.limit);
  return {
    ack: { minutes: terms.ackMinutes, continuous: urgent || terms.clock === 'urgent_hour' },
    handle: { minutes: handle.minutes, continuous: urgent || handle.continuous },
  };
}

/** The working time of a task is that of the unit that has it. */
export function calendarFor(
  task: Pick<Task, 'unitId'>,
  event: Event,
  { roster, calendarOf }: Pick<Rules, 'roster' | 'calendarOf'>,
): Calendar {
  const unit = roster.unit(task.unitId);
  return calendarOf((unit && roster.area(unit.areaId)?.path) ?? event.areaPath);
}
