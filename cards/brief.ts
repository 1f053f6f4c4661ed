import { RUNG_WORDS } from '../server/domain/commands';
import type { Roster } from '../server/domain/roster';
import type { Event, Rung, Task, TaskClock } from '../server/domain/types';
import type { Counts } from '../server/ports';
import type { Card } from './card';
import { CLOCK_WORDS } from './due';
import { remaining } from './duration';
import { clip } from './fit';

export interface LateLine {
  event: Event;
  task: Task;
  clock: TaskClock;
  rung: Rung;
  dueAt: number;
  /** Empty, or which years' holidays the deadline cannot know yet. */
  note: string;
}

/** Many lines for one person in one message, the worst first. */
export function foldedCard(lines: LateLine[], roster: Roster, now: number, listUrl: string): Card {
  const worst = [...lines].sort((a, b) => a.dueAt - b.dueAt);
  const title = `时限提醒：${lines.length} 件`;
  const rows = worst.slice(0, MOST).map((line) => ({
    time: RUNG_WORDS[line.rung],
    text: lineText(line, roster, now),
    tone: line.rung === 'prewarn' ? 'normal' : 'warning',
  }));
  const notes = [...new Set(worst.map(({ note }) => note && `${note}。`))].join('');
  return briefCard(
    title,
    `${notes}共 ${lines.length} 件即将超期或已超期，${lines.length > MOST ? `最急的 ${MOST} 件如下：` : '请尽快处理。'}`,
    rows,
    [],
    listUrl,
    'red',
  );
}

/** A value of a card holds 1 kB (reference §5.1), so a list shows this many and links to the rest. */
const MOST = 6;

export function lineText({ event, task, clock, dueAt }: LateLine, roster: Roster, now: number): string {
  const unit = roster.unit(task.unitId)?.name ?? '';
  const matter = (event.matterId && roster.matter(event.matterId)?.name) || '其他事项';
  return clip(`${event.no} ${matter} ${unit}${CLOCK_WORDS[clock]}${remaining(dueAt, now)}`, 48);
}

/** 每日晨报 for one supervisor. */
export function morningBrief(counts: Counts, late: Event[], roster: Roster, day: string, listUrl: string): Card {
  const open = counts.byStage.filed + counts.byStage.dispatched + counts.byStage.handling + counts.byStage.verifying;
  const fields = [
    { label: '在办', value: `${open} 件` },
    { label: '已超期', value: `${counts.late} 件` },
    { label: '今日到期', value: `${counts.dueToday} 件` },
    { label: '昨日以来新增 / 结案', value: `${counts.reportedToday} / ${counts.closedToday} 件` },
  ];
  const rows = late.slice(0, MOST).map((event) => ({
    time: event.no ?? '',
    text: clip(`${(event.matterId && roster.matter(event.matterId)?.name) || '其他事项'} ${event.place.text}`, 40),
    tone: 'warning',
  }));
  const [, month, date] = day.split('-').map(Number);
  return briefCard(
    `${month}月${date}日 晨报`,
    counts.late > 0 ? '以下事件已超期，请督办：' : '没有超期的事件。',
    rows,
    fields,
    listUrl,
    counts.late > 0 ? 'orange' : 'blue',
  );
}

function briefCard(title: string, text: string, rows: unknown[], fields: unknown[], link: string, tone: string): Card {
  const params = { title, tone, text, fields: JSON.stringify(fields), lines: JSON.stringify(rows), link };
  return { params, alert: `${title} ${text}` };
}
