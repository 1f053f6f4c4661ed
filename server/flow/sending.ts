import { createHash } from 'node:crypto';
import type { Rules } from '../domain/rules';
import type { Notice } from '../domain/types';
import { type Clock, type Message, type Messenger, type NoticeRow, Rejected, type Settled, type Store } from '../ports';

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

export type Of<K extends Notice['kind']> = Extract<Notice, { kind: K }>;
export type Row<K extends Notice['kind'] = Notice['kind']> = NoticeRow & { notice: Of<K> };

export type Sent = 'sent' | 'dropped';

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

export async function toPerson(ports: DeliverPorts, userId: string, message: Message): Promise<void> {
  const { failed } = await ports.messenger.sendToPeople([userId], message);
  if (failed.length > 0) throw new Rejected('person.unreachable', 'the platform could not deliver to this person');
}
