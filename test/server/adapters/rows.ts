import type { Entry, Event, Task } from '../../../server/domain/types';
import type { Changes, NewNotice, Scope } from '../../../server/ports';

/** Rows for the promises of the store: plain ones, of which a test changes what it is about. */

export const T0 = Date.UTC(2026, 10, 23, 1);

export const EVERYTHING: Scope = { everything: true, reporterId: '', areaPaths: [], unitIds: [] };

export function eventOf(id: string, but: Partial<Event> = {}): Event {
  return {
    ...{ id, no: null, stage: 'filed', version: 1, reporterId: 'lin', conversationId: null, text: '路灯不亮' },
    ...{ matterId: null, terms: null, gridId: null, areaPath: '/d/s/c/g' },
    ...{ place: { text: '建设路', lng: null, lat: null }, urgent: false, mediaIds: [], suggestions: [], followers: [] },
    ...{ createdAt: T0, touchedAt: T0, filedAt: null, closedAt: null, nextAt: null, entryCount: 1, headHash: 'h1' },
    ...{
      last: { action: 'report', by: 'lin', at: T0 },
      responsibleId: null,
      round: 1,
      diverted: false,
      reward: null,
      tasks: [],
    },
    ...but,
  };
}

export function taskOf(id: string, eventId: string, but: Partial<Task> = {}): Task {
  return {
    ...{ id, eventId, unitId: 'street', duty: 'lead', state: 'waiting', assigneeId: null, startedAt: T0 },
    ...{
      round: 1,
      ackedAt: null,
      endedAt: null,
      touchedAt: T0,
      spans: [],
      extended: 0,
      extensions: 0,
      suspensions: 0,
      suspendedUntil: null,
      request: null,
      appealed: null,
      rungs: [],
      supervised: null,
      ackDueAt: T0 + 1000,
      handleDueAt: null,
      nextAt: null,
    },
    ...but,
  };
}

export function entryOf(eventId: string, seq: number): Entry {
  return {
    eventId,
    seq,
    at: T0 + seq,
    by: 'lin',
    action: 'report',
    data: {},
    prevHash: `h${seq - 1}`,
    hash: `h${seq}`,
  };
}

/** A line for a person: once only, never folded. */
export function lineTo(userId: string, id: string, but: Partial<NewNotice> = {}): NewNotice {
  return {
    ...{ id, slot: null, urgent: false, dueAt: T0, createdAt: T0 },
    notice: { kind: 'line', userId, eventId: 'e1', taskId: id, clock: 'ack', rung: 'blue' },
    ...but,
  };
}

/** The cards of an event want looking at: folds while it waits. */
export function staleOf(eventId: string, id: string, but: Partial<NewNotice> = {}): NewNotice {
  const notice = { kind: 'stale', eventId } as const;
  return { id, slot: `stale:${eventId}`, notice, urgent: false, dueAt: T0, createdAt: T0, ...but };
}

export function changes(some: Partial<Changes>): Changes {
  return { messages: [], events: [], entries: [], media: [], notices: [], counters: [], ...some };
}
