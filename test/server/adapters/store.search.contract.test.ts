import fc from 'fast-check';
import { climbed, isLate, runningDue } from '../../../server/domain/ladder';
import type { Event, Request, Task } from '../../../server/domain/types';
import { type EventQuery, NEVER_DUE } from '../../../server/ports';
import { providers } from './databases';
import { EVERYTHING, eventOf, T0, taskOf } from './rows';
import { twoStores } from './stores';

/** What every database must keep to, of searches, of the audit log, and of the searches that people keep. */

describe.each(providers())('on %s', (provider) => {
  const its = twoStores(provider);
  const ids = async (query: Partial<EventQuery>) =>
    (await its.store.list({ scopes: EVERYTHING, limit: 400, ...query })).map(({ id }) => id).sort();
  const hits = (query: Partial<EventQuery>, most = 1_000) => its.store.hits({ scopes: EVERYTHING, ...query }, most);

  test('a person is found by what they reported and by what they acknowledged, however many people are meant', async () => {
    await its.save({
      events: [
        eventOf('reported', { reporterId: 'wang' }),
        eventOf('acknowledged', { tasks: [taskOf('t1', 'acknowledged', { assigneeId: 'wang' })] }),
        eventOf('others', { tasks: [taskOf('t2', 'others', { assigneeId: 'Wang' })] }),
      ],
    });
    expect(await ids({ people: ['wang'] })).toEqual(['acknowledged', 'reported']);
    expect(await ids({ people: [] })).toEqual([]);
    expect(await ids({ people: ['\'); DROP TABLE "Event"; --', '%', 'wan_'] })).toEqual([]);
    const many = Array.from({ length: 70_000 }, (_, index) => `p${index}`);
    expect(await ids({ people: [...many, 'wang'] })).toEqual(['acknowledged', 'reported']);
  });

  test('a stretch of time takes its beginning and leaves its end', async () => {
    await its.save({ events: [0, 5, 9].map((ms) => eventOf(`e${ms}`, { createdAt: T0 + ms })) });
    expect(await ids({ from: T0 + 5, to: T0 + 9 })).toEqual(['e5']);
    expect(await ids({ from: T0 + 5 })).toEqual(['e5', 'e9']);
    expect(await ids({ to: T0 })).toEqual([]);
  });

  test('as many are counted as all pages hold, up to the most that was asked for', async () => {
    await its.save({
      events: Array.from({ length: 25 }, (_, index) => eventOf(`e${index}`, { text: `第${index % 2}` })),
    });
    expect(await hits({})).toBe(25);
    expect(await hits({ q: '第1' })).toBe(12);
    expect(await hits({ before: { createdAt: T0, id: 'e1' } })).toBe(25);
    expect(await hits({}, 10)).toBe(10);
    expect(await hits({ scopes: { ...EVERYTHING, everything: false } })).toBe(0);
  });

  test('appeals are found while they wait, and once they are decided', async () => {
    const asked = (kind: Request['kind'], reason: string): Request => ({
      ...{ kind, by: 'zhao', at: T0, reason, until: null, approvers: ['dispatcher'], agreed: [] },
    });
    const closed = (id: string, but: Partial<Task>) =>
      eventOf(id, { stage: 'closed', tasks: [taskOf(`t-${id}`, id, { state: 'finished', ...but })] });
    await its.save({
      events: [
        closed('waits', { request: asked('appeal', '停电') }),
        closed('words', { request: asked('extend', '{"kind":"appeal"}') }),
        closed('granted', { appealed: 'granted' }),
        closed('denied', { appealed: 'denied' }),
        closed('quiet', {}),
      ],
    });
    expect(await ids({ appeal: 'waiting' })).toEqual(['waits']);
    expect(await ids({ appeal: 'decided' })).toEqual(['denied', 'granted']);
  });

  describe('steps of supervision and due moments', () => {
    const rungs = ['ack', 'handle'].flatMap((clock) =>
      ['prewarn', 'blue', 'yellow', 'red', 'accountability'].map((rung) => `${clock}.${rung}`),
    );
    const moment = fc.constantFrom(null, T0 - 5, T0, T0 + 5, T0 + 9);
    const aTask = fc.record({
      ...{ state: fc.constantFrom<Task['state']>('waiting', 'handling', 'suspended', 'passing', 'finished') },
      ...{ ackedAt: fc.constantFrom(null, T0 - 5), ackDueAt: moment, handleDueAt: moment },
      rungs: fc.uniqueArray(fc.constantFrom(...rungs), { maxLength: 3 }),
      supervised: fc.constantFrom<Task['supervised']>(null, null, 'blue', 'yellow', 'red'),
    });
    const events: Event[] = fc
      .sample(fc.array(aTask, { maxLength: 3 }), { seed: 20261123, numRuns: 200 })
      .map((tasks, index) => {
        const id = `e${String(index).padStart(3, '0')}`;
        return eventOf(id, { stage: 'handling', tasks: tasks.map((but, rank) => taskOf(`t${id}-${rank}`, id, but)) });
      });
    const levels = ['blue', 'yellow', 'red', 'accountability'] as const;

    test('are the same to the database as on the cards', async () => {
      await its.save({ events });
      for (const level of levels) {
        const wanted = events.filter(({ tasks }) => tasks.some((task) => climbed(task) === level)).map(({ id }) => id);
        expect(wanted.length).toBeGreaterThan(10);
        expect(await ids({ climbed: level })).toEqual(wanted);
        expect(await hits({ climbed: level })).toBe(wanted.length);
      }
    });

    const dueOf = ({ tasks }: Event) => {
      const running = tasks.filter((task) => isLate(task, 1e16));
      return Math.min(NEVER_DUE, ...running.map((task) => runningDue(task) ?? NEVER_DUE));
    };

    test('put the next one due first, each event once, however the pages are cut', async () => {
      await its.save({ events });
      const seen: Event[] = [];
      for (let after: NonNullable<EventQuery['byDue']>['after'] = null; ; ) {
        const page: Event[] = await its.store.list({ scopes: EVERYTHING, limit: 7, byDue: { after } });
        seen.push(...page);
        const last = page.at(-1);
        if (!last) break;
        after = { due: dueOf(last), id: last.id };
      }
      const wanted = [...events].sort((a, b) => dueOf(a) - dueOf(b) || (a.id < b.id ? -1 : 1));
      expect(seen.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      expect(new Set(wanted.map(dueOf)).size).toBeGreaterThan(4);
    });
  });

  describe('the audit log', () => {
    const line = (subject: string, action = 'export.events') => ({
      ...{ at: T0, by: 'zhou', action, subject, data: { rows: 3, 词: '=1+1', none: null, whole: true } },
    });

    test('keeps each line whole, newest first, page by page and by what was done', async () => {
      for (const subject of ['a', 'b', 'c']) await its.store.record(line(subject));
      await its.store.record(line('d', 'import.people'));
      const [newest, next] = await its.other.records({ limit: 2 });
      expect(newest).toEqual({ id: newest!.id, ...line('d', 'import.people') });
      expect(next!.subject).toBe('c');
      const rest = await its.store.records({ before: next!.id, limit: 10 });
      expect(rest.map(({ subject }) => subject)).toEqual(['b', 'a']);
      const exports = await its.store.records({ action: 'export.events', limit: 10 });
      expect(exports.map(({ subject }) => subject)).toEqual(['c', 'b', 'a']);
    });

    test('has a line for every version of rules that was put in force, and none for one that was not', async () => {
      const text = { kind: 'calendars' as const, calendars: [] };
      const change = { base: 0, at: T0, by: 'ma', note: '台风停工' };
      await its.store.enact(text, change);
      await expect(its.store.enact(text, change)).rejects.toThrow('not in force');
      const lines = await its.store.records({ action: 'rules.enact', limit: 10 });
      expect(lines.map(({ by, subject, data }) => [by, subject, data])).toEqual([
        ['ma', 'calendars', { version: 1, note: '台风停工' }],
      ]);
    });
  });

  test('a search is kept by its name, replaced by one of the same name, and removed by its owner alone', async () => {
    const kept = (id: string, userId: string, name: string, filter = '{}') => ({
      id,
      userId,
      name,
      filter,
      createdAt: T0,
    });
    await its.store.putFilter(kept('f1', 'zhou', '红牌', '{"rung":"red"}'));
    await its.store.putFilter(kept('f2', 'zhou', '本周'));
    await its.store.putFilter(kept('f3', 'chen', '红牌'));
    await its.store.putFilter(kept('f4', 'zhou', '红牌', '{"rung":"yellow"}'));
    const filters = await its.other.filters('zhou');
    expect(filters.map(({ id, name, filter }) => [id, name, filter]).sort()).toEqual([
      ['f1', '红牌', '{"rung":"yellow"}'],
      ['f2', '本周', '{}'],
    ]);
    expect(await its.store.removeFilter('chen', 'f1')).toBe(false);
    expect(await its.store.removeFilter('zhou', 'f1')).toBe(true);
    expect((await its.store.filters('zhou')).map(({ id }) => id)).toEqual(['f2']);
    expect((await its.store.filters('chen')).map(({ id }) => id)).toEqual(['f3']);
  });
});
