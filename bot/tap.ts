import type { Card } from '../cards/card';
import { type Refusal, refusalText, refuse } from '../server/domain/refusal';
import { commandOf } from '../server/domain/request';
import type { Event } from '../server/domain/types';
import { type Apply, wellFormed } from '../server/flow/apply';
import type { CardRow, Clock, Store } from '../server/ports';
import { readTap, type Tap } from './frames';

export interface TapPorts {
  apply: Apply;
  store: Pick<Store, 'cards' | 'event' | 'poison'>;
  clock: Clock;
  /** The card as this person should see it now, and the hash to remember it by; null for whom it does not concern. */
  view(event: Event, userId: string, kind: 'draft' | 'task' | 'supervision'): Promise<(Card & { hash: string }) | null>;
  onTapped(as: 'done' | 'refused' | 'poison'): void;
}

/** What the platform shows the tapper at once (reference §5.5); everybody else's card follows by the outbox. */
export interface TapAnswer {
  cardUpdateOptions: { updateCardDataByKey: true; updatePrivateDataByKey: true };
  cardData: { cardParamMap: Record<string, string> };
  userPrivateData: { cardParamMap: Record<string, string> };
}

export interface Tapped {
  answer: TapAnswer;
  /** The tapper's own card as the answer shows it: true, and to be stored, once the answer has arrived. */
  shown: CardRow | null;
}

/**
 * One tap on a card. The tapper is who the platform says; the card is known by its outTrackId; nothing in params
 * authorises anything. Resolves after the commit. Errors: rejects when nothing could be committed.
 */
export async function onTap(ports: TapPorts, data: unknown): Promise<Tapped> {
  const tap = await read(ports, data);
  if (!tap) return answer({}, refusalText(refuse('bad_input', { what: '没有读懂这次点击，请再点一次。' })));
  const [card] = await ports.store.cards({ outTrackId: tap.outTrackId });
  if (!card?.eventId || card.kind === 'brief') return answer({}, refusalText(refuse('card_gone')));
  const refusal = await act(ports, tap, card.eventId);
  ports.onTapped(refusal ? 'refused' : 'done');
  return show(ports, tap, card, card.kind, refusal);
}

async function read(ports: TapPorts, data: unknown): Promise<Tap | null> {
  try {
    return readTap(wellFormed(data));
  } catch (error) {
    ports.onTapped('poison');
    const reason = error instanceof Error ? error.name : 'unreadable';
    await ports.store.poison(ports.clock.now(), `card tap: ${reason}`, JSON.stringify(data));
    return null;
  }
}

async function act(ports: TapPorts, tap: Tap, eventId: string): Promise<Refusal | null> {
  // A card carries words only; photos come by chat or page.
  const command = commandOf(tap.action, { ...tap.words, media: [] });
  if ('refused' in command) return command;
  const outcome = await ports.apply({ key: null, by: tap.userId, on: { event: eventId }, command });
  return outcome.ok ? null : outcome.refusal;
}

async function show(
  ports: TapPorts,
  tap: Tap,
  card: CardRow,
  kind: 'draft' | 'task' | 'supervision',
  refusal: Refusal | null,
): Promise<Tapped> {
  const message = refusal ? refusalText(refusal) : '';
  const event = card.eventId ? await ports.store.event(card.eventId) : null;
  const seen = event && (await ports.view(event, tap.userId, kind));
  if (!seen) return answer({}, message);
  return answer(seen.params, message, tap.userId === card.userId ? { ...card, hash: seen.hash } : null);
}

function answer(params: Record<string, string>, message: string, shown: CardRow | null = null): Tapped {
  const cardUpdateOptions = { updateCardDataByKey: true, updatePrivateDataByKey: true } as const;
  const cardData = { cardParamMap: { ...params, message } };
  return { answer: { cardUpdateOptions, cardData, userPrivateData: { cardParamMap: {} } }, shown };
}
