import fc from 'fast-check';
import { type Catalogue, catalogueOf, catalogueTable } from '../../../server/domain/catalogue-table';
import { readLimit } from '../../../server/domain/limits';
import type { Cell } from '../../../server/domain/tables';
import { anyCatalogue, CITY_LIMITS, cityRows, condition, matter, table } from './sheets';

const NOTHING: Catalogue = { matters: [], conditions: [] };
const HEAD = ['事项', '立案条件', '处置时限', '结案条件'];

/** Reads rows under the four columns that a catalogue needs. */
const read = (rows: Cell[][], base: Catalogue = NOTHING, head: Cell[] = HEAD) =>
  catalogueOf(table([head, ...rows]), base, 'merge');

const faultOf = (rows: Cell[][], base?: Catalogue, head?: Cell[]) => {
  const { faults } = read(rows, base, head);
  expect(faults).toHaveLength(1);
  return faults[0];
};

describe('a limit is read from its words', () => {
  it.each([
    ['2紧急工作时', 'urgent_hour', 2],
    ['4小时', 'work_hour', 4],
    ['4工作时', 'work_hour', 4],
    ['1工作日', 'work_day', 1],
    ['1个工作日', 'work_day', 1],
    ['3天', 'work_day', 3],
    ['15自然日', 'natural_day', 15],
    ['２ 紧急工作时', 'urgent_hour', 2],
    [' １５ 个 自然日 ', 'natural_day', 15],
    ['2紧急工作日', 'natural_day', 2],
    ['3660工作日', 'work_day', 3_660],
  ])('%s', (text, clock, limit) => {
    expect(readLimit(text)).toMatchObject({ clock, limit });
  });

  it.each([
    ['1紧急工作时制止', '不认识“紧急工作时制止”'],
    ['0天', '大于 0'],
    ['-2小时', '大于 0'],
    ['0.5天', '4工作时'],
    ['1.5小时', '整数'],
    ['4', '没有写明单位'],
    ['两天', '看不懂'],
    ['1日', '不认识“日”'],
    ['3周', '不认识“周”'],
    ['1e3天', '不认识'],
    ['', '缺少处置时限'],
    ['3661天', '3660工作日'],
    ['99999999999999999999小时', '29280工作时'],
    ['1constructor', '不认识'],
  ])('and never guessed: %s', (text, reason) => {
    const answer = readLimit(text);
    expect('fault' in answer && answer.fault).toContain(reason);
  });
});

describe('a city’s table', () => {
  const city = catalogueOf(table(cityRows()), NOTHING, 'merge');

  it('goes in whole: 518 conditions of 190 matters; the one irregular row is reported with row, column and reason', () => {
    expect(city.rows).toBe(519);
    expect(city.text?.conditions).toHaveLength(518);
    expect(city.text?.matters).toHaveLength(190);
    expect(city.faults).toEqual([
      { row: 403, column: '处置时限', value: '1紧急工作时制止', reason: expect.stringContaining('请写成') },
    ]);
    expect(city.ignored).toEqual(['handlingUnit']);
  });

  it('keeps each limit as it was written', () => {
    for (const { count, as } of CITY_LIMITS) {
      if (!as) continue;
      const [clock, limit] = as;
      expect(city.text?.conditions.filter((each) => each.clock === clock && each.limit === limit)).toHaveLength(count);
    }
  });

  it('says how it read what other cities may mean otherwise', () => {
    for (const reading of ['“小时”按工作时', '“天”按工作日', '“紧急工作日”按自然日'])
      expect(city.notes.join()).toContain(reading);
  });

  it('gives new matters ids from kind and codes, and read again changes nothing', () => {
    expect(city.text?.matters[0]).toMatchObject({ id: 'C-0101', name: '设施0', duty: '大类01', keywords: ['设施0'] });
    expect(catalogueOf(table(cityRows()), city.text ?? NOTHING, 'merge').text).toEqual(city.text);
  });
});

describe('import(export(x)) = x', () => {
  it('for any catalogue, into an empty town and onto itself', () => {
    fc.assert(
      fc.property(anyCatalogue, fc.constantFrom('merge' as const, 'replace' as const), (x, mode) => {
        const sheet = table(catalogueTable(x));
        if (x.matters.length === 0) return;
        for (const base of [NOTHING, x]) {
          const { text, faults } = catalogueOf(sheet, base, mode);
          expect(faults).toEqual([]);
          expect(text).toEqual(x);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('and would fail if a column were lost on the way (control)', () => {
    const x = { matters: [matter('M-1', { urgent: true })], conditions: [condition('M-1', 1, { ackMinutes: 7 })] };
    const [head = [], ...rows] = catalogueTable(x);
    const without = (header: string) =>
      table([head, ...rows].map((row) => row.filter((_, index) => head[index] !== header)));
    expect(catalogueOf(without('签收时限(分钟)'), NOTHING, 'merge').text).not.toEqual(x);
    expect(catalogueOf(without('紧急'), NOTHING, 'merge').text).not.toEqual(x);
    expect(catalogueOf(table([head, ...rows]), NOTHING, 'merge').text).toEqual(x);
  });
});

describe('columns', () => {
  it('stand in any order, under any known name, with a title above', () => {
    const rows = [
      ['某市事项目录（2026 版）', null, null, null, null],
      [null, null, null, null, null],
      ['结案标准', '办理时限 ', '备注', '立案标准*', '小类名称'],
      ['恢复', '4小时', 'x', '不亮', '路灯'],
    ];
    const { text, faults, ignored } = catalogueOf(table(rows), NOTHING, 'merge');
    expect(faults).toEqual([]);
    expect(ignored).toEqual(['备注']);
    expect(text?.conditions).toEqual([expect.objectContaining({ text: '不亮', closing: '恢复', clock: 'work_hour' })]);
  });

  it('that are needed and missing, or there twice, are named; nothing is read', () => {
    expect(read([], NOTHING, ['事项', '立案条件', '结案条件'])).toMatchObject({
      text: null,
      faults: [{ row: 1, column: '处置时限', reason: expect.stringContaining('补上') }],
    });
    expect(read([], NOTHING, [...HEAD, '时限']).text).toBeNull();
    expect(read([], NOTHING, ['a', 'b'])).toMatchObject({
      text: null,
      faults: [{ reason: expect.stringContaining('表头') }],
    });
    expect(read([]).faults).toMatchObject([{ reason: expect.stringContaining('没有内容') }]);
  });

  it('of merged cells are filled from above', () => {
    const head = ['大类代码', '大类名称', '小类代码', '小类名称', '立案条件', '处置时限', '结案条件'];
    const rows = [
      ['01', '公用设施', '01', '井盖', '缺失', '2紧急工作时', '恢复'],
      [null, null, null, null, '破损', '4小时', '更换'],
      [null, null, '02', '路灯', '不亮', '1天', '恢复'],
      [2, '道路', 1, '路面', '塌陷', '1天', '恢复'],
    ];
    const { text, faults } = catalogueOf(table([head, ...rows], '部件'), NOTHING, 'merge');
    expect(faults).toEqual([]);
    expect(text?.matters.map(({ id, name, duty }) => [id, name, duty])).toEqual([
      ['C-0101', '井盖', '公用设施'],
      ['C-0102', '路灯', '公用设施'],
      ['C-0201', '路面', '道路'],
    ]);
    expect(text?.conditions.map(({ id }) => id)).toEqual(['C-0101.1', 'C-0101.2', 'C-0102.1', 'C-0201.1']);
  });
});

describe('a row that cannot be is refused, with row, column, value and what to do', () => {
  const good = ['路灯', '不亮', '4小时', '恢复'];
  it.each<[string, Cell[], string, string]>([
    ['no closing criterion', ['路灯', '不亮', '4小时', null], '结案条件', '补上'],
    ['a formula that went wrong', ['路灯', '不亮', '4小时', '#REF!'], '结案条件', '公式'],
    ['no condition', ['路灯', '', '4小时', '恢复'], '立案条件', '补上'],
    ['no unit of the limit', ['路灯', '不亮', 4, '恢复'], '处置时限', '单位'],
    ['a text too long', ['路灯', '长'.repeat(501), '4小时', '恢复'], '立案条件', '500'],
    ['a name too long', ['路'.repeat(51), '不亮', '4小时', '恢复'], '事项', '50'],
  ])('%s', (_, row, column, reason) => {
    expect(faultOf([row])).toMatchObject({ row: 2, column, reason: expect.stringContaining(reason) });
  });

  it.each<[string, string, Cell, string]>([
    ['签收时限(分钟)', '签收时限(分钟)', 0, '1 至'],
    ['签收时限', '签收时限(分钟)', '一小时', '整数'],
    ['证据', '证据', '录像', '前后照片'],
    ['领域', '领域', '#N/A', '公式'],
    ['紧急', '紧急', '可能', '是'],
    ['国标代码', '国标代码', '123456', '5 位'],
    ['关键词', '关键词', '路灯 !!', '不能作关键词'],
    ['事项编号', '事项编号', '编 号', '字母'],
    ['条件编号', '条件编号', '../x', '字母'],
    ['类别', '类别', '人口', '部件'],
  ])('%s', (head, column, value, reason) => {
    expect(faultOf([[...good, value]], NOTHING, [...HEAD, head])).toMatchObject({
      row: 2,
      column,
      reason: expect.stringContaining(reason),
    });
  });

  it('the same condition twice', () => {
    expect(faultOf([good, ['路灯', ' 不 亮', '1天', '恢复']])).toMatchObject({ row: 3, column: '立案条件' });
  });

  it('two rows of one matter that disagree about it', () => {
    const head = ['事项编号', ...HEAD, '紧急'];
    const rows = [
      ['L-1', ...good, '是'],
      ['L-1', '路灯', '倾斜', '4小时', '扶正', '否'],
      ['L-1', '街灯', '闪烁', '4小时', '扶正', ''],
    ];
    expect(read(rows, NOTHING, head).faults).toMatchObject([
      { row: 3, column: '紧急', reason: expect.stringContaining('不一致') },
      { row: 4, column: '事项', reason: expect.stringContaining('路灯') },
    ]);
  });

  it('an id that another matter’s condition has, or that is used twice', () => {
    const base = { matters: [matter('A'), matter('B')], conditions: [condition('A', 1), condition('B', 1)] };
    const head = ['事项编号', ...HEAD, '条件编号'];
    expect(faultOf([['B', ...good, 'A.1']], base, head)).toMatchObject({ column: '条件编号' });
    expect(
      faultOf(
        [
          ['B', ...good, 'B.1'],
          ['B', '路灯', '倾斜', '4小时', '扶正', 'B.1'],
        ],
        base,
        head,
      ),
    ).toMatchObject({ row: 3, column: '条件编号' });
  });

  it('the matter that everything else falls under cannot be retired', () => {
    const base = { matters: [matter('M-OTHER')], conditions: [condition('M-OTHER', 1)] };
    expect(faultOf([['M-OTHER', ...good, '是']], base, ['事项编号', ...HEAD, '停用'])).toMatchObject({
      column: '停用',
    });
    expect(catalogueOf(table([HEAD, good]), base, 'replace').text?.matters[0]?.retired).toBe(false);
  });
});

describe('into a town that has a catalogue', () => {
  const lamp = matter('M-01037', { name: '路灯异常', gbCode: '01037', keywords: ['路灯'], duty: '照明', urgent: true });
  const base: Catalogue = {
    matters: [lamp, matter('B')],
    conditions: [
      condition('M-01037', 1, { text: '不亮', ackMinutes: 7, evidence: 'none' }),
      condition('M-01037', 2, { text: '倾斜' }),
      condition('B', 1),
    ],
  };
  const rows = [['路灯异常', '不亮', '1天', '恢复照明']];

  it('a matter of the same name or code keeps its id and all that the table does not say', () => {
    const { text } = read(rows, base);
    expect(text?.matters).toEqual(base.matters);
    expect(text?.conditions.filter(({ matterId }) => matterId === 'M-01037')).toEqual([
      { ...base.conditions[0], clock: 'work_day', limit: 1, ackMinutes: 15, closing: '恢复照明' },
    ]);
    const byCode = read([['灯杆', '不亮', '4小时', '恢复照明', '1037']], base, [...HEAD, '国标代码']).text;
    expect(byCode?.matters[0]).toEqual({ ...lamp, name: '灯杆' });
    // The clock is the same, so the minutes to acknowledge that were set by hand stand.
    expect(byCode?.conditions.find(({ id }) => id === 'M-01037.1')?.ackMinutes).toBe(7);
  });

  it('merge leaves other matters alone; replace retires them, and keeps their conditions', () => {
    expect(read(rows, base).text?.matters[1]?.retired).toBe(false);
    const replaced = catalogueOf(table([HEAD, ...rows]), base, 'replace').text;
    expect(replaced?.matters[1]).toMatchObject({ id: 'B', retired: true });
    expect(replaced?.conditions).toContainEqual(base.conditions[2]);
  });

  it('where a row is skipped, no condition in force is lost by it', () => {
    const { text, faults } = read([...rows, ['路灯异常', '倾斜', '很快', '扶正']], base);
    expect(faults).toHaveLength(1);
    expect(text?.conditions.map(({ id }) => id)).toEqual(['B.1', 'M-01037.1', 'M-01037.2']);
    expect(text?.conditions[2]).toEqual({ ...base.conditions[1], rank: 2 });
  });

  it('new ids collide with none: neither those in force nor those the table asks for', () => {
    const taken = { matters: [matter('T-0001'), matter('C-0101')], conditions: [condition('T-0001', 1)] };
    const fresh = read([['新事', '一', '4小时', '好']], taken).text;
    expect(fresh?.matters.at(-1)?.id).toBe('T-0002');
    const head = ['类别', '大类代码', '小类代码', ...HEAD];
    const { text } = read(
      [
        ['部件', '01', '01', '井盖', '一', '4小时', '好'],
        ['部件', '010', '1', '盖板', '一', '4小时', '好'],
        ['部件', '01', '001', '箅子', '一', '4小时', '好'],
      ],
      taken,
      head,
    );
    expect(text?.matters.map(({ id }) => id)).toEqual(['T-0001', 'C-0101', 'C-010-01', 'C-01-001']);
    const ids = text?.conditions.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    const asked = read(
      [
        ['A', '事', '一', '4小时', '好', ''],
        ['A', '事', '二', '4小时', '好', 'A.1'],
      ],
      NOTHING,
      ['事项编号', ...HEAD, '条件编号'],
    );
    expect(asked.text?.conditions.map(({ id }) => id)).toEqual(['A.2', 'A.1']);
  });

  it('two matters of one name but different codes stay two', () => {
    const head = ['类别', '大类代码', '小类代码', ...HEAD];
    const two = [
      ['部件', '03', '96', '公示牌', '破损', '1天', '修复'],
      ['事件', '03', '99', '公示牌', '破损', '1天', '修复'],
    ];
    const once = read(two, NOTHING, head);
    expect(once.text?.matters.map(({ id }) => id)).toEqual(['C-0396', 'E-0399']);
    expect(once.notes.join()).toContain('公示牌');
    expect(read(two, once.text ?? NOTHING, head).text).toEqual(once.text);
  });
});

describe('whatever a table says', () => {
  const odd = fc.oneof(
    fc.constantFrom<Cell>(null, '', 0, -1, 7, true, 'x'.repeat(600), '__proto__', 'constructor', '3周'),
    fc.string(),
  );
  /** Of each column mostly what it may hold, few enough to clash. */
  const columns: Record<string, Cell[]> = {
    ...{ 事项编号: [null, null, 'A', 'B', 'C-0101'], 类别: [null, '部件', '事件'], 大类代码: [null, '01'] },
    ...{ 小类代码: [null, '01', 2], 事项: ['路灯', '井盖', null], 立案条件: ['不亮', '缺失', '破损', ' 不 亮'] },
    ...{ 处置时限: ['4小时', '2天'], 结案条件: ['恢复'], 条件编号: [null, null, null, 'A.1', 'A.2', 'B.1', 'x'] },
    ...{ 紧急: [null, '是'], 停用: [null, '否', '是'], '签收时限(分钟)': [null, 30], 国标代码: [null, null, '01037'] },
  };
  const heads = Object.keys(columns);
  const line = fc.tuple(
    ...Object.values(columns).map((usual) =>
      fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: odd }),
    ),
  );
  const base: Catalogue = {
    matters: [matter('A', { name: '路灯' }), matter('M-OTHER', { name: '其他' })],
    conditions: [condition('A', 1, { text: '不亮' }), condition('A', 2, { text: '缺失' }), condition('M-OTHER', 1)],
  };

  it('the new catalogue is sound: ids and texts told apart, ranks from 1, limits that can be, nobody without a matter', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom('merge' as const, 'replace' as const),
        (rows, mode) => {
          const { text, faults, matters } = catalogueOf(table([heads, ...rows]), base, mode);
          taken += matters;
          for (const { row, reason } of faults) expect(row > 0 && /[一-鿿]/.test(reason)).toBe(true);
          if (text) sound(text);
        },
      ),
      { numRuns: 1_000 },
    );
    // The tables were no mere rubbish.
    expect(taken).toBeGreaterThan(1_000);
  });

  function sound({ matters, conditions }: Catalogue): void {
    expect(new Set(matters.map(({ id }) => id)).size).toBe(matters.length);
    expect(new Set(conditions.map(({ id }) => id)).size).toBe(conditions.length);
    const texts = conditions.map(({ matterId, text }) => `${matterId} ${text.normalize('NFKC').replace(/\s/g, '')}`);
    expect(new Set(texts).size).toBe(texts.length);
    for (const { id, name, retired } of matters) {
      expect(name).not.toBe('');
      const ranks = conditions.filter(({ matterId }) => matterId === id).map(({ rank }) => rank);
      expect(ranks).toEqual(ranks.map((_, index) => index + 1));
      expect(ranks.length).toBeGreaterThan(0);
      if (id === 'M-OTHER') expect(retired).toBe(false);
    }
    const known = new Set(matters.map(({ id }) => id));
    for (const { matterId, limit, closing, text, ackMinutes } of conditions)
      expect(known.has(matterId) && Number.isInteger(limit) && limit > 0 && closing && text && ackMinutes > 0).toBe(
        true,
      );
  }
});
