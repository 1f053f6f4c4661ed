import { useInfiniteQuery } from '@tanstack/preact-query';
import type { EventSummary } from '../server/http/contract';
import { call } from './api';
import { Page } from './kit/page';
import { Empty, Skeleton, Trouble } from './kit/states';
import { wordsOf } from './live';
import { DueLine, StageTag } from './words';

/** 待办: what waits for me, what presses most first. */
export function TodoPage() {
  return <List title="待办" query={{ todo: '1' }} empty="没有待办，辛苦了。" order={pressing} />;
}

interface Props {
  title: string;
  query: { todo?: '1'; mine?: '1' };
  empty: string;
  order: (events: EventSummary[]) => EventSummary[];
}

function List({ title, query, empty, order }: Props) {
  const asked = useInfiniteQuery({
    queryKey: ['GET /api/events', query],
    queryFn: ({ pageParam }) => call('GET /api/events', { query: { ...query, cursor: pageParam || undefined } }),
    initialPageParam: '',
    getNextPageParam: ({ cursor }) => cursor,
  });
  const events = (asked.data ? asked.data.pages : []).reduce<EventSummary[]>(
    (all, page) => all.concat(page.events),
    [],
  );
  return (
    <Page title={title}>
      {asked.error && <Trouble words={wordsOf(asked.error)} again={() => void asked.refetch()} />}
      {asked.isPending && <Skeleton height={132} />}
      {asked.data && events.length === 0 && !asked.hasNextPage && <Empty>{empty}</Empty>}
      <ul class="list">
        {order(events).map((event) => (
          <Row key={event.id} event={event} />
        ))}
      </ul>
      {asked.hasNextPage && (
        <button
          type="button"
          class="button more"
          disabled={asked.isFetchingNextPage}
          onClick={() => void asked.fetchNextPage()}
        >
          {asked.isFetchingNextPage ? '正在读取…' : '看更多'}
        </button>
      )}
    </Page>
  );
}

/** Urgent ones first, then by what is due next. */
function pressing(events: EventSummary[]): EventSummary[] {
  const at = ({ due, urgent }: EventSummary) => (urgent ? 0 : 1e15) + (due?.at || 1e14);
  return events.slice().sort((a, b) => at(a) - at(b));
}

function Row({ event }: { event: EventSummary }) {
  return (
    <li>
      <a class="card row" href={`#/e/${encodeURIComponent(event.id)}`}>
        <div class="head">
          <strong>{event.matter}</strong>
          <StageTag event={event} />
        </div>
        <p class="text">{event.text || '（只有照片）'}</p>
        <p class="note">{[event.no || '未确认', event.place || event.area].join(' · ')}</p>
        {(event.due || event.next) && (
          <div class="foot">
            {event.due ? <DueLine due={event.due} /> : <span class="note">等您处理</span>}
            {event.next && <span class="next">去{event.next} ›</span>}
          </div>
        )}
      </a>
    </li>
  );
}
