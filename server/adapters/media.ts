import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Media } from '../ports';

/**
 * Photos, voice and video as files named after their SHA-256: `dir/ab/cdef…`. A file is either whole and on the disk or not there.
 * Errors: `RangeError` for a name that is not 64 lower-case hex digits; whatever the file system says.
 */
export function diskMedia(dir: string): Media {
  return {
    async save(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const path = pathOf(dir, sha256);
      if (!(await exists(path))) await writeWhole(dir, path, bytes);
      return sha256;
    },
    async read(sha256) {
      try {
        return await readFile(pathOf(dir, sha256));
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },
  };
}

/** A table is accepted by whoever has just looked at it, or not at all. */
const KEPT_MS = 86_400_000;

/**
 * Uploaded tables that wait to be accepted, in a folder of their own: people's telephone numbers stand in them, so that what is
 * older than a day goes when the next one comes.
 */
export function diskUploads(dir: string): Media {
  const { save, read } = diskMedia(dir);
  return {
    read,
    async save(bytes) {
      await sweep(dir, Date.now() - KEPT_MS);
      const sha256 = await save(bytes);
      // What is looked at again is young again.
      await utimes(pathOf(dir, sha256), new Date(), new Date());
      return sha256;
    },
  };
}

async function sweep(dir: string, before: number): Promise<void> {
  for (const entry of await entriesOf(dir)) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await writtenAt(path)) < before) await rm(path, { force: true });
  }
}

/** Epoch ms of the last writing; what another process has just taken away is young. */
async function writtenAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

async function entriesOf(dir: string) {
  try {
    return await readdir(dir, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Only a hash ever reaches the file system, so no name from outside can climb out of the directory. */
function pathOf(dir: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('A media name is 64 lower-case hex digits');
  return join(dir, sha256.slice(0, 2), sha256.slice(2));
}

/** The bytes are on the disk under another name before they get this one; a crash leaves at most a `.tmp` file. */
async function writeWhole(dir: string, path: string, bytes: Buffer): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const made = await mkdir(dirname(path), { recursive: true });
  if (made) await syncDirectory(dir);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes the new name itself survive a power cut. */
async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
