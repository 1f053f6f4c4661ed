import { dateOf, timeOf, yearOf } from './clock';

/** Why a command was not carried out; a person may read it. The list is closed. */
const WORDS = {
  unknown_person: '没有找到您的人员信息，请联系单位管理员把您加入网格通。',
  not_found: '没有找到这件事，或您无权查看。请核对编号。',
  no_draft: '没有等您确认的上报。直接说“哪里、怎么了”就能报。',
  card_gone: '这张卡片已失效，请看最新的卡片，或发“待办”。',
  no_such_action: '没有这个操作。',
  not_allowed: '这一步不由您的岗位办理。',
  acked_by: '已由{who} {when}签收。',
  ack_first: '请先签收，再办理。',
  done_by: '{who} {when}已{what}，现在是“{stage}”。',
  withdraw_late: '{who} {when}已签收，不能撤回；如确需停止，请联系承办单位。',
  withdraw_joined: '{who}也报了这件事，不能撤回；情况有变请补充说明。',
  join_late: '这件事{stage}，不能再并入；问题还在的话，请作为新的上报提交。',
  own_work: '不能核查自己办结的事，请由派遣员核查。',
  needs_note: '请写明处理结果（2–500 字）。',
  needs_reason: '请写明理由（2–500 字）。',
  needs_unit: '请选择单位。',
  unknown_unit: '没有找到单位“{to}”，请写全称或从列表中选择。',
  same_unit: '这件事已在{unit}手上，请选择其他单位。',
  no_upper_unit: '已是最高一级，不能再上报。',
  needs_photo: '自办自结要有处理后的照片，请先发照片，再点“自办自结”。',
  unknown_matter: '没有这个事项，请重新选择。',
  unknown_area: '没有这个网格，请重新选择。',
  unknown_condition: '这个事项没有这一立案条件，请重新选择。',
  suspended_now: '已挂账至 {until}，期间不办理；如要提前办理，请先“恢复办理”。',
  passing_now: '已转{unit}，待对方签收；如不转了，请先“收回”。',
  confirming_now: '已办结，等单位领导确认。',
  recall_late: '{who} {when}已签收，不能收回。',
  cannot_advance: '这件事是退回来的，只能重新派遣，或说明理由不予立案。',
  asked_already: '{who} {when}已申请{what}，正在等待审批。',
  not_pending: '没有等您审批的申请。',
  own_request: '不能审批自己的申请，请由其他人审批。',
  extend_cap: '每件事最多延期 {times} 次，已经用完。',
  extend_late: '已超过办理时限，不能再延期。',
  suspend_cap: '每件事最多挂账 {times} 次，已经用完。',
  suspend_until: '请选择挂账截止日期：最早明天，最晚 {last}。',
  appeal_on_time: '没有超期，无需申诉。',
  appeal_once: '每件事只能申诉一次。',
  appeal_late: '结案已超过 {days} 天，不能再申诉。',
  unknown_level: '督办级别只能是普通、黄牌或红牌。',
  cannot_lower: '已是{level}督办，不能再发同级或更低的督办；如要降级，请先取消督办并写明理由。',
  not_supervised: '这件事没有督办，无需取消。',
  reopen_late: '结案已超过 {days} 天，不能重开，请重新上报。',
  too_long: '内容太长，请控制在 {max} 字以内。',
  no_report: '没看出要报的事。直接说“哪里、怎么了”，或发一张照片就能上报；发“帮助”看看我能做什么。',
  empty: '没有看到内容，请写一句话或发一张照片。',
  bug: '系统处理出错，已记录，请稍后再试。',
  bad_input: '内容有误：{what}',
} as const;

export type RefusalCode = keyof typeof WORDS;

export interface Refusal {
  refused: RefusalCode;
  words: Record<string, string>;
}

export function refuse(refused: RefusalCode, words: Record<string, string> = {}): Refusal {
  return { refused, words };
}

/** What the person reads. */
export function refusalText({ refused, words }: Refusal): string {
  return WORDS[refused].replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '');
}

/** `10:32` today, `11月22日 10:32` on other days, `2027年1月4日 10:32` of other years: China time. */
export function when(at: number, now: number): string {
  if (dateOf(at) === dateOf(now)) return timeOf(at);
  const [, month, day] = dateOf(at).split('-').map(Number);
  const year = yearOf(at) === yearOf(now) ? '' : `${yearOf(at)}年`;
  return `${year}${month}月${day}日 ${timeOf(at)}`;
}
