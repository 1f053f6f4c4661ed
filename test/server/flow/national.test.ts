import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { dateOf, dayOfDate, startOf } from '../../../server/domain/clock';
import { national } from '../../../server/flow/national';

/** The second opinion is an ES module, and reads dates in the server's zone: it is asked in a process of its own, in China. */
async function secondOpinion(): Promise<Record<string, [second: boolean | null, own: boolean]>> {
  const script = `
    import { getFestival, isWorkday } from 'chinese-workday';
    import days from 'chinese-days';
    const answers = {};
    for (let at = Date.UTC(2004, 0, 1); at < Date.UTC(2040, 0, 1); at += 86_400_000) {
      const date = new Date(at).toISOString().slice(0, 10);
      const published = getFestival(date.slice(0, 4) + '-10-02').includes('国庆');
      answers[date] = [published ? isWorkday(date) : null, days.isWorkday(date)];
    }
    process.stdout.write(JSON.stringify(answers));`;
  const env = { ...process.env, TZ: 'Asia/Shanghai' };
  const args = ['--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 10_000_000 });
  return JSON.parse(stdout);
}

/** Where the two packages differ, whether the day was worked, and what the State Council's notices say of it. */
const DISAGREEMENTS: Record<string, [worked: boolean, notice: string]> = {
  '2011-01-29': [false, '2011 春节：1月30日（星期日）、2月12日（星期六）上班'],
  '2011-02-12': [true, '2011 春节：1月30日（星期日）、2月12日（星期六）上班'],
  '2011-04-02': [true, '2011 清明节：4月2日（星期六）上班'],
  '2011-12-31': [true, '2012 元旦：2011年12月31日（星期六）上班'],
  '2012-01-29': [true, '2012 春节：1月21日（星期六）、1月29日（星期日）上班'],
  '2012-03-31': [true, '2012 清明节：3月31日（星期六）、4月1日（星期日）上班'],
  '2012-04-01': [true, '2012 清明节：3月31日（星期六）、4月1日（星期日）上班'],
  '2012-04-28': [true, '2012 劳动节：4月28日（星期六）上班'],
  '2012-09-30': [false, '2012 中秋节、国庆节：9月30日至10月7日放假调休'],
  '2012-10-08': [true, '2012 中秋节、国庆节：9月30日至10月7日放假调休'],
  '2013-04-07': [true, '2013 清明节：4月7日（星期日）上班'],
  '2013-04-27': [true, '2013 劳动节：4月27日（星期六）、4月28日（星期日）上班'],
  '2013-04-28': [true, '2013 劳动节：4月27日（星期六）、4月28日（星期日）上班'],
  '2013-06-08': [true, '2013 端午节：6月8日（星期六）、6月9日（星期日）上班'],
  '2013-06-09': [true, '2013 端午节：6月8日（星期六）、6月9日（星期日）上班'],
  '2013-10-12': [true, '2013 国庆节：9月29日（星期日）、10月12日（星期六）上班'],
  '2013-12-29': [false, '2014 元旦：1月1日放假1天'],
  '2014-06-03': [true, '2014 端午节：6月2日放假，与周末连休'],
  '2014-06-04': [true, '2014 端午节：6月2日放假，与周末连休'],
  '2014-09-09': [true, '2014 中秋节：9月8日放假，与周末连休'],
  '2014-09-10': [true, '2014 中秋节：9月8日放假，与周末连休'],
  '2014-10-11': [true, '2014 国庆节：9月28日（星期日）、10月11日（星期六）上班'],
  '2015-09-03': [false, '2015 抗战胜利70周年：9月3日至5日调休放假'],
  '2015-09-04': [false, '2015 抗战胜利70周年：9月3日至5日调休放假'],
  '2018-01-01': [false, '2018 元旦：1月1日放假，与周末连休'],
  '2020-01-31': [false, '2020 春节假期延长至2月2日，2月3日（星期一）起正常上班'],
  '2020-02-01': [false, '2020 春节假期延长至2月2日，2月3日（星期一）起正常上班'],
  '2023-01-03': [true, '2023 元旦：2022年12月31日至2023年1月2日放假调休'],
};

test('the two holiday packages agree on every day both have published, but for these, where the notices bear ours out', async () => {
  const opinions = Object.entries(await secondOpinion());
  const both = opinions.filter(([date, [second]]) => second !== null && national.published(Number(date.slice(0, 4))));
  expect(new Set(both.map(([date]) => date.slice(0, 4))).size).toBeGreaterThanOrEqual(16);
  const differing = both.filter(([date, [second]]) => second !== national.isWorkday(date)).map(([date]) => date);
  expect(differing).toEqual(Object.keys(DISAGREEMENTS));
  for (const [date, [worked]] of Object.entries(DISAGREEMENTS))
    expect([date, national.isWorkday(date)]).toEqual([date, worked]);
  // In China the library's own functions read its table as we do.
  expect(opinions.filter(([date, [, own]]) => own !== national.isWorkday(date)).map(([date]) => date)).toEqual([]);
});

test('holidays and make-up days have their names, plain days none', () => {
  expect(national.nameOf('2026-10-01')).toBe('国庆节');
  expect(national.nameOf('2026-10-10')).toBe('国庆节补班');
  expect(national.nameOf('2026-02-17')).toBe('春节');
  expect([national.nameOf('2026-11-23'), national.nameOf('2026-11-22')]).toEqual(['', '']);
});

test('a year is published when its National Day is; other years stand on weekends alone', () => {
  const years = [...Array(40).keys()].map((n) => 2000 + n);
  const first = years.find(national.published) ?? 0;
  const last = years.filter(national.published).at(-1) ?? 0;
  expect(years.filter(national.published)).toEqual(years.filter((year) => year >= first && year <= last));
  expect(national.published(2026)).toBe(true);
  const unpublished = [...Array(365).keys()].map((n) => dateOf(startOf(dayOfDate(`${last + 1}-01-01`) + n)));
  const worked = unpublished.filter(national.isWorkday);
  expect(worked.length).toBeGreaterThanOrEqual(260);
  expect(worked.some((date) => national.nameOf(date))).toBe(false);
});
