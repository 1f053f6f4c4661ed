import * as fc from 'fast-check';
import { verifyChain } from '../../../server/domain/chain';
import { HOUR, MINUTE } from '../../../server/domain/clock';
import { ACTIONS, type Action, type Command } from '../../../server/domain/commands';
import { isOpen } from '../../../server/domain/ladder';
import { ledgerOf } from '../../../server/domain/ledger';
import { actionsFor, maySee } from '../../../server/domain/policy';
import { limitsOf, type Rules } from '../../../server/domain/rules';
import type { Settings } from '../../../server/domain/settings';
import type { Event, Stage, Task, TaskClock, Town } from '../../../server/domain/types';
import { folded, type Game, historyOf, play, rulesWith } from '../../support/play';
import { MONDAY, tinyRules, tinyTown } from '../../support/town';
import { hasAuthority } from './authority';

/**
 * decide() as a model: whatever people do, in whatever order, under whatever policy, these hold.
 * 1,000 sequences of up to 40 steps with an advancing clock.
 */

/** The tiny town with a leader of its street. */
function town(): Town {
  const { people, posts, ...rest } = tinyTown();
  const wang = { userId: 'wang', unionId: 'un-wang', name: '王书记', mobile: null, active: true };
  const post = { id: 'wang.leader', userId: 'wang', role: 'leader' as const, unitId: 'u-s', areaId: 's' };
  return { ...rest, people: [...people, wang], posts: [...posts, post] };
}

const PEOPLE = ['wang', 'li', 'wu', 'zhang', 'chen', 'zhao', 'qian', 'sun', 'zhou', 'zheng', 'feng', 'gone', 'nobody'];
const UNITS = ['dept-01', 'dept-02', 'u-s', 'u-c', 'centre', 'nowhere'];
const photo = { id: 'p', kind: 'image' as const, code: 'x', phase: 'finish' as const };

const said = fc.constantFrom('情况属实，已处理', '');
const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: said.map((text): Command => ({ type: 'add', text, media: [] })) },
  { weight: 1, arbitrary: said.map((text): Command => ({ type: 'join', text, media: [] })) },
  { weight: 3, arbitrary: fc.constantFrom<Command>({ type: 'file' }, { type: 'file', matterId: 'noise' }) },
  { weight: 6, arbitrary: fc.constant<Command>({ type: 'ack' }) },
  { weight: 4, arbitrary: said.map((note): Command => ({ type: 'finish', note, media: [] })) },
  ...(
    ['return', 'escalate', 'fail', 'reopen', 'extend', 'appeal', 'deny', 'redo', 'reject', 'lift', 'unreward'] as const
  ).map((type) => ({ weight: 2, arbitrary: said.map((reason): Command => ({ type, reason })) })),
  ...(['dispatch', 'transfer', 'assist'] as const).map((type) => ({
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...UNITS), said)
      .map(([to, reason]): Command => (type === 'assist' ? { type, to, note: reason } : { type, to, reason })),
  })),
  ...(['recall', 'confirm', 'resume', 'approve', 'pass', 'withdraw', 'discard'] as const).map((type) => ({
    weight: type === 'approve' ? 5 : type === 'discard' ? 4 : 2,
    arbitrary: fc.constant<Command>({ type }),
  })),
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('2026-11-25', '2027-06-01', '2030-01-01', '')
      .map((until): Command => ({ type: 'suspend', until, reason: '等材料' })),
  },
  { weight: 1, arbitrary: said.map((note): Command => ({ type: 'close', note, media: [photo] })) },
  { weight: 1, arbitrary: fc.constant<Command>({ type: 'correct', matterId: 'noise', reason: '其实是噪声' }) },
  ...(['instruct', 'reward'] as const).map((type) => ({
    weight: 1,
    arbitrary: said.map((note): Command => ({ type, note })),
  })),
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('blue' as const, 'yellow' as const, 'red' as const)
      .map((level): Command => ({ type: 'supervise', level, reason: '群众反映强烈' })),
  },
);

const settings: fc.Arbitrary<Partial<Settings>> = fc.record({
  start: fc.constantFrom<Settings['start']>('ack', 'dispatch'),
  end: fc.constantFrom<Settings['end']>('handler', 'unit'),
  onReturn: fc.constantFrom<Settings['onReturn']>('pause', 'run'),
  onRedispatch: fc.constantFrom<Settings['onRedispatch']>('resume', 'restart', 'bundle'),
  accountability: fc.constantFrom({ signedBy: 'zhao', at: 0 }, null),
});

/** Somebody does something after a while; half the time it is something they have a button for. */
const step = fc.record({
  by: fc.constantFrom(...PEOPLE),
  wait: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.constantFrom(0, 240, 1_000, 3 * 1440)),
  seconds: fc.integer({ min: 0, max: 59_999 }),
  tick: fc.boolean(),
  command: commands,
  offered: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  pick: fc.nat(1_000),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Where each stage may lead in one step. */
const MAY_LEAD: Record<Stage, Stage[]> = {
  reported: ['reported', 'filed', 'dispatched', 'withdrawn', 'closed'],
  filed: ['filed', 'dispatched', 'rejected', 'withdrawn', 'closed'],
  dispatched: ['dispatched', 'handling', 'filed', 'withdrawn', 'verifying'],
  handling: ['handling', 'dispatched', 'filed', 'verifying', 'withdrawn'],
  verifying: ['verifying', 'handling', 'dispatched', 'filed', 'closed'],
  closed: ['closed', 'filed', 'dispatched', 'handling'],
  rejected: ['rejected'],
  withdrawn: ['withdrawn'],
};

function run(game: Game, steps: Step[], check: (game: Game) => void): Record<string, number> {
  const done: Record<string, number> = {};
  game.report('建设路12号路灯不亮');
  for (const each of steps) {
    game.wait(each.wait * MINUTE + each.seconds);
    if (each.tick) game.tick();
    const [by, command] = each.offered ? likely(game, each) : [each.by, each.command];
    attempt(game, by, command, done);
    check(game);
  }
  return done;
}

const ENDS = new Set<Action>(['withdraw', 'discard', 'reject', 'close']);

/** Taken half the time when they can be: few steps lead to them. */
const RARE = new Set<Action>(['approve', 'resume', 'unreward']);

/** Something that somebody has a button for; what ends the event only now and then. */
function likely({ event, rules }: Game, { pick, command, by }: Step): [string, Command] {
  const offers = PEOPLE.filter((person) => rules.roster.person(person)?.active).flatMap((person) =>
    actionsFor(person, event, rules.roster).map((action) => [person, action] as const),
  );
  const lasting = offers.filter(([, action]) => !ENDS.has(action));
  const asked = lasting.filter(([, action]) => RARE.has(action));
  const among = pick % 25 === 0 || lasting.length === 0 ? offers : pick % 2 && asked.length > 0 ? asked : lasting;
  const [person, action] = among[pick % Math.max(1, among.length)] ?? [by, null];
  return [person, action && action !== command.type ? willing(action) : command];
}

/** The words that a step needs. */
function willing(action: Action): Command {
  const words = {
    note: '已处理好',
    reason: '理由充分',
    to: 'dept-02',
    level: 'yellow',
    until: '2026-12-15',
    media: [photo],
  };
  return { type: action, ...words } as unknown as Command;
}

function attempt(game: Game, by: string, command: Command, done: Record<string, number>): void {
  const before = structuredClone(game.event);
  const decision = game.tryStep(by, command);
  if ('refused' in decision) {
    must(same(game.event, before), 'a refusal changes nothing');
    return;
  }
  done[command.type] = (done[command.type] ?? 0) + (decision.repeated ? 0 : 1);
  must(MAY_LEAD[before.stage].includes(game.event.stage), `${command.type}: ${before.stage} → ${game.event.stage}`);
  if (decision.repeated || ['report', 'add', 'join'].includes(command.type)) return;
  must(authorised(by, command, before, game.rules), `${by} may ${command.type}`);
  must(hasAuthority(by, command, before), `${by} has the authority to ${command.type}`);
}

function authorised(by: string, command: Command, before: Event, rules: Rules): boolean {
  const active = rules.roster.person(by)?.active === true;
  const offered =
    Object.hasOwn(ACTIONS, command.type) && actionsFor(by, before, rules.roster).includes(command.type as Action);
  return active && maySee(by, before, rules.roster) && offered;
}

/** Clones come from another realm than the test's, so that prototypes differ where nothing else does. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** `expect` costs too much to be said half a million times. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

function check(game: Game): void {
  const { event, entries } = game;
  must(same(folded(entries), historyOf(event)), 'history tells the state');
  for (const task of event.tasks) checkTask(game, task);
  const leads = event.tasks.filter((task) => task.duty === 'lead' && isOpen(task) && task.state !== 'passing');
  const one = event.stage === 'dispatched' || event.stage === 'handling';
  must(leads.length === (one ? 1 : 0), 'one unit leads while it is handled, none otherwise');
  must(!one || event.responsibleId !== null, 'somebody answers for it');
  const followers = event.followers.map(({ userId }) => userId);
  must(new Set(followers).size === followers.length, 'nobody joins twice');
  must(!followers.includes(event.reporterId), 'nobody joins their own report');
  must(event.stage !== 'withdrawn' || followers.length === 0, 'what others joined is not withdrawn');
}

function checkTask({ event, rules, now }: Game, task: Task): void {
  must(new Set(task.rungs).size === task.rungs.length, 'each rung once');
  for (const clock of ['ack', 'handle'] as const) {
    const ledger = ledgerOf(task, clock, event, rules, now);
    if (!ledger) continue;
    const told = ledger.lines.filter((line) => !line.planned);
    const counter = reckoned(task, clock, now, limitsOf(event)[clock].continuous);
    must(told.reduce((sum, { ms }) => sum + ms, 0) === counter, 'the ledger adds up');
    must(ledger.used === counter, 'the counter is right');
    must(
      told.every((line, index) => index === 0 || line.from === told[index - 1]!.to),
      'the ledger has no gaps',
    );
  }
  if (isOpen(task)) return;
  must(task.spans.every(({ to }) => to !== null) && task.nextAt === null, 'a clock ends with its task');
}

/** Working ms since the Monday of the week that play() begins in, by a formula: eight hours a day, five days of seven. */
function workedSince(at: number): number {
  const monday = MONDAY - 9 * HOUR;
  const day = Math.floor((at - monday) / (24 * HOUR));
  const full = Math.floor(day / 7) * 5 + Math.min(day % 7, 5);
  const clock = (at - monday) % (24 * HOUR);
  const morning = Math.min(Math.max(clock - 8 * HOUR, 0), 4 * HOUR);
  const afternoon = Math.min(Math.max(clock - 14 * HOUR, 0), 4 * HOUR);
  return full * 8 * HOUR + (day % 7 < 5 ? morning + afternoon : 0);
}

function reckoned(task: Task, clock: TaskClock, now: number, continuous: boolean): number {
  return task.spans
    .filter((span) => span.clock === clock && span.running)
    .map(({ from, to, continuous: own = continuous }) =>
      own ? (to ?? now) - from : workedSince(to ?? now) - workedSince(from),
    )
    .reduce((sum, ms) => sum + ms, 0);
}

/** Each rung of each clock once for a unit in one round of one event; where the policy forgets, once for each of its turns. */
function rungsOnce(game: Game): void {
  const forgets = game.rules.settings.onRedispatch === 'restart';
  const counts = new Map<string, number>();
  for (const { action, data } of game.entries) {
    if (action === 'reopen') counts.clear();
    if (action !== 'rung') continue;
    const duty = game.event.tasks.find(({ id }) => id === data.task)?.duty;
    const key = `${forgets ? data.task : duty} ${data.unit} ${data.clock}.${data.rung}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  must(
    [...counts.values()].every((count) => count === 1),
    'each rung of a unit once in a round',
  );
}

test('1,000 histories: legal moves only, history tells the state, ledgers add up, rungs once, nobody unauthorised', () => {
  const done: Record<string, number> = {};
  fc.assert(
    fc.property(settings, fc.array(step, { maxLength: 40, size: 'max' }), (policy, steps) => {
      const game = play(rulesWith(policy, tinyRules(town())));
      for (const [action, times] of Object.entries(run(game, steps, check))) done[action] = (done[action] ?? 0) + times;
      game.wait(30 * 24 * HOUR);
      game.tick();
      check(game);
      rungsOnce(game);
      const { entryCount: count, headHash: hash } = game.event;
      must(verifyChain('e1', game.entries, { count, hash }) === null, 'the chain stands');
    }),
    { numRuns: 1_000, seed: 20261123 },
  );
  // The model is worth nothing where it never went: every step that people have succeeded many times.
  const rare = [...Object.keys(ACTIONS), 'join'].filter((action) => (done[action] ?? 0) < 10);
  expect(rare).toEqual([]);
});

describe('controls: what the model must catch', () => {
  const game = () => {
    const played = play(rulesWith({}));
    played.report('建设路12号路灯不亮');
    played.step('li', { type: 'file' });
    played.step('zhang', { type: 'ack' });
    played.wait(HOUR);
    return played;
  };

  test('a state that somebody altered behind the history', () => {
    const played = game();
    played.event.tasks[0]!.extended = 60;
    expect(() => check(played)).toThrow();
  });

  test('a stretch of the clock that was shortened', () => {
    const played = game();
    const forged = structuredClone(played.entries);
    forged[3]!.at += 10 * MINUTE;
    expect(folded(forged)).not.toEqual(historyOf(played.event));
  });

  test('a rung that fires twice', () => {
    const played = game();
    played.wait(10 * HOUR);
    played.tick();
    played.entries.push(structuredClone(played.entries.find(({ action }) => action === 'rung')!));
    expect(() => rungsOnce(played)).toThrow();
  });
});
