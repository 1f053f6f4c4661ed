import { Sheet } from '../kit/sheet';
import { Empty, Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import type { Box } from './canvas';
import { EventRow } from './rows';

/** One place on the map: its events of these days. */
export function HereSheet({ box, days, close }: { box: Box; days: '1' | '7' | '30'; close: () => void }) {
  const [west, south, east, north] = box;
  const { data, trouble, again } = useAsk('GET /api/map/here', { query: { days, west, south, east, north } });
  return (
    <Sheet title={data ? `这里 ${data.events.length}${data.more ? ' 件以上' : ' 件'}` : '这里'} close={close}>
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton rows={2} />}
      {data && data.events.length === 0 && <Empty>这段时间没有事件。</Empty>}
      <ul class="list">
        {data?.events.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </ul>
      {data?.more && <p class="note">只列出最新的 {data.events.length} 件，更多的请到“查询”里找。</p>}
      <div class="main">
        <button type="button" class="button" onClick={close}>
          关闭
        </button>
      </div>
    </Sheet>
  );
}
