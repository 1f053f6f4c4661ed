import { HOUR } from '../domain/clock';
import { type Clock, type Media, type MediaRow, type Messenger, Rejected, Retry, type Store } from '../ports';

export interface FetchPorts {
  store: Store;
  clock: Clock;
  messenger: Pick<Messenger, 'download'>;
  media: Media;
  /** Counts what became of one photo, voice or video. */
  onFetched(as: 'stored' | 'failed' | 'retry'): void;
}

const AT_ONCE = 8;
const MOST_TRIES = 6;

/** Fetches what was sent with messages: a download code lives for a short time only, so this comes before everything slow. */
export async function fetchMedia(ports: FetchPorts): Promise<void> {
  for (;;) {
    const rows = await ports.store.pendingMedia(ports.clock.now(), AT_ONCE);
    if (rows.length === 0) return;
    await Promise.all(rows.map((row) => fetchOne(ports, row)));
  }
}

async function fetchOne(ports: FetchPorts, row: MediaRow): Promise<void> {
  try {
    const { bytes, mime } = await ports.messenger.download(row.code ?? '');
    const sha256 = await ports.media.save(bytes);
    await ports.store.putMedia({ ...row, status: 'stored', sha256, mime, size: bytes.length });
    await showIt(ports, row.eventId);
    ports.onFetched('stored');
  } catch (error) {
    await later(ports, row, error);
  }
}

/** Cards of the event show the photo soon. */
async function showIt({ store, clock }: FetchPorts, eventId: string): Promise<void> {
  const now = clock.now();
  const notice = { kind: 'stale', eventId } as const;
  await store.addNotices([
    {
      id: `photo:${eventId}:${now}`,
      slot: `stale:${eventId}`,
      notice,
      urgent: false,
      dueAt: now + 1000,
      createdAt: now,
    },
  ]);
}

async function later(ports: FetchPorts, row: MediaRow, error: unknown): Promise<void> {
  const attempts = row.attempts + 1;
  const over = error instanceof Rejected || attempts >= MOST_TRIES;
  const wait = Math.max(error instanceof Retry ? error.afterMs : 0, 2 ** attempts * 1000);
  await ports.store.putMedia({
    ...row,
    attempts,
    status: over ? 'failed' : 'pending',
    nextAt: ports.clock.now() + Math.min(wait, HOUR),
  });
  ports.onFetched(over ? 'failed' : 'retry');
}
