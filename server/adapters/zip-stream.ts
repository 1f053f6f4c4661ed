import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

/** An archive written while its parts are still being made: sizes and sums follow each part instead of going before it. */

export interface Part {
  name: string;
  text: AsyncIterable<string> | Iterable<string>;
}

interface Written {
  title: Buffer;
  offset: number;
  crc: number;
  packed: number;
  size: number;
}

/** Version 2.0; sums follow the data, names are UTF-8; deflated; no date. */
const SHARED = Buffer.from([20, 0, 0x08, 0x08, 8, 0, 0, 0, 0x21, 0]);

export async function* zipStream(parts: Iterable<Part>): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let offset = 0;
  for (const { name, text } of parts) {
    const title = Buffer.from(name);
    const part: Written = { title, offset, crc: 0, packed: 0, size: 0 };
    const head = Buffer.concat([numbers(0x04034b50), SHARED, numbers(0, 0, 0), shorts(title.length, 0), title]);
    yield head;
    yield* deflated(text, part);
    yield Buffer.concat([numbers(0x08074b50, part.crc, part.packed, part.size)]);
    offset += head.length + part.packed + 16;
    written.push(part);
  }
  const directory = Buffer.concat(written.map(central));
  const counts = shorts(0, 0, written.length, written.length);
  yield Buffer.concat([directory, numbers(0x06054b50), counts, numbers(directory.length, offset), shorts(0)]);
}

/** Leaving early ends the source, too. */
async function* deflated(text: Part['text'], part: Written): AsyncGenerator<Buffer> {
  const deflate = createDeflateRaw();
  const done = pipeline(Readable.from(counted(text, part)), deflate);
  // A source that fails is heard of in the loop; after leaving early nobody asks any more.
  const over = done.catch(() => undefined);
  try {
    for await (const chunk of deflate as AsyncIterable<Buffer>) {
      part.packed += chunk.length;
      yield chunk;
    }
  } finally {
    await over;
  }
}

async function* counted(text: Part['text'], part: Written): AsyncGenerator<Buffer> {
  for await (const piece of text) {
    const bytes = Buffer.from(piece);
    part.crc = crc32(bytes, part.crc);
    part.size += bytes.length;
    yield bytes;
  }
}

function central({ title, offset, crc, packed, size }: Written): Buffer {
  const sizes = numbers(crc, packed, size);
  const rest = Buffer.concat([shorts(title.length, 0, 0, 0, 0), numbers(0, offset)]);
  return Buffer.concat([numbers(0x02014b50), Buffer.from([20, 0]), SHARED, sizes, rest, title]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

function shorts(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
}
