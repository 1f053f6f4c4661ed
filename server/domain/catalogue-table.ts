import {
  CATALOGUE,
  type CatalogueKey,
  type CatalogueRow,
  EVIDENCE_WORDS,
  fillIn,
  type MatterFacts,
  readRow,
  sayer,
} from './catalogue-rows';
import { limitWords } from './limits';
import { carriedDown, type Group, groupLines } from './matter-ids';
import { OTHER_MATTER } from './reporting';
import { type Cell, type Fault, headed, plain, type Table } from './tables';
import type { Condition, Matter } from './types';

/** The catalogue (matter × condition, a row each) as a table, to and fro. */

export interface Catalogue {
  matters: Matter[];
  conditions: Condition[];
}

/** `merge`: matters of the table are put in, others stay; `replace`: the others are retired. */
export type Mode = 'merge' | 'replace';

/** What a table comes to. `text` leaves the faulty rows out; null when the table as a whole cannot be read. */
export interface Imported<T> {
  text: T | null;
  rows: number;
  faults: Fault[];
  ignored: string[];
  /** Matters that its good rows are about. */
  matters: number;
  /** What the town should know before it accepts. */
  notes: string[];
}

const EXPORTED = CATALOGUE.filter(({ key }) => !['kind', 'bigCode', 'bigName', 'smallCode'].includes(key));

/** The catalogue as a table; `catalogueOf` reads it back as it was. */
export function catalogueTable({ matters, conditions }: Catalogue): Cell[][] {
  const byMatter = new Map(matters.map(({ id }) => [id, [] as Condition[]]));
  for (const condition of conditions) byMatter.get(condition.matterId)?.push(condition);
  const rows = matters.flatMap((matter) =>
    (byMatter.get(matter.id) ?? []).sort((a, b) => a.rank - b.rank).map((condition) => rowOf(matter, condition)),
  );
  return [EXPORTED.map(({ header }) => header), ...rows.map((row) => EXPORTED.map(({ key }) => row[key] ?? null))];
}

export function catalogueColumns(): readonly { header: string; width: number }[] {
  return EXPORTED;
}

function rowOf(matter: Matter, condition: Condition): Partial<Record<CatalogueKey, Cell>> {
  const { id, name, duty, domain, gbCode, keywords } = matter;
  return {
    ...{ id, name, duty, domain, gbCode, keywords: keywords.join(' ') },
    urgent: matter.urgent ? '是' : '否',
    retired: matter.retired ? '是' : '否',
    conditionId: condition.id,
    text: condition.text,
    limit: limitWords(condition),
    ack: condition.ackMinutes,
    closing: condition.closing,
    evidence: EVIDENCE_WORDS[condition.evidence],
  };
}

const NEEDED: readonly CatalogueKey[] = ['name', 'text', 'limit', 'closing'];

/** A whole new catalogue: the one in force with the table's good rows put in. */
export function catalogueOf(table: Table, base: Catalogue, mode: Mode): Imported<Catalogue> {
  const { header, lines, ignored, faults } = headed(table, CATALOGUE, NEEDED);
  const failed = { text: null, rows: lines.length, faults, ignored, matters: 0, notes: [] };
  if (!header || faults.length > 0) return failed;
  if (lines.length === 0) return { ...failed, faults: [nothingIn(header)] };
  const notes = new Set<string>();
  const groups = groupLines(carriedDown(lines, table.sheet), base.matters, (line) => sayer(line, faults));
  const known = new Map(base.conditions.map((condition) => [condition.id, condition]));
  const ofMatter = new Map(groups.map(({ matterId }) => [matterId, [] as Condition[]]));
  for (const condition of base.conditions) ofMatter.get(condition.matterId)?.push(condition);
  const usedIds = new Set<string>();
  const givenIds = new Set(lines.flatMap(({ cells }) => cells.conditionId || []));
  const read = groups.map((group) => {
    const old = ofMatter.get(group.matterId) ?? [];
    return readGroup(group, { known, old, usedIds, givenIds, faults, notes });
  });
  faults.sort((a, b) => a.row - b.row);
  const text = putIn(base, read, mode, notes);
  const matters = read.filter(({ rows }) => rows.length > 0).length;
  return { text, rows: lines.length, faults, ignored, matters, notes: [...notes, ...sameNames(text.matters)] };
}

function nothingIn(header: number): Fault {
  return { row: header, column: '', value: '', reason: '表头下面没有内容' };
}

interface Reading {
  /** Every condition in force by its id, and those of this matter. */
  known: ReadonlyMap<string, Condition>;
  old: readonly Condition[];
  usedIds: Set<string>;
  /** All that rows of the table ask for; no other row may get them. */
  givenIds: ReadonlySet<string>;
  faults: Fault[];
  notes: Set<string>;
}

interface ReadGroup {
  group: Group;
  facts: MatterFacts;
  rows: { id: string; row: CatalogueRow }[];
  skipped: boolean;
  old: readonly Condition[];
}

function readGroup(group: Group, reading: Reading): ReadGroup {
  const result: ReadGroup = { group, facts: {}, rows: [], skipped: false, old: reading.old };
  const texts = new Set<string>();
  for (const line of group.lines) {
    const before = reading.faults.length;
    const say = sayer(line, reading.faults);
    const row = readRow(line, say, reading.notes);
    if (row && texts.has(plain(row.text))) say('text', '这个事项已有同样的立案条件，请删去一行或写得不同');
    if (row) disagreements(row.matter, result.facts, say);
    if (row && !row.matter.name && !result.facts.name && !group.known) say('name', '缺少事项名称，请补上');
    if (row?.matter.retired && group.matterId === OTHER_MATTER) say('retired', '这个事项兜底用，不能停用');
    const id = row && idOf(row, line.cells.conditionId ?? '', group.matterId, reading, say);
    if (!row || !id || reading.faults.length > before) {
      result.skipped = true;
      continue;
    }
    texts.add(plain(row.text));
    reading.usedIds.add(id);
    result.facts = { ...row.matter, ...result.facts };
    result.rows.push({ id, row });
  }
  return result;
}

const FACTS: readonly (keyof MatterFacts & CatalogueKey)[] = [
  ...(['name', 'duty', 'domain', 'gbCode', 'urgent', 'retired', 'keywords'] as const),
];

/** Two rows of one matter may not say different things of it. */
function disagreements(row: MatterFacts, before: MatterFacts, say: ReturnType<typeof sayer>): void {
  for (const key of FACTS) {
    const [now, then] = [row[key], before[key]];
    if (now === undefined || then === undefined || String(now) === String(then)) continue;
    say(key, `与同一事项上面的行不一致（上面是“${said(then)}”），请改成一样`);
  }
}

function said(value: NonNullable<MatterFacts[keyof MatterFacts]>): string {
  if (typeof value === 'boolean') return value ? '是' : '否';
  return String(value).slice(0, 30);
}

const CONDITION_ID = /^[\w.-]{1,60}$/;

/** The id the row gives; else that of the same condition in force; else the next free one. Null after saying what is wrong. */
function idOf(
  { text }: CatalogueRow,
  given: string,
  matterId: string,
  { known, old, usedIds, givenIds }: Reading,
  say: ReturnType<typeof sayer>,
): string | null {
  if (given) {
    if (!CONDITION_ID.test(given)) say('conditionId', '编号只用字母、数字、点、横线，最多 60 位');
    if (usedIds.has(given)) say('conditionId', '这个条件编号上面已经用过，请留空或换一个');
    const owner = known.get(given)?.matterId;
    if (owner && owner !== matterId) say('conditionId', '这个条件编号属于别的事项，请留空');
    return given;
  }
  const free = (id: string) => !usedIds.has(id) && !givenIds.has(id);
  const same = old.find((condition) => plain(condition.text) === plain(text) && free(condition.id));
  if (same) return same.id;
  for (let number = 1; ; number += 1) {
    const id = `${matterId}.${number}`;
    if (free(id) && !known.has(id)) return id;
  }
}

// ------------------------------------------------------------------------------------------- putting in

function putIn(base: Catalogue, read: readonly ReadGroup[], mode: Mode, notes: Set<string>): Catalogue {
  const good = read.filter(({ rows }) => rows.length > 0);
  const given = new Map(good.map((each) => [each.group.matterId, each]));
  const named = new Set(read.map(({ group }) => group.matterId));
  const matters = base.matters.map((matter) => {
    const group = given.get(matter.id);
    if (group) return matterOf(group);
    const stays = mode === 'merge' || named.has(matter.id) || matter.id === OTHER_MATTER;
    if (mode === 'replace' && !named.has(matter.id) && stays && !matter.retired)
      notes.add(`“${matter.name}”兜底用，表里没有也保留`);
    return stays ? matter : { ...matter, retired: true };
  });
  const fresh = good.filter(({ group }) => !group.known);
  const conditions = base.conditions.filter(({ matterId }) => !given.has(matterId));
  return {
    matters: [...matters, ...fresh.map(matterOf)],
    conditions: [...conditions, ...good.flatMap(conditionsOf)],
  };
}

/** What the table leaves open about a new matter. Where it has no keywords at all, the name's own words lead to it. */
function blank({ matterId, bigName, lines }: Group, name: string): Matter {
  const written = lines[0]?.cells.keywords !== undefined;
  const keywords = written ? [] : name.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
  return {
    ...{ id: matterId, name, duty: bigName || '其他', domain: '其它', gbCode: null, keywords },
    ...{ urgent: false, retired: false },
  };
}

function matterOf({ group, facts }: ReadGroup): Matter {
  const known = group.known ?? blank(group, facts.name ?? '');
  // A matter that the table gives is offered again, unless the table says otherwise.
  return { ...known, retired: false, ...facts };
}

/** The table's conditions, in its order. Where a row was skipped nothing of the matter is lost. */
function conditionsOf(read: ReadGroup): Condition[] {
  const { group, rows, skipped, old } = read;
  const { matterId } = group;
  const urgent = matterOf(read).urgent;
  const ids = new Set(rows.map(({ id }) => id));
  const texts = new Set(rows.map(({ row }) => plain(row.text)));
  const kept = skipped ? old.filter(({ id, text }) => !ids.has(id) && !texts.has(plain(text))) : [];
  const made = rows.map(({ id, row }) => {
    const known = old.find((condition) => condition.id === id);
    return { id, matterId, rank: 0, text: row.text, closing: row.closing, ...fillIn(row, known, urgent) };
  });
  return [...made, ...kept].map((condition, index) => ({ ...condition, rank: index + 1 }));
}

function sameNames(matters: readonly Matter[]): string[] {
  const ids = new Map<string, string[]>();
  for (const { id, name, retired } of matters)
    if (!retired) ids.set(plain(name), [...(ids.get(plain(name)) ?? []), id]);
  const twice = matters.filter(({ id, name }) => (ids.get(plain(name)) ?? []).indexOf(id) === 1);
  return twice.map(({ name }) => `有不止一个事项叫“${name}”（${ids.get(plain(name))?.join('、')}），选择时容易混淆`);
}
