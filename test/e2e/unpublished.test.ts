import { instant } from '../../server/domain/clock';
import { openWorld, type World } from '../support/world';

jest.setTimeout(60_000);

/** A year whose holidays are not published: every deadline in it says so, wherever people meet it, before and after it. */

const NOTE = '2027 年放假安排未公布，暂按周末推算';

let world: World;
beforeEach(async () => {
  const startAt = instant('2027-01-04', '09:00');
  world = await openWorld({ between: { sandbox: { startAt, quota: { calls: 1_000_000, pushes: 1_000_000 } } } });
});
afterEach(() => world.close());

const tasksOf = (userId: string) =>
  world.phone(userId).cards.flatMap(({ params }) => (params.fields?.includes('时限') ? params.fields : []));

test('on the card, in chat, in the to-do, in folded reminders and in the morning brief', async () => {
  const worker = world.who('worker');
  const [handler = ''] = world.roster.staff('dept-01', 'handler');
  for (const text of ['建设路12号路灯不亮', '建设路90号路灯不亮']) {
    await world.says(worker, text);
    await world.taps(worker, 'file');
    await world.advance('3m');
  }
  await world.says(handler, '待办');
  expect(world.phone(handler).texts.at(-1)?.split(NOTE)).toHaveLength(3);
  await world.advance('26h');
  expect(tasksOf(handler).length).toBeGreaterThan(0);
  expect(tasksOf(handler).filter((fields) => !fields.includes(NOTE))).toEqual([]);
  const { todos, cards } = world.phone(handler);
  expect(todos.length).toBeGreaterThan(0);
  expect(todos.filter((subject) => !subject.includes(NOTE))).toEqual([]);
  const folded = cards.filter(({ params }) => params.title?.startsWith('时限提醒'));
  expect(folded.length).toBeGreaterThan(0);
  for (const { params } of folded) expect(params.text?.split(NOTE)).toHaveLength(2);
  const briefs = world.phone('s-centre-1').cards.filter(({ params }) => params.title?.endsWith('晨报'));
  expect(briefs.at(-1)?.params.text).toContain(NOTE);
});
