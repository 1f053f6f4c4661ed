import { createHash } from 'node:crypto';
import { DAY, dayStart } from '../domain/clock';
import { ROLE_WORDS } from '../domain/commands';
import { outline } from '../domain/outline';
import { refuse } from '../domain/refusal';
import { ancestors, type Roster, within } from '../domain/roster';
import { nameOf } from '../domain/rules';
import type { Area, Role, Town } from '../domain/types';
import type { BoardQuery } from '../ports';
import type { Answer } from './contract';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { overseen } from './overview';
import { summaryOf } from './present';
import { refused } from './problem';

/** 地图: the town's outlines for all of its people, events and who works in a grid for those who oversee, as each may see them. */

type Keys = 'GET /api/map/grids' | 'GET /api/map/events' | 'GET /api/map/here' | 'GET /api/map/grids/:id';
type Outlines = Answer<'GET /api/map/grids'>;

export function mapRoutes(ports: HttpPorts): Pick<Handlers, Keys> {
  const outlinesOf = keptOutlines();
  return {
    'GET /api/map/grids': async ({ ctx }) => {
      const { etag, outlines } = outlinesOf(ports.rules().roster);
      ctx.set({ ETag: etag, 'Cache-Control': 'private, no-cache' });
      ctx.status = ctx.get('If-None-Match') === etag ? 304 : 200;
      return outlines;
    },
    'GET /api/map/events': (asked) => events(ports, asked),
    'GET /api/map/here': (asked) => here(ports, asked),
    'GET /api/map/grids/:id': (asked) => grid(ports, asked),
  };
}

/** About two metres. */
const TOLERANCE = 0.00002;

/** Made once for each version of the town. */
function keptOutlines(): (roster: Roster) => { etag: string; outlines: Outlines } {
  let town: Town | null = null;
  let kept = { etag: '', outlines: { type: 'FeatureCollection', features: [] } as Outlines };
  return (roster) => {
    if (town === roster.town) return kept;
    town = roster.town;
    const features = town.areas.flatMap((area) => featureOf(area, roster) ?? []);
    const etag = `"${createHash('sha256').update(JSON.stringify(features)).digest('base64url').slice(0, 22)}"`;
    kept = { etag, outlines: { type: 'FeatureCollection', features } };
    return kept;
  };
}

function featureOf(area: Area, roster: Roster): Outlines['features'][number] | null {
  const { id, kind, name, polygon } = area;
  if (!polygon || (kind !== 'grid' && kind !== 'street')) return null;
  const coordinates = [outline(polygon, TOLERANCE)];
  const properties = { name, kind, within: kind === 'grid' ? streetOf(area, roster) : '' };
  return { type: 'Feature', id, properties, geometry: { type: 'Polygon', coordinates } };
}

function streetOf({ path }: Area, roster: Roster): string {
  return (
    ancestors(path)
      .flatMap((id) => roster.area(id) ?? [])
      .find(({ kind }) => kind === 'street')?.name ?? ''
  );
}

const STATES = { open: 0, late: 1, closed: 2 } as const;

async function events({ store, clock, ...ports }: HttpPorts, { who, query }: Asked<'GET /api/map/events'>) {
  const scopes = overseen({ store, clock, ...ports }, who);
  const now = clock.now();
  const found = await store.mapPoints(scopes, now, since(now, query.days));
  const home = homeOf(scopes.areaPaths, ports.rules().roster);
  const nothing = { late: 0, elsewhere: 0, points: [], grids: {} };
  const answer: Answer<'GET /api/map/events'> = { ...nothing, count: found.length, home };
  for (const { gridId, lng, lat, state } of found) {
    if (state === 'late') answer.late += 1;
    if (gridId) answer.grids[gridId] = (answer.grids[gridId] ?? 0) + 1;
    else answer.elsewhere += 1;
    if (lng !== null && lat !== null) answer.points.push([metre(lng), metre(lat), STATES[state]]);
  }
  return answer;
}

type Home = Answer<'GET /api/map/events'>['home'];

/** The box around the outlines of what somebody oversees; null where that is the whole town, or is not drawn. */
function homeOf(paths: readonly string[], { town, district }: Roster): Home {
  if (paths.includes(district.path)) return null;
  let box: Home = null;
  for (const { path, polygon } of town.areas) {
    if (!polygon || !paths.some((outer) => within(path, outer))) continue;
    for (const [lng, lat] of polygon) {
      const [west, south, east, north]: NonNullable<Home> = box ?? [lng, lat, lng, lat];
      box = [Math.min(west, lng), Math.min(south, lat), Math.max(east, lng), Math.max(north, lat)];
    }
  }
  return box;
}

/** With today, so many days of China. */
const since = (now: number, days: string) => dayStart(now) - (Number(days) - 1) * DAY;

const metre = (degrees: number) => Math.round(degrees * 1e5) / 1e5;
/** What a point may have lost by rounding. */
const LOST = 0.5e-5;
const MOST_HERE = 50;

async function here(
  ports: HttpPorts,
  { who, query }: Asked<'GET /api/map/here'>,
): Promise<Answer<'GET /api/map/here'>> {
  const { days, west, south, east, north } = query;
  const scopes = overseen(ports, who);
  const now = ports.clock.now();
  const box = { west: west - LOST, south: south - LOST, east: east + LOST, north: north + LOST };
  const found = await ports.store.mapEvents(scopes, since(now, days), box, MOST_HERE + 1);
  const rules = ports.rules();
  const events = found.slice(0, MOST_HERE).map((event) => summaryOf(event, { userId: who, rules, now }));
  return { events, more: found.length > MOST_HERE };
}

const MOST = 10;

/** Errors: a grid that there is not. */
async function grid(ports: HttpPorts, { who, params }: Asked<'GET /api/map/grids/:id'>) {
  const scopes = overseen(ports, who);
  const rules = ports.rules();
  const now = ports.clock.now();
  const area = rules.roster.area(params.id);
  if (area?.kind !== 'grid') throw refused(refuse('unknown_area'));
  const time = { now, dayEnd: dayStart(now) + DAY };
  const asked = (what: 'open' | 'late'): BoardQuery => ({
    scopes,
    filter: { what, areaPath: area.path },
    time,
    limit: MOST,
  });
  const [open, late, rows] = await Promise.all([
    ports.store.boardCount(asked('open')),
    ports.store.boardCount(asked('late')),
    ports.store.boardRows(asked('open')),
  ]);
  const above = ancestors(area.path)
    .slice(1)
    .flatMap((id) => rules.roster.area(id) ?? [])
    .reverse();
  return {
    ...{ id: area.id, name: area.name, within: above.map(({ name }) => name).join(' · '), open, late },
    people: peopleOf(area, rules.roster),
    events: rows.map((event) => summaryOf(event, { userId: who, rules, now })),
  };
}

const POSTS: readonly Role[] = ['worker', 'handler', 'leader'];

/** Who works there: the grid's own people, then those of its community. Names and posts; telephone numbers stay in the roster. */
function peopleOf(grid: Area, roster: Roster): { name: string; post: string }[] {
  const community = roster.area(grid.parentId ?? '');
  const posts = new Map<string, string[]>();
  for (const area of [grid, ...(community ? [community] : [])])
    for (const role of POSTS)
      for (const userId of roster.staffOfArea(area.id, role))
        posts.set(userId, [...(posts.get(userId) ?? [`${area === grid ? '本网格' : area.name}`]), ROLE_WORDS[role]]);
  const people = [...posts].map(([userId, [where, ...roles]]) => ({ userId, post: `${where}${roles.join('、')}` }));
  return people.slice(0, 20).map(({ userId, post }) => ({ name: nameOf(userId, roster), post }));
}
