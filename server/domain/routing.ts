import { ancestors, type Roster, within } from './roster';
import type { Area, Channel, Duty, Event, Role, Task, Unit, UnitKind } from './types';

/** 派遣 by the duty list, and who answers when nobody is in the post: the next level up, never silence. */

export interface Route {
  unit: Unit;
  assist: Unit[];
  /** In Chinese: the row of the duty list that decided, and each step climbed from there. */
  why: string;
  duty: Duty;
  channel: Channel;
}

type Routed = Pick<Event, 'matterId' | 'areaPath' | 'terms' | 'diverted'>;

/** Which unit leads on an event by the duty list, and why; null when a dispatcher must choose. */
export function leadUnit(event: Routed, roster: Roster): Route | null {
  const duty = dutyFor(event, roster);
  if (!duty) return null;
  const named = unitOf(duty, event.areaPath, roster);
  const manned = named && firstManned(named.unit, roster);
  if (!named || !manned) return null;
  const { unit } = manned;
  const why = `${verdict(duty, named.unit, event, roster)}${named.note}${manned.note}`;
  return { unit, assist: assisting(duty, unit, event, roster), why, duty, channel: duty.channel };
}

const CHANNELS: readonly Channel[] = ['police', 'litigation', 'general'];

/** The channel first, then the row that says most about the event. */
function dutyFor(event: Routed, roster: Roster): Duty | undefined {
  const area = roster.area(ancestors(event.areaPath)[0] ?? '');
  const rows = roster.duties(event.matterId ?? '').filter((duty) => applies(duty, event, area));
  return CHANNELS.map((channel) => mostSaid(rows.filter((duty) => duty.channel === channel))).find(Boolean);
}

function applies({ channel, conditionId, areaKind }: Duty, event: Routed, area: Area | undefined): boolean {
  if (channel === 'police' && event.diverted) return false;
  if (conditionId !== null && conditionId !== event.terms?.conditionId) return false;
  return areaKind === null || areaKind === area?.kind || (areaKind === 'dedicated' && area?.dedicated === true);
}

function mostSaid(rows: Duty[]): Duty | undefined {
  return rows.reduce<Duty | undefined>((most, row) => (most && saying(most) >= saying(row) ? most : row), undefined);
}

function saying({ conditionId, areaKind }: Duty): number {
  return (conditionId === null ? 0 : 4) + (areaKind === 'dedicated' ? 2 : areaKind === null ? 0 : 1);
}

interface Step {
  unit: Unit;
  note: string;
}

/** The unit that a row means here: the one it names, else the one of its kind that governs the place, else the next level's. */
function unitOf({ leadUnitId, leadKind }: Duty, areaPath: string, roster: Roster): Step | null {
  const named = roster.unit(leadUnitId ?? '');
  if (named) return { unit: named, note: '' };
  for (const kind of levels(leadKind, leadUnitId)) {
    const unit = roster.governing(kind, areaPath) ?? (kind === 'centre' ? roster.unitsOf(kind)[0] : undefined);
    const note = leadUnitId ? '（清单所列单位已撤销）' : kind === leadKind ? '' : `（该地没有${KIND_WORDS[leadKind]}）`;
    if (unit) return { unit, note };
  }
  return null;
}

/** Departments all govern the district: without a name none of them is meant, and one that is gone is replaced by none. */
function levels(kind: UnitKind, leadUnitId: string | null): UnitKind[] {
  if (kind === 'department' || leadUnitId) return ['centre'];
  return kind === 'community' ? ['community', 'street', 'centre'] : [kind, 'centre'];
}

const KIND_WORDS: Record<UnitKind, string> = {
  community: '社区',
  street: '街道',
  department: '指定的部门',
  centre: '指挥中心',
  discipline: '纪委监委',
  procuratorate: '检察院',
};

/** The unit itself, or the next one up with somebody in the post; the last one where all are empty and somebody stands in. */
function firstManned(unit: Unit, roster: Roster): Step | null {
  let note = '';
  const chain = upwards(unit.id, roster);
  for (const [index, at] of chain.entries()) {
    if (ownHandlers(at, roster).length > 0) return { unit: at, note };
    const next = chain[index + 1];
    if (next) note += `${index === 0 ? '，该单位' : `；${at.name}`}暂无经办人员，转上一级${next.name}`;
    else if (handlers(at.id, roster).length > 0)
      return { unit: at, note: `${note}；各级暂无经办人员，由其他在岗人员代办` };
  }
  return null;
}

/** `权责清单：打架斗殴（立案条件“正在发生”）属警情，由公安分局主办（警非分流）` */
function verdict(duty: Duty, { name }: Unit, { diverted }: Routed, roster: Roster): string {
  const matter = roster.matter(duty.matterId)?.name ?? duty.matterId;
  const about = `${matter}${because(duty, roster)}`;
  if (duty.channel === 'police') return `权责清单：${about}属警情，由${name}主办（警非分流）`;
  if (duty.channel === 'litigation')
    return `权责清单：${about}${matter.includes('公益诉讼') ? '' : '属公益诉讼线索'}，由${name}办理`;
  return diverted ? `权责清单：公安认定不属警情，${about}由${name}主办（警非分流）` : `权责清单：${about}由${name}主办`;
}

const AREA_WORDS: Record<NonNullable<Duty['areaKind']>, string> = {
  district: '区级',
  street: '街道',
  community: '社区',
  grid: '网格',
  dedicated: '专属网格',
};

function because({ matterId, conditionId, areaKind }: Duty, roster: Roster): string {
  const condition = conditionId && roster.condition(matterId, conditionId);
  const parts = [condition ? `立案条件“${condition.text}”` : '', areaKind ? AREA_WORDS[areaKind] : ''].filter(Boolean);
  return parts.length > 0 ? `（${parts.join('，')}）` : '';
}

/** The police, who said that it is none of theirs, are not asked to assist either. */
function assisting(duty: Duty, lead: Unit, { diverted }: Routed, roster: Roster): Unit[] {
  const police = roster.duties(duty.matterId).filter(({ channel }) => channel === 'police');
  const left = new Set([lead.id, ...(diverted ? police.map(({ leadUnitId }) => leadUnitId) : [])]);
  return duty.assistUnitIds.filter((id) => !left.has(id)).flatMap((id) => roster.unit(id) ?? []);
}

export function upper(unit: Unit, roster: Roster): Unit | undefined {
  return unit.parentId ? roster.unit(unit.parentId) : undefined;
}

/** A unit, those above it, the command centre. Parents that go round in a circle are met once. */
function upwards(unitId: string, roster: Roster): Unit[] {
  const chain = new Set<Unit>();
  for (let at = roster.unit(unitId); at && !chain.has(at); at = upper(at, roster)) chain.add(at);
  for (const centre of roster.unitsOf('centre')) chain.add(centre);
  return [...chain];
}

const HANDLING: readonly Role[] = ['handler', 'leader', 'dispatcher'];
const OVERSEEING: readonly Role[] = ['oversight', 'handler', 'leader'];
const OF_CENTRE: readonly Role[] = ['dispatcher', 'leader', 'supervisor', 'handler', 'admin'];
const ANYBODY: readonly Role[] = ['admin', 'leader', 'dispatcher', 'supervisor', 'oversight', 'handler'];

function handlingRoles({ kind }: Unit): readonly Role[] {
  return kind === 'procuratorate' || kind === 'discipline' ? OVERSEEING : HANDLING;
}

function first(groups: Iterable<string[]>): string[] {
  for (const people of groups) if (people.length > 0) return people;
  return [];
}

function* staffOf(units: Iterable<Unit>, roles: readonly Role[], roster: Roster): Generator<string[]> {
  for (const unit of units) for (const role of roles) yield roster.staff(unit.id, role);
}

/** The command centre's people, then any admin, then whoever has a post above worker. */
function* lastly(roster: Roster): Generator<string[]> {
  yield* staffOf(roster.unitsOf('centre'), OF_CENTRE, roster);
  for (const role of ANYBODY) yield roster.everyone(role);
}

/** Who hears of everything that nobody else is there for; empty in a town without anybody above worker. */
export function lastResort(roster: Roster): string[] {
  return first(lastly(roster));
}

function ownHandlers(unit: Unit, roster: Roster): string[] {
  return first(staffOf([unit], handlingRoles(unit), roster));
}

/** Who handles for a unit: its handlers, else its leaders, else its dispatchers; else those of the next level up. */
export function handlers(unitId: string, roster: Roster): string[] {
  return first(
    (function* () {
      for (const unit of upwards(unitId, roster)) yield ownHandlers(unit, roster);
      yield* lastly(roster);
    })(),
  );
}

/** Whoever is told as a unit's handler may act for it; so may its leaders. */
export function handlesFor(userId: string, unitId: string, roster: Roster): boolean {
  return handlers(unitId, roster).includes(userId) || roster.staff(unitId, 'leader').includes(userId);
}

/** A unit's leaders, else those of the next level up. `but`: people who may not answer here. */
export function leaders(unitId: string, roster: Roster, but = NOBODY): string[] {
  return climbing(staffOf(upwards(unitId, roster), ['leader'], roster), roster, but);
}

const NOBODY: ReadonlySet<string> = new Set();

function climbing(groups: Iterable<string[]>, roster: Roster, but = NOBODY): string[] {
  for (const level of [groups, lastly(roster)])
    for (const people of level) {
      const left = people.filter((userId) => !but.has(userId));
      if (left.length > 0) return left;
    }
  return [];
}

/** The person who acknowledged, while they are in the unit or above it; else everyone who may. */
export function responsible(task: Pick<Task, 'assigneeId' | 'unitId'>, roster: Roster): string[] {
  const { assigneeId, unitId } = task;
  const there = assigneeId !== null && (isIn(assigneeId, unitId, roster) || handlesFor(assigneeId, unitId, roster));
  return there ? [assigneeId] : handlers(unitId, roster);
}

/** `posts` are those of active people: who has left has none. */
function isIn(userId: string, unitId: string, roster: Roster): boolean {
  const chain = new Set(upwards(unitId, roster).map(({ id }) => id));
  return roster.posts(userId).some((post) => post.role !== 'worker' && post.unitId !== null && chain.has(post.unitId));
}

/** Dispatchers nearest to the event: its street's, else the command centre's. */
export function dispatchers(areaPath: string, roster: Roster, but = NOBODY): string[] {
  return climbing(nearest('dispatcher', areaPath, roster), roster, but);
}

export function centreDispatchers(roster: Roster): string[] {
  return climbing(staffOf(roster.unitsOf('centre'), ['dispatcher'], roster), roster);
}

/** Supervisors nearest to the event: its street's, else the district's. */
export function supervisors(areaPath: string, roster: Roster, but = NOBODY): string[] {
  return climbing(nearest('supervisor', areaPath, roster), roster, but);
}

export function centreSupervisors(roster: Roster): string[] {
  return climbing([roster.staffOfArea(roster.district.id, 'supervisor')], roster);
}

/** 问责: the people of the discipline office 纪委监委 or of the procuratorate 检察院. */
export function oversight(kind: 'discipline' | 'procuratorate', roster: Roster): string[] {
  return climbing(staffOf(roster.unitsOf(kind), OVERSEEING, roster), roster);
}

function nearest(role: Role, areaPath: string, roster: Roster): string[][] {
  return ancestors(areaPath).map((areaId) => roster.staffOfArea(areaId, role));
}

/** The area path a person belongs to: of the narrowest area among their posts. */
export function homePath(userId: string, roster: Roster): string {
  const paths = roster.posts(userId).flatMap((post) => {
    const areaId = post.areaId ?? (post.unitId ? roster.unit(post.unitId)?.areaId : undefined);
    return (areaId && roster.area(areaId)?.path) ?? [];
  });
  return paths.sort((a, b) => b.length - a.length)[0] ?? roster.district.path;
}

const EVERYWHERE: readonly UnitKind[] = ['department', 'centre', 'procuratorate'];

/** Units a task can be sent to from here, for the pickers on cards: what serves the district, the street and community in charge. */
export function reachableUnits(areaPath: string, roster: Roster): Unit[] {
  return roster.town.units.filter(
    (unit) =>
      EVERYWHERE.includes(unit.kind) ||
      ((unit.kind === 'street' || unit.kind === 'community') &&
        within(areaPath, roster.area(unit.areaId)?.path ?? '-')),
  );
}
