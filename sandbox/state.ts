import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ChatMessage, DingView } from './types';

export type Params = Record<string, string>;

/** A message in its conversation. `n` counts up within the conversation; `visibleTo` null means every member. */
export interface Posted {
  n: number;
  message: ChatMessage;
  visibleTo: string[] | null;
}

export interface Card {
  outTrackId: string;
  templateId: string;
  callbackType: string;
  userIdType: 1 | 2;
  /** Conversations it was delivered to. */
  conversationIds: string[];
  shared: Params;
  /** userId → values that override the shared ones. */
  personal: Record<string, Params>;
  /** userId → what a callback's answer showed to that person alone; gone as soon as shared data overtakes it. */
  answered: Record<string, { replaces: boolean; params: Params }>;
  updatedAt: number;
}

export interface Todo {
  id: string;
  sourceId: string;
  subject: string;
  creatorId: string;
  /** unionIds, and who of them is done. */
  executors: Record<string, boolean>;
  dueAt: number | null;
  url: string;
  createdAt: number;
}

export interface WorkNotice {
  taskId: number;
  day: string;
  content: string;
  delivered: string[];
  forbidden: string[];
  invalid: string[];
}

export interface StoredFile {
  id: string;
  kind: 'image' | 'audio' | 'video' | 'file';
  name: string;
  mime: string;
}

export interface State {
  version: 1;
  /** How far the sandbox's clock is ahead of real time. */
  offsetMs: number;
  /** Signs webhooks and download links, so that they need no memory. */
  secret: string;
  serial: number;
  conversations: Record<string, { nextN: number; posted: Posted[] }>;
  /** `<conversationId> <userId>` → the last `n` seen. */
  seen: Record<string, number>;
  cards: Record<string, Card>;
  dings: DingView[];
  todos: Todo[];
  workNotices: WorkNotice[];
  /** `2026-11` → what was counted. */
  months: Record<string, { calls: number; pushes: number; byName: Record<string, number> }>;
  files: Record<string, StoredFile>;
  /** downloadCode → file and when the code was given. */
  codes: Record<string, { fileId: string; at: number }>;
}

export interface Keeper {
  state: State;
  /** Something changed: write within SAVE_MS, or a little later when there is much to write. */
  touch(): void;
  flush(): void;
}

const SAVE_MS = 300;

function blank(): State {
  return {
    version: 1,
    offsetMs: 0,
    secret: randomBytes(24).toString('base64url'),
    serial: 0,
    conversations: {},
    seen: {},
    cards: {},
    dings: [],
    todos: [],
    workNotices: [],
    months: {},
    files: {},
    codes: {},
  };
}

/**
 * Reads the state of the last run, or starts empty. A file that cannot be read is set aside as `<file>.bad`, never
 * overwritten. Without a file nothing is kept.
 */
export function keepState(file: string | undefined, log: (line: string) => void): Keeper {
  const state = file && existsSync(file) ? read(file, log) : blank();
  let timer: NodeJS.Timeout | null = null;
  let tookMs = 0;
  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    const start = performance.now();
    if (file) write(file, state);
    tookMs = performance.now() - start;
  };
  const touch = () => {
    // A large state is written less often, so that writing never takes more than a twentieth of the time.
    if (file) timer ??= setTimeout(flush, Math.max(SAVE_MS, tookMs * 20));
  };
  return { state, touch, flush };
}

function read(file: string, log: (line: string) => void): State {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof found === 'object' && found !== null && 'version' in found && found.version === 1) {
      return { ...blank(), ...found, version: 1 };
    }
    throw new Error('not a sandbox state of version 1');
  } catch (error) {
    log(`sandbox: state set aside as ${file}.bad: ${error instanceof Error ? error.message : String(error)}`);
    renameSync(file, `${file}.bad`);
    return blank();
  }
}

/** Renaming is atomic: a crash leaves the old file or the new one, never half of one. */
function write(file: string, state: State): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
