import { ROLE_WORDS } from '../domain/commands';
import { openTasks } from '../domain/policy';
import type { Roster } from '../domain/roster';
import { reachableUnits } from '../domain/routing';
import type { Post } from '../domain/types';
import { visible } from './events';
import type { Handlers } from './mount';
import type { HttpPorts } from './needs';

export function townRoutes(ports: HttpPorts): Pick<Handlers, 'GET /api/me' | 'GET /api/units' | 'GET /api/matters'> {
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
    'GET /api/units': async ({ query, who }) => {
      const event = await visible(ports, who, query.eventId);
      const busy = new Set(openTasks(event).map(({ unitId }) => unitId));
      const units = reachableUnits(event.areaPath, ports.rules().roster).filter(({ id }) => !busy.has(id));
      return { units: units.map(({ id, name, kind }) => ({ id, name, kind })) };
    },
    'GET /api/matters': async () => ({
      matters: ports.rules().roster.town.matters.map(({ id, name, duty, urgent }) => ({ id, name, duty, urgent })),
    }),
  };
}

function postOf({ role, unitId, areaId }: Post, roster: Roster) {
  return {
    role,
    roleText: ROLE_WORDS[role],
    unit: (unitId && roster.unit(unitId)?.name) || '',
    area: (areaId && roster.area(areaId)?.name) || '',
  };
}
