import { readLimit, UNSAID, usualAckMinutes } from './limits';
import { type Column, type Fault, headerFor, type Line, plain, sayFormulaErrors } from './tables';
import type { ClockType, Condition } from './types';

/** The columns of a catalogue table, and one row of it checked by itself. */

export type CatalogueKey =
  | 'id'
  | 'kind'
  | 'bigCode'
  | 'bigName'
  | 'smallCode'
  | 'name'
  | 'duty'
  | 'domain'
  | 'gbCode'
  | 'keywords'
  | 'urgent'
  | 'retired'
  | 'conditionId'
  | 'text'
  | 'limit'
  | 'ack'
  | 'closing'
  | 'evidence';

const column = (key: CatalogueKey, header: string, width: number, ...aliases: string[]): Column<CatalogueKey> => ({
  ...{ key, header, width, aliases },
});

/** Our own headers first; then those of city tables, in Chinese and as their programs name them. */
export const CATALOGUE: readonly Column<CatalogueKey>[] = [
  column('id', '事项编号', 12, 'matterId'),
  column('kind', '类别', 8, 'kind', '类型', '事部件类型'),
  column('bigCode', '大类代码', 9, 'bigCode', '大类编码', '大类编号'),
  column('bigName', '大类名称', 16, 'bigName', '大类'),
  column('smallCode', '小类代码', 9, 'smallCode', '小类编码', '小类编号'),
  column('name', '事项', 18, 'smallName', '小类名称', '小类', '事项名称', 'name'),
  column('duty', '职责', 12, 'duty'),
  column('domain', '领域', 14, 'domain'),
  column('gbCode', '国标代码', 10, 'gbCode'),
  column('keywords', '关键词', 36, 'keywords'),
  column('urgent', '紧急', 6, 'urgent', '是否紧急'),
  column('retired', '停用', 6, 'retired', '是否停用'),
  column('conditionId', '条件编号', 14, 'conditionId', '立案条件编号'),
  column('text', '立案条件', 40, 'filingCondition', '立案标准'),
  column('limit', '处置时限', 12, 'limitText', '办理时限', '处理时限', '时限'),
  column('ack', '签收时限(分钟)', 10, 'ackMinutes', '签收分钟'),
  column('closing', '结案条件', 30, 'closeCondition', 'closing', '结案标准'),
  column('evidence', '证据', 10, 'evidence', '照片要求'),
];

/** What a row says of its matter; what it leaves open is undefined. */
export interface MatterFacts {
  name?: string;
  duty?: string;
  domain?: string;
  gbCode?: string;
  keywords?: string[];
  urgent?: boolean;
  retired?: boolean;
}

export interface CatalogueRow {
  matter: MatterFacts;
  text: string;
  clock: ClockType;
  limit: number;
  ack: number | null;
  closing: string;
  evidence: Condition['evidence'] | null;
}

const LONGEST = { name: 50, duty: 30, domain: 30, text: 500, closing: 500, keyword: 60 } as const;
const MOST_KEYWORDS = 200;
const MOST_ACK = 10_080;
const YES_NO: Record<string, boolean> = { 是: true, 否: false, true: true, false: false, '1': true, '0': false };
const EVIDENCE: Record<string, Condition['evidence']> = {
  ...{ 无: 'none', 不需要: 'none', none: 'none', 照片: 'photo', 需要照片: 'photo', photo: 'photo' },
  ...{ 前后照片: 'before_after', 处置前后照片: 'before_after', before_after: 'before_after' },
};
export const EVIDENCE_WORDS: Record<Condition['evidence'], string> = {
  none: '无',
  photo: '照片',
  before_after: '前后照片',
};

export type Say = (key: CatalogueKey, reason: string) => void;

/** A sayer of faults about one line. */
export function sayer({ row, cells }: Line<CatalogueKey>, faults: Fault[]): Say {
  return (key, reason) =>
    faults.push({ row, column: headerFor(key, CATALOGUE), value: (cells[key] ?? '').slice(0, 100), reason });
}

/** Reads one line; null when it says what cannot be. `notes` collects readings that the town should know of. */
export function readRow({ cells }: Line<CatalogueKey>, say: Say, notes: Set<string>): CatalogueRow | null {
  let good = true;
  const wrong: Say = (key, reason) => {
    good = false;
    say(key, reason);
  };
  sayFormulaErrors(cells, wrong);
  if (!good) return null;
  const limit = readLimit(cells.limit ?? '');
  if ('fault' in limit) wrong('limit', limit.fault);
  else if (Object.hasOwn(UNSAID, limit.word)) notes.add(UNSAID[limit.word] ?? '');
  const read = {
    matter: factsOf(cells, wrong),
    text: required(cells, 'text', LONGEST.text, wrong),
    closing: required(cells, 'closing', LONGEST.closing, wrong),
    ack: ackOf(cells.ack ?? '', wrong),
    evidence: evidenceOf(cells.evidence ?? '', wrong),
  };
  return good && !('fault' in limit) ? { ...read, clock: limit.clock, limit: limit.limit } : null;
}

type Cells = Line<CatalogueKey>['cells'];

function required(cells: Cells, key: 'text' | 'closing', most: number, say: Say): string {
  const text = cells[key] ?? '';
  if (!text) say(key, `缺少${headerFor(key, CATALOGUE)}，请补上`);
  if (text.length > most) say(key, `超过 ${most} 字，请写短些`);
  return text;
}

function factsOf(cells: Cells, say: Say): MatterFacts {
  const facts: MatterFacts = {};
  for (const key of ['name', 'duty', 'domain'] as const) {
    const text = cells[key];
    if (text && text.length > LONGEST[key]) say(key, `超过 ${LONGEST[key]} 字，请写短些`);
    if (text) facts[key] = text;
  }
  if (cells.gbCode) facts.gbCode = gbCodeOf(cells.gbCode, say);
  if (cells.keywords) facts.keywords = keywordsOf(cells.keywords, say);
  for (const key of ['urgent', 'retired'] as const) {
    const yes = yesNo(key, cells[key] ?? '', say);
    if (yes !== undefined) facts[key] = yes;
  }
  return facts;
}

function yesNo(key: 'urgent' | 'retired', text: string, say: Say): boolean | undefined {
  if (!text) return undefined;
  const yes = Object.hasOwn(YES_NO, plain(text)) ? YES_NO[plain(text)] : undefined;
  if (yes === undefined) say(key, '请写“是”或“否”');
  return yes;
}

/** Excel drops the zeros in front of numbers. */
function gbCodeOf(text: string, say: Say): string {
  const code = plain(text).padStart(5, '0');
  if (!/^\d{5}$/.test(code)) say('gbCode', '国标小类代码是 5 位数字');
  return code;
}

/** The grammar of keywords.ts. */
const KEYWORD = /^[\p{L}\p{N}]+(?:[/+][\p{L}\p{N}]+)*\??$/u;

function keywordsOf(text: string, say: Say): string[] {
  const words = [...new Set(text.split(/[\s,，、;；]+/).filter(Boolean))];
  const odd = words.find((word) => !KEYWORD.test(word) || word.length > 400);
  if (odd) say('keywords', `“${odd.slice(0, 20)}”不能作关键词：只用字、数字，以及 / + ?，词之间空一格`);
  if (words.length > MOST_KEYWORDS) say('keywords', `关键词最多 ${MOST_KEYWORDS} 个`);
  return words;
}

function ackOf(text: string, say: Say): number | null {
  if (!text) return null;
  const minutes = Number(text.normalize('NFKC').replace(/分钟?$/, ''));
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_ACK)
    say('ack', `签收时限写分钟数，1 至 ${MOST_ACK} 的整数`);
  return minutes;
}

function evidenceOf(text: string, say: Say): Condition['evidence'] | null {
  if (!text) return null;
  const found = Object.hasOwn(EVIDENCE, plain(text)) ? EVIDENCE[plain(text)] : undefined;
  if (!found) say('evidence', '请写“无”“照片”或“前后照片”');
  return found ?? null;
}

/** What a row leaves open about its condition, filled from the one in force, or by habit. */
export function fillIn(
  { clock, limit, ack, evidence }: CatalogueRow,
  known: Condition | undefined,
  urgent: boolean,
): Pick<Condition, 'clock' | 'limit' | 'ackMinutes' | 'evidence'> {
  const kept = known?.clock === clock ? known.ackMinutes : usualAckMinutes(clock, urgent);
  return { clock, limit, ackMinutes: ack ?? kept, evidence: evidence ?? known?.evidence ?? 'photo' };
}
