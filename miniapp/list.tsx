import { useEffect, useState } from 'preact/hooks';
import type { EventSummary } from '../server/http/contract';
import { call, Trouble } from './api';
import type { Me } from './session';
import { DueLine, StageTag } from './words';

type Page = 'todo' | 'mine';

const EMPTY: Record<Page, string> = {
  todo: '没有待办，辛苦了。',
  mine: '还没有上报过。在钉钉里对网格通说一句“哪里、怎么了”，就能上报。',
};

interface Loaded {
  events: EventSummary[];
  cursor: string | null;
}

/** 待办 and 我的上报. */
export function ListPage({ page, me, onTrouble }: { page: Page; me: Me; onTrouble: (error: unknown) => void }) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [trouble, setTrouble] = useState('');
  const load = async (cursor: string | null) => {
    try {
      const next = await call('GET /api/events', { query: { [page]: '1', cursor: cursor || undefined } });
      setTrouble('');
      setLoaded((before) => ({
        events: cursor && before ? before.events.concat(next.events) : next.events,
        cursor: next.cursor,
      }));
    } catch (error) {
      onTrouble(error);
      setTrouble(error instanceof Trouble ? error.message : '页面出错了，请重新打开。');
    }
  };
  useEffect(() => {
    document.title = page === 'todo' ? '待办' : '我的上报';
    void load(null);
    const back = () => document.visibilityState === 'visible' && void load(null);
    document.addEventListener('visibilitychange', back);
    return () => document.removeEventListener('visibilitychange', back);
  }, []);
  return (
    <main>
      <header class="top">
        <p class="who">
          {me.name}
          <span>{postWords(me)}</span>
        </p>
        <nav class="tabs">
          <Tab to="#/" on={page === 'todo'} label="待办" />
          <Tab to="#/mine" on={page === 'mine'} label="我的上报" />
          {me.roles.some((role) => OVERSEERS.indexOf(role) >= 0) && <Tab to="#/what-if" on={false} label="推演" />}
        </nav>
      </header>
      {trouble && (
        <p class="alert" role="alert">
          {trouble}
        </p>
      )}
      {!loaded && !trouble && <p class="blank">正在读取…</p>}
      {loaded && loaded.events.length === 0 && !loaded.cursor && <p class="blank">{EMPTY[page]}</p>}
      <ul class="list">
        {loaded && inOrder(page, loaded.events).map((event) => <Row key={event.id} event={event} />)}
      </ul>
      {loaded?.cursor && (
        <button type="button" class="button more" onClick={() => load(loaded.cursor)}>
          看更多
        </button>
      )}
    </main>
  );
}

/** Who may ask what other rules would have meant. */
const OVERSEERS = ['supervisor', 'leader', 'oversight', 'admin'];

function postWords({ posts }: Me): string {
  return posts
    .map(({ roleText, unit, area }) => `${area || unit}${roleText}`)
    .slice(0, 2)
    .join('、');
}

/** What presses most comes first in the to-dos; reports stay as they came. */
function inOrder(page: Page, events: EventSummary[]): EventSummary[] {
  const at = ({ due, urgent }: EventSummary) => (urgent ? 0 : 1e15) + (due?.at || 1e14);
  return page === 'todo' ? events.slice().sort((a, b) => at(a) - at(b)) : events;
}

function Tab({ to, on, label }: { to: string; on: boolean; label: string }) {
  return (
    <a href={to} aria-current={on ? 'page' : undefined}>
      {label}
    </a>
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
