import fc from 'fast-check';
import { type DutyTown, dutiesOf, dutyTable } from '../../../server/domain/duty-table';
import type { Cell } from '../../../server/domain/tables';
import { type Duty, dutyId, type Unit, type UnitKind } from '../../../server/domain/types';
import { condition, matter, table } from './sheets';

const unit = (id: string, kind: UnitKind, name: string): Unit => ({ id, kind, name, areaId: 'd', parentId: null });

const units = [
  unit('centre', 'centre', '区网格化指挥中心'),
  unit('dept-01', 'department', '综合行政执法局'),
  unit('dept-02', 'department', '水务局'),
  unit('u-1', 'community', '幸福社区居委会'),
  unit('u-2', 'community', '幸福社区居委会'),
];
const matters = [matter('A', { name: '路灯' }), matter('B', { name: '井盖' }), matter('B2', { name: '井盖' })];
const conditions = [condition('A', 1), condition('A', 2), condition('B', 1)];
const town: DutyTown = { units, matters, conditions, duties: [] };

const duty = (rest: Partial<Omit<Duty, 'id'>>): Duty => {
  const whole = {
    ...{ matterId: 'A', conditionId: null, areaKind: null, channel: 'general' as const },
    ...{ leadKind: 'community' as const, leadUnitId: null, assistUnitIds: [] },
    ...rest,
  };
  return { id: dutyId(whole), ...whole };
};

const HEAD = ['事项', '立案条件', '区域类型', '渠道', '主办', '协办'];
const read = (rows: Cell[][], base = town, head: Cell[] = HEAD) => dutiesOf(table([head, ...rows]), base, 'merge');

const lead = fc.oneof(
  fc.constantFrom('community', 'street', 'centre', 'discipline', 'procuratorate').map((leadKind) => ({
    leadKind: leadKind as UnitKind,
    leadUnitId: null,
  })),
  fc.constantFrom(...units).map(({ id, kind }) => ({ leadKind: kind, leadUnitId: id })),
);

const anyDuty = fc
  .record({
    matter: fc.constantFrom(['A', 'A.1', 'A.2'], ['B', 'B.1'], ['B2']),
    which: fc.nat(3),
    areaKind: fc.constantFrom(null, 'district', 'street', 'community', 'grid', 'dedicated' as const),
    channel: fc.constantFrom('general', 'police', 'litigation' as const),
    lead,
    assist: fc.uniqueArray(fc.constantFrom(...units.map(({ id }) => id)), { maxLength: 4 }),
  })
  .map(({ matter: [matterId = 'A', ...own], which, areaKind, channel, lead: leads, assist }) =>
    duty({
      ...{ matterId, conditionId: own[which] ?? null, ...leads },
      areaKind: areaKind as Duty['areaKind'],
      channel: channel as Duty['channel'],
      assistUnitIds: assist.filter((id) => id !== leads.leadUnitId),
    }),
  );

test('import(export(x)) = x, for any duty list, though units and matters share names', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyDuty, { maxLength: 30, selector: ({ id }) => id }), (duties) => {
      const { text, faults } = dutiesOf(table(dutyTable(duties, town)), { ...town, duties }, 'replace');
      expect(faults).toEqual([]);
      expect(text?.duties).toEqual(duties);
    }),
    { numRuns: 300 },
  );
});

test('a row says who leads, by name or by kind, where, and for which channel', () => {
  const { text, faults } = read([
    ['路灯', null, null, null, '社区', null],
    ['路灯', '条件2', '专属网格', '警情', '综合行政执法局', '水务局、区网格化指挥中心'],
    ['路灯', '', '', '公益诉讼线索', '检察院', ''],
  ]);
  expect(faults).toEqual([]);
  expect(text?.duties).toEqual([
    duty({}),
    duty({
      ...{ conditionId: 'A.2', areaKind: 'dedicated', channel: 'police' },
      ...{ leadKind: 'department', leadUnitId: 'dept-01', assistUnitIds: ['dept-02', 'centre'] },
    }),
    duty({ channel: 'litigation', leadKind: 'procuratorate' }),
  ]);
});

test('a matter in merged cells stands for all its rows', () => {
  const { text } = read([
    ['路灯', null, null, null, '社区', null],
    [null, null, '专属网格', null, '街道', null],
  ]);
  expect(text?.duties.map(({ matterId, areaKind }) => [matterId, areaKind])).toEqual([
    ['A', null],
    ['A', 'dedicated'],
  ]);
});

test.each<[string, Cell[], string, string]>([
  ['an unknown matter', ['没有的事', '', '', '', '社区', ''], '事项', '事项目录'],
  ['a name that two matters bear', ['井盖', '', '', '', '社区', ''], '事项', '事项编号'],
  ['an unknown condition', ['路灯', '没有', '', '', '社区', ''], '立案条件', '留空'],
  ['an unknown kind of area', ['路灯', '', '省', '', '社区', ''], '区域类型', '街道'],
  ['an unknown channel', ['路灯', '', '', '电话', '社区', ''], '渠道', '警情'],
  ['no lead', ['路灯', '', '', '', '', ''], '主办', '全称'],
  ['an unknown unit', ['路灯', '', '', '', '天文局', ''], '主办', '全称'],
  ['a department by its kind alone', ['路灯', '', '', '', '部门', ''], '主办', '全称'],
  ['a name that two units bear', ['路灯', '', '', '', '幸福社区居委会', ''], '主办', '单位编号'],
  ['an unknown unit to assist', ['路灯', '', '', '', '社区', '水务局、天文局'], '协办', '天文局'],
  ['the lead assisting itself', ['路灯', '', '', '', '水务局', '水务局'], '协办', '删去'],
  ['a formula that went wrong', ['路灯', '', '', '', '社区', '#N/A'], '协办', '公式'],
  ['somebody assisting twice', ['路灯', '', '', '', '社区', '水务局,水务局'], '协办', '两遍'],
])('refused with row and reason: %s', (_, row, column, reason) => {
  const { text, faults } = read([row]);
  expect(faults).toEqual([expect.objectContaining({ row: 2, column, reason: expect.stringContaining(reason) })]);
  expect(text?.duties).toEqual([]);
});

test('the same row twice is refused, the first one stands', () => {
  const { text, faults } = read([
    ['路灯', '', '', '一般', '社区', ''],
    ['路灯', '', '', '', '街道', ''],
  ]);
  expect(faults).toMatchObject([{ row: 3, reason: expect.stringContaining('重复') }]);
  expect(text?.duties).toEqual([duty({})]);
});

test('rows of matters that the table does not give stay, unless it replaces all; a skipped row loses nothing', () => {
  const duties = [duty({ leadKind: 'street' }), duty({ matterId: 'B' }), duty({ areaKind: 'grid' })];
  const rows: Cell[][] = [['路灯', '', '', '', '社区', '']];
  const into = (mode: 'merge' | 'replace', more: Cell[][] = []) =>
    dutiesOf(table([HEAD, ...rows, ...more]), { ...town, duties }, mode).text?.duties;
  expect(into('merge')).toEqual([duties[1], duty({})]);
  expect(into('replace')).toEqual([duty({})]);
  expect(into('merge', [['路灯', '', '网格', '', '天文局', '']])).toEqual([duties[1], duties[2], duty({})]);
});
