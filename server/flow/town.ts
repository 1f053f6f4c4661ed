import { createHash } from 'node:crypto';
import { calendarsOf } from '../domain/calendar';
import type { Calendar } from '../domain/clock';
import { rosterOf } from '../domain/roster';
import type { Rules } from '../domain/rules';
import { DEFAULTS, type Settings } from '../domain/settings';
import type { Town } from '../domain/types';
import { indexTown, understand } from '../domain/understand';
import type { Store } from '../ports';
import { national, nationalEdition } from './national';

/** The rules in force: the town as stored, the calendars of its areas, its policies. Reloaded when the town changes. */
export interface TownRules {
  rules(): Rules;
  /** What due moments stand on, in short: differs when calendars, policies or the nation's holidays do. */
  basis(): string;
  /** The version these rules were read at. */
  version(): number;
  /** Looks whether another process changed the town (`seen`: its version, where that is known already); cheap when not. */
  refresh(seen?: number): Promise<void>;
}

/** `overrides` win over what the town has set; meant for tests. `changed` is told of every other town that is read later. */
export async function loadTown(
  store: Pick<Store, 'town' | 'townVersion'>,
  overrides: Partial<Settings> = {},
  changed: (town: Town) => void = () => undefined,
): Promise<TownRules> {
  let version = await store.townVersion();
  let current = await read();

  async function read(): Promise<{ rules: Rules; basis: string }> {
    const town = await store.town();
    const rules = rulesOf(town, { ...DEFAULTS, ...town.settings, ...overrides });
    return { rules, basis: basisOf(town, rules.settings) };
  }

  return {
    rules: () => current.rules,
    basis: () => current.basis,
    version: () => version,
    async refresh(seen) {
      const now = seen ?? (await store.townVersion());
      if (now === version) return;
      current = await read();
      version = now;
      changed(current.rules.roster.town);
    },
  };
}

/** Everything that is kept to save work belongs to these rules, and goes with them. */
function rulesOf(town: Town, settings: Settings): Rules {
  const index = indexTown(town.matters, town.areas);
  return {
    roster: rosterOf(town),
    calendarOf: calendarsOf(town.calendars, settings.sessions, national),
    settings,
    understand: onceEach((text, homePath) => understand(text, index, { homePath })),
  };
}

/** Where areas and units lie counts too: calendars are inherited. */
function basisOf({ calendars, areas, units }: Town, settings: Settings): string {
  const places = [...areas.map(({ path }) => path), ...units.map(({ id, areaId }) => `${id}@${areaId}`)].sort();
  const rules = [...calendars].sort((a, b) => (a.areaId < b.areaId ? -1 : 1));
  const all = JSON.stringify([settings, rules, rules.length > 0 ? places : [], nationalEdition]);
  return createHash('sha256').update(all).digest('hex').slice(0, 16);
}

/** One decision asks the same of the same words twice: is this a report at all, and what does it say. */
function onceEach(ask: Rules['understand']): Rules['understand'] {
  let last: { text: string; homePath: string; answer: ReturnType<Rules['understand']> } | null = null;
  return (text, homePath) => {
    if (last?.text !== text || last.homePath !== homePath) last = { text, homePath, answer: ask(text, homePath) };
    return last.answer;
  };
}

/** The nation's days and the sessions given, without rules of any area. */
export function nationalCalendar({ sessions }: Pick<Settings, 'sessions'>): Calendar {
  return calendarsOf([], sessions, national)('');
}
