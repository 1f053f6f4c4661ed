import { randomUUID } from 'node:crypto';
import type { SandboxClock } from './clock';

export const TICKET_MS = 90_000;

/** What one connection asked to be told of. */
export interface Subscription {
  type: string;
  topic: string;
}

/** Tickets of the gateway: each opens one connection, within TICKET_MS of sandbox time. */
export interface Tickets {
  issue(subscriptions: Subscription[]): string;
  redeem(ticket: string): Subscription[] | null;
}

export function createTickets(clock: SandboxClock): Tickets {
  const tickets = new Map<string, { subscriptions: Subscription[]; until: number }>();
  return {
    issue(subscriptions) {
      const ticket = randomUUID();
      tickets.set(ticket, { subscriptions, until: clock.now() + TICKET_MS });
      return ticket;
    },
    redeem(ticket) {
      const found = tickets.get(ticket);
      tickets.delete(ticket);
      return found && found.until > clock.now() ? found.subscriptions : null;
    },
  };
}
