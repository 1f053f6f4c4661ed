import { Sheet } from '../kit/sheet';
import { Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import { addressOf } from './counts';
import { EventRow } from './rows';

/** A grid: who works there, and what is open in it. */
export function GridSheet({ id, close }: { id: string; close: () => void }) {
  const { data, trouble, again } = useAsk('GET /api/map/grids/:id', { params: { id } });
  return (
    <Sheet title={data ? data.name : '网格'} close={close}>
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton rows={2} />}
      {data && (
        <>
          <p class="note">{data.within}</p>
          <h3>人员</h3>
          {data.people.length === 0 && <p class="note">还没有安排人。</p>}
          <ul class="people">
            {data.people.map(({ name, post }) => (
              <li key={name + post}>
                <strong>{name}</strong> <span class="note">{post}</span>
              </li>
            ))}
          </ul>
          <h3>
            在办 {data.open} 件{data.late > 0 && <span class="tag red">超期 {data.late}</span>}
          </h3>
          {data.open === 0 && <p class="note">没有在办的事。</p>}
          <ul class="list">
            {data.events.map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </ul>
          {data.open > data.events.length && (
            <a class="to-wall" href={addressOf({ what: 'open', area: data.id })}>
              看全部 {data.open} 件 ›
            </a>
          )}
        </>
      )}
      <div class="main">
        <button type="button" class="button" onClick={close}>
          关闭
        </button>
      </div>
    </Sheet>
  );
}
