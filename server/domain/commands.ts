import type { Level, MediaRef, Notice, Request, Role, Rung, SpanWhy } from './types';

/** What a person asks for, in the words of the contract (DESIGN §6): cards, chat, HTTP and `decide()` share these names. */
export type Command =
  | {
      type: 'report';
      text: string;
      media: MediaRef[];
      conversationId: string | null;
      place?: GivenPlace;
      matterId?: string;
      conditionId?: string;
      gridId?: string;
    }
  | { type: 'add'; text: string; media: MediaRef[]; place?: GivenPlace }
  | { type: 'join'; text: string; media: MediaRef[] }
  | { type: 'file'; matterId?: string; conditionId?: string; gridId?: string; note?: string }
  | { type: 'discard' }
  | { type: 'reject'; reason: string }
  | { type: 'dispatch'; to: string; reason?: string }
  | { type: 'correct'; matterId?: string; conditionId?: string; reason: string }
  | { type: 'recall'; reason?: string }
  | { type: 'ack' }
  | { type: 'return'; reason: string }
  | { type: 'transfer'; to: string; reason: string }
  | { type: 'escalate'; reason: string }
  | { type: 'assist'; to: string; note?: string }
  | { type: 'finish'; note: string; media: MediaRef[] }
  | { type: 'confirm'; note?: string }
  | { type: 'redo'; reason: string }
  | { type: 'extend'; reason: string }
  | { type: 'suspend'; until: string; reason: string }
  | { type: 'resume'; reason?: string }
  | { type: 'appeal'; reason: string }
  | { type: 'approve'; note?: string }
  | { type: 'deny'; reason: string }
  | { type: 'pass'; note?: string }
  | { type: 'fail'; reason: string }
  | { type: 'close'; note: string; media: MediaRef[] }
  | { type: 'withdraw'; reason?: string }
  | { type: 'reopen'; reason: string }
  | { type: 'supervise'; level: Level; reason: string }
  | { type: 'lift'; reason: string }
  | { type: 'instruct'; note: string }
  | { type: 'reward'; note: string }
  | { type: 'unreward'; reason: string }
  | { type: 'tick' }
  | { type: 'retime' };

export type CommandType = Command['type'];

export interface GivenPlace {
  text: string;
  lng: number | null;
  lat: number | null;
}

/** What a person can be offered as a button, in the order shown. `asks` names the form fields it needs. */
export const ACTIONS = {
  file: { label: '上报', done: '上报', asks: [] },
  close: { label: '自办自结', done: '结案', asks: ['note'] },
  discard: { label: '不报了', done: '撤掉', asks: [] },
  ack: { label: '签收', done: '签收', asks: [] },
  finish: { label: '办结', done: '办结', asks: ['note'] },
  confirm: { label: '确认办结', done: '确认办结', asks: [] },
  redo: { label: '退回经办', done: '退回经办', asks: ['reason'] },
  approve: { label: '同意', done: '同意', asks: [] },
  deny: { label: '不同意', done: '不同意', asks: ['reason'] },
  pass: { label: '核查通过', done: '核查通过', asks: [] },
  fail: { label: '未解决', done: '核查不通过', asks: ['reason'] },
  dispatch: { label: '派遣', done: '派遣', asks: ['to'] },
  reject: { label: '不予立案', done: '不予立案', asks: ['reason'] },
  resume: { label: '恢复办理', done: '恢复办理', asks: [] },
  recall: { label: '收回', done: '收回', asks: [] },
  assist: { label: '请求协办', done: '请求协办', asks: ['to'] },
  transfer: { label: '转办', done: '转办', asks: ['to', 'reason'] },
  escalate: { label: '上报上级', done: '上报上级', asks: ['reason'] },
  return: { label: '退回', done: '退回', asks: ['reason'] },
  extend: { label: '申请延期', done: '申请延期', asks: ['reason'] },
  suspend: { label: '申请挂账', done: '申请挂账', asks: ['until', 'reason'] },
  appeal: { label: '申诉', done: '申诉', asks: ['reason'] },
  correct: { label: '更正事项', done: '更正事项', asks: ['matter', 'reason'] },
  supervise: { label: '督办', done: '督办', asks: ['level', 'reason'] },
  lift: { label: '取消督办', done: '取消督办', asks: ['reason'] },
  instruct: { label: '批示', done: '领导批示', asks: ['note'] },
  withdraw: { label: '撤回', done: '撤回', asks: [] },
  reopen: { label: '重新办理', done: '重开', asks: ['reason'] },
  reward: { label: '记奖励', done: '记奖励', asks: ['note'] },
  unreward: { label: '取消奖励', done: '取消奖励', asks: ['reason'] },
} as const satisfies Partial<Record<CommandType, { label: string; done: string; asks: readonly Asked[] }>>;

/** What a step can ask of a person; `until` is a China date, `matter` a matter with one of its conditions. */
export type Asked = 'note' | 'reason' | 'to' | 'level' | 'until' | 'matter';

export type Action = keyof typeof ACTIONS;

/** Past-tense words of every line of history, for timelines and refusals. */
export const DEEDS: Record<string, string> = {
  ...Object.fromEntries(Object.entries(ACTIONS).map(([action, { done }]) => [action, done])),
  report: '发现',
  add: '补充',
  feedback: '反馈',
  join: '也看到了这件事',
  remind: '提醒确认',
  expire: '过期未确认',
  rung: '时限提醒',
  verify_overdue: '核查超时',
  dispatch_overdue: '派遣超时',
  idle: '久未办理，提醒',
  void: '申请作废',
  retime: '时限重算',
};

export const STAGE_WORDS = {
  reported: '待确认',
  filed: '待派遣',
  dispatched: '待签收',
  handling: '处置中',
  verifying: '待核查',
  closed: '已结案',
  rejected: '不予立案',
  withdrawn: '已撤回',
} as const;

export const ROLE_WORDS: Record<Role, string> = {
  worker: '网格员',
  handler: '经办',
  leader: '领导',
  dispatcher: '派遣',
  supervisor: '督查',
  oversight: '监察',
  admin: '管理员',
};

export const RUNG_WORDS: Record<Rung, string> = {
  prewarn: '即将超期',
  blue: '超期',
  yellow: '黄牌',
  red: '红牌',
  accountability: '问责',
};

/** 督办 by hand. */
export const LEVEL_WORDS: Record<Level, string> = { blue: '普通', yellow: '黄牌', red: '红牌' };

export const REQUEST_WORDS: Record<Request['kind'], string> = { extend: '延期', suspend: '挂账', appeal: '申诉' };

/** Why a clock runs or stands still, as a ledger says it. */
export const SPAN_WORDS: Record<SpanWhy, string> = {
  waiting: '待签收',
  handling: '处置中',
  passing: '转办中，对方签收前仍由本单位负责',
  confirming: '待单位确认',
  between: '退回期间照常计时',
  returned: '已退回，暂停计时',
  elsewhere: '由其他单位办理，暂停计时',
  verifying: '待核查，暂停计时',
  suspended: '挂账，暂停计时',
};

/** A notice that decide() wants sent, and when. `urgent` ones ignore quiet hours and the wish to fold. */
export interface Wanted {
  notice: Notice;
  urgent: boolean;
  dueAt: number;
}
