import { z } from 'zod';
import { areaFaults, unitFaults } from '../domain/area-faults';
import type { Area, Condition, Duty, Matter, Post, Town, Unit } from '../domain/types';
import { BadTown, type RuleText, Stale, type Store } from '../ports';
import type { Database, Session } from './prisma';
import { upsert } from './store-bulk';
import { clockType, dutyRow, evidence, matterRow, words } from './store-rows';
import { type Change, enact, rulesInForce, ruleText, ruleVersions, standing, writtenOf } from './store-rules';
import { raise } from './store-tx';

const VERSION = 'town';

export function townOf({
  reading,
  writing,
}: Database): Pick<Store, 'town' | 'townVersion' | 'saveTown' | 'enact' | 'ruleVersions' | 'ruleText'> {
  return {
    town: () => readTown(reading),
    async townVersion() {
      const row = await reading.db.counter.findUnique({ where: { name: VERSION } });
      return row?.value ?? 0;
    },
    saveTown: (town, more) => writing((session) => saveTown(session, town, more)),
    enact: (text, change) => writing((session) => enact(session, text, change)),
    ruleVersions: (kind) => ruleVersions(reading, kind),
    ruleText: (kind, version) => ruleText(reading, kind, version),
  };
}

const areaKind = z.enum(['district', 'street', 'community', 'grid']);
const unitKind = z.enum(['community', 'street', 'department', 'centre', 'discipline', 'procuratorate']);
const role = z.enum(['worker', 'handler', 'leader', 'dispatcher', 'supervisor', 'oversight', 'admin']);
const areaKindOrDedicated = z.enum(['district', 'street', 'community', 'grid', 'dedicated']).nullable();
const channel = z.enum(['general', 'police', 'litigation']);
const polygon = z.array(z.tuple([z.number(), z.number()])).nullable();

/** In order of id, compared by code unit, so that both databases give the same town. */
function inOrder<T>(rows: T[], id: (row: T) => string): T[] {
  return rows.sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

const byId = <T extends { id: string }>(rows: T[]) => inOrder(rows, ({ id }) => id);

async function readTown(session: Session): Promise<Town> {
  const { db } = session;
  return {
    areas: byId(await db.area.findMany()).map(
      (row): Area => ({
        ...row,
        kind: areaKind.parse(row.kind),
        polygon: polygon.parse(JSON.parse(row.polygon ?? 'null')),
      }),
    ),
    units: byId(await db.unit.findMany()).map((row): Unit => ({ ...row, kind: unitKind.parse(row.kind) })),
    people: inOrder(await db.person.findMany(), ({ userId }) => userId),
    posts: byId(await db.post.findMany()).map((row): Post => ({ ...row, role: role.parse(row.role) })),
    matters: byId(await db.matter.findMany()).map((row): Matter => ({ ...row, keywords: words(row.keywords) })),
    conditions: byId(await db.condition.findMany()).map(
      (row): Condition => ({ ...row, clock: clockType.parse(row.clock), evidence: evidence.parse(row.evidence) }),
    ),
    duties: byId(await db.duty.findMany()).map(
      (row): Duty => ({
        ...row,
        areaKind: areaKindOrDedicated.parse(row.areaKind),
        channel: channel.parse(row.channel),
        leadKind: unitKind.parse(row.leadKind),
        assistUnitIds: words(row.assistUnitIds),
      }),
    ),
    ...(await rulesInForce(session)),
  };
}

type More = Parameters<Store['saveTown']>[1];

async function saveTown(session: Session, town: Partial<Town>, { dropPosts = [], base }: More = {}): Promise<void> {
  if (base !== undefined) await checkVersion(session, base);
  const { areas = [], units = [], people = [], posts = [], matters = [], conditions = [], duties = [] } = town;
  const areaRows = areas.map((area) => ({ ...area, polygon: area.polygon && JSON.stringify(area.polygon) }));
  if (areas.length > 0) await checkAreas(session, areas);
  await upsert(session, 'Area', 'id', areaRows);
  if (units.length > 0) await checkUnits(session, units);
  await upsert(session, 'Unit', 'id', units);
  await upsert(session, 'Person', 'userId', people);
  if (dropPosts.length > 0) await dropAll(session, dropPosts);
  await upsert(session, 'Post', 'id', posts);
  await upsert(session, 'Matter', 'id', matters.map(matterRow));
  await upsert(session, 'Condition', 'id', conditions);
  await upsert(session, 'Duty', 'id', duties.map(dutyRow));
  await raise(session, [{ name: VERSION, by: 1 }]);
  const seed = { at: Date.now(), by: 'system', note: 'seed' };
  const { calendars, settings } = town;
  if (calendars?.length) await enactNext(session, { kind: 'calendars', calendars }, seed);
  if (settings && Object.keys(settings).length > 0) await enactNext(session, { kind: 'settings', settings }, seed);
}

/** Errors: `Stale`. */
async function checkVersion({ db, provider }: Session, base: number): Promise<void> {
  if (provider === 'postgresql') await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('town'))`;
  const row = await db.counter.findUnique({ where: { name: VERSION } });
  const now = row?.value ?? 0;
  if (now !== base) throw new Stale(`the town is at version ${now}, not ${base}`);
}

/** Databases take so many values in one statement and no more. */
const AT_ONCE = 500;

async function dropAll({ db }: Session, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += AT_ONCE)
    await db.post.deleteMany({ where: { id: { in: ids.slice(from, from + AT_ONCE) } } });
}

/** The tree must stay a tree, with what stands already. Errors: `BadTown`, naming each row given that does not fit. */
async function checkAreas({ db }: Session, given: readonly Area[]): Promise<void> {
  const ids = new Set(given.map(({ id }) => id));
  const others = (await db.area.findMany()).filter(({ id }) => !ids.has(id));
  const whole = [...given, ...others.map((row): Area => ({ ...row, kind: areaKind.parse(row.kind), polygon: null }))];
  const faults = areaFaults(whole);
  if (faults.length > 0) throw new BadTown(faults);
}

/** Whoever is asked for the next level up must come to an end. Errors: `BadTown`, as for areas. */
async function checkUnits({ db }: Session, given: readonly Unit[]): Promise<void> {
  const ids = new Set(given.map(({ id }) => id));
  const others = (await db.unit.findMany()).filter(({ id }) => !ids.has(id));
  const whole = [...given, ...others.map((row): Unit => ({ ...row, kind: unitKind.parse(row.kind) }))];
  const faults = unitFaults(whole, await db.area.findMany({ select: { id: true } }));
  if (faults.length > 0) throw new BadTown(faults);
}

async function enactNext(session: Session, text: RuleText, change: Change): Promise<void> {
  const { base, inForce } = await standing(session, text);
  if (inForce !== writtenOf(text)) await enact(session, text, { ...change, base });
}
