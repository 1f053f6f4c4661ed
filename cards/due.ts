import { MINUTE } from '../server/domain/clock';
import { SPAN_WORDS } from '../server/domain/commands';
import { isLate, runningDue } from '../server/domain/ladder';
import { type LedgerLine, ledgerOf, unpublished } from '../server/domain/ledger';
import { when } from '../server/domain/refusal';
import { calendarFor, limitsOf, type Rules } from '../server/domain/rules';
import type { Event, Task, TaskClock } from '../server/domain/types';
import { dateWords, daysWords, hoursWords, limitText, remaining } from './duration';

/** Until when, and why then: the same words on cards, in chat, in the API and on the page. */

export interface Due {
  clock: TaskClock;
  /** Null while the clock stands still. */
  at: number | null;
  late: boolean;
  /** `剩 3 小时 20 分`, `已超 2 天`, `挂账至 12月10日` */
  words: string;
  /** `14:30`, `11月24日 14:30`; empty while the clock stands still. */
  time: string;
  /** Empty, or which years' holidays the deadline cannot know yet. */
  note: string;
}

export const CLOCK_WORDS: Record<TaskClock, string> = { ack: '签收', handle: '办理' };

/** The clock of an open task that counts now. */
export function dueOf(task: Task, event: Event, rules: Rules, now: number): Due {
  const clock = counting(task);
  const at = task.state === 'suspended' ? null : runningDue(task);
  if (at === null) return { clock, at, late: false, words: standing(task, now), time: '', note: '' };
  const years = unpublished(at, now, limitsOf(event)[clock], calendarFor(task, event, rules));
  const late = isLate(task, now);
  return { clock, at, late, words: remaining(at, now), time: when(at, now), note: yearsNote(years) };
}

/** The due moment shown is that of this clock (`runningDue`). */
function counting({ ackedAt, ackDueAt, handleDueAt }: Task): TaskClock {
  if (ackedAt !== null) return 'handle';
  return handleDueAt !== null && (ackDueAt === null || handleDueAt < ackDueAt) ? 'handle' : 'ack';
}

function standing({ state, suspendedUntil }: Task, now: number): string {
  return state === 'suspended' && suspendedUntil !== null ? `挂账至 ${dateWords(suspendedUntil, now)}` : '暂停计时';
}

/** `2027 年放假安排未公布，暂按周末推算`; empty when all is published. */
export function yearsNote(years: readonly number[]): string {
  return years.length > 0 ? `${years.join('、')} 年放假安排未公布，暂按周末推算` : '';
}

/** `12月31日 17:00（剩 3 天）（2027 年放假安排未公布，暂按周末推算）` */
export function dueText({ time, words, note }: Due): string {
  return [time ? `${time}（${words}）` : words, note && `（${note}）`].join('');
}

const MOST = 60;

/**
 * The ledger of the clock that counts, or of the one named, in at most 60 characters: `限 8 工作时，已用 2 小时 10 分；暂停：退回 1 天；不计：周末、元旦`.
 * Empty where no clock has started.
 */
export function shortLedger(
  task: Task,
  event: Event,
  rules: Rules,
  now: number,
  which: TaskClock = counting(task),
): string {
  const ledger = ledgerOf(task, which, event, rules, now);
  if (!ledger) return '';
  const { clock, extended, used, lines } = ledger;
  const more = extended > 0 ? `＋延期 ${hoursWords(extended * MINUTE)}` : '';
  const head = `限 ${limitText(clock, event)}${more}，已用 ${hoursWords(used)}`;
  const paused = listed('暂停：', pauses(lines), MOST - [...head].length);
  return head + paused + listed('不计：', daysOff(lines), MOST - [...head, ...paused].length);
}

/** As many as fit, the rest as 等; nothing where not even the first fits. */
function listed(label: string, words: string[], room: number): string {
  for (let count = words.length; count > 0; count -= 1) {
    const text = `；${label}${words.slice(0, count).join('、')}${count < words.length ? '等' : ''}`;
    if ([...text].length <= room) return text;
  }
  return '';
}

const PAUSES: Record<string, string> = {
  [SPAN_WORDS.returned]: '退回',
  [SPAN_WORDS.elsewhere]: '转办',
  [SPAN_WORDS.verifying]: '核查',
  [SPAN_WORDS.suspended]: '挂账',
};

/** Each reason once, with all its time by day and night. */
function pauses(lines: LedgerLine[]): string[] {
  const total = new Map<string, number>();
  for (const { state, why, from, to } of lines)
    if (state === 'paused') total.set(why, (total.get(why) ?? 0) + to - from);
  return [...total].map(([why, ms]) => `${PAUSES[why] ?? why} ${daysWords(ms)}`);
}

/** Nights and lunches go without saying. */
const USUAL = new Set(['下班', '午休']);

function daysOff(lines: LedgerLine[]): string[] {
  const reasons = lines.filter(({ state, why }) => state === 'off' && !USUAL.has(why)).map(({ why }) => why);
  return [...new Set(reasons.map((why) => (why === '周六' || why === '周日' ? '周末' : why)))];
}
