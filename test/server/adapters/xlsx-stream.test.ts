import { readSheet } from 'read-excel-file/node';
import { sheets } from '../../../server/adapters/xlsx';
import { unzipXml } from '../../../server/adapters/zip';
import { instant } from '../../../server/domain/clock';
import type { SheetCell } from '../../../server/ports';

/** What a workbook that is written while its rows come must keep to, read by another's reader. */

const columns = [
  { header: '编号', width: 16 },
  { header: '内容 <&>', width: 40 },
];

async function* each(rows: readonly (readonly SheetCell[])[]) {
  yield* rows;
}

async function bytesOf(rows: AsyncIterable<readonly SheetCell[]>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of sheets.stream('事件 & 表', columns, rows)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const read = async (rows: readonly (readonly SheetCell[])[]) =>
  (await readSheet(await bytesOf(each(rows)), 1, { trim: false })).slice(1);

test('texts, numbers, truths and gaps come back as they were', async () => {
  const rows = [
    ['20261123-0042', '  井盖 <b>破损</b> & "松动"\n第二行  '],
    [3.5, true],
    [null, ''],
    ['😀', "O'Neil"],
  ];
  const [header] = await readSheet(await bytesOf(each(rows)));
  expect(header).toEqual(['编号', '内容 <&>']);
  expect(await read(rows)).toEqual([rows[0], [3.5, true], [null, null], ['😀', "O'Neil"]]);
});

test('a moment is a date by the clocks of China, whatever the zone of the server', async () => {
  const [[cell]] = (await read([[{ at: instant('2026-12-31', '23:59') + 59_900 }]])) as unknown as [[Date]];
  expect(cell.toISOString()).toBe('2026-12-31T23:59:59.000Z');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1'])(
  'a text that begins like a formula is a text, and stays one when it is edited: %j',
  async (text) => {
    const bytes = await bytesOf(each([[text, '无']]));
    const parts = unzipXml(bytes, 1e6);
    const sheet = String(parts.get('xl/worksheets/sheet1.xml'));
    expect(sheet).not.toMatch(/<f[ >/]/);
    const style = Number(/<c r="A2" s="(\d)" t="inlineStr">/.exec(sheet)?.[1]);
    const formats = [
      ...String(parts.get('xl/styles.xml'))
        .split('<cellXfs')[1]!
        .matchAll(/<xf numFmtId="(\d+)"/g),
    ];
    expect(formats[style]?.[1]).toBe('49');
    expect((await read([[text, '无']]))[0]).toEqual([text, '无']);
  },
);

test('what XML cannot hold is left out, the rest stays', async () => {
  expect(await read([['前\u0000\u0008\u001b\ufffe后', '半\ud83d个']])).toEqual([['前后', '半个']]);
});

test('a workbook without rows has its header', async () => {
  expect(await read([])).toEqual([]);
});

describe('rows are asked for as the reader takes them', () => {
  /** Rows that say how many of them were asked for. */
  function source(count: number) {
    const state = { asked: 0, ended: false };
    async function* rows(): AsyncGenerator<SheetCell[]> {
      try {
        for (; state.asked < count; state.asked += 1) yield [state.asked, `${Math.sin(state.asked)}`.repeat(20)];
      } finally {
        state.ended = true;
      }
    }
    return { state, rows: rows() };
  }

  test('who takes little at a time has few made ahead', async () => {
    const { state, rows } = source(50_000);
    const chunks = sheets.stream('表', columns, rows)[Symbol.asyncIterator]();
    let taken = 0;
    while (taken < 100_000) taken += (await chunks.next()).value?.length ?? 0;
    expect(state.asked).toBeGreaterThan(100);
    expect(state.asked).toBeLessThan(10_000);
    await chunks.return?.();
    expect(state.ended).toBe(true);
  });

  test('a source that fails is heard of by the reader', async () => {
    async function* rows(): AsyncGenerator<SheetCell[]> {
      yield ['一'];
      throw new Error('the database went away');
    }
    await expect(bytesOf(rows())).rejects.toThrow('the database went away');
  });
});
