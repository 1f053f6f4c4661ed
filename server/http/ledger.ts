import { CLOCK_WORDS, yearsNote } from '../../cards/due';
import { dateWords, exactWords, hoursWords, limitText, remaining } from '../../cards/duration';
import { MINUTE } from '../domain/clock';
import { STAGE_WORDS } from '../domain/commands';
import { isOpen } from '../domain/ladder';
import { type Ledger, type LedgerLine, ledgerOf } from '../domain/ledger';
import { ownTask } from '../domain/policy';
import { when } from '../domain/refusal';
import type { Rules } from '../domain/rules';
import type { Event, Task, TaskClock } from '../domain/types';
import type { Answer, LedgerLineView, LedgerView } from './contract';
import { extendedText, matterName, TASK_WORDS, type View } from './present';

/** 为什么是这个时间: every clock of every task, whole; the reader's own come first, then what is open, the lead unit's, the newest. */
export function ledgersOf(event: Event, { userId, rules, now }: View): Answer<'GET /api/events/:id/ledger'> {
  const { id, no, stage } = event;
  const own = ownTask(userId, event, rules.roster);
  const rank = (task: Task) => [task !== own, !isOpen(task), task.duty !== 'lead'].map(Number).join('');
  const tasks = [...event.tasks].reverse().sort((a, b) => rank(a).localeCompare(rank(b)));
  const clocks = tasks.flatMap((task) => CLOCKS.flatMap((clock) => viewOf(task, clock, event, rules, now)));
  return { event: { id, no, matter: matterName(event, rules), stageText: STAGE_WORDS[stage] }, now, clocks };
}

/** Handling first: it is what people ask about once it has begun. */
const CLOCKS: readonly TaskClock[] = ['handle', 'ack'];

function viewOf(task: Task, clock: TaskClock, event: Event, rules: Rules, now: number): LedgerView[] {
  const ledger = ledgerOf(task, clock, event, rules, now);
  if (!ledger) return [];
  const { used, extended, unpublished, limit, late, dueAt } = ledger;
  const allowed = ledger.allowed * MINUTE;
  const open = isOpen(task) && (clock === 'handle' || task.ackedAt === null);
  return [
    {
      taskId: task.id,
      unit: rules.roster.unit(task.unitId)?.name ?? '已撤销的单位',
      duty: task.duty,
      stateText: clock === 'ack' && task.ackedAt !== null ? '已签收' : TASK_WORDS[task.state],
      open,
      clock: CLOCK_WORDS[clock] as LedgerView['clock'],
      limit: limitText(clock, event),
      continuous: limit.continuous,
      allowed,
      allowedText: hoursWords(allowed),
      extendedText: extendedText(extended),
      from: ledger.from,
      fromText: when(ledger.from, now),
      used,
      usedText: exactWords(used),
      leftText: leftWords(allowed, used, late),
      dueAt,
      dueText: open ? dueWords(ledger, task, now) : endedWords(ledger, now),
      awayText: dueAt === null || !open ? null : remaining(dueAt, now),
      late,
      unpublished,
      note: yearsNote(unpublished) || null,
      lines: shared(ledger.lines),
    },
  ];
}

/** Cut as the time used is: both together are what is allowed. */
function leftWords(allowed: number, used: number, late: boolean): string {
  const seconds = allowed / 1000 - Math.floor(used / 1000);
  if (seconds === 0) return late ? '时限已用完' : '刚好用完时限';
  return seconds < 0 ? `已超 ${exactWords(-seconds * 1000)}` : `还剩 ${exactWords(seconds * 1000)}`;
}

function endedWords({ dueAt }: Ledger, now: number): string {
  return dueAt === null ? '在时限内结束' : when(dueAt, now);
}

function dueWords({ dueAt }: Ledger, { suspendedUntil }: Task, now: number): string {
  if (dueAt !== null) return when(dueAt, now);
  const until = suspendedUntil === null ? '现在暂停计时' : `挂账至 ${dateWords(suspendedUntil, now)}`;
  return `${until}，恢复后再推算`;
}

/**
 * Minutes and words of each line are those that its end adds to the running total, cut to whole minutes and seconds: so the
 * parts as shown add up to the whole as shown, and with what is still to come to all that is allowed.
 */
function shared(lines: LedgerLine[]): LedgerLineView[] {
  let total = 0;
  return lines.map((line) => {
    const before = total;
    total += line.ms;
    const minutes = Math.floor(total / MINUTE) - Math.floor(before / MINUTE);
    const seconds = Math.floor(total / 1000) - Math.floor(before / 1000);
    return { ...line, minutes, words: line.state === 'running' ? exactWords(seconds * 1000) : '' };
  });
}
