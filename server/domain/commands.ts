import type { MediaRef, Notice, Role, Rung } from './types';

/** What a person asks for, in the words of the contract (DESIGN §6): cards, chat, HTTP and `decide()` share these names. */
export type Command =
  | {
      type: 'report';
      text: string;
      media: MediaRef[];
      conversationId: string | null;
      place?: GivenPlace;
      matterId?: string;
      gridId?: string;
    }
  | { type: 'add'; text: string; media: MediaRef[]; place?: GivenPlace }
  | { type: 'file'; matterId?: string; gridId?: string; note?: string }
  | { type: 'discard' }
  | { type: 'reject'; reason: string }
  | { type: 'dispatch'; to: string; reason?: string }
  | { type: 'ack' }
  | { type: 'return'; reason: string }
  | { type: 'transfer'; to: string; reason: string }
  | { type: 'escalate'; reason: string }
  | { type: 'assist'; to: string; note?: string }
  | { type: 'finish'; note: string; media: MediaRef[] }
  | { type: 'pass'; note?: string }
  | { type: 'fail'; reason: string }
  | { type: 'close'; note: string; media: MediaRef[] }
  | { type: 'withdraw'; reason?: string }
  | { type: 'reopen'; reason: string }
  | { type: 'supervise'; level: Exclude<Rung, 'prewarn'>; reason: string }
  | { type: 'lift'; reason: string }
  | { type: 'tick' };

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
  pass: { label: '核查通过', done: '核查通过', asks: [] },
  fail: { label: '未解决', done: '核查不通过', asks: ['reason'] },
  dispatch: { label: '派遣', done: '派遣', asks: ['to'] },
  reject: { label: '不予立案', done: '不予立案', asks: ['reason'] },
  assist: { label: '请求协办', done: '请求协办', asks: ['to'] },
  transfer: { label: '转办', done: '转办', asks: ['to', 'reason'] },
  escalate: { label: '上报上级', done: '上报上级', asks: ['reason'] },
  return: { label: '退回', done: '退回', asks: ['reason'] },
  supervise: { label: '督办', done: '督办', asks: ['level', 'reason'] },
  lift: { label: '取消督办', done: '取消督办', asks: ['reason'] },
  withdraw: { label: '撤回', done: '撤回', asks: [] },
  reopen: { label: '重新办理', done: '重开', asks: ['reason'] },
} as const satisfies Partial<
  Record<CommandType, { label: string; done: string; asks: readonly ('note' | 'reason' | 'to' | 'level')[] }>
>;

export type Action = keyof typeof ACTIONS;

/** Past-tense words of every line of history, for timelines and refusals. */
export const DEEDS: Record<string, string> = {
  ...Object.fromEntries(Object.entries(ACTIONS).map(([action, { done }]) => [action, done])),
  report: '发现',
  add: '补充',
  feedback: '反馈',
  remind: '提醒确认',
  expire: '过期未确认',
  rung: '时限提醒',
  verify_overdue: '核查超时',
  dispatch_overdue: '派遣超时',
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

export const RUNG_WORDS: Record<Rung, string> = { prewarn: '即将超期', blue: '超期', yellow: '黄牌', red: '红牌' };

/** A notice that decide() wants sent, and when. `urgent` ones ignore quiet hours and the wish to fold. */
export interface Wanted {
  notice: Notice;
  urgent: boolean;
  dueAt: number;
}
