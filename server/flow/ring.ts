import type { Clock, Look, Store } from '../ports';
import { comparisonDue } from './comparison';
import { deliver } from './deliver';
import { type FetchPorts, fetchMedia } from './fetch';
import { briefDue, type RemindPorts, remind } from './remind';
import { retime } from './retime';
import type { DeliverPorts } from './sending';
import type { TownRules } from './town';

export interface RingPorts {
  store: Store;
  clock: Clock;
  town: TownRules;
  sending: DeliverPorts;
  fetching: FetchPorts;
  reminding: RemindPorts;
  /** Goes on by itself: reminders do not wait for a walk through the contacts. */
  compare(): void;
}

/**
 * What a ring of the alarm does: one look, and work only where something is due. Returns when the next notice is, epoch ms;
 * null for none.
 */
export async function ring(ports: RingPorts): Promise<number | null> {
  const look = await ports.store.look();
  if (comparisonDue(look.compareAt, ports.clock.now())) ports.compare();
  if (nothingDue(look, ports)) return look.nextNoticeAt;
  await ports.town.refresh(look.townVersion);
  await retime({ ...ports.reminding, basis: ports.town.basis });
  await remind(ports.reminding);
  await Promise.all([fetchMedia(ports.fetching), deliver(ports.sending)]);
  return (await ports.store.look()).nextNoticeAt;
}

function nothingDue(look: Look, { town, clock }: RingPorts): boolean {
  const now = clock.now();
  const moments = [look.nextEventAt, look.nextMediaAt, look.nextNoticeAt, look.leaseUntil];
  return (
    look.townVersion === town.version() &&
    look.retimed === town.basis() &&
    !briefDue(look.brief, now) &&
    moments.every((at) => at === null || at > now)
  );
}
