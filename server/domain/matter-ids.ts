import type { CatalogueKey, Say } from './catalogue-rows';
import { type Line, plain } from './tables';
import type { Matter } from './types';

/** Which matter each line of a catalogue table is about: the same one as in force, or a new one with an id of its own. */

const KIND_PREFIX: Record<string, string> = {
  ...{ component: 'C', 部件: 'C', 部件类: 'C', 管理部件: 'C' },
  ...{ event: 'E', 事件: 'E', 事件类: 'E', 事项: 'E', 管理事项: 'E' },
};

const IDENTITY = ['id', 'smallCode', 'name'] as const;
const ABOVE = ['kind', 'bigCode', 'bigName'] as const;
const ID = /^[\w-]{1,40}$/;

/**
 * Lines of a group whose matter stands in merged cells have them filled from the line above. Big classes are merged over
 * several small ones; the sheets of city tables are named after the kind.
 */
export function carriedDown(lines: readonly Line<CatalogueKey>[], sheet: string): Line<CatalogueKey>[] {
  let above: Line<CatalogueKey>['cells'] = Object.hasOwn(KIND_PREFIX, plain(sheet)) ? { kind: plain(sheet) } : {};
  return lines.map(({ row, cells }) => {
    const sameMatter = !cells.id && !cells.smallCode && (!cells.name || cells.name === above.name);
    const keys = sameMatter ? [...ABOVE, ...IDENTITY] : ABOVE;
    const filled = { ...cells };
    for (const key of keys) if (!filled[key] && above[key]) filled[key] = above[key];
    above = filled;
    return { row, cells: filled };
  });
}

/** Lines that are about one matter. */
export interface Group {
  matterId: string;
  /** The matter in force; undefined for a new one. */
  known: Matter | undefined;
  bigName: string;
  lines: Line<CatalogueKey>[];
}

/** Groups in the order of the table. Lines that name no matter are reported through `say` and left out. */
export function groupLines(
  lines: readonly Line<CatalogueKey>[],
  matters: readonly Matter[],
  say: (line: Line<CatalogueKey>) => Say,
): Group[] {
  const byKey = new Map<string, Line<CatalogueKey>[]>();
  for (const line of lines) {
    const key = keyOf(line, say(line));
    if (!key) continue;
    const group = byKey.get(key);
    if (group) group.push(line);
    else byKey.set(key, [line]);
  }
  const ids = idsFor(
    [...byKey.values()].flatMap((group) => group[0] ?? []),
    matters,
  );
  return gathered([...byKey.values()], ids, new Map(matters.map((matter) => [matter.id, matter])));
}

/** Two ways to name a matter may lead to the same one. */
function gathered(
  groups: readonly Line<CatalogueKey>[][],
  ids: readonly string[],
  known: ReadonlyMap<string, Matter>,
): Group[] {
  const gathered = new Map<string, Group>();
  for (const [index, lines] of groups.entries()) {
    const matterId = ids[index] ?? '';
    const before = gathered.get(matterId);
    if (before) before.lines.push(...lines);
    else
      gathered.set(matterId, {
        ...{ matterId, known: known.get(matterId), lines },
        bigName: lines[0]?.cells.bigName ?? '',
      });
  }
  return [...gathered.values()];
}

/** What tells matters of the table apart: the id, else the codes, else the name. Null when a line has none of them right. */
function keyOf({ cells }: Line<CatalogueKey>, say: Say): string | null {
  const { id, kind, smallCode, name } = cells;
  if (id && !ID.test(id)) say('id', '编号只用字母、数字、横线，最多 40 位');
  if (id) return ID.test(id) ? `id ${id}` : null;
  if (kind && !Object.hasOwn(KIND_PREFIX, plain(kind))) {
    say('kind', '类别请写“部件”或“事件”');
    return null;
  }
  if (smallCode) return codesOf(cells, say);
  if (!name) say('name', '缺少事项名称，请补上');
  return name ? `name ${plain(name)}` : null;
}

/** `code C-0101`. Excel drops the zeros in front of numbers; classes have two digits at least. */
function codesOf({ kind = '', bigCode = '', smallCode = '' }: Line<CatalogueKey>['cells'], say: Say): string | null {
  const [big, small] = [bigCode, smallCode].map((code) => (code ? plain(code).padStart(2, '0') : ''));
  for (const [key, code] of [
    ['bigCode', big],
    ['smallCode', small],
  ] as const) {
    if (/^\w{0,10}$/.test(code ?? '')) continue;
    say(key, '代码只用数字和字母，最多 10 位');
    return null;
  }
  // Codes of other lengths are kept apart: 010+01 is not 01+001.
  const both = big?.length === 2 && small?.length === 2 ? `${big}${small}` : [big, small].filter(Boolean).join('-');
  return `code ${`${KIND_PREFIX[plain(kind)] ?? 'X'}-${both}`.toUpperCase()}`;
}

/** An id for each group: by id and code first, by name among what is left, and new ones that clash with nothing. */
function idsFor(firsts: readonly Line<CatalogueKey>[], matters: readonly Matter[]): string[] {
  const silent: Say = () => undefined;
  const keys = firsts.map((line) => keyOf(line, silent) ?? '');
  const known = new Set(matters.map(({ id }) => id));
  const byGb = new Map(matters.flatMap(({ id, gbCode }) => (gbCode ? [[gbCode, id] as const] : [])));
  const byName = namesOf(matters);
  const ids = firsts.map(({ cells }, index) => sure(keys[index] ?? '', cells, known, byGb));
  const taken = new Set(ids.flatMap((id) => id ?? []));
  for (const [index, { cells }] of firsts.entries()) {
    if (ids[index]) continue;
    const same = byName.get(plain(cells.name ?? ''));
    const id =
      same && !taken.has(same) && mayBe(same, keys[index] ?? '') ? same : fresh(keys[index] ?? '', taken, known);
    ids[index] = id;
    taken.add(id);
  }
  return ids.map((id) => id ?? '');
}

function sure(
  key: string,
  { gbCode }: Line<CatalogueKey>['cells'],
  known: ReadonlySet<string>,
  byGb: ReadonlyMap<string, string>,
): string | undefined {
  const [how, id = ''] = key.split(' ');
  if (how === 'id') return id;
  if (how === 'code' && known.has(id)) return id;
  return gbCode ? byGb.get(plain(gbCode).padStart(5, '0')) : undefined;
}

/** A matter that has an id of codes is another one than that with other codes, though both bear one name. */
function mayBe(id: string, key: string): boolean {
  return !(key.startsWith('code ') && /^[CEX]-[\w-]+$/.test(id));
}

/** Names that only one matter bears; one that is offered before one that is not. */
function namesOf(matters: readonly Matter[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const matter of [...matters].sort((a, b) => Number(a.retired) - Number(b.retired)))
    if (!names.has(plain(matter.name))) names.set(plain(matter.name), matter.id);
  return names;
}

function fresh(key: string, taken: ReadonlySet<string>, known: ReadonlySet<string>): string {
  const [how, code = ''] = key.split(' ');
  const free = (id: string) => !taken.has(id) && !known.has(id);
  if (how === 'code' && free(code)) return code;
  for (let number = 1; ; number += 1) {
    const id = how === 'code' ? `${code}-${number + 1}` : `T-${String(number).padStart(4, '0')}`;
    if (free(id)) return id;
  }
}
