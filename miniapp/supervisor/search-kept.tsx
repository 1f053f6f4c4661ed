import { useState } from 'preact/hooks';
import type { SearchFilter } from '../../server/http/search-contract';
import { call } from '../api';
import { Sheet } from '../kit/sheet';
import { Trouble } from '../kit/states';
import { toast } from '../kit/toast';
import { learn, told, useAsk, wordsOf } from '../live';

interface Props {
  filter: SearchFilter;
  choose: (filter: SearchFilter) => void;
}

const same = (a: SearchFilter, b: SearchFilter) => sorted(a) === sorted(b);
const sorted = (filter: SearchFilter) => JSON.stringify(Object.entries(filter).sort());

/** The searches I keep by name: one tap asks them again. */
export function Kept({ filter, choose }: Props) {
  const { data } = useAsk('GET /api/filters', {});
  const [sheet, setSheet] = useState<'keep' | 'sort' | null>(null);
  const filters = data ? data.filters : [];
  const known = filters.some((each) => same(each.filter, filter));
  const empty = Object.keys(filter).length === 0;
  // Chips that come one after the other would push each other away from under a finger.
  if (!data) return <div class="kept" />;
  return (
    <div class="kept">
      {filters.length === 0 && empty && <p class="note">选好条件后可以存为常用，以后一点就查。</p>}
      {filters.map((each) => (
        <button
          key={each.id}
          type="button"
          class="chip"
          aria-pressed={same(each.filter, filter)}
          title={each.words}
          onClick={() => choose(each.filter)}
        >
          {each.name}
        </button>
      ))}
      {!known && !empty && (
        <button type="button" class="chip act" onClick={() => setSheet('keep')}>
          ＋ 存为常用
        </button>
      )}
      {filters.length > 0 && (
        <button type="button" class="chip act" onClick={() => setSheet('sort')}>
          整理
        </button>
      )}
      {sheet === 'keep' && <Keep filter={filter} close={() => setSheet(null)} />}
      {sheet === 'sort' && (
        <Sheet title="我的常用查询" close={() => setSheet(null)}>
          <ul class="kept-list">
            {filters.map(({ id, name, words }) => (
              <li key={id}>
                <p>
                  {name}
                  <span class="note">{words}</span>
                </p>
                <Remove id={id} name={name} />
              </li>
            ))}
          </ul>
          <div class="main">
            <button type="button" class="button" onClick={() => setSheet(null)}>
              好了
            </button>
          </div>
        </Sheet>
      )}
    </div>
  );
}

function Keep({ filter, close }: { filter: SearchFilter; close: () => void }) {
  const [name, setName] = useState('');
  const [word, setWord] = useState('');
  const keep = async () => {
    if (!name.trim()) return setWord('请起一个名字。');
    try {
      learn('GET /api/filters', {}, await call('POST /api/filters', { body: { name, filter } }));
      toast(`已存为“${name.trim()}”`);
      close();
    } catch (error) {
      told(error);
      setWord(wordsOf(error));
    }
  };
  return (
    <Sheet title="存为常用查询" close={close}>
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void keep();
        }}
      >
        <label class="field">
          <span>名字（同名的会被替换）</span>
          <input
            type="text"
            maxLength={20}
            placeholder="如：东街红牌"
            value={name}
            onInput={(input) => setName(input.currentTarget.value)}
          />
        </label>
        <Trouble words={word} />
        <div class="main">
          <button type="button" class="button" onClick={close}>
            取消
          </button>
          <button type="submit" class="button primary">
            存下
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function Remove({ id, name }: { id: string; name: string }) {
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      learn('GET /api/filters', {}, await call('POST /api/filters/:id/remove', { params: { id } }));
    } catch (error) {
      told(error);
      toast(wordsOf(error));
    }
    setBusy(false);
  };
  return (
    <button
      type="button"
      class="button danger"
      disabled={busy}
      aria-label={`删去“${name}”`}
      onClick={() => void remove()}
    >
      删去
    </button>
  );
}
