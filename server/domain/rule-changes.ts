import { EVIDENCE_WORDS } from './catalogue-rows';
import { DUTIES, dutyTable } from './duty-table';
import { limitWords } from './limits';
import { timeWords } from './setting-lines';
import type { AreaCalendar, CalendarRule, Condition, Duty, Matter, Town } from './types';

/** What a new text of rules changes, line by line, for people to read before they accept it. */

export interface Change {
  what: string;
  /** Null where there was nothing. */
  before: string | null;
  after: string | null;
}

export interface Changes {
  added: Change[];
  changed: Change[];
  removed: Change[];
}

/** One thing the rules say: what it is about, and what they say of it. Known by its key in both texts. */
export type Lines = Map<string, { what: string; says: string }>;

export function changesOf(before: Lines, after: Lines): Changes {
  const changes: Changes = { added: [], changed: [], removed: [] };
  for (const [key, { what, says }] of after) {
    const old = before.get(key);
    if (!old) changes.added.push({ what, before: null, after: says });
    else if (old.says !== says) changes.changed.push({ what, before: old.says, after: says });
  }
  for (const [key, { what, says }] of before)
    if (!after.has(key)) changes.removed.push({ what, before: says, after: null });
  return changes;
}

/** What is offered: matters in use, and their conditions. */
export function catalogueLines({ matters, conditions }: { matters: Matter[]; conditions: Condition[] }): Lines {
  const names = new Map(matters.flatMap(({ id, name, retired }) => (retired ? [] : [[id, name] as const])));
  const lines: Lines = new Map();
  for (const matter of matters)
    if (!matter.retired) lines.set(`m ${matter.id}`, { what: `事项 ${matter.name}`, says: saysMatter(matter) });
  for (const condition of conditions) {
    const name = names.get(condition.matterId);
    if (name) lines.set(`c ${condition.id}`, { what: `${name} · ${condition.text}`, says: saysCondition(condition) });
  }
  return lines;
}

function saysMatter({ name, duty, domain, gbCode, keywords, urgent }: Matter): string {
  const code = gbCode ? `，国标 ${gbCode}` : '';
  return `${name}，${duty}，${domain}${code}${urgent ? '，紧急' : ''}；关键词：${keywords.join(' ')}`;
}

function saysCondition(condition: Condition): string {
  const { rank, text, ackMinutes, closing, evidence } = condition;
  return `${rank}. ${text}：${limitWords(condition)}，签收 ${ackMinutes} 分钟，结案条件：${closing}，证据：${EVIDENCE_WORDS[evidence]}`;
}

export function dutyLines(duties: readonly Duty[], town: Pick<Town, 'matters' | 'conditions' | 'units'>): Lines {
  const [, ...rows] = dutyTable(duties, town);
  const at = (key: (typeof DUTIES)[number]['key']) => DUTIES.findIndex((column) => column.key === key);
  return new Map(
    duties.map(({ id }, index) => {
      const cell = (key: (typeof DUTIES)[number]['key']) => String(rows[index]?.[at(key)] ?? '');
      const what = ['matter', 'condition', 'area', 'channel'] as const;
      const assist = cell('assist');
      const says = `主办 ${cell('lead')}${assist && `，协办 ${assist}`}`;
      return [id, { what: what.map(cell).filter(Boolean).join(' · '), says }];
    }),
  );
}

const RULE_WORDS: Record<CalendarRule['kind'], string> = { closed: '停办', worked: '上班', hours: '特殊作息' };

export function calendarLines(calendars: readonly AreaCalendar[], areas: Town['areas']): Lines {
  const names = new Map(areas.map(({ id, name }) => [id, name]));
  const lines: Lines = new Map();
  const seen = new Map<string, number>();
  for (const { areaId, rules } of calendars) {
    for (const rule of rules) {
      const what = `${names.get(areaId) ?? areaId} ${rule.from}${rule.to === rule.from ? '' : ` 至 ${rule.to}`}`;
      const hours = rule.sessions?.map((session) => session.map(timeWords).join('–')).join('、');
      const says = `${RULE_WORDS[rule.kind]}${hours ? ` ${hours}` : ''}，依据：${rule.reason}`;
      // Two rules of the same days are two lines; the later one counts.
      const same = seen.get(what) ?? 0;
      seen.set(what, same + 1);
      lines.set(`${what} #${same}`, { what, says });
    }
  }
  return lines;
}
