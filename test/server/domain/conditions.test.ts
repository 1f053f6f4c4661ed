import fc from 'fast-check';
import { catalogue } from '../../../prisma/sample/catalogue';
import { conditionFor, termsOf } from '../../../server/domain/conditions';
import type { Condition } from '../../../server/domain/types';
import { known, unseen } from './filings';

const of = (matterId: string) => catalogue.conditions.filter((condition) => condition.matterId === matterId);
const table = (lines: string) =>
  lines
    .trim()
    .split('\n')
    .map((line) => line.split('|') as [string, string]);
const matterOf = (conditionId: string) => conditionId.split('.')[0]!;

type Choose = (text: string, conditions: Condition[]) => Condition | undefined;
const chosen: Choose = (text, conditions) => conditionFor(text, conditions)?.condition;
const usual: Choose = (_, [first]) => first;

/** Share of the reports that are filed under the condition a dispatcher would choose. */
function right(lines: string, choose: Choose, among = (_: string) => true): number {
  const rows = table(lines).filter(([id]) => among(id));
  return rows.filter(([id, text]) => choose(text, of(matterOf(id)))?.id === id).length / rows.length;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const special = (id: string) => !id.endsWith('.1');

describe('the filing condition that a report is about', () => {
  test('every label of the tables is a condition of the catalogue that has others beside it', () => {
    for (const [id] of [...table(known), ...table(unseen)]) {
      expect(of(matterOf(id)).map((condition) => condition.id)).toContain(id);
      expect(of(matterOf(id)).length).toBeGreaterThan(1);
    }
  });

  test.each([
    ['made up with it', known, 0.88],
    ['of others', unseen, 0.75],
  ])('reports %s: right more often than the first condition would be', (name, lines, least) => {
    const score = right(lines, chosen);
    process.stdout.write(
      `conditions, ${table(lines).length} reports ${name}: ${percent(score)} right (always the first: ${percent(right(lines, usual))}); ` +
        `where another than the first is meant: ${percent(right(lines, chosen, special))}\n`,
    );
    expect(score).toBeGreaterThanOrEqual(least);
    expect(score).toBeGreaterThan(right(lines, usual));
  });

  test('the control: deaf to denials, it takes a quarrel without blows for violence', () => {
    const quarrel = '两口子吵架，没有打人';
    expect(chosen(quarrel, of('M-J22'))?.id).toBe('M-J22.1');
    expect(chosen(quarrel.replace('没有', ''), of('M-J22'))?.id).toBe('M-J22.2');
  });

  test('it quotes the words that led there, as the reporter wrote them', () => {
    const fit = conditionFor('跳坝坝舞，社区劝了好多回都不听', of('M-06028'));
    expect(fit?.condition.id).toBe('M-06028.3');
    expect(fit?.why).toBe('报告提到“劝了好多回都不听”，对应立案条件“社会生活噪声，屡劝不止”');
  });

  test('without evidence, and on a tie, it is the first by rank, and says so', () => {
    const [first, second, third] = of('M-01037');
    expect(conditionFor('那个东西有问题', of('M-01037'))).toEqual({
      condition: first,
      why: '报告未提到更具体的情形，按首条立案条件“不亮、闪烁”',
    });
    expect(chosen('路灯不亮', [first!, second!, third!])).toBe(first);
    expect(conditionFor('随便', of('M-J62'))?.why).toContain('只有一条');
    expect(conditionFor('路灯不亮', [])).toBeNull();
  });

  test('whatever the words, it is one of the conditions, the same each time', () => {
    const conditions = fc.constantFrom(...new Set(catalogue.conditions.map(({ matterId }) => matterId)));
    const words = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...table(known).map(([, text]) => text)));
    fc.assert(
      fc.property(conditions, words, (matterId, text) => {
        const fit = conditionFor(text, of(matterId));
        expect(of(matterId)).toContain(fit?.condition);
        expect(conditionFor(text, of(matterId))).toEqual(fit);
      }),
    );
  });
});

test('the terms of a condition keep what an event is filed under, and the version they come from', () => {
  const [condition] = of('M-J62');
  expect(termsOf(condition!, 7)).toEqual({
    conditionId: 'M-J62.1',
    text: '发生火情',
    clock: 'urgent_hour',
    limit: 1,
    ackMinutes: 15,
    closing: '扑灭，无复燃',
    evidence: 'photo',
    version: 7,
  });
});
