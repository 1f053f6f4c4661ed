import { renderAnswer } from '../../cards/answers';
import { actionsFor, maySee, scopeOf } from '../domain/policy';
import { advice, lifeSafety } from '../domain/safety';
import type { Event, Reply } from '../domain/types';
import { type EventQuery, type Message, Rejected } from '../ports';
import { type DeliverPorts, type Of, type Sent, toPerson } from './sending';

/** An answer to words in chat, by the message's own webhook while it lives. */
export async function sendReply(ports: DeliverPorts, notice: Of<'reply'>): Promise<Sent> {
  const { reply, userId } = notice;
  const message = await answerOf(ports, notice);
  if (reply.webhook && reply.webhookUntil > ports.clock.now()) {
    try {
      await ports.messenger.reply(reply.webhook, message);
      return 'sent';
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
    }
  }
  // People whom the organisation does not know can be answered by webhook only.
  if (!ports.rules().roster.person(userId)) return 'dropped';
  if (reply.group) await ports.messenger.sendToGroup(reply.conversationId, message);
  else await toPerson(ports, userId, message);
  return 'sent';
}

async function answerOf(ports: DeliverPorts, { reply, userId, eventId }: Of<'reply'>): Promise<Message> {
  const events = await eventsOf(ports, reply, userId, eventId);
  const entries = reply.about === 'progress' && events[0] ? await ports.store.entries(events[0].id) : [];
  const danger = events[0] && lifeSafety(events[0].text);
  return renderAnswer({
    reply,
    rules: ports.rules(),
    now: ports.clock.now(),
    events,
    entries,
    advice: danger ? advice(danger) : '',
    homeUrl: `${ports.publicUrl}/#/`,
  });
}

async function eventsOf(
  { store, clock, rules }: DeliverPorts,
  reply: Reply,
  userId: string,
  eventId: string | null,
): Promise<Event[]> {
  const { roster } = rules();
  const scopes = scopeOf(userId, roster);
  const open: EventQuery['stages'] = ['filed', 'dispatched', 'handling', 'verifying'];
  const list = (query: Partial<EventQuery>) => store.list({ scopes, limit: 50, ...query });
  if (reply.about === 'mine')
    return list({ scopes: { everything: false, reporterId: userId, areaPaths: [], unitIds: [] }, limit: 11 });
  if (reply.about === 'late') return list({ stages: open, lateAt: clock.now(), limit: 11 });
  if (reply.about === 'todo') {
    const events = await list({ stages: open });
    return events
      .filter((event) => actionsFor(userId, event, roster).some((action) => TODO.has(action)))
      .sort(bySoonest);
  }
  const event = await store.event(reply.words.no ?? eventId ?? '');
  return event && maySee(userId, event, roster) ? [event] : [];
}

const TODO = new Set<string>(['approve', 'confirm', 'ack', 'finish', 'dispatch', 'pass']);

function bySoonest(a: Event, b: Event): number {
  return (a.nextAt ?? Number.POSITIVE_INFINITY) - (b.nextAt ?? Number.POSITIVE_INFINITY);
}
