import type { EventSummary } from '../../server/http/contract';
import type { Given } from '../api';
import { Page } from '../kit/page';
import { Empty, More, Skeleton, Trouble } from '../kit/states';
import { usePages } from '../live';
import type { PageProps } from '../main';
import { DueLine, StageTag } from '../words';
import './supervisor.css';

type Query = Given<'GET /api/overview/events'>['query'];

/** The events behind one number. */
export function RowsPage({ search }: PageProps) {
  const query = queryOf(search);
  const asked = usePages('GET /api/overview/events', query);
  const pages = asked.data || [];
  const events = pages.reduce<EventSummary[]>((all, page) => all.concat(page.events), []);
  const [first] = pages;
  return (
    <Page title={first ? first.title : '事件'} back="#/today" class="rows overseeing">
      {first && <p class="note where">{`共 ${first.count} 件，新的在前`}</p>}
      <Trouble words={asked.trouble} again={asked.again} />
      {!asked.data && !asked.trouble && <Skeleton height={120} />}
      {first && first.count === 0 && <Empty>没有这样的事件。</Empty>}
      <ul class="list">
        {events.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </ul>
      <More asked={asked} label={`看更多（还有 ${first ? first.count - events.length : ''} 件）`} />
    </Page>
  );
}

/** What the address does not say well, the server says in words. */
function queryOf(search: URLSearchParams): Query {
  const query: Record<string, string> = { what: search.get('what') || 'open' };
  for (const name of ['climb', 'area', 'only', 'unit', 'day']) {
    const value = search.get(name);
    if (value) query[name] = value;
  }
  return query as Query;
}

export function EventRow({ event }: { event: EventSummary }) {
  return (
    <li>
      <a class="card row" href={`#/e/${encodeURIComponent(event.id)}`}>
        <div class="head">
          <strong>{event.matter}</strong>
          <StageTag event={event} />
        </div>
        <p class="text">{event.text || '（只有照片）'}</p>
        <p class="note">{[event.no || '未确认', event.area, event.place].filter(Boolean).join(' · ')}</p>
        {event.due && (
          <div class="foot">
            <DueLine due={event.due} />
          </div>
        )}
      </a>
    </li>
  );
}
