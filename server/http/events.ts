import type { Command } from '../domain/commands';
import { maySee, scopeOf } from '../domain/policy';
import { refuse } from '../domain/refusal';
import { commandOf } from '../domain/request';
import { lifeSafety } from '../domain/safety';
import type { Event, MediaRef, Stage } from '../domain/types';
import type { Outcome } from '../flow/apply';
import type { EventQuery } from '../ports';
import type { EventDetail } from './contract';
import { ledgersOf } from './ledger';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { attach } from './photos';
import { detailOf, nextStep, summaryOf } from './present';
import { Problem, refused } from './problem';

const PAGE = 30;
/** Of each page asked of the store; and how many of them one request looks through for what waits for the asker. */
const SCAN = 100;
const MOST_SCANS = 10;

const OPEN: Stage[] = ['reported', 'filed', 'dispatched', 'handling', 'verifying'];

type Cursor = NonNullable<EventQuery['before']>;

export function eventRoutes(
  ports: HttpPorts,
): Pick<
  Handlers,
  | 'GET /api/events'
  | 'GET /api/events/:id'
  | 'GET /api/events/:id/ledger'
  | 'POST /api/events'
  | 'POST /api/events/:id/:action'
> {
  return {
    'GET /api/events': (asked) => list(ports, asked),
    'GET /api/events/:id': async ({ params, who }) => ({
      event: await detail(ports, who, await visible(ports, who, params.id)),
    }),
    'GET /api/events/:id/ledger': async ({ params, who }) =>
      ledgersOf(await visible(ports, who, params.id), { userId: who, rules: ports.rules(), now: ports.clock.now() }),
    'POST /api/events': (asked) => report(ports, asked),
    'POST /api/events/:id/:action': (asked) => act(ports, asked),
  };
}

/** The event, if this person may see it. "Not yours" and "not there" look the same. Errors: 404. */
export async function visible({ store, rules }: HttpPorts, who: string, idOrNo: string): Promise<Event> {
  const event = await store.event(idOrNo);
  if (!event || !maySee(who, event, rules().roster)) throw refused(refuse('not_found'));
  return event;
}

async function detail({ store, rules, clock }: HttpPorts, who: string, event: Event): Promise<EventDetail> {
  const [entries, media] = await Promise.all([store.entries(event.id), store.media(event.mediaIds)]);
  return detailOf(event, entries, media, { userId: who, rules: rules(), now: clock.now() });
}

// --------------------------------------------------------------------------------------------------- list

async function list(ports: HttpPorts, { query, who }: Asked<'GET /api/events'>) {
  const rules = ports.rules();
  const { roster } = rules;
  const view = { userId: who, rules, now: ports.clock.now() };
  const reported = { everything: false, reporterId: who, areaPaths: [], unitIds: [] };
  const asked: Omit<EventQuery, 'limit'> = {
    scopes: query.mine ? reported : scopeOf(who, roster),
    ...(query.stage ? { stages: [query.stage] } : (query.todo || query.open) && { stages: OPEN }),
    ...(query.q && { q: query.q }),
    ...(query.late && { lateAt: view.now }),
  };
  const wanted = (event: Event) => maySee(who, event, roster) && (!query.todo || nextStep(event, view) !== undefined);
  const { events, before } = await gather(ports, asked, cursorOf(query.cursor), wanted);
  return {
    events: events.map((event) => summaryOf(event, view)),
    cursor: before && `${before.createdAt}_${before.id}`,
  };
}

/** Looks through pages until one page's worth is found; where it stopped is where the next request goes on. */
async function gather(
  { store }: HttpPorts,
  query: Omit<EventQuery, 'limit'>,
  from: Cursor | undefined,
  wanted: (event: Event) => boolean,
): Promise<{ events: Event[]; before: Cursor | null }> {
  const events: Event[] = [];
  let before = from;
  for (let scan = 0; scan < MOST_SCANS; scan += 1) {
    const page = await store.list({ ...query, ...(before && { before }), limit: SCAN });
    for (const event of page) {
      before = { createdAt: event.createdAt, id: event.id };
      if (wanted(event) && events.push(event) === PAGE) return { events, before };
    }
    if (page.length < SCAN) return { events, before: null };
  }
  return { events, before: before ?? null };
}

function cursorOf(text: string | undefined): Cursor | undefined {
  const cut = text?.indexOf('_') ?? -1;
  return text ? { createdAt: Number(text.slice(0, cut)), id: text.slice(cut + 1) } : undefined;
}

// -------------------------------------------------------------------------------------------------- write

/** A report from the page has been confirmed by the person already, so it is filed at once. */
async function report(ports: HttpPorts, { body, who }: Asked<'POST /api/events'>) {
  const { text, matterId, gridId, place, clientId, closed } = body;
  const key = keyOf(who, clientId);
  const media = await attach(ports, who, body.photos, 'report');
  const chosen = { ...(matterId && { matterId }), ...(gridId && { gridId }) };
  const given = { type: 'report' as const, text, media, conversationId: null, ...chosen, ...(place && { place }) };
  const reported = eventOf(await ports.apply({ key, by: who, on: null, command: given }));
  if (closed) {
    const own = { who, key, event: reported.event };
    const done = lifeSafety(text) ? await tell(ports, own, closed) : await closeOwn(ports, own, closed);
    return answer(ports, who, { event: done, repeated: reported.repeated });
  }
  // Danger to life is filed with the report itself; a request sent again goes on where the first one broke off.
  if (reported.event.stage !== 'reported') return answer(ports, who, reported);
  const filed = await ports.apply({
    key: `${key}:file`,
    by: who,
    on: { event: reported.event.id },
    command: { type: 'file', ...chosen },
  });
  return answer(ports, who, { ...eventOf(filed), repeated: reported.repeated });
}

type Closed = NonNullable<Asked<'POST /api/events'>['body']['closed']>;
interface Own {
  who: string;
  key: string | null;
  event: Event;
}

/** 自办自结 with the report itself. Refused, nothing of the report stays: the person puts it right and sends it as a new one. */
async function closeOwn(ports: HttpPorts, { who, event }: Own, { note, photos }: Closed): Promise<Event> {
  // Sent again after it was closed, whatever became of it since; what was refused is refused again.
  if (event.stage !== 'reported' && event.stage !== 'withdrawn') return event;
  const media = await attach(ports, who, photos, 'finish');
  const on = { event: event.id };
  const closed = await ports.apply({ key: null, by: who, on, command: { type: 'close', note, media } });
  if (!closed.ok) await ports.apply({ key: null, by: who, on, command: { type: 'discard' } });
  return eventOf(closed).event;
}

/** Danger to life goes to those who handle it, whatever was done on the spot; they hear of that, too. */
async function tell(ports: HttpPorts, { who, key, event }: Own, { note, photos }: Closed): Promise<Event> {
  const media = await attach(ports, who, photos, 'report');
  const command: Command = { type: 'add', text: `现场已先处理：${note}`, media };
  return eventOf(await ports.apply({ key: `${key}:told`, by: who, on: { event: event.id }, command })).event;
}

async function act(ports: HttpPorts, { params, body, who }: Asked<'POST /api/events/:id/:action'>) {
  const { id } = await visible(ports, who, params.id);
  const media = [
    ...(await attach(ports, who, body.before, 'report')),
    ...(await attach(ports, who, body.photos, OBSERVED.has(params.action) ? 'report' : 'finish')),
  ];
  const command = asked(params.action, body, media);
  const outcome = await ports.apply({ key: keyOf(who, body.clientId), by: who, on: { event: id }, command });
  return answer(ports, who, eventOf(outcome));
}

/** What is said of how it looks, not of what was done. */
const OBSERVED = new Set(['add', 'join']);

/** Errors: what is no action, or no level, as a problem. */
function asked(
  action: string,
  { matterId, conditionId, gridId, ...said }: Asked<'POST /api/events/:id/:action'>['body'],
  media: MediaRef[],
): Command {
  if (action === 'add' || action === 'join') return { type: action, text: said.note ?? '', media };
  const command = commandOf(action, {
    ...said,
    media,
    ...(matterId && { matter: matterId }),
    ...(conditionId && { condition: conditionId }),
    ...(gridId && { grid: gridId }),
  });
  if ('refused' in command) throw refused(command);
  return command;
}

function keyOf(who: string, clientId: string | undefined): string | null {
  return clientId ? `http:${who}:${clientId}` : null;
}

/** Errors: the refusal as a problem. */
function eventOf(outcome: Outcome): { event: Event; repeated: boolean } {
  if (!outcome.ok) throw refused(outcome.refusal);
  // The key of a command that was refused stays claimed; its answer may have been lost on the way.
  if (!outcome.event) throw new Problem(409, 'refused_before', '这一条提交过，当时没有办成。请改一改，重新提交。');
  return { event: outcome.event, repeated: outcome.repeated };
}

async function answer(ports: HttpPorts, who: string, { event, repeated }: { event: Event; repeated: boolean }) {
  return { event: await detail(ports, who, event), repeated };
}
