/** A photo as phones write it: the JPEG given, with an EXIF segment that tells when and where (WGS-84). */
export function withExif(jpeg: Buffer, { time, lng, lat }: { time: string; lng: number; lat: number }): Buffer {
  const gps = [tag(1, 2, 2, ascii('N')), rational(2, lat), tag(3, 2, 2, ascii('E')), rational(4, lng)];
  const exif = [tag(0x9003, 2, 20, ascii(time))];
  // Header 8, IFD0 with two pointers, then each table with its values behind it.
  const ifd0At = 8;
  const exifAt = ifd0At + 2 + 2 * 12 + 4;
  const exifTable = table(exif, exifAt);
  const gpsAt = exifAt + exifTable.length;
  const pointers = [tag(0x8769, 4, 1, long(exifAt)), tag(0x8825, 4, 1, long(gpsAt))];
  const header = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, ifd0At]);
  const tiff = Buffer.concat([header, table(pointers, ifd0At), exifTable, table(gps, gpsAt)]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const length = body.length + 2;
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, length >> 8, length & 0xff]), body]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

interface Tag {
  id: number;
  type: number;
  count: number;
  value: Buffer;
}

function tag(id: number, type: number, count: number, value: Buffer): Tag {
  return { id, type, count, value };
}

function ascii(words: string): Buffer {
  return Buffer.from(`${words}\0`, 'latin1');
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Degrees, minutes, seconds to a thousandth. */
function rational(id: number, degrees: number): Tag {
  const minutes = (degrees % 1) * 60;
  const parts = [
    [Math.floor(degrees), 1],
    [Math.floor(minutes), 1],
    [Math.round((minutes % 1) * 60_000), 1_000],
  ];
  return tag(id, 5, 3, Buffer.concat(parts.flat().map((value) => long(value!))));
}

/** Values of up to four bytes stand in the table, longer ones behind it. */
function table(tags: Tag[], at: number): Buffer {
  const rows: Buffer[] = [];
  const behind: Buffer[] = [];
  let next = at + 2 + tags.length * 12 + 4;
  for (const { id, type, count, value } of tags) {
    const row = Buffer.alloc(12);
    row.writeUInt16BE(id, 0);
    row.writeUInt16BE(type, 2);
    row.writeUInt32BE(count, 4);
    if (value.length <= 4) value.copy(row, 8);
    else {
      row.writeUInt32BE(next, 8);
      behind.push(value);
      next += value.length;
    }
    rows.push(row);
  }
  const count = Buffer.from([tags.length >> 8, tags.length & 0xff]);
  return Buffer.concat([count, ...rows, long(0), ...behind]);
}
