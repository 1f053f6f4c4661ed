import { areaName } from '../../cards/card';
import { alike, GOING_ON, NEAR, type Sighting } from '../domain/alike';
import { DAY, dateOf, instant } from '../domain/clock';
import { STAGE_WORDS } from '../domain/commands';
import { follows, maySee, scopeOf } from '../domain/policy';
import { when } from '../domain/refusal';
import type { Roster } from '../domain/roster';
import { homePath } from '../domain/routing';
import type { Rules } from '../domain/rules';
import { advice } from '../domain/safety';
import type { Area, Event } from '../domain/types';
import type { EventQuery, MonthFigures } from '../ports';
import type { Answer } from './contract';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { distanceWords, matterName } from './present';

/** What whoever reports is helped with, and their own month. Nothing here changes anything. */
export function workerRoutes(
  ports: HttpPorts,
): Pick<Handlers, 'GET /api/report' | 'POST /api/report/hints' | 'GET /api/month'> {
  return {
    'GET /api/report': ({ who }) => begin(ports, who),
    'POST /api/report/hints': (asked) => hints(ports, asked),
    'GET /api/month': async ({ query, who }) => {
      const month = query.month ?? dateOf(ports.clock.now()).slice(0, 7);
      const [from, to] = [instant(`${month}-01`, '00:00'), instant(`${monthAfter(month)}-01`, '00:00')];
      const figures = await ports.store.monthOf(who, from, to);
      return { month, ...figures, rewards: await rewardsOf(ports, figures.rewards) };
    },
  };
}

async function rewardsOf(
  { store, rules, clock }: HttpPorts,
  rewards: MonthFigures['rewards'],
): Promise<Answer<'GET /api/month'>['rewards']> {
  const rows = rewards.map(async ({ eventId, note, at }) => {
    const event = await store.event(eventId);
    const about = event && { no: event.no ?? '', matter: matterName(event, rules()) };
    return about ? [{ eventId, ...about, note, time: when(at, clock.now()) }] : [];
  });
  return (await Promise.all(rows)).flat();
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

// -------------------------------------------------------------------------------------------------- begin

const CHIPS = 8;
const LATELY = 90 * DAY;

async function begin({ store, rules, clock }: HttpPorts, who: string): Promise<Answer<'GET /api/report'>> {
  const { roster } = rules();
  const areaPath = homePath(who, roster);
  const since = clock.now() - LATELY;
  const known = await store.habits({ userId: who, areaPath: streetOf(areaPath, roster), since, limit: 3 * CHIPS });
  const offered = new Set(roster.offered.map(({ id }) => id));
  const habit = [...new Set([...known, ...offered])].filter((id) => offered.has(id)).slice(0, CHIPS);
  return {
    habit,
    matters: roster.offered.map((matter) => chipOf(matter, roster)),
    area: areaName({ areaPath }, roster),
    home: areaPath.slice(areaPath.lastIndexOf('/') + 1),
  };
}

/** Colleagues of the same street meet the same things. */
function streetOf(areaPath: string, roster: Roster): string {
  const ids = areaPath.split('/').filter(Boolean);
  const street = ids.find((id) => roster.area(id)?.kind === 'street');
  return (street && roster.area(street)?.path) || areaPath;
}

function chipOf({ id, name, duty, urgent }: Roster['offered'][number], roster: Roster) {
  return { id, name, duty, urgent, evidence: roster.condition(id)?.evidence ?? ('none' as const) };
}

// -------------------------------------------------------------------------------------------------- hints

async function hints(
  ports: HttpPorts,
  { body, who }: Asked<'POST /api/report/hints'>,
): Promise<Answer<'POST /api/report/hints'>> {
  const rules = ports.rules();
  const { roster } = rules;
  const { text, lng, lat, matterId } = body;
  const home = homePath(who, roster);
  const understood = rules.understand(text.trim(), home);
  const given = lng !== null && lat !== null;
  const pointed = given ? roster.areaAt(lng, lat) : undefined;
  const area = pointed ?? roster.area(understood.areaId ?? home.split('/').at(-1) ?? '');
  const guessed = understood.suggestions.map(({ matterId: id }) => id);
  const seen = { lng, lat, gridId: gridOf(area), matterIds: matterId ? [matterId] : guessed };
  const near = await nearOf(ports, who, seen, area);
  return {
    area: area ? { id: area.id, name: areaName({ areaPath: area.path }, roster), grid: area.kind === 'grid' } : null,
    outside: given && !pointed && roster.town.areas.some(({ polygon }) => polygon),
    suggested: understood.suggestions.map(({ matterId: id, words }) => ({ id, words })),
    urgent: understood.urgent,
    advice: understood.safety ? advice(understood.safety) : '',
    near: near.map(({ event, metres }) => ({
      ...nearView(event, who, rules, ports.clock.now()),
      distance: distanceWords(metres),
    })),
  };
}

function gridOf(area: Area | undefined): string | null {
  return area?.kind === 'grid' ? area.id : null;
}

/** So many are looked at: of the spot, and of the grid, the newest first. */
const LOOKED_AT = 40;
const DEGREE = 111_320;

/** Only what this person may see is held out to them: what they may not see does not exist. */
async function nearOf({ store, rules, clock }: HttpPorts, who: string, seen: Sighting, area: Area | undefined) {
  const { roster } = rules();
  const base = { scopes: scopeOf(who, roster), stages: [...GOING_ON], limit: LOOKED_AT };
  const asked: EventQuery[] = [];
  if (seen.lng !== null && seen.lat !== null) asked.push({ ...base, box: boxRound(seen.lng, seen.lat) });
  if (seen.gridId && area && seen.matterIds.length > 0) asked.push({ ...base, areaPath: area.path });
  const found = (await Promise.all(asked.map((query) => store.list(query)))).flat();
  const events = [...new Map(found.map((event) => [event.id, event])).values()];
  return alike(
    seen,
    events.filter((event) => maySee(who, event, roster)),
    clock.now(),
  );
}

function boxRound(lng: number, lat: number): NonNullable<EventQuery['box']> {
  const north = NEAR / DEGREE;
  const east = north / Math.max(0.1, Math.cos((lat * Math.PI) / 180));
  return { west: lng - east, east: lng + east, south: lat - north, north: lat + north };
}

function nearView(event: Event, who: string, rules: Rules, now: number) {
  return {
    id: event.id,
    no: event.no,
    matter: matterName(event, rules),
    text: event.text.slice(0, 80),
    stageText: STAGE_WORDS[event.stage],
    place: event.place.text,
    time: when(event.createdAt, now),
    mine: event.reporterId === who || follows(who, event),
  };
}
