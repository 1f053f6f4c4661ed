import { z } from 'zod';
import type { CardButton, FormField } from '../types';

type Params = Record<string, string>;

const row = z.object({ label: z.string(), value: z.string() });
const line = z.object({ time: z.string(), text: z.string(), tone: z.string().optional() });
const button: z.ZodType<CardButton> = z.object({
  action: z.string(),
  label: z.string(),
  style: z.enum(['primary', 'default', 'danger']).optional(),
  params: z.record(z.string(), z.string()).optional(),
  fields: z.array(z.string()).optional(),
  confirm: z.string().optional(),
  url: z.string().optional(),
});
const field: z.ZodType<FormField> = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(['TEXT', 'TEXT_AREA', 'SELECT', 'DATE', 'DATETIME']),
  required: z.boolean().optional(),
  placeholder: z.string().optional(),
  options: z.array(z.object({ value: z.string(), text: z.string() })).optional(),
});
const form = z.object({ fields: z.array(field) });

/** A variable that does not hold what its block needs; shown in the card, because a developer looks at it. */
export class BadVariable extends Error {}

function read<T>(params: Params, name: string, shape: z.ZodType<T>, empty: T): T {
  const text = params[name];
  if (!text?.trim()) return empty;
  const parsed = shape.safeParse(json(text));
  if (!parsed.success)
    throw new BadVariable(`变量 ${name} 的内容不对：${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  return parsed.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What blocks read from a card's string params. Each throws `BadVariable` when the JSON is not of its shape. */
export const rowsIn = (params: Params, name: string) => read(params, name, z.array(row), []);
export const linesIn = (params: Params, name: string) => read(params, name, z.array(line), []);
export const urlsIn = (params: Params, name: string) => read(params, name, z.array(z.string()), []);
export const buttonsIn = (params: Params, name: string) => read(params, name, z.array(button), []);
export const fieldsIn = (params: Params, name: string) => read(params, name, form, { fields: [] }).fields;

/** `${name}` in a template's strings; an unknown name is empty. */
export function fill(text: string, params: Params): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
}

/** Does a block with this condition show? An empty list is nothing to show. */
export function shows(when: string | undefined, params: Params): boolean {
  return when === undefined || !['', 'false', '[]'].includes(params[when] ?? '');
}

/** A DATETIME field's value as the platform posts it: `2026-11-23 08:30`. */
export function posted(value: string, type: FormField['type']): string {
  return type === 'DATETIME' ? value.replace('T', ' ') : value.trim();
}

/** Labels of required fields left empty. */
export function missing(fields: FormField[], values: Params): string[] {
  return fields.filter(({ name, required }) => required && !values[name]?.trim()).map(({ label }) => label);
}
