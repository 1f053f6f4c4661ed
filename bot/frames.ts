import { z } from 'zod';

/** The payloads of the two callback topics, as loosely as the platform writes them (reference/dingtalk.md §3, §5.4). */

const text = z.string();
const maybe = z.string().nullish();

const part = z.looseObject({ text: maybe, type: maybe, downloadCode: maybe, pictureDownloadCode: maybe });

export const robotMessage = z.looseObject({
  msgId: text.min(1),
  msgtype: maybe,
  robotCode: maybe,
  conversationId: text.default(''),
  conversationType: maybe,
  senderStaffId: maybe,
  senderId: maybe,
  senderNick: maybe,
  chatbotUserId: maybe,
  sessionWebhook: maybe,
  sessionWebhookExpiredTime: z.coerce.number().nullish(),
  text: z.looseObject({ content: maybe }).nullish(),
  content: z
    .looseObject({
      downloadCode: maybe,
      pictureDownloadCode: maybe,
      recognition: maybe,
      content: maybe,
      fileName: maybe,
      richText: z.array(part).nullish(),
    })
    .or(text)
    .nullish(),
  errCode: z.coerce.number().nullish(),
  errorCode: z.coerce.number().nullish(),
});

export type RobotMessage = z.infer<typeof robotMessage>;

export const cardTap = z.looseObject({
  outTrackId: text.min(1),
  userId: text.min(1),
  /** Some pages of the platform name it `value`; both hold JSON text. */
  content: maybe,
  value: maybe,
});

const params = z.looseObject({ action: maybe, form: z.record(z.string(), z.unknown()).nullish() });

const tapContent = z.looseObject({
  params: params.nullish(),
  cardPrivateData: z.looseObject({ actionIds: z.array(z.string()).nullish(), params: params.nullish() }).nullish(),
});

export interface Tap {
  outTrackId: string;
  userId: string;
  action: string;
  /** Constants of the button and words of the form, as plain strings; the form wins. */
  words: Record<string, string>;
}

/** Errors: a ZodError or SyntaxError, when the payload is none. */
export function readTap(data: unknown): Tap {
  const tap = cardTap.parse(data);
  const content = tapContent.parse(JSON.parse(tap.content ?? tap.value ?? '{}'));
  const found = { ...content.params, ...content.cardPrivateData?.params };
  const { form, action, ...constants } = found;
  const words = Object.entries({ ...constants, ...form }).map(([name, value]) => [name, wordOf(value)] as const);
  return {
    outTrackId: tap.outTrackId,
    userId: tap.userId,
    action: action ?? content.cardPrivateData?.actionIds?.[0] ?? '',
    words: Object.fromEntries(words),
  };
}

/** A form's value: words, several of them, or a choice as `{index, value}`; what is none of these says nothing. */
function wordOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.filter((each) => typeof each !== 'object').join(',');
  return wordOf((value as { value?: unknown }).value);
}

/** What a person said, whatever kind of message carried it. */
export interface Heard {
  text: string;
  media: { kind: 'image' | 'video' | 'audio' | 'file'; code: string }[];
}

/** Words and attachments of a message; voice counts by its recognition. */
export function hear(message: RobotMessage): Heard {
  const content = typeof message.content === 'object' && message.content ? message.content : {};
  const code = content.downloadCode ?? content.pictureDownloadCode ?? '';
  const one = (kind: Heard['media'][number]['kind']) => (code ? [{ kind, code }] : []);
  switch (message.msgtype) {
    case 'picture':
      return { text: '', media: one('image') };
    case 'audio':
      return { text: tidy(content.recognition), media: one('audio') };
    case 'video':
      return { text: '', media: one('video') };
    case 'file':
      return { text: '', media: one('file') };
    case 'richText':
      return hearParts(content.richText ?? []);
    default:
      return {
        text: tidy(message.text?.content ?? (typeof message.content === 'string' ? message.content : content.content)),
        media: [],
      };
  }
}

function hearParts(parts: z.infer<typeof part>[]): Heard {
  const words = parts.flatMap((each) => (each.type === 'at' ? [] : (each.text ?? [])));
  const media = parts.flatMap((each) => {
    const code = each.downloadCode ?? each.pictureDownloadCode;
    return code ? [{ kind: 'image' as const, code }] : [];
  });
  return { text: tidy(words.join('')), media };
}

/** Group words keep a leading space after the @; some clients keep the @name itself. */
function tidy(words: string | null | undefined): string {
  return (words ?? '')
    .trim()
    .replace(/^@\S+\s+/, '')
    .trim();
}
