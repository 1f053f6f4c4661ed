import { createHash } from 'node:crypto';
import { renderAnswer } from '../../cards/answers';
import { foldedCard, type LateLine, morningBrief } from '../../cards/brief';
import { type Card, renderCard } from '../../cards/card';
import { fallbackMessage } from '../../cards/fallback';
import { DAY, dayStart, HOUR, MINUTE } from '../domain/clock';
import { ACTIONS, RUNG_WORDS } from '../domain/commands';
import { runningDue } from '../domain/ladder';
import { actionsFor, maySee, openTasks, ownTask, scopeOf } from '../domain/policy';
import type { Rules } from '../domain/rules';
import { advice, lifeSafety } from '../domain/safety';
import type { CardKind, Event, Notice, Reply } from '../domain/types';
import {
  type CardRow,
  type Clock,
  type EventQuery,
  type Message,
  type Messenger,
  type NoticeRow,
  Rejected,
  Retry,
  type Settled,
  type Store,
  Unsure,
} from '../ports';

export interface DeliverPorts {
  store: Store;
  clock: Clock;
  messenger: Messenger;
  rules(): Rules;
  /** Card name → template id; a name that is missing falls back to action cards. */
  templates: Readonly<Record<string, string>>;
  publicUrl: string;
  /** A signed address that the chat client can load a photo by. */
  photoUrl(mediaId: string): string;
  /** Counts an outcome: kind of notice, what became of it. */
  onSettled(kind: Notice['kind'], as: Settled['as'] | 'unsure'): void;
  /** Given up, or refused by the platform: somebody must look. Never with words of the message. */
  onTrouble(kind: Notice['kind'], why: string): void;
}

type Of<K extends Notice['kind']> = Extract<Notice, { kind: K }>;
type Row<K extends Notice['kind'] = Notice['kind']> = NoticeRow & { notice: Of<K> };

const LEASE = 2 * MINUTE;
/** Few enough that something urgent waits two seconds at most for its turn (15 calls/s). */
const AT_ONCE = 30;
/** After so many tries a notice is given up, aloud: about a day of back-off. */
const MOST_TRIES = 12;

/**
 * The outbox: takes what is due, looks at the present state, sends what still matters, one person at a time.
 * Resolves when nothing is due any more. Safe to run in several processes.
 */
export async function deliver(ports: DeliverPorts): Promise<void> {
  for (;;) {
    const rows = await ports.store.claimNotices(ports.clock.now(), LEASE, AT_ONCE);
    if (rows.length === 0) return;
    const settled = await Promise.all(groups(rows).map((group) => sendGroup(ports, group)));
    await ports.store.settleNotices(settled.flat(), ports.clock.now());
  }
}

/** Rows that go together: one event's stale views, or one person; what a crash interrupted stays apart from what is new. */
function groups(rows: NoticeRow[]): NoticeRow[][] {
  const found = new Map<string, NoticeRow[]>();
  for (const row of rows) {
    const { notice } = row;
    const key = `${notice.kind === 'stale' ? notice.eventId : notice.userId} ${row.status}`;
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found.values()];
}

async function sendGroup(ports: DeliverPorts, rows: NoticeRow[]): Promise<Settled[]> {
  const settled: Settled[] = [];
  const lines = rows.filter((row): row is Row<'line'> => row.notice.kind === 'line');
  for (const row of rows) {
    if (row.notice.kind !== 'line') settled.push(...(await attempt(ports, [row], () => send(ports, row))));
  }
  if (lines.length > 0) settled.push(...(await attempt(ports, lines, () => sendLines(ports, lines))));
  return settled;
}

type Sent = 'sent' | 'dropped';

async function attempt(ports: DeliverPorts, rows: NoticeRow[], work: () => Promise<Sent>): Promise<Settled[]> {
  try {
    return settle(ports, rows, await work());
  } catch (error) {
    return settleFailure(ports, rows, error);
  }
}

function settle(ports: DeliverPorts, rows: NoticeRow[], as: 'sent' | 'dropped' | 'failed', why?: string): Settled[] {
  return rows.map(({ id, notice }) => {
    ports.onSettled(notice.kind, why === 'unsure' ? 'unsure' : as);
    return { id, as, why };
  });
}

function settleFailure(ports: DeliverPorts, rows: NoticeRow[], error: unknown): Settled[] {
  const why = error instanceof Rejected ? error.code : error instanceof Error ? error.message : String(error);
  const { kind } = rows[0]!.notice;
  // It may have arrived. Saying it twice is worse than the next rung saying it later, and it is counted.
  if (error instanceof Unsure) return settle(ports, rows, 'sent', 'unsure');
  const tries = Math.max(...rows.map(({ attempts }) => attempts));
  if (error instanceof Rejected || tries >= MOST_TRIES) {
    ports.onTrouble(kind, why);
    return settle(ports, rows, 'failed', why);
  }
  const wait = error instanceof Retry ? error.afterMs : backOff(tries);
  return rows.map(({ id }) => {
    ports.onSettled(kind, 'retry');
    return { id, as: 'retry', dueAt: ports.clock.now() + Math.max(wait, backOff(tries)), why };
  });
}

function backOff(tries: number): number {
  return Math.min(4 * HOUR, 1000 * 2 ** tries);
}

function send(ports: DeliverPorts, row: NoticeRow): Promise<Sent> {
  const { notice } = row;
  switch (notice.kind) {
    case 'stale':
      return refresh(ports, notice.eventId);
    case 'card':
      return sendCard(ports, notice.userId, notice.eventId, notice.card, row.status === 'sending');
    case 'ding':
      return sendDing(ports, notice, row.status === 'sending');
    case 'todo':
      return sendTodo(ports, notice);
    case 'reply':
      return sendReply(ports, notice);
    case 'brief':
      return sendBrief(ports, notice, row.status === 'sending');
    case 'line':
      throw new Error('lines are folded before they are sent');
  }
}

// ------------------------------------------------------------------------------------------------- cards

/** A card for one person of one event, as things stand. */
export async function cardFor(
  ports: Pick<DeliverPorts, 'store' | 'clock' | 'rules' | 'publicUrl' | 'photoUrl'>,
  event: Event,
  userId: string,
  kind: Exclude<CardKind, 'brief'>,
): Promise<Card> {
  const { roster } = ports.rules();
  const found = lifeSafety(event.text);
  const media = await ports.store.media(event.mediaIds);
  return renderCard({
    kind,
    event,
    entries: await ports.store.entries(event.id),
    userId,
    roster,
    now: ports.clock.now(),
    safety: found && { safety: found, advice: advice(found) },
    detailUrl: `${ports.publicUrl}/#/e/${event.id}`,
    photoUrls: media
      .filter(({ kind: what, status }) => what === 'image' && status === 'stored')
      .map(({ id }) => ports.photoUrl(id)),
  });
}

export function hashOf(params: Record<string, string>): string {
  return createHash('sha256').update(JSON.stringify(params)).digest('hex').slice(0, 16);
}

async function sendCard(
  ports: DeliverPorts,
  userId: string,
  eventId: string,
  kind: Exclude<CardKind, 'brief'> | CardKind,
  interrupted: boolean,
): Promise<Sent> {
  const event = await ports.store.event(eventId);
  if (!event || kind === 'brief' || !stillMatters(event, userId, kind, ports.rules())) return 'dropped';
  const card = await cardFor(ports, event, userId, kind);
  const rows = await ports.store.cards({ userId, eventId, kind });
  const live = rows.findLast((row) => row.status === 'live');
  if (live && kind === 'draft' && event.stage === 'reported' && event.last.action !== 'remind')
    return update(ports, live, card);
  const unfinished = rows.find((row) => row.status === 'sending');
  const outTrackId = unfinished?.outTrackId ?? trackId(kind, eventId, userId, rows.length);
  await deliverCard(
    ports,
    { outTrackId, userId, eventId, kind, status: 'sending', hash: hashOf(card.params), createdAt: ports.clock.now() },
    card,
    interrupted,
  );
  for (const row of rows)
    if (row.status === 'live' && row.outTrackId !== outTrackId) await ports.store.putCard({ ...row, status: 'dead' });
  return 'sent';
}

/** Acknowledged meanwhile, withdrawn meanwhile: then there is nothing to ask of this person. */
function stillMatters(event: Event, userId: string, kind: CardKind, { roster }: Rules): boolean {
  if (kind === 'draft') return event.reporterId === userId && event.stage !== 'withdrawn';
  return (
    maySee(userId, event, roster) &&
    (kind === 'supervision' ||
      actionsFor(userId, event, roster).some((action) => action !== 'reopen' && action !== 'supervise'))
  );
}

/** ≤ 100 characters, the same for the same card after a crash, opaque to its reader. */
function trackId(kind: CardKind, eventId: string, userId: string, turn: number): string {
  return `${kind}-${eventId}-${shortHash(userId)}-${turn}`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** The id is stored before the platform is called, so that a crash in between asks for the same card again. */
async function deliverCard(ports: DeliverPorts, row: CardRow, card: Card, interrupted: boolean): Promise<void> {
  const template = ports.templates[row.kind];
  if (!template) {
    if (interrupted) throw new Unsure('a message without a key was interrupted');
    return sendFallback(ports, row.userId, card);
  }
  await ports.store.putCard(row);
  try {
    await ports.messenger.createCard({
      outTrackId: row.outTrackId,
      template,
      userId: row.userId,
      params: card.params,
      alert: card.alert,
    });
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    // A template that is gone, words that the platform's filter dislikes: the person is told all the same, by a link.
    ports.onTrouble('card', error.code);
    await ports.store.putCard({ ...row, status: 'dead' });
    return sendFallback(ports, row.userId, error.code === 'param.contentUnsafe' ? neutral(card) : card);
  }
  await ports.store.putCard({ ...row, status: 'live' });
}

function neutral({ params }: Card): Card {
  const plain = { title: '网格通有一件事请您查看', link: params.link ?? '', buttons: '[]' };
  return { params: plain, alert: plain.title };
}

async function sendFallback(ports: DeliverPorts, userId: string, card: Card): Promise<void> {
  await toPerson(ports, userId, fallbackMessage(card));
}

async function toPerson(ports: DeliverPorts, userId: string, message: Message): Promise<void> {
  const { failed } = await ports.messenger.sendToPeople([userId], message);
  if (failed.length > 0) throw new Rejected('person.unreachable', 'the platform could not deliver to this person');
}

/** Everyone's live cards of an event follow, where what they show has changed. */
async function refresh(ports: DeliverPorts, eventId: string): Promise<Sent> {
  const event = await ports.store.event(eventId);
  if (!event) return 'dropped';
  const rows = (await ports.store.cards({ eventId })).filter((row) => row.status === 'live');
  let sent: Sent = 'dropped';
  for (const row of rows) {
    const card = await viewOf(ports, event, row);
    if (card && hashOf(card.params) !== row.hash) sent = await update(ports, row, card);
  }
  return sent;
}

async function viewOf(ports: DeliverPorts, event: Event, row: CardRow): Promise<Card | null> {
  if (row.kind === 'brief') return null;
  if (maySee(row.userId, event, ports.rules().roster)) return cardFor(ports, event, row.userId, row.kind);
  // Lost the right to see it: the card says so and no longer shows it.
  const empty = {
    title: '这件事已不由您办理',
    tag: '',
    tone: 'grey',
    warning: '',
    text: '',
    fields: '[]',
    images: '[]',
    timeline: '[]',
    form: '{}',
    buttons: '[]',
    hint: '',
    link: ports.publicUrl,
  };
  return { params: empty, alert: empty.title };
}

async function update(ports: DeliverPorts, row: CardRow, card: Card): Promise<Sent> {
  try {
    await ports.messenger.updateCard(row.outTrackId, card.params);
    await ports.store.putCard({ ...row, hash: hashOf(card.params) });
    return 'sent';
  } catch (error) {
    if (!(error instanceof Rejected && error.code === 'param.cardNotExist')) throw error;
    await ports.store.putCard({ ...row, status: 'dead' });
    return 'dropped';
  }
}

// ----------------------------------------------------------------------------------------------- lateness

/** One line becomes a card with its buttons; more become one message (DESIGN §4.5). */
async function sendLines(ports: DeliverPorts, rows: Row<'line'>[]): Promise<Sent> {
  const { roster } = ports.rules();
  const { userId } = rows[0]!.notice;
  const lines = await standing(ports, rows);
  if (lines.length === 0) return 'dropped';
  const interrupted = rows[0]!.status === 'sending';
  const only = lines.length === 1 ? lines[0]! : null;
  if (only)
    return sendCard(
      ports,
      userId,
      only.event.id,
      ownTask(userId, only.event, roster) ? 'task' : 'supervision',
      interrupted,
    );
  const card = foldedCard(lines, roster, ports.clock.now(), `${ports.publicUrl}/#/`);
  const outTrackId = `brief-${shortHash(
    rows
      .map(({ id }) => id)
      .sort()
      .join(),
  )}-${shortHash(userId)}`;
  await deliverCard(
    ports,
    { outTrackId, userId, eventId: null, kind: 'brief', status: 'sending', hash: '', createdAt: ports.clock.now() },
    card,
    interrupted,
  );
  return 'sent';
}

/** Lines whose clock still runs, the highest rung of each task only. */
async function standing(ports: DeliverPorts, rows: Row<'line'>[]): Promise<LateLine[]> {
  const found = new Map<string, LateLine>();
  for (const { notice } of rows) {
    const event = await ports.store.event(notice.eventId);
    const task =
      event &&
      openTasks(event).find(
        ({ id, state }) => id === notice.taskId && (state === 'waiting') === (notice.clock === 'ack'),
      );
    if (!event || !task) continue;
    const before = found.get(task.id);
    if (before && RUNGS.indexOf(before.rung) >= RUNGS.indexOf(notice.rung)) continue;
    found.set(task.id, { event, task, clock: notice.clock, rung: notice.rung, dueAt: runningDue(task) });
  }
  return [...found.values()];
}

const RUNGS = Object.keys(RUNG_WORDS);

async function sendDing(ports: DeliverPorts, { userId, eventId }: Of<'ding'>, interrupted: boolean): Promise<Sent> {
  const event = await ports.store.event(eventId);
  const { roster } = ports.rules();
  if (!event || openTasks(event).length === 0 || !maySee(userId, event, roster)) return 'dropped';
  if (interrupted) throw new Unsure('a DING was interrupted');
  const matter = (event.matterId && roster.matter(event.matterId)?.name) || '紧急事件';
  await ports.messenger.ding(
    [userId],
    `【紧急】${matter}，${event.place.text || '位置见卡片'}。编号 ${event.no}，请立即签收办理。`,
  );
  return 'sent';
}

/** The platform's own to-do list keeps reminding without calls of ours. */
async function sendTodo(ports: DeliverPorts, notice: Of<'todo'>): Promise<Sent> {
  const { store, messenger, publicUrl } = ports;
  const { roster } = ports.rules();
  const event = await store.event(notice.eventId);
  const person = roster.person(notice.userId);
  if (!event || !person) return 'dropped';
  const key = `todo:${notice.taskId}:${notice.userId}`;
  const known = await store.meta(key);
  if (notice.done) {
    if (!known) return 'dropped';
    await messenger.todoDone(known, person.unionId);
    return 'sent';
  }
  const task = openTasks(event).find(({ id }) => id === notice.taskId);
  if (!task || known) return 'dropped';
  const matter = (event.matterId && roster.matter(event.matterId)?.name) || '其他事项';
  const subject = `${event.no} ${matter}：${task.state === 'waiting' ? ACTIONS.ack.label : '办理'}已超期`;
  await store.putMeta(
    key,
    await messenger.todo({
      sourceId: key,
      unionId: person.unionId,
      subject,
      dueAt: runningDue(task),
      url: `${publicUrl}/#/e/${event.id}`,
    }),
  );
  return 'sent';
}

// ------------------------------------------------------------------------------------------------ answers

async function sendReply(ports: DeliverPorts, notice: Of<'reply'>): Promise<Sent> {
  const { reply, userId } = notice;
  const message = await answerOf(ports, notice);
  if (reply.webhook && reply.webhookUntil > ports.clock.now()) {
    try {
      await ports.messenger.reply(reply.webhook, message);
      return 'sent';
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
    }
  }
  // People whom the organisation does not know can be answered by webhook only.
  if (!ports.rules().roster.person(userId)) return 'dropped';
  if (reply.group) await ports.messenger.sendToGroup(reply.conversationId, message);
  else await toPerson(ports, userId, message);
  return 'sent';
}

async function answerOf(ports: DeliverPorts, { reply, userId, eventId }: Of<'reply'>): Promise<Message> {
  const { roster } = ports.rules();
  const events = await eventsOf(ports, reply, userId, eventId);
  const entries = reply.about === 'progress' && events[0] ? await ports.store.entries(events[0].id) : [];
  const danger = events[0] && lifeSafety(events[0].text);
  return renderAnswer({
    reply,
    roster,
    now: ports.clock.now(),
    events,
    entries,
    advice: danger ? advice(danger) : '',
    homeUrl: `${ports.publicUrl}/#/`,
  });
}

async function eventsOf(
  { store, clock, rules }: DeliverPorts,
  reply: Reply,
  userId: string,
  eventId: string | null,
): Promise<Event[]> {
  const { roster } = rules();
  const scopes = scopeOf(userId, roster);
  const open: EventQuery['stages'] = ['filed', 'dispatched', 'handling', 'verifying'];
  const list = (query: Partial<EventQuery>) => store.list({ scopes, limit: 50, ...query });
  if (reply.about === 'mine')
    return list({ scopes: { everything: false, reporterId: userId, areaPaths: [], unitIds: [] }, limit: 11 });
  if (reply.about === 'late') return list({ stages: open, lateAt: clock.now(), limit: 11 });
  if (reply.about === 'todo') {
    const events = await list({ stages: open });
    return events
      .filter((event) => actionsFor(userId, event, roster).some((action) => TODO.has(action)))
      .sort(bySoonest);
  }
  const event = await store.event(reply.words.no ?? eventId ?? '');
  return event && maySee(userId, event, roster) ? [event] : [];
}

const TODO = new Set(['ack', 'finish', 'dispatch', 'pass']);

function bySoonest(a: Event, b: Event): number {
  return (a.nextAt ?? Number.POSITIVE_INFINITY) - (b.nextAt ?? Number.POSITIVE_INFINITY);
}

async function sendBrief(ports: DeliverPorts, { userId, day }: Of<'brief'>, interrupted: boolean): Promise<Sent> {
  const { store, clock } = ports;
  const { roster } = ports.rules();
  const now = clock.now();
  const scopes = scopeOf(userId, roster);
  const start = dayStart(now);
  const counts = await store.counts(scopes, now, start - DAY, start + DAY);
  const late = await store.list({ scopes, lateAt: now, stages: ['dispatched', 'handling'], limit: 6 });
  const card = morningBrief(counts, late, roster, day, `${ports.publicUrl}/#/`);
  const outTrackId = `brief-${day}-${shortHash(userId)}`;
  await deliverCard(
    ports,
    { outTrackId, userId, eventId: null, kind: 'brief', status: 'sending', hash: '', createdAt: now },
    card,
    interrupted,
  );
  return 'sent';
}
