import { readTemplate, TEMPLATE_NAMES } from '../../cards/templates';
import { dateOf } from '../domain/clock';
import { administers } from '../domain/policy';
import { refuse } from '../domain/refusal';
import { DEFAULTS } from '../domain/settings';
import { leadsDistrict } from '../domain/settings-faults';
import { NO_CHANGES } from '../domain/staff-table';
import { acceptTable, exportSheet, exportTable, isAdmin, LOCKED_OUT, lookAt, type Seen, save } from '../flow/register';
import { linesOf, textInForce, versionChanges } from '../flow/rulebook';
import type { AuditEntry } from '../ports';
import { overview } from './admin-overview';
import { areaView, peopleFound, personView, unitsFound } from './admin-views';
import type { Answer } from './contract';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { Problem, refused } from './problem';
import { readingUpload } from './rulebook';

type Routes = Exclude<
  Extract<keyof Handlers, `${string} /api/admin${string}`>,
  `${string} /api/admin/contacts${string}` | `${string}/posts` | 'GET /api/admin/places'
>;

/** The town is set up here, by administrators alone. */
export function adminRoutes(ports: HttpPorts): Pick<Handlers, Routes> {
  /** Errors: the usual refusal. */
  const admit = (who: string) => {
    const { roster } = ports.rules();
    if (!administers(who, roster)) throw refused(refuse('not_allowed'));
    return roster;
  };
  return {
    'GET /api/admin': async ({ who }) => overview(ports, admit(who)),
    'GET /api/admin/forms': async ({ who }) => forms(ports, admit(who).town),
    'GET /api/admin/rules/:kind': async ({ who, params, query }) => {
      const { town } = admit(who);
      return lines([...linesOf(textInForce(town, params.kind), town).values()], query.q ?? '');
    },
    'GET /api/admin/rules/:kind/:version': async ({ who, params }) => {
      admit(who);
      const changes = await versionChanges(ports, params.kind, params.version);
      if (!changes) throw new Problem(404, 'no_version', '没有这个版本。');
      const { added, changed, removed } = changes === 'unknown' ? NO_CHANGES : changes;
      return { unknown: changes === 'unknown', added: cut(added), changed: cut(changed), removed: cut(removed) };
    },
    'POST /api/admin/checkup': async ({ who }) => {
      admit(who);
      const findings = await ports.checkup();
      return { findings: findings.map(({ mark, says, mend }) => ({ mark, says, mend: mend ?? null })) };
    },
    'GET /api/admin/templates': async ({ who }) => {
      admit(who);
      return { templates: TEMPLATE_NAMES.map((name) => templateView(name, ports.cardTemplates[name])) };
    },
    'GET /api/admin/people': async ({ who, query }) => peopleFound(admit(who), query),
    'GET /api/admin/units': async ({ who, query }) => unitsFound(admit(who), query.q ?? ''),
    'GET /api/admin/areas': async ({ who, query }) => areaView(admit(who), query.id),
    'POST /api/admin/people/:userId/active': async (asked) => {
      admit(asked.who);
      return setActive(ports, asked);
    },
    'GET /api/admin/:table/export': async (asked) => {
      admit(asked.who);
      await download(ports, asked);
      return undefined;
    },
    'POST /api/admin/:table/preview': async (asked) => {
      admit(asked.who);
      return look(ports, asked);
    },
    'POST /api/admin/:table/accept': async (asked) => {
      admit(asked.who);
      return accept(ports, asked);
    },
  };
}

function templateView(name: (typeof TEMPLATE_NAMES)[number], id: string | undefined) {
  const { title, variables } = readTemplate(name);
  const shape = variables.map(({ name: variable, type, required = false }) => ({ name: variable, type, required }));
  return { name, title, id: id ?? null, variables: shape };
}

async function forms(
  ports: HttpPorts,
  town: ReturnType<HttpPorts['rules']>['roster']['town'],
): Promise<Answer<'GET /api/admin/forms'>> {
  const active = town.people.filter(({ active }) => active);
  return {
    today: dateOf(ports.clock.now()),
    hasEvents: (await ports.store.eventIds(null, 1)).length > 0,
    defaults: { ...DEFAULTS },
    areas: town.areas.filter(({ kind }) => kind !== 'grid').map(({ id, name, kind }) => ({ id, name, kind })),
    signers: active
      .filter(({ userId }) => leadsDistrict(userId, town))
      .map(({ userId, name }) => ({ id: userId, name })),
  };
}

/** Whoever is stopped loses access with the next request: every request looks at the roster (mount.ts). */
async function setActive(ports: HttpPorts, { params, body, who }: Asked<'POST /api/admin/people/:userId/active'>) {
  const base = await ports.store.townVersion();
  const town = await ports.store.town();
  const old = town.people.find(({ userId }) => userId === params.userId);
  if (!old) throw new Problem(404, 'no_person', '没有这个人，请刷新后再看。');
  const person = { ...old, active: body.active };
  const people = town.people.map((each) => (each.userId === old.userId ? person : each));
  if (!isAdmin(who, { ...town, people })) throw new Problem(409, 'register_locked_out', LOCKED_OUT);
  await settle(ports, await save(ports.store, { people: [person] }, { base }));
  await record(ports, who, body.active ? 'person.revive' : 'person.stop', old.userId, { name: old.name });
  return { person: personView(person, ports.rules().roster) };
}

const TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  geojson: 'application/geo+json',
} as const;

async function download({ sheets, store, sample }: HttpPorts, asked: Asked<'GET /api/admin/:table/export'>) {
  const { params, query, ctx } = asked;
  const { table } = params;
  const { as, bytes } =
    query.of === 'sample'
      ? await exportSheet(sheets, table, sample())
      : await exportTable(sheets, table, await store.town());
  ctx.type = TYPES[as];
  ctx.set({ 'Content-Disposition': `attachment; filename="${table}.${as}"`, 'Cache-Control': 'no-store' });
  ctx.body = bytes;
}

/** The upload is kept by its hash, so that what is accepted is what was looked at. */
async function look(ports: HttpPorts, { params, query, body }: Asked<'POST /api/admin/:table/preview'>) {
  const seen = await readingUpload(() => lookAt(ports, params.table, body, query));
  return { sha: await ports.uploads.save(body), ...shown(seen) };
}

async function accept(ports: HttpPorts, { params, body, who }: Asked<'POST /api/admin/:table/accept'>) {
  const bytes = await ports.uploads.read(body.sha);
  if (!bytes) throw new Problem(404, 'no_upload', '没有找到上传的文件，请重新上传并预览。');
  const seen = await readingUpload(() => lookAt(ports, params.table, bytes, body));
  await settle(ports, await acceptTable(ports, seen, { by: who, base: body.base, skipFaulty: body.skipFaulty }));
  const { added, changed, removed } = seen.changes;
  const counts = { added: added.length, changed: changed.length, removed: removed.length, skipped: body.skipFaulty };
  await record(ports, who, 'register.accept', params.table, {
    mode: body.mode,
    ...counts,
    file: body.sha.slice(0, 12),
  });
  return { ok: true as const };
}

/** Who changed the town, for the audit log. */
async function record(
  { store, clock }: HttpPorts,
  by: string,
  action: string,
  subject: string,
  data: AuditEntry['data'],
): Promise<void> {
  await store.record({ at: clock.now(), by, action, subject, data });
}

/** What was saved counts from the next request on. Errors: why it was not. */
async function settle(ports: HttpPorts, accepted: Awaited<ReturnType<typeof acceptTable>>): Promise<void> {
  if (!accepted.ok)
    throw new Problem(accepted.code === 'unreadable' ? 422 : 409, `register_${accepted.code}`, accepted.reason);
  await ports.enacted();
}

const MOST_SHOWN = 500;

/** Enough to judge by; a table of thousands of rows would fill a phone. */
function cut<T>(list: T[]) {
  return { count: list.length, first: list.slice(0, MOST_SHOWN) };
}

function lines(all: { what: string; says: string }[], q: string): Answer<'GET /api/admin/rules/:kind'> {
  const found = q ? all.filter(({ what, says }) => what.includes(q) || says.includes(q)) : all;
  return { count: found.length, lines: found.slice(0, MOST_SHOWN) };
}

function shown({ mode, base, rows, faulty, ignored, notes, faults, changes, town }: Seen) {
  return {
    ...{ mode, base, rows, faulty, ignored, notes, acceptable: town !== null, faults: cut(faults) },
    ...{ added: cut(changes.added), changed: cut(changes.changed), removed: cut(changes.removed) },
  };
}
