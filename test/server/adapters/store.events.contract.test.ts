import fc from 'fast-check';
import { isLate, isOpen } from '../../../server/domain/ladder';
import type { Event, Stage, Task } from '../../../server/domain/types';
import type { EventQuery, Scope } from '../../../server/ports';
import { providers } from './databases';
import { EVERYTHING, entryOf, eventOf, T0, taskOf } from './rows';
import { twoStores } from './stores';

/** What every database must keep to, of questions: what is due, who sees what, in which order, how many. */

describe.each(providers())('on %s', (provider) => {
  const its = twoStores(provider);

  test('what is due comes earliest first, and nothing else comes', async () => {
    const at = (id: string, nextAt: number | null) => eventOf(id, { nextAt });
    await its.save({
      events: [at('none', null), at('third', T0), at('first', T0 - 9), at('second', T0 - 5), at('later', T0 + 1)],
    });
    expect(await its.store.due(T0, 10)).toEqual(['first', 'second', 'third']);
    expect(await its.store.due(T0, 2)).toEqual(['first', 'second']);
  });

  test('events come to the auditor in order of creation, page by page', async () => {
    await its.save({ events: ['d', 'a', 'c', 'b'].map((id, index) => eventOf(id, { createdAt: T0 + (index >> 1) })) });
    expect(await its.store.eventIds(null, 3)).toEqual(['a', 'd', 'b']);
    expect(await its.store.eventIds('b', 3)).toEqual(['c']);
    expect(await its.store.eventIds('c', 3)).toEqual([]);
  });

  const ids = async (query: Partial<EventQuery>) =>
    (await its.store.list({ scopes: EVERYTHING, limit: 100, ...query })).map(({ id }) => id).sort();

  describe('the list', () => {
    test('comes newest first, each event once, however the pages are cut', async () => {
      const made = Array.from({ length: 25 }, (_, index) => eventOf(`e${index}`, { createdAt: T0 + (index % 7) }));
      await its.save({ events: made.map((event) => ({ ...event, tasks: [taskOf(`t-${event.id}`, event.id)] })) });
      const seen: Event[] = [];
      for (let page: Event[] = []; ; ) {
        page = await its.store.list({ scopes: EVERYTHING, limit: 4, ...(seen.length > 0 && { before: seen.at(-1)! }) });
        if (page.length === 0) break;
        seen.push(...page);
      }
      expect(new Set(seen.map(({ id }) => id)).size).toBe(25);
      expect(seen.map(({ createdAt }) => createdAt)).toEqual(
        made.map(({ createdAt }) => createdAt).sort((a, b) => b - a),
      );
      expect(seen.every(({ id, tasks }) => tasks.length === 1 && tasks[0]!.id === `t-${id}`)).toBe(true);
    });

    test('finds words of the text and the place, and the beginning of a number; % and _ are letters like others', async () => {
      await its.save({
        events: [
          eventOf('a', { text: '井盖 100% 破损_A', no: '20261123-0042' }),
          eventOf('b', {
            text: '井盖 100 破损-A',
            no: '20261124-0042',
            place: { text: '建设路\\3号', lng: null, lat: null },
          }),
        ],
      });
      expect(await ids({ q: '井盖' })).toEqual(['a', 'b']);
      expect(await ids({ q: '100%' })).toEqual(['a']);
      expect(await ids({ q: '损_a' })).toEqual(['a']);
      expect(await ids({ q: '路\\3' })).toEqual(['b']);
      expect(await ids({ q: '20261124' })).toEqual(['b']);
      expect(await ids({ q: '0042' })).toEqual([]);
      expect(await ids({ q: ' ' })).toEqual(['a', 'b']);
    });

    test('narrows by stage, matter, area, unit and lateness, all at once', async () => {
      const late = (id: string, task: Partial<Task>, but: Partial<Event> = {}) =>
        eventOf(id, { stage: 'handling', ...but, tasks: [taskOf(`t-${id}`, id, task)] });
      await its.save({
        events: [
          late('waiting', { ackDueAt: T0 - 1 }),
          late('handling', { state: 'handling', ackedAt: T0, ackDueAt: T0 - 9, handleDueAt: T0 + 1 }),
          late(
            'overdue',
            { state: 'handling', ackedAt: T0, handleDueAt: T0 - 1, unitId: 'water' },
            { matterId: 'm1', areaPath: '/d/x' },
          ),
          late('resting', { state: 'suspended', ackedAt: T0, ackDueAt: T0 - 9, handleDueAt: T0 - 1 }),
          late('paused', { state: 'handling', ackedAt: T0, ackDueAt: T0 - 9, handleDueAt: null }),
          late('passing', { state: 'passing', ackedAt: T0, ackDueAt: T0 - 9, handleDueAt: T0 - 1 }),
          late('both', { ackDueAt: T0 + 9, handleDueAt: T0 - 1 }),
          late('over', { state: 'finished', ackDueAt: T0 - 1, handleDueAt: T0 - 1 }, { stage: 'closed' }),
        ],
      });
      expect(await ids({ lateAt: T0 })).toEqual(['both', 'overdue', 'passing', 'waiting']);
      expect(await ids({ stages: ['closed'] })).toEqual(['over']);
      expect(await ids({ stages: [] })).toEqual([]);
      expect(await ids({ unitId: 'water' })).toEqual(['overdue']);
      expect(await ids({ matterId: 'm1' })).toEqual(['overdue']);
      expect(await ids({ areaPath: '/d/x' })).toEqual(['overdue']);
      expect(await ids({ areaPath: '/d' })).toHaveLength(8);
      expect(await ids({ lateAt: T0, unitId: 'street' })).toEqual(['both', 'passing', 'waiting']);
    });
  });

  test('what may wait for a person comes urgent first, then by the next moment, and holds nothing of others', async () => {
    const handled = (id: string, task: Partial<Task>, but: Partial<Event> = {}) =>
      eventOf(id, { stage: 'handling', ...but, tasks: [taskOf(`t-${id}`, id, { unitId: 'water', ...task })] });
    const request = {
      kind: 'extend',
      by: 'x',
      at: T0,
      reason: '等料',
      until: null,
      approvers: [],
      agreed: [],
    } as const;
    await its.save({
      events: [
        handled('later', { ackDueAt: T0 + 9 }),
        handled('soon', { ackDueAt: T0 + 1 }),
        handled('urgent', { ackDueAt: T0 + 99 }, { urgent: true }),
        handled('mine', { unitId: 'street', state: 'handling', assigneeId: 'mei', handleDueAt: T0 + 5 }),
        handled('asked', { unitId: 'street', request: { ...request, approvers: [], agreed: [] }, ackDueAt: T0 + 7 }),
        handled('passed', { state: 'passing', ackDueAt: T0 }),
        handled('rests', { state: 'suspended', ackDueAt: T0 }),
        handled('theirs', { unitId: 'street', ackDueAt: T0 }),
        handled('ended', { ackDueAt: T0 }, { stage: 'closed' }),
        eventOf('filed', { stage: 'filed', nextAt: T0 + 3 }),
        eventOf('elsewhere', { stage: 'filed', areaPath: '/e', nextAt: T0 }),
        eventOf('draft', { stage: 'reported', nextAt: T0 }),
        eventOf('own', { stage: 'reported', reporterId: 'mei', nextAt: null }),
      ],
    });
    const scopes = { everything: false, reporterId: 'mei', areaPaths: ['/d'], unitIds: ['water'] };
    const found = async (limit: number) => (await its.store.waiting(scopes, limit)).map(({ id }) => id);
    expect(await found(20)).toEqual(['urgent', 'soon', 'filed', 'mine', 'asked', 'later', 'own']);
    expect(await found(3)).toEqual(['urgent', 'soon', 'filed']);
  });

  describe('lateness', () => {
    const states: Task['state'][] = ['waiting', 'handling', 'passing', 'suspended', 'confirming'];
    const over: Task['state'][] = ['finished', 'returned', 'moved', 'cancelled'];
    const moment = fc.constantFrom(null, ...[-2, -1, 0, 1, 2, 5].map((ms) => T0 + ms));
    const aTask = fc.record({
      ...{ state: fc.constantFrom(...states, ...over), ackedAt: fc.constantFrom(null, T0 - 5) },
      ...{ ackDueAt: moment, handleDueAt: moment },
    });
    const tasks = fc
      .sample(aTask, { seed: 20261123, numRuns: 300 })
      .map((but, index) => taskOf(`t${index}`, `e${index}`, but));
    const lateOnes = (isLateAt: (task: Task) => boolean) => tasks.filter(isLateAt).map(({ eventId }) => eventId);

    test('is the same to the database as to the domain, whatever a task looks like', async () => {
      await its.save({ events: tasks.map((task) => eventOf(task.eventId, { stage: 'handling', tasks: [task] })) });
      const late = lateOnes((task) => isLate(task, T0)).sort();
      expect(await ids({ limit: 400, lateAt: T0 })).toEqual(late);
      const today = tasks.filter((task) => isLate(task, T0 + 3) && !isLate(task, T0));
      expect(await its.store.counts(EVERYTHING, T0, T0 - 9, T0 + 3)).toMatchObject({
        ...{ late: late.length, dueToday: today.length },
      });
      expect(Math.min(late.length, today.length)).toBeGreaterThan(20);
    });

    test('control: a clock chosen by the state, or a suspended one that counts, would be noticed', () => {
      const late = lateOnes((task) => isLate(task, T0));
      const byState = ({ state, ackDueAt, handleDueAt }: Task) =>
        (state === 'waiting' ? ackDueAt : (handleDueAt ?? ackDueAt)) ?? Number.POSITIVE_INFINITY;
      expect(lateOnes((task) => isOpen(task) && task.state !== 'suspended' && byState(task) < T0)).not.toEqual(late);
      expect(lateOnes((task) => isLate({ ...task, state: isOpen(task) ? 'handling' : task.state }, T0))).not.toEqual(
        late,
      );
    });
  });

  describe('nobody sees outside their scope', () => {
    const paths = ['/d', '/d/a', '/d/a/g', '/d/A', '/d/ab', '/d/_', '/d/%', '/e'];
    const people = ['lin', 'mei'];
    const units = ['street', 'water', 'Water'];
    const stages: Stage[] = ['reported', 'filed', 'closed'];
    const anEvent = fc.record({
      ...{ areaPath: fc.constantFrom(...paths), reporterId: fc.constantFrom(...people) },
      ...{ stage: fc.constantFrom(...stages), units: fc.uniqueArray(fc.constantFrom(...units), { maxLength: 2 }) },
    });
    const aScope: fc.Arbitrary<Scope> = fc.record({
      ...{ everything: fc.constant(false), reporterId: fc.constantFrom(...people, 'nobody') },
      areaPaths: fc.uniqueArray(fc.constantFrom(...paths), { maxLength: 2 }),
      unitIds: fc.uniqueArray(fc.constantFrom(...units), { maxLength: 2 }),
    });

    /** The rule, said another way than the store says it. */
    const maySee = (event: Event, scope: Scope) => {
      if (event.reporterId === scope.reporterId) return true;
      const areas = event.areaPath.split('/');
      const above = areas.map((_, index) => areas.slice(0, index + 1).join('/'));
      return (
        event.stage !== 'reported' &&
        (scope.areaPaths.some((path) => above.includes(path)) ||
          event.tasks.some(({ unitId }) => scope.unitIds.includes(unitId)))
      );
    };

    /** Chance has a fixed seed here: the same towns every time. */
    const chance = { seed: 20261123 };

    async function town(): Promise<Event[]> {
      const events = fc.sample(anEvent, { ...chance, numRuns: 80 }).map(({ units: held, ...but }, index) => {
        const id = `e${index}`;
        return eventOf(id, { ...but, tasks: held.map((unitId) => taskOf(`${id}-${unitId}`, id, { unitId })) });
      });
      await its.save({ events });
      return events;
    }

    test('in the list and in the counts', async () => {
      const events = await town();
      let hidden = 0;
      for (const scopes of fc.sample(aScope, { ...chance, numRuns: 60 })) {
        const seen = events.filter((event) => maySee(event, scopes));
        hidden += events.length - seen.length;
        expect(await ids({ scopes })).toEqual(seen.map(({ id }) => id).sort());
        const { byStage } = await its.store.counts(scopes, T0, T0, T0 + 1);
        for (const stage of stages) expect(byStage[stage]).toBe(seen.filter((event) => event.stage === stage).length);
      }
      expect(hidden).toBeGreaterThan(1000);
    });

    test('control: a prefix of letters instead of areas, or one that takes A for a, would be noticed', async () => {
      const events = await town();
      const scopes = fc.sample(aScope, { ...chance, numRuns: 60 });
      const differs = (inArea: (path: string, outer: string) => boolean) =>
        scopes.some((scope) =>
          events.some(
            (event) =>
              !maySee(event, scope) &&
              event.stage !== 'reported' &&
              scope.areaPaths.some((path) => inArea(event.areaPath, path)),
          ),
        );
      expect(differs((path, outer) => path.startsWith(outer))).toBe(true);
      expect(differs((path, outer) => `${path}/`.toLowerCase().startsWith(`${outer}/`.toLowerCase()))).toBe(true);
      expect(differs((path, outer) => `${path}/`.startsWith(`${outer}/`))).toBe(false);
    });
  });

  test('the counts add up: open tasks late or due today, what was reported and closed today', async () => {
    const task = (id: string, but: Partial<Task>) =>
      eventOf(id, { stage: 'handling', createdAt: T0 - 1, tasks: [taskOf(`t-${id}`, id, but)] });
    await its.save({
      events: [
        task('late', { ackDueAt: T0 + 4 }),
        task('today', { state: 'handling', ackedAt: T0, ackDueAt: T0, handleDueAt: T0 + 5 }),
        task('tomorrow', { ackDueAt: T0 + 10 }),
        task('done', { state: 'finished', ackDueAt: T0 }),
        eventOf('new', { createdAt: T0 }),
        eventOf('closed', { stage: 'closed', createdAt: T0 - 1, closedAt: T0 + 9 }),
        eventOf('before', { stage: 'closed', createdAt: T0 - 1, closedAt: T0 - 1 }),
      ],
    });
    expect(await its.store.counts(EVERYTHING, T0 + 5, T0, T0 + 10)).toEqual({
      byStage: {
        reported: 0,
        filed: 1,
        dispatched: 0,
        handling: 4,
        verifying: 0,
        closed: 2,
        rejected: 0,
        withdrawn: 0,
      },
      ...{ late: 1, dueToday: 1, reportedToday: 1, closedToday: 1 },
    });
  });

  describe('for a worker', () => {
    test('an event keeps who joined it, in that order, and they find it among theirs', async () => {
      const followers = [
        { userId: 'zoe', at: T0 },
        { userId: 'amy', at: T0 },
      ];
      const event = eventOf('a', { followers: followers.slice(0, 1) });
      await its.save({ events: [event, eventOf('b')] });
      await its.save({ events: [{ ...event, version: 2, followers }] });
      expect((await its.store.event('a'))?.followers).toEqual(followers);
      const own = (reporterId: string) => ids({ scopes: { ...EVERYTHING, everything: false, reporterId } });
      expect([await own('amy'), await own('lin'), await own('nobody')]).toEqual([['a'], ['a', 'b'], []]);
    });

    test('events are found within a box, those without a place never', async () => {
      const at = (id: string, lng: number | null) => eventOf(id, { place: { text: '', lng, lat: lng && 30.5 } });
      await its.save({ events: [at('none', null), at('west', 103.9), at('in', 104), at('east', 104.1)] });
      expect(await ids({ box: { west: 103.95, east: 104.05, south: 30.4, north: 30.6 } })).toEqual(['in']);
    });

    test('habits: own matters by how often, then those of the area; drafts and old ones count for nothing', async () => {
      const of = (id: string, matterId: string | null, but: Partial<Event> = {}) =>
        eventOf(id, { matterId, no: id, ...but });
      await its.save({
        events: [
          ...[of('1', 'rare'), of('2', 'often'), of('3', 'often'), of('4', null)],
          ...['5', '6', '7'].map((id) => of(id, 'theirs', { reporterId: 'amy', areaPath: '/d/s/c2' })),
          ...['8', '9', '10'].map((id) => of(id, 'far', { reporterId: 'amy', areaPath: '/d/s2' })),
          ...[of('11', 'draft', { no: null }), of('12', 'old', { createdAt: T0 - 9 })],
        ],
      });
      const asked = { userId: 'lin', areaPath: '/d/s', since: T0, limit: 9 };
      expect(await its.store.habits(asked)).toEqual(['often', 'rare', 'theirs']);
      expect(await its.store.habits({ ...asked, limit: 1 })).toEqual(['often']);
    });

    test('a month counts what the person reported in it, by what became of it, and what they joined in it', async () => {
      const of = (id: string, stage: Stage, but: Partial<Event> = {}) => eventOf(id, { stage, no: id, ...but });
      await its.save({
        events: [
          ...[of('1', 'closed'), of('2', 'handling'), of('3', 'rejected'), of('4', 'withdrawn', { no: null })],
          ...[of('5', 'closed', { createdAt: T0 - 1 }), of('6', 'closed', { createdAt: T0 + 100 })],
          of('7', 'handling', { reporterId: 'amy', followers: [{ userId: 'lin', at: T0 + 99 }] }),
          of('8', 'handling', { reporterId: 'amy', followers: [{ userId: 'lin', at: T0 + 100 }] }),
        ],
      });
      expect(await its.store.monthOf('lin', T0, T0 + 100)).toEqual({
        ...{ reported: 4, valid: 2, closed: 1, joined: 1, rewards: [] },
      });
      expect(await its.store.monthOf('amy', T0 + 100, T0 + 200)).toEqual({
        ...{ reported: 0, valid: 0, closed: 0, joined: 0, rewards: [] },
      });
    });

    test('a month tells the rewards that stand and were recorded in it, each once, whenever it was reported', async () => {
      const rewarded = (id: string, at: number, reward: string | null, but: Partial<Event> = {}) => ({
        event: eventOf(id, { stage: 'closed', no: id, reward, ...but }),
        entries: [T0 - 9, at].map((when, seq) => ({ ...entryOf(id, seq + 1), at: when, action: 'reward' })),
      });
      const all = [
        ...[rewarded('1', T0, '话费 10 元'), rewarded('2', T0 + 99, '书面表扬', { createdAt: T0 - 10 ** 10 })],
        ...[
          rewarded('3', T0 + 100, '下个月'),
          rewarded('4', T0, null),
          rewarded('5', T0, '别人的', { reporterId: 'amy' }),
        ],
      ];
      await its.save({ events: all.map(({ event }) => event), entries: all.flatMap(({ entries }) => entries) });
      expect((await its.store.monthOf('lin', T0, T0 + 100)).rewards).toEqual([
        { eventId: '2', note: '书面表扬', at: T0 + 99 },
        { eventId: '1', note: '话费 10 元', at: T0 },
      ]);
    });
  });
});
