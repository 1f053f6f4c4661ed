import { useEffect, useState } from 'preact/hooks';
import type { SearchFilter, SearchRow } from '../../server/http/search-contract';
import { Page } from '../kit/page';
import { Sheet } from '../kit/sheet';
import { Empty, Skeleton, Trouble } from '../kit/states';
import { useAsk, usePages, wordsOf } from '../live';
import type { PageProps } from '../main';
import { setSearch } from '../route';
import { Export } from './export';
import { Fields } from './search-fields';
import { Kept } from './search-kept';
import { Cards, Table } from './search-results';
import './search.css';

/** 查询: everything I may see, narrowed; what is asked stands in the address. */
export function SearchPage({ search }: PageProps) {
  const wide = useWide();
  const filter = filterOf(search);
  const order = search.get('order') === 'due' ? 'due' : 'new';
  const change = (next: SearchFilter) => setSearch({ ...next, order: order === 'due' ? order : '' });
  const found = useFound(filter, order);
  return (
    <Page title="查询" wide class="search">
      <Narrow wide={wide} filter={filter} change={change} />
      <Kept filter={filter} choose={change} />
      {found.error && <Trouble words={wordsOf(found.error)} again={found.again} />}
      <div class="above">
        <p role="status">{found.rows && countWords(found.count, found.words)}</p>
        <select
          aria-label="排序"
          value={order === 'due' ? order : ''}
          onChange={(select) => setSearch({ ...filter, order: select.currentTarget.value })}
        >
          <option value="">新上报的在前</option>
          <option value="due">先到期的在前</option>
        </select>
        <Export filter={filter} none={found.count === 0} />
      </div>
      {!found.rows && !found.error && <Skeleton rows={6} height={wide ? 44 : 132} />}
      {found.rows && found.rows.length === 0 && <Empty>没有符合这些条件的事件。可以去掉一个条件再试。</Empty>}
      {found.rows && found.rows.length > 0 && (wide ? <Table rows={found.rows} /> : <Cards rows={found.rows} />)}
      {found.more && (
        <button type="button" class="button more" disabled={found.asking} onClick={found.more}>
          {found.asking ? '正在读取…' : '看更多'}
        </button>
      )}
    </Page>
  );
}

const NAMES = ['q', 'person', 'matterId', 'stage', 'areaId', 'unitId', 'rung', 'from', 'to'] as const;

/** What the address says; the server looks at it again. */
function filterOf(search: URLSearchParams): SearchFilter {
  const given = NAMES.filter((name) => search.get(name)).map((name) => [name, search.get(name)] as const);
  const filter: Record<string, string | null> = {};
  for (const [name, value] of given) filter[name] = value;
  return filter as SearchFilter;
}

interface Found {
  rows: SearchRow[] | null;
  count: number | null;
  words: string;
  error: unknown;
  again: () => void;
  more: (() => void) | null;
  asking: boolean;
}

function useFound(filter: SearchFilter, order: 'new' | 'due'): Found {
  const asked = usePages('GET /api/search', { ...filter, order });
  const pages = asked.data || [];
  return {
    rows: asked.data ? pages.reduce<SearchRow[]>((all, page) => all.concat(page.rows), []) : null,
    count: pages[0] ? pages[0].count : null,
    words: pages[0] ? pages[0].words : '',
    error: asked.error,
    again: asked.again,
    more: asked.more,
    asking: asked.reading,
  };
}

const MOST = 100_000;

function countWords(count: number | null, words: string): string {
  const many = count === null ? '' : count >= MOST ? '10 万件以上' : `${count} 件`;
  return `共 ${many} · ${words}`;
}

interface NarrowProps {
  wide: boolean;
  filter: SearchFilter;
  change: (next: SearchFilter) => void;
}

/** On a PC all conditions are in sight; on a phone the words alone, the rest in a sheet. */
function Narrow({ wide, filter, change }: NarrowProps) {
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(filter);
  const { data: options } = useAsk('GET /api/search/options', {});
  const chosen = Object.keys(filter).filter((name) => name !== 'q').length;
  if (wide) {
    return (
      <div class="card narrow">
        <Fields options={options} filter={filter} change={change} />
        {Object.keys(filter).length > 0 && (
          <button type="button" class="button" onClick={() => change({})}>
            清空条件
          </button>
        )}
      </div>
    );
  }
  return (
    <div class="narrow-phone">
      <Words value={filter.q || ''} change={(q) => change({ ...filter, q: q || undefined })} />
      <button
        type="button"
        class="button"
        aria-expanded={open}
        onClick={() => {
          setDraft(filter);
          setOpen(true);
        }}
      >
        筛选{chosen > 0 ? `（${chosen}）` : ''}
      </button>
      {open && (
        <Sheet title="筛选" close={() => setOpen(false)}>
          <Fields options={options} filter={draft} change={setDraft} />
          <div class="main">
            <button type="button" class="button" onClick={() => setDraft({})}>
              清空
            </button>
            <button
              type="button"
              class="button primary"
              onClick={() => {
                setOpen(false);
                change(draft);
              }}
            >
              看结果
            </button>
          </div>
        </Sheet>
      )}
    </div>
  );
}

function Words({ value, change }: { value: string; change: (q: string) => void }) {
  return (
    <form
      class="words"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        (document.activeElement as HTMLElement | null)?.blur();
      }}
    >
      <input
        key={value}
        type="search"
        aria-label="编号、内容或位置"
        placeholder="编号、内容或位置"
        maxLength={50}
        defaultValue={value}
        onChange={(input) => change(input.currentTarget.value.trim())}
      />
    </form>
  );
}

/** Tables from 960 px on; the window may be made wider or narrower. */
export function useWide(): boolean {
  const query = matchMedia('(min-width: 960px)');
  const [wide, setWide] = useState(query.matches);
  useEffect(() => {
    const follow = () => setWide(query.matches);
    // `addEventListener` on media queries is newer than Safari 13.
    query.addListener(follow);
    return () => query.removeListener(follow);
  }, []);
  return wide;
}
