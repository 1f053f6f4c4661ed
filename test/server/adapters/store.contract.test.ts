import { setTimeout as wait } from 'node:timers/promises';
import { openStore } from '../../../server/adapters/store';
import type { Area, Event, Unit } from '../../../server/domain/types';
import { BadTown, type Changes, Stale, type Store } from '../../../server/ports';
import { ask, providers, run } from './databases';
import { changes, entryOf, eventOf, lineTo, T0, taskOf } from './rows';
import { twoStores } from './stores';

const TERMS = {
  ...{ conditionId: 'k1', text: '不亮', clock: 'work_day' as const, limit: 1, ackMinutes: 60, closing: '恢复' },
  ...{ evidence: 'photo' as const, version: 3 },
};

const person = (userId: string, name: string) => ({
  userId,
  unionId: `u-${userId}`,
  name,
  mobile: null,
  active: true,
});

/** What every database must keep to: whole transactions, one winner, nothing lost. */

describe.each(providers())('on %s', (provider) => {
  const its = twoStores(provider);

  /** Everything that one report writes. */
  const report = (id: string): Partial<Changes> => ({
    messages: [{ key: `msg-${id}`, at: T0, userId: 'lin', eventId: id }],
    events: [eventOf(id, { tasks: [taskOf(`t-${id}`, id)] })],
    entries: [entryOf(id, 1)],
    media: [{ id: `p-${id}`, kind: 'image', code: 'c', phase: 'report', eventId: id, createdAt: T0 }],
    notices: [lineTo('lin', `n-${id}`)],
    counters: [{ name: 'no:20261123', by: 1 }],
  });

  /** How many rows stand in each table that a report writes to. */
  const rows = async () =>
    Promise.all(
      ['Message', 'Event', 'Task', 'Entry', 'Media', 'Notice', 'Counter'].map(async (table) =>
        Number((await ask(its.url, `SELECT count(*) FROM "${table}"`))[0]![0]),
      ),
    );

  describe('a transaction', () => {
    test('writes everything', async () => {
      await its.save(report('e1'));
      expect(await rows()).toEqual([1, 1, 1, 1, 1, 1, 1]);
    });

    test('that throws after its writes leaves nothing', async () => {
      const work = its.store.write(async (tx) => {
        await tx.save(changes(report('e1')));
        throw new Error('the power went');
      });
      await expect(work).rejects.toThrow('the power went');
      expect(await rows()).toEqual([0, 0, 0, 0, 0, 0, 0]);
    });

    test('whose last statement the database refuses leaves nothing', async () => {
      await its.save({ entries: [entryOf('e1', 1)] });
      await expect(its.save(report('e1'))).rejects.toThrow();
      expect(await rows()).toEqual([0, 0, 0, 1, 0, 0, 0]);
    });

    test('sees its own writes; nobody else does before the commit', async () => {
      await its.store.write(async (tx) => {
        await tx.save(changes(report('e1')));
        expect((await tx.events(['e1'])).get('e1')).toMatchObject({ id: 'e1' });
        expect(await its.store.event('e1')).toBeNull();
        expect(await its.other.event('e1')).toBeNull();
      });
      expect(await its.store.event('e1')).not.toBeNull();
      expect(await its.other.event('e1')).not.toBeNull();
    });

    test('takes no foreign write along when it fails', async () => {
      const kept: Promise<void>[] = [];
      const work = its.store.write(async () => {
        kept.push(its.store.putMeta('kept', 'yes'));
        await wait(20);
        throw new Error('the power went');
      });
      await expect(work).rejects.toThrow();
      await Promise.all(kept);
      expect(await its.store.meta('kept')).toBe('yes');
    });

    test('survives the one before it that failed', async () => {
      await expect(its.store.write(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await its.save(report('e1'));
      expect(await rows()).toEqual([1, 1, 1, 1, 1, 1, 1]);
    });

    test('takes fifty reports as well as one', async () => {
      const many = Array.from({ length: 50 }, (_, index) => report(`e${index}`));
      await its.save({
        messages: many.flatMap(({ messages = [] }) => messages),
        events: many.flatMap(({ events = [] }) => events),
        entries: many.flatMap(({ entries = [] }) => entries),
        media: many.flatMap(({ media = [] }) => media),
        notices: many.flatMap(({ notices = [] }) => notices),
        counters: many.flatMap(({ counters = [] }) => counters),
      });
      expect(await rows()).toEqual([50, 50, 50, 50, 50, 50, 1]);
      expect(await its.store.counters('no:')).toEqual({ 'no:20261123': 50 });
    });
  });

  describe('a message key', () => {
    test('is known with the event it led to', async () => {
      await its.save(report('e1'));
      await its.save({ messages: [{ key: 'chat', at: T0, userId: null, eventId: null }] });
      const claimed = await its.store.write((tx) => tx.claimed(['msg-e1', 'chat', 'new']));
      expect(claimed).toEqual(
        new Map([
          ['msg-e1', 'e1'],
          ['chat', null],
        ]),
      );
    });

    test('acts once, however many processes get the message at the same moment', async () => {
      const acted = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 ? its.store : its.other).write(async (tx) => {
            if ((await tx.claimed(['msg-1'])).size > 0) return false;
            await wait(5);
            await tx.save(changes({ messages: [{ key: 'msg-1', at: T0, userId: 'lin', eventId: null }] }));
            await tx.save(changes({ events: [eventOf(`e${index}`)] }));
            return true;
          }),
        ),
      );
      expect(acted.filter(Boolean)).toHaveLength(1);
      expect(await its.store.eventIds(null, 10)).toHaveLength(1);
    });
  });

  describe('the version of an event', () => {
    const grow = (event: Event) => ({ ...event, version: event.version + 1, entryCount: event.entryCount + 1 });

    test('lets nobody overwrite what somebody else wrote meanwhile: all who race get through, one after the other', async () => {
      await its.save({ events: [eventOf('e1')], entries: [entryOf('e1', 1)] });
      await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 ? its.store : its.other).write(async (tx) => {
            const event = grow((await tx.events(['e1'])).get('e1')!);
            await wait(2);
            await tx.save(changes({ events: [event], entries: [entryOf('e1', event.entryCount)] }));
          }),
        ),
      );
      expect(await its.store.event('e1')).toMatchObject({ version: 9, entryCount: 9 });
      expect((await its.store.entries('e1')).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    test('that was read before somebody else wrote is refused, with all that came along', async () => {
      await its.save(report('e1'));
      const seen = (await its.store.event('e1'))!;
      await its.save({ events: [grow(seen)] });
      const late = { ...grow(seen), text: 'mine' };
      const second = its.store.write((tx) => tx.save(changes({ events: [late], notices: [lineTo('lin', 'n2')] })));
      await expect(second).rejects.toMatchObject({ name: 'LostRace' });
      expect(await its.store.event('e1')).toMatchObject({ version: 2, text: '路灯不亮' });
      expect((await rows())[5]).toBe(1);

      // Control: without the version, the later writer would have won silently.
      await run(its.url, `UPDATE "Event" SET "text" = 'mine' WHERE "id" = 'e1'`);
      expect(await its.store.event('e1')).toMatchObject({ version: 2, text: 'mine' });
    });

    test('must be the first of an event that is not there', async () => {
      const ghost = its.store.write((tx) => tx.save(changes({ events: [eventOf('ghost', { version: 5 })] })));
      await expect(ghost).rejects.toMatchObject({ name: 'LostRace' });
    });
  });

  test('numbers are given once each, without a gap, also by two processes', async () => {
    const take = async (from: Store, index: number) =>
      from.write(async (tx) => {
        const next = (await tx.counter('no:20261123')) + 1;
        await wait(2);
        const event = eventOf(`e${index}`, { no: `20261123-${next}` });
        await tx.save(changes({ events: [event], counters: [{ name: 'no:20261123', by: 1 }] }));
        return next;
      });
    const numbers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => take(index % 2 ? its.store : its.other, index)),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  describe('what was written', () => {
    test('is read back to the last field, and after a restart', async () => {
      const full = eventOf('e1', {
        ...{ no: '20261123-0001', stage: 'handling', conversationId: 'cid', matterId: 'm1', terms: TERMS },
        ...{ gridId: 'g1', place: { text: "“东门”\\'; DROP TABLE", lng: 103.887, lat: 30.81 }, urgent: true },
        ...{ mediaIds: ['p2', 'p1'], suggestions: [{ matterId: 'm1', score: 2.5, words: ['路灯', '😀'] }] },
        ...{ filedAt: T0 + 1, closedAt: T0 + 2, nextAt: T0 + 3, last: { action: 'ack', by: 'zhou', at: T0 + 4 } },
        ...{ responsibleId: 'street', round: 2, diverted: true, reward: '话费 10 元' },
      });
      const lead = taskOf('zz', 'e1', { state: 'handling', assigneeId: 'zhou', ackedAt: T0, handleDueAt: T0 + 9 });
      const assist = taskOf('aa', 'e1', {
        duty: 'assist',
        rungs: ['ack.blue'],
        supervised: 'red',
        endedAt: T0,
        nextAt: T0,
        spans: [{ clock: 'ack', from: T0, to: null, why: 'waiting', running: true }],
        ...{ round: 2, extended: 60, extensions: 1, suspensions: 1, suspendedUntil: T0 + 7, appealed: 'granted' },
        request: {
          ...{ kind: 'suspend', by: 'zhou', at: T0, reason: '等“材料”', until: '2026-12-01' },
          ...{ approvers: ['leader', 'dispatcher'], agreed: ['zhao'] },
        },
      });
      full.tasks = [lead, assist];
      const entry = { ...entryOf('e1', 1), data: { note: '好\n', ok: true, n: 1.5, none: null, units: ['a', 'b'] } };
      await its.save({ events: [full], entries: [entry] });

      await its.store.close();
      its.store = openStore(its.url);
      await its.store.open();
      expect(await its.store.event('e1')).toEqual(full);
      expect(await its.store.event('20261123-0001')).toEqual(full);
      expect(await its.store.entries('e1')).toEqual([entry]);
      expect(await its.store.event('nobody')).toBeNull();
    });

    test('changes with the event: tasks are added and replaced, none is lost', async () => {
      await its.save(report('e1'));
      const event = (await its.store.event('e1'))!;
      const moved = { ...event.tasks[0]!, state: 'moved' as const, endedAt: T0 + 5 };
      const next = { ...event, version: 2, stage: 'dispatched' as const, tasks: [moved, taskOf('t2', 'e1')] };
      await its.save({ events: [next] });
      expect(await its.store.event('e1')).toEqual(next);
    });
  });

  test('a draft is the newest open report of a person, unless it has been left too long', async () => {
    const draft = (id: string, but: Partial<Event>) => eventOf(id, { stage: 'reported', ...but });
    await its.save({
      events: [
        draft('old', { touchedAt: T0 - 99 }),
        draft('first', { createdAt: T0 - 2 }),
        draft('newest', { createdAt: T0 - 1 }),
        eventOf('filed'),
        draft('hers', { reporterId: 'mei', touchedAt: T0 - 11 }),
      ],
    });
    const found = await its.store.write((tx) => tx.drafts(['lin', 'mei'], T0 - 10));
    expect([...found].map(([userId, { id }]) => [userId, id])).toEqual([['lin', 'newest']]);
    const byNo = await its.store.write((tx) => tx.eventsByNo(['none']));
    expect(byNo.size).toBe(0);
  });

  test('the town is read as it was saved, in one order; its version grows; nobody is removed', async () => {
    const area = {
      id: 'a',
      kind: 'district',
      name: '郫都区',
      parentId: null,
      path: '/a',
      dedicated: false,
      lng: 1.5,
      lat: 2,
    } as const;
    const polygon: [number, number][] = [
      [103.8, 30.8],
      [103.9, 30.8],
      [103.9, 30.9],
    ];
    expect(await its.store.townVersion()).toBe(0);
    const town = {
      areas: [
        { ...area, polygon },
        { ...area, id: 'b', kind: 'street', parentId: 'a', path: '/a/b', polygon: null, lng: null, lat: null },
        { ...area, id: 'c', kind: 'grid', parentId: 'b', path: '/a/b/c', dedicated: true, polygon: null },
      ],
      units: [{ id: 'u', kind: 'centre', name: '中心', areaId: 'a', parentId: null }],
      people: [person('Zoe', '佐'), person('lin', '林'), person('李', '李')],
      posts: [{ id: 'p', userId: 'lin', role: 'worker', unitId: null, areaId: 'a' }],
      matters: [
        {
          id: 'm',
          name: '路灯',
          duty: 'x',
          domain: 'y',
          gbCode: null,
          keywords: ['灯', '黑'],
          urgent: false,
          retired: false,
        },
      ],
      conditions: [
        {
          id: 'k',
          matterId: 'm',
          rank: 1,
          text: 't',
          clock: 'work_day',
          limit: 3,
          ackMinutes: 60,
          closing: 'c',
          evidence: 'photo',
        },
      ],
      duties: [
        {
          id: 'm|k|dedicated|police',
          ...({ matterId: 'm', conditionId: 'k', areaKind: 'dedicated', channel: 'police' } as const),
          ...({ leadKind: 'street', leadUnitId: null, assistUnitIds: ['u'] } as const),
        },
      ],
      calendars: [],
      settings: {},
      versions: { catalogue: 0, duties: 0, calendars: 0, settings: 0 },
    } as const;
    const copy = JSON.parse(JSON.stringify(town));
    await its.store.saveTown({ ...copy, people: copy.people.toReversed() });
    expect(await its.other.town()).toEqual(town);
    expect(await its.other.townVersion()).toBe(1);
    await its.other.saveTown({ people: [person('lin', '林二')] });
    expect(await its.store.townVersion()).toBe(2);
    expect((await its.store.town()).people.map(({ name }) => name)).toEqual(['佐', '林二', '李']);
  });

  test('areas that make no tree are refused with their rows, and nothing has changed', async () => {
    const area = (id: string, kind: Area['kind'], parentId: string | null, path: string): Area => ({
      ...{ id, kind, parentId, path, name: id, dedicated: false, lng: null, lat: null, polygon: null },
    });
    await its.store.saveTown({ areas: [area('d', 'district', null, '/d'), area('s', 'street', 'd', '/d/s')] });
    const before = await its.store.town();
    const refused = async (areas: Area[]) => {
      const fault = await its.store.saveTown({ areas, people: [person('lin', '林')] }).catch((error: unknown) => error);
      expect(await its.other.town()).toEqual(before);
      expect(fault).toBeInstanceOf(BadTown);
      return (fault as BadTown).faults.map(({ row, id, reason }) => `${row} ${id} ${reason}`);
    };
    const lost = area('c', 'community', 'x', '/d/x/c');
    expect(await refused([lost])).toEqual(['1 c 上级“x”不在表里，请补上或改正']);
    const circle = [area('a', 'street', 'b', '/d/b/a'), area('b', 'street', 'a', '/d/a/b')];
    expect(await refused(circle)).toEqual(['1 a 上级绕回了自己，请改正上级', '2 b 上级绕回了自己，请改正上级']);
    const beside = area('c', 'community', 's', '/d/c');
    expect(await refused([area('s2', 'street', 'd', '/d/s2'), beside])).toEqual(['2 c 路径应为“/d/s/c”，与上级不符']);
    await its.store.saveTown({ areas: [area('c', 'community', 's', '/d/s/c')] });
    expect((await its.other.town()).areas.map(({ id }) => id)).toEqual(['c', 'd', 's']);
  });

  test('units that go round in a circle, or hang in the air, are refused with their rows, and nothing has changed', async () => {
    const area: Area = {
      ...{ id: 'd', kind: 'district', parentId: null, path: '/d', name: 'd', dedicated: false },
      ...{ lng: null, lat: null, polygon: null },
    };
    const unit = (id: string, parentId: string | null, areaId = 'd'): Unit => ({
      ...{ id, kind: 'street', name: id, areaId, parentId },
    });
    await its.store.saveTown({ areas: [area], units: [unit('top', null), unit('low', 'top')] });
    const before = await its.store.town();
    const refused = async (units: Unit[]) => {
      const fault = await its.store.saveTown({ units, people: [person('lin', '林')] }).catch((error: unknown) => error);
      expect(await its.other.town()).toEqual(before);
      expect(fault).toBeInstanceOf(BadTown);
      return (fault as BadTown).faults.map(({ row, id, reason }) => `${row} ${id} ${reason}`);
    };
    // The circle closes through a unit that stands already.
    expect(await refused([unit('new', 'low'), unit('top', 'new')])).toEqual([
      '1 new 上级单位绕回了自己，请改正上级',
      '2 top 上级单位绕回了自己，请改正上级',
      '3 low 上级单位绕回了自己，请改正上级',
    ]);
    expect(await refused([unit('new', 'nobody', 'nowhere')])).toEqual([
      '1 new 管辖区域“nowhere”不存在，请改正',
      '1 new 上级单位“nobody”不在表里，请补上或改正',
    ]);
    expect(await refused([unit('new', null), unit('new', 'top')])).toEqual([
      '2 new 编号“new”与第 1 行重复，请改成不同的编号',
    ]);
    await its.store.saveTown({ units: [unit('new', 'low')] });
    expect((await its.other.town()).units.map(({ id }) => id)).toEqual(['low', 'new', 'top']);
  });

  test('media wait to be fetched until they are stored or given up', async () => {
    await its.save({
      media: [
        { id: 'chat', kind: 'audio', code: 'dl', phase: 'report', eventId: 'e1', createdAt: T0 },
        {
          id: 'ours',
          kind: 'image',
          code: null,
          phase: 'finish',
          eventId: 'e1',
          createdAt: T0,
          sha256: 'aa',
          mime: 'image/png',
          size: 3,
        },
      ],
    });
    const [row] = await its.store.pendingMedia(T0, 10);
    expect(row).toMatchObject({ id: 'chat', code: 'dl', attempts: 0, status: 'pending' });
    await its.store.putMedia({ ...row!, attempts: 1, nextAt: T0 + 100 });
    expect(await its.store.pendingMedia(T0 + 99, 10)).toEqual([]);
    expect(await its.store.pendingMedia(T0 + 100, 10)).toHaveLength(1);
    await its.store.putMedia({
      ...row!,
      status: 'stored',
      sha256: 'bb',
      mime: 'audio/amr',
      size: 9,
      taken: { at: T0 - 60, lng: 104.1, lat: null },
    });
    expect(await its.store.pendingMedia(T0 + 100, 10)).toEqual([]);
    expect(await its.store.media(['ours', 'chat', 'none'])).toMatchObject([
      { id: 'ours', status: 'stored', sha256: 'aa', phase: 'finish' },
      { id: 'chat', status: 'stored', sha256: 'bb', size: 9, taken: { at: T0 - 60, lng: 104.1, lat: null } },
    ]);
  });

  test('cards are found by event, by id, and by person and kind, oldest first', async () => {
    const card = {
      outTrackId: 'b',
      userId: 'lin',
      eventId: 'e1',
      kind: 'task',
      status: 'sending',
      hash: '',
      createdAt: T0,
    } as const;
    const older = { ...card, outTrackId: 'c', createdAt: T0 - 1 };
    const brief = { ...card, outTrackId: 'a', eventId: null, kind: 'brief' } as const;
    for (const row of [card, older, brief]) await its.store.putCard(row);
    await its.store.putCard({ ...card, status: 'live', hash: 'x' });
    expect(await its.store.cards({ eventId: 'e1' })).toEqual([older, { ...card, status: 'live', hash: 'x' }]);
    expect(await its.store.cards({ outTrackId: 'a' })).toEqual([brief]);
    expect(await its.store.cards({ userId: 'lin', eventId: 'e1', kind: 'draft' })).toEqual([]);
  });

  test('counters add up over processes; notes are kept; bad frames are kept short', async () => {
    await Promise.all(
      [its.store, its.other, its.store, its.other].map((each) =>
        each.bump([
          { name: 'meter:card', by: 2 },
          { name: 'x', by: 1 },
        ]),
      ),
    );
    expect(await its.store.counters('meter:')).toEqual({ 'meter:card': 8 });
    expect(await its.store.write((tx) => tx.counter('x'))).toBe(4);
    expect(await its.store.meta('k')).toBeNull();
    await its.store.putMeta('k', '1');
    await its.store.putMeta('k', '2');
    expect(await its.other.meta('k')).toBe('2');
    await its.store.poison(T0, 'malformed', `\0${'x'.repeat(9000)}`);
    expect(await ask(its.url, 'SELECT "reason", length("raw") FROM "Poison"')).toEqual([['malformed', 4000]]);
  });

  test('what an administrator should look into is counted, and the newest of it named', async () => {
    await its.store.poison(T0, 'older', '');
    await its.store.poison(T0 + 1, 'newer', '');
    const { poison, failed } = await its.other.troubles(1);
    expect(poison).toEqual({ count: 2, latest: [{ at: T0 + 1, reason: 'newer' }] });
    expect(failed).toEqual({ count: 0, latest: [] });
  });

  test('posts named are given up, and a town changed meanwhile is not written over', async () => {
    const post = { id: 'p1', userId: 'lin', role: 'worker' as const, unitId: null, areaId: null };
    await its.store.saveTown({ posts: [post, { ...post, id: 'p2' }] });
    const base = await its.store.townVersion();
    await its.store.saveTown({ posts: [{ ...post, id: 'p3' }] }, { dropPosts: ['p1', 'gone'], base });
    expect((await its.other.town()).posts.map(({ id }) => id)).toEqual(['p2', 'p3']);
    await expect(its.other.saveTown({}, { dropPosts: ['p2'], base })).rejects.toThrow(Stale);
    expect((await its.store.town()).posts.map(({ id }) => id)).toEqual(['p2', 'p3']);
  });
});
