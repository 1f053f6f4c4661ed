import { setImmediate as others } from 'node:timers/promises';
import { calendarsOf } from '../domain/calendar';
import { DAY, dateOf, instant, timeOf, yearOf } from '../domain/clock';
import { isOpen } from '../domain/ladder';
import { type Matched, replay } from '../domain/replay';
import { rosterOf } from '../domain/roster';
import type { Rules } from '../domain/rules';
import type { Settings } from '../domain/settings';
import { type Adder, adder, type Sums } from '../domain/tally';
import type { Event } from '../domain/types';
import type { Store } from '../ports';
import { national } from './national';
import { type Proposal, type ProposalFault, proposalFaults, settingsUnder } from './proposal';

/** 推演: what has happened, measured once more by rules that somebody proposes. Nothing is written, nothing enacted. */

export interface Asked {
  /** Events created in `[from, to)`. */
  from: number;
  to: number;
  now: number;
  /** Which events count: those that the asker may see. */
  sees?(event: Event): boolean;
}

export interface WhatIf extends Sums {
  /** How many events got their terms from where. */
  matched: Record<Matched, number>;
  /** What the reader has to know, in Chinese. */
  notes: string[];
}

const MOST_DAYS = 366;

/** Epoch ms of China dates, the last one included; or what is wrong with them, in Chinese. */
export function rangeOf(
  from: string,
  to: string,
): { from: number; to: number } | { field: 'from' | 'to'; fault: string } {
  const range = { from: instant(from, '00:00'), to: instant(to, '00:00') + DAY };
  if (Number.isNaN(range.from)) return { field: 'from', fault: '日期要写成 2026-11-23。' };
  if (Number.isNaN(range.to)) return { field: 'to', fault: '日期要写成 2026-11-23。' };
  if (range.from >= range.to) return { field: 'to', fault: '结束日期不能早于开始日期。' };
  if (range.to - range.from <= MOST_DAYS * DAY) return range;
  return { field: 'from', fault: `一次最多推演 ${MOST_DAYS} 天，请缩短时间范围。` };
}

/** Events read at once; and ms of work before others get their turn. */
const PAGE = 50;
const SLICE = 10;

/**
 * Replays the filed events of a time against a proposal and sums up. Others get their turn all the while; memory does not
 * grow with the events. `rules` are those in force. Errors: the signal's reason once it is aborted; those of the store.
 */
export async function whatIf(
  store: Pick<Store, 'filed'>,
  rules: Rules,
  proposal: Proposal,
  asked: Asked,
  signal?: AbortSignal,
): Promise<WhatIf | { faults: ProposalFault[] }> {
  const faults = proposalFaults(proposal, rules);
  if (faults.length > 0) return { faults };
  const run: Run = {
    ...{ before: rules, after: rulesUnder(proposal, rules), catalogue: catalogueUnder(proposal, rules), asked },
    ...{ adder: adder(rules.roster), matched: { filed: 0, same: 0, similar: 0, unmatched: 0 }, open: 0 },
  };
  const { from, to } = asked;
  for (let after: string | null = null; ; ) {
    const page: Event[] = await store.filed({ from, to, after, limit: PAGE });
    await replayPage(run, page, signal);
    if (page.length < PAGE) break;
    after = page.at(-1)?.id ?? null;
  }
  const sums = run.adder.sums();
  return { ...sums, matched: run.matched, notes: notesOf(run, proposal, sums.exempt) };
}

interface Run {
  before: Rules;
  after: Rules;
  catalogue: Rules['roster'] | null;
  asked: Asked;
  adder: Adder;
  matched: Record<Matched, number>;
  /** Events with a task that is not over. */
  open: number;
}

async function replayPage(run: Run, page: readonly Event[], signal: AbortSignal | undefined): Promise<void> {
  const { before, after, catalogue, asked } = run;
  let since = performance.now();
  for (const event of page) {
    if (asked.sees && !asked.sees(event)) continue;
    const replayed = replay(event, before, after, { now: asked.now, catalogue });
    run.matched[replayed.matched] += 1;
    run.adder.add(event, replayed);
    run.open += Number(event.tasks.some(isOpen));
    if (performance.now() - since < SLICE) continue;
    await others();
    since = performance.now();
  }
  await others();
  signal?.throwIfAborted();
}

/** The proposal in the place of what is in force; people, units and areas are those of today. */
function rulesUnder(proposal: Proposal, rules: Rules): Rules {
  const settings = settingsUnder(proposal, rules);
  if (!proposal.calendars && settings.sessions === rules.settings.sessions) return { ...rules, settings };
  const calendars = proposal.calendars ?? rules.roster.town.calendars;
  return { ...rules, settings, calendarOf: calendarsOf(calendars, settings.sessions, national) };
}

function catalogueUnder({ catalogue }: Proposal, { roster }: Rules): Rules['roster'] | null {
  if (!catalogue) return null;
  return rosterOf({ ...roster.town, matters: [...catalogue.matters], conditions: [...catalogue.conditions] });
}

// --------------------------------------------------------------------------------------------------- words

const AS_IT_WENT = '按当时的实际经过重算，不推测人会怎样改变做法。';

/** Policies that would have changed what happened, not only how it is measured. */
const COURSE: Partial<Record<keyof Settings, string>> = {
  start: '计时起点',
  end: '计时终点',
  onReturn: '退回期间是否计时',
  onRedispatch: '重新派遣后怎样计时',
  suspend: '挂账',
};

/** What the reader has to know, in Chinese. */
function notesOf({ before, after, asked, matched, open }: Run, proposal: Proposal, exempt: number): string[] {
  const { from, now } = asked;
  const notes = [AS_IT_WENT];
  if (open > 0) notes.push(`${open} 件还没有办完，算到 ${dateOf(now)} ${timeOf(now)}。`);
  if (exempt > 0) notes.push(`${exempt} 个任务申诉已获准，不算超期。`);
  if (proposal.catalogue) notes.push('时限改用拟议的目录：按事件原来的立案条件对应；原来按紧急办理的，仍按紧急计时。');
  if (matched.similar > 0) notes.push(`${matched.similar} 件的立案条件已不在目录中，按最相近的条件计。`);
  if (matched.unmatched > 0) notes.push(`${matched.unmatched} 件的事项在目录中找不到，保持原时限。`);
  const course = (Object.keys(COURSE) as (keyof Settings)[]).filter((key) =>
    differs(before.settings, after.settings, key),
  );
  if (course.length > 0)
    notes.push(`“${course.map((key) => COURSE[key]).join('”“')}”会改变办理的经过，无法重算，这次没有计入。`);
  if (after.settings.extend.times > before.settings.extend.times)
    notes.push('延期次数调多后会不会有人多申请，无从得知；只按实际批准过的延期计。');
  const calendar = after.calendarOf(after.roster.district.path);
  const years = yearsOf(from, now).filter((year) => !calendar.published(year));
  if (years.length > 0) notes.push(`${years.join('、')} 年放假安排未公布，暂按周末推算。`);
  return notes;
}

function differs(a: Settings, b: Settings, key: keyof Settings): boolean {
  return JSON.stringify(a[key]) !== JSON.stringify(b[key]);
}

function yearsOf(from: number, to: number): number[] {
  const first = yearOf(from);
  return Array.from({ length: Math.max(0, yearOf(to) - first) + 1 }, (_, index) => first + index);
}
