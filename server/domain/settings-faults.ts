import { sessionFaults } from './calendar';
import { DAY, HOUR, MINUTE } from './clock';
import { DEFAULTS, type Settings, type Step, type Told } from './settings';
import type { Rung, Town } from './types';

/** What is impossible about a district's policies. */

export interface SettingFault {
  /** From 1 where it is about a step of a ladder; else 0. */
  row: number;
  /** `ladders.handle.2.share` */
  field: string;
  value: string;
  /** Chinese: what is wrong, and what to do. */
  reason: string;
}

export interface SettingContext {
  town: Pick<Town, 'areas' | 'units' | 'people' | 'posts'>;
  /** History must not be rewritten: once there are events, the usual sessions stand. */
  hasEvents: boolean;
}

type Say = (field: string, value: unknown, reason: string, row?: number) => void;

/** Empty when `settings` (what differs from the defaults, of the right shape) may follow `base`. */
export function settingsFaults(
  settings: Partial<Settings>,
  base: Partial<Settings>,
  { town, hasEvents }: SettingContext,
): SettingFault[] {
  const faults: SettingFault[] = [];
  const say: Say = (field, value, reason, row = 0) =>
    faults.push({ row, field, value: (JSON.stringify(value) ?? '').slice(0, 100), reason });
  const whole = { ...DEFAULTS, ...settings };
  for (const field of Object.keys(settings)) if (!(field in DEFAULTS)) say(field, '', '没有这一项设置，请删去');
  dayFaults(whole, { ...DEFAULTS, ...base }, hasEvents, say);
  for (const clock of ['ack', 'handle'] as const) ladderFaults(`ladders.${clock}`, whole.ladders[clock], say);
  signatureFaults(whole, town, say);
  requestFaults(whole, say);
  numberFaults(whole, say);
  return faults;
}

function dayFaults({ sessions, quiet }: Settings, before: Settings, hasEvents: boolean, say: Say): void {
  for (const reason of sessionFaults(sessions)) say('sessions', sessions, reason);
  if (sessions.length === 0) say('sessions', sessions, '至少要有一个作息时段');
  if (hasEvents && JSON.stringify(sessions) !== JSON.stringify(before.sessions))
    say('sessions', sessions, '已有事件，作息不能直接改；请在日历里从今天起写一条“特殊作息”');
  for (const end of ['from', 'to'] as const)
    if (!isWhole(quiet[end], 0, 1440)) say(`quiet.${end}`, quiet[end], '免打扰时间写一天里的分钟数，0 至 1440 的整数');
}

// ---------------------------------------------------------------------------------------------- ladders

const RUNGS: readonly Rung[] = ['prewarn', 'blue', 'yellow', 'red', 'accountability'];
const RUNG_WORDS: Record<Rung, string> = {
  ...{ prewarn: '预警', blue: '普通督办', yellow: '黄牌', red: '红牌', accountability: '问责' },
};
const TOLD: readonly Told[] = ['handler', 'leader', 'supervisor', 'centre', 'discipline', 'procuratorate'];
const MOST_SHARE = 20;

function ladderFaults(field: string, steps: readonly Step[], say: Say): void {
  if (steps.length === 0) say(field, steps, '督办级至少要有一级');
  for (const [index, step] of steps.entries()) {
    const below = steps[index - 1];
    const wrong: Say = (part, value, reason) => say(`${field}.${index}.${part}`, value, reason, index + 1);
    if (!RUNGS.includes(step.rung)) wrong('rung', step.rung, '没有这一督办级');
    else if (below && RUNGS.indexOf(step.rung) <= RUNGS.indexOf(below.rung))
      wrong('rung', step.rung, '督办级要从低到高，各写一次：预警、普通督办、黄牌、红牌、问责');
    shareFaults(step, below, wrong);
    toldFaults(step.tell, wrong);
  }
}

function shareFaults({ rung, share }: Step, below: Step | undefined, say: Say): void {
  const wrong = (reason: string) => say('share', share, `${RUNG_WORDS[rung] ?? ''}${reason}`);
  if (!(share > 0 && share <= MOST_SHARE)) wrong(`的时限倍数要大于 0，不超过 ${MOST_SHARE}`);
  else if (below && share <= below.share) wrong('的时限倍数要大于前一级');
  else if (rung === 'prewarn' && share >= 1) wrong('要在到期之前，倍数小于 1');
  else if (rung === 'blue' && share !== 1) wrong('就在到期之时，倍数是 1');
  else if (rung !== 'prewarn' && share < 1) wrong('要在到期之后，倍数大于 1');
}

function toldFaults(tell: readonly Told[], say: Say): void {
  if (tell.length === 0) say('tell', tell, '至少要通知一方');
  if (tell.some((who) => !TOLD.includes(who))) say('tell', tell, `通知对象只能是 ${TOLD.join('、')}`);
  if (new Set(tell).size < tell.length) say('tell', tell, '通知对象写重了');
}

/** 问责 needs the name of somebody who can answer for it. */
function signatureFaults({ accountability }: Settings, town: SettingContext['town'], say: Say): void {
  if (!accountability) return;
  const { signedBy, at } = accountability;
  if (!isWhole(at, 1, Number.MAX_SAFE_INTEGER)) say('accountability.at', at, '请写签批时间（毫秒时间戳）');
  if (!town.people.some(({ userId, active }) => userId === signedBy && active))
    say('accountability.signedBy', signedBy, '签批人不在册或已离岗，请写在岗领导的用户编号');
  else if (!leadsDistrict(signedBy, town))
    say('accountability.signedBy', signedBy, '启用问责要由区里或指挥中心的领导签批');
}

/** A leader of the district itself, or of a body that governs it; a department governs its own trade. */
export function leadsDistrict(
  userId: string,
  { posts, units, areas }: Pick<Town, 'posts' | 'units' | 'areas'>,
): boolean {
  const districts = new Set(areas.filter(({ kind }) => kind === 'district').map(({ id }) => id));
  const governing = new Set(
    units
      .filter(({ kind, areaId }) => kind === 'centre' || (kind !== 'department' && districts.has(areaId)))
      .map(({ id }) => id),
  );
  return posts.some(
    (post) =>
      post.userId === userId &&
      post.role === 'leader' &&
      (post.unitId ? governing.has(post.unitId) : districts.has(post.areaId ?? '')),
  );
}

// --------------------------------------------------------------------------------------------- requests

const CHOICES = {
  start: ['dispatch', 'ack'],
  end: ['handler', 'unit'],
  onReturn: ['pause', 'run'],
  onRedispatch: ['resume', 'restart', 'bundle'],
} as const;
const APPROVERS = ['leader', 'dispatcher', 'supervisor'] as const;

function requestFaults(whole: Settings, say: Say): void {
  for (const field of ['start', 'end', 'onReturn', 'onRedispatch'] as const) {
    const choices: readonly string[] = CHOICES[field];
    if (!choices.includes(whole[field])) say(field, whole[field], `只能是 ${choices.join('、')}`);
  }
  for (const field of ['extend', 'suspend', 'appeal'] as const) {
    const { approvers } = whole[field];
    const known = approvers.every((role) => APPROVERS.includes(role));
    if (!known || approvers.length < 1 || approvers.length > 2 || new Set(approvers).size < approvers.length)
      say(`${field}.approvers`, approvers, `审批人写一个或两个不同的岗位：${APPROVERS.join('、')}`);
  }
  const { share } = whole.extend;
  if (!(share > 0 && share <= 2)) say('extend.share', share, '每次延期的时限倍数要大于 0，不超过 2');
}

type Numbers = { [field: string]: { of: (whole: Settings) => number; least: number; most: number; what: string } };

/** Fields in minutes or days as they are; those in milliseconds say so. */
const NUMBERS: Numbers = {
  'extend.times': { of: ({ extend }) => extend.times, least: 0, most: 5, what: '延期次数' },
  'suspend.times': { of: ({ suspend }) => suspend.times, least: 0, most: 5, what: '挂账次数' },
  'suspend.mostDays': { of: ({ suspend }) => suspend.mostDays, least: 1, most: 365, what: '挂账天数' },
  'appeal.withinDays': { of: ({ appeal }) => appeal.withinDays, least: 1, most: 366, what: '申诉期限（天）' },
  idleMinutes: { of: ({ idleMinutes }) => idleMinutes, least: 30, most: 43_200, what: '无进展提醒（分钟）' },
  dispatchMinutes: { of: ({ dispatchMinutes }) => dispatchMinutes, least: 1, most: 1_440, what: '派遣时限（分钟）' },
  mergeWithin: { of: ({ mergeWithin }) => mergeWithin, least: 0, most: HOUR, what: '合并上报的间隔（毫秒）' },
  draftReminds: { of: ({ draftReminds }) => draftReminds, least: MINUTE, most: DAY, what: '草稿提醒（毫秒）' },
  draftExpires: { of: ({ draftExpires }) => draftExpires, least: HOUR, most: 30 * DAY, what: '草稿保留（毫秒）' },
  verifyWithin: { of: ({ verifyWithin }) => verifyWithin, least: HOUR, most: 30 * DAY, what: '核查期限（毫秒）' },
  reopenWithin: { of: ({ reopenWithin }) => reopenWithin, least: 0, most: 366 * DAY, what: '重开期限（毫秒）' },
  foldDraft: { of: ({ foldDraft }) => foldDraft, least: 0, most: 10_000, what: '草稿卡片的等候（毫秒）' },
  foldStale: { of: ({ foldStale }) => foldStale, least: 0, most: MINUTE, what: '卡片刷新的等候（毫秒）' },
  foldLines: { of: ({ foldLines }) => foldLines, least: 0, most: 10 * MINUTE, what: '催办合并的等候（毫秒）' },
};

function numberFaults(whole: Settings, say: Say): void {
  for (const [field, { of, least, most, what }] of Object.entries(NUMBERS))
    if (!isWhole(of(whole), least, most)) say(field, of(whole), `${what}要写 ${least} 至 ${most} 的整数`);
  if (whole.draftReminds >= whole.draftExpires)
    say('draftReminds', whole.draftReminds, '草稿提醒要早于草稿作废（draftExpires）');
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
