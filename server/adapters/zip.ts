import { crc32, inflateRawSync } from 'node:zlib';
import { BadSheet } from '../ports';

/**
 * Unpacks what an xlsx is made of, measured before and while unpacking: what the archive says of its sizes is believed
 * only as an upper bound. Errors: `BadSheet`.
 */

const MOST_ENTRIES = 2_000;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  name: string;
  method: number;
  packed: number;
  size: number;
  offset: number;
}

const broken = () => new BadSheet('broken', '文件已损坏，请用 Excel 或 WPS 打开另存为 .xlsx 后再传。');

/** The XML parts by name; pictures and the like are left packed. All parts together may unpack to at most `most` bytes. */
export function unzipXml(bytes: Buffer, most: number): Map<string, Buffer> {
  const entries = directory(bytes);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > most) throw tooLarge(most);
  const parts = new Map<string, Buffer>();
  for (const entry of entries) {
    if (!/\.xml(\.rels)?$/.test(entry.name)) continue;
    if (parts.has(entry.name)) throw broken();
    parts.set(entry.name, unpack(bytes, entry));
  }
  return parts;
}

function tooLarge(most: number): BadSheet {
  return new BadSheet('too_large', `表格展开后超过 ${most / 1024 / 1024} MB，请删去不用的内容后再传。`);
}

/** What the archive holds, by its own account. */
function directory(bytes: Buffer): Entry[] {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + 22 > bytes.length) throw broken();
  const count = bytes.readUInt16LE(end + 10);
  if (count > MOST_ENTRIES) throw broken();
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== CENTRAL) throw broken();
    if (bytes.readUInt16LE(at + 8) & ENCRYPTED) throw new BadSheet('locked', '文件有密码，请去掉密码另存后再传。');
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function unpack(bytes: Buffer, { method, packed, size, offset }: Entry): Buffer {
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== LOCAL) throw broken();
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const raw = bytes.subarray(start, start + packed);
  if (raw.length !== packed) throw broken();
  const part = method === DEFLATED ? inflate(raw, size) : raw;
  if ((method !== STORED && method !== DEFLATED) || part.length !== size) throw broken();
  return part;
}

/** Stops as soon as more comes out than was said. */
function inflate(raw: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(raw, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw broken();
  }
}

/** An archive of these parts, unpacked: for a reader that would believe another's sizes. */
export function zipPlain(parts: ReadonlyMap<string, Buffer>): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, part] of parts) {
    const title = Buffer.from(name);
    const shared = Buffer.alloc(26);
    // Version 2.0, UTF-8 names, stored; no date.
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800, 2);
    shared.writeUInt32LE(crc32(part), 10);
    shared.writeUInt32LE(part.length, 14);
    shared.writeUInt32LE(part.length, 18);
    shared.writeUInt16LE(title.length, 22);
    locals.push(signed(LOCAL), shared, title, part);
    centrals.push(signed(CENTRAL), Buffer.from([20, 0]), shared, Buffer.alloc(10), number32(offset), title);
    offset += 30 + title.length + part.length;
  }
  return Buffer.concat([...locals, ...centrals, endOf(parts.size, Buffer.concat(centrals).length, offset)]);
}

function endOf(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

const signed = number32;

function number32(value: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32LE(value);
  return four;
}
