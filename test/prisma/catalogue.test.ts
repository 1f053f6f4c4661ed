import { catalogue, departments } from '../../prisma/sample/catalogue';
import { dutiesOf } from '../../prisma/sample/duties';
import { dutyId } from '../../server/domain/types';

const { matters, conditions, duties } = catalogue;
const conditionsOf = (matterId: string) => conditions.filter((condition) => condition.matterId === matterId);

describe('the matter catalogue', () => {
  it('has at least 80 matters, each with its own id and name', () => {
    expect(matters.length).toBeGreaterThanOrEqual(80);
    expect(new Set(matters.map(({ id }) => id)).size).toBe(matters.length);
    expect(new Set(matters.map(({ name }) => name)).size).toBe(matters.length);
  });

  it('spreads them over exactly the fifteen duties of the fifteen departments', () => {
    expect(departments.map(({ id }) => id)).toEqual(
      Array.from({ length: 15 }, (_, index) => `dept-${String(index + 1).padStart(2, '0')}`),
    );
    expect(new Set(matters.map(({ duty }) => duty))).toEqual(new Set(departments.map(({ duty }) => duty)));
  });

  it('uses exactly the eight domains of grid work', () => {
    expect(new Set(matters.map(({ domain }) => domain))).toEqual(
      new Set([
        ...['民生服务', '矛盾劝解', '参与治安防控', '参与特殊人群服务管理'],
        ...['社情民意收集', '政策法规宣传', '突发事件报告', '其它'],
      ]),
    );
  });

  it('takes its id from the national code where there is one', () => {
    for (const { id, gbCode } of matters) {
      expect(id).toMatch(/^M-(\d{5}|J\d{2}|OTHER)$/);
      expect(gbCode).toBe(/^M-\d{5}$/.test(id) ? id.slice(2) : null);
    }
    expect(matters.filter(({ gbCode }) => gbCode).length).toBeGreaterThanOrEqual(60);
  });

  it('gives each one to three conditions (litigation clues one for each field of law), ranked from 1, complete', () => {
    for (const { id } of matters) {
      const own = conditionsOf(id);
      expect(own.map(({ rank }) => rank)).toEqual(own.map((_, index) => index + 1));
      expect([1, 2, 3, ...(id === 'M-J85' ? [9] : [])]).toContain(own.length);
      for (const { text, closing, limit, ackMinutes } of own) {
        expect(text && closing).toBeTruthy();
        expect(limit).toBeGreaterThan(0);
        expect(ackMinutes).toBeGreaterThan(0);
      }
    }
    expect(new Set(conditions.map(({ id }) => id)).size).toBe(conditions.length);
    expect(conditions.filter(({ matterId }) => !matters.some(({ id }) => id === matterId))).toEqual([]);
  });

  it('runs urgent matters day and night, to be acknowledged within 15 minutes', () => {
    const urgent = matters.filter((matter) => matter.urgent);
    expect(urgent.length).toBeGreaterThanOrEqual(10);
    for (const { id } of urgent) {
      expect(conditionsOf(id).every(({ clock, ackMinutes }) => clock === 'urgent_hour' && ackMinutes === 15)).toBe(
        true,
      );
    }
  });

  it('gives every matter everyday words, none twice', () => {
    for (const { id, keywords } of matters) {
      expect(keywords.length).toBeGreaterThanOrEqual(id === 'M-OTHER' ? 1 : 5);
      expect(new Set(keywords).size).toBe(keywords.length);
      expect(keywords.filter((word) => !/^[\p{L}\p{N}]+(?:[/+][\p{L}\p{N}]+)*\??$/u.test(word))).toEqual([]);
    }
  });

  it('has one duty row at most for the same matter, condition, kind of area and channel, led by a unit that exists', () => {
    const ids = new Set(departments.map(({ id }) => id));
    expect(new Set(duties.map(({ id }) => id)).size).toBe(duties.length);
    for (const duty of duties) {
      const { matterId, conditionId, leadKind, leadUnitId, assistUnitIds } = duty;
      expect(duty.id).toBe(dutyId(duty));
      expect(matters.some(({ id }) => id === matterId)).toBe(true);
      expect([null, ...conditionsOf(matterId).map(({ id }) => id)]).toContain(conditionId);
      expect(leadKind === 'department').toBe(leadUnitId !== null);
      expect([...assistUnitIds, ...(leadUnitId ? [leadUnitId] : [])].filter((id) => !ids.has(id))).toEqual([]);
      expect(assistUnitIds).not.toContain(leadUnitId);
    }
    expect(new Set(duties.map(({ leadKind }) => leadKind))).toEqual(
      new Set(['community', 'street', 'department', 'procuratorate']),
    );
  });

  it('parts police matters: what the police may return has somebody else to go to, who needs no police', () => {
    const police = duties.filter(({ channel }) => channel === 'police');
    expect(police.length).toBeGreaterThanOrEqual(15);
    for (const { matterId, leadUnitId } of police) {
      expect(leadUnitId).toBe('dept-12');
      const otherwise = duties.filter(
        (duty) => duty.matterId === matterId && duty.channel === 'general' && !duty.conditionId && !duty.areaKind,
      );
      expect(otherwise).toHaveLength(1);
      expect(otherwise[0]?.leadUnitId).not.toBe('dept-12');
    }
  });

  it('sends litigation clues to the procuratorate, and some matters of dedicated grids to another unit', () => {
    expect(duties.filter(({ channel }) => channel === 'litigation').map(({ leadKind }) => leadKind)).toEqual([
      'procuratorate',
    ]);
    expect(duties.filter(({ areaKind }) => areaKind === 'dedicated').length).toBeGreaterThanOrEqual(5);
  });

  it('refuses a row of the duty list that cannot be read, and says which', () => {
    expect(() => dutiesOf('c; 2=q+1', { matterId: 'm', itself: 'dept-01' })).toThrow('2=q+1');
  });

  it('leaves a few to a dispatcher, what nothing fits among them', () => {
    const byHand = matters.filter(({ id }) => !duties.some(({ matterId }) => matterId === id)).map(({ id }) => id);
    expect(byHand).toContain('M-OTHER');
    expect(byHand.length).toBeGreaterThan(1);
    expect(byHand.length).toBeLessThan(10);
  });
});
