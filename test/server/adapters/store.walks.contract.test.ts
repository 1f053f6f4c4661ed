import type { Event } from '../../../server/domain/types';
import { providers, run } from './databases';
import { eventOf, T0, taskOf } from './rows';
import { twoStores } from './stores';

/** What every database must keep to, of walks over all events: in order of id, page by page, each once. */

describe.each(providers())('on %s', (provider) => {
  const its = twoStores(provider);

  test('openIds walks what still has a clock, in order, page by page', async () => {
    const lead = taskOf('t', 'b', { state: 'suspended', ackedAt: T0, ackDueAt: null });
    await its.save({
      events: [
        eventOf('a', { stage: 'closed' }),
        eventOf('b', { stage: 'handling', tasks: [lead] }),
        eventOf('c', { stage: 'reported', nextAt: T0 }),
        eventOf('d', { stage: 'verifying' }),
        eventOf('e', { stage: 'withdrawn' }),
      ],
    });
    expect(await its.store.openIds(null, 2)).toEqual(['b', 'c']);
    expect(await its.store.openIds('c', 2)).toEqual(['d']);
    expect(await its.store.openIds('d', 2)).toEqual([]);
  });

  async function walk(from: number, to: number, limit: number): Promise<Event[]> {
    const found: Event[] = [];
    for (let page: Event[] = []; ; ) {
      page = await its.store.filed({ from, to, after: found.at(-1)?.id ?? null, limit });
      if (page.length === 0) return found;
      found.push(...page);
    }
  }

  test('filed walks numbered events of a time, with their tasks in order, page by page', async () => {
    const two = [taskOf('z', 'a'), taskOf('y', 'a', { duty: 'assist' })];
    const events = [
      eventOf('a', { no: '1', tasks: two, createdAt: T0 + 19 }),
      eventOf('b', { no: null }),
      eventOf('c', { no: '3', createdAt: T0 }),
      eventOf('d', { no: '4', createdAt: T0 + 20 }),
      eventOf('e', { no: '5', createdAt: T0 - 1 }),
      eventOf('f', { no: '6', stage: 'closed', createdAt: T0 + 10, tasks: [taskOf('x', 'f')] }),
    ];
    await its.save({ events });
    const wanted = events.filter(({ id }) => 'acf'.includes(id));
    for (const limit of [1, 2, 9]) expect(await walk(T0, T0 + 20, limit)).toEqual(wanted);
    expect(await walk(T0, T0, 9)).toEqual([]);
  });

  test('and the same where there are too many to sort them for each page', async () => {
    await its.save({ events: [eventOf('0', { no: '0', tasks: [taskOf('t', '0')] })] });
    await run(its.url, CROWD[provider]);
    const few = await walk(T0, T0 + 100, 7);
    expect(few.map(({ id }) => id)).toEqual(['0', ...Array.from({ length: 100 }, (_, n) => idOf(99 - n))]);
    const many = await walk(T0, T0 + 30_000, 4_000);
    expect(many).toHaveLength(25_001);
    expect(many.slice(-100)).toEqual(few.slice(-100));
    expect(many.map(({ id }) => id)).toEqual(many.map(({ id }) => id).sort());
    expect(many[0]?.tasks).toEqual([taskOf('t', '0')]);
  });
});

const CREATED = 25_000;
const idOf = (n: number) => `e${CREATED + 10_000 - n}`;

/** Events whose ids run against the time of their creation. */
const copies = (
  numbers: string,
) => `INSERT INTO "Event" ("id", "no", "createdAt", "stage", "version", "reporterId", "text",
    "areaPath", "placeText", "urgent", "mediaIds", "suggestions", "touchedAt", "entryCount", "headHash", "round", "diverted", "last")
  SELECT 'e' || (${CREATED + 10_000} - n), 'no' || n, ${T0} + n, "stage", "version", "reporterId", "text",
    "areaPath", "placeText", "urgent", "mediaIds", "suggestions", "touchedAt", "entryCount", "headHash", "round", "diverted", "last"
  FROM "Event", (${numbers}) AS numbers WHERE "id" = '0';`;
const CROWD = {
  sqlite: copies(
    `WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ${CREATED - 1}) SELECT n FROM c`,
  ),
  postgresql: copies(`SELECT generate_series(0, ${CREATED - 1}) AS n`),
};
