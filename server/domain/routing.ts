import { ancestors, type Roster, within } from './roster';
import type { Event, Role, Task, Unit } from './types';

/** Which unit leads on an event by the duty list, and why; null when a dispatcher must choose. */
export function leadUnit(
  event: Pick<Event, 'matterId' | 'areaPath'>,
  roster: Roster,
): { unit: Unit; assist: Unit[]; why: string } | null {
  const duty = event.matterId ? roster.duty(event.matterId) : undefined;
  if (!duty) return null;
  const named = duty.leadUnitId ? roster.unit(duty.leadUnitId) : roster.governing(duty.leadKind, event.areaPath);
  const manned = named && firstManned(named, roster);
  if (!named || !manned) return null;
  const matter = roster.matter(duty.matterId)?.name ?? duty.matterId;
  const why =
    manned === named
      ? `权责清单：${matter}由${named.name}主办`
      : `权责清单：${matter}由${named.name}主办，该单位暂无经办人员，转上一级${manned.name}`;
  return { unit: manned, assist: duty.assistUnitIds.flatMap((id) => roster.unit(id) ?? []), why };
}

/** The unit itself, or the next one up where somebody is in the post: never silence. */
function firstManned(unit: Unit, roster: Roster): Unit | null {
  for (let at: Unit | undefined = unit; at; at = upper(at, roster)) {
    if (handlers(at.id, roster).length > 0) return at;
  }
  return null;
}

export function upper(unit: Unit, roster: Roster): Unit | undefined {
  return unit.parentId ? roster.unit(unit.parentId) : undefined;
}

const HANDLING: readonly Role[] = ['handler', 'leader', 'dispatcher'];

/** Who handles for a unit: its handlers, else its leaders, else (the command centre) its dispatchers. */
export function handlers(unitId: string, roster: Roster): string[] {
  return HANDLING.map((role) => roster.staff(unitId, role)).find((staff) => staff.length > 0) ?? [];
}

/** The person who acknowledged, or everyone who may. */
export function responsible(task: Task, roster: Roster): string[] {
  return task.assigneeId && roster.person(task.assigneeId)?.active ? [task.assigneeId] : handlers(task.unitId, roster);
}

/** Dispatchers nearest to the event: its street's, else the command centre's. */
export function dispatchers(areaPath: string, roster: Roster): string[] {
  return nearest('dispatcher', areaPath, roster);
}

export function centreDispatchers(roster: Roster): string[] {
  return roster.town.units
    .filter((unit) => unit.kind === 'centre')
    .flatMap((unit) => roster.staff(unit.id, 'dispatcher'));
}

/** Supervisors nearest to the event: its street's, else the district's. */
export function supervisors(areaPath: string, roster: Roster): string[] {
  return nearest('supervisor', areaPath, roster);
}

export function centreSupervisors(roster: Roster): string[] {
  return roster.staffOfArea(roster.district.id, 'supervisor');
}

function nearest(role: Role, areaPath: string, roster: Roster): string[] {
  return (
    ancestors(areaPath)
      .map((areaId) => roster.staffOfArea(areaId, role))
      .find((staff) => staff.length > 0) ?? []
  );
}

/** The area path a person belongs to: of the narrowest area among their posts. */
export function homePath(userId: string, roster: Roster): string {
  const paths = roster.posts(userId).flatMap((post) => {
    const areaId = post.areaId ?? (post.unitId ? roster.unit(post.unitId)?.areaId : undefined);
    return (areaId && roster.area(areaId)?.path) ?? [];
  });
  return paths.sort((a, b) => b.length - a.length)[0] ?? roster.district.path;
}

/** Units a task can be sent to from here, for the pickers on cards: departments, the street and community in charge, the centre. */
export function reachableUnits(areaPath: string, roster: Roster): Unit[] {
  return roster.town.units.filter(
    (unit) =>
      unit.kind === 'department' ||
      unit.kind === 'centre' ||
      ((unit.kind === 'street' || unit.kind === 'community') &&
        within(areaPath, roster.area(unit.areaId)?.path ?? '-')),
  );
}
