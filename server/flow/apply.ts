import { randomUUID } from 'node:crypto';
import { dateOf } from '../domain/clock';
import type { Command, Wanted } from '../domain/commands';
import { decide } from '../domain/decide';
import { type Refusal, refuse } from '../domain/refusal';
import type { Decision, Rules } from '../domain/rules';
import type { Event, MediaRef, Notice, Reply } from '../domain/types';
import type { Changes, Clock, MessageKey, NewNotice, Store, Tx } from '../ports';

/** A question asked in chat: changes nothing but owes an answer. */
export interface Ask {
  type: 'ask';
  about: Reply['about'];
  words?: Record<string, string>;
}

/** One person's command on its way in. */
export interface Envelope {
  /** Message or request key; the same key never acts twice. Null where the event's own state decides (card taps). */
  key: string | null;
  by: string;
  /** What it is about; `draft` is the person's open report, if any. */
  on: { event: string } | { no: string } | { draft: true } | null;
  command: Command | Ask;
  /** Where words go back to: refusals always, and on success an answer about `answer`. */
  reply?: Omit<Reply, 'about' | 'words'>;
  answer?: Reply['about'];
}

export type Outcome = { ok: true; event: Event | null; repeated: boolean } | { ok: false; refusal: Refusal };

export type Apply = (envelope: Envelope) => Promise<Outcome>;

interface Waiting {
  envelope: Envelope;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

export interface ApplyPorts {
  store: Store;
  clock: Clock;
  rules(): Rules;
  /** Called after a commit that left notices. */
  poke(): void;
  /** A decision failed by a bug: hidden from the person, told here. */
  onBug(error: unknown): void;
}

/** As many as a tick finds at once (flow/remind.ts): what comes due together is one transaction. */
const MOST_AT_ONCE = 500;

/**
 * The only write path. Commands that wait while a transaction runs share the next one (group commit), yet each
 * succeeds or fails by itself. Resolves after the commit; rejects when nothing was committed.
 */
export function makeApply(ports: ApplyPorts): Apply {
  const queue: Waiting[] = [];
  let running = false;

  async function drain(): Promise<void> {
    running = true;
    while (queue.length > 0) await commit(ports, queue.splice(0, MOST_AT_ONCE));
    running = false;
  }

  return (envelope) =>
    new Promise((resolve, reject) => {
      queue.push({ envelope: wellFormed(envelope), resolve, reject });
      // One turn of the event loop gathers the frames that arrived together.
      if (!running) {
        running = true;
        setImmediate(() => void drain());
      }
    });
}

/** Half of a surrogate pair, or a NUL: PostgreSQL refuses them, SQLite alters them, and then the hash of a line no longer stands. */
const BROKEN = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\0/g;

/** The value without them, however deep they lie. */
export function wellFormed<T>(value: T): T {
  if (typeof value === 'string') return value.replace(BROKEN, '') as T;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wellFormed(inner)])) as T;
}

async function commit(ports: ApplyPorts, waiting: Waiting[]): Promise<void> {
  try {
    const outcomes = await ports.store.write((tx) =>
      transact(
        ports,
        tx,
        waiting.map(({ envelope }) => envelope),
      ),
    );
    for (const [index, { resolve }] of waiting.entries()) resolve(outcomes[index]!);
    ports.poke();
  } catch (error) {
    if (waiting.length === 1) waiting[0]!.reject(error);
    else for (const one of waiting) await commit(ports, [one]);
  }
}

/** What one transaction knows and gathers. */
interface Batch {
  claimed: Map<string, string | null>;
  events: Map<string, Event>;
  byNo: Map<string, string>;
  drafts: Map<string, string>;
  /** Version of each event as stored; 0 when it is new. */
  stored: Map<string, number>;
  day: string;
  /** Numbers given today before this batch, and with it. */
  numberedBefore: number;
  numbered: number;
  changes: Changes;
}

async function transact(ports: ApplyPorts, tx: Tx, envelopes: Envelope[]): Promise<Outcome[]> {
  const now = ports.clock.now();
  const batch = await load(ports, tx, envelopes, now);
  const outcomes: Outcome[] = [];
  for (const envelope of envelopes) outcomes.push(one(ports, batch, envelope, now));
  finish(batch);
  await tx.save(batch.changes);
  return outcomes;
}

async function load(ports: ApplyPorts, tx: Tx, envelopes: Envelope[], now: number): Promise<Batch> {
  const keys = envelopes.flatMap(({ key }) => key ?? []);
  const claimed = keys.length > 0 ? await tx.claimed(keys) : new Map<string, string | null>();
  const ids = [
    ...envelopes.flatMap(({ on }) => (on && 'event' in on ? on.event : [])),
    ...[...claimed.values()].filter((id) => id !== null),
  ];
  const nos = envelopes.flatMap(({ on }) => (on && 'no' in on ? on.no : []));
  const writers = envelopes.flatMap(({ on, by }) => (on && 'draft' in on ? by : []));
  const { draftExpires } = ports.rules().settings;
  const events = ids.length > 0 ? await tx.events([...new Set(ids)]) : new Map<string, Event>();
  const byNo = nos.length > 0 ? await tx.eventsByNo([...new Set(nos)]) : new Map<string, Event>();
  const drafts =
    writers.length > 0 ? await tx.drafts([...new Set(writers)], now - draftExpires) : new Map<string, Event>();
  for (const event of [...byNo.values(), ...drafts.values()]) events.set(event.id, event);
  const day = dateOf(now).replaceAll('-', '');
  const numbered = await tx.counter(`no:${day}`);
  return {
    claimed,
    events,
    byNo: new Map([...byNo].map(([no, event]) => [no, event.id])),
    drafts: new Map([...drafts].map(([userId, event]) => [userId, event.id])),
    stored: new Map([...events].map(([id, event]) => [id, event.version])),
    day,
    numberedBefore: numbered,
    numbered,
    changes: { messages: [], events: [], entries: [], media: [], notices: [], counters: [] },
  };
}

function one(ports: ApplyPorts, batch: Batch, envelope: Envelope, now: number): Outcome {
  const { key } = envelope;
  if (key && batch.claimed.has(key)) {
    return { ok: true, event: batch.events.get(batch.claimed.get(key) ?? '') ?? null, repeated: true };
  }
  try {
    const outcome = judge(ports, batch, envelope, now);
    claim(batch, envelope, outcome, now);
    return outcome;
  } catch (error) {
    ports.onBug(error);
    return { ok: false, refusal: refuse('bug') };
  }
}

function judge(ports: ApplyPorts, batch: Batch, envelope: Envelope, now: number): Outcome {
  const { command, by } = envelope;
  const rules = ports.rules();
  if (command.type === 'ask') {
    const known = command.about === 'outsider' || rules.roster.person(by)?.active;
    if (!known) return turnDown(batch, envelope, refuse('unknown_person'), now, null);
    answer(batch, envelope, command.about, command.words ?? {}, now, null);
    return { ok: true, event: null, repeated: false };
  }
  const nextNo = `${batch.day}-${String(batch.numbered + 1).padStart(4, '0')}`;
  const target = targetOf(batch, envelope);
  const noDraft =
    !target && envelope.on && 'draft' in envelope.on && command.type !== 'report' && rules.roster.person(by);
  const decision = noDraft
    ? refuse('no_draft')
    : decide(target, command, { by, now, rules, newId: randomUUID(), nextNo });
  if ('refused' in decision) return turnDown(batch, envelope, decision, now, target?.id ?? null);
  if (!decision.repeated) record(batch, envelope, decision, nextNo, now);
  const about = decision.answer ?? envelope.answer;
  if (about) answer(batch, envelope, about, { action: command.type }, now, decision.event.id);
  return { ok: true, event: decision.event, repeated: decision.repeated };
}

function turnDown(batch: Batch, envelope: Envelope, refusal: Refusal, now: number, eventId: string | null): Outcome {
  answer(batch, envelope, 'refusal', { code: refusal.refused, ...refusal.words }, now, eventId);
  return { ok: false, refusal };
}

function targetOf(batch: Batch, { on, by }: Envelope): Event | null {
  const id = !on ? null : 'event' in on ? on.event : 'no' in on ? batch.byNo.get(on.no) : batch.drafts.get(by);
  return (id && batch.events.get(id)) || null;
}

function record(batch: Batch, { by, command }: Envelope, decision: Decision, nextNo: string, now: number): void {
  const { event } = decision;
  const { changes } = batch;
  const wasDraft = batch.drafts.get(by) === event.id;
  if (event.no === nextNo) batch.numbered += 1;
  batch.events.set(event.id, event);
  if (event.no) batch.byNo.set(event.no, event.id);
  if (event.stage === 'reported') batch.drafts.set(event.reporterId, event.id);
  else if (wasDraft) batch.drafts.delete(by);
  changes.entries.push(...decision.entries);
  if ('media' in command) changes.media.push(...command.media.map((media) => mediaRow(media, event.id, now)));
  changes.notices.push(
    ...decision.wanted.map((wanted, index) => noticeOf(wanted, `${event.id}:${event.entryCount}:${index}`, now)),
  );
}

function mediaRow({ stored, ...media }: MediaRef, eventId: string, createdAt: number): Changes['media'][number] {
  return { ...media, ...stored, eventId, createdAt };
}

/** A notice's id makes it once-only; its slot makes it fold with one that waits already. */
export function noticeOf({ notice, urgent, dueAt }: Wanted, fallbackId: string, createdAt: number): NewNotice {
  return { id: onceOnly(notice) ?? fallbackId, slot: slotOf(notice), notice, urgent, dueAt, createdAt };
}

function onceOnly(notice: Notice): string | null {
  if (notice.kind === 'line') return `line:${notice.taskId}:${notice.clock}:${notice.rung}:${notice.userId}`;
  if (notice.kind === 'todo') return `${todoKey(notice)}:${notice.done}`;
  return notice.kind === 'brief' ? `brief:${notice.day}:${notice.userId}` : null;
}

/** A task is acknowledged late once, and handled late once. */
export function todoKey({ taskId, clock, userId }: Extract<Notice, { kind: 'todo' }>): string {
  return `todo:${taskId}:${clock === 'ack' ? 'ack:' : ''}${userId}`;
}

function slotOf(notice: Notice): string | null {
  if (notice.kind === 'stale') return `stale:${notice.eventId}`;
  if (notice.kind === 'card') return `card:${notice.userId}:${notice.eventId}:${notice.card}`;
  return notice.kind === 'ding' ? `ding:${notice.userId}:${notice.eventId}` : null;
}

function answer(
  batch: Batch,
  envelope: Envelope,
  about: Reply['about'],
  words: Record<string, string>,
  now: number,
  eventId: string | null,
): void {
  if (!envelope.reply) return;
  const notice: Notice = { kind: 'reply', userId: envelope.by, eventId, reply: { ...envelope.reply, about, words } };
  batch.changes.notices.push(
    noticeOf({ notice, urgent: true, dueAt: now }, `reply:${envelope.key ?? randomUUID()}`, now),
  );
}

function claim(batch: Batch, { key, by }: Envelope, outcome: Outcome, now: number): void {
  if (!key) return;
  const row: MessageKey = { key, at: now, userId: by, eventId: outcome.ok ? (outcome.event?.id ?? null) : null };
  batch.claimed.set(key, row.eventId);
  batch.changes.messages.push(row);
}

/** One row per event, one version up, however many commands of this batch touched it. */
function finish(batch: Batch): void {
  const { changes } = batch;
  const changed = new Set(changes.entries.map(({ eventId }) => eventId));
  for (const id of changed) {
    const event = batch.events.get(id)!;
    changes.events.push({ ...event, version: (batch.stored.get(id) ?? 0) + 1 });
  }
  // One number for whoever wants to know whether anything has changed since (GET /api/pulse).
  if (changed.size > 0) changes.counters.push({ name: 'pulse', by: 1 });
  const filed = batch.numbered - batch.numberedBefore;
  if (filed > 0) changes.counters.push({ name: `no:${batch.day}`, by: filed });
}
