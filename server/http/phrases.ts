import type { Action } from '../domain/commands';
import type { Event } from '../domain/types';

/** What is written again and again, ready to be tapped: the closing criterion of the event itself, and the usual reasons. */
export function phrasesFor(action: Action, { terms }: Pick<Event, 'terms'>): string[] {
  const results = action === 'finish' || action === 'close' ? resultsOf(terms?.closing ?? '') : [];
  return [...results, ...(PHRASES[action] ?? [])];
}

/** `更换、修复或拆除` → 已更换, 已修复, 已拆除; what is more than a verb with its object stays as it is. */
function resultsOf(closing: string): string[] {
  const parts = closing.split(/[、，；。\s或]+/).filter((part) => part.length > 1);
  return [...new Set(parts.map((part) => (part.length <= VERB ? `已${part}` : part)))].slice(0, MOST);
}

const VERB = 5;
const MOST = 4;

const PHRASES: Partial<Record<Action, readonly string[]>> = {
  finish: ['现场核实无此问题', '已告知当事人并整改'],
  return: ['不属本单位职责', '位置不清，现场没有找到', '与另一件重复'],
  transfer: ['按权责清单应由该单位办理', '设施产权属该单位'],
  escalate: ['超出本级处置能力', '需要上级协调几个单位'],
  extend: ['等待材料或配件', '天气原因无法施工', '需要进一步勘查'],
  suspend: ['等产权单位配合', '已列入工程计划', '季节原因暂不能施工'],
  appeal: ['派遣有误，不属本单位职责', '等外单位配合，非本单位原因', '不可抗力'],
  fail: ['问题还在', '处理得不彻底', '现场与照片不符'],
  deny: ['理由不充分', '请补充材料后再申请'],
  redo: ['请写清处理结果', '缺处理后的照片'],
  reject: ['不属立案范围', '与另一件重复', '现场核实无此问题'],
  reopen: ['问题又出现了'],
  reward: ['话费 10 元', '话费 20 元', '书面表扬'],
  unreward: ['记错了事件', '金额有误，重新记'],
};
