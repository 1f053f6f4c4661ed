import { z } from 'zod';
import type { Message } from '../server/ports';
import type { Card } from './card';

const rows = z.array(z.object({ label: z.string(), value: z.string() }));
const lines = z.array(z.object({ time: z.string(), text: z.string() }));
const buttons = z.array(z.object({ action: z.string(), label: z.string() }));

/**
 * A card for organisations that have not imported the templates yet: the platform's own action card, whose buttons
 * open the micro-app with the action ready. Nothing is lost but the tap in place.
 */
export function fallbackMessage({ params }: Card): Message {
  const parsed = <T>(schema: z.ZodType<T[]>, value: string | undefined): T[] =>
    value ? schema.parse(JSON.parse(value)) : [];
  const body = [
    params.warning && `**${params.warning}**`,
    ...parsed(rows, params.notices).map(({ label, value }) => `${label}：${value}`),
    params.text,
    ...parsed(rows, params.fields).map(({ label, value }) => `${label}：${value}`),
    ...parsed(lines, params.lines).map(({ time, text }) => `- ${time} ${text}`),
    params.hint,
  ];
  const url = (action: string) => `${params.link}${params.link?.includes('?') ? '&' : '?'}do=${action}`;
  const links = parsed(buttons, params.buttons)
    .slice(0, 3)
    .map(({ action, label }) => ({ title: label, url: url(action) }));
  return {
    type: 'actions',
    title: params.title ?? '网格通',
    text: [`### ${params.title}`, ...body.filter(Boolean)].join('  \n'),
    buttons: [...links, { title: '查看详情', url: params.link ?? '' }],
  };
}
