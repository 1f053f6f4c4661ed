/** The words of DESIGN §1 as types. Times are epoch milliseconds, durations minutes, coordinates GCJ-02. */
import type { Approver, Settings } from './settings';

export type { Settings };

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
  /** No longer offered; events that have it keep it. */
  retired: boolean;
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

/**
 * 权责清单: who leads on a matter. `leadUnitId` null means "the unit of `leadKind` that governs the event's area".
 * The row that says most about the event counts: its condition before its kind of area before neither.
 */
export interface Duty {
  /** `dutyId()` of the four that tell rows apart: matter, condition, kind of area, channel. */
  id: string;
  matterId: string;
  conditionId: string | null;
  /** `dedicated`: a dedicated grid 专属网格; null: wherever it happens. */
  areaKind: AreaKind | 'dedicated' | null;
  /** `police`: 警情, until the police return it (警非分流); `litigation`: 公益诉讼线索, to the procuratorate's post. */
  channel: Channel;
  leadKind: UnitKind;
  leadUnitId: string | null;
  assistUnitIds: string[];
}

export type Channel = 'general' | 'police' | 'litigation';

export function dutyId({ matterId, conditionId, areaKind, channel }: Omit<Duty, 'id'>): string {
  return [matterId, conditionId ?? '*', areaKind ?? '*', channel].join('|');
}

/** What one area's calendar says of some days, both ends included, China dates. */
export interface CalendarRule {
  /** closed 停办, 地方假日; worked 加班, 补班; hours 特殊作息 on days that are worked anyway. */
  kind: 'closed' | 'worked' | 'hours';
  from: string;
  to: string;
  /** Minutes after midnight; for `worked` the usual sessions where it is missing. */
  sessions?: [number, number][];
  /** 依据: shown in every ledger that meets it. */
  reason: string;
}

/** 特色日历: the rules of one area, inherited by the areas within it. */
export interface AreaCalendar {
  areaId: string;
  rules: CalendarRule[];
}

/** What an administrator may change while the town works; every change is a version. */
export type RuleKind = 'catalogue' | 'duties' | 'calendars' | 'settings';

/** Everything about the town that commands are decided by. */
export interface Town {
  areas: Area[];
  units: Unit[];
  people: Person[];
  posts: Post[];
  matters: Matter[];
  conditions: Condition[];
  duties: Duty[];
  calendars: AreaCalendar[];
  /** What differs from `DEFAULTS`. */
  settings: Partial<Settings>;
  /** Version in force of each kind of rule; 0 before the first change. */
  versions: Record<RuleKind, number>;
}

/** The terms an event was filed under, kept with it: later versions of the catalogue do not reach it. */
export interface Terms {
  conditionId: string;
  /** 立案条件 */
  text: string;
  clock: ClockType;
  limit: number;
  ackMinutes: number;
  /** 结案条件 */
  closing: string;
  evidence: Condition['evidence'];
  /** Version of the catalogue. */
  version: number;
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

/**
 * Open: waiting 待签收, handling 处置中, passing 转办中 (its unit stays responsible until another acknowledges), suspended 挂账,
 * confirming 待单位确认. Over: finished, returned, moved, cancelled.
 */
export type TaskState =
  | 'waiting'
  | 'handling'
  | 'passing'
  | 'suspended'
  | 'confirming'
  | 'finished'
  | 'returned'
  | 'moved'
  | 'cancelled';
export type Rung = 'prewarn' | 'blue' | 'yellow' | 'red' | 'accountability';
export type Level = 'blue' | 'yellow' | 'red';
export type TaskClock = 'ack' | 'handle';

/** Why a clock runs, or stands still. */
export type SpanWhy =
  | 'waiting'
  | 'handling'
  | 'passing'
  | 'confirming'
  | 'between'
  | 'returned'
  | 'elsewhere'
  | 'verifying'
  | 'suspended';

/** One stretch of a clock's life; `to` null while it lasts. Stretches of one clock follow one another without gaps. */
export interface Span {
  clock: TaskClock;
  from: number;
  to: number | null;
  why: SpanWhy;
  running: boolean;
  /** By day and night, or in working time only, where it ran before a correction of terms; else as the terms have it. */
  continuous?: boolean;
}

/** 延期, 挂账, 申诉 on their way through the two who decide. One at a time for each task. */
export interface Request {
  kind: 'extend' | 'suspend' | 'appeal';
  by: string;
  at: number;
  reason: string;
  /** China date on which a suspension ends. */
  until: string | null;
  /** Who decides, one after the other, and who has agreed so far. */
  approvers: Approver[];
  agreed: string[];
}

/** One Unit's duty on one Event. */
export interface Task {
  id: string;
  eventId: string;
  unitId: string;
  duty: 'lead' | 'assist';
  state: TaskState;
  /** Who acknowledged it; null while waiting. */
  assigneeId: string | null;
  /** Grows when a closed event is reopened: clocks of earlier rounds are not carried over. */
  round: number;
  startedAt: number;
  ackedAt: number | null;
  endedAt: number | null;
  /** Last time somebody of the unit did something, or was reminded to. */
  touchedAt: number;
  /** Both clocks, with what the unit has used of them in this round before. */
  spans: Span[];
  /** Minutes added by extensions. */
  extended: number;
  extensions: number;
  suspensions: number;
  suspendedUntil: number | null;
  request: Request | null;
  /** 申诉, once: how it ended. `granted` exempts from statistics; the fact stays. */
  appealed: 'granted' | 'denied' | null;
  /** Rungs that have fired, `ack.blue` …; each at most once. Those that 取消督办 has lowered are there as `lifted.ack.blue` too. */
  rungs: string[];
  /** 督办 by hand, the highest in force. */
  supervised: Level | null;
  /** Found anew from the spans after each step: when the clocks run out; null for one that stands still before. */
  ackDueAt: number | null;
  handleDueAt: number | null;
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
  /** Null until filed. */
  terms: Terms | null;
  gridId: string | null;
  /** Path of the area it happened in; who may see it hangs on this. */
  areaPath: string;
  place: Place;
  urgent: boolean;
  /** Photos, voice, video in the order they came. */
  mediaIds: string[];
  /** What is open for the reporter: suggestions with the words that led to them. */
  suggestions: Suggestion[];
  /** Who saw the same thing and joined 并入 instead of reporting it again, in that order; told when it is over. */
  followers: Follower[];
  createdAt: number;
  /** Last time its reporter added something. */
  touchedAt: number;
  filedAt: number | null;
  closedAt: number | null;
  /** Next moment something must happen to it or one of its open tasks. */
  nextAt: number | null;
  entryCount: number;
  headHash: string;
  /** 首接负责: the unit that answers for it until another acknowledges; null before the first dispatch. */
  responsibleId: string | null;
  /** 1, and one more for each reopening. */
  round: number;
  /** 警非分流: the police returned it as none of theirs. */
  diverted: boolean;
  /** 奖励 recorded for whoever reported it, in words; null where there is none. */
  reward: string | null;
  /** The last thing a person or the clock did to it, so that a refusal can say who did what when. */
  last: { action: string; by: string; at: number };
  tasks: Task[];
}

export interface Follower {
  userId: string;
  at: number;
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
  taken?: Taken;
}

/** When and where a photo was taken, as its own file says (EXIF): evidence, and no more certain than the phone's settings. GCJ-02. */
export interface Taken {
  at: number | null;
  lng: number | null;
  lat: number | null;
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
  | { kind: 'todo'; userId: string; eventId: string; taskId: string; clock: TaskClock; done: boolean }
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
