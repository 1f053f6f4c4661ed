import type { Command } from '../server/domain/commands';
import type { MediaRef } from '../server/domain/types';
import type { Ask, Envelope } from '../server/flow/apply';

/** What words in chat ask for. Whatever is no known phrase is a report, or talk; `decide()` tells which. */
export type Meant = Pick<Envelope, 'on' | 'answer'> & { command: Command | Ask };

const QUESTIONS: [RegExp, Ask['about']][] = [
  [/^(帮助|菜单|怎么用|使用说明|help|[?？])$/i, 'help'],
  [/^(我的上报|我上报的|我报的|我的)$/, 'mine'],
  [/^(我的)?(待办|任务)$/, 'todo'],
  [/^(超期|逾期|超时)$/, 'late'],
];

const NUMBER = /(20\d{6})\s*[-－—–]?\s*(\d{4,6})(?!\d)/;
const CONFIRM = /^(确认|确认上报|上报|报|1|是|是的|对|对的|好|好的)[。！!.]?$/;
const DISCARD = /^(取消|不报了|不用了|算了)[。！!.]?$/;

export function meaningOf(said: string, media: MediaRef[], conversationId: string): Meant {
  const text = said.trim();
  const question = QUESTIONS.find(([pattern]) => pattern.test(text));
  if (question && media.length === 0) return { on: null, command: { type: 'ask', about: question[1] } };
  const number = NUMBER.exec(text);
  if (number) return aboutNumber(`${number[1]}-${number[2]}`, text.replace(number[0], ' ').trim(), media);
  if (/^进度$/.test(text)) return { on: null, command: { type: 'ask', about: 'mine' } };
  if (media.length === 0 && CONFIRM.test(text))
    return { on: { draft: true }, command: { type: 'file' }, answer: 'done' };
  if (media.length === 0 && DISCARD.test(text))
    return { on: { draft: true }, command: { type: 'discard' }, answer: 'done' };
  return { on: { draft: true }, command: { type: 'report', text, media, conversationId } };
}

/** What is asked for, and decided: taken for an order only where the word stands by itself (同意书贴好了 is none). */
const REQUESTED: Record<string, 'extend' | 'appeal' | 'approve' | 'deny' | 'recall' | 'resume'> = {
  延期: 'extend',
  申请延期: 'extend',
  申诉: 'appeal',
  同意: 'approve',
  不同意: 'deny',
  收回: 'recall',
  恢复办理: 'resume',
};
const STEPS = '进度|撤回|签收|办结|退回|通过|核查通过|未解决|不通过';
const ORDER = new RegExp(
  `^(${STEPS}|(?:${Object.keys(REQUESTED).join('|')})(?=$|[\\s:：,，。]))?\\s*[:：,，]?\\s*([\\s\\S]*)$`,
);

/** Words that quote an event's number: an order about it, a question, or something to add. */
function aboutNumber(no: string, rest: string, media: MediaRef[]): Meant {
  const [, order = '', words = ''] = ORDER.exec(rest) ?? [];
  const done = (command: Command): Meant => ({ on: { no }, command, answer: 'done' });
  switch (order) {
    case '撤回':
      return done({ type: 'withdraw', reason: words });
    case '签收':
      return done({ type: 'ack' });
    case '办结':
      return done({ type: 'finish', note: words, media });
    case '退回':
      return done({ type: 'return', reason: words });
    case '通过':
    case '核查通过':
      return done({ type: 'pass', note: words });
    case '未解决':
    case '不通过':
      return done({ type: 'fail', reason: words });
    default:
      if (REQUESTED[order]) return done(request(REQUESTED[order], words));
      if (order === '进度' || (!words && media.length === 0))
        return { on: null, command: { type: 'ask', about: 'progress', words: { no } } };
      return { on: { no }, command: { type: 'add', text: words, media }, answer: 'added' };
  }
}

function request(type: (typeof REQUESTED)[string], words: string): Command {
  return type === 'approve' ? { type, note: words } : { type, reason: words };
}
