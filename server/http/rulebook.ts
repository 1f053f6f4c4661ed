import { refuse } from '../domain/refusal';
import type { Role } from '../domain/types';
import { type Enacted, enact, exportRules, type Preview, preview } from '../flow/rulebook';
import { BadSheet } from '../ports';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { Problem, refused } from './problem';

type Routes =
  | 'GET /api/rules/:kind'
  | 'GET /api/rules/:kind/export'
  | 'POST /api/rules/:kind/preview'
  | 'POST /api/rules/:kind/enact';

/** Rules are read by those who answer for them, and changed by administrators alone. */
const READERS: readonly Role[] = ['admin', 'supervisor', 'oversight', 'leader'];
const WRITERS: readonly Role[] = ['admin'];

export function rulebookRoutes(ports: HttpPorts): Pick<Handlers, Routes> {
  return {
    'GET /api/rules/:kind': (asked) => inForce(ports, asked),
    'GET /api/rules/:kind/export': async (asked) => {
      await download(ports, asked);
      return undefined;
    },
    'POST /api/rules/:kind/preview': (asked) => look(ports, asked),
    'POST /api/rules/:kind/enact': (asked) => accept(ports, asked),
  };
}

/** Errors: the usual refusal. */
function admit({ rules }: HttpPorts, who: string, roles: readonly Role[]): void {
  if (
    !rules()
      .roster.posts(who)
      .some(({ role }) => roles.includes(role))
  )
    throw refused(refuse('not_allowed'));
}

async function inForce(ports: HttpPorts, { params: { kind }, who }: Asked<'GET /api/rules/:kind'>) {
  admit(ports, who, READERS);
  const [town, versions] = await Promise.all([ports.store.town(), ports.store.ruleVersions(kind)]);
  const { matters, conditions, duties, calendars, settings } = town;
  const text = {
    catalogue: { matters, conditions },
    duties: { duties },
    calendars: { calendars },
    settings: { settings },
  };
  const nameOf = (userId: string) =>
    userId === 'system' ? '命令行' : (ports.rules().roster.person(userId)?.name ?? userId);
  return {
    kind,
    version: town.versions[kind],
    text: text[kind],
    versions: versions.map(({ version, at, by, note }) => ({ version, at, by: nameOf(by), note })),
  };
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

async function download(ports: HttpPorts, { params: { kind }, query, who, ctx }: Asked<'GET /api/rules/:kind/export'>) {
  admit(ports, who, READERS);
  const town = query.of === 'sample' ? ports.sample() : await ports.store.town();
  const { as, bytes } = await exportRules(ports.sheets, kind, town);
  ctx.type = as === 'xlsx' ? XLSX : 'application/json';
  ctx.set({ 'Content-Disposition': `attachment; filename="${kind}.${as}"`, 'Cache-Control': 'no-store' });
  ctx.body = bytes;
}

/** The upload is kept by its hash, so that what is accepted is what was looked at. */
async function look(ports: HttpPorts, { params: { kind }, query, body, who }: Asked<'POST /api/rules/:kind/preview'>) {
  admit(ports, who, WRITERS);
  const seen = await readingUpload(() => preview(ports, kind, body, query.mode));
  const sha = await ports.uploads.save(body);
  return { sha, ...shown(seen) };
}

async function accept(ports: HttpPorts, { params: { kind }, body, who }: Asked<'POST /api/rules/:kind/enact'>) {
  admit(ports, who, WRITERS);
  const { sha, mode, base, note, skipFaulty } = body;
  const bytes = await ports.uploads.read(sha);
  if (!bytes) throw new Problem(404, 'no_upload', '没有找到上传的文件，请重新上传并预览。');
  const seen = await readingUpload(() => preview(ports, kind, bytes, mode));
  const enacted = await enact(ports, seen, { by: who, note, base, skipFaulty });
  if (!enacted.ok) throw new Problem(STATUS[enacted.code], `rules_${enacted.code}`, enacted.reason);
  await ports.enacted();
  const { version, at } = enacted.version;
  return { version, at };
}

const STATUS: Record<(Enacted & { ok: false })['code'], number> = {
  ...{ stale: 409, faulty: 409, nothing: 409, unreadable: 422, note: 422 },
};

/** Errors: a file that cannot be read, as a problem. */
export async function readingUpload<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BadSheet)) throw error;
    throw new Problem(error.code === 'too_large' ? 413 : 422, error.code, error.words);
  }
}

/** Enough to judge by; a table of thousands of rows would fill a phone. */
const MOST_SHOWN = 500;

function shown(seen: Preview) {
  const { kind, mode, base, rows, faulty, ignored, notes, text } = seen;
  const cut = <T>(list: T[]) => ({ count: list.length, first: list.slice(0, MOST_SHOWN) });
  return {
    ...{ kind, mode, base, rows, faulty, ignored, notes, acceptable: text !== null },
    faults: cut(seen.faults),
    added: cut(seen.added),
    changed: cut(seen.changed),
    removed: cut(seen.removed),
  };
}
