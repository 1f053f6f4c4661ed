import { z } from 'zod';
import { parseJson } from './json';
import type { ChatMessage } from './types';

type Body = ChatMessage['body'];
const text = z.string().min(1);
const maybe = z.string().default('');

const link = z.object({ text: maybe, title: text, picUrl: maybe, messageUrl: text }).transform(
  ({ text, title, messageUrl }): Body => ({
    type: 'actions',
    title,
    text,
    buttons: [{ title: '查看详情', url: messageUrl }],
  }),
);

const oneAction = z.object({ title: text, text, singleTitle: text, singleURL: text }).transform(
  (given): Body => ({
    type: 'actions',
    title: given.title,
    text: given.text,
    buttons: [{ title: given.singleTitle, url: given.singleURL }],
  }),
);

/** Numbered pairs (`actionTitle1`, `actionURL1` …) become buttons; all n must be there. */
function numbered(n: number, titleKey: string, urlKey: string): z.ZodType<Body> {
  const places = Array.from({ length: n }, (_, i) => i + 1);
  const pairs = places.flatMap((i) => [[`${titleKey}${i}`, text] as const, [`${urlKey}${i}`, text] as const]);
  return z.object({ title: text, text, ...Object.fromEntries(pairs) }).transform((given): Body => {
    const held: Record<string, string> = given;
    const buttons = places.map((i) => ({ title: held[`${titleKey}${i}`]!, url: held[`${urlKey}${i}`]! }));
    return { type: 'actions', title: given.title, text: given.text, buttons };
  });
}

const seconds = z.coerce.number();

/** msgKey → msgParam, as the chat shows it (reference §4.3). */
const TEMPLATES: Record<string, z.ZodType<Body>> = {
  sampleText: z.object({ content: text }).transform(({ content }): Body => ({ type: 'text', text: content })),
  sampleMarkdown: z.object({ title: text, text }).transform((given): Body => ({ type: 'markdown', ...given })),
  sampleImageMsg: z
    .object({ photoURL: text })
    .transform(({ photoURL }): Body => ({ type: 'images', text: '', urls: [photoURL] })),
  sampleLink: link,
  sampleActionCard: oneAction,
  sampleActionCard2: numbered(2, 'actionTitle', 'actionURL'),
  sampleActionCard3: numbered(3, 'actionTitle', 'actionURL'),
  sampleActionCard4: numbered(4, 'actionTitle', 'actionURL'),
  sampleActionCard5: numbered(5, 'actionTitle', 'actionURL'),
  sampleActionCard6: numbered(2, 'buttonTitle', 'buttonUrl'),
  sampleAudio: z
    .object({ mediaId: text, duration: seconds })
    .transform(({ duration }): Body => ({ type: 'audio', seconds: duration / 1000, recognition: '', url: null })),
  sampleFile: z
    .object({ mediaId: text, fileName: text, fileType: text })
    .transform(({ fileName }): Body => ({ type: 'file', name: fileName, url: null })),
  sampleVideo: z.object({ videoMediaId: text }).transform((): Body => ({ type: 'video', url: null })),
};

/** A robot message from its template name and its JSON text; null when either is not the platform's. */
export function templated(msgKey: string, msgParam: string): Body | null {
  const template = Object.hasOwn(TEMPLATES, msgKey) ? TEMPLATES[msgKey] : undefined;
  return template?.safeParse(parseJson(msgParam)).data ?? null;
}

const buttons = z.array(z.object({ title: text, actionURL: text }));

/** What a sessionWebhook takes (reference §4.4). `empty` says nothing. */
export const webhookMessage = z.discriminatedUnion('msgtype', [
  z
    .object({ msgtype: z.literal('text'), text: z.object({ content: text }) })
    .transform(({ text }): Body => ({ type: 'text', text: text.content })),
  z
    .object({ msgtype: z.literal('markdown'), markdown: z.object({ title: text, text }) })
    .transform(({ markdown }): Body => ({ type: 'markdown', ...markdown })),
  z
    .object({ msgtype: z.literal('actionCard'), actionCard: z.union([oneAction, listedActions()]) })
    .transform(({ actionCard }): Body => actionCard),
  z.object({ msgtype: z.literal('link'), link }).transform(({ link }): Body => link),
  z
    .object({
      msgtype: z.literal('feedCard'),
      feedCard: z.object({ links: z.array(z.object({ title: text, messageURL: text })).min(1) }),
    })
    .transform(
      ({ feedCard }): Body => ({
        type: 'actions',
        title: feedCard.links[0]!.title,
        text: '',
        buttons: feedCard.links.map((one) => ({ title: one.title, url: one.messageURL })),
      }),
    ),
  z.object({ msgtype: z.literal('empty') }).transform(() => null),
]);

function listedActions() {
  return z.object({ title: text, text, btns: buttons.min(1) }).transform(
    ({ title, text, btns }): Body => ({
      type: 'actions',
      title,
      text,
      buttons: btns.map((one) => ({ title: one.title, url: one.actionURL })),
    }),
  );
}

/** The messages of a work notice that the sandbox shows; the others appear by the name of their type. */
export function workMessage(message: Record<string, unknown>): Body | null {
  const known = z
    .discriminatedUnion('msgtype', [
      z
        .object({ msgtype: z.literal('text'), text: z.object({ content: text }) })
        .transform(({ text }): Body => ({ type: 'text', text: text.content })),
      z
        .object({ msgtype: z.literal('markdown'), markdown: z.object({ title: text, text }) })
        .transform(({ markdown }): Body => ({ type: 'markdown', ...markdown })),
      z
        .object({
          msgtype: z.literal('action_card'),
          action_card: z.object({ title: text, markdown: text, single_title: text, single_url: text }),
        })
        .transform(
          ({ action_card: card }): Body => ({
            type: 'actions',
            title: card.title,
            text: card.markdown,
            buttons: [{ title: card.single_title, url: card.single_url }],
          }),
        ),
    ])
    .safeParse(message);
  if (known.success) return known.data;
  const other = z.enum(['image', 'voice', 'file', 'link', 'oa']).safeParse(message.msgtype);
  return other.success ? { type: 'text', text: `［工作通知：${other.data}］` } : null;
}
