import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxClock } from './clock';
import { samplePhoto, sampleVideo, sampleVoice } from './samples';
import { randomCode, sign, signed } from './signing';
import type { Keeper, StoredFile } from './state';

/** How long a downloadCode lives; the platform does not say, so the sandbox is generous (reference §3.4). */
export const CODE_MS = 24 * 3_600_000;
/** How long a download link lives after it was asked for. */
export const LINK_MS = 15 * 60_000;

export interface Files {
  /** Keeps bytes under a new id. */
  put(file: Omit<StoredFile, 'id'>, bytes: Buffer): StoredFile;
  get(id: string): { file: StoredFile; bytes: Buffer } | null;
  /** A downloadCode for a file, as robot frames carry it. */
  code(fileId: string): string;
  /** The signed link behind a code; null when the code is wrong or too old. */
  link(code: string): string | null;
  /** Checks a link of `link` by its query; null when it is forged or has expired. */
  open(id: string, expires: string, signature: string): { file: StoredFile; bytes: Buffer } | null;
}

/** What people sent. Bytes lie beside the state file, or in memory when there is none. */
export function createFiles(keeper: Keeper, clock: SandboxClock, folder: string | null, base: () => string): Files {
  const { state, touch } = keeper;
  const memory = new Map<string, Buffer>();
  const get = (id: string) => {
    const file = Object.hasOwn(state.files, id) ? state.files[id] : undefined;
    const bytes = file && (memory.get(id) ?? fromDisk(folder, id));
    return file && bytes ? { file, bytes } : null;
  };
  return {
    get,
    put(given, bytes) {
      const file = { id: randomUUID(), ...given };
      state.files[file.id] = file;
      if (folder) toDisk(folder, file.id, bytes);
      else memory.set(file.id, bytes);
      touch();
      return file;
    },
    code(fileId) {
      const code = randomCode(48);
      state.codes[code] = { fileId, at: clock.now() };
      touch();
      return code;
    },
    link(code) {
      const found = Object.hasOwn(state.codes, code) ? state.codes[code] : undefined;
      if (!found || clock.now() - found.at > CODE_MS) return null;
      const expires = String(Math.floor((clock.now() + LINK_MS) / 1000));
      const signature = sign(state.secret, `${found.fileId} ${expires}`);
      return `${base()}/oss/${found.fileId}.file?Expires=${expires}&OSSAccessKeyId=sandbox&Signature=${signature}`;
    },
    open(id, expires, signature) {
      const good = signed(state.secret, `${id} ${expires}`, signature) && Number(expires) * 1000 > clock.now();
      return good ? get(id) : null;
    },
  };
}

function toDisk(folder: string, id: string, bytes: Buffer): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, id), bytes, { mode: 0o600 });
}

function fromDisk(folder: string | null, id: string): Buffer | null {
  try {
    return folder ? readFileSync(join(folder, id)) : null;
  } catch {
    return null;
  }
}

const DATA_URL = /^data:(image\/(?:png|jpeg|gif|webp|bmp));base64,([A-Za-z0-9+/=]+)$/;

/** A photo from a data URL or `sample:<name>`; null when it is neither. */
export function photoFrom(text: string): { mime: string; bytes: Buffer } | null {
  if (text.startsWith('sample:')) {
    const bytes = samplePhoto(text.slice('sample:'.length));
    return bytes && { mime: 'image/png', bytes };
  }
  const [, mime, data] = DATA_URL.exec(text) ?? [];
  return mime && data ? { mime, bytes: Buffer.from(data, 'base64') } : null;
}

export function voice(seconds: number): { mime: string; bytes: Buffer } {
  return { mime: 'audio/wav', bytes: sampleVoice(seconds) };
}

export function video(): { mime: string; bytes: Buffer } {
  return { mime: 'video/mp4', bytes: sampleVideo() };
}
