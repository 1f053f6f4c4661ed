import { type Signal, signal } from '@preact/signals';
import type { ConversationView, DingView, TodoView } from '../types';
import { api, type Saying, type Tap, type Thread, wordsOf } from './api';
import { folded } from './live';

export type Tab = 'chats' | 'todos' | 'dings';

/** One phone on the page: whose it is, where it is, and what it has loaded (null: not yet). */
export interface Phone {
  userId: Signal<string | null>;
  tab: Signal<Tab>;
  /** The chat that is open; null shows the list. */
  chatId: Signal<string | null>;
  chats: Signal<ConversationView[] | null>;
  thread: Signal<Thread | null>;
  dings: Signal<DingView[]>;
  todos: Signal<TodoView[] | null>;
  /** A page open over everything. */
  web: Signal<{ url: string; title: string } | null>;
  /** A photo shown large. */
  photo: Signal<string | null>;
  toast: Signal<string | null>;
  load: Record<'chats' | 'thread' | 'dings' | 'todos', () => void>;
}

const TOAST_MS = 2_800;

export function newPhone(): Phone {
  const phone: Phone = {
    userId: signal(null),
    tab: signal('chats'),
    chatId: signal(null),
    chats: signal(null),
    thread: signal(null),
    dings: signal([]),
    todos: signal(null),
    web: signal(null),
    photo: signal(null),
    toast: signal(null),
    load: {
      chats: () => loadChats(),
      thread: () => loadThread(),
      dings: () => loadDings(),
      todos: () => loadTodos(),
    },
  };
  const failed = (error: unknown) => toast(phone, wordsOf(error));
  const loadChats = folded(() => fetchChats(phone), failed);
  const loadThread = folded(() => fetchThread(phone), failed);
  const loadDings = folded(() => fetchFor(phone, api.dings, phone.dings), failed);
  const loadTodos = folded(() => fetchFor(phone, api.todos, phone.todos), failed);
  return phone;
}

/** Fetches for the phone's person; an answer that comes after the phone changed hands is dropped. */
async function fetchFor<T, S extends T | null>(
  { userId }: Phone,
  get: (userId: string) => Promise<T>,
  into: Signal<T | S>,
): Promise<void> {
  const asked = userId.value;
  if (asked === null) return;
  const answer = await get(asked);
  if (userId.value === asked) into.value = answer;
}

/** A newly picked person's phone opens at the robot: nine times in ten that is where one wants to be. */
async function fetchChats(phone: Phone): Promise<void> {
  const first = phone.chats.value === null;
  await fetchFor(phone, api.conversations, phone.chats);
  const robot = phone.chats.value?.find((chat) => !chat.group && takesWords(chat));
  if (first && robot && phone.chatId.value === null) openChat(phone, robot.conversationId);
}

/** 工作通知 is a chat that only the platform writes in. */
export function takesWords({ group, title }: ConversationView): boolean {
  return group || title !== '工作通知';
}

async function fetchThread(phone: Phone): Promise<void> {
  const { userId, chatId, thread } = phone;
  const [asked, chat] = [userId.value, chatId.value];
  if (asked === null || chat === null) return;
  const answer = await api.messages(asked, chat);
  if (userId.value === asked && chatId.value === chat) thread.value = answer;
}

/** Hands the phone to a person. */
export function pick(phone: Phone, userId: string): void {
  if (phone.userId.value === userId) return;
  phone.userId.value = userId;
  phone.tab.value = 'chats';
  phone.chatId.value = null;
  phone.chats.value = null;
  phone.thread.value = null;
  phone.dings.value = [];
  phone.todos.value = null;
  phone.web.value = null;
  phone.photo.value = null;
  loadAll(phone);
}

export function loadAll({ load }: Phone): void {
  for (const each of Object.values(load)) each();
}

export function openChat(phone: Phone, conversationId: string): void {
  phone.chatId.value = conversationId;
  phone.thread.value = null;
  phone.load.thread();
}

export function leaveChat(phone: Phone): void {
  phone.chatId.value = null;
  phone.thread.value = null;
  phone.load.chats();
}

/** Shows words over the phone for a moment. */
export function toast(phone: Phone, words: string): void {
  phone.toast.value = words;
  setTimeout(() => {
    if (phone.toast.value === words) phone.toast.value = null;
  }, TOAST_MS);
}

/** Says something in the open chat. Tells whether it went out; if not, the phone has said why. */
export async function say(phone: Phone, saying: Saying): Promise<boolean> {
  const [userId, chatId] = [phone.userId.value, phone.chatId.value];
  if (userId === null || chatId === null) return false;
  return attempt(phone, async () => {
    await api.say(userId, chatId, saying);
    phone.load.thread();
  });
}

/** Taps a card's button. Tells whether the robot took it. */
export async function tap(phone: Phone, what: Omit<Tap, 'userId'>): Promise<boolean> {
  const userId = phone.userId.value;
  if (userId === null) return false;
  return attempt(phone, async () => {
    const answer = await api.tap({ userId, ...what });
    phone.load.thread();
    if (!answer.ok) throw new Refused(answer.message);
  });
}

class Refused extends Error {}

export async function confirmDing(phone: Phone, id: string): Promise<void> {
  await attempt(phone, async () => {
    await api.readDing(id);
    phone.load.dings();
  });
}

async function attempt(phone: Phone, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toast(phone, error instanceof Refused ? error.message || '没有成功，请再试一次' : wordsOf(error));
    return false;
  }
}
