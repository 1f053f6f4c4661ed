import { ACTIONS, type Action, STAGE_WORDS } from '../server/domain/commands';
import { openTasks } from '../server/domain/policy';
import { type RefusalCode, refusalText } from '../server/domain/refusal';
import type { Roster } from '../server/domain/roster';
import type { Rules } from '../server/domain/rules';
import type { Entry, Event, Reply } from '../server/domain/types';
import type { Message } from '../server/ports';
import { dueOf } from './due';
import { clip } from './fit';
import { timeline } from './history';

/** What an answer in chat is rendered from, looked up when it is sent. */
export interface AnswerInput {
  reply: Reply;
  rules: Rules;
  now: number;
  /** The list asked for, or the one event. */
  events: Event[];
  entries: Entry[];
  advice: string;
  homeUrl: string;
}

const HELP = `**我是网格通，发现问题直接告诉我：**

- 说一句“哪里、怎么了”，可以带照片或语音，点一下“上报”就有编号
- **我的上报**：看我报过的事
- **待办**：等我办的事
- **超期**：我这里超期的事
- **进度 编号**：看一件事办到哪了
- **撤回 编号**：还没人签收时可以撤回
- 补充情况：**编号 + 要补充的话或照片**

遇到火情、燃气泄漏、有人受伤等危险，请先拨打 119 / 120 / 110。`;

/** The words of an answer. Lists show the ten nearest; the micro-app has the rest. */
export function renderAnswer(input: AnswerInput): Message {
  const { reply, events } = input;
  switch (reply.about) {
    case 'help':
      return markdown('网格通能做什么', HELP);
    case 'mine':
      return list('我的上报', events, input, '还没有上报过。发现问题，说一句话就能报。');
    case 'todo':
      return list('我的待办', events, input, '没有待办，辛苦了。');
    case 'late':
      return list('已超期', events, input, '没有超期的事。');
    case 'progress':
      return events[0]
        ? progress(events[0], input)
        : text('没有找到这个编号，或您无权查看。请核对编号，如：进度 20261123-0042');
    case 'shout':
      return text(`${input.advice}\n请告诉我：在哪里？什么情况？我马上转给值班人员。`);
    case 'hello':
      return text('您好，我是网格通。发现问题直接说“哪里、怎么了”，或发一张照片；发“帮助”看看我能做什么。');
    case 'outsider':
      return text('抱歉，网格通只为本单位人员服务。如有紧急情况请拨打 110 / 119 / 120，其他诉求请拨打 12345。');
    case 'refusal':
      return text(refusalText({ refused: reply.words.code as RefusalCode, words: reply.words }));
    case 'added':
      return text(events[0]?.no ? `已补充到 ${events[0].no}。` : '收到，请在与我的单聊里确认上报。');
    case 'done':
      return text(doneText(reply, events[0]));
  }
}

function doneText({ words }: Reply, event: Event | undefined): string {
  if (!event) return '已办理。';
  const done = ACTIONS[words.action as Action]?.done ?? '办理';
  return `已${done}：${event.no ?? ''} 现在是“${STAGE_WORDS[event.stage]}”。`;
}

function list(title: string, events: Event[], { rules, now, homeUrl }: AnswerInput, empty: string): Message {
  if (events.length === 0) return text(empty);
  const lines = events
    .slice(0, 10)
    .map(
      (event) =>
        `- **${event.no ?? '未确认'}** ${matterOf(event, rules.roster)} ${clip(event.place.text || event.text, 16)} · ${stateOf(event, rules, now)}`,
    );
  const more = events.length > 10 ? `\n\n还有更多，请[打开网格通](${homeUrl})查看。` : '';
  return markdown(title, `### ${title}\n\n${lines.join('\n')}${more}`);
}

function matterOf(event: Event, roster: Roster): string {
  return (event.matterId && roster.matter(event.matterId)?.name) || '其他事项';
}

/** Stage and what is left of the lead's time: it is the lead who answers for the event. */
function stateOf(event: Event, rules: Rules, now: number): string {
  const open = openTasks(event);
  const task = open.findLast(({ duty }) => duty === 'lead') ?? open[0];
  if (!task) return STAGE_WORDS[event.stage];
  const { words, note } = dueOf(task, event, rules, now);
  return `${STAGE_WORDS[event.stage]}，${words}${note && `（${note}）`}`;
}

function progress(event: Event, { rules, now, entries }: AnswerInput): Message {
  const lines = timeline(entries, rules.roster, now).slice(-8);
  const history = lines.map(({ time, who, text: said }) => `- ${time} ${who} ${clip(said, 60)}`).join('\n');
  return markdown(
    `${event.no} 进度`,
    `### ${event.no} ${matterOf(event, rules.roster)}\n\n${stateOf(event, rules, now)}\n\n${history}`,
  );
}

function text(words: string): Message {
  return { type: 'text', text: words };
}

function markdown(title: string, words: string): Message {
  return { type: 'markdown', title, text: words };
}
