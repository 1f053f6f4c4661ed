import { areasOf } from '../domain/area-map';
import { AREAS, areaRows, areaTable } from '../domain/area-table';
import type { Mode } from '../domain/catalogue-table';
import { merged, type Register, STAFF, staffOf, staffTable } from '../domain/staff-table';
import { type Cell, faultyRows, type Table as Sheet } from '../domain/tables';
import type { Town } from '../domain/types';
import { UNITS, unitsOf, unitTable } from '../domain/unit-table';
import { BadTown, type Sheets, Stale, type Store } from '../ports';
import { areaFeatures, type Crs, featuresOf } from './area-shapes';

/** People, units and areas in and out: an upload is looked at first, and nothing changes until somebody accepts what they saw. */

export type Table = 'people' | 'units' | 'areas';

export interface Seen extends Register {
  table: Table;
  mode: Mode;
  /** The town's version that this was compared with. */
  base: number;
  /** Rows that would be skipped. */
  faulty: number;
}

export interface RegisterPorts {
  store: Pick<Store, 'town' | 'townVersion' | 'saveTown'>;
  sheets: Sheets;
}

/** What an uploaded file would change. Changes nothing. Errors: `BadSheet`. */
export async function lookAt(
  { store, sheets }: RegisterPorts,
  table: Table,
  bytes: Buffer,
  { mode, crs }: { mode: Mode; crs: Crs },
): Promise<Seen> {
  // The version first: what changes in between makes it stale, never the other way round.
  const base = await store.townVersion();
  const town = await store.town();
  const read = await readTable(table, bytes, town, { mode, crs, sheets });
  return { table, mode, base, ...read, faulty: faultyRows(read.faults) };
}

async function readTable(
  table: Table,
  bytes: Buffer,
  town: Town,
  { mode, crs, sheets }: { mode: Mode; crs: Crs; sheets: Sheets },
): Promise<Register> {
  if (table === 'areas' && !isSheet(bytes)) return areasOf(featuresOf(bytes, crs), town);
  const sheet = await sheets.read(bytes);
  const read = READ[table](sheet, town, mode);
  return { ...read, ignored: [...read.ignored, ...sheet.otherSheets.map((name) => `工作表“${name}”（只读第一张）`)] };
}

/** An xlsx is a zip file; GeoJSON is text. */
const isSheet = (bytes: Buffer) => bytes.subarray(0, 2).toString('latin1') === 'PK';

const READ: Record<Table, (sheet: Sheet, town: Town, mode: Mode) => Register> = {
  people: staffOf,
  units: unitsOf,
  areas(sheet, town) {
    const { features, faults, ...table } = areaRows(sheet, town);
    const read = areasOf(features, town);
    return { ...read, ...table, faults: [...faults, ...read.faults].sort((a, b) => a.row - b.row) };
  },
};

export type Accepted =
  | { ok: true }
  | { ok: false; code: 'stale' | 'faulty' | 'nothing' | 'unreadable' | 'locked_out'; reason: string };

const STALE = '您看过之后，别人已改过人员、区域或规则。请重新预览后再接受。';

/** Saves what was looked at, or says why not; then nothing has changed. `by` must still be an administrator afterwards. */
export async function acceptTable(
  { store }: Pick<RegisterPorts, 'store'>,
  seen: Seen,
  { by, base, skipFaulty }: { by: string; base: number; skipFaulty: number },
): Promise<Accepted> {
  const town = await store.town();
  const refused = refusal(seen, town, { by, base, skipFaulty });
  if (refused || !seen.town) return refused ?? { ok: false, code: 'unreadable', reason: firstReason(seen) };
  return save(store, seen.town, { dropPosts: seen.dropPosts, base });
}

/** Errors: none of what a person can cause. */
export async function save(
  store: Pick<Store, 'saveTown'>,
  town: Partial<Town>,
  more: { dropPosts?: readonly string[]; base: number },
): Promise<Accepted> {
  try {
    await store.saveTown(town, more);
    return { ok: true };
  } catch (error) {
    if (error instanceof Stale) return { ok: false, code: 'stale', reason: STALE };
    if (error instanceof BadTown)
      return { ok: false, code: 'unreadable', reason: `不能采用：${error.faults[0]?.reason ?? ''}` };
    throw error;
  }
}

function refusal(
  seen: Seen,
  town: Town,
  { by, base, skipFaulty }: { by: string; base: number; skipFaulty: number },
): (Accepted & { ok: false }) | null {
  if (base !== seen.base) return { ok: false, code: 'stale', reason: STALE };
  if (!seen.town) return { ok: false, code: 'unreadable', reason: firstReason(seen) };
  if (skipFaulty !== seen.faulty) return { ok: false, code: 'faulty', reason: faultyWords(seen.faulty) };
  const { added, changed, removed } = seen.changes;
  if (added.length + changed.length + removed.length === 0)
    return { ok: false, code: 'nothing', reason: '与现有的一样，没有要改的。' };
  const after = merged(town, seen.town.people ?? [], seen.town.posts ?? [], seen.dropPosts);
  return seen.table === 'people' && !isAdmin(by, after) ? { ok: false, code: 'locked_out', reason: LOCKED_OUT } : null;
}

export const LOCKED_OUT =
  '这样改会让您自己失去管理员岗位，再也进不来。请保留您自己的管理员一行，或由另一位管理员来改。';

export function isAdmin(userId: string, { people, posts }: Pick<Town, 'people' | 'posts'>): boolean {
  const active = people.some((each) => each.userId === userId && each.active);
  return active && posts.some((post) => post.userId === userId && post.role === 'admin');
}

function firstReason({ faults }: Seen): string {
  const [first] = faults;
  return first ? `不能采用：${[first.column, first.reason].filter(Boolean).join('，')}` : '没有可以采用的行。';
}

function faultyWords(faulty: number): string {
  return faulty === 0
    ? '没有有误的行，不用跳过；请重新预览后再接受。'
    : `有 ${faulty} 行有误，还没有生效。请改好后重传，或明确跳过这 ${faulty} 行。`;
}

// ----------------------------------------------------------------------------------------------- export

export interface TableFile {
  as: 'xlsx' | 'geojson';
  bytes: Buffer;
}

/** What stands as a file that `lookAt` takes back: areas with their borders. */
export async function exportTable(sheets: Pick<Sheets, 'write'>, table: Table, town: Town): Promise<TableFile> {
  if (table === 'areas') return { as: 'geojson', bytes: Buffer.from(`${JSON.stringify(areaFeatures(town.areas))}\n`) };
  return exportSheet(sheets, table, town);
}

/** The same as a sheet to fill in, also for a town that has no map. */
export async function exportSheet(sheets: Pick<Sheets, 'write'>, table: Table, town: Town): Promise<TableFile> {
  const { title, columns, rows } = SHEETS[table];
  const widths = columns.map(({ width }) => width);
  return { as: 'xlsx', bytes: await sheets.write(title, rows(town), widths) };
}

const SHEETS: Record<Table, { title: string; columns: readonly { width: number }[]; rows(town: Town): Cell[][] }> = {
  people: { title: '人员', columns: STAFF, rows: staffTable },
  units: { title: '单位', columns: UNITS, rows: unitTable },
  areas: { title: '区域', columns: AREAS, rows: areaTable },
};
