import type { Action, Command } from '../../../server/domain/commands';
import { isOpen } from '../../../server/domain/ladder';
import type { Event, Task } from '../../../server/domain/types';

/**
 * Who may ever do what in the tiny town (test/support/town.ts, with 王书记 as leader of its street), told by its people's names and
 * not by asking the policy: a second opinion about `decide()`. Says who may at all; whether it is the moment is the model's matter.
 */

/** Who handles for a unit. The community has nobody left in the post: the street does it. */
const HANDS: Record<string, readonly string[]> = {
  'dept-01': ['zhang', 'chen', 'zhao'],
  'dept-02': ['zhou'],
  'u-s': ['feng', 'wang'],
  'u-c': ['feng'],
  centre: ['zheng'],
};

/** Whose word counts as the unit's. A department without a leader asks the command centre. */
const HEADS: Record<string, readonly string[]> = {
  'dept-01': ['zhao'],
  'dept-02': ['zheng'],
  'u-s': ['wang'],
  'u-c': ['wang'],
  centre: ['zheng'],
};

const REPORTER = ['li'];
const DISPATCHERS = ['qian', 'zheng'];
const SUPERVISORS = ['sun', 'wang'];

const HANDLING: readonly Action[] = [
  ...(['ack', 'return', 'transfer', 'escalate', 'assist', 'finish', 'extend', 'suspend', 'resume'] as const),
];

const OTHERS: Partial<Record<Action, readonly string[]>> = {
  ...{ file: REPORTER, discard: REPORTER, withdraw: REPORTER, instruct: ['wang'] },
  ...{ dispatch: DISPATCHERS, correct: DISPATCHERS, reject: DISPATCHERS },
  ...{ supervise: SUPERVISORS, lift: SUPERVISORS },
  // Of these nobody is the reporter.
  ...{ reward: [...DISPATCHERS, ...SUPERVISORS], unreward: [...DISPATCHERS, ...SUPERVISORS] },
  ...{ pass: [...REPORTER, ...DISPATCHERS], fail: [...REPORTER, ...DISPATCHERS], close: [...REPORTER, ...DISPATCHERS] },
  reopen: [...REPORTER, ...DISPATCHERS, ...SUPERVISORS],
};

export function hasAuthority(by: string, { type }: Command, before: Event): boolean {
  const action = type as Action;
  const hands = (tasks: Task[]) => tasks.some(({ unitId }) => HANDS[unitId]?.includes(by));
  if (HANDLING.includes(action)) return hands(before.tasks.filter(isOpen));
  if (action === 'appeal') return hands(before.tasks);
  if (action === 'recall') return DISPATCHERS.includes(by) || hands(before.tasks.filter(isOpen));
  if (action === 'confirm' || action === 'redo')
    return before.tasks.some(({ state, unitId }) => state === 'confirming' && HEADS[unitId]?.includes(by));
  if (action === 'approve' || action === 'deny') return before.tasks.some((task) => decides(by, task));
  return OTHERS[action]?.includes(by) === true;
}

/** Never the one who asked, nor one who has agreed already. */
function decides(by: string, { request, unitId }: Task): boolean {
  if (!request || request.by === by || request.agreed.includes(by)) return false;
  const next = request.approvers[request.agreed.length];
  const people = { leader: HEADS[unitId] ?? [], dispatcher: DISPATCHERS, supervisor: ['sun'] };
  return next !== undefined && people[next].includes(by);
}
