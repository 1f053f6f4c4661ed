import fc from 'fast-check';
import { catalogue } from '../../../prisma/sample/catalogue';
import { advice, lifeSafety, type Safety } from '../../../server/domain/safety';
import { alarms, lookalikes } from './alarms';

const lines = (table: string) => table.trim().split('\n');
const mustRoute = lines(alarms).map((line) => line.split('|') as [string, string]);
const mustNot = lines(lookalikes);

const missed = (alarm: (text: string) => unknown) => mustRoute.map(([, text]) => text).filter((text) => !alarm(text));
const falseAlarms = (alarm: (text: string) => unknown) => mustNot.filter((text) => alarm(text));

describe('life safety', () => {
  it('misses none of the cries for help', () => {
    expect(mustRoute.length).toBeGreaterThanOrEqual(120);
    expect(missed(lifeSafety)).toEqual([]);
  });

  it('raises no alarm at lookalikes', () => {
    expect(mustNot.length).toBeGreaterThanOrEqual(60);
    expect(falseAlarms(lifeSafety)).toEqual([]);
  });

  it('would be caught by these tables if it only looked for words (control)', () => {
    const naive = (text: string) => /火|煤气|燃气|塌|掉河|晕|血|打架|刀|跳楼|电|困|走丢|救命/.test(text);
    const deaf = (text: string) => (/宣传|演练|没|不/.test(text) ? null : lifeSafety(text));
    expect(falseAlarms(naive).length).toBeGreaterThan(20);
    expect(missed(naive).length).toBeGreaterThan(20);
    expect(missed(deaf).length).toBeGreaterThan(5);
  });

  it.each(mustRoute)('knows the kind of danger (%s): %s', (kind, text) => {
    expect(lifeSafety(text)?.kind).toBe(kind);
  });

  it('files under matters of the catalogue that are urgent, with somebody to call', () => {
    const urgent = new Set(catalogue.matters.filter((matter) => matter.urgent).map(({ id }) => id));
    for (const [, text] of mustRoute) {
      const safety = lifeSafety(text);
      expect(urgent).toContain(safety?.matterId);
      expect(safety?.call.length).toBeGreaterThan(0);
    }
  });

  it('gives the words that raised the alarm, as they were said', () => {
    for (const [, text] of mustRoute) {
      for (const word of lifeSafety(text)?.words ?? []) expect(text).toContain(word);
    }
    expect(lifeSafety('楼上 着，火了！')?.words).toEqual(['着，火']);
  });

  it('calls everybody needed when there are two dangers', () => {
    expect(lifeSafety('着火了有人晕倒了')).toMatchObject({ kind: 'fire', call: ['119', '120'] });
  });

  it.each(['救命', '着火了', '快来人', '快来人啊着火了', '救命救命救命', '有人打架！！！', '我家厨房着火了'])(
    'hears a shout, and asks back: %s',
    (text) => expect(lifeSafety(text)?.shout).toBe(true),
  );

  it.each(['三栋着火了', '滨河路12号着火了', '红星小区有人晕倒了', '学校门口有人打架', '楼下煤气味好重我们都不敢进屋'])(
    'acts at once on what says enough: %s',
    (text) => expect(lifeSafety(text)?.shout).toBe(false),
  );

  it('takes a pause for what it is: a denial before it is no denial of the alarm', () => {
    expect(lifeSafety('没有，着火了')).not.toBeNull();
    expect(lifeSafety('没有着火')).toBeNull();
  });

  it('has advice for every danger, naming a number to call', () => {
    const seen = new Map<string, Safety>();
    for (const [, text] of mustRoute) {
      const safety = lifeSafety(text) as Safety;
      seen.set(safety.kind, safety);
    }
    expect(seen.size).toBe(12);
    for (const safety of seen.values()) {
      expect(safety.call.some((number) => advice(safety).includes(number))).toBe(true);
      expect(advice(safety).length).toBeLessThanOrEqual(50);
    }
  });
});

const FILLERS = [
  '嗯',
  '啊',
  '呃',
  '那个',
  '就是说',
  '喂',
  '你好',
  '我跟你说',
  '哎呀',
  '然后',
  '快点',
  '麻烦你们',
  '哈',
  '，',
  ' ',
  '！',
  '😱',
  '你们听到没有',
];
const filler = fc.array(fc.constantFrom(...FILLERS), { maxLength: 6 }).map((words) => words.join(''));

/** Does the alarm stand, whatever is said around it? */
const survivesFiller = (alarm: (text: string) => unknown) =>
  fc.property(filler, fc.constantFrom(...mustRoute.map(([, text]) => text)), filler, (before, text, after) =>
    Boolean(alarm(`${before}${text}${after}`)),
  );

describe('whatever stands around', () => {
  it('never hides an alarm behind filler words', () => {
    fc.assert(survivesFiller(lifeSafety), { numRuns: 3000 });
  });

  it('would be caught if the whole message had to match (control)', () => {
    const known = new Set(mustRoute.map(([, text]) => text));
    expect(
      fc.check(
        survivesFiller((text) => known.has(text)),
        { numRuns: 3000 },
      ).failed,
    ).toBe(true);
  });

  it('never throws, on any string, broken surrogates included', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
    const mixed = fc
      .tuple(units, fc.constantFrom(...mustRoute.map(([, text]) => text)), units)
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(units, mixed, fc.string({ unit: 'binary' })), (text) => {
        const safety = lifeSafety(text);
        return safety === null || safety.words.every((word) => text.includes(word));
      }),
      { numRuns: 2000 },
    );
  });
});
