import chineseDays from 'chinese-days';
import type { Calendar } from '../domain/clock';
import { rosterOf } from '../domain/roster';
import type { Rules } from '../domain/rules';
import type { Settings } from '../domain/settings';
import { indexTown, understand } from '../domain/understand';
import type { Store } from '../ports';

/** The rules in force: the town as stored, the calendar of the State Council, the settings. Reloaded when the town changes. */
export interface TownRules {
  rules(): Rules;
  /** Looks whether another process changed the town; cheap when not. */
  refresh(): Promise<void>;
}

export async function loadTown(store: Store, settings: Settings): Promise<TownRules> {
  const calendar = workCalendar(settings);
  let version = await store.townVersion();
  let rules = await read();

  async function read(): Promise<Rules> {
    const town = await store.town();
    const index = indexTown(town.matters, town.areas);
    return {
      roster: rosterOf(town),
      calendar,
      settings,
      understand: onceEach((text, homePath) => understand(text, index, { homePath })),
    };
  }

  return {
    rules: () => rules,
    async refresh() {
      const now = await store.townVersion();
      if (now === version) return;
      rules = await read();
      version = now;
    },
  };
}

/** One decision asks the same of the same words twice: is this a report at all, and what does it say. */
function onceEach(ask: Rules['understand']): Rules['understand'] {
  let last: { text: string; homePath: string; answer: ReturnType<Rules['understand']> } | null = null;
  return (text, homePath) => {
    if (last?.text !== text || last.homePath !== homePath) last = { text, homePath, answer: ask(text, homePath) };
    return last.answer;
  };
}

/** Working days with statutory holidays and make-up days; each date is asked of the library once. */
export function workCalendar({ sessions }: Pick<Settings, 'sessions'>): Calendar {
  const known = new Map<string, boolean>();
  return {
    sessions,
    isWorkday(date) {
      const before = known.get(date);
      if (before !== undefined) return before;
      const workday = chineseDays.isWorkday(date);
      known.set(date, workday);
      return workday;
    },
  };
}
