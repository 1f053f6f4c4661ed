import { z } from 'zod';
import { type CardUpdate, cardData, updateOptions } from './cards';
import { OVER_QUOTA, type Pushed } from './delivery';
import { cardClick, TOPIC_CARD } from './frames';
import { parseJson } from './json';
import type { Platform } from './platform';
import type { Params } from './state';
import type { CardTemplate, FormField } from './types';

export const tapping = z.object({
  userId: z.string(),
  outTrackId: z.string(),
  action: z.string().min(1),
  params: z.record(z.string(), z.unknown()).optional(),
  form: z.record(z.string(), z.unknown()).optional(),
});
export type Tapping = z.input<typeof tapping>;
export type Tapped = { ok: true } | { ok: false; message: string };

const no = (message: string): Tapped => ({ ok: false, message });

/** A person presses a button of a card they can see; waits for the answer, at most the card limit (§5.4, 5.5). */
export async function tap(platform: Platform, given: Tapping): Promise<Tapped> {
  const input = tapping.parse(given);
  const { cards, directory } = platform;
  const person = directory.person(input.userId);
  const found = cards.find(input.userId, input.outTrackId);
  if (!person || !found) return no('看不到这张卡片');
  const { card, view, conversationId } = found;
  if (card.callbackType !== 'STREAM') return no('这张卡片的 callbackType 不是 STREAM，点击到不了应用');
  const form = input.form && wireForm(input.form, fieldsOf(view.params, platform.templates[card.templateId]));
  const params = { action: input.action, ...input.params, ...(form ? { form } : {}) };
  const click = {
    outTrackId: card.outTrackId,
    userId: card.userIdType === 2 ? person.unionId : person.userId,
    userIdType: card.userIdType,
    conversationId,
    group: directory.group(conversationId) !== undefined,
  };
  const data = cardClick(platform.identity, click, { ...params, action: input.action });
  const { content: _, ...bare } = data;
  const push = { type: 'CALLBACK', topic: TOPIC_CARD, data, overQuota: { ...bare, ...OVER_QUOTA } } as const;
  cards.clicking.add(card.outTrackId);
  const pushed = await platform.delivery
    .once(push, platform.cardMs)
    .finally(() => cards.clicking.delete(card.outTrackId));
  const answer = understood(pushed, person.userId);
  if ('ok' in answer) return answer;
  if (answer.shared || answer.personal) cards.answer(card, person.userId, answer);
  return { ok: true };
}

const answering = z.object({
  response: z
    .object({ cardUpdateOptions: updateOptions, cardData: cardData.nullish(), userPrivateData: cardData.nullish() })
    .nullish(),
});

/** What the answer shows the clicker, or why the click failed in their eyes. */
function understood(pushed: Pushed, userId: string): CardUpdate | Tapped {
  if (pushed.as === 'offline') return no('应用没有连接，请稍后再试');
  if (pushed.as === 'over-quota') return no('本月推送次数已用完');
  if (pushed.as === 'silence') return no('操作超时，请重试');
  if (pushed.code !== 200) return no(`操作失败（${pushed.code}），请重试`);
  const parsed = answering.safeParse(parseJson(pushed.data));
  if (!parsed.success) return no('应用的回答格式不对');
  const { response } = parsed.data;
  return {
    ...(response?.cardData ? { shared: response.cardData.cardParamMap } : {}),
    ...(response?.userPrivateData ? { personal: { [userId]: response.userPrivateData.cardParamMap } } : {}),
    sharedByKey: response?.cardUpdateOptions.updateCardDataByKey ?? false,
    personalByKey: response?.cardUpdateOptions.updatePrivateDataByKey ?? false,
  };
}

const formOf = z.object({
  fields: z.array(
    z.looseObject({
      name: z.string(),
      type: z.string(),
      options: z.array(z.object({ value: z.string(), text: z.unknown() })).optional(),
    }),
  ),
});
type Field = Pick<FormField, 'name'> & { type: string; options?: { value: string }[] | undefined };

/** The form fields of a card, from its form variables. */
function fieldsOf(params: Params, template: CardTemplate | undefined): Map<string, Field> {
  const forms = template?.variables.filter((one) => one.type === 'form') ?? [];
  const fields = forms.flatMap(({ name }) => formOf.safeParse(parseJson(params[name] ?? '')).data?.fields ?? []);
  return new Map(fields.map((field) => [field.name, field]));
}

/** Typed values as the platform sends them: SELECT as `{index, value}`, DATE as `yyyy-MM-dd`, DATETIME as `yyyy-MM-dd HH:mm` (§5.4). */
function wireForm(form: Record<string, unknown>, fields: Map<string, Field>): Record<string, unknown> {
  const wire = (name: string, value: unknown) => {
    const field = fields.get(name);
    if (typeof value !== 'string' || !field) return value;
    if (field.type === 'DATE') return value.slice(0, 10);
    if (field.type === 'DATETIME') return value.replace('T', ' ').slice(0, 16);
    if (field.type !== 'SELECT') return value;
    return { index: field.options?.findIndex((option) => option.value === value) ?? -1, value };
  };
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, wire(name, value)]));
}
