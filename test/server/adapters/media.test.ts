import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskMedia, diskUploads } from '../../../server/adapters/media';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gridtalk-media-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function files(): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test.each([0, 1, 70_000, 5_000_000])('%i bytes come back as they went in, under their SHA-256', async (size) => {
  const bytes = randomBytes(size);
  const media = diskMedia(dir);
  const name = await media.save(bytes);
  expect(name).toBe(hash(bytes));
  expect((await diskMedia(dir).read(name))?.equals(bytes)).toBe(true);
  expect(await files()).toEqual([join(dir, name.slice(0, 2), name.slice(2))]);
});

test('the same photo is kept once, even when saved many times at the same moment', async () => {
  const bytes = randomBytes(200_000);
  const names = await Promise.all(Array.from({ length: 20 }, () => diskMedia(dir).save(bytes)));
  expect(new Set(names)).toEqual(new Set([hash(bytes)]));
  expect(await files()).toHaveLength(1);
});

test('what was never saved is null', async () => {
  expect(await diskMedia(dir).read(hash(Buffer.from('nothing')))).toBeNull();
  expect(await diskMedia(join(dir, 'no', 'such')).read(hash(Buffer.from('nothing')))).toBeNull();
});

test.each([
  '',
  'abc',
  '../../etc/passwd',
  `../${'a'.repeat(61)}`,
  'A'.repeat(64),
  'g'.repeat(64),
  `${'a'.repeat(64)}\n`,
  'a'.repeat(65),
  `${'a'.repeat(32)}/../${'b'.repeat(28)}`,
])('the name %j is refused', async (name) => {
  await expect(diskMedia(dir).read(name)).rejects.toThrow(RangeError);
});

test('what a crash left half-written is neither read nor in the way', async () => {
  const bytes = randomBytes(1_000);
  const media = diskMedia(dir);
  const name = await media.save(bytes);
  const path = join(dir, name.slice(0, 2), name.slice(2));
  await rm(path);
  await writeFile(`${path}.crashed.tmp`, bytes.subarray(0, 10));
  expect(await media.read(name)).toBeNull();
  await media.save(bytes);
  expect((await media.read(name))?.equals(bytes)).toBe(true);
});

test('a photo that cannot be kept is an error, not a name, and leaves nothing behind', async () => {
  const blocked = join(dir, 'file');
  await writeFile(blocked, '');
  await expect(diskMedia(blocked).save(randomBytes(10))).rejects.toThrow(/ENOTDIR|EEXIST/);
  expect(await files()).toEqual([blocked]);
});

test('an uploaded table is there for a day, and longer only for whoever looks at it again', async () => {
  const uploads = diskUploads(dir);
  const [kept, lost] = [Buffer.from('seen again'), Buffer.from('given up')];
  const [again, once] = [await uploads.save(kept), await uploads.save(lost)];
  const old = new Date(Date.now() - 25 * 3_600_000);
  for (const file of await files()) await utimes(file, old, old);
  expect(await uploads.read(once)).toEqual(lost);
  expect(await uploads.save(kept)).toBe(again);
  expect([await uploads.read(once), await uploads.read(again)]).toEqual([null, kept]);
  // Within the day, too: who looks in the evening accepts it the next morning.
  const evening = new Date(Date.now() - 23 * 3_600_000);
  for (const file of await files()) await utimes(file, evening, evening);
  await uploads.save(kept);
  for (const file of await files()) expect(Date.now() - (await stat(file)).mtimeMs).toBeLessThan(3_600_000);
  // Control: photos stay for good.
  expect(await diskMedia(dir).save(lost)).toBe(once);
  for (const file of await files()) await utimes(file, old, old);
  await diskMedia(dir).save(Buffer.from('another'));
  expect(await diskMedia(dir).read(once)).toEqual(lost);
});
