import { z } from 'zod';
import type { AuditEntry, SavedFilter, Store } from '../ports';
import type { Database, Session } from './prisma';

/** Who changed or took out what; and the searches that people keep. */

const data: z.ZodType<AuditEntry['data']> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
);

export async function record({ db }: Session, entry: AuditEntry): Promise<void> {
  await db.auditLog.create({ data: { ...entry, data: JSON.stringify(entry.data) } });
}

export function auditOf({ reading: { db }, writing }: Database): Pick<Store, 'record' | 'records'> {
  return {
    record: (entry) => writing((session) => record(session, entry)),
    async records({ before, action, limit }) {
      const where = { ...(before !== undefined && { id: { lt: before } }), ...(action && { action }) };
      const rows = await db.auditLog.findMany({ where, orderBy: { id: 'desc' }, take: limit });
      return rows.map((row) => ({ ...row, at: Number(row.at), data: data.parse(JSON.parse(row.data)) }));
    },
  };
}

export function filtersOf({
  reading: { db },
  writing,
}: Database): Pick<Store, 'filters' | 'putFilter' | 'removeFilter'> {
  return {
    async filters(userId) {
      const rows = await db.savedFilter.findMany({ where: { userId }, orderBy: [{ name: 'asc' }, { id: 'asc' }] });
      return rows.map((row): SavedFilter => ({ ...row, createdAt: Number(row.createdAt) }));
    },
    async putFilter({ userId, name, filter, ...fresh }) {
      const where = { userId_name: { userId, name } };
      const create = { userId, name, filter, ...fresh };
      await writing(({ db: own }) => own.savedFilter.upsert({ where, create, update: { filter } }));
    },
    async removeFilter(userId, id) {
      const { count } = await writing(({ db: own }) => own.savedFilter.deleteMany({ where: { userId, id } }));
      return count > 0;
    },
  };
}
