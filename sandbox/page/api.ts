import type {
  CardTemplate,
  CardView,
  ChatMessage,
  ConversationView,
  DingView,
  Fault,
  MeterView,
  PersonView,
  TodoView,
} from '../types';

export interface Thread {
  messages: ChatMessage[];
  cards: Record<string, CardView>;
  templates: Record<string, CardTemplate>;
}

export interface Sample {
  name: string;
  title: string;
  url: string;
}

/** What a person sends; `images` are data: URLs or `sample:<name>`. */
export interface Saying {
  text?: string;
  images?: string[];
  audio?: { seconds: number; recognition: string };
  video?: true;
}

export interface Tap {
  userId: string;
  outTrackId: string;
  action: string;
  params?: Record<string, string>;
  form?: Record<string, string>;
}

export type Advance = { advanceMs: number } | { to: 'next-working-morning' };

/** What went wrong, in words a person may read. */
export class ApiError extends Error {}

/** The sandbox's control API (sandbox/types.ts). Every call throws `ApiError`. The types are the server's own. */
export const api = {
  people: () => call<PersonView[]>('GET', '/people'),
  conversations: (userId: string) => call<ConversationView[]>('GET', `/conversations?${query({ userId })}`),
  messages: (userId: string, conversationId: string) =>
    call<Thread>('GET', `/messages?${query({ userId, conversationId })}`),
  say: (userId: string, conversationId: string, saying: Saying) =>
    call<{ msgIds: string[] }>('POST', '/say', { userId, conversationId, ...saying }),
  tap: (tap: Tap) => call<{ ok: true } | { ok: false; message: string }>('POST', '/tap', tap),
  dings: (userId: string) => call<DingView[]>('GET', `/dings?${query({ userId })}`),
  readDing: (id: string) => call<unknown>('POST', `/dings/${encodeURIComponent(id)}/read`, {}),
  todos: (userId: string) => call<TodoView[]>('GET', `/todos?${query({ userId })}`),
  meter: () => call<MeterView>('GET', '/meter'),
  samples: () => call<Sample[]>('GET', '/samples'),
  clock: () => call<{ now: number }>('GET', '/clock'),
  advance: (by: Advance) => call<{ now: number }>('POST', '/clock', by),
  faults: () => call<Fault[]>('GET', '/faults'),
  fault: (fault: Fault) => call<unknown>('POST', '/faults', fault),
  clearFaults: () => call<unknown>('DELETE', '/faults'),
};

/** The link that opens `url` logged in as this person; each opening uses up a fresh code. */
export function openUrl(userId: string, url: string): string {
  return `/sandbox/open?${query({ userId, url })}`;
}

function query(values: Record<string, string>): string {
  return new URLSearchParams(values).toString();
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`/sandbox/api${path}`, { method, ...(body !== undefined && json) }).catch(() => {
    throw new ApiError('沙箱没有应答，请看看它是否还在运行');
  });
  const text = await response.text();
  if (!response.ok) throw new ApiError(problem(text) ?? `沙箱出错了（${response.status}）`);
  return (text ? JSON.parse(text) : null) as T;
}

function problem(text: string): string | null {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : null;
  } catch {
    return null;
  }
}

/** Words for anything thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof ApiError ? error.message : '页面出错了，请刷新重试';
}
