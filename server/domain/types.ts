/** The words of DESIGN §1 as types. Times are epoch milliseconds, durations minutes, coordinates GCJ-02. */

export type Role = 'worker' | 'handler' | 'leader' | 'dispatcher' | 'supervisor' | 'oversight' | 'admin';
export type AreaKind = 'district' | 'street' | 'community' | 'grid';
export type UnitKind = 'community' | 'street' | 'department' | 'centre' | 'discipline' | 'procuratorate';

/** A node of the tree district → street → community → grid. `path` is `/district/street/…/self`, ids joined by slashes. */
export interface Area {
  id: string;
  kind: AreaKind;
  name: string;
  parentId: string | null;
  path: string;
  /** 专属网格: a dedicated grid (a school, a market, a park), not a general one. */
  dedicated: boolean;
  lng: number | null;
  lat: number | null;
  /** Outer ring, closed, GCJ-02 `[lng, lat]`; null where no boundary is drawn. */
  polygon: [number, number][] | null;
}

export interface Unit {
  id: string;
  kind: UnitKind;
  name: string;
  /** The area it governs; departments govern the district. */
  areaId: string;
  /** The unit one level up: community → street → centre; department → centre. */
  parentId: string | null;
}

export interface Person {
  userId: string;
  unionId: string;
  name: string;
  mobile: string | null;
  active: boolean;
}

export interface Post {
  id: string;
  userId: string;
  role: Role;
  unitId: string | null;
  areaId: string | null;
}

/** Something an event can be about; one of 15 duties 职责 and 8 grid-work domains 领域. */
export interface Matter {
  id: string;
  name: string;
  duty: string;
  domain: string;
  /** GB/T 47678.5-2026 small-class code (5 digits), where one exists. */
  gbCode: string | null;
  /** Everyday words that point here; longer words weigh more. */
  keywords: string[];
  /** Goes the urgent way: clocks run day and night. */
  urgent: boolean;
}

/** 紧急工作时 (continuous hours), 工作时 (working hours), 工作日 (8 working hours each), 自然日 (24 h each). */
export type ClockType = 'urgent_hour' | 'work_hour' | 'work_day' | 'natural_day';

/** 立案条件: under a Matter; its clock, limits and closing criterion. A Matter's first condition (lowest `rank`) is its default. */
export interface Condition {
  id: string;
  matterId: string;
  rank: number;
  text: string;
  clock: ClockType;
  limit: number;
  /** Minutes to acknowledge: working minutes, or continuous ones when the clock is urgent_hour. */
  ackMinutes: number;
  /** 结案条件 */
  closing: string;
  evidence: 'none' | 'photo' | 'before_after';
}

/** 权责清单: who leads on a matter. `leadUnitId` null means "the unit of `leadKind` that governs the event's grid". */
export interface Duty {
  matterId: string;
  leadKind: UnitKind;
  leadUnitId: string | null;
  assistUnitIds: string[];
}

/** Everything about the town that commands are decided by. */
export interface Town {
  areas: Area[];
  units: Unit[];
  people: Person[];
  posts: Post[];
  matters: Matter[];
  conditions: Condition[];
  duties: Duty[];
}

export type Stage =
  | 'reported'
  | 'filed'
  | 'dispatched'
  | 'handling'
  | 'verifying'
  | 'closed'
  | 'rejected'
  | 'withdrawn';

export type TaskState = 'waiting' | 'handling' | 'finished' | 'returned' | 'moved' | 'cancelled';
export type Rung = 'prewarn' | 'blue' | 'yellow' | 'red';
export type TaskClock = 'ack' | 'handle';

/** One Unit's duty on one Event. */
export interface Task {
  id: string;
  eventId: string;
  unitId: string;
  duty: 'lead' | 'assist';
  state: TaskState;
  /** Who acknowledged it; null while waiting. */
  assigneeId: string | null;
  startedAt: number;
  ackDueAt: number;
  ackedAt: number | null;
  handleDueAt: number | null;
  endedAt: number | null;
  /** Rungs that have fired, `ack.blue` …; each at most once. */
  rungs: string[];
  /** 督办 by hand, the highest in force. */
  supervised: 'blue' | 'yellow' | 'red' | null;
  /** Next moment something must happen to it; null when it has ended. */
  nextAt: number | null;
}

export interface Place {
  /** Where, in the reporter's words. */
  text: string;
  lng: number | null;
  lat: number | null;
}

export interface Event {
  id: string;
  /** `20261123-0042`; null until filed. */
  no: string | null;
  stage: Stage;
  version: number;
  reporterId: string;
  /** The conversation it was reported in; null for the micro-app. */
  conversationId: string | null;
  text: string;
  matterId: string | null;
  conditionId: string | null;
  gridId: string | null;
  /** Path of the area it happened in; who may see it hangs on this. */
  areaPath: string;
  place: Place;
  urgent: boolean;
  /** Photos, voice, video in the order they came. */
  mediaIds: string[];
  /** What is open for the reporter: suggestions with the words that led to them. */
  suggestions: Suggestion[];
  createdAt: number;
  /** Last time its reporter added something. */
  touchedAt: number;
  filedAt: number | null;
  closedAt: number | null;
  /** Next moment something must happen to it or one of its open tasks. */
  nextAt: number | null;
  entryCount: number;
  headHash: string;
  /** The last thing a person or the clock did to it, so that a refusal can say who did what when. */
  last: { action: string; by: string; at: number };
  tasks: Task[];
}

export interface Suggestion {
  matterId: string;
  score: number;
  /** Words of the report that led to it. */
  words: string[];
}

/** What was sent with a message; fetched afterwards, because a download code lives for a short time only. */
export interface MediaRef {
  id: string;
  kind: 'image' | 'video' | 'audio' | 'file';
  /** The platform's downloadCode; null when the bytes are already ours (uploaded in the micro-app). */
  code: string | null;
  phase: 'report' | 'finish';
  stored?: { sha256: string; mime: string; size: number };
}

/** One line of an event's history, hash-chained. `data` holds what the action needs: note, reason, unit ids, times. */
export interface Entry {
  eventId: string;
  seq: number;
  at: number;
  /** userId, or `system` for the clock's own doings. */
  by: string;
  action: string;
  data: Record<string, string | number | boolean | null | string[]>;
  prevHash: string;
  hash: string;
}

export type CardKind = 'draft' | 'task' | 'supervision' | 'brief';

/**
 * "This person's view is stale" or "this person must be told"; words are found when it is sent (DESIGN §4.5).
 * - stale: everyone's cards of an event, updated in place, folded while nobody looks
 * - card: this person needs a fresh card, with a push
 * - line: one line about lateness; many for one person become one message
 * - ding, todo: the platform's own louder ways
 * - reply: an answer to words in chat
 * - brief: the morning brief of one day
 */
export type Notice =
  | { kind: 'stale'; eventId: string }
  | { kind: 'card'; userId: string; eventId: string; card: CardKind }
  | { kind: 'line'; userId: string; eventId: string; taskId: string; clock: TaskClock; rung: Rung }
  | { kind: 'ding'; userId: string; eventId: string }
  | { kind: 'todo'; userId: string; eventId: string; taskId: string; done: boolean }
  | { kind: 'reply'; userId: string; eventId: string | null; reply: Reply }
  | { kind: 'brief'; userId: string; day: string };

/** Where an answer goes and what it is about. The webhook is free of API calls while it lives. */
export interface Reply {
  about: 'help' | 'mine' | 'todo' | 'late' | 'progress' | 'shout' | 'refusal' | 'hello' | 'outsider' | 'added' | 'done';
  /** What the answer needs: an event number, a refusal's code and names. */
  words: Record<string, string>;
  conversationId: string;
  group: boolean;
  webhook: string | null;
  webhookUntil: number;
}
