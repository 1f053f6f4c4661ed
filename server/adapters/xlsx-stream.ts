import { DAY, HOUR } from '../domain/clock';
import type { SheetCell, SheetColumn } from '../ports';
import { type Part, zipStream } from './zip-stream';

/**
 * A workbook of one sheet, written row by row: write-excel-file wants all rows at once, and a hundred thousand are too many
 * to hold. Texts are inline strings: nothing in here is ever a formula.
 */
export function streamXlsx(
  sheet: string,
  columns: readonly SheetColumn[],
  rows: AsyncIterable<readonly SheetCell[]>,
): AsyncGenerator<Buffer> {
  return zipStream(partsOf(sheet, columns, rows));
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

function partsOf(sheet: string, columns: readonly SheetColumn[], rows: AsyncIterable<readonly SheetCell[]>): Part[] {
  const override = (name: string, type: string) =>
    `<Override PartName="/xl/${name}.xml" ContentType="${TYPE}.${type}+xml"/>`;
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const relations = (all: string) => `${XML}<Relationships xmlns="${PACKAGE}/relationships">${all}</Relationships>`;
  const types = [override('workbook', 'sheet.main'), override('worksheets/sheet1', 'worksheet')];
  return [
    {
      name: '[Content_Types].xml',
      text: [
        `${XML}<Types xmlns="${PACKAGE}/content-types">`,
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
        `<Default Extension="xml" ContentType="application/xml"/>${types.join('')}${override('styles', 'styles')}</Types>`,
      ],
    },
    { name: '_rels/.rels', text: [relations(relation('rId1', 'officeDocument', 'xl/workbook.xml'))] },
    {
      name: 'xl/workbook.xml',
      text: [
        `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>`,
        `<sheet name="${escaped(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ],
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: [
        relations(relation('rId1', 'worksheet', 'worksheets/sheet1.xml') + relation('rId2', 'styles', 'styles.xml')),
      ],
    },
    { name: 'xl/styles.xml', text: [STYLES] },
    { name: 'xl/worksheets/sheet1.xml', text: sheetOf(columns, rows) },
  ];
}

/** Places in `cellXfs` below. */
const STYLE = { plain: 0, header: 1, text: 2, moment: 3 } as const;

/** `@` marks a cell as text: editing it, or saving the file anew, keeps it harmless. */
const STYLES = `${XML}<styleSheet xmlns="${MAIN}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF7"/></patternFill></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="4">
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>
<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyNumberFormat="1"/>
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1" quotePrefix="1"><alignment vertical="top" wrapText="1"/></xf>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>
</cellXfs></styleSheet>`;

/** Rows are handed on in pieces of so many. */
const PIECE = 100;

async function* sheetOf(
  columns: readonly SheetColumn[],
  rows: AsyncIterable<readonly SheetCell[]>,
): AsyncGenerator<string> {
  const widths = columns.map(({ width }, index) => {
    const place = index + 1;
    return `<col min="${place}" max="${place}" width="${width}" customWidth="1"/>`;
  });
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">`;
  yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  const titles = columns.map(({ header }, index) => textCell(header, STYLE.header, `${letters(index)}1`));
  yield `<cols>${widths.join('')}</cols><sheetData><row r="1">${titles.join('')}</row>`;
  let piece: string[] = [];
  let number = 1;
  for await (const row of rows) {
    number += 1;
    const place = number;
    const cells = row.map((cell, index) => cellOf(cell, letters(index) + place));
    piece.push(`<row r="${place}">${cells.join('')}</row>`);
    if (piece.length < PIECE) continue;
    yield piece.join('');
    piece = [];
  }
  yield `${piece.join('')}</sheetData></worksheet>`;
}

/** `A` … `Z`: more columns nobody reads on paper. */
function letters(column: number): string {
  return String.fromCharCode(65 + column);
}

function cellOf(cell: SheetCell, place: string): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'string') return textCell(cell, LIKE_FORMULA.test(cell) ? STYLE.text : STYLE.plain, place);
  if (typeof cell === 'boolean') return `<c r="${place}" s="${STYLE.plain}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  const [value, style] = typeof cell === 'number' ? [cell, STYLE.plain] : [serial(cell.at), STYLE.moment];
  return `<c r="${place}" s="${style}"><v>${value}</v></c>`;
}

const LIKE_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** A cell of Excel holds no more. */
const MOST = 32_000;

function textCell(text: string, style: number, place: string): string {
  const inside = escaped(text.slice(0, MOST));
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${inside}</t></is></c>`;
}

/** Days since 1899-12-30 by China's clocks: a sheet knows no zones. To the second, or halves of them would be rounded up. */
function serial(at: number): number {
  return (Math.floor(at / 1000) * 1000 + 8 * HOUR) / DAY + 25_569;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/** What XML cannot hold at all is left out: control characters, halves of a pair. */
function escaped(text: string): string {
  return text.replace(NEVER, '').replace(/[&<>"\r]/g, (letter) => ENTITIES[letter] ?? letter);
}

const NEVER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
