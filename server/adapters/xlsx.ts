import { readSheet } from 'read-excel-file/node';
import writeExcel, { type Cell as OutCell } from 'write-excel-file/node';
import { z } from 'zod';
import type { Cell, Table } from '../domain/tables';
import { BadSheet, type Sheets } from '../ports';
import { streamXlsx } from './xlsx-stream';
import { unzipXml, zipPlain } from './zip';

/** Spreadsheets read and written. What comes from outside is measured before the reader sees it. */

const MOST_BYTES = 5 * 1024 * 1024;
const MOST_UNPACKED = 60 * 1024 * 1024;
const MOST_ROWS = 20_000;
const MOST_COLUMNS = 60;
/** As many rows as Excel has; styles may reach down there, contents may not. */
const EXCEL_ROWS = 1_048_576;

export const sheets: Sheets = {
  stream: streamXlsx,

  async read(bytes) {
    if (bytes.length > MOST_BYTES)
      throw new BadSheet('too_large', `文件超过 ${MOST_BYTES / 1024 / 1024} MB，请分成几份再传。`);
    const table = looksLikeJson(bytes) ? fromJson(bytes) : await fromXlsx(bytes);
    if (table.rows.length > MOST_ROWS || table.rows.some((row) => row.length > MOST_COLUMNS)) throw tooMany();
    return table;
  },

  write(sheet, rows, widths) {
    const [header = [], ...lines] = rows;
    const bold = header.map((cell): OutCell => ({ ...PLAIN, ...HEADER, value: String(cell ?? ''), type: String }));
    return writeExcel([bold, ...lines.map((row) => row.map(written))], {
      sheet,
      stickyRowsCount: 1,
      columns: widths.map((width) => ({ width })),
    }).toBuffer();
  },
};

function tooMany(): BadSheet {
  return new BadSheet('too_many', `表格太大：最多 ${MOST_ROWS} 行、${MOST_COLUMNS} 列，请删去多余的行列或分成几份。`);
}

// ---------------------------------------------------------------------------------------------- writing

const PLAIN = { wrap: true, alignVertical: 'top' } as const;
const HEADER = { fontWeight: 'bold', backgroundColor: '#e8eef7', alignVertical: 'center' } as const;

/** Texts that a spreadsheet could take for a formula are marked as text, so that editing or re-saving keeps them harmless. */
function written(cell: Cell): OutCell {
  if (cell === null || cell === '') return null;
  if (typeof cell === 'number') return { ...PLAIN, value: cell, type: Number };
  if (typeof cell === 'boolean') return { ...PLAIN, value: cell, type: Boolean };
  return { ...PLAIN, value: cell, type: String, ...(/^[=+\-@\t\r]/.test(cell) && { format: '@' }) };
}

// ---------------------------------------------------------------------------------------------- reading

const OLD_OFFICE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const LOCKED = Buffer.from('EncryptedPackage', 'utf16le');

async function fromXlsx(bytes: Buffer): Promise<Table> {
  if (bytes.subarray(0, 8).equals(OLD_OFFICE)) throw oldOffice(bytes);
  if (bytes.toString('latin1', 0, 2) !== 'PK')
    throw new BadSheet('not_sheet', '这不是 Excel 表格，请上传 .xlsx 文件（也可以是 .json）。');
  const parts = unzipXml(bytes, MOST_UNPACKED);
  const workbook = parts.get('xl/workbook.xml');
  if (!workbook) throw new BadSheet('not_sheet', '压缩包里没有表格，请上传用 Excel 或 WPS 保存的 .xlsx 文件。');
  const small = new Map([...parts].filter(([, part]) => fits(part.toString('utf8'))));
  const told = new Map(
    [...small].map(([name, part]) => [name, name.includes('/worksheets/') ? withErrors(part) : part]),
  );
  const rows = await firstSheet(zipPlain(told), small.size < parts.size);
  const [sheet = '', ...otherSheets] = sheetNames(workbook.toString('utf8'));
  return { sheet, otherSheets, rows: rows.map((row) => row.map(cellOf)) };
}

/** The reader takes a formula's error for an empty cell; as text it is told, `#N/A`. */
function withErrors(sheet: Buffer): Buffer {
  const xml = sheet.toString('utf8').replace(/(<(?:[\w.-]+:)?c\s[^>]*?\bt\s*=\s*["'])e(?=["'])/g, '$1str');
  return Buffer.from(xml);
}

function oldOffice(bytes: Buffer): BadSheet {
  return bytes.includes(LOCKED)
    ? new BadSheet('locked', '文件有密码，请去掉密码另存后再传。')
    : new BadSheet('old_format', '这是旧版 .xls 文件，请用 Excel 或 WPS 另存为 .xlsx 后再传。');
}

async function firstSheet(bytes: Buffer, dropped: boolean): Promise<unknown[][]> {
  try {
    return await readSheet(bytes, 1, { trim: false });
  } catch (error) {
    // The reader does not find a sheet that was kept from it for its size.
    if (dropped && error instanceof Error && error.message.includes('not found')) throw tooMany();
    throw new BadSheet('broken', '表格读不出来，请用 Excel 或 WPS 打开另存为 .xlsx 后再传。');
  }
}

/**
 * Would the reader, which lays rows and columns out as their numbers say, need no more room than a table may have?
 * What looks odd does not fit.
 */
function fits(xml: string): boolean {
  let row = 0;
  for (const [, tag, attributes = ''] of xml.matchAll(/<(?:[\w.-]+:)?(row|c)(?=[\s/>])([^>]*)>/g)) {
    if ((attributes.match(/["']/g)?.length ?? 0) % 2 === 1) return false;
    const places = [...attributes.matchAll(/(?:^|\s)r\s*=\s*["']([^"']*)["']/g)].map((found) => found[1] ?? '');
    const [column = '', number = ''] = /^([A-Z]*)(\d{1,7})$/.exec(places[0] ?? '')?.slice(1) ?? [];
    if (places.length > 1 || (places.length === 1 && !number)) return false;
    if (tag === 'row') row = Number(number);
    if (row > EXCEL_ROWS) return false;
    const filled = tag === 'c' && !attributes.endsWith('/');
    if (filled && (Math.max(row, Number(number)) > MOST_ROWS || columnNumber(column) > MOST_COLUMNS)) return false;
  }
  return true;
}

function columnNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function sheetNames(workbook: string): string[] {
  return [...workbook.matchAll(/<(?:[\w.-]+:)?sheet\s[^>]*?\bname\s*=\s*["']([^"']*)["']/g)].map((found) =>
    (found[1] ?? '').replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? ''),
  );
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function cellOf(cell: unknown): Cell {
  if (cell instanceof Date)
    return cell
      .toISOString()
      .replace(/T00:00:00.*$/, '')
      .replace('T', ' ')
      .slice(0, 16);
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean' ? cell : null;
}

// ------------------------------------------------------------------------------------------------- JSON

function looksLikeJson(bytes: Buffer): boolean {
  return /^\s*[[{]/.test(bytes.toString('utf8', 0, 200).replace(/^\uFEFF/, ''));
}

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** Lists and objects within a row have no place in a table. */
const flat = z.unknown().transform((value) => cell.safeParse(value).data ?? null);
const json = z.union([z.array(z.array(flat)), z.array(z.record(z.string(), flat))]);
const withRows = z.looseObject({ rows: json });

function fromJson(bytes: Buffer): Table {
  const given = parsed(bytes);
  const read = json.safeParse(withRows.safeParse(given).data?.rows ?? given);
  if (!read.success)
    throw new BadSheet(
      'not_sheet',
      '这不是表格，请上传 .xlsx 文件。JSON 要写成 {"rows": […]}，每行是一个对象或一个数组。',
    );
  return { sheet: '', otherSheets: [], rows: read.data.every(Array.isArray) ? read.data : fromObjects(read.data) };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw new BadSheet('broken', '不是正确的 JSON，请检查后再传。');
  }
}

/** Objects count their rows as a sheet does: the header is row 1. */
function fromObjects(objects: readonly (Record<string, Cell> | Cell[])[]): Cell[][] {
  const records = objects.filter((each): each is Record<string, Cell> => !Array.isArray(each));
  const keys = [...new Set(records.flatMap(Object.keys))];
  return [keys, ...records.map((record) => keys.map((key) => record[key] ?? null))];
}
