import { type Calendar, DAY, type Limit, limitOf, MINUTE } from './clock';
import type { Wanted } from './commands';
import type { Roster } from './roster';
import type { Settings } from './settings';
import type { Entry, Event, Notice, Reply } from './types';
import type { Understanding } from './understand';

/** All that a decision may look at besides the event and the command. */
export interface Rules {
  roster: Roster;
  calendar: Calendar;
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

/** A change in the making: the event may be altered in place; lines and notices are collected. */
export interface Work extends Context {
  event: Event;
  answer: Reply['about'] | null;
  /** `by` only where the program itself acted, as in automatic dispatch. */
  log(action: string, data?: Entry['data'], by?: string): void;
  want(notice: Notice, how?: { urgent?: boolean; dueAt?: number }): void;
}

export function nameOf(userId: string, roster: Roster): string {
  return userId === 'system' ? '系统' : (roster.person(userId)?.name ?? '已离岗人员');
}

/** Limits an event is handled under; matters that nobody has described yet get a working day to acknowledge, five to handle. */
export function limitsOf(
  event: Pick<Event, 'matterId' | 'conditionId' | 'urgent'>,
  roster: Roster,
): { ack: Limit; handle: Limit } {
  const condition = event.matterId ? roster.condition(event.matterId, event.conditionId) : undefined;
  if (!condition) {
    const continuous = event.urgent;
    return {
      ack: { minutes: continuous ? 15 : 480, continuous },
      handle: { minutes: continuous ? DAY / MINUTE : 5 * 480, continuous },
    };
  }
  const handle = limitOf(condition.clock, condition.limit);
  return {
    ack: { minutes: condition.ackMinutes, continuous: event.urgent || condition.clock === 'urgent_hour' },
    handle,
  };
}
