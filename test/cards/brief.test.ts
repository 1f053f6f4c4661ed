import { foldedCard } from '../../cards/brief';
import { handled } from '../support/play';

it('lateness of many events in one message says once which years’ holidays are not published', () => {
  const game = handled();
  const line = (unpublished: number[]) => ({
    ...{ event: game.event, task: game.task('dept-01'), clock: 'handle' as const, rung: 'prewarn' as const },
    ...{ dueAt: game.now, unpublished },
  });
  const said = (...years: number[][]) =>
    foldedCard(years.map(line), game.rules.roster, game.now, 'https://example.org').params.text;
  const note = '2027 年放假安排未公布，暂按周末推算';
  expect(said([2027], [], [2027])).toBe(`共 3 件即将超期或已超期，请尽快处理。${note}。`);
  expect(said([], [])).toBe('共 2 件即将超期或已超期，请尽快处理。');
});
