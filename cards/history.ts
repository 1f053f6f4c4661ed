import { instant, MINUTE } from '../server/domain/clock';
import { DEEDS, LEVEL_WORDS, REQUEST_WORDS, RUNG_WORDS } from '../server/domain/commands';
import { when } from '../server/domain/refusal';
import type { Roster } from '../server/domain/roster';
import { nameOf } from '../server/domain/rules';
import type { Entry, Level, Request, Rung } from '../server/domain/types';
import { yearsNote } from './due';
import { dateWords, hoursWords } from './duration';

export interface Line {
  at: number;
  time: string;
  who: string;
  text: string;
  tone: 'normal' | 'warning' | 'good';
}

/** The history of an event in words, oldest first. */
export function timeline(entries: Entry[], roster: Roster, now: number): Line[] {
  const asked: Asked = new Map();
  return entries.map((entry, index) => {
    const text = textOf({ entry, next: entries[index + 1], roster, now, asked });
    follow(asked, entry);
    return { at: entry.at, time: when(entry.at, now), who: nameOf(entry.by, roster), text, tone: toneOf(entry) };
  });
}

const WARNINGS = new Set([
  'return',
  'fail',
  'reject',
  'redo',
  'deny',
  'void',
  'rung',
  'idle',
  'supervise',
  'verify_overdue',
  'dispatch_overdue',
  'reopen',
]);
const GOOD = new Set(['pass', 'close', 'finish', 'confirm']);

function toneOf({ action }: Entry): Line['tone'] {
  if (WARNINGS.has(action)) return 'warning';
  return GOOD.has(action) ? 'good' : 'normal';
}

/** The request that waits on each task, and how many have agreed. */
type Asked = Map<string, { approvers: number; agreed: number; until: string | null }>;

/** A line of a request says how far it has come, and only the lines before it tell that. */
function follow(asked: Asked, { action, data }: Entry): void {
  const task = String(data.task ?? '');
  const before = asked.get(task);
  if (action === 'extend' || action === 'suspend' || action === 'appeal') {
    const approvers = Array.isArray(data.approvers) ? data.approvers.length : 1;
    asked.set(task, { approvers, agreed: 0, until: typeof data.until === 'string' ? data.until : null });
  } else if (action === 'approve' && before) asked.set(task, { ...before, agreed: before.agreed + 1 });
  else if (action === 'deny' || action === 'void') asked.delete(task);
}

interface Telling {
  entry: Entry;
  next: Entry | undefined;
  roster: Roster;
  now: number;
  asked: Asked;
}

function textOf(telling: Telling): string {
  const { entry, roster } = telling;
  const { action, data } = entry;
  const own = SENTENCES[action];
  if (own) return own(telling);
  const to = unitName(data.to, roster);
  return `${DEEDS[action] ?? action}${to ? `到${to}` : ''}${said(entry)}${photos(entry)}`;
}

/** What the plain pattern, deed and words, does not say well. */
const SENTENCES: Record<string, (telling: Telling) => string> = {
  rung: ({ entry: { data }, roster }) =>
    `${unitName(data.unit, roster)}${data.clock === 'ack' ? '签收' : '办理'}${RUNG_WORDS[data.rung as Rung]}提醒`,
  supervise: ({ entry }) => `督办（${LEVEL_WORDS[entry.data.level as Level] ?? entry.data.level}）${said(entry)}`,
  return: ({ entry }) => `退回${entry.data.divert === true ? '（不属警情，改派非警务单位）' : ''}${said(entry)}`,
  recall: ({ entry, roster }) => `收回，不再由${unitName(entry.data.unit, roster) || '对方'}办理${said(entry)}`,
  assist: ({ entry, roster }) => `请${unitName(entry.data.to, roster)}协办${said(entry)}`,
  fail: ({ entry, roster }) => `核查不通过${again(entry, roster)}${said(entry)}`,
  rework: ({ entry, roster }) => `重新办理${again(entry, roster)}`,
  finish: ({ entry }) =>
    `${entry.data.duty === 'assist' ? '协办办结' : '办结'}${entry.data.confirm === true ? '，等单位领导确认' : ''}${said(entry)}${photos(entry)}`,
  correct: ({ entry, roster }) => `更正事项为“${matterName(entry, roster)}”${said(entry)}`,
  extend: ({ entry }) => `申请延期${said(entry)}`,
  suspend: ({ entry, now }) => `申请挂账至 ${untilOf(entry.data.until, now)}${said(entry)}`,
  approve: approval,
  deny: ({ entry }) => `不同意${requested(entry)}${said(entry)}`,
  resume: ({ entry }) => `恢复办理${entry.by === 'system' ? '（到期自动）' : ''}`,
  void: ({ entry, next }) =>
    `${requested(entry)}申请作废（${next?.action === 'finish' ? '已办结' : '承办单位已变更'}）`,
  retime: ({ entry: { data }, now }) =>
    typeof data.before === 'number' && typeof data.due === 'number'
      ? `时限重算：日历或规则已调整，${when(data.before, now)} 改为 ${when(data.due, now)}${leaning(data.unpublished)}`
      : '提醒时间重排，办理时限不变',
  idle: ({ entry, roster }) => `${unitName(entry.data.unit, roster)}久未办理提醒`,
};

function leaning(years: Value): string {
  return Array.isArray(years) ? `（${yearsNote(years)}）` : '';
}

/** `同意延期（第 1 级，待下一级审批）`, `同意延期（已批准，延长 8 小时）`, `同意挂账（已批准，挂账至 12月10日）` */
function approval({ entry, now, asked }: Telling): string {
  const { task, minutes, what } = entry.data;
  const { approvers, agreed, until } = asked.get(String(task)) ?? { approvers: 1, agreed: 0, until: null };
  const step =
    agreed + 1 < approvers
      ? `第 ${agreed + 1} 级，待下一级审批`
      : ['已批准', granted(what, minutes, until, now)].filter(Boolean).join('，');
  return `同意${requested(entry)}（${step}）${said(entry)}`;
}

function granted(what: Value, minutes: Value, until: string | null, now: number): string {
  if (what === 'extend') return `延长 ${hoursWords(Number(minutes ?? 0) * MINUTE)}`;
  return what === 'suspend' ? `挂账至 ${untilOf(until, now)}` : '不计入考核';
}

type Value = Entry['data'][string] | undefined;

function requested({ data }: Entry): string {
  return REQUEST_WORDS[data.what as Request['kind']] ?? '';
}

function untilOf(until: Value, now: number): string {
  return typeof until === 'string' ? dateWords(instant(until, '00:00'), now) : '';
}

/** `：` and the words that came with it; nothing where there were none. */
function said({ action, data }: Entry): string {
  const words = [data.text, data.note, data.reason, action === 'dispatch' ? data.why : undefined];
  const found = words.find((each) => typeof each === 'string' && each);
  return found ? `：${found}` : '';
}

function photos({ data }: Entry): string {
  return Array.isArray(data.media) && data.media.length > 0 ? `（附件 ${data.media.length}）` : '';
}

function again({ data }: Entry, roster: Roster): string {
  const unit = unitName(data.to, roster);
  return unit ? `，由${unit}继续办理` : '';
}

function matterName({ data }: Entry, roster: Roster): string {
  return (typeof data.matter === 'string' && roster.matter(data.matter)?.name) || '其他事项';
}

function unitName(id: Value, roster: Roster): string {
  return typeof id === 'string' ? (roster.unit(id)?.name ?? '') : '';
}
