import { DAY, HOUR, MINUTE, type Session } from './clock';
import type { Rung, TaskClock } from './types';

/** Who is told at a step of the ladder. */
export type Told = 'handler' | 'leader' | 'supervisor' | 'centre' | 'discipline' | 'procuratorate';

export interface Step {
  rung: Rung;
  /** Share of the allowed time used up, in the limit's own time; above 1 the rest counts in shares of the first limit. */
  share: number;
  tell: readonly Told[];
}

/** Who decides about a request, one after the other; two different people. */
export type Approver = 'leader' | 'dispatcher' | 'supervisor';

/** The policies of a district. What a town has not changed is `DEFAULTS`, where each has its reason. */
export interface Settings {
  sessions: readonly Session[];
  /** One ladder for each clock, lowest first. */
  ladders: Record<TaskClock, readonly Step[]>;
  /** 问责 climbs only when a named leader has signed for it. */
  accountability: { signedBy: string; at: number } | null;
  start: 'dispatch' | 'ack';
  end: 'handler' | 'unit';
  onReturn: 'pause' | 'run';
  onRedispatch: 'resume' | 'restart' | 'bundle';
  extend: { times: number; share: number; approvers: readonly Approver[] };
  suspend: { times: number; mostDays: number; approvers: readonly Approver[] };
  appeal: { withinDays: number; approvers: readonly Approver[] };
  /** Minutes, in the limit's own time, after which an acknowledged task that nobody touches is brought to mind again. */
  idleMinutes: number;
  /** Messages of one person within this time may be parts of one report (ms). */
  mergeWithin: number;
  /** An unconfirmed report is asked about once after this, and let go after `draftExpires` (ms). */
  draftReminds: number;
  draftExpires: number;
  /** Minutes to dispatch by hand before the command centre is asked too. */
  dispatchMinutes: number;
  /** The reporter's side has this long to verify before dispatchers are asked (ms). */
  verifyWithin: number;
  reopenWithin: number;
  /** Nobody is told of what is not urgent between these minutes of the day, China time. */
  quiet: { from: number; to: number };
  /** A draft card waits this long, so that words and photos sent together make one card (ms). */
  foldDraft: number;
  /** Views that nobody is known to look at are refreshed after this, folded (ms). */
  foldStale: number;
  /** Lateness lines wait this long for others, so that one message carries them (ms). */
  foldLines: number;
}

/** reference/domain.md §2.7; accountability waits for a signature. */
const LADDER: readonly Step[] = [
  { rung: 'prewarn', share: 0.8, tell: ['handler'] },
  { rung: 'blue', share: 1, tell: ['handler'] },
  { rung: 'yellow', share: 1.5, tell: ['handler', 'leader', 'supervisor'] },
  { rung: 'red', share: 2, tell: ['leader', 'supervisor', 'centre'] },
  { rung: 'accountability', share: 3, tell: ['centre', 'discipline', 'procuratorate'] },
];

export const DEFAULTS: Settings = {
  sessions: [
    [8 * 60, 12 * 60],
    [14 * 60, 18 * 60],
  ],
  ladders: { ack: LADDER, handle: LADDER },
  accountability: null,
  // Waiting has a clock and a ladder of its own; counting it twice would charge the unit for a late dispatch.
  start: 'ack',
  // A unit that wants its leader's word asks for it; most are one person.
  end: 'handler',
  // Nobody works on what lies with the dispatcher.
  onReturn: 'pause',
  // The only one under which passing the buck gains nothing (test/server/domain/fairness.test.ts).
  onRedispatch: 'resume',
  // 运城: the first limit once more, twice at most, by the unit's leader and a dispatcher (reference/domain.md §2).
  extend: { times: 2, share: 1, approvers: ['leader', 'dispatcher'] },
  suspend: { times: 1, mostDays: 365, approvers: ['leader', 'dispatcher'] },
  appeal: { withinDays: 30, approvers: ['dispatcher', 'supervisor'] },
  idleMinutes: 960,
  mergeWithin: 2 * MINUTE,
  draftReminds: 10 * MINUTE,
  draftExpires: DAY,
  dispatchMinutes: 15,
  verifyWithin: DAY,
  reopenWithin: 30 * DAY,
  quiet: { from: 21 * 60, to: 7 * 60 + 30 },
  foldDraft: 700,
  foldStale: 2_000,
  foldLines: 3_000,
};

export const LIMITS = {
  note: 500,
  text: 2_000,
  briefHour: 8 * HOUR + 30 * MINUTE,
  compareHour: 2 * HOUR + 30 * MINUTE,
} as const;
