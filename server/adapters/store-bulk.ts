import { columnsOf, empty, join, type Prisma, raw, type Session, type Sql, sql } from './prisma';

/**
 * Many rows, one statement: they travel as one JSON text and the database unpacks them, which is several times as fast as the
 * client's own createMany (test/bench/store.ts). The SQL is the same for both databases but for the unpacking.
 */

type Table = Prisma.ModelName;
/** A row as the generated client would take it. */
type NewRow<T extends Table> = Extract<
  Prisma.TypeMap['model'][T]['operations']['createManyAndReturn']['args']['data'],
  readonly unknown[]
>[number];

const column = (name: string) => raw(`"${name}"`);

/** The rows as a table `v` with the columns and types of `table`; what a row leaves out is NULL. */
function unpacked({ provider }: Session, table: Table, rows: object[]): Sql {
  const json = JSON.stringify(rows);
  if (provider === 'postgresql') return sql`json_populate_recordset(NULL::${column(table)}, ${json}::json) AS v`;
  const fields = columnsOf(table).map((name) => `value ->> '${name}' AS "${name}"`);
  return sql`(SELECT ${raw(fields.join(', '))} FROM jsonb_each(${json})) AS v`;
}

/** Inserts rows; `where` chooses among the rows `v`, `conflict` is an ON CONFLICT clause. Returns how many were written. */
export async function insert<T extends Table>(
  session: Session,
  table: T,
  rows: NewRow<T>[],
  { where = sql`true`, conflict = empty } = {},
): Promise<number> {
  if (rows.length === 0) return 0;
  const columns = columnsOf(table).map(column);
  const values = columnsOf(table).map((name) => raw(`v."${name}"`));
  return session.db.$executeRaw`INSERT INTO ${column(table)} (${join(columns)})
    SELECT ${join(values)} FROM ${unpacked(session, table, rows)} WHERE ${where} ${conflict}`;
}

/** Inserts rows, or replaces all other columns of those whose key exists. Of rows with the same key the last one counts. */
export function upsert<T extends Table>(
  session: Session,
  table: T,
  key: keyof NewRow<T> & string,
  rows: NewRow<T>[],
): Promise<number> {
  const others = columnsOf(table).filter((name) => name !== key);
  const changes = others.map((name) => raw(`"${name}" = excluded."${name}"`));
  const conflict = sql`ON CONFLICT (${column(key)}) DO UPDATE SET ${join(changes)}`;
  const unique = new Map(rows.map((row) => [row[key], row]));
  return insert(session, table, [...unique.values()], { conflict });
}

/** Sets the columns named of existing rows, matched to the rows `v` by `where`. Returns how many were found. */
export async function update<T extends Table>(
  session: Session,
  table: T,
  rows: Partial<NewRow<T>>[],
  where: Sql,
  columns: string[] = columnsOf(table),
): Promise<number> {
  if (rows.length === 0) return 0;
  const changes = columns.map((name) => raw(`"${name}" = v."${name}"`));
  return session.db.$executeRaw`UPDATE ${column(table)} SET ${join(changes)}
    FROM ${unpacked(session, table, rows)} WHERE ${where}`;
}
