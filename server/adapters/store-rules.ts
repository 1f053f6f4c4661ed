import { z } from 'zod';
import type { AreaCalendar, RuleKind, Settings, Town } from '../domain/types';
import { type RuleText, type RuleVersion, Stale, type Store } from '../ports';
import { join, type Session } from './prisma';
import { record } from './store-audit';
import { insert, upsert } from './store-bulk';
import { dutyRow, matterRow } from './store-rows';
import { raise } from './store-tx';

/** Versions of what an administrator may change: each text as it was put in force, by whom, and why. */

export type Change = Omit<Parameters<Store['enact']>[1], 'base'>;

const KINDS = ['catalogue', 'duties', 'calendars', 'settings'] as const satisfies RuleKind[];
const kindOf = z.enum(KINDS);

/** What is written here has passed the checks of flow/rulebook.ts; read back it is taken at its word. */
const textOf = z.custom<RuleText>((value) => kindOf.safeParse((value as RuleText | null)?.kind).success);

export function writtenOf(text: RuleText): string {
  return JSON.stringify(text);
}

/** The version in force of a text's kind, 0 for none, and what it says. */
export async function standing({ db }: Session, { kind }: Pick<RuleText, 'kind'>) {
  const row = await db.ruleVersion.findFirst({ where: { kind }, orderBy: { version: 'desc' } });
  return { base: row?.version ?? 0, inForce: row?.text ?? null };
}

/** One transaction: either the whole text is in force, as the next version, or nothing has changed. Errors: `Stale`. */
export async function enact(
  session: Session,
  text: RuleText,
  { base, ...change }: Change & { base: number },
): Promise<RuleVersion> {
  const { kind } = text;
  if (session.provider === 'postgresql')
    await session.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`rules:${kind}`}))`;
  const now = await standing(session, text);
  if (now.base !== base) throw new Stale(`version ${base} of ${kind} is not in force, ${now.base} is`);
  const version = { kind, version: base + 1, ...change };
  await insert(session, 'RuleVersion', [{ ...version, text: writtenOf(text) }]);
  await spread(session, text);
  await raise(session, [{ name: 'town', by: 1 }]);
  const { at, by, note } = change;
  await record(session, { at, by, action: 'rules.enact', subject: kind, data: { version: version.version, note } });
  return version;
}

/** The catalogue and the duty list have tables of their own, by which the town is read. */
async function spread(session: Session, text: RuleText): Promise<void> {
  const { db } = session;
  if (text.kind === 'catalogue') {
    await db.matter.updateMany({ data: { retired: true } });
    await upsert(session, 'Matter', 'id', text.matters.map(matterRow));
    await db.condition.deleteMany();
    await upsert(session, 'Condition', 'id', text.conditions);
  }
  if (text.kind === 'duties') {
    await db.duty.deleteMany();
    await upsert(session, 'Duty', 'id', text.duties.map(dutyRow));
  }
}

export async function rulesInForce({ db }: Session): Promise<Pick<Town, 'calendars' | 'settings' | 'versions'>> {
  const versions: Record<RuleKind, number> = { catalogue: 0, duties: 0, calendars: 0, settings: 0 };
  let calendars: AreaCalendar[] = [];
  let settings: Partial<Settings> = {};
  const heads = await db.ruleVersion.groupBy({ by: ['kind'], _max: { version: true } });
  for (const { kind, _max } of heads) versions[kindOf.parse(kind)] = _max.version ?? 0;
  const kinds = ['calendars', 'settings'];
  const rows = await db.$queryRaw<{ text: string }[]>`
    SELECT "text" FROM "RuleVersion" AS r WHERE r."kind" IN (${join(kinds)})
      AND r."version" = (SELECT max("version") FROM "RuleVersion" WHERE "kind" = r."kind")`;
  for (const { text } of rows) {
    const read = textOf.parse(JSON.parse(text));
    if (read.kind === 'calendars') calendars = read.calendars;
    if (read.kind === 'settings') settings = read.settings;
  }
  return { calendars, settings, versions };
}

export async function ruleVersions({ db }: Session, kind: RuleKind): Promise<RuleVersion[]> {
  const rows = await db.ruleVersion.findMany({
    where: { kind },
    orderBy: { version: 'desc' },
    select: { version: true, at: true, by: true, note: true },
  });
  return rows.map((row) => ({ ...row, kind, at: Number(row.at) }));
}

export async function ruleText({ db }: Session, kind: RuleKind, version: number): Promise<RuleText | null> {
  const row = await db.ruleVersion.findUnique({ where: { kind_version: { kind, version } } });
  return row ? textOf.parse(JSON.parse(row.text)) : null;
}
