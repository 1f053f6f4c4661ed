/** What is filled in of a calendar, as the text of rules that the server takes. */

export interface Day {
  kind: 'closed' | 'worked' | 'hours';
  from: string;
  to: string;
  sessions?: [number, number][];
  reason: string;
}

export interface AreaDays {
  areaId: string;
  rules: Day[];
}

/** Begin and end of each as they are typed: `08:30`, or '' for nothing yet. */
export interface DayHours {
  morning: [string, string];
  afternoon: [string, string];
}

export interface RuleDraft extends DayHours {
  kind: Day['kind'];
  from: string;
  to: string;
  reason: string;
}

export const KIND_WORDS: Record<Day['kind'], string> = { closed: '停办', worked: '上班', hours: '特殊作息' };

/** A copy of what is in force. */
export function daysOf(text: { [key: string]: unknown }): AreaDays[] {
  return JSON.parse(JSON.stringify(text.calendars || [])) as AreaDays[];
}

/** The rule, or what is missing. What it may say is judged by the server. */
export function ruleOf({ kind, from, to, reason, ...hours }: RuleDraft): Day | string {
  if (!from) return '请选择日期。';
  if (to && to < from) return '结束日期不能早于开始日期。';
  if (reason.trim().length < 2) return '请写明依据。';
  const rule: Day = { kind, from, to: to || from, reason: reason.trim() };
  if (kind !== 'hours') return rule;
  const sessions = sessionsOf(hours);
  return sessions.length > 0 ? { ...rule, sessions } : '请写明上下班时间。';
}

/** Empty while one of them is only half written. */
export function sessionsOf({ morning, afternoon }: DayHours): [number, number][] {
  const written = [morning, afternoon].filter(([opens, closes]) => opens || closes);
  if (written.some(([opens, closes]) => !opens || !closes)) return [];
  return written.map(([opens, closes]): [number, number] => [minuteOf(opens), minuteOf(closes)]);
}

export function hoursOf(sessions: readonly (readonly [number, number])[]): DayHours {
  const typed = (index: number): [string, string] => {
    const session = sessions[index];
    return session ? [timeOf(session[0]), timeOf(session[1])] : ['', ''];
  };
  return { morning: typed(0), afternoon: typed(1) };
}

export function saysHours(sessions: readonly (readonly [number, number])[]): string {
  return sessions.map((pair) => pair.map(timeOf).join('–')).join('、');
}

export function minuteOf(text: string): number {
  const [hours, minutes] = text.split(':').map(Number);
  return (hours || 0) * 60 + (minutes || 0);
}

export function timeOf(minute: number): string {
  const two = (value: number) => (value < 10 ? `0${value}` : String(value));
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** The later rule counts: a new one goes last. */
export function withRule(calendars: AreaDays[], areaId: string, rule: Day): AreaDays[] {
  if (!calendars.some((each) => each.areaId === areaId)) return calendars.concat({ areaId, rules: [rule] });
  return calendars.map((each) => (each.areaId === areaId ? { areaId, rules: each.rules.concat(rule) } : each));
}

export function withoutRule(calendars: AreaDays[], areaId: string, index: number): AreaDays[] {
  return calendars.map((each) =>
    each.areaId === areaId ? { areaId, rules: each.rules.filter((_, at) => at !== index) } : each,
  );
}

export function saysOf({ from, to, sessions }: Day): string {
  return [from === to ? from : `${from} 至 ${to}`, saysHours(sessions || [])].filter(Boolean).join('，');
}
