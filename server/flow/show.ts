import { createHash } from 'node:crypto';
import { type Card, renderCard } from '../../cards/card';
import { fallbackMessage } from '../../cards/fallback';
import type { Action } from '../domain/commands';
import { actionsFor, follows, maySee, ownTask } from '../domain/policy';
import { handlesFor } from '../domain/routing';
import type { Rules } from '../domain/rules';
import { advice, lifeSafety } from '../domain/safety';
import type { CardKind, Event } from '../domain/types';
import { type CardRow, type NoticeRow, Rejected, Unsure } from '../ports';
import { type DeliverPorts, type Sent, shortHash, toPerson } from './sending';

/** A card for one person of one event, as things stand. */
export async function cardFor(
  ports: Pick<DeliverPorts, 'store' | 'clock' | 'rules' | 'publicUrl' | 'photoUrl'>,
  event: Event,
  userId: string,
  kind: Exclude<CardKind, 'brief'>,
): Promise<Card> {
  const found = lifeSafety(event.text);
  const media = await ports.store.media(event.mediaIds);
  return renderCard({
    kind,
    event,
    entries: await ports.store.entries(event.id),
    userId,
    rules: ports.rules(),
    now: ports.clock.now(),
    safety: found && { safety: found, advice: advice(found) },
    detailUrl: `${ports.publicUrl}/#/e/${event.id}`,
    photoUrls: media
      .filter(({ kind: what, status }) => what === 'image' && status === 'stored')
      .map(({ id }) => ports.photoUrl(id)),
  });
}

/** What a tap is answered with: the card as this person may see it, with its hash; null for whom it does not concern. */
export async function viewFor(
  ports: Parameters<typeof cardFor>[0],
  event: Event,
  userId: string,
  kind: Exclude<CardKind, 'brief'>,
): Promise<(Card & { hash: string }) | null> {
  const { roster } = ports.rules();
  if (!roster.person(userId)?.active || !maySee(userId, event, roster)) return null;
  const card = await cardFor(ports, event, userId, kind);
  return { ...card, hash: hashOf(card.params) };
}

export function hashOf(params: Record<string, string>): string {
  return createHash('sha256').update(JSON.stringify(params)).digest('hex').slice(0, 16);
}

/** One sending of one notice, or of several folded into one; `turn` names it, so that whoever goes on after a crash knows its card. */
export interface Turn {
  turn: string;
  interrupted: boolean;
}

export function turnOf(rows: Pick<NoticeRow, 'id' | 'status'>[]): Turn {
  const ids = rows.map(({ id }) => id).sort();
  return { turn: shortHash(ids.join()), interrupted: rows[0]?.status === 'sending' };
}

export async function sendCard(
  ports: DeliverPorts,
  userId: string,
  eventId: string,
  kind: CardKind,
  { turn, interrupted }: Turn,
): Promise<Sent> {
  const event = await ports.store.event(eventId);
  if (!event || kind === 'brief' || !stillMatters(event, userId, kind, ports.rules())) return 'dropped';
  const card = await cardFor(ports, event, userId, kind);
  const rows = await ports.store.cards({ userId, eventId, kind });
  const live = rows.findLast((row) => row.status === 'live');
  if (live && kind === 'draft' && event.stage === 'reported' && event.last.action !== 'remind')
    return update(ports, live, card);
  const unfinished = rows.find((row) => row.status === 'sending');
  const outTrackId = unfinished?.outTrackId ?? trackId(kind, eventId, userId, turn);
  const before = rows.find((row) => row.outTrackId === outTrackId);
  if (before?.status === 'live') return follow(ports, before, card);
  if (before?.status === 'dead' && interrupted) throw new Unsure('a card was replaced, or its message interrupted');
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

/** Withdrawn meanwhile, dispatched by another meanwhile: then there is nothing to ask of this person. */
function stillMatters(event: Event, userId: string, kind: CardKind, { roster }: Rules): boolean {
  if (kind === 'draft') return (event.reporterId === userId || follows(userId, event)) && event.stage !== 'withdrawn';
  if (!maySee(userId, event, roster)) return false;
  return (
    kind === 'supervision' ||
    ownTask(userId, event, roster) !== undefined ||
    actionsFor(userId, event, roster).some((action) => !ANY_TIME.has(action)) ||
    // How an appeal ended is told after everything else is over.
    event.tasks.some(({ appealed, unitId }) => appealed !== null && handlesFor(userId, unitId, roster))
  );
}

/** What some may do at almost any time: nobody is asked for it. */
const ANY_TIME = new Set<Action>([
  'reopen',
  'supervise',
  'lift',
  'instruct',
  'correct',
  'recall',
  'reward',
  'unreward',
]);

/** ≤ 100 characters, the same for the same card after a crash, opaque to its reader. */
function trackId(kind: CardKind, eventId: string, userId: string, turn: string): string {
  return `${kind}-${eventId}-${shortHash(userId)}-${turn}`;
}

/** The id is stored before the platform is called, so that a crash in between asks for the same card again. */
export async function deliverCard(ports: DeliverPorts, row: CardRow, card: Card, interrupted: boolean): Promise<void> {
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

/** Everyone's live cards of an event follow, where what they show has changed. */
export async function refresh(ports: DeliverPorts, eventId: string): Promise<Sent> {
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
    notices: '[]',
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

/** Sent before a crash could be noted: it only has to show what is so now. */
async function follow(ports: DeliverPorts, row: CardRow, card: Card): Promise<Sent> {
  if (hashOf(card.params) !== row.hash) await update(ports, row, card);
  return 'sent';
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
