import Compressor from 'compressorjs';

/** Photos are made small on the phone: a weak network carries 160 kB, not 7 MB. What the file says of itself is read first. */

/** When and where it was taken, by the file's own word; GCJ-02. */
export interface Taken {
  at: number | null;
  lng: number | null;
  lat: number | null;
}

/** A photo on its way: its bytes, under an id of our own, so that it arrives once. */
export interface Shot {
  key: string;
  blob: Blob;
  taken: Taken | null;
}

const MOST = 1600;
const QUALITY = 0.72;

/** At most 1600 px on the long side, upright, as JPEG, without the file's own data. Errors: when the file is no picture. */
export function shrink(file: Blob): Promise<Blob> {
  return new Promise((resolve, reject) => {
    new Compressor(file, {
      ...{ maxWidth: MOST, maxHeight: MOST, quality: QUALITY, mimeType: 'image/jpeg' },
      // Else a small file would be handed on as it is, with the place it was taken at within.
      strict: false,
      success: resolve,
      error: reject,
    });
  });
}

/** EXIF, as far as there is any; phones leave it out as they like. Never fails. */
export async function takenOf(file: Blob): Promise<Taken | null> {
  try {
    const { default: exifr } = await import('exifr/dist/lite.esm.mjs');
    const told = (await exifr.parse(file, { pick: TIMES, reviveValues: false })) as Record<string, string> | undefined;
    const at = timeOf(told || {});
    const point = await exifr.gps(file).catch(() => null);
    const placed = point && Number.isFinite(point.latitude) ? await toGcj(point.longitude, point.latitude) : null;
    if (at === null && !placed) return null;
    return { at, lng: placed ? placed[0] : null, lat: placed ? placed[1] : null };
  } catch {
    return null;
  }
}

/** DateTimeOriginal, OffsetTimeOriginal; the small build asks for them by number. */
const TIMES = [0x9003, 0x9011];

/** `2026:11:23 09:41:07`, China's time where the file names no zone. */
function timeOf({ DateTimeOriginal: time, OffsetTimeOriginal: zone }: Record<string, string>): number | null {
  const [, date, clock] = /^(\d{4}:\d\d:\d\d) (\d\d:\d\d:\d\d)/.exec(time || '') || [];
  if (!date || !clock) return null;
  const offset = /^[+-]\d\d:\d\d$/.test(zone || '') ? zone : '+08:00';
  const at = Date.parse(`${date.replace(/:/g, '-')}T${clock}${offset}`);
  return Number.isFinite(at) ? at : null;
}

/** Satellites tell WGS-84; the town's maps are drawn in GCJ-02, half a kilometre off. */
async function toGcj(lng: number, lat: number): Promise<[number, number]> {
  const { default: gcoord } = await import('gcoord');
  return gcoord.transform([lng, lat], gcoord.WGS84, gcoord.GCJ02) as [number, number];
}
