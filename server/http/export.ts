import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { z } from 'zod';
import { areaName } from '../../cards/card';
import { dueOf } from '../../cards/due';
import { bounces } from '../../cards/standing';
import { dateOf, MINUTE } from '../domain/clock';
import { STAGE_WORDS } from '../domain/commands';
import { isOpen } from '../domain/ladder';
import { hidePhones } from '../domain/phones';
import { nameOf, type Rules } from '../domain/rules';
import type { Event, Task } from '../domain/types';
import type { EventQuery, SheetCell, Store } from '../ports';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { matterName } from './present';
import { Problem } from './problem';
import { leading, levelOf, MOST_HITS, maySearch, queryOf, wordsOfFilter } from './search';
import { type SearchFilter, searchFilter } from './search-contract';
import { sign, signed } from './session';

/**
 * 导出: what a search finds, as a workbook. Webviews cannot save what a page fetches, and what they open elsewhere brings no
 * session along; so a person asks for an address, and the address itself is the pass: for five minutes, and once.
 */

const LIFE = 5 * MINUTE;
/** Each holds a page of events in memory, and the database while it reads one. */
const MOST_AT_ONCE = 3;

const passShape = z.object({ id: z.string(), who: z.string(), until: z.number(), filter: searchFilter });
type Pass = z.infer<typeof passShape>;

export function exportRoutes(
  ports: HttpPorts,
  key: Buffer,
): Pick<Handlers, 'POST /api/exports' | 'GET /api/exports/:pass'> {
  let running = 0;
  return {
    'POST /api/exports': (asked) => promise(ports, key, asked),
    'GET /api/exports/:pass': async ({ params, ctx }) => {
      const pass = read(key, params.pass, ports.clock.now());
      // Some clients knock before they fetch; a knock must not use the pass up.
      if (ctx.method === 'HEAD') return void headers(ctx, ports.clock.now());
      if (running >= MOST_AT_ONCE) throw new Problem(503, 'busy', '正在导出的人较多，请过一分钟再点。');
      running += 1;
      ctx.res.once('close', () => {
        running -= 1;
      });
      await send(ports, pass, ctx);
      return undefined;
    },
  };
}

async function promise(ports: HttpPorts, key: Buffer, { body, who }: Asked<'POST /api/exports'>) {
  maySearch(ports, who);
  const { filter } = body;
  const now = ports.clock.now();
  const count = await ports.store.hits(queryOf(filter, { userId: who, rules: ports.rules(), now }), MOST_HITS + 1);
  if (count > MOST_HITS) throw new Problem(422, 'too_many', '超过 10 万件，请缩小范围后分几次导出。');
  const until = now + LIFE;
  const pass: Pass = { id: randomUUID(), who, until, filter };
  const payload = Buffer.from(JSON.stringify(pass)).toString('base64url');
  return { url: `/api/exports/${payload}.${sign(key, 'export', payload)}`, until, count };
}

const OVER = '这个下载地址已经用过或过期，请回到网格通重新点“导出”。';

/** Errors: 404 for what is forged or over. */
function read(key: Buffer, text: string, now: number): Pass {
  const [payload = '', mac = ''] = text.split('.');
  if (!signed(key, 'export', payload, mac)) throw new Problem(404, 'export_over', OVER);
  const pass = passShape.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  if (pass.until <= now) throw new Problem(404, 'export_over', OVER);
  return pass;
}

/** Rights are looked at now, not when the address was made. */
async function send(ports: HttpPorts, { id, who, filter }: Pass, ctx: Context): Promise<void> {
  const { store, clock } = ports;
  maySearch(ports, who);
  const [rules, now] = [ports.rules(), clock.now()];
  const query = queryOf(filter, { userId: who, rules, now });
  if (!(await claim(store, id, who, now))) throw new Problem(404, 'export_over', OVER);
  await record(ports, { who, filter, rows: Math.min(await store.hits(query, MOST_HITS), MOST_HITS) });
  headers(ctx, now);
  const rows = rowsOf(eventsOf(store, query), rules, now);
  ctx.body = Readable.from(ports.sheets.stream('事件', COLUMNS, rows), { objectMode: false });
}

/** Written down before the first byte leaves. */
function record({ store, clock, rules }: HttpPorts, given: { who: string; filter: SearchFilter; rows: number }) {
  const words = wordsOfFilter(given.filter, rules().roster);
  const data = { rows: given.rows, words, filter: JSON.stringify(given.filter) };
  return store.record({ at: clock.now(), by: given.who, action: 'export.events', subject: 'events.xlsx', data });
}

/** By key, like every message: whichever process is asked, the first one has it. */
function claim(store: Store, id: string, userId: string, at: number): Promise<boolean> {
  const key = `export:${id}`;
  const nothing = { events: [], entries: [], media: [], notices: [], counters: [] };
  return store.write(async (tx) => {
    if ((await tx.claimed([key])).has(key)) return false;
    await tx.save({ ...nothing, messages: [{ key, at, userId, eventId: null }] });
    return true;
  });
}

function headers(ctx: Context, now: number): void {
  const name = `事件导出-${dateOf(now)}.xlsx`;
  ctx.status = 200;
  ctx.type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  ctx.set({
    'Cache-Control': 'no-store',
    'Content-Disposition': `attachment; filename="events-${dateOf(now)}.xlsx"; filename*=UTF-8''${encodeURIComponent(name)}`,
  });
}

// --------------------------------------------------------------------------------------------------- rows

const PAGE = 300;

/** Page by page, each when the one before has been taken. */
async function* eventsOf(store: Store, query: Omit<EventQuery, 'limit'>): AsyncGenerator<Event> {
  let before: EventQuery['before'];
  for (let left = MOST_HITS; left > 0; ) {
    const limit = Math.min(PAGE, left);
    const page = await store.list({ ...query, ...(before && { before }), limit });
    yield* page;
    left -= page.length;
    const last = page.at(-1);
    if (!last || page.length < limit) return;
    before = { createdAt: last.createdAt, id: last.id };
  }
}

async function* rowsOf(events: AsyncIterable<Event>, rules: Rules, now: number): AsyncGenerator<SheetCell[]> {
  for await (const event of events) yield FIELDS.map(({ cell }) => cell({ event, task: leading(event), rules, now }));
}

interface Row {
  event: Event;
  task: Task | undefined;
  rules: Rules;
  now: number;
}

const moment = (at: number | null | undefined): SheetCell => (at ? { at } : null);
const unitName = ({ roster }: Rules, id: string | undefined) => roster.unit(id ?? '')?.name ?? '';

/** Telephone numbers are not among it, not even those that people wrote. */
const FIELDS: { header: string; width: number; cell(row: Row): SheetCell }[] = [
  { header: '编号', width: 16, cell: ({ event }) => event.no },
  { header: '事项', width: 16, cell: ({ event, rules }) => matterName(event, rules) },
  { header: '立案条件', width: 20, cell: ({ event }) => event.terms?.text ?? null },
  { header: '内容', width: 44, cell: ({ event }) => hidePhones(event.text) },
  { header: '位置', width: 24, cell: ({ event }) => hidePhones(event.place.text) },
  { header: '区域', width: 22, cell: ({ event, rules }) => areaName(event, rules.roster) },
  { header: '阶段', width: 10, cell: ({ event }) => STAGE_WORDS[event.stage] },
  { header: '紧急', width: 6, cell: ({ event }) => (event.urgent ? '是' : '') },
  { header: '报告人', width: 10, cell: ({ event, rules }) => nameOf(event.reporterId, rules.roster) },
  { header: '上报时间', width: 17, cell: ({ event }) => moment(event.createdAt) },
  { header: '立案时间', width: 17, cell: ({ event }) => moment(event.filedAt) },
  { header: '主办单位', width: 18, cell: ({ task, rules }) => unitName(rules, task?.unitId) },
  {
    header: '经办人',
    width: 10,
    cell: ({ task, rules }) => (task?.assigneeId ? nameOf(task.assigneeId, rules.roster) : null),
  },
  { header: '协办单位', width: 18, cell: assisting },
  { header: '签收时间', width: 17, cell: ({ task }) => moment(task?.ackedAt) },
  { header: '办理时限', width: 17, cell: ({ task }) => moment(task?.handleDueAt) },
  { header: '时限情况', width: 16, cell: standing },
  { header: '督办', width: 10, cell: ({ event }) => levelOf(event) },
  { header: '流转', width: 16, cell: ({ event }) => bounces(event).text },
  { header: '结案时间', width: 17, cell: ({ event }) => moment(event.closedAt) },
  { header: '申诉', width: 10, cell: ({ task }) => (task?.appealed ? APPEALS[task.appealed] : null) },
];

const APPEALS = { granted: '成立', denied: '未予支持' };
const COLUMNS = FIELDS.map(({ header, width }) => ({ header, width }));

function assisting({ event, rules }: Row): SheetCell {
  const units = event.tasks.filter(({ duty }) => duty === 'assist').map(({ unitId }) => unitName(rules, unitId));
  return [...new Set(units)].join('、');
}

function standing({ event, task, rules, now }: Row): SheetCell {
  if (!task) return null;
  if (!isOpen(task)) return event.closedAt && task.rungs.includes('handle.blue') ? '曾超期' : null;
  return dueOf(task, event, rules, now).words;
}
