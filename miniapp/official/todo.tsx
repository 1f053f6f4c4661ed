import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import type { ViewProps } from '../event/page';
import { Chips } from '../kit/chips';
import { Page } from '../kit/page';
import { Empty, Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import type { PageProps } from '../main';
import { setSearch } from '../route';
import { acknowledge, acks, begin } from './acks';
import { Batch, Outcome } from './batch';
import { useKeys } from './keys';
import { Row } from './row';
import { useWide } from './wide';
import './todo.css';

type Todo = Answer<'GET /api/todo'>;
type Filter = keyof Todo['counts'];

const FILTERS: readonly (readonly [Filter, string])[] = [
  ['all', '全部'],
  ['ack', '待签收'],
  ['handle', '处置中'],
  ['approve', '审批'],
  ['verify', '核查'],
  ['dispatch', '派遣'],
  ['file', '待确认'],
  ['late', '已超期'],
];

const PAGE = 50;
const MOST = 500;

/** How much of the list was read, so that coming back from an event finds it so. */
const left = { most: PAGE, filter: '' };

/** 待办: what presses most first, in the order of the server; on a PC with the event beside it. */
export function TodoPage({ me, search }: PageProps) {
  const wide = useWide();
  const filter = FILTERS.find(([name]) => name === search.get('f'))?.[0] || 'all';
  const [most, setMost] = useState(left.filter === filter ? left.most : PAGE);
  const { data, trouble, again } = useTodo(filter, most);
  useEffect(() => begin(me.userId), []);
  useEffect(() => void Object.assign(left, { filter, most }), [filter, most]);
  const open = wide ? search.get('e') : null;
  const show = (id: string) => setSearch({ f: filter === 'all' ? '' : filter, e: id });
  const first = data?.events[0]?.id;
  useEffect(() => {
    if (wide && !open && first) show(first);
  }, [wide, open, first]);
  const events = data ? data.events : [];
  const enter = useKeys(wide ? events.map(({ id }) => id) : [], open, show);
  return (
    <Page title="待办" wide={wide} class={wide ? 'todo-page panes' : 'todo-page'}>
      <section class="todos" aria-label="待办列表">
        {data && <Filters counts={data.counts} whole={data.whole} filter={filter} wide={wide} />}
        <Outcome />
        <Trouble words={trouble} again={again} />
        {!data && !trouble && <Skeleton height={176} />}
        {data && <List data={data} wide={wide} open={open} show={show} enter={enter} />}
        {data && data.total > data.events.length && (
          <button type="button" class="button more" disabled={most >= MOST} onClick={() => setMost(most + PAGE)}>
            {most >= MOST ? `共 ${data.total} 件，先办上面的` : `看更多（还有 ${data.total - data.events.length} 件）`}
          </button>
        )}
      </section>
      {wide && (
        <section class="pane" aria-label="事件" id="pane">
          {open && <Beside key={open} id={open} me={me} />}
        </section>
      )}
    </Page>
  );
}

/** What was shown stays while more of it is asked for. */
function useTodo(filter: Filter, most: number) {
  const asked = useAsk('GET /api/todo', { query: { filter: filter === 'all' ? undefined : filter, most } });
  const last = useRef<{ filter: Filter; data: Todo } | null>(null);
  if (asked.data) last.current = { filter, data: asked.data };
  const before = last.current?.filter === filter ? last.current.data : undefined;
  return { ...asked, data: asked.data || before };
}

function Filters(props: { counts: Todo['counts']; whole: boolean; filter: Filter; wide: boolean }) {
  const { counts, whole, filter, wide } = props;
  const shown = FILTERS.filter(([name]) => name === 'all' || name === filter || counts[name] > 0);
  const options = shown.map(([name, words]) => [name, `${words} ${counts[name]}${whole ? '' : '＋'}`] as const);
  return (
    <div class="filters">
      <Chips
        label="看哪些待办"
        options={options}
        value={filter}
        change={(next) => setSearch({ f: next === 'all' ? '' : next })}
      />
      {wide && <p class="note keys">J、K 上下移动，回车去办理</p>}
    </div>
  );
}

interface ListProps {
  data: Todo;
  wide: boolean;
  open: string | null;
  show: (id: string) => void;
  enter: () => void;
}

function List({ data, wide, open, show, enter }: ListProps) {
  const [picked, setPicked] = useState<Record<string, boolean>>({});
  const held = acks.value;
  const waiting = data.events.filter(({ id, step }) => step === 'ack' && (!held[id] || held[id].state === 'failed'));
  const chosen = waiting.filter(({ id }) => picked[id]);
  if (data.events.length === 0) return <Empty>{data.counts.all === 0 ? '没有待办，辛苦了。' : '这一类没有了。'}</Empty>;
  return (
    <>
      {wide && waiting.length > 1 && (
        <Batch
          chosen={chosen.length}
          of={waiting.length}
          all={(on) => setPicked(on ? ticked(waiting) : {})}
          sign={() => {
            acknowledge(chosen);
            setPicked({});
          }}
        />
      )}
      <ul class="list">
        {data.events.map((event) => (
          <Row
            key={event.id}
            event={event}
            open={event.id === open}
            picked={picked[event.id] === true}
            pick={wide ? (on) => setPicked({ ...picked, [event.id]: on }) : null}
            choose={
              wide
                ? (click) => {
                    // A second window is still a second window.
                    if (click.ctrlKey || click.metaKey || click.shiftKey) return;
                    click.preventDefault();
                    if (event.id === open) enter();
                    else show(event.id);
                  }
                : undefined
            }
          />
        ))}
      </ul>
    </>
  );
}

function ticked(rows: Todo['events']): Record<string, boolean> {
  const every: Record<string, boolean> = {};
  for (const { id } of rows) every[id] = true;
  return every;
}

/** The event's own page, without its frame; its chunk comes when it is first needed. */
function Beside({ id, me }: { id: string; me: PageProps['me'] }) {
  const [View, setView] = useState<ComponentType<ViewProps> | null>(null);
  const [lost, setLost] = useState(false);
  const load = () => {
    setLost(false);
    import('../event/page').then(
      ({ EventView }) => setView(() => EventView),
      () => setLost(true),
    );
  };
  useEffect(load, []);
  if (lost) return <Trouble words="网络不通，这件事没有取到。" again={load} />;
  return View ? <View id={id} me={me} action={null} beside /> : <Skeleton height={160} />;
}
