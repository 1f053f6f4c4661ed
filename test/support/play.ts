import { MINUTE } from '../../server/domain/clock';
import type { Command } from '../../server/domain/commands';
import { decide } from '../../server/domain/decide';
import { fold } from '../../server/domain/evolve';
import { ledgerOf } from '../../server/domain/ledger';
import { type Refusal, refusalText } from '../../server/domain/refusal';
import type { Decision, Rules } from '../../server/domain/rules';
import type { Settings } from '../../server/domain/settings';
import type { Entry, Event, Notice, Task, TaskClock } from '../../server/domain/types';
import { MONDAY, tinyRules } from './town';

/** The tiny town under other policies. */
export function rulesWith(settings: Partial<Settings>, rules: Rules = tinyRules()): Rules {
  return { ...rules, settings: { ...rules.settings, ...settings } };
}

/** Plays commands on one event, as `apply` would: keeps state, history and notices. Time starts on a Monday at 09:00. */
export function play(rules: Rules = tinyRules()) {
  let event: Event | null = null;
  let now = MONDAY;
  let inForce = rules;
  const entries: Entry[] = [];
  const notices: Notice[] = [];
  const tryStep = (by: string, command: Command): Decision | Refusal => {
    const decision = decide(event, command, { by, now, rules: inForce, newId: 'e1', nextNo: '20261123-0001' });
    if ('refused' in decision) return decision;
    event = decision.event;
    entries.push(...decision.entries);
    notices.push(...decision.wanted.map(({ notice }) => notice));
    return decision;
  };
  const step = (by: string, command: Command): Decision => {
    const decision = tryStep(by, command);
    if ('refused' in decision) throw new Error(refusalText(decision));
    return decision;
  };
  return {
    step,
    tryStep,
    wait(ms: number) {
      now += ms;
    },
    at(moment: number) {
      now = moment;
    },
    tick: () => step('system', { type: 'tick' }),
    /** Rules change while the event lives. */
    enact(changed: Rules) {
      inForce = changed;
    },
    refused(by: string, command: Command): string {
      const decision = decide(event, command, { by, now, rules: inForce, newId: 'e1', nextNo: '20261123-0001' });
      return 'refused' in decision ? refusalText(decision) : decision.repeated ? 'repeated' : 'done';
    },
    report: (text: string, by = 'li') => step(by, { type: 'report', text, media: [], conversationId: 'c1' }),
    get event(): Event {
      return event!;
    },
    get now() {
      return now;
    },
    get rules() {
      return inForce;
    },
    /** The newest task of a unit. */
    task(unitId: string): Task {
      const found = event?.tasks.findLast((task) => task.unitId === unitId);
      if (!found) throw new Error(`${unitId} has no task`);
      return found;
    },
    /** Minutes of a clock used up to now. */
    used(unitId: string, clock: TaskClock = 'handle'): number {
      const ledger = ledgerOf(this.task(unitId), clock, event!, inForce, now);
      return (ledger?.used ?? 0) / MINUTE;
    },
    fired: () =>
      entries.filter(({ action }) => action === 'rung').map(({ data }) => `${data.unit}:${data.clock}.${data.rung}`),
    did: () => entries.map(({ action }) => action),
    entries,
    notices,
    told: (kind: Notice['kind']) =>
      notices.flatMap((notice) => (notice.kind === kind && 'userId' in notice ? notice.userId : [])),
  };
}

export type Game = ReturnType<typeof play>;

export function filed(rules?: Rules): Game {
  const game = play(rules);
  game.report('建设路12号路灯不亮');
  game.step('li', { type: 'file' });
  return game;
}

export function handled(rules?: Rules): Game {
  const game = filed(rules);
  game.step('zhang', { type: 'ack' });
  return game;
}

/** What history tells and what is only derived from it, apart. */
export function historyOf(event: Event) {
  const { version: _, nextAt: __, tasks, ...rest } = event;
  return { ...rest, tasks: tasks.map(({ ackDueAt, handleDueAt, nextAt, ...task }) => task) };
}

export function folded(entries: Entry[]) {
  const event = fold(entries);
  return event && historyOf(event);
}
