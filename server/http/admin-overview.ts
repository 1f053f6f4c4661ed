import { DAY, dateOf } from '../domain/clock';
import type { Roster } from '../domain/roster';
import type { RuleKind } from '../domain/types';
import { lastComparison } from '../flow/comparison';
import { national } from '../flow/national';
import { isBare } from './admin-views';
import type { Answer } from './contract';
import type { HttpPorts } from './needs';

type Overview = Answer<'GET /api/admin'>;

const KINDS: readonly RuleKind[] = ['catalogue', 'duties', 'calendars', 'settings'];
const LATEST = 5;
const NAMED = 8;

/** What needs an administrator's eye, and how far the town has come. */
export async function overview(ports: HttpPorts, roster: Roster): Promise<Overview> {
  const { store, clock } = ports;
  const now = clock.now();
  const [{ poison, failed }, rules, events, meter, compared] = await Promise.all([
    store.troubles(LATEST),
    Promise.all(KINDS.map((kind) => ruleOf(ports, roster, kind, now))),
    store.eventIds(null, 1),
    meterOf(ports, now),
    lastComparison(store),
  ]);
  const { town } = roster;
  const cut = (list: readonly { id: string; name: string }[]) => ({
    count: list.length,
    first: list.slice(0, NAMED).map(({ id, name }) => ({ id, name })),
  });
  const grids = town.areas.filter(({ kind }) => kind === 'grid');
  return {
    ...{ today: dateOf(now), poison, rules, meter },
    failed: {
      count: failed.count,
      latest: failed.latest.map(({ at, kind, userId, why }) => {
        return { at, kind, person: (userId && roster.person(userId)?.name) || '', why };
      }),
    },
    contacts: compared && compared.outcome !== 'done' ? compared.outcome : null,
    unpublished: unpublished(now),
    emptyUnits: cut(town.units.filter((unit) => isBare(unit, roster))),
    bareGrids: cut(grids.filter(({ id }) => roster.staffOfArea(id, 'worker').length === 0)),
    sizes: {
      ...{ areas: town.areas.length, units: town.units.length },
      people: town.people.filter(({ active }) => active).length,
      gone: town.people.filter(({ active }) => !active).length,
    },
    steps: stepsOf(roster, events.length > 0),
  };
}

/** This year's days must stand; next year's are published around the beginning of November. */
function unpublished(now: number): number[] {
  const year = Number(dateOf(now).slice(0, 4));
  const asked = dateOf(now).slice(5) >= '11-01' ? [year, year + 1] : [year];
  return asked.filter((each) => !national.published(each));
}

async function ruleOf({ store }: HttpPorts, roster: Roster, kind: RuleKind, now: number) {
  const versions = await store.ruleVersions(kind);
  const [latest] = versions;
  const by = latest && (latest.by === 'system' ? '命令行' : (roster.person(latest.by)?.name ?? latest.by));
  return {
    ...{ kind, version: roster.town.versions[kind] },
    latest: latest ? { at: latest.at, by: by ?? '', note: latest.note } : null,
    recent: versions.filter(({ at, note }) => at > now - 30 * DAY && note !== 'seed').length,
  };
}

/** From nothing to the first event, in the order in which one needs the other. */
function stepsOf({ town, everyone, offered }: Roster, hasEvents: boolean): Overview['steps'] {
  const grids = town.areas.some(({ kind }) => kind === 'grid');
  return [
    { code: 'areas', done: grids },
    { code: 'units', done: town.units.some(({ kind }) => kind !== 'centre') },
    { code: 'people', done: everyone('worker').length > 0 && everyone('handler').length > 0 },
    { code: 'centre', done: everyone('dispatcher').length > 0 && everyone('supervisor').length > 0 },
    { code: 'catalogue', done: offered.length > 0 },
    { code: 'duties', done: town.duties.length > 0 },
    { code: 'event', done: hasEvents },
  ];
}

/** Of the free plan, a month (reference/dingtalk.md §9.1). */
const FREE = { callsFree: 5_000, pushesFree: 3_000 };

async function meterOf({ store }: HttpPorts, now: number): Promise<Overview['meter']> {
  const month = dateOf(now).slice(0, 7);
  const prefix = `meter:${month}:`;
  const counters = Object.entries(await store.counters(prefix));
  const families = counters.map(([name, count]) => ({ family: name.slice(prefix.length), count }));
  const sum = (pushes: boolean) =>
    families.filter(({ family }) => family.startsWith('push.') === pushes).reduce((all, each) => all + each.count, 0);
  return { month, calls: sum(false), pushes: sum(true), ...FREE, families: families.sort((a, b) => b.count - a.count) };
}
