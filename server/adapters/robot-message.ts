import type { Message } from '../ports';
import type { RobotMessage } from './openapi';

/** One message in the two dialects of the platform: the robot's templates, and a conversation's webhook (reference §4.3, §4.4). */

type Button = { title: string; url: string };

/** The platform has templates for up to five vertical buttons. */
const MOST_BUTTONS = 5;
const MORE = '\n\n（还有其他操作，请打开网格通查看）';

/** As `msgKey` and `msgParam`. */
export function robotMessage(message: Message): RobotMessage {
  const [msgKey, param] = templateOf(message);
  return { msgKey, msgParam: JSON.stringify(param) };
}

function templateOf(message: Message): [msgKey: string, param: Record<string, string>] {
  if (message.type === 'text') return ['sampleText', { content: message.text }];
  const { title, text, buttons } = parts(message);
  const [first, ...others] = buttons;
  if (!first) return ['sampleMarkdown', { title, text }];
  if (others.length === 0) return ['sampleActionCard', { title, text, singleTitle: first.title, singleURL: first.url }];
  const numbered = buttons.flatMap((button, at) => [
    [`actionTitle${at + 1}`, button.title],
    [`actionURL${at + 1}`, button.url],
  ]);
  return [`sampleActionCard${buttons.length}`, { title, text, ...Object.fromEntries(numbered) }];
}

/** As the body of a POST to a webhook. */
export function webhookBody(message: Message): Record<string, unknown> {
  if (message.type === 'text') return { msgtype: 'text', text: { content: message.text } };
  const { title, text, buttons } = parts(message);
  const [first, ...others] = buttons;
  if (!first) return { msgtype: 'markdown', markdown: { title, text } };
  const below =
    others.length === 0
      ? { singleTitle: first.title, singleURL: first.url }
      : { btnOrientation: '0', btns: buttons.map((button) => ({ title: button.title, actionURL: button.url })) };
  return { msgtype: 'actionCard', actionCard: { title, text, ...below } };
}

/** Buttons beyond the fifth are left out, and the text says so. */
function parts(message: Exclude<Message, { type: 'text' }>): { title: string; text: string; buttons: Button[] } {
  const { title, text } = message;
  const buttons = message.type === 'actions' ? message.buttons : [];
  if (buttons.length <= MOST_BUTTONS) return { title, text, buttons };
  return { title, text: text + MORE, buttons: buttons.slice(0, MOST_BUTTONS) };
}
