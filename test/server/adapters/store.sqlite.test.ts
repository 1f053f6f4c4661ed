import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaClient } from '../../../generated/sqlite/client';
import { migrate } from '../../../prisma/migrate';
import { databaseOf } from '../../../server/adapters/prisma';
import { openStore } from '../../../server/adapters/store';
import { ask, forgetDatabases, freshDatabase } from './databases';

describe('SQLite', () => {
  afterEach(forgetDatabases);

  test('writes ahead and waits for the disk; control: the adapter alone does neither', async () => {
    const url = await freshDatabase('sqlite');
    const settings = 'SELECT journal_mode, synchronous FROM pragma_journal_mode, pragma_synchronous';
    expect((await ask(url, settings)).map(([journal]) => journal)).toEqual(['delete']);

    const store = openStore(url);
    await store.open();
    await store.close();
    const database = databaseOf(url);
    await database.open();
    const kept = await database.writing(({ db }) => db.$queryRawUnsafe(settings));
    expect(kept).toEqual([{ journal_mode: 'wal', synchronous: 2n }]);
    await database.close();
    expect(await ask(url, settings)).toEqual([['wal', 1]]);
  });

  test('reads cannot write by mistake', async () => {
    const url = await freshDatabase('sqlite');
    await migrate(url);
    const database = databaseOf(url);
    await database.open();
    await expect(database.reading.db.meta.create({ data: { key: 'k', value: 'v' } })).rejects.toThrow(/readonly/);
    await database.close();
  });

  test('control: one Prisma client for everything shows rows that are not committed', async () => {
    const url = await freshDatabase('sqlite');
    await migrate(url);
    const client = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url }) });
    const seen = await client.$transaction(async (tx) => {
      await tx.meta.create({ data: { key: 'k', value: 'v' } });
      return client.meta.count();
    });
    expect(seen).toBe(1);
    await client.$disconnect();
  });
});
