import { DAY, HOUR, MINUTE } from './clock';
import type { Lines } from './rule-changes';
import { APPROVER_WORDS, CHOICE_TITLES, CHOICES, RUNG_TITLES, TOLD_WORDS } from './setting-words';
import { DEFAULTS, type Settings, type Step } from './settings';
import type { Person, TaskClock } from './types';

/** A district's policies line by line, as people say them. What is not set says what holds anyway. */
export function settingLines(settings: Partial<Settings>, people: readonly Pick<Person, 'userId' | 'name'>[]): Lines {
  const whole: Settings = { ...DEFAULTS, ...settings };
  const lines: Lines = new Map();
  const say = (what: string, says: string) => void lines.set(what, { what, says });
  say('作息时段', whole.sessions.map((session) => session.map(timeWords).join('–')).join('、'));
  for (const clock of ['ack', 'handle'] as const)
    for (const step of whole.ladders[clock])
      say(`${LADDERS[clock]} · ${RUNG_TITLES[step.rung] ?? step.rung}`, stepWords(step));
  say('问责签批', signatureWords(whole, people));
  for (const field of ['start', 'end', 'onReturn', 'onRedispatch'] as const) {
    const choices: Record<string, { says: string }> = CHOICES[field];
    say(CHOICE_TITLES[field], choices[whole[field]]?.says ?? whole[field]);
  }
  for (const [what, says] of requestLines(whole)) say(what, says);
  for (const [what, says] of waitLines(whole)) say(what, says);
  return lines;
}

const LADDERS: Record<TaskClock, string> = { ack: '签收督办', handle: '办理督办' };

function stepWords({ share, tell }: Step): string {
  return `用掉时限的 ${percent(share)} 时，通知${tell.map((who) => TOLD_WORDS[who]).join('、')}`;
}

function signatureWords({ accountability }: Settings, people: readonly Pick<Person, 'userId' | 'name'>[]): string {
  if (!accountability) return '未启用';
  const { signedBy } = accountability;
  return `已启用，签批人 ${people.find(({ userId }) => userId === signedBy)?.name ?? signedBy}`;
}

function requestLines({ extend, suspend, appeal }: Settings): [string, string][] {
  const by = (approvers: Settings['extend']['approvers']) =>
    `${approvers.map((role) => APPROVER_WORDS[role]).join('、')}审批`;
  return [
    ['延期', `最多 ${extend.times} 次，每次 ${percent(extend.share)} 的原时限，${by(extend.approvers)}`],
    ['挂账', `最多 ${suspend.times} 次，最长 ${suspend.mostDays} 天，${by(suspend.approvers)}`],
    ['申诉', `结案后 ${appeal.withinDays} 天内，${by(appeal.approvers)}`],
  ];
}

function waitLines(whole: Settings): [string, string][] {
  const { quiet, dispatchMinutes, idleMinutes } = whole;
  return [
    ['免打扰', `${timeWords(quiet.from)} 至 ${timeWords(quiet.to)}，紧急事项除外`],
    ['派遣时限', `${dispatchMinutes} 分钟`],
    ['无进展提醒', `${idleMinutes} 分钟没有动静时`],
    ...SPANS.map(([what, field]): [string, string] => [what, spanWords(whole[field])]),
  ];
}

const SPANS = [
  ['合并上报的间隔', 'mergeWithin'],
  ['草稿提醒', 'draftReminds'],
  ['草稿保留', 'draftExpires'],
  ['核查期限', 'verifyWithin'],
  ['重开期限', 'reopenWithin'],
  ['草稿卡片的等候', 'foldDraft'],
  ['卡片刷新的等候', 'foldStale'],
  ['催办合并的等候', 'foldLines'],
] as const;

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10}%`;
}

/** `08:00` */
export function timeWords(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function spanWords(ms: number): string {
  if (ms >= DAY && ms % DAY === 0) return `${ms / DAY} 天`;
  if (ms >= HOUR && ms % HOUR === 0) return `${ms / HOUR} 小时`;
  if (ms >= MINUTE && ms % MINUTE === 0) return `${ms / MINUTE} 分钟`;
  return `${ms / 1000} 秒`;
}
