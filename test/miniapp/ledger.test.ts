import { byDay, stretchWords } from '../../miniapp/ledger';
import { DAY, instant } from '../../server/domain/clock';
import type { LedgerLineView } from '../../server/http/contract';

const line = (from: string, to: string, more: Partial<LedgerLineView> = {}): LedgerLineView => ({
  ...{ from: at(from), to: at(to), state: 'running', why: '处置中', ms: 0, minutes: 0, words: '', planned: false },
  ...{ day: '', over: false },
  ...more,
});
/** `23 09:13` of November 2026; `23 09:13:05` with seconds. */
const at = (text: string) => {
  const [day = '', time = ''] = text.split(' ');
  return instant(`2026-11-${day}`, time.slice(0, 5)) + Number(time.slice(6) || 0) * 1000;
};
const off = (from: string, to: string, why: string) => line(from, to, { state: 'off', why });

describe('a stretch of time', () => {
  it.each([
    ['23 09:13', '23 12:00', '09:13 – 12:00'],
    ['23 09:13:05', '23 12:00', '09:13:05 – 12:00'],
    ['23 18:00', '24 00:00', '18:00 – 24:00'],
    ['23 18:00', '24 08:00', '18:00 – 次日 08:00'],
    ['23 15:00', '26 09:00', '15:00 – 11月26日 09:00'],
    ['23 15:00', '25 00:00', '15:00 – 次日 24:00'],
    ['23 00:00', '24 00:00', '00:00 – 24:00'],
  ])('from %s to %s is told as %s', (from, to, words) => {
    expect(stretchWords(line(from, to))).toBe(words);
  });
});

describe('days', () => {
  const week = [
    line('27 14:00', '27 18:00'),
    off('27 18:00', '28 00:00', '下班'),
    off('28 00:00', '29 00:00', '周六'),
    off('29 00:00', '30 00:00', '周日'),
    off('30 00:00', '30 08:00', '下班'),
    line('30 08:00', '30 09:00'),
  ];

  it('hold the lines that begin on them; whole days off stand together', () => {
    expect(byDay(week).map(({ title, lines, why }) => [title, lines?.length ?? null, why])).toEqual([
      ['11月27日 周五', 2, ''],
      ['11月28日 周六 – 11月29日 周日', null, ''],
      ['11月30日 周一', 2, ''],
    ]);
  });

  it('that are off for a reason name it once', () => {
    const holiday = ['27', '28', '29'].map((day) => off(`${day} 00:00`, `${Number(day) + 1} 00:00`, '国庆节'));
    expect(byDay(holiday)).toEqual([{ title: '11月27日 周五 – 11月29日 周日', lines: null, why: '国庆节' }]);
    expect(byDay([off('26 00:00', '28 00:00', '台风停工'), off('28 00:00', '29 00:00', '周六')])[0]).toMatchObject({
      title: '11月26日 周四 – 11月28日 周六',
      why: '台风停工',
    });
  });

  it('lose no line, whatever comes (control: a day of pause is no day off)', () => {
    const pause = line('24 00:00', '25 00:00', { state: 'paused', why: '挂账，暂停计时' });
    expect(byDay([pause])[0]?.lines).toEqual([pause]);
    const kept = byDay(week).flatMap(({ lines }) => lines ?? []);
    const whole = week.filter(({ from, to }) => to - from === DAY);
    expect(kept.length + whole.length).toBe(week.length);
  });
});
