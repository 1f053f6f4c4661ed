import { foldedCard, type LateLine, morningBrief } from '../../cards/brief';
import { CLOCK_WORDS, dueOf } from '../../cards/due';
import { DAY, dayStart, yearOf } from '../domain/clock';
import { RUNG_WORDS } from '../domain/commands';
import { unpublishedOf } from '../domain/ledger';
import { maySee, openTasks, ownTask, scopeOf } from '../domain/policy';
import type { Rules } from '../domain/rules';
import type { Event, Person } from '../domain/types';
import { Unsure } from '../ports';
import { todoKey } from './apply';
import { type DeliverPorts, type Of, type Row, type Sent, shortHash } from './sending';
import { deliverCard, sendCard, turnOf } from './show';

/** One line becomes a card with its buttons; more become one message (DESIGN §4.5). */
export async function sendLines(ports: DeliverPorts, rows: Row<'line'>[]): Promise<Sent> {
  const { roster } = ports.rules();
  const { userId } = rows[0]!.notice;
  const lines = await standing(ports, rows);
  if (lines.length === 0) return 'dropped';
  const turn = turnOf(rows);
  const only = lines.length === 1 ? lines[0]! : null;
  if (only)
    return sendCard(ports, userId, only.event.id, ownTask(userId, only.event, roster) ? 'task' : 'supervision', turn);
  const card = foldedCard(lines, roster, ports.clock.now(), `${ports.publicUrl}/#/`);
  const outTrackId = `brief-${turn.turn}-${shortHash(userId)}`;
  await deliverCard(
    ports,
    { outTrackId, userId, eventId: null, kind: 'brief', status: 'sending', hash: '', createdAt: ports.clock.now() },
    card,
    turn.interrupted,
  );
  return 'sent';
}

/** Lines whose clock still counts, the highest rung of each task only; what is suspended meanwhile is not late. */
async function standing(ports: DeliverPorts, rows: Row<'line'>[]): Promise<LateLine[]> {
  const found = new Map<string, LateLine>();
  for (const { notice } of rows) {
    const event = await ports.store.event(notice.eventId);
    const task =
      event &&
      openTasks(event).find(
        ({ id, state, ackedAt }) =>
          id === notice.taskId && state !== 'suspended' && (ackedAt === null || notice.clock === 'handle'),
      );
    const dueAt = task && (notice.clock === 'ack' ? task.ackDueAt : task.handleDueAt);
    if (!event || !task || !dueAt) continue;
    const before = found.get(task.id);
    if (before && RUNGS.indexOf(before.rung) >= RUNGS.indexOf(notice.rung)) continue;
    const { clock, rung } = notice;
    const unpublished = unpublishedOf(task, clock, event, ports.rules());
    found.set(task.id, { event, task, clock, rung, dueAt, unpublished });
  }
  return [...found.values()];
}

const RUNGS = Object.keys(RUNG_WORDS);

export async function sendDing(
  ports: DeliverPorts,
  { userId, eventId }: Of<'ding'>,
  interrupted: boolean,
): Promise<Sent> {
  const event = await ports.store.event(eventId);
  const { roster } = ports.rules();
  if (!event || openTasks(event).length === 0 || !maySee(userId, event, roster)) return 'dropped';
  if (interrupted) throw new Unsure('a DING was interrupted');
  await ports.messenger.ding([userId], dingText(userId, event, ports.rules(), ports.clock.now()));
  return 'sent';
}

/** What is asked of this person: to do it, or to see that it is done. */
function dingText(userId: string, event: Event, rules: Rules, now: number): string {
  const own = ownTask(userId, event, rules.roster);
  const task = own ?? openTasks(event).find(({ duty }) => duty === 'lead');
  const due = task && dueOf(task, event, rules, now);
  const late = due?.late ? `${CLOCK_WORDS[due.clock]}时限${due.words}，` : '';
  const ask = own ? (own.ackedAt === null ? '请立即签收办理' : '请立即办理') : '请立即督办';
  const matter = (event.matterId && rules.roster.matter(event.matterId)?.name) || '紧急事件';
  return `【紧急】${matter}，${event.place.text || '位置见卡片'}。编号 ${event.no}，${late}${ask}。`;
}

/** Tables of people do not know it; the contacts do, and asking them is free. */
async function unionIdOf(messenger: DeliverPorts['messenger'], { userId, unionId }: Person): Promise<string> {
  return unionId || ((await messenger.contact(userId))?.unionId ?? '');
}

/** The platform's own to-do list keeps reminding without calls of ours. */
export async function sendTodo(ports: DeliverPorts, notice: Of<'todo'>): Promise<Sent> {
  const { store, messenger, publicUrl } = ports;
  const { roster } = ports.rules();
  const event = await store.event(notice.eventId);
  const person = roster.person(notice.userId);
  if (!event || !person) return 'dropped';
  const key = todoKey(notice);
  const known = await store.meta(key);
  if (notice.done) {
    if (!known) return 'dropped';
    await messenger.todoDone(known, await unionIdOf(messenger, person));
    return 'sent';
  }
  const task = openTasks(event).find(
    ({ id, ackedAt }) => id === notice.taskId && (ackedAt === null || notice.clock === 'handle'),
  );
  const dueAt = task && (notice.clock === 'ack' ? task.ackDueAt : task.handleDueAt);
  if (!task || !dueAt || known) return 'dropped';
  const { note } = dueOf(task, event, ports.rules(), ports.clock.now());
  const matter = (event.matterId && roster.matter(event.matterId)?.name) || '其他事项';
  const unionId = await unionIdOf(messenger, person);
  if (!unionId) return 'dropped';
  const what = `${CLOCK_WORDS[notice.clock]}已超期`;
  const subject = `${event.no} ${matter}：${what}${note && `（${note}）`}`;
  await store.putMeta(
    key,
    await messenger.todo({
      sourceId: key,
      unionId,
      subject,
      dueAt,
      url: `${publicUrl}/#/e/${event.id}`,
    }),
  );
  return 'sent';
}

export async function sendBrief(
  ports: DeliverPorts,
  { userId, day }: Of<'brief'>,
  interrupted: boolean,
): Promise<Sent> {
  const { store, clock } = ports;
  const { roster, calendarOf } = ports.rules();
  const now = clock.now();
  const scopes = scopeOf(userId, roster);
  const start = dayStart(now);
  const counts = await store.counts(scopes, now, start - DAY, start + DAY);
  const late = await store.list({ scopes, lateAt: now, stages: ['dispatched', 'handling'], limit: 6 });
  const today = yearOf(now);
  const unpublished = calendarOf(roster.district.path).published(today) ? [] : [today];
  const card = morningBrief(counts, late, roster, day, `${ports.publicUrl}/#/`, unpublished);
  const outTrackId = `brief-${day}-${shortHash(userId)}`;
  await deliverCard(
    ports,
    { outTrackId, userId, eventId: null, kind: 'brief', status: 'sending', hash: '', createdAt: now },
    card,
    interrupted,
  );
  return 'sent';
}
