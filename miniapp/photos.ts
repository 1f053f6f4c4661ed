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

/** Said where a file cannot be made a photo. */
export const NO_PHOTO = '有一个文件不是照片，或已经损坏，没有加上。请选 JPEG 或 PNG 照片。';

export function tooMany(over: number, most: number): string {
  return over > 0 ? `最多 ${most} 张，多选的 ${over} 张没有加上。` : '';
}

const MOST = 1600;
const QUALITY = 0.72;

/** At most 1600 px on the long side, upright, as JPEG, without the file's own data. Errors: when the file is no picture. */
export async function shrink(file: Blob): Promise<Blob> {
  const { default: Compressor } = await import('compressorjs');
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
    const told = ((await exifr.parse(file, { reviveValues: false })) || {}) as Told;
    const at = timeOf(told);
    const { longitude, latitude } = told;
    const placed = longitude && latitude ? await toGcj(longitude, latitude) : null;
    if (at === null && !placed) return null;
    return { at, lng: placed ? placed[0] : null, lat: placed ? placed[1] : null };
  } catch {
    return null;
  }
}

interface Told {
  DateTimeOriginal?: string;
  /** OffsetTimeOriginal; the small build does not know it by name. */
  36881?: string;
  longitude?: number;
  latitude?: number;
}

/** `2026:11:23 09:41:07`, China's time where the file names no zone. */
function timeOf({ DateTimeOriginal: time, 36881: zone }: Told): number | null {
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
