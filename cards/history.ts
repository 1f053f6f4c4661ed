import { DAY, HOUR, MINUTE } from '../server/domain/clock';
import { DEEDS, RUNG_WORDS } from '../server/domain/commands';
import { when } from '../server/domain/refusal';
import type { Roster } from '../server/domain/roster';
import { nameOf } from '../server/domain/rules';
import type { Entry, Rung } from '../server/domain/types';

export interface Line {
  at: number;
  time: string;
  who: string;
  text: string;
  tone: 'normal' | 'warning' | 'good';
}

/** The history of an event in words, oldest first. */
export function timeline(entries: Entry[], roster: Roster, now: number): Line[] {
  return entries.map((entry) => ({
    at: entry.at,
    time: when(entry.at, now),
    who: nameOf(entry.by, roster),
    text: textOf(entry, roster),
    tone: toneOf(entry),
  }));
}

const WARNINGS = new Set([
  'return',
  'fail',
  'reject',
  'rung',
  'supervise',
  'verify_overdue',
  'dispatch_overdue',
  'reopen',
]);

function toneOf({ action }: Entry): Line['tone'] {
  if (WARNINGS.has(action)) return 'warning';
  return action === 'pass' || action === 'close' || action === 'finish' ? 'good' : 'normal';
}

function textOf(entry: Entry, roster: Roster): string {
  const { action, data } = entry;
  if (action === 'rung') return rungText(data, roster);
  const deed = DEEDS[action] ?? action;
  const to = unitName(data.to, roster);
  const said = [data.text, data.note, data.reason, action === 'dispatch' ? data.why : undefined].find(
    (words) => typeof words === 'string' && words,
  );
  const photos = Array.isArray(data.media) && data.media.length > 0 ? `（附件 ${data.media.length}）` : '';
  const level = typeof data.level === 'string' ? `（${RUNG_WORDS[data.level as Rung] ?? data.level}）` : '';
  return `${deed}${level}${to ? `到${to}` : ''}${said ? `：${said}` : ''}${photos}`;
}

function unitName(id: Entry['data'][string] | undefined, roster: Roster): string {
  return typeof id === 'string' ? (roster.unit(id)?.name ?? '') : '';
}

function rungText(data: Entry['data'], roster: Roster): string {
  const clock = data.clock === 'ack' ? '签收' : '办理';
  return `${unitName(data.unit, roster)}${clock}${RUNG_WORDS[data.rung as Rung]}提醒`;
}

/** Time left or past in words: `剩 3 小时 20 分`, `已超 2 天`. */
export function remaining(dueAt: number, now: number): string {
  const gap = Math.abs(dueAt - now);
  const days = Math.floor(gap / DAY);
  const hours = Math.floor((gap % DAY) / HOUR);
  const minutes = Math.floor((gap % HOUR) / MINUTE);
  const words =
    days > 0
      ? `${days} 天${hours > 0 ? ` ${hours} 小时` : ''}`
      : hours > 0
        ? `${hours} 小时${minutes > 0 ? ` ${minutes} 分` : ''}`
        : `${minutes} 分钟`;
  return `${dueAt >= now ? '剩' : '已超'} ${words}`;
}
