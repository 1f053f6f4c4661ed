import { z } from 'zod';
import type { Area, Condition, Duty, Matter, Post, Town, Unit } from '../domain/types';
import type { Store } from '../ports';
import type { Database, Session } from './prisma';
import { upsert } from './store-bulk';
import { words } from './store-rows';
import { raise } from './store-tx';

const VERSION = 'town';

export function townOf({ reading, writing }: Database): Pick<Store, 'town' | 'townVersion' | 'saveTown'> {
  return {
    town: () => readTown(reading),
    async townVersion() {
      const row = await reading.db.counter.findUnique({ where: { name: VERSION } });
      return row?.value ?? 0;
    },
    saveTown: (town) => writing((session) => saveTown(session, town)),
  };
}

const areaKind = z.enum(['district', 'street', 'community', 'grid']);
const unitKind = z.enum(['community', 'street', 'department', 'centre', 'discipline', 'procuratorate']);
const role = z.enum(['worker', 'handler', 'leader', 'dispatcher', 'supervisor', 'oversight', 'admin']);
const clock = z.enum(['urgent_hour', 'work_hour', 'work_day', 'natural_day']);
const evidence = z.enum(['none', 'photo', 'before_after']);
const polygon = z.array(z.tuple([z.number(), z.number()])).nullable();

/** In order of id, compared by code unit, so that both databases give the same town. */
function inOrder<T>(rows: T[], id: (row: T) => string): T[] {
  return rows.sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

const byId = <T extends { id: string }>(rows: T[]) => inOrder(rows, ({ id }) => id);

async function readTown({ db }: Session): Promise<Town> {
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
      (row): Condition => ({ ...row, clock: clock.parse(row.clock), evidence: evidence.parse(row.evidence) }),
    ),
    duties: inOrder(await db.duty.findMany(), ({ matterId }) => matterId).map(
      (row): Duty => ({ ...row, leadKind: unitKind.parse(row.leadKind), assistUnitIds: words(row.assistUnitIds) }),
    ),
  };
}

async function saveTown(session: Session, town: Partial<Town>): Promise<void> {
  const { areas = [], units = [], people = [], posts = [], matters = [], conditions = [], duties = [] } = town;
  const areaRows = areas.map((area) => ({ ...area, polygon: area.polygon && JSON.stringify(area.polygon) }));
  const matterRows = matters.map((matter) => ({ ...matter, keywords: JSON.stringify(matter.keywords) }));
  const dutyRows = duties.map((duty) => ({ ...duty, assistUnitIds: JSON.stringify(duty.assistUnitIds) }));
  await upsert(session, 'Area', 'id', areaRows);
  await upsert(session, 'Unit', 'id', units);
  await upsert(session, 'Person', 'userId', people);
  await upsert(session, 'Post', 'id', posts);
  await upsert(session, 'Matter', 'id', matterRows);
  await upsert(session, 'Condition', 'id', conditions);
  await upsert(session, 'Duty', 'matterId', dutyRows);
  await raise(session, [{ name: VERSION, by: 1 }]);
}
