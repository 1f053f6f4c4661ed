import { CONFIRMS, styleOf } from '../../cards/buttons';
import { hoursWords } from '../../cards/duration';
import { requestLabel, requestText } from '../../cards/standing';
import { dateOf, dayOf, MINUTE, startOf } from '../domain/clock';
import { ACTIONS, type Action, type Asked } from '../domain/commands';
import { actionsFor, asked, ownTask } from '../domain/policy';
import { mayAdd } from '../domain/reporting';
import { limitsOf } from '../domain/rules';
import type { Event } from '../domain/types';
import type { Field, Offer } from './contract';
import { phrasesFor } from './phrases';
import type { View } from './present';

/** What a person can do with an event now, each step with the form it asks for. */

const WITH_PHOTOS: readonly Action[] = ['finish', 'close'];

export function offersOf(event: Event, view: View): Offer[] {
  const { userId, rules } = view;
  const offers = actionsFor(userId, event, rules.roster).map(
    (action, index): Offer => ({
      action,
      label: ACTIONS[action].label,
      style: action === 'correct' ? 'default' : styleOf(action, index === 0),
      confirm: confirmOf(action, event, view),
      photos: WITH_PHOTOS.includes(action),
      fields:
        action === 'file'
          ? CHOICE
          : ACTIONS[action].asks.flatMap((name) => fieldsOf(name, action, view)).map(withPhrases(action, event)),
    }),
  );
  return mayAdd(event, userId, rules.roster) ? [...offers, ADD] : offers;
}

/** Words that many would write stand ready beside the field for them. */
function withPhrases(action: Action, event: Event): (field: Field) => Field {
  return (field) => (field.type === 'text' ? { ...field, phrases: phrasesFor(action, event) } : field);
}

/** Who decides reads what they decide about. */
function confirmOf(action: Action, event: Event, { userId, rules, now }: View): string | null {
  if (action === 'pass') return '确认问题已经解决？通过后就结案。';
  if (action === 'extend') return extension(event, { userId, rules, now });
  if (action === 'suspend') return `挂账期间暂停计时，到期自动恢复，最长 ${rules.settings.suspend.mostDays} 天。`;
  if (action === 'appeal') return '申诉成立后，这次超期不计入考核，办理记录仍然保留。';
  if (action !== 'approve' && action !== 'deny') return CONFIRMS[action] ?? null;
  const request = asked(userId, event, rules.roster)?.request;
  return request ? `${requestLabel(request)}：${requestText(request, rules.roster, now)}` : null;
}

/** Who asks for more time reads how much it is. */
function extension(event: Event, { userId, rules }: View): string {
  const { share, times } = rules.settings.extend;
  const minutes = Math.round(limitsOf(event).handle.minutes * share);
  const had = ownTask(userId, event, rules.roster)?.extensions ?? 0;
  return `批准后延长 ${hoursWords(minutes * MINUTE)}，须在到期前批准；每件最多 ${times} 次${had > 0 ? `，已延 ${had} 次` : ''}。`;
}

/** A matter, and one of its conditions; what is not chosen stays as it is. */
const CHOICE: Field[] = [
  { name: 'matterId', label: '事项', type: 'matter', required: false },
  { name: 'conditionId', label: '立案条件', type: 'condition', required: false },
];

function fieldsOf(name: Asked, action: Action, { rules, now }: View): Field[] {
  if (name === 'matter') return CHOICE;
  if (name === 'note') return [{ name, label: NOTES[action] ?? '处理结果', type: 'text', required: true }];
  if (name !== 'until') return [FIELDS[name]];
  const day = (days: number) => dateOf(startOf(dayOf(now) + days));
  return [{ ...FIELDS.until, min: day(1), max: day(rules.settings.suspend.mostDays) }];
}

const NOTES: Partial<Record<Action, string>> = { instruct: '批示', reward: '给报告人的奖励' };

const FIELDS: Record<'reason' | 'to' | 'level' | 'until', Field> = {
  reason: { name: 'reason', label: '理由', type: 'text', required: true },
  to: { name: 'to', label: '单位', type: 'unit', required: true },
  until: { name: 'until', label: '挂账截止日期', type: 'date', required: true },
  level: {
    name: 'level',
    label: '级别',
    type: 'select',
    required: true,
    options: [
      { value: 'blue', text: '普通督办' },
      { value: 'yellow', text: '黄牌督办' },
      { value: 'red', text: '红牌督办' },
    ],
  },
};

const ADD: Offer = {
  action: 'add',
  label: '补充情况',
  style: 'default',
  confirm: null,
  photos: true,
  fields: [{ name: 'note', label: '补充的话', type: 'text', required: false }],
};
