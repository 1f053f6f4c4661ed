import type { Field } from '../../server/http/contract';
import type { Picked } from '../picker';

/** What is typed for a step stays on the phone until it has arrived: through a lost line, a closed page, an empty battery. */
export interface Draft {
  values: Partial<Record<Field['name'], string>>;
  /** Those that have not arrived yet with their bytes. */
  photos: Picked[];
  before: Picked[];
  /** The same until it was answered: a request whose answer was lost acts once. '' takes a new one. */
  clientId: string;
}

const PREFIX = 'gridtalk.draft.';
const MOST_DAYS = 30;

/** Phones are lent: what one person typed is not shown to another. */
export function draftKey(userId: string, eventId: string, action: string): string {
  return `${PREFIX}${userId}.${eventId}.${action}`;
}

export function draftOf(key: string): Draft | null {
  try {
    const found = JSON.parse(localStorage.getItem(key) || 'null') as Draft | null;
    return found?.values && Array.isArray(found.photos) && Array.isArray(found.before) ? found : null;
  } catch {
    return null;
  }
}

export function keepDraft(key: string, draft: Draft): void {
  // Where there is no room for photos, there is for words; in a private window what is typed lives as long as the page.
  if (!put(key, draft))
    put(key, { ...draft, photos: draft.photos.filter(hasArrived), before: draft.before.filter(hasArrived) });
}

function hasArrived({ id }: Picked): boolean {
  return id !== null;
}

function put(key: string, draft: Draft): boolean {
  try {
    localStorage.setItem(key, JSON.stringify({ ...draft, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept there.
  }
}

const SAID = 'gridtalk.said.';
const LAST = 3;

/** What this person wrote last for the same step, the newest first. */
export function saidBefore(userId: string, action: string): string[] {
  try {
    const said: unknown = JSON.parse(localStorage.getItem(`${SAID}${userId}.${action}`) || '[]');
    return Array.isArray(said) ? said.filter((words): words is string => typeof words === 'string') : [];
  } catch {
    return [];
  }
}

/** Long texts are about one event alone. */
const SHORT = 30;

export function remember(userId: string, action: string, words: string): void {
  const text = words.trim();
  if (text.length < 2 || text.length > SHORT) return;
  const said = [text, ...saidBefore(userId, action).filter((each) => each !== text)].slice(0, LAST);
  try {
    localStorage.setItem(`${SAID}${userId}.${action}`, JSON.stringify(said));
  } catch {
    // It is a convenience only.
  }
}

/** Once a page: drafts that nobody came back to. */
function tidy(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.indexOf(PREFIX) !== 0) continue;
      const { at = 0 } = JSON.parse(localStorage.getItem(key) || '{}') as { at?: number };
      if (Date.now() - at > MOST_DAYS * 86_400_000) localStorage.removeItem(key);
    }
  } catch {
    // What cannot be read stays.
  }
}

tidy();
