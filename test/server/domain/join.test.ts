import fc from 'fast-check';
import { sampleAreas } from '../../../prisma/sample/district';
import { areaAt, isInside, metresBetween } from '../../../server/domain/geometry';
import { actionsFor, maySee } from '../../../server/domain/policy';
import { mayAdd } from '../../../server/domain/reporting';
import { filed, folded, type Game, handled, historyOf, play } from '../../support/play';

/** 并入: two people who saw the same thing make one event, and both hear how it ends. */

const photo = { id: 'p9', kind: 'image' as const, code: null, phase: 'report' as const };
const join = (text = '', media: (typeof photo)[] = []) => ({ type: 'join' as const, text, media });
const cardsOf = (game: Game, userId: string) =>
  game.notices.filter((notice) => notice.kind === 'card' && notice.userId === userId && notice.card === 'draft');

/** 孙督 watches over the street and sees what 李工 reported. */
const joined = (game = filed()) => {
  game.step('sun', join('灯还是不亮', [photo]));
  return game;
};

describe('who saw the same thing', () => {
  test('joins with words and photos; the event stays one, stands where it stood, and history tells it', () => {
    const before = filed().event;
    const { event, entries } = joined();
    expect(event.followers).toEqual([{ userId: 'sun', at: event.touchedAt }]);
    expect(event.mediaIds).toEqual(['p9']);
    expect([event.stage, event.no, event.text, event.last]).toEqual([
      before.stage,
      before.no,
      before.text,
      before.last,
    ]);
    expect(entries.at(-1)).toMatchObject({ action: 'join', by: 'sun', data: { text: '灯还是不亮', media: ['p9'] } });
    expect(folded(entries)).toEqual(historyOf(event));
  });

  test('joins with nothing but “me too”, and joins once however often it is said', () => {
    const game = filed();
    game.step('sun', join());
    expect(game.step('sun', join()).repeated).toBe(true);
    expect(game.event.followers).toHaveLength(1);
  });

  test('adds to it from then on, as the reporter does by joining their own', () => {
    const game = joined();
    game.step('sun', join('今晚又灭了'));
    game.step('li', join('我这边也是'));
    expect(game.did().slice(-3)).toEqual(['join', 'add', 'add']);
    expect(game.event.followers).toHaveLength(1);
    expect(mayAdd(game.event, 'sun', game.rules.roster)).toBe(true);
    expect(mayAdd(filed().event, 'sun', game.rules.roster)).toBe(false);
  });

  test('goes on seeing it after another post', () => {
    const { event, rules } = joined();
    const { roster } = rules;
    const moved = { ...roster, posts: (id: string) => (id === 'sun' ? [] : roster.posts(id)) };
    expect([maySee('sun', event, moved), maySee('sun', filed().event, moved)]).toEqual([true, false]);
  });

  test('is told when it is closed, refused, or closed by a dispatcher; not when they end it themselves', () => {
    const passed = joined(handled());
    passed.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(cardsOf(passed, 'sun')).toEqual([]);
    passed.step('li', { type: 'pass' });
    expect(cardsOf(passed, 'sun')).toHaveLength(1);

    const refused = play();
    refused.report('建设路有东西坏了');
    refused.step('li', { type: 'file' });
    refused.step('sun', join());
    refused.step('qian', { type: 'reject', reason: '情况不属实' });
    expect(cardsOf(refused, 'sun')).toHaveLength(1);

    const own = handled();
    own.step('qian', join());
    own.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    own.step('qian', { type: 'pass' });
    expect(cardsOf(own, 'qian')).toEqual([]);
  });

  test('cannot join what they do not see, what is not filed yet, or what is over', () => {
    expect(filed().refused('wu', join())).toContain('没有找到这件事');
    const draft = play();
    draft.report('建设路12号路灯不亮');
    expect(draft.refused('li', join())).not.toBe('done');
    const closed = handled();
    closed.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    closed.step('li', { type: 'pass' });
    expect(closed.refused('sun', join())).toBe('这件事已结案，不能再并入；问题还在的话，请作为新的上报提交。');
  });

  test('keeps the reporter from withdrawing what is no longer theirs alone', () => {
    const game = joined();
    expect(actionsFor('li', game.event, game.rules.roster)).not.toContain('withdraw');
    expect(game.refused('li', { type: 'withdraw' })).toBe('孙督也报了这件事，不能撤回；情况有变请补充说明。');
    expect(actionsFor('li', filed().event, game.rules.roster)).toContain('withdraw');
  });
});

describe('where a point lies', () => {
  const areas = sampleAreas();
  const district = areas[0]!;
  const lngs = district.polygon!.map(([lng]) => lng);
  const lats = district.polygon!.map(([, lat]) => lat);
  const point = fc.tuple(
    fc.double({ min: Math.min(...lngs), max: Math.max(...lngs), noNaN: true }),
    fc.double({ min: Math.min(...lats), max: Math.max(...lats), noNaN: true }),
  );

  test('every point of the sample district lies in exactly one grid, every other in none', () => {
    const grids = areas.filter(({ kind }) => kind === 'grid');
    fc.assert(
      fc.property(point, (at) => {
        const holding = grids.filter(({ polygon }) => isInside(at, polygon!));
        const found = areaAt(at, areas);
        expect(holding).toHaveLength(isInside(at, district.polygon!) ? 1 : 0);
        expect(found?.id).toBe(holding[0]?.id);
      }),
      { numRuns: 300, seed: 20261123 },
    );
  });

  test('the middle of each grid lies in it', () => {
    for (const area of areas.filter(({ kind }) => kind === 'grid'))
      expect(areaAt([area.lng!, area.lat!], areas)?.id).toBe(area.id);
  });

  test('metres are metres: a minute of latitude is 1,855, and less to the east at 30° north', () => {
    expect(metresBetween([104, 30], [104, 30 + 1 / 60])).toBeCloseTo(1855.3, 0);
    expect(metresBetween([104, 30], [104 + 1 / 60, 30])).toBeCloseTo(1606.8, 0);
  });
});
