import { useInfiniteQuery } from '@tanstack/preact-query';
import type { EventSummary } from '../server/http/contract';
import { call } from './api';
import { Page } from './kit/page';
import { Empty, Skeleton, Trouble } from './kit/states';
import { wordsOf } from './live';
import { DueLine, StageTag } from './words';

/** 我的上报: as they came, the newest first. */
export function MinePage() {
  const empty = '还没有上报过。在钉钉里对网格通说一句“哪里、怎么了”，就能上报。';
  return <List title="我的上报" query={{ mine: '1' }} empty={empty} />;
}

interface Props {
  title: string;
  query: { mine: '1' };
  empty: string;
}

function List({ title, query, empty }: Props) {
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
        {events.map((event) => (
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
