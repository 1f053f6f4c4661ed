import { renderAnswer } from '../../cards/answers';
import { DAY, instant } from '../../server/domain/clock';
import type { Reply } from '../../server/domain/types';
import { type Game, handled, play } from '../support/play';
import { tinyRules } from '../support/town';

const answer = (game: Game, about: Reply['about']) => {
  const reply = { about, words: {}, conversationId: 'c', group: false, webhook: null, webhookUntil: 0 };
  const { event, entries, rules, now } = game;
  const message = renderAnswer({ reply, rules, now, events: [event], entries, advice: '', homeUrl: 'https://x.cn' });
  return 'text' in message ? message.text : '';
};

const suspended = () => {
  const game = handled();
  game.step('zhang', { type: 'suspend', until: '2026-12-10', reason: '等电力公司停电施工' });
  game.step('zhao', { type: 'approve' });
  game.step('qian', { type: 'approve' });
  game.wait(5 * DAY);
  return game;
};

it('a list says of a suspended event until when, and of one that runs what is left', () => {
  expect(answer(suspended(), 'todo')).toContain('处置中，挂账至 12月10日');
  expect(answer(handled(), 'todo')).toContain('处置中，剩 6 小时');
});

it('the progress of an event tells each step of its requests', () => {
  const said = answer(suspended(), 'progress');
  expect(said).toContain('申请挂账至 12月10日：等电力公司停电施工');
  expect(said).toContain('同意挂账（已批准，挂账至 12月10日）');
});

it('a deadline in a year whose holidays are not published says so in chat too', () => {
  const rules = tinyRules();
  const calendar = { ...rules.calendarOf(''), published: (year: number) => year !== 2027 };
  const game = play({ ...rules, calendarOf: () => calendar });
  game.at(instant('2026-12-31', '16:00'));
  game.report('建设路12号路灯不亮');
  game.step('li', { type: 'file' });
  expect(answer(game, 'progress')).not.toContain('未公布');
  game.step('zhang', { type: 'ack' });
  for (const about of ['todo', 'progress'] as const)
    expect(answer(game, about)).toContain('剩 18 小时（2027 年放假安排未公布，暂按周末推算）');
  game.wait(5 * DAY);
  for (const about of ['todo', 'late', 'progress'] as const)
    expect(answer(game, about)).toMatch(/已超 .+（2027 年放假安排未公布，暂按周末推算）/);
});

it('while it is passed on, the clock told is that of whoever must acknowledge', () => {
  const game = handled();
  game.step('zhang', { type: 'transfer', to: 'dept-02', reason: '属于小区路灯' });
  expect(answer(game, 'progress')).toContain('待签收，剩 1 小时');
});
