import { createHash, randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { DAY } from '../domain/clock';
import { maySee } from '../domain/policy';
import { refuse } from '../domain/refusal';
import type { MediaRef, Taken } from '../domain/types';
import type { MediaRow } from '../ports';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { photoPath } from './present';
import { Problem, refused } from './problem';
import { sign, signed } from './session';

/** Uploads belong to their owner until a command takes them up; then the event has a row of its own for the same bytes. */
const ownerMark = (userId: string) => `upload:${userId}`;

export function photoRoutes(ports: HttpPorts, key: Buffer): Pick<Handlers, 'POST /api/photos' | 'GET /api/photos/:id'> {
  return {
    'POST /api/photos': (asked) => upload(ports, asked),
    'GET /api/photos/:id': async ({ params, query, who, ctx }) => {
      const [row] = await ports.store.media([params.id]);
      const bySign = query.sign !== undefined && linkHolds(key, params.id, query, ports.clock.now());
      if (!row || !(bySign || (who && (await maySeePhoto(ports, who, row))))) throw notThere();
      await send(ports, ctx, row, bySign);
      return undefined;
    },
  };
}

/** Sent again under the same client id it is the one that came first. */
async function upload({ store, media, clock }: HttpPorts, { who, query, body: bytes }: Asked<'POST /api/photos'>) {
  const mime = mimeOf(bytes);
  if (!mime) throw new Problem(415, 'not_a_photo', '只能上传 JPEG、PNG 或 WebP 照片。');
  const id = `up-${query.clientId ? digest(`${who} ${query.clientId}`) : randomUUID()}`;
  const [before] = query.clientId ? await store.media([id]) : [];
  if (before) return { id, url: photoPath(id) };
  const taken = takenOf(query, clock.now());
  const sha256 = await media.save(bytes);
  await store.putMedia({
    id,
    eventId: ownerMark(who),
    kind: 'image',
    code: null,
    phase: 'report',
    status: 'stored',
    sha256,
    mime,
    size: bytes.length,
    ...(taken && { taken }),
    attempts: 0,
    createdAt: clock.now(),
  });
  return { id, url: photoPath(id) };
}

function digest(words: string): string {
  return createHash('sha256').update(words).digest('hex').slice(0, 32);
}

/** What a photo says of itself is kept as it says it, but for what cannot be: a time to come, half a place. */
function takenOf({ takenAt, lng, lat }: Asked<'POST /api/photos'>['query'], now: number): Taken | null {
  const at = takenAt !== undefined && takenAt <= now + DAY ? takenAt : null;
  const placed = lng !== undefined && lat !== undefined;
  return at === null && !placed ? null : { at, lng: placed ? lng : null, lat: placed ? lat : null };
}

/** The type by the bytes themselves: what the sender says of them is not believed. */
export function mimeOf(bytes: Buffer): string | null {
  if (bytes.length < 16) return null;
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  if (bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'image/png';
  const riff = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  return riff ? 'image/webp' : null;
}

/** A person's own uploads as media of a command. Errors: 422 for photos that are not theirs or not there. */
export async function attach(
  { store }: HttpPorts,
  who: string,
  ids: string[],
  phase: MediaRef['phase'],
): Promise<MediaRef[]> {
  if (ids.length === 0) return [];
  const rows = await store.media(ids);
  const own = rows.filter(({ eventId }) => eventId === ownerMark(who));
  if (own.length !== new Set(ids).size) throw new Problem(422, 'unknown_photo', '有照片没有传上来，请重新选择。');
  return own.map(({ sha256, mime, size, taken }) => ({
    id: randomUUID(),
    kind: 'image',
    code: null,
    phase,
    stored: { sha256: sha256!, mime: mime!, size: size! },
    ...(taken && { taken }),
  }));
}

async function maySeePhoto({ store, rules }: HttpPorts, who: string, row: MediaRow): Promise<boolean> {
  if (row.eventId === ownerMark(who)) return true;
  const event = await store.event(row.eventId);
  return event !== null && maySee(who, event, rules().roster);
}

function notThere(): Problem {
  const { status, code } = refused(refuse('not_found'));
  return new Problem(status, code, '没有找到这张照片，或您无权查看。');
}

async function send({ media }: HttpPorts, ctx: Context, row: MediaRow, bySign: boolean): Promise<void> {
  const bytes = row.sha256 ? await media.read(row.sha256) : null;
  if (!bytes) throw new Problem(404, 'not_yet', '照片还没有取到，请稍后再看。');
  const plain = /^(image\/(jpeg|png|webp|gif)|audio\/[\w.+-]+|video\/[\w.+-]+)$/.test(row.mime ?? '');
  ctx.set({
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    // Cards show signed addresses inside the chat client, which is another site.
    'Cross-Origin-Resource-Policy': bySign ? 'cross-origin' : 'same-site',
    'Content-Disposition': plain ? 'inline' : 'attachment',
  });
  ctx.type = plain ? row.mime! : 'application/octet-stream';
  ctx.body = bytes;
}

const MONTH = 30 * DAY;

/**
 * Addresses that the chat client can load a photo by, without a session. Good for one to two months: the end is
 * rounded, so that a card rendered again shows the same address and needs no update.
 */
export function photoLinks(key: Buffer, publicUrl: string, clock: { now(): number }): (mediaId: string) => string {
  return (mediaId) => {
    const until = String((Math.floor(clock.now() / MONTH) + 2) * MONTH);
    return `${publicUrl}${photoPath(mediaId)}?until=${until}&sign=${sign(key, 'photo', `${mediaId} ${until}`)}`;
  };
}

function linkHolds(key: Buffer, id: string, { until, sign: mac }: { until?: string; sign?: string }, now: number) {
  return Number(until) > now && signed(key, 'photo', `${id} ${until}`, mac ?? '');
}
