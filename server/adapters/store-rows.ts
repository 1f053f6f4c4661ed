import { z } from 'zod';
import type {
  Duty,
  Entry,
  Event,
  Follower,
  Matter,
  Notice,
  Request,
  Span,
  Suggestion,
  Taken,
  Task,
  Terms,
} from '../domain/types';
import type { CardRow, Changes, MediaRow, NewNotice } from '../ports';
import type { Prisma, Session } from './prisma';

/** Rows are the words of types.ts, flat: lists and maps are JSON text, times BigInt. These turn one into the other. */

type Row<Name extends Prisma.ModelName> = Prisma.TypeMap['model'][Name]['payload']['scalars'];

/** JSON text of our own making; what does not fit is a damaged database, and throws. */
function fromJson<T>(schema: z.ZodType<T>, text: string): T {
  return schema.parse(JSON.parse(text));
}

const optional = (time: bigint | null) => (time === null ? null : Number(time));

export const words = (text: string): string[] => fromJson(z.array(z.string()), text);

export const matterRow = (matter: Matter) => ({ ...matter, keywords: JSON.stringify(matter.keywords) });
export const dutyRow = (duty: Duty) => ({ ...duty, assistUnitIds: JSON.stringify(duty.assistUnitIds) });

// ------------------------------------------------------------------------------------------ events and tasks

const stage = z.enum(['reported', 'filed', 'dispatched', 'handling', 'verifying', 'closed', 'rejected', 'withdrawn']);
const suggestions: z.ZodType<Suggestion[]> = z.array(
  z.object({ matterId: z.string(), score: z.number(), words: z.array(z.string()) }),
);
const last: z.ZodType<Event['last']> = z.object({ action: z.string(), by: z.string(), at: z.number() });
const duty = z.enum(['lead', 'assist']);
const taskState = z.enum([
  ...(['waiting', 'handling', 'passing', 'suspended', 'confirming'] as const),
  ...(['finished', 'returned', 'moved', 'cancelled'] as const),
]);
const supervised = z.enum(['blue', 'yellow', 'red']).nullable();
const appealed = z.enum(['granted', 'denied']).nullable();
export const clockType = z.enum(['urgent_hour', 'work_hour', 'work_day', 'natural_day']);
export const evidence = z.enum(['none', 'photo', 'before_after']);
const terms: z.ZodType<Terms | null> = z
  .object({
    ...{ conditionId: z.string(), text: z.string(), clock: clockType, limit: z.number(), ackMinutes: z.number() },
    ...{ closing: z.string(), evidence, version: z.number() },
  })
  .nullable();
const why = z.enum([
  ...(['waiting', 'handling', 'passing', 'confirming', 'between'] as const),
  ...(['returned', 'elsewhere', 'verifying', 'suspended'] as const),
]);
const spans: z.ZodType<Span[]> = z.array(
  z.object({
    clock: z.enum(['ack', 'handle']),
    from: z.number(),
    to: z.number().nullable(),
    why,
    running: z.boolean(),
    continuous: z.boolean().optional(),
  }),
);
const request: z.ZodType<Request | null> = z
  .object({
    kind: z.enum(['extend', 'suspend', 'appeal']),
    by: z.string(),
    at: z.number(),
    reason: z.string(),
    until: z.string().nullable(),
    approvers: z.array(z.enum(['leader', 'dispatcher', 'supervisor'])),
    agreed: z.array(z.string()),
  })
  .nullable();

export function eventRow(event: Event): Prisma.EventCreateManyInput {
  const { place, tasks: _, followers: __, mediaIds, suggestions: found, last: act, ...flat } = event;
  return {
    ...flat,
    placeText: place.text,
    lng: place.lng,
    lat: place.lat,
    mediaIds: JSON.stringify(mediaIds),
    suggestions: JSON.stringify(found),
    last: JSON.stringify(act),
    terms: event.terms && JSON.stringify(event.terms),
  };
}

function eventOf({ placeText, lng, lat, ...row }: Row<'Event'>, tasks: Task[], followers: Follower[]): Event {
  return {
    ...row,
    stage: stage.parse(row.stage),
    place: { text: placeText, lng, lat },
    mediaIds: words(row.mediaIds),
    suggestions: fromJson(suggestions, row.suggestions),
    createdAt: Number(row.createdAt),
    touchedAt: Number(row.touchedAt),
    filedAt: optional(row.filedAt),
    closedAt: optional(row.closedAt),
    nextAt: optional(row.nextAt),
    last: fromJson(last, row.last),
    terms: fromJson(terms, row.terms ?? 'null'),
    followers,
    tasks,
  };
}

export function followerRows({ id, followers }: Event): Prisma.FollowerCreateManyInput[] {
  return followers.map(({ userId, at }, rank) => ({ eventId: id, userId, rank, at }));
}

export function taskRow(task: Task, rank: number): Prisma.TaskCreateManyInput {
  return {
    ...task,
    rank,
    rungs: JSON.stringify(task.rungs),
    spans: JSON.stringify(task.spans),
    request: task.request && JSON.stringify(task.request),
  };
}

function taskOf({ rank: _, ...row }: Row<'Task'>): Task {
  return {
    ...row,
    duty: duty.parse(row.duty),
    state: taskState.parse(row.state),
    startedAt: Number(row.startedAt),
    ackedAt: optional(row.ackedAt),
    endedAt: optional(row.endedAt),
    touchedAt: Number(row.touchedAt),
    spans: fromJson(spans, row.spans),
    suspendedUntil: optional(row.suspendedUntil),
    request: fromJson(request, row.request ?? 'null'),
    appealed: appealed.parse(row.appealed),
    rungs: words(row.rungs),
    ackDueAt: optional(row.ackDueAt),
    handleDueAt: optional(row.handleDueAt),
    supervised: supervised.parse(row.supervised),
    nextAt: optional(row.nextAt),
  };
}

/** One statement of Prisma's takes so many parameters on SQLite, and some to spare. */
const CHUNK = 500;

/** Events with their tasks and followers, three queries for every few hundred; in no particular order. */
export async function readEvents(session: Session, ids: string[]): Promise<Event[]> {
  const events: Event[] = [];
  for (let from = 0; from < ids.length; from += CHUNK)
    events.push(...(await readChunk(session, ids.slice(from, from + CHUNK))));
  return events;
}

async function readChunk({ db }: Session, ids: string[]): Promise<Event[]> {
  const rows = await db.event.findMany({ where: { id: { in: ids } } });
  const tasks = await db.task.findMany({ where: { eventId: { in: ids } }, orderBy: [{ rank: 'asc' }, { id: 'asc' }] });
  const joined = await followersOf(db, ids);
  const byEvent = new Map<string, Task[]>(rows.map(({ id }) => [id, []]));
  // Sorted here: the client splits a question with very many ids only where it need not keep their order.
  for (const task of tasks.sort((a, b) => a.rank - b.rank)) byEvent.get(task.eventId)?.push(taskOf(task));
  return rows.map((row) => eventOf(row, byEvent.get(row.id) ?? [], joined.get(row.id) ?? []));
}

async function followersOf(db: Session['db'], ids: string[]): Promise<Map<string, Follower[]>> {
  const found = new Map<string, Follower[]>();
  const rows = await db.follower.findMany({ where: { eventId: { in: ids } } });
  for (const { eventId, userId, at } of rows.sort((a, b) => a.rank - b.rank))
    found.set(eventId, [...(found.get(eventId) ?? []), { userId, at: Number(at) }]);
  return found;
}

// --------------------------------------------------------------------------------------------------- entries

const entryData: z.ZodType<Entry['data']> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);

export function entryRow(entry: Entry): Prisma.EntryCreateManyInput {
  return { ...entry, data: JSON.stringify(entry.data) };
}

export function entryOf(row: Row<'Entry'>): Entry {
  return { ...row, at: Number(row.at), data: fromJson(entryData, row.data) };
}

// ----------------------------------------------------------------------------------------------------- media

const mediaShape = z.object({
  kind: z.enum(['image', 'video', 'audio', 'file']),
  phase: z.enum(['report', 'finish']),
  status: z.enum(['pending', 'stored', 'failed']),
});

/** What came with a message waits to be fetched; what was uploaded to us is stored already. */
export function newMediaRow(media: Changes['media'][number]): Prisma.MediaCreateManyInput {
  const { id, eventId, kind, code, phase, createdAt, sha256, mime, size, taken } = media;
  const status = sha256 ? 'stored' : 'pending';
  return mediaRow({
    ...{ id, eventId, kind, code, phase, status, createdAt, attempts: 0 },
    ...{ sha256: sha256 ?? null, mime: mime ?? null, size: size ?? null, ...(taken && { taken }) },
  });
}

export function mediaRow(row: MediaRow & { nextAt?: number }): Prisma.MediaCreateManyInput {
  const { id, eventId, kind, code, phase, status, sha256, mime, size, attempts, createdAt } = row;
  const nextAt = status === 'pending' ? (row.nextAt ?? createdAt) : null;
  const { at: takenAt = null, lng: takenLng = null, lat: takenLat = null } = row.taken ?? {};
  const taken = { takenAt, takenLng, takenLat };
  return { id, eventId, kind, code, phase, status, sha256, mime, size, attempts, nextAt, createdAt, ...taken };
}

export function mediaOf({ nextAt: _, takenAt, takenLng, takenLat, ...row }: Row<'Media'>): MediaRow {
  const taken: Taken = { at: optional(takenAt), lng: takenLng, lat: takenLat };
  const known = taken.at !== null || taken.lng !== null;
  return { ...row, ...mediaShape.parse(row), createdAt: Number(row.createdAt), ...(known && { taken }) };
}

// --------------------------------------------------------------------------------------------------- notices

const cardKind = z.enum(['draft', 'task', 'supervision', 'brief']);
const onEvent = { userId: z.string(), eventId: z.string() };
const reply = z.object({
  about: z.enum(['help', 'mine', 'todo', 'late', 'progress', 'shout', 'refusal', 'hello', 'outsider', 'added', 'done']),
  words: z.record(z.string(), z.string()),
  conversationId: z.string(),
  group: z.boolean(),
  webhook: z.string().nullable(),
  webhookUntil: z.number(),
});
const notice: z.ZodType<Notice> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stale'), eventId: z.string() }),
  z.object({ kind: z.literal('card'), ...onEvent, card: cardKind }),
  z.object({
    ...{ kind: z.literal('line'), ...onEvent, taskId: z.string() },
    ...{ clock: z.enum(['ack', 'handle']), rung: z.enum(['prewarn', 'blue', 'yellow', 'red', 'accountability']) },
  }),
  z.object({ kind: z.literal('ding'), ...onEvent }),
  z.object({
    ...{ kind: z.literal('todo'), ...onEvent, taskId: z.string(), done: z.boolean() },
    // Rows of before there were two.
    clock: z.enum(['ack', 'handle']).default('handle'),
  }),
  z.object({ kind: z.literal('reply'), userId: z.string(), eventId: z.string().nullable(), reply }),
  z.object({ kind: z.literal('brief'), userId: z.string(), day: z.string() }),
]);

/** Whose turn it is: notices of one lane are never sent by two processes at a time. */
const laneOf = (said: Notice) => (said.kind === 'stale' ? `event:${said.eventId}` : `person:${said.userId}`);

export function noticeRow({ notice: said, ...row }: NewNotice): Prisma.NoticeCreateManyInput {
  return {
    ...row,
    lane: laneOf(said),
    kind: said.kind,
    userId: 'userId' in said ? said.userId : null,
    eventId: 'eventId' in said ? said.eventId : null,
    data: JSON.stringify(said),
    status: 'pending',
    attempts: 0,
  };
}

export function noticeOf(row: Row<'Notice'>): NewNotice {
  return {
    id: row.id,
    slot: row.slot,
    notice: fromJson(notice, row.data),
    urgent: row.urgent,
    dueAt: Number(row.dueAt),
    createdAt: Number(row.createdAt),
  };
}

// ----------------------------------------------------------------------------------------------------- cards

const cardShape = z.object({ kind: cardKind, status: z.enum(['sending', 'live', 'dead']) });

export function cardOf(row: Row<'Card'>): CardRow {
  return { ...row, ...cardShape.parse(row), createdAt: Number(row.createdAt) };
}
