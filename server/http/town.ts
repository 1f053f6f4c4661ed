import { termsLimit } from '../../cards/duration';
import { ROLE_WORDS } from '../domain/commands';
import { termsOf } from '../domain/conditions';
import { openTasks } from '../domain/policy';
import { refuse } from '../domain/refusal';
import type { Roster } from '../domain/roster';
import { leadUnit, reachableUnits } from '../domain/routing';
import type { Matter, Post, Unit } from '../domain/types';
import type { Answer } from './contract';
import { visible } from './events';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { refused } from './problem';

export function townRoutes(
  ports: HttpPorts,
): Pick<Handlers, 'GET /api/me' | 'GET /api/pulse' | 'GET /api/units' | 'GET /api/matters' | 'GET /api/routing'> {
  return {
    'GET /api/me': async ({ who }) => {
      const { roster } = ports.rules();
      const posts = roster.posts(who);
      return {
        userId: who,
        name: roster.person(who)?.name ?? '',
        posts: posts.map((post) => postOf(post, roster)),
        roles: [...new Set(posts.map(({ role }) => role))],
      };
    },
    'GET /api/pulse': async () => {
      const [{ pulse = 0 }, town] = await Promise.all([ports.store.counters('pulse'), ports.store.townVersion()]);
      return { change: pulse + town };
    },
    'GET /api/units': async ({ query, who }) => {
      const event = await visible(ports, who, query.eventId);
      const busy = new Set(openTasks(event).map(({ unitId }) => unitId));
      const units = reachableUnits(event.areaPath, ports.rules().roster).filter(({ id }) => !busy.has(id));
      return { units: units.map(unitOf) };
    },
    'GET /api/matters': async () => {
      const { roster } = ports.rules();
      return { matters: roster.offered.map((matter) => matterOf(matter, roster)) };
    },
    'GET /api/routing': async ({ query }) => routing(query, ports.rules().roster),
  };
}

function unitOf({ id, name, kind }: Unit) {
  return { id, name, kind };
}

function matterOf({ id, name, duty, urgent }: Matter, roster: Roster) {
  const conditions = roster.conditions(id).map((each) => ({ id: each.id, text: each.text, limit: termsLimit(each) }));
  return { id, name, duty, urgent, conditions };
}

function postOf({ role, unitId, areaId }: Post, roster: Roster) {
  return {
    role,
    roleText: ROLE_WORDS[role],
    unit: (unitId && roster.unit(unitId)?.name) || '',
    area: (areaId && roster.area(areaId)?.name) || '',
  };
}

/** As an event of this kind would be dispatched there. Errors: a matter, condition or area that there is not. */
function routing(
  { matterId, conditionId, areaId }: Asked<'GET /api/routing'>['query'],
  roster: Roster,
): Answer<'GET /api/routing'> {
  if (!roster.matter(matterId)) throw refused(refuse('unknown_matter'));
  const area = areaId ? roster.area(areaId) : roster.district;
  if (!area) throw refused(refuse('unknown_area'));
  const condition = roster.condition(matterId, conditionId);
  if (conditionId && !condition) throw refused(refuse('unknown_condition'));
  const terms = condition ? termsOf(condition, roster.town.versions.catalogue) : null;
  const route = leadUnit({ matterId, areaPath: area.path, terms, diverted: false }, roster);
  if (!route) return { unit: null, assists: [], why: '权责清单没有列明由谁主办，由派遣员指定' };
  return { unit: unitOf(route.unit), assists: route.assist.map(unitOf), why: route.why };
}
