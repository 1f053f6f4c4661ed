import { foldedCard } from '../../cards/brief';
import { handled } from '../support/play';

it('lateness of many events in one message says once which years’ holidays are not published', () => {
  const game = handled();
  const line = (note: string) => ({
    ...{ event: game.event, task: game.task('dept-01'), clock: 'handle' as const, rung: 'prewarn' as const },
    ...{ dueAt: game.now, note },
  });
  const said = (...notes: string[]) =>
    foldedCard(notes.map(line), game.rules.roster, game.now, 'https://example.org').params.text;
  const note = '2027 年放假安排未公布，暂按周末推算';
  expect(said(note, '', note)).toBe(`${note}。共 3 件即将超期或已超期，请尽快处理。`);
  expect(said('', '')).toBe('共 2 件即将超期或已超期，请尽快处理。');
});
