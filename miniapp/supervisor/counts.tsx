import type { Answer } from '../../server/http/contract';
import './supervisor.css';

/** Numbers that lead to the events behind them. */

export type Total = Answer<'GET /api/overview'>['total'];
type What = 'open' | 'urgent' | 'due' | 'warned' | 'late' | 'reported' | 'closed' | 'overdue';

export interface Behind {
  what: What;
  climb?: keyof Pick<Total, 'blue' | 'yellow' | 'red' | 'accountability'>;
  area?: string;
  only?: boolean;
  unit?: string;
  day?: string;
}

export function addressOf({ what, climb, area, only, unit, day }: Behind): string {
  const words: Record<string, string | undefined> = { what, climb, area, only: only ? '1' : undefined, unit, day };
  const given = Object.keys(words).filter((name) => words[name]);
  return `#/rows?${given.map((name) => `${name}=${encodeURIComponent(words[name] || '')}`).join('&')}`;
}

/** A number in a table; nothing stands behind a nought. */
export function Count({ value, behind, of, alarm }: { value: number; behind: Behind; of: string; alarm?: boolean }) {
  if (value === 0) return <span class="nought">0</span>;
  return (
    <a class={alarm ? 'count alarm' : 'count'} href={addressOf(behind)} aria-label={`${of} ${value} 件，看是哪些`}>
      {value}
    </a>
  );
}

/** The four rungs of lateness: a word, a shape and a colour each. */
export const CLIMBS = [
  { key: 'accountability', label: '问责', mark: '◆' },
  { key: 'red', label: '红牌', mark: '■' },
  { key: 'yellow', label: '黄牌', mark: '▲' },
  { key: 'blue', label: '普通', mark: '●' },
] as const;
