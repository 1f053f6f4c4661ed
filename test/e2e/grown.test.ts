import { forgetDatabases, freshDatabase, providers } from '../server/adapters/databases';
import { REDIS, redisIsThere } from '../server/adapters/redis';
import { openWorld } from '../support/world';

/** A city that outgrew one machine: the same program on PostgreSQL, its alarm on Redis. */
const there = providers().includes('postgresql') && redisIsThere();

(there ? test : test.skip)('the loop runs the same on PostgreSQL and Redis', async () => {
  const world = await openWorld({ env: { DATABASE_URL: await freshDatabase('postgresql'), REDIS_URL: REDIS } });
  const worker = world.who('worker');
  await world.says(worker, '建设路12号路灯不亮');
  await world.taps(worker, 'file');
  const { tasks, no } = await world.event();
  const handler = world.roster.staff(tasks[0]!.unitId, 'handler')[0]!;
  await world.taps(handler, 'ack');
  await world.taps(handler, 'finish', { note: '已更换灯泡' });
  await world.taps(worker, 'pass');
  expect(await world.event(no!)).toMatchObject({ stage: 'closed' });
  await world.close();
  await forgetDatabases();
});

test('a process that leaves the pages to another says where they are, whole', async () => {
  const world = await openWorld({ env: { ROLES: 'stream,work', PORT: '34567' } });
  const worker = world.who('worker');
  await world.says(worker, '建设路12号路灯不亮');
  expect(world.phone(worker).cards[0]?.params.link).toMatch(/^http:\/\/127\.0\.0\.1:34567\/#\/e\//);
  await world.close();
});
