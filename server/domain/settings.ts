import { DAY, HOUR, MINUTE } from './clock';
import type { Rung } from './types';

/** Who is told at a step of the ladder; each group includes those it names only. */
export type Told = 'handler' | 'leader' | 'supervisor' | 'centre';

export interface Step {
  rung: Rung;
  /** Share of the limit used up, in the limit's own time. */
  share: number;
  tell: readonly Told[];
}

export interface Settings {
  sessions: readonly (readonly [number, number])[];
  /** Ladder of both clocks, lowest first (reference/domain.md §2.7). */
  ladder: readonly Step[];
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

export const DEFAULTS: Settings = {
  sessions: [
    [8 * 60, 12 * 60],
    [14 * 60, 18 * 60],
  ],
  ladder: [
    { rung: 'prewarn', share: 0.8, tell: ['handler'] },
    { rung: 'blue', share: 1, tell: ['handler'] },
    { rung: 'yellow', share: 1.5, tell: ['handler', 'leader', 'supervisor'] },
    { rung: 'red', share: 2, tell: ['leader', 'supervisor', 'centre'] },
  ],
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

export const LIMITS = { note: 500, text: 2_000, briefHour: 8 * HOUR + 30 * MINUTE } as const;
