import type { Changes } from './changes';
import type { SandboxClock } from './clock';
import type { Directory } from './directory';
import { newMsgId } from './frames';
import type { Keeper, Posted } from './state';
import type { ChatMessage, ConversationView, PersonView } from './types';

/** Messages kept per conversation. */
export const KEPT = 500;

/** Who said what where, and who has seen it. */
export interface Chat {
  /** `from` is a userId or `robot`; `visibleTo` null shows it to every member. */
  post(conversationId: string, from: string, body: ChatMessage['body'], visibleTo?: string[] | null): ChatMessage;
  /** Oldest first, as this person sees them. */
  messages(userId: string, conversationId: string): ChatMessage[];
  markRead(userId: string, conversationId: string): void;
  people(): PersonView[];
  /** Newest first; 工作通知 only once something is in it. */
  conversations(userId: string): ConversationView[];
  /** Is this person in this conversation? */
  inside(userId: string, conversationId: string): boolean;
}

export function createChat(keeper: Keeper, directory: Directory, clock: SandboxClock, changes: Changes): Chat {
  const { state, touch } = keeper;
  const posted = (conversationId: string) => state.conversations[conversationId]?.posted ?? [];
  const seenKey = (userId: string, conversationId: string) => `${conversationId} ${userId}`;
  const visible = (userId: string, conversationId: string) =>
    posted(conversationId).filter((one) => !one.visibleTo || one.visibleTo.includes(userId));
  const unread = (userId: string, conversationId: string) => {
    const seen = state.seen[seenKey(userId, conversationId)] ?? 0;
    return visible(userId, conversationId).filter((one) => one.n > seen && one.message.from !== userId).length;
  };
  const view = (userId: string, chat: { conversationId: string; title: string; group: boolean }): ConversationView => {
    const last = visible(userId, chat.conversationId).at(-1)?.message;
    return {
      ...chat,
      unread: unread(userId, chat.conversationId),
      last: last ? { at: last.at, text: summary(last.body) } : null,
    };
  };
  const told = (conversationId: string) => {
    touch();
    changes.tell({ what: 'messages', conversationId });
    changes.tell({ what: 'people' });
  };
  return {
    post(conversationId, from, body, visibleTo = null) {
      state.conversations[conversationId] ??= { nextN: 1, posted: [] };
      const conversation = state.conversations[conversationId];
      const message: ChatMessage = { id: newMsgId(), conversationId, from, at: clock.now(), body };
      conversation.posted.push({ n: conversation.nextN++, message, visibleTo } satisfies Posted);
      if (conversation.posted.length > KEPT) conversation.posted.splice(0, conversation.posted.length - KEPT);
      told(conversationId);
      return message;
    },
    messages: (userId, conversationId) => visible(userId, conversationId).map((one) => one.message),
    markRead(userId, conversationId) {
      if (unread(userId, conversationId) === 0) return;
      state.seen[seenKey(userId, conversationId)] = posted(conversationId).at(-1)?.n ?? 0;
      touch();
      changes.tell({ what: 'people' });
    },
    people: () =>
      directory.people.map((person) => {
        const chats = directory.conversationsOf(person.userId);
        return { ...person, unread: chats.reduce((sum, one) => sum + unread(person.userId, one.conversationId), 0) };
      }),
    conversations: (userId) =>
      directory
        .conversationsOf(userId)
        .map((chat) => view(userId, chat))
        .filter((chat) => chat.last || chat.conversationId !== directory.workChat(userId))
        .sort((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0)),
    inside: (userId, conversationId) =>
      directory.conversationsOf(userId).some((chat) => chat.conversationId === conversationId),
  };
}

function summary(body: ChatMessage['body']): string {
  const words = { images: '[图片]', audio: '[语音]', video: '[视频]', file: '[文件]', card: '[卡片]' };
  switch (body.type) {
    case 'text':
      return body.text;
    case 'markdown':
    case 'actions':
      return body.title;
    case 'images':
      return `${words.images}${body.text}`;
    case 'file':
      return `${words.file}${body.name}`;
    default:
      return words[body.type];
  }
}
