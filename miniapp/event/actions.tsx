import { useState } from 'preact/hooks';
import type { EventDetail, Offer } from '../../server/http/contract';
import { acks, flush, takeBack } from '../official/acks';

interface Props {
  event: EventDetail;
  choose: (offer: Offer) => void;
}

/** What can be done now. The first two stand in the bar; the rest behind 更多. */
export function Actions({ event, choose }: Props) {
  const [more, setMore] = useState(false);
  const { actions: offers } = event;
  const ack = acks.value[event.id];
  if (ack && ack.state !== 'failed' && offers.some(({ action }) => action === 'ack')) return <Signed event={event} />;
  if (offers.length === 0) return null;
  const rest = offers.length > 3 ? offers.slice(2) : [];
  const first = rest.length > 0 ? offers.slice(0, 2) : offers;
  const button = (offer: Offer) => (
    <button
      key={offer.action}
      type="button"
      class={`button ${offer.style}`}
      onClick={() => {
        setMore(false);
        choose(offer);
      }}
    >
      {offer.label}
    </button>
  );
  return (
    <footer class="bar">
      {more && <div class="others">{rest.map(button)}</div>}
      <div class="main">
        {rest.length > 0 && (
          <button type="button" class="button default" aria-expanded={more} onClick={() => setMore(!more)}>
            {more ? '收起' : '更多'}
          </button>
        )}
        {first.slice().reverse().map(button)}
      </div>
    </footer>
  );
}

/** While it can be taken back; going on sends it at once. */
function Signed({ event: { id } }: { event: EventDetail }) {
  const held = acks.value[id]?.state === 'held';
  return (
    <footer class="bar">
      <div class="main">
        {held && (
          <button type="button" class="button default" onClick={() => takeBack([id])}>
            撤销签收
          </button>
        )}
        <button type="button" class="button primary" disabled={!held} onClick={() => void flush()}>
          {held ? '继续办理' : '正在签收…'}
        </button>
      </div>
    </footer>
  );
}
