import { foldedCard, type LateLine, morningBrief } from '../../cards/brief';
import { DAY, dayStart } from '../domain/clock';
import { ACTIONS, RUNG_WORDS } from '../domain/commands';
import { runningDue } from '../domain/ladder';
import { maySee, openTasks, ownTask, scopeOf } from '../domain/policy';
import { Unsure } from '../ports';
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
    found.set(task.id, { event, task, clock: notice.clock, rung: notice.rung, dueAt });
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
  const matter = (event.matterId && roster.matter(event.matterId)?.name) || '紧急事件';
  await ports.messenger.ding(
    [userId],
    `【紧急】${matter}，${event.place.text || '位置见卡片'}。编号 ${event.no}，请立即签收办理。`,
  );
  return 'sent';
}

/** The platform's own to-do list keeps reminding without calls of ours. */
export async function sendTodo(ports: DeliverPorts, notice: Of<'todo'>): Promise<Sent> {
  const { store, messenger, publicUrl } = ports;
  const { roster } = ports.rules();
  const event = await store.event(notice.eventId);
  const person = roster.person(notice.userId);
  if (!event || !person) return 'dropped';
  const key = `todo:${notice.taskId}:${notice.userId}`;
  const known = await store.meta(key);
  if (notice.done) {
    if (!known) return 'dropped';
    await messenger.todoDone(known, person.unionId);
    return 'sent';
  }
  const task = openTasks(event).find(({ id }) => id === notice.taskId);
  const dueAt = task && runningDue(task);
  if (!task || !dueAt || known) return 'dropped';
  const matter = (event.matterId && roster.matter(event.matterId)?.name) || '其他事项';
  const subject = `${event.no} ${matter}：${task.state === 'waiting' ? ACTIONS.ack.label : '办理'}已超期`;
  await store.putMeta(
    key,
    await messenger.todo({
      sourceId: key,
      unionId: person.unionId,
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
  const { roster } = ports.rules();
  const now = clock.now();
  const scopes = scopeOf(userId, roster);
  const start = dayStart(now);
  const counts = await store.counts(scopes, now, start - DAY, start + DAY);
  const late = await store.list({ scopes, lateAt: now, stages: ['dispatched', 'handling'], limit: 6 });
  const card = morningBrief(counts, late, roster, day, `${ports.publicUrl}/#/`);
  const outTrackId = `brief-${day}-${shortHash(userId)}`;
  await deliverCard(
    ports,
    { outTrackId, userId, eventId: null, kind: 'brief', status: 'sending', hash: '', createdAt: now },
    card,
    interrupted,
  );
  return 'sent';
}
