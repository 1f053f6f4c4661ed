import { z } from 'zod';
import type { Settings } from '../domain/settings';
import type { AreaCalendar } from '../domain/types';

/** The shapes in which calendars and settings come from outside. What they may say is judged by the domain. */

const session = z.tuple([z.number(), z.number()]);

const rule = z.strictObject({
  kind: z.enum(['closed', 'worked', 'hours']),
  from: z.string().max(10),
  to: z.string().max(10),
  sessions: z.array(session).max(12).optional(),
  reason: z.string().max(200),
});

const calendars: z.ZodType<AreaCalendar[]> = z
  .array(z.strictObject({ areaId: z.string().max(100), rules: z.array(rule).max(1_000) }))
  .max(2_000);

const step = z.strictObject({
  rung: z.enum(['prewarn', 'blue', 'yellow', 'red', 'accountability']),
  share: z.number(),
  tell: z.array(z.enum(['handler', 'leader', 'supervisor', 'centre', 'discipline', 'procuratorate'])).max(12),
});
const approvers = z.array(z.enum(['leader', 'dispatcher', 'supervisor'])).max(6);

const settings = z.strictObject({
  sessions: z.array(session).max(12),
  ladders: z.strictObject({ ack: z.array(step).max(10), handle: z.array(step).max(10) }),
  accountability: z.strictObject({ signedBy: z.string().max(100), at: z.number() }).nullable(),
  start: z.enum(['dispatch', 'ack']),
  end: z.enum(['handler', 'unit']),
  onReturn: z.enum(['pause', 'run']),
  onRedispatch: z.enum(['resume', 'restart', 'bundle']),
  extend: z.strictObject({ times: z.number(), share: z.number(), approvers }),
  suspend: z.strictObject({ times: z.number(), mostDays: z.number(), approvers }),
  appeal: z.strictObject({ withinDays: z.number(), approvers }),
  idleMinutes: z.number(),
  mergeWithin: z.number(),
  draftReminds: z.number(),
  draftExpires: z.number(),
  dispatchMinutes: z.number(),
  verifyWithin: z.number(),
  reopenWithin: z.number(),
  quiet: z.strictObject({ from: z.number(), to: z.number() }),
  foldDraft: z.number(),
  foldStale: z.number(),
  foldLines: z.number(),
});

const wrapped = z.looseObject({ calendars: z.unknown(), settings: z.unknown() }).partial();
const inChinese = z.locales.zhCN().localeError;

/** Something of the right shape, or what is wrong with it. */
export type Shaped<T> = { value: T } | { faults: { field: string; reason: string }[] };

/** Bare, or under its name as the export has it. */
export function shapedCalendars(given: unknown): Shaped<AreaCalendar[]> {
  return shaped(calendars, wrapped.safeParse(given).data?.calendars ?? given);
}

/** Bare, or under its name as the export has it. Fields that are left out are the defaults. */
export function shapedSettings(given: unknown): Shaped<Partial<Settings>> {
  return shaped(settings.partial(), wrapped.safeParse(given).data?.settings ?? given);
}

function shaped<T>(shape: z.ZodType<T>, given: unknown): Shaped<T> {
  const read = shape.safeParse(given, { error: inChinese, reportInput: true });
  if (read.success) return { value: read.data };
  return { faults: read.error.issues.flatMap(faultsOf) };
}

function faultsOf(issue: z.core.$ZodIssue): { field: string; reason: string }[] {
  const missing = issue.input === undefined;
  if (issue.code !== 'unrecognized_keys')
    return [{ field: issue.path.join('.'), reason: missing ? '缺少这一项，请补上' : issue.message }];
  return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), reason: '没有这一项，请删去' }));
}
