import type { Notice, Reply } from '../../../server/domain/types';
import type { Store } from '../../../server/ports';
import { ask, providers } from './databases';
import { lineTo, staleOf, T0 } from './rows';
import { twoStores } from './stores';

/** What every database must keep to, of notices: said once, folded while they wait, whole persons, never lost. */

describe.each(providers())('on %s', (provider) => {
  const its = twoStores(provider);

  describe('a notice', () => {
    const ids = async (now: number) => (await its.store.claimNotices(now, 1000, 100)).map(({ id }) => id);

    test('is said once: the same id is not taken again, even after it was sent', async () => {
      await its.save({ notices: [lineTo('lin', 'n1'), lineTo('lin', 'n1')] });
      await its.other.addNotices([lineTo('lin', 'n1'), lineTo('lin', 'n2')]);
      expect(await ids(T0)).toEqual(['n1', 'n2']);
      await its.store.settleNotices([{ id: 'n1', as: 'sent' }], T0);
      await its.store.addNotices([lineTo('lin', 'n1')]);
      expect(await ids(T0)).toEqual([]);
    });

    test('folds into the one that waits in its slot: the earlier time and the greater urgency win', async () => {
      await its.save({
        notices: [staleOf('e1', 'a', { dueAt: T0 + 50 }), staleOf('e1', 'b', { dueAt: T0 + 60 })],
      });
      await its.save({
        notices: [
          staleOf('e1', 'c', { dueAt: T0 + 40, urgent: true }),
          staleOf('e2', 'd', { dueAt: T0 + 90, urgent: true }),
          staleOf('e2', 'e', { dueAt: T0 + 80 }),
        ],
      });
      const claimed = await its.store.claimNotices(T0 + 90, 1000, 100);
      expect(claimed.map(({ id, dueAt, urgent }) => [id, dueAt, urgent])).toEqual([
        ['a', T0 + 40, true],
        ['d', T0 + 80, true],
      ]);
    });

    test('opens its slot when it is taken, so that what happens meanwhile is sent afterwards', async () => {
      await its.save({ notices: [staleOf('e1', 'a')] });
      expect(await ids(T0)).toEqual(['a']);
      await its.save({ notices: [staleOf('e1', 'b')] });
      expect(await ids(T0)).toEqual([]);
      await its.store.settleNotices([{ id: 'a', as: 'sent' }], T0);
      expect(await ids(T0)).toEqual(['b']);
    });

    test('comes as it went in', async () => {
      const reply: Reply = {
        ...{ about: 'mine', words: { no: '1' }, conversationId: 'c', group: true, webhook: null, webhookUntil: 0 },
      };
      const said: Notice[] = [
        { kind: 'card', userId: 'lin', eventId: 'e1', card: 'task' },
        { kind: 'line', userId: 'lin', eventId: 'e1', taskId: 't1', clock: 'handle', rung: 'accountability' },
        { kind: 'ding', userId: 'lin', eventId: 'e1' },
        { kind: 'todo', userId: 'lin', eventId: 'e1', taskId: 't1', clock: 'ack', done: true },
        { kind: 'reply', userId: 'lin', eventId: null, reply },
        { kind: 'brief', userId: 'lin', day: '2026-11-23' },
      ];
      await its.save({ notices: said.map((notice, index) => lineTo('', `n${index}`, { notice })) });
      expect((await its.store.claimNotices(T0, 1000, 100)).map(({ notice }) => notice)).toEqual(said);
    });

    test('waits for its time; urgent ones go first, then the earliest', async () => {
      await its.save({
        notices: [
          lineTo('a', 'later', { dueAt: T0 + 2 }),
          lineTo('b', 'second', { dueAt: T0 }),
          lineTo('c', 'first', { dueAt: T0 - 1 }),
          lineTo('d', 'urgent', { dueAt: T0 + 1, urgent: true }),
        ],
      });
      expect((await its.store.look()).nextNoticeAt).toBe(T0 - 1);
      expect(await ids(T0 - 2)).toEqual([]);
      expect(await ids(T0 + 1)).toEqual(['urgent', 'first', 'second']);
      expect((await its.store.look()).nextNoticeAt).toBe(T0 + 2);
    });

    test('comes with all others of its person, whatever the limit, and nobody else takes one of them meanwhile', async () => {
      await its.save({ notices: ['1', '2', '3'].flatMap((n) => [lineTo('lin', `lin${n}`), lineTo('mei', `mei${n}`)]) });
      const claimed = await its.store.claimNotices(T0, 1000, 1);
      expect(claimed.map(({ id }) => id)).toEqual(['lin1', 'lin2', 'lin3']);
      await its.save({ notices: [lineTo('lin', 'lin4')] });
      expect((await its.other.claimNotices(T0, 1000, 100)).map(({ id }) => id)).toEqual(['mei1', 'mei2', 'mei3']);
    });

    test('whose sender died is given out again when its lease is over, and says so', async () => {
      await its.save({ notices: [lineTo('lin', 'n1')] });
      expect(await its.store.claimNotices(T0, 1000, 10)).toMatchObject([{ id: 'n1', status: 'pending', attempts: 1 }]);
      await its.save({ notices: [lineTo('lin', 'n2')] });
      expect(await its.other.claimNotices(T0 + 999, 1000, 10)).toEqual([]);
      expect(await its.other.claimNotices(T0 + 1000, 1000, 10)).toMatchObject([
        { id: 'n1', status: 'sending', attempts: 2 },
        { id: 'n2', status: 'pending', attempts: 1 },
      ]);
      expect(await its.store.claimNotices(T0 + 2000, 1000, 10)).toMatchObject([
        { id: 'n1', status: 'sending', attempts: 3 },
        { id: 'n2', status: 'sending', attempts: 2 },
      ]);
    });

    test('is settled for good, or comes back at its new time', async () => {
      await its.save({ notices: ['sent', 'dropped', 'failed', 'retry'].map((id) => lineTo(id, id)) });
      await its.store.claimNotices(T0, 1000, 10);
      expect(await its.store.outbox(T0)).toEqual({ pending: 4, oldestDueAt: T0, failed: 0 });
      await its.store.settleNotices(
        [
          { id: 'sent', as: 'sent' },
          { id: 'dropped', as: 'dropped' },
          { id: 'failed', as: 'failed', why: 'refused' },
          { id: 'retry', as: 'retry', dueAt: T0 + 500, why: 'busy' },
        ],
        T0 + 1,
      );
      expect((await its.store.look()).nextNoticeAt).toBe(T0 + 500);
      expect(await its.store.outbox(T0 + 499)).toEqual({ pending: 0, oldestDueAt: null, failed: 1 });
      expect(await ids(T0 + 499)).toEqual([]);
      expect(await its.store.claimNotices(T0 + 5000, 1000, 10)).toMatchObject([
        { id: 'retry', status: 'pending', attempts: 2 },
      ]);
      const kept = await ask(its.url, `SELECT "id", "why" FROM "Notice" WHERE "settledAt" IS NOT NULL ORDER BY "id"`);
      expect(kept).toEqual([
        ['dropped', null],
        ['failed', 'refused'],
        ['sent', null],
      ]);
    });

    test('that a second process has sent is not sent again because the first one gives up late', async () => {
      await its.save({ notices: [lineTo('lin', 'n1')] });
      await its.store.claimNotices(T0, 1000, 10);
      await its.other.claimNotices(T0 + 1000, 1000, 10);
      await its.other.settleNotices([{ id: 'n1', as: 'sent' }], T0 + 1001);
      await its.store.settleNotices([{ id: 'n1', as: 'retry', dueAt: T0 + 1002, why: 'late' }], T0 + 1002);
      expect(await ids(T0 + 9000)).toEqual([]);
    });
  });

  describe('two processes that empty the outbox together', () => {
    const people = Array.from({ length: 30 }, (_, index) => `p${index}`);
    const all = people.flatMap((userId) => ['a', 'b', 'c'].map((letter) => lineTo(userId, `${userId}${letter}`)));
    const personOf = (id: string) => id.slice(0, -1);

    /** Persons whose notices went to more than one claim. */
    const torn = (claims: string[][]) =>
      people.filter((userId) => claims.filter((claim) => claim.some((id) => personOf(id) === userId)).length > 1);

    test('never tear a person’s notices apart, and leave none', async () => {
      await its.save({ notices: all });
      const claims: string[][] = [];
      const empty = async (from: Store) => {
        for (;;) {
          const claim = await from.claimNotices(T0, 60_000, 4);
          if (claim.length === 0) return;
          claims.push(claim.map(({ id }) => id));
        }
      };
      await Promise.all([empty(its.store), empty(its.other)]);
      expect(claims.flat().sort()).toEqual(all.map(({ id }) => id).sort());
      expect(torn(claims)).toEqual([]);
    });

    test('control: taking the first few rows that are due would tear some apart', async () => {
      await its.save({ notices: all });
      const naive = async (offset: number) =>
        (await ask(its.url, `SELECT "id" FROM "Notice" ORDER BY "dueAt", "id" LIMIT 4 OFFSET ${offset}`)).map(([id]) =>
          String(id),
        );
      expect(torn([await naive(0), await naive(4)])).not.toEqual([]);
    });
  });
});
