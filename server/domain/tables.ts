/** A sheet as rows of cells, and its columns found by their headers. What the rows mean: catalogue-table.ts, duty-table.ts. */

export type Cell = string | number | boolean | null;

export interface Table {
  /** Name of the sheet; empty where there is none. */
  sheet: string;
  /** `rows[0]` is row 1 of the sheet. */
  rows: readonly (readonly Cell[])[];
  /** Sheets that are not read. */
  otherSheets: readonly string[];
}

export interface Fault {
  /** As the sheet counts, from 1. */
  row: number;
  column: string;
  value: string;
  /** Chinese: what is wrong, and what to do. */
  reason: string;
}

export interface Column<K extends string> {
  key: K;
  /** What the export writes. */
  header: string;
  /** What is understood besides. */
  aliases: readonly string[];
  /** Width in characters. */
  width: number;
}

/** One line below the header; `cells` holds the columns that the table has, trimmed. */
export interface Line<K extends string> {
  row: number;
  cells: Partial<Record<K, string>>;
}

export interface Headed<K extends string> {
  /** Row of the header; 0 where none was found. */
  header: number;
  lines: Line<K>[];
  /** Headers that mean nothing here. */
  ignored: string[];
  faults: Fault[];
}

/** A title or a date may stand above the header. */
const HEADER_WITHIN = 5;

/** Finds the header and reads the lines below it by column; blank lines are passed over. */
export function headed<K extends string>(table: Table, columns: readonly Column<K>[], needed: readonly K[]): Headed<K> {
  const at = headerOf(table, columns);
  if (at < 0) return { header: 0, lines: [], ignored: [], faults: [noHeader(columns, needed)] };
  const header = (table.rows[at] ?? []).map(textOf);
  const keys = header.map((title) => keyOf(title, columns));
  const ignored = header.filter((title, index) => title && !keys[index]);
  const faults = headerFaults(header, keys, columns, needed, at + 1);
  const lines = table.rows.slice(at + 1).flatMap((cells, index) => lineOf(cells, keys, at + 2 + index) ?? []);
  return { header: at + 1, lines, ignored, faults };
}

/** What a cell says, without the blanks around it. */
export function textOf(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'boolean') return cell ? '是' : '否';
  return String(cell).replace(/\r\n?/g, '\n').trim();
}

/** Two texts are the same condition, name or header when they differ in blanks and widths alone. */
export function plain(text: string): string {
  return text.normalize('NFKC').replace(/\s/g, '').toLowerCase();
}

function keyOf<K extends string>(title: string, columns: readonly Column<K>[]): K | undefined {
  // `处置时限（工作日）*` and `处置时限` are one column.
  const bare = plain(title).replace(/[*＊:：]|\(.*?\)/g, '');
  return columns.find(({ header, aliases }) =>
    [header, ...aliases].some((name) => plain(name).replace(/\(.*?\)/g, '') === bare),
  )?.key;
}

function headerOf<K extends string>({ rows }: Table, columns: readonly Column<K>[]): number {
  const known = rows.slice(0, HEADER_WITHIN).map((row) => row.filter((cell) => keyOf(textOf(cell), columns)).length);
  const most = Math.max(0, ...known);
  return most < 2 ? -1 : known.indexOf(most);
}

function noHeader<K extends string>(columns: readonly Column<K>[], needed: readonly K[]): Fault {
  const names = needed.map((key) => headerFor(key, columns)).join('、');
  return { row: 1, column: '', value: '', reason: `前 ${HEADER_WITHIN} 行里没有找到表头，请写上：${names}` };
}

export function headerFor<K extends string>(key: K, columns: readonly Column<K>[]): string {
  return columns.find((column) => column.key === key)?.header ?? key;
}

function headerFaults<K extends string>(
  header: string[],
  keys: (K | undefined)[],
  columns: readonly Column<K>[],
  needed: readonly K[],
  row: number,
): Fault[] {
  const missing = needed
    .filter((key) => !keys.includes(key))
    .map((key) => headerFor(key, columns))
    .map((column) => ({ row, column, value: '', reason: `缺少“${column}”这一列，请补上` }));
  const twice = keys.flatMap((key, index) =>
    key && keys.indexOf(key) < index
      ? [{ row, column: header[index] ?? '', value: '', reason: `“${headerFor(key, columns)}”有两列，请只留一列` }]
      : [],
  );
  return [...missing, ...twice];
}

function lineOf<K extends string>(cells: readonly Cell[], keys: (K | undefined)[], row: number): Line<K> | null {
  const line: Line<K> = { row, cells: {} };
  let said = false;
  for (const [index, key] of keys.entries()) {
    if (!key) continue;
    line.cells[key] = textOf(cells[index]);
    said ||= line.cells[key] !== '';
  }
  return said ? line : null;
}

const FORMULA_ERROR = /^#(?:REF!|N\/A|DIV\/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$/;

/** Says of each cell in which a formula went wrong that it did: nothing is read into it, and it is not taken for empty. */
export function sayFormulaErrors<K extends string>(
  cells: Line<K>['cells'],
  say: (key: K, reason: string) => void,
): void {
  for (const key of Object.keys(cells) as K[])
    if (FORMULA_ERROR.test(cells[key] ?? '')) say(key, '这一格的公式出错了，请改成文字或数字');
}

/** How many different rows are at fault. */
export function faultyRows(faults: readonly Fault[]): number {
  return new Set(faults.map(({ row }) => row)).size;
}
