import { MINUTE, timeOf } from '../server/domain/clock';
import { SPAN_WORDS } from '../server/domain/commands';
import { allowed, isLate, isOpen, ladderOf, rungAt, runningDue, spansOf, used } from '../server/domain/ladder';
import { type LedgerLine, ledgerOf, unpublishedOf } from '../server/domain/ledger';
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
  /** Empty, or which years' holidays the deadline does not know. */
  note: string;
}

export const CLOCK_WORDS: Record<TaskClock, string> = { ack: '签收', handle: '办理' };

/** The clock of an open task that counts now. */
export function dueOf(task: Task, event: Event, rules: Rules, now: number): Due {
  const clock = counting(task);
  const at = task.state === 'suspended' ? null : runningDue(task);
  if (at === null) return { clock, at, late: false, words: standing(task, now), time: '', note: '' };
  const note = yearsNote(unpublishedOf(task, clock, event, rules));
  return { clock, at, late: isLate(task, now), words: remaining(at, now), time: when(at, now), note };
}

/** Past its pre-warning, as the clock stands now: an extension may have led it away again. */
export function isNear(task: Task, clock: TaskClock, event: Event, rules: Rules, now: number): boolean {
  const step = ladderOf(rules, clock).find(({ rung }) => rung === 'prewarn');
  const ledger = ledgerOf(task, clock, event, rules, now);
  return step !== undefined && ledger !== null && ledger.used >= rungAt(step, ledger.limit, ledger.allowed);
}

/** The due moment shown is that of this clock (`runningDue`). */
function counting({ ackedAt, ackDueAt, handleDueAt }: Task): TaskClock {
  if (ackedAt !== null) return 'handle';
  return handleDueAt !== null && (ackDueAt === null || handleDueAt < ackDueAt) ? 'handle' : 'ack';
}

/** How much of its time the clock that counts has used: 1 when it is due, more when late. */
export function shareOf(task: Task, event: Event, rules: Rules, now: number): number {
  const clock = counting(task);
  const limit = limitsOf(event)[clock];
  const most = allowed(task, clock, limit) * MINUTE;
  return most > 0 ? used(spansOf(task, clock), now, limit, calendarFor(task, event, rules)) / most : 0;
}

function standing({ state, suspendedUntil }: Task, now: number): string {
  return state === 'suspended' && suspendedUntil !== null ? `挂账至 ${dateWords(suspendedUntil, now)}` : '暂停计时';
}

/** `2027 年放假安排未公布，暂按周末推算`; empty when all is published. */
export function yearsNote(years: readonly (number | string)[]): string {
  return years.length > 0 ? `${years.join('、')} 年放假安排未公布，暂按周末推算` : '';
}

/** `12月31日 17:00（剩 3 天）（2027 年放假安排未公布，暂按周末推算）` */
export function dueText({ time, words, note }: Due): string {
  return [time ? `${time}（${words}）` : words, note && `（${note}）`].join('');
}

const MOST = 72;

/**
 * The ledger of the clock that counts, or of the one named, in at most 72 characters:
 * `自 08:37 起限 8 工作时，到 15:40 已用 2 小时 10 分；暂停：退回 1 天；不计：周末、元旦；另有：冬季作息`.
 * A card is read long after it was made: what was used by when stands with its moment. Empty where no clock has started.
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
  const { clock, from, extended, used, lines } = ledger;
  const more = extended > 0 ? `＋延期 ${hoursWords(extended * MINUTE)}` : '';
  let text = `自 ${when(from, now)} 起限 ${limitText(clock, event)}${more}，${isOpen(task) ? `到 ${timeOf(now)} 已用` : '共用'} ${hoursWords(used)}`;
  text += listed('暂停：', pauses(lines), MOST - [...text].length);
  text += listed('不计：', daysOff(lines), MOST - [...text].length);
  return text + listed('另有：', specialDays(lines), MOST - [...text].length);
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
  return [...total].map(([why, ms]) => (PAUSES[why] ?? why) + (ms < MINUTE ? '' : ` ${daysWords(ms)}`));
}

/** Nights and lunches go without saying. */
const USUAL = new Set(['下班', '午休']);

function daysOff(lines: LedgerLine[]): string[] {
  const reasons = lines.filter(({ state, why }) => state === 'off' && !USUAL.has(why)).map(({ why }) => why);
  return [...new Set(reasons.map((why) => (why === '周六' || why === '周日' ? '周末' : why)))];
}

/** What makes a Saturday count, or a day shorter. */
function specialDays(lines: LedgerLine[]): string[] {
  return [...new Set(lines.map(({ day }) => day).filter(Boolean))];
}
