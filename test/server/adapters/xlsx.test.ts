import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { readSheet } from 'read-excel-file/node';
import { sheets } from '../../../server/adapters/xlsx';
import { unzipXml, zipPlain } from '../../../server/adapters/zip';
import type { Cell } from '../../../server/domain/tables';

const MB = 1024 * 1024;
const part = (text: string) => Buffer.from(text);

/** A workbook by hand: whatever stands in its sheets. */
function workbook(sheetData: string, more: Record<string, string> = {}): Map<string, Buffer> {
  const names = ['目录', ...Object.keys(more)];
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  return new Map([
    [
      'xl/workbook.xml',
      part(
        `<workbook xmlns:r="${rel}"><sheets>${names.map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join('')}</sheets></workbook>`,
      ),
    ],
    [
      'xl/_rels/workbook.xml.rels',
      part(
        `<Relationships>${names.map((_, index) => `<Relationship Id="rId${index + 1}" Type="${rel}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`).join('')}</Relationships>`,
      ),
    ],
    ...[sheetData, ...Object.values(more)].map((data, index): [string, Buffer] => [
      `xl/worksheets/sheet${index + 1}.xml`,
      part(`<worksheet><sheetData>${data}</sheetData></worksheet>`),
    ]),
  ]);
}

const text = (at: string, words: string) => `<c r="${at}" t="inlineStr"><is><t>${words}</t></is></c>`;

/** An archive with one packed part that says of itself what it likes. */
function packed(name: string, content: Buffer, said = content.length): Buffer {
  const raw = deflateRawSync(content);
  const zip = zipPlain(new Map([[name, raw]]));
  const central = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  zip.writeUInt16LE(8, 8);
  zip.writeUInt32LE(said, 22);
  zip.writeUInt16LE(8, central + 10);
  zip.writeUInt32LE(said, central + 24);
  return zip;
}

/** The same archive with its parts deflated, as Excel writes it. */
function repacked(plainZip: Buffer): Buffer {
  const parts = [...unzipXml(plainZip, 60 * MB)];
  const raw = new Map(parts.map(([name, content]) => [name, deflateRawSync(content)]));
  const zip = zipPlain(raw);
  for (const [name, content] of parts) {
    const central = zip.lastIndexOf(Buffer.from(name)) - 46;
    zip.writeUInt16LE(8, zip.readUInt32LE(central + 42) + 8);
    zip.writeUInt32LE(content.length, zip.readUInt32LE(central + 42) + 22);
    zip.writeUInt16LE(8, central + 10);
    zip.writeUInt32LE(content.length, central + 24);
  }
  return zip;
}

const refusal = async (bytes: Buffer) => {
  const error = await sheets.read(bytes).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'BadSheet' });
  return error as { code: string; words: string };
};

describe('a table written and read again', () => {
  it('is the same, with texts that look like formulas, numbers, blanks and line breaks', async () => {
    const rows: Cell[][] = [
      ['事项', '时限', '说明'],
      ['=HYPERLINK("http://x")', 5, null],
      ['+1', -3.5, '-2'],
      ['@SUM(A1)', null, '\t制表'],
      ['两行\n文字', true, '  空格  '],
      [null, null, null],
      ['01', 0, '<a>&"\''],
    ];
    const table = await sheets.read(await sheets.write('目录', rows, [10, 10, 10]));
    expect(table).toEqual({ sheet: '目录', otherSheets: [], rows });
  });

  it('marks texts that begin like a formula as text, and writes no formula', async () => {
    const bytes = await sheets.write('目录', [['事项'], ['=1+1'], ['平常']], [10]);
    const parts = unzipXml(bytes, MB);
    const sheet = parts.get('xl/worksheets/sheet1.xml')?.toString() ?? '';
    const styleOf = (at: string) => new RegExp(`<c r="${at}" s="(\\d+)" t="s">`).exec(sheet)?.[1];
    expect(sheet).not.toContain('<f>');
    expect(styleOf('A2')).toBeDefined();
    expect(styleOf('A2')).not.toBe(styleOf('A3'));
    // 49 is Excel's own number for the format "text".
    expect(parts.get('xl/styles.xml')?.toString()).toMatch(/numFmtId="49"|formatCode="@"/);
  });

  it('keeps the header in sight and the texts wrapped', async () => {
    const parts = unzipXml(await sheets.write('目录', [['事项'], ['平常']], [33]), MB);
    expect(parts.get('xl/worksheets/sheet1.xml')?.toString()).toMatch(/ySplit="1".*state="frozen".*width="33"/s);
    expect(parts.get('xl/styles.xml')?.toString()).toContain('wrapText="1"');
  });
});

describe('a file from elsewhere', () => {
  it('gives its first sheet and names the others', async () => {
    const rows = `<row r="2">${text('A2', '甲')}${text('C2', '乙')}</row>`;
    expect(await sheets.read(zipPlain(workbook(rows, { 'A&amp;B': '', 备注: '' })))).toEqual({
      sheet: '目录',
      otherSheets: ['A&B', '备注'],
      rows: [
        [null, null, null],
        ['甲', null, '乙'],
      ],
    });
  });

  it('may be JSON: rows of cells, or objects', async () => {
    expect((await sheets.read(part('{"rows":[["甲","乙"],[1,null]]}'))).rows).toEqual([
      ['甲', '乙'],
      [1, null],
    ]);
    expect((await sheets.read(part('[{"甲":"a"},{"乙":2,"丙":{"x":1}}]'))).rows).toEqual([
      ['甲', '乙', '丙'],
      ['a', null, null],
      [null, 2, null],
    ]);
  });

  it('may have styles far below and to the right of its contents', async () => {
    const rows = `<row r="1">${text('A1', '甲')}<c r="XFD1" s="0"/></row><row r="1048576"><c r="A1048576" s="0"/></row>`;
    const parts = workbook(rows);
    parts.set('xl/styles.xml', part('<styleSheet><cellXfs><xf/></cellXfs></styleSheet>'));
    expect((await sheets.read(zipPlain(parts))).rows).toEqual([['甲']]);
  });

  it('may have a second sheet too large to be read', async () => {
    const large = `<row r="1">${text('XFD1', '远')}</row>`;
    expect((await sheets.read(zipPlain(workbook(`<row r="1">${text('A1', '甲')}</row>`, { 大: large })))).rows).toEqual(
      [['甲']],
    );
  });
});

describe('a file that would do harm, or is none, is refused with what to do', () => {
  it.each([
    ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]), 'not_sheet', '.xlsx'],
    ['nothing at all', Buffer.alloc(0), 'not_sheet', '.xlsx'],
    ['a zip without a workbook', zipPlain(new Map([['a.txt', part('a')]])), 'not_sheet', '.xlsx'],
    ['an old .xls', Buffer.from('d0cf11e0a1b11ae100000000', 'hex'), 'old_format', '另存为 .xlsx'],
    [
      'a locked workbook',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
      'locked',
      '去掉密码',
    ],
    ['half a zip', zipPlain(workbook('')).subarray(0, 300), 'broken', '另存为'],
    ['JSON that is none', part('{"rows": [1,'), 'broken', 'JSON'],
    ['JSON that is no table', part('{"a": 1}'), 'not_sheet', 'rows'],
    ['more than 5 MB', Buffer.alloc(5 * MB + 1), 'too_large', '5 MB'],
  ])('%s', async (_, bytes, code, words) => {
    const error = await refusal(bytes);
    expect(error.code).toBe(code);
    expect(error.words).toContain(words);
  });

  it('a bomb that says how large it is, before anything is unpacked', async () => {
    const bomb = packed('xl/workbook.xml', Buffer.alloc(61 * MB));
    expect(bomb.length).toBeLessThan(MB);
    expect((await refusal(bomb)).code).toBe('too_large');
  });

  it('a bomb that lies about its size: it is stopped where its lie ends', async () => {
    expect((await refusal(packed('xl/workbook.xml', Buffer.alloc(61 * MB), 1_000))).code).toBe('broken');
  });

  it('an archive whose local headers say other sizes than its directory: the reader never sees them', async () => {
    const zip = zipPlain(workbook(`<row r="1">${text('A1', '甲')}</row>`));
    for (let at = zip.indexOf('PK\x03\x04'); at >= 0; at = zip.indexOf('PK\x03\x04', at + 1))
      zip.writeUInt32LE(0xf0000000, at + 22);
    expect((await sheets.read(zip)).rows).toEqual([['甲']]);
  });

  it.each([
    ['a row at the world’s end', `<row r="999999999">${text('A999999999', '甲')}</row>`],
    ['a row beyond the limit', `<row r="20001">${text('A20001', '甲')}</row>`],
    ['a cell far to the right', `<row r="1">${text('XFD1', '甲')}</row>`],
    ['a number in another guise', `<row r="9e8">${text('A1', '甲')}</row>`],
    ['a number behind a bracket in quotes', `<row a=">" r="999999999">${text('A1', '甲')}</row>`],
    ['a number behind an entity', `<row r="99999999&#57;">${text('A1', '甲')}</row>`],
  ])('%s', async (_, rows) => {
    const error = await refusal(zipPlain(workbook(rows)));
    expect(error.code).toBe('too_many');
    expect(error.words).toContain('20000 行');
  });
});

test('the reader alone would lay out every row up to the number said (control)', async () => {
  const rows = `<row r="300000">${text('A300000', '甲')}</row>`;
  expect(await readSheet(zipPlain(workbook(rows)))).toHaveLength(300_000);
  expect((await refusal(zipPlain(workbook(rows)))).code).toBe('too_many');
});

test('20,000 rows of 18 columns are read', async () => {
  const letters = [...'ABCDEFGHIJKLMNOPQR'];
  const rows = Array.from(
    { length: 20_000 },
    (_, row) =>
      `<row r="${row + 1}">${letters.map((letter) => `<c r="${letter}${row + 1}"><v>1</v></c>`).join('')}</row>`,
  );
  const zip = zipPlain(workbook(rows.join('')));
  expect(zip.length).toBeGreaterThan(5 * MB);
  expect((await sheets.read(repacked(zip))).rows).toHaveLength(20_000);
});

test('a file with bytes changed or cut is read or refused in words, never anything else', async () => {
  const whole = await sheets.write(
    '目录',
    [
      ['事项', '时限'],
      ['路灯', 4],
    ],
    [],
  );
  const at = fc.nat(whole.length - 1);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(at, fc.nat(255)), { maxLength: 8 }), fc.option(at), async (changes, cut) => {
      const bytes = Buffer.from(whole);
      for (const [index, byte] of changes) bytes[index] = byte;
      const answer = await sheets.read(bytes.subarray(0, cut ?? bytes.length)).catch((error: unknown) => error);
      if (answer instanceof Error) expect(answer).toMatchObject({ name: 'BadSheet', words: expect.any(String) });
    }),
    { numRuns: 300 },
  );
});

test('a formula is read as what it came to; one that went wrong is told as its error, not taken for empty', async () => {
  const cells =
    '<c r="A1" t="str"><f>B1&amp;"时"</f><v>4工作时</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C1" s="1" t="e"><v>#N/A</v></c>';
  const { rows } = await sheets.read(zipPlain(workbook(`<row r="1">${cells}</row>`)));
  expect(rows).toEqual([['4工作时', '#DIV/0!', '#N/A']]);
});
