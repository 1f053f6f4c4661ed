/** What the flows need from outside. One adapter each under adapters/, one contract suite each under test/. */
import type { Board, BoardFilter, BoardTime, LateUnit, MapBox, MapPoint } from './domain/board';
import type { Cell, Table } from './domain/tables';
import type {
  AreaCalendar,
  CardKind,
  Condition,
  Duty,
  Entry,
  Event,
  Level,
  Matter,
  MediaRef,
  Notice,
  Place,
  RuleKind,
  Settings,
  Stage,
  Town,
} from './domain/types';

export interface Clock {
  /** Epoch ms. */
  now(): number;
}

// ---------------------------------------------------------------------------------------------------- Store

/** A claimed key: the same message, click or request never acts twice. */
export interface MessageKey {
  key: string;
  at: number;
  userId: string | null;
  eventId: string | null;
}

export interface NewNotice {
  /** Primary key; a notice with an id that exists already is not inserted again. */
  id: string;
  /** Pending notices with the same slot fold into one (the earlier dueAt wins). Null never folds. */
  slot: string | null;
  notice: Notice;
  urgent: boolean;
  dueAt: number;
  createdAt: number;
}

/** All that one batch of commands changes, written at once or not at all. */
export interface Changes {
  messages: MessageKey[];
  events: Event[];
  entries: Entry[];
  media: (MediaRef & { eventId: string; createdAt: number; sha256?: string; mime?: string; size?: number })[];
  notices: NewNotice[];
  /** Counters to raise by `by`: event numbers (`no:20261123`) and the meter (`meter:2026-11:card`). */
  counters: { name: string; by: number }[];
}

/** Inside the one write transaction. Reads see earlier writes of the same transaction. */
export interface Tx {
  /** Which of these message keys have been claimed before, with the event they led to. */
  claimed(keys: string[]): Promise<Map<string, string | null>>;
  /** Events with their tasks, locked for writing where the database needs it. */
  events(ids: string[]): Promise<Map<string, Event>>;
  eventsByNo(nos: string[]): Promise<Map<string, Event>>;
  /** Each person's newest event still in stage `reported`, touched since `since`. */
  drafts(userIds: string[], since: number): Promise<Map<string, Event>>;
  counter(name: string): Promise<number>;
  save(changes: Changes): Promise<void>;
}

export type NoticeRow = NewNotice & { attempts: number; status: 'pending' | 'sending' };

/** What became of a claimed notice. */
export type Settled =
  | { id: string; as: 'sent' | 'dropped' | 'failed'; why?: string }
  | { id: string; as: 'retry'; dueAt: number; why: string };

export interface CardRow {
  outTrackId: string;
  userId: string;
  eventId: string | null;
  kind: CardKind;
  /** sending: reserved before the vendor is called, so a crash in between finds the same id again. */
  status: 'sending' | 'live' | 'dead';
  /** Hash of what was last shown. */
  hash: string;
  createdAt: number;
}

export interface MediaRow extends MediaRef {
  eventId: string;
  status: 'pending' | 'stored' | 'failed';
  sha256: string | null;
  mime: string | null;
  size: number | null;
  attempts: number;
  createdAt: number;
}

/** Filters of the event list. `scopes` is what the asker may see; an event matching any of them is listed. */
export interface EventQuery {
  scopes: Scope;
  stages?: Stage[];
  /** Number, words of the text, or place. */
  q?: string;
  matterId?: string;
  areaPath?: string;
  unitId?: string;
  /** Only with an open task whose running clock is past due at this moment. */
  lateAt?: number;
  /** Whose report it is, or who has acknowledged it; an empty list finds nothing. */
  people?: string[];
  /** A task of it stands at this step of supervision: what the ladder or people by hand have come to, no higher. */
  climbed?: Level | 'accountability';
  /** Created in `[from, to)`. */
  from?: number;
  to?: number;
  /** A task of it has an appeal that waits, or one that was decided. */
  appeal?: 'waiting' | 'decided';
  /** Only where it is known to have happened within these, GCJ-02. */
  box?: { west: number; south: number; east: number; north: number };
  /** Newest first, unless `byDue`; the id of the last event of the page before. */
  before?: { createdAt: number; id: string };
  /** What is due next comes first, what has no running clock last; goes on after this event where one is named. */
  byDue?: { after: { due: number; id: string } | null };
  limit: number;
}

/** The `due` of an event without a running clock, in the order of `EventQuery.byDue`. */
export const NEVER_DUE = 9_000_000_000_000_000;

/** What was changed or taken out, by whom: rules, imports, exports. `data` says more, in plain values. */
export interface AuditEntry {
  at: number;
  /** userId, or `system`. */
  by: string;
  /** `rules.enact`, `export.events` … */
  action: string;
  /** What it was done to: a kind of rule, a file. */
  subject: string;
  data: Record<string, string | number | boolean | null>;
}

/** A search that a person keeps by name. `filter` is JSON text. */
export interface SavedFilter {
  id: string;
  userId: string;
  name: string;
  filter: string;
  createdAt: number;
}

export interface Scope {
  everything: boolean;
  /** Whose reports, and what they joined. */
  reporterId: string;
  areaPaths: string[];
  unitIds: string[];
}

export interface Counts {
  byStage: Record<Stage, number>;
  /** Open tasks past their running clock. */
  late: number;
  dueToday: number;
  reportedToday: number;
  closedToday: number;
}

export interface BoardQuery {
  scopes: Scope;
  filter: BoardFilter;
  time: Pick<BoardTime, 'now' | 'dayEnd'>;
  before?: { createdAt: number; id: string };
  limit: number;
}

/** One person's own month: what they reported in it and what became of that, and what they joined in it. */
export interface MonthFigures {
  reported: number;
  /** 立案: neither refused nor withdrawn since. */
  valid: number;
  closed: number;
  joined: number;
  /** 奖励 recorded in the month that still stand, the newest first; whenever it was reported. */
  rewards: { eventId: string; note: string; at: number }[];
}

/** A whole new text of one kind of rule. What the catalogue leaves out is retired, never forgotten. */
export type RuleText =
  | { kind: 'catalogue'; matters: Matter[]; conditions: Condition[] }
  | { kind: 'duties'; duties: Duty[] }
  | { kind: 'calendars'; calendars: AreaCalendar[] }
  | { kind: 'settings'; settings: Partial<Settings> };

export interface RuleVersion {
  kind: RuleKind;
  version: number;
  at: number;
  /** userId, or `system` for the command line. */
  by: string;
  note: string;
}

/** Areas that make no tree: a circle, a parent that is missing, a path that says another. `row` is 1-based in the list given. */
export class BadTown extends Error {
  override name = 'BadTown';
  constructor(readonly faults: readonly { row: number; id: string; reason: string }[]) {
    super(faults.map(({ row, id, reason }) => `row ${row} (${id}): ${reason}`).join('; '));
  }
}

/** Somebody else has changed the same rules since they were looked at. */
export class Stale extends Error {
  override name = 'Stale';
}

/** Moments are epoch ms, null where nothing waits. */
export interface Look {
  townVersion: number;
  /** What due moments were last found by (flow/retime.ts), and the day of the last morning brief. */
  retimed: string | null;
  brief: string | null;
  /** When the contacts are to be compared next (flow/comparison.ts). */
  compareAt: number | null;
  nextEventAt: number | null;
  nextMediaAt: number | null;
  /** Earliest dueAt among pending notices, and the earliest end of a lease. */
  nextNoticeAt: number | null;
  leaseUntil: number | null;
}

export interface Troubles {
  poison: { count: number; latest: { at: number; reason: string }[] };
  failed: { count: number; latest: { at: number; kind: string; userId: string | null; why: string }[] };
}

export interface Store {
  /** Applies migrations; throws when the database is newer than the code. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Runs `work` in the one write transaction; serialised on SQLite, retried on a lost race on PostgreSQL. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;

  town(): Promise<Town>;
  /** Grows by one at each change of the town; other processes reload when they see it. */
  townVersion(): Promise<number>;
  /**
   * Replaces or adds the rows given; of what is left out it deletes the posts named alone. Errors: `BadTown`, or `Stale` when
   * the town is not at version `base` any more, and then nothing has changed.
   */
  saveTown(town: Partial<Town>, more?: { dropPosts?: readonly string[]; base?: number }): Promise<void>;

  /** Puts a new text in force as version `base + 1` and raises the town's version. Errors: `Stale` when `base` is not in force. */
  enact(text: RuleText, change: { base: number; at: number; by: string; note: string }): Promise<RuleVersion>;
  /** Newest first. */
  ruleVersions(kind: RuleKind): Promise<RuleVersion[]>;
  ruleText(kind: RuleKind, version: number): Promise<RuleText | null>;

  event(idOrNo: string): Promise<Event | null>;
  entries(eventId: string): Promise<Entry[]>;
  list(query: EventQuery): Promise<Event[]>;
  /**
   * Open events of which a step may wait for the person of this scope: all that do, and some that do not. Urgent ones first,
   * then by the moment that comes next.
   */
  waiting(scopes: Scope, limit: number): Promise<Event[]>;
  /** How many events a query finds on all its pages, counted up to `most`. */
  hits(query: Omit<EventQuery, 'limit'>, most: number): Promise<number>;
  counts(scopes: Scope, now: number, dayStart: number, dayEnd: number): Promise<Counts>;
  /** 今日: counts of what `scopes` may see; `boardRows` finds the events behind each of them. */
  board(scopes: Scope, time: BoardTime): Promise<Board>;
  /** Newest first. */
  boardRows(query: BoardQuery): Promise<Event[]>;
  boardCount(query: Omit<BoardQuery, 'before' | 'limit'>): Promise<number>;
  /** Units with late events, the one that is latest first; at most `most.units`, and so many events of each. */
  lateUnits(scopes: Scope, now: number, most: { units: number; events: number }): Promise<LateUnit[]>;
  /** Filed events created since `from`, for the map. */
  mapPoints(scopes: Scope, now: number, from: number): Promise<MapPoint[]>;
  /** Those of them whose place lies in the box, newest first. */
  mapEvents(scopes: Scope, from: number, box: MapBox, limit: number): Promise<Event[]>;
  /** Those of them whose place lies in the box, newest first. */
  mapEvents(scopes: Scope, from: number, box: MapBox, limit: number): Promise<Event[]>;
  /** Every event's id in order of creation, for the auditor. */
  eventIds(after: string | null, limit: number): Promise<string[]>;

  /** Ids of events with an open task or a timer, in order of id, for a change of calendars or ladders. */
  openIds(after: string | null, limit: number): Promise<string[]>;
  /** Filed events created in `[from, to)`, in order of id, with their tasks, for replays. */
  filed(range: { from: number; to: number; after: string | null; limit: number }): Promise<Event[]>;

  /** Ids of the matters that a person reports most, then those reported most in the area. */
  habits(where: { userId: string; areaPath: string; since: number; limit: number }): Promise<string[]>;
  /** Of the events that this person reported, and joined, in `[from, to)`. */
  monthOf(userId: string, from: number, to: number): Promise<MonthFigures>;

  /** All that a ring of the alarm must know to go back to sleep, in one query. */
  look(): Promise<Look>;
  /** Ids of events whose nextAt ≤ now, earliest first. One indexed query. */
  due(now: number, limit: number): Promise<string[]>;

  /** Takes pending notices due at `now`, and those whose lease ran out, whole persons at a time; clears their slot. */
  claimNotices(now: number, leaseMs: number, limit: number): Promise<NoticeRow[]>;
  settleNotices(settled: Settled[], at: number): Promise<void>;
  /** Ends every lease: for the one working process of a database, whose earlier life left notices in flight when it died. */
  releaseLeases(): Promise<void>;
  addNotices(notices: NewNotice[]): Promise<void>;
  outbox(now: number): Promise<{ pending: number; oldestDueAt: number | null; failed: number }>;

  cards(
    where: { eventId: string } | { outTrackId: string } | { userId: string; eventId: string; kind: CardKind },
  ): Promise<CardRow[]>;
  putCard(card: CardRow): Promise<void>;

  pendingMedia(now: number, limit: number): Promise<MediaRow[]>;
  media(ids: string[]): Promise<MediaRow[]>;
  putMedia(row: MediaRow & { nextAt?: number }): Promise<void>;

  /** Adds a line to the audit log. The store itself adds one for each version of rules. */
  record(entry: AuditEntry): Promise<void>;
  /** Newest first; `action` is a whole name. */
  records(query: { before?: number; action?: string; limit: number }): Promise<(AuditEntry & { id: number })[]>;

  /** In order of name. */
  filters(userId: string): Promise<SavedFilter[]>;
  /** Takes the place of the person's filter of the same name, under that one's id. */
  putFilter(filter: SavedFilter): Promise<void>;
  /** Only their own; whether there was one. */
  removeFilter(userId: string, id: string): Promise<boolean>;

  /** What an administrator should look into, the newest first: frames kept aside, and notices that never arrived. */
  troubles(latest: number): Promise<Troubles>;
  /** Keeps a frame that could not be understood, for the administrator. `raw` is cut at 4,000 characters. */
  poison(at: number, reason: string, raw: string): Promise<void>;
  bump(counters: { name: string; by: number }[]): Promise<void>;
  counters(prefix: string): Promise<Record<string, number>>;
  meta(key: string): Promise<string | null>;
  putMeta(key: string, value: string): Promise<void>;
}

// ------------------------------------------------------------------------------------------------ Messenger

export interface Contact {
  userId: string;
  unionId: string;
  name: string;
}

/** A message for people or a group, in the shapes the robot can send (reference §4.3). */
export type Message =
  | { type: 'text'; text: string }
  | { type: 'markdown'; title: string; text: string }
  | { type: 'actions'; title: string; text: string; buttons: { title: string; url: string }[] };

export interface Messenger {
  /**
   * Creates and delivers one card to one person. Idempotent by outTrackId: a card that exists already counts as done.
   * Errors: `Retry`, `Rejected`.
   */
  createCard(card: {
    outTrackId: string;
    template: string;
    userId: string;
    params: Record<string, string>;
    alert: string;
  }): Promise<void>;
  /** Replaces the named params of a card. Errors: `Rejected{code: 'param.cardNotExist'}` … */
  updateCard(outTrackId: string, params: Record<string, string>): Promise<void>;
  /** ≤ 20 people a call; returns those who could not be reached. Not idempotent: a time-out is `Unsure`. */
  sendToPeople(userIds: string[], message: Message): Promise<{ failed: string[] }>;
  sendToGroup(conversationId: string, message: Message): Promise<void>;
  /** Answers through the message's own webhook: a push, not a call. */
  reply(webhook: string, message: Message): Promise<void>;
  ding(userIds: string[], text: string): Promise<void>;
  /** Idempotent by sourceId. Returns the to-do's id. */
  todo(todo: { sourceId: string; unionId: string; subject: string; dueAt: number; url: string }): Promise<string>;
  todoDone(todoId: string, unionId: string): Promise<void>;
  /** Bytes behind a downloadCode. */
  download(code: string): Promise<{ bytes: Buffer; mime: string }>;
  /** Who opened the micro-app, from its one-use login code. */
  identify(code: string): Promise<{ userId: string; name: string }>;
  /** A person as the organisation's contacts have them; null for one who is not, or no longer, in it. */
  contact(userId: string): Promise<Contact | null>;
  /** Everybody in the organisation's contacts, each once; whole or not at all. Errors: `Rejected` when the app may not see all. */
  contacts(): Promise<Contact[]>;
  jsapiTicket(): Promise<string>;
}

/** Try again after so many ms; the vendor said "not now", or the network failed before anything can have happened. */
export class Retry extends Error {
  constructor(
    readonly afterMs: number,
    message: string,
  ) {
    super(message);
    this.name = 'Retry';
  }
}

/** The vendor said no, and will say so again. `code` is the platform's. */
export class Rejected extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'Rejected';
  }
}

/** The call may or may not have happened, and the platform has no key to ask by. */
export class Unsure extends Error {
  override name = 'Unsure';
}

// ---------------------------------------------------------------------------------------------------- Alarm

/** An alarm clock and nothing more: it carries no data, and losing every ring costs delay only. */
export interface Alarm {
  /** Rings at least every `everyMs`, and soon after `poke`. A ring while one is running is remembered, not doubled. */
  start(ring: () => Promise<void>): Promise<void>;
  poke(): void;
  stop(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------- Media

export interface Media {
  /** Content-addressed: returns the SHA-256 (hex) of the bytes. */
  save(bytes: Buffer): Promise<string>;
  read(sha256: string): Promise<Buffer | null>;
}

// --------------------------------------------------------------------------------------------------- Sheets

export interface SheetColumn {
  header: string;
  /** In characters. */
  width: number;
}

/** A moment, epoch ms, is shown in China time. */
export type SheetCell = Cell | { at: number };

/** Tables as files that people open in Excel. */
export interface Sheets {
  /** The first sheet of an xlsx, or JSON (`{rows: […]}` or a list of objects). Errors: `BadSheet`. */
  read(bytes: Buffer): Promise<Table>;
  /** An xlsx of one sheet with any number of rows, made as they come: no more than a few hundred are held at a time. */
  stream(
    sheet: string,
    columns: readonly SheetColumn[],
    rows: AsyncIterable<readonly SheetCell[]>,
  ): AsyncIterable<Buffer>;
  /** An xlsx of one sheet; the first row is the header. */
  write(sheet: string, rows: readonly (readonly Cell[])[], widths: readonly number[]): Promise<Buffer>;
}

/** A file that cannot be read as a table. `words` is Chinese and says what to do. */
export class BadSheet extends Error {
  constructor(
    readonly code: 'not_sheet' | 'old_format' | 'locked' | 'too_large' | 'too_many' | 'broken',
    readonly words: string,
  ) {
    super(code);
    this.name = 'BadSheet';
  }
}

export type { Place };
