import fc from 'fast-check';
import { catalogue } from '../../../prisma/sample/catalogue';
import type { Area, Matter } from '../../../server/domain/types';
import { indexTown, type TownIndex, understand } from '../../../server/domain/understand';
import { fourth, second, talk, third, unseen, unusual, written } from './reports';

const lines = (table: string) => table.trim().split('\n');
const reports = (...tables: string[]) => tables.flatMap(lines).map((line) => line.split('|') as [string, string]);
const learnt = reports(written, second, third, fourth);
const fresh = reports(unseen);
const areas = district();
const town = indexTown(catalogue.matters, areas);
const nameOf = new Map(catalogue.matters.map(({ id, name }) => [id, name]));

/** 14 streets, 14 communities each, three numbered grids in every one: names of grids repeat, as they do. */
function district(): Area[] {
  const area = (kind: Area['kind'], id: string, name: string, parent: Area | null): Area => ({
    ...{ id, kind, name, parentId: parent?.id ?? null, path: `${parent?.path ?? ''}/${id}` },
    ...{ dedicated: false, lng: null, lat: null, polygon: null },
  });
  const root = area('district', 'd', '锦川区', null);
  const streets = [...'甲乙丙丁戊己庚辛壬癸子丑寅卯'].map((name, i) => area('street', `s${i}`, `${name}林街道`, root));
  const communities = streets.flatMap((street, i) =>
    [...'春夏秋冬梅兰竹菊东南西北金银'].map((name, j) =>
      area('community', `s${i}c${j}`, `${street.name.slice(0, 1)}${name}社区`, street),
    ),
  );
  const twins = [
    area('community', 'twin0', '和平社区', streets[0] as Area),
    area('community', 'twin1', '和平社区', streets[1] as Area),
  ];
  const grids = [...communities, ...twins].flatMap((community) =>
    [1, 2, 3].map((n) => area('grid', `${community.id}g${n}`, `第${'一二三'[n - 1]}网格`, community)),
  );
  return [root, ...streets, ...communities, ...twins, ...grids];
}

function scores(corpus: [string, string][], index: TownIndex) {
  let first = 0;
  let three = 0;
  for (const [matter, text] of corpus) {
    const names = understand(text, index).suggestions.map(({ matterId }) => nameOf.get(matterId));
    if (names[0] === matter) first++;
    if (names.includes(matter)) three++;
  }
  return { reports: corpus.length, first: first / corpus.length, three: three / corpus.length };
}

const percent = ({ reports: n, first, three }: ReturnType<typeof scores>) =>
  `${n} reports: top-1 ${(first * 100).toFixed(1)} %, top-3 ${(three * 100).toFixed(1)} %`;

describe('which matter', () => {
  it('has only matters of the catalogue in its corpus', () => {
    const names = new Set(nameOf.values());
    expect([...learnt, ...fresh].filter(([matter]) => !names.has(matter))).toEqual([]);
  });

  it('finds the matter of everyday reports: top-1 in 90 %, top-3 in 97 %', () => {
    const got = scores(learnt, town);
    console.log(`learnt from, ${percent(got)}`);
    expect(got.reports).toBeGreaterThanOrEqual(100);
    expect(got.first).toBeGreaterThanOrEqual(0.9);
    expect(got.three).toBeGreaterThanOrEqual(0.97);
  });

  it('does fairly with words no keyword was chosen for: top-1 in 70 %, top-3 in 85 %', () => {
    const got = scores(fresh, town);
    console.log(`never learnt from, ${percent(got)}`);
    expect(got.first).toBeGreaterThanOrEqual(0.7);
    expect(got.three).toBeGreaterThanOrEqual(0.85);
  });

  it('would be caught if it only knew the names of matters (control)', () => {
    const namesOnly = indexTown(
      catalogue.matters.map((matter): Matter => ({ ...matter, keywords: [matter.name] })),
      [],
    );
    expect(scores(learnt, namesOnly).three).toBeLessThan(0.5);
  });

  it('is the same without punctuation, with sighs, in full width and with emoji', () => {
    const plain = understand('3栋门口的路灯不亮晚上看不见', town).suggestions.map(({ matterId, score }) => [
      matterId,
      score,
    ]);
    for (const text of [
      '3栋门口的路灯，不亮！晚上看不见。',
      '嗯３栋门口的啊路灯不亮呃晚上看不见',
      '3栋门口的 路灯 不亮😭 晚上看不见',
    ]) {
      expect(understand(text, town).suggestions.map(({ matterId, score }) => [matterId, score])).toEqual(plain);
    }
  });

  it('lets a long word beat the words within it', () => {
    const index = indexTown([matter('a', ['垃圾']), matter('b', ['垃圾桶满了'])], []);
    expect(understand('垃圾桶满了', index).suggestions.map(({ matterId }) => matterId)).toEqual(['b']);
  });

  it('prefers the more specific word between equals, then the order of the catalogue', () => {
    const index = indexTown([matter('a', ['甲乙']), matter('b', ['丙丁']), matter('c', ['戊己'])], []);
    expect(understand('戊己丙丁甲乙', index).suggestions.map(({ matterId }) => matterId)).toEqual(['a', 'b', 'c']);
    const closer = indexTown([matter('a', ['甲乙+丙丁']), matter('b', ['戊己庚辛'])], []);
    expect(understand('甲乙丙丁戊己庚辛', closer).suggestions[0]?.matterId).toBe('b');
  });

  it('reads the grammar of keywords: all parts, any alternative, hints', () => {
    const index = indexTown([matter('a', ['路灯/街灯+坏/熄']), matter('b', ['街灯?'])], []);
    const idsOf = (text: string) => understand(text, index).suggestions.map(({ matterId }) => matterId);
    expect(idsOf('街灯又熄了')[0]).toBe('a');
    expect(understand('街灯又熄了', index).suggestions[0]?.words).toEqual(['街灯', '熄']);
    expect(understand('街灯', index).complete).toBe(false);
    expect(idsOf('熄了')).toEqual([]);
  });

  it.each([
    ['没有噪音了', '噪音'],
    ['水管不漏水了', '水管漏水了'],
    ['路灯已经修好了', '路灯坏了'],
  ])('believes a denial: %s scores below %s', (denied, plain) => {
    const score = (text: string) => understand(text, town).suggestions[0]?.score ?? 0;
    expect(score(denied)).toBeLessThan(score(plain) * 0.8);
  });

  it('puts danger to life first', () => {
    expect(understand('三栋楼道堆的纸箱着火了', town)).toMatchObject({
      ...{ urgent: true, complete: true, report: true, safety: { kind: 'fire', shout: false } },
      suggestions: [{ matterId: 'M-J62', score: 1 }, { matterId: 'M-J08' }, {}],
    });
  });

  it('takes no matter that the town does not have, even in danger', () => {
    expect(understand('着火了', indexTown([], [])).suggestions).toEqual([]);
  });
});

function matter(id: string, keywords: string[]): Matter {
  return { id, name: id, duty: '', domain: '', gbCode: null, keywords, urgent: false, retired: false };
}

describe('is it a report', () => {
  it.each(lines(talk))('no: %s', (text) => expect(understand(text, town).report).toBe(false));
  it.each(lines(unusual))('yes: %s', (text) => expect(understand(text, town).report).toBe(true));
  it('yes: everything in the corpus but one or two in a hundred', () => {
    const all = [...learnt, ...fresh];
    expect(all.filter(([, text]) => !understand(text, town).report).length / all.length).toBeLessThan(0.02);
  });
});

describe('where', () => {
  it.each([
    ['滨河路12号门口的井盖没了', '滨河路12号门口'],
    ['我们在红光街道银杏苑小区3栋2单元楼道着火了', '红光街道银杏苑小区3栋2单元楼道'],
    ['三圣村5组路口垃圾没人收', '三圣村5组路口'],
    ['望丛中路和成灌路交叉口红绿灯坏了', '望丛中路和成灌路交叉口'],
    ['郫筒街道一环路西段88号附近积水', '郫筒街道一环路西段88号附近'],
    ['你好我是红星社区的网格员蜀都万达广场门口有人摆摊', '蜀都万达广场门口'],
    ['路灯坏了在和平街', '和平街'],
    ['老成灌路 ２３ 号水管爆了', '老成灌路 ２３ 号'],
    ['人民公园北门对面有人烧烤', '人民公园北门'],
    ['学校门口那个井盖没了', '学校门口'],
    ['中信大道一段 36号 下水道堵了', '中信大道一段 36号'],
    ['路灯坏了 三组', '三组'],
    ['我们小区的路灯不亮', ''],
    ['马路上好大一个坑', ''],
    ['广场舞太吵', ''],
    ['老板欠我三个月工资', ''],
  ])('%s → %s', (text, place) => expect(understand(text, town).place).toBe(place));

  it.each([
    ['甲林街道甲春社区路灯坏了', null, 's0c0'],
    ['乙夏社区垃圾没人收', null, 's1c1'],
    ['甲春社区第二网格积水', null, 's0c0g2'],
    ['甲春社区东门口积水', '/d/s0/s0c0/s0c0g2', 's0c0g2'],
    ['甲林街道东门口积水', '/d/s0/s0c0/s0c0g2', 's0c0g2'],
    ['甲春社区第一网格积水', '/d/s0/s0c0/s0c0g2', 's0c0g1'],
    ['甲春社区东门口积水', '/d/s0/s0c1/s0c1g1', 's0c0'],
    ['第二网格积水', '/d/s3/s3c4/s3c4g1', 's3c4g2'],
    ['第二网格积水', null, null],
    ['和平社区停水', '/d/s1/s1c2/s1c2g1', 'twin1'],
    ['和平社区停水', '/d/s5/s5c2', null],
    ['丙林 丙梅 垃圾成堆', null, 's2c4'],
    ['锦川区到处是垃圾', null, null],
  ])('%s, reported from %s, is in %s', (text, homePath, areaId) =>
    expect(understand(text, town, { homePath }).areaId).toBe(areaId),
  );
});

describe('urgent', () => {
  it.each(['马上来人', '井盖没了很危险', '紧急', '赶紧来看一下水管爆了'])('yes: %s', (text) =>
    expect(understand(text, town).urgent).toBe(true),
  );
  it.each(['不急，路灯坏了', '没有危险就是难看', '应急灯坏了', '垃圾没人收'])('no: %s', (text) =>
    expect(understand(text, town).urgent).toBe(false),
  );
});

describe('whatever is said', () => {
  const anything = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
  const spoken = fc.array(fc.constantFrom(...learnt.map(([, text]) => text), '，', ' ', '😀', '\n'), { maxLength: 4 });
  const text = fc.oneof(
    anything,
    fc.string({ unit: 'binary' }),
    spoken.map((parts) => parts.join('')),
  );

  it('never throws, invents no words, keeps scores within 0..1, best first, three at most', () => {
    fc.assert(
      fc.property(text, (said) => {
        const { suggestions, place } = understand(said, town, { homePath: '/d/s1' });
        expect(suggestions.length).toBeLessThanOrEqual(3);
        expect(suggestions.flatMap(({ words }) => words).filter((word) => !said.includes(word))).toEqual([]);
        expect(said).toContain(place);
        const list = suggestions.map(({ score }) => score);
        expect(list).toEqual([...list].sort((a, b) => b - a));
        expect(list.every((score) => score >= 0 && score <= 1)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('says the same twice, and with another index of the same town', () => {
    const again = indexTown(catalogue.matters, areas);
    for (const [, said] of learnt) expect(understand(said, again)).toEqual(understand(said, town));
  });

  it.each(['你好', '在吗', '人', '在', '老人在', '困在', '着了', '没有', '路灯', '哈'])(
    'is not held up by 2,000 characters of %s',
    (piece) => {
      // A pattern that tries every way to split the words would not come back before Jest gives up.
      expect(understand(`${piece.repeat(2000 / piece.length)}x`, town).suggestions.length).toBeLessThanOrEqual(3);
    },
  );
});
