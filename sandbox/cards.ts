import { z } from 'zod';
import type { Changes } from './changes';
import type { Chat } from './chat';
import type { SandboxClock } from './clock';
import type { Directory } from './directory';
import type { Card, Keeper, Params } from './state';
import type { CardTemplate, CardView } from './types';

export interface CardUpdate {
  shared?: Params;
  personal?: Record<string, Params>;
  sharedByKey: boolean;
  personalByKey: boolean;
}

/** The interactive cards that were created, and what each person sees of them (reference §5). */
export interface Cards {
  get(outTrackId: string): Card | undefined;
  create(card: Omit<Card, 'conversationIds' | 'answered' | 'updatedAt'>): Card;
  /** Puts the card into a conversation; returns the message's id. */
  deliver(card: Card, conversationId: string, visibleTo: string[] | null): string;
  /** For everyone. Overtakes what single people were shown by a callback's answer. */
  update(card: Card, update: CardUpdate): void;
  /** For the person who clicked, and nobody else. */
  answer(card: Card, userId: string, answer: CardUpdate): void;
  view(userId: string, card: Card): CardView;
  /** The card as this person can see it, with the conversation it stands in; null when they cannot. */
  find(userId: string, outTrackId: string): { card: Card; view: CardView; conversationId: string } | null;
  /** Cards being clicked right now: they must not be updated by a call in the meantime. */
  clicking: Set<string>;
}

export function createCards(
  keeper: Keeper,
  templates: Record<string, CardTemplate>,
  directory: Directory,
  chat: Chat,
  clock: SandboxClock,
  changes: Changes,
): Cards {
  const { state, touch } = keeper;
  const get = (outTrackId: string) => (Object.hasOwn(state.cards, outTrackId) ? state.cards[outTrackId] : undefined);
  const changed = (card: Card) => {
    card.updatedAt = clock.now();
    touch();
    for (const conversationId of card.conversationIds) changes.tell({ what: 'messages', conversationId });
  };
  const view = (userId: string, card: Card): CardView => ({
    outTrackId: card.outTrackId,
    templateId: card.templateId,
    params: seenBy(userId, card, templates[card.templateId]),
    updatedAt: card.updatedAt,
  });
  const shows = (userId: string, conversationId: string, outTrackId: string) =>
    chat.messages(userId, conversationId).some(({ body }) => body.type === 'card' && body.outTrackId === outTrackId);
  return {
    get,
    view,
    clicking: new Set(),
    create(given) {
      const card: Card = { ...given, conversationIds: [], answered: {}, updatedAt: clock.now() };
      state.cards[card.outTrackId] = card;
      touch();
      return card;
    },
    deliver(card, conversationId, visibleTo) {
      if (!card.conversationIds.includes(conversationId)) card.conversationIds.push(conversationId);
      return chat.post(conversationId, 'robot', { type: 'card', outTrackId: card.outTrackId }, visibleTo).id;
    },
    update(card, update) {
      if (update.shared) share(card, update.shared, update.sharedByKey);
      personalise(card, update.personal ?? {}, update.personalByKey);
      changed(card);
    },
    answer(card, userId, { shared, personal, sharedByKey, personalByKey }) {
      if (shared) show(card, userId, shared, sharedByKey);
      personalise(card, personal ?? {}, personalByKey);
      changed(card);
    },
    find(userId, outTrackId) {
      const card = get(outTrackId);
      const conversationId = card?.conversationIds.find(
        (id) =>
          directory.conversationsOf(userId).some((one) => one.conversationId === id) && shows(userId, id, outTrackId),
      );
      return card && conversationId ? { card, view: view(userId, card), conversationId } : null;
    },
  };
}

/** New shared data reaches every client: the last word on each of its names, whatever single people were shown. */
function share(card: Card, params: Params, byKey: boolean): void {
  card.shared = byKey ? { ...card.shared, ...params } : params;
  for (const shown of Object.values(card.answered)) {
    for (const name of Object.keys(params)) {
      if (shown.replaces) shown.params[name] = params[name]!;
      else delete shown.params[name];
    }
  }
  if (!byKey) card.answered = {};
}

function show(card: Card, userId: string, params: Params, byKey: boolean): void {
  const before = card.answered[userId];
  card.answered[userId] = byKey
    ? { replaces: before?.replaces ?? false, params: { ...before?.params, ...params } }
    : { replaces: true, params };
}

function personalise(card: Card, personal: Record<string, Params>, byKey: boolean): void {
  for (const [userId, params] of Object.entries(personal)) {
    card.personal[userId] = byKey ? { ...card.personal[userId], ...params } : params;
  }
}

/** Private values count only for variables that the template marks private. */
function seenBy(userId: string, card: Card, template: CardTemplate | undefined): Params {
  const priv = new Set(template?.variables.filter((one) => one.private).map((one) => one.name));
  const personal = Object.entries(card.personal[userId] ?? {}).filter(([name]) => priv.has(name));
  const shown = card.answered[userId];
  return { ...(shown?.replaces ? {} : card.shared), ...shown?.params, ...Object.fromEntries(personal) };
}

/** `{cardParamMap}` as the platform takes it: strings and nothing else. */
export const cardData = z.object({ cardParamMap: z.record(z.string(), z.string()).default({}) });

export const updateOptions = z
  .object({ updateCardDataByKey: z.boolean().default(false), updatePrivateDataByKey: z.boolean().default(false) })
  .default({ updateCardDataByKey: false, updatePrivateDataByKey: false });

/** What a real tenant would trip over: unknown variables, values beyond the documented size. */
export function cardWarnings(params: Params, template: CardTemplate | undefined): string[] {
  const names = new Set(template?.variables.map((one) => one.name));
  return Object.entries(params).flatMap(([name, value]) => [
    ...(names.has(name) ? [] : [`the template has no variable ${name}`]),
    ...(Buffer.byteLength(value) > 1024 ? [`the value of ${name} is longer than 1 KB`] : []),
  ]);
}
