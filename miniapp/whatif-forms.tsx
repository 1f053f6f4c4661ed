import { useState } from 'preact/hooks';
import { CLOCK_WORDS } from '../server/domain/figures';
import type { TaskClock } from '../server/domain/types';
import type { ConditionInFull } from '../server/http/whatif-contract';
import { type Change, CLOCK_UNITS, type InForce, limitWords, RUNG_NAMES } from './whatif-proposal';

/** The usual questions: another limit, another ladder, other extensions. */

export interface Props {
  now: InForce;
  done: (change: Change) => void;
}

const MOST_OFFERED = 60;

export function LimitForm({ now, done }: Props) {
  const [search, setSearch] = useState('');
  const [matterId, setMatterId] = useState('');
  const [edited, setEdited] = useState<ConditionInFull[]>([]);
  const [word, setWord] = useState('');
  const found = now.matters.filter(({ name }) => name.indexOf(search.trim()) >= 0);
  const choose = (id: string) => {
    setMatterId(id);
    setEdited(now.conditions.filter((each) => each.matterId === id) as ConditionInFull[]);
    setWord('');
  };
  const submit = () => {
    const same = (each: ConditionInFull) =>
      now.conditions.some((old) => old.id === each.id && limitWords(old) === limitWords(each));
    if (!matterId) return setWord('请选择事项。');
    if (edited.some(({ limit }) => !(limit >= 1) || Math.round(limit) !== limit))
      return setWord('时限要写大于 0 的整数。');
    if (edited.every(same)) return setWord('时限与现行的一样，请改一改。');
    done({ kind: 'limit', matterId, conditions: edited });
  };
  return (
    <div class="trial">
      <label class="field">
        <span>查找事项</span>
        <input
          type="search"
          value={search}
          placeholder="如：路灯"
          onInput={(input) => setSearch(input.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>事项</span>
        <select value={matterId} onChange={(input) => choose(input.currentTarget.value)}>
          <option value="">{found.length === 0 ? '没有这样的事项' : `请选择（${found.length} 个）`}</option>
          {found.slice(0, MOST_OFFERED).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {found.length > MOST_OFFERED && <p class="note">只列前 {MOST_OFFERED} 个，请输入几个字查找。</p>}
      {matterId && edited.length === 0 && <p class="note">这个事项没有立案条件。</p>}
      {edited.map((condition, index) => (
        <Limit
          key={condition.id}
          condition={condition}
          change={(next) => setEdited(edited.map((each, at) => (at === index ? next : each)))}
        />
      ))}
      <Submit word={word} submit={submit} />
    </div>
  );
}

interface LimitProps {
  condition: ConditionInFull;
  change: (condition: ConditionInFull) => void;
}

function Limit({ condition, change }: LimitProps) {
  const { id, text, limit, clock } = condition;
  return (
    <fieldset class="limit">
      <legend>{text}</legend>
      <div class="two">
        <input
          type="number"
          aria-label={`${text}：时限`}
          min="1"
          step="1"
          inputMode="numeric"
          value={limit || ''}
          onInput={(input) => change({ ...condition, limit: Number(input.currentTarget.value) })}
        />
        <select
          aria-label={`${text}：单位`}
          name={id}
          value={clock}
          onChange={(input) => change({ ...condition, clock: input.currentTarget.value as ConditionInFull['clock'] })}
        >
          {(Object.keys(CLOCK_UNITS) as ConditionInFull['clock'][]).map((unit) => (
            <option key={unit} value={unit}>
              {CLOCK_UNITS[unit]}
            </option>
          ))}
        </select>
      </div>
    </fieldset>
  );
}

export function LadderForm({ now, done }: Props) {
  const [clock, setClock] = useState<TaskClock>('handle');
  const ladder = now.settings.ladders[clock];
  const [shares, setShares] = useState<Record<string, number>>({});
  const [word, setWord] = useState('');
  const shareOf = (rung: string, share: number) =>
    shares[rung] === undefined ? Math.round(share * 100) : shares[rung] || 0;
  const submit = () => {
    const next = ladder.map(({ rung, share }) => ({ rung, share: shareOf(rung, share) / 100 }));
    const rising = next.every(
      ({ share }, index) => share > 0 && (index === 0 || share > (next[index - 1]?.share || 0)),
    );
    if (!rising) return setWord('要一级比一级高，都大于 0。');
    if (next.every(({ share }, index) => share === ladder[index]?.share)) return setWord('与现行的一样，请改一改。');
    done({ kind: 'ladder', clock, shares: next });
  };
  return (
    <div class="trial">
      <label class="field">
        <span>哪个时钟</span>
        <select
          value={clock}
          onChange={(input) => {
            setClock(input.currentTarget.value === 'ack' ? 'ack' : 'handle');
            setShares({});
          }}
        >
          <option value="handle">{CLOCK_WORDS.handle}</option>
          <option value="ack">{CLOCK_WORDS.ack}</option>
        </select>
      </label>
      <p class="note">用掉时限的百分之几时触发；超期固定在 100%。</p>
      {ladder.map(({ rung, share }) => (
        <label class="field beside" key={clock + rung}>
          <span>{RUNG_NAMES[rung] || rung}（%）</span>
          <input
            type="number"
            min="1"
            max="2000"
            inputMode="numeric"
            disabled={rung === 'blue'}
            value={shareOf(rung, share) || ''}
            onInput={(input) => setShares({ ...shares, [rung]: Number(input.currentTarget.value) })}
          />
        </label>
      ))}
      <Submit word={word} submit={submit} />
    </div>
  );
}

/** More extensions than these, or longer ones, no district may grant (`settingsFaults` has the last word). */
export function ExtendForm({ now, done }: Props) {
  const { extend } = now.settings;
  const [times, setTimes] = useState<number>(extend.times);
  const [share, setShare] = useState<number>(Math.round(extend.share * 100));
  const [word, setWord] = useState('');
  const submit = () => {
    if (!(times >= 0 && times <= 5) || Math.round(times) !== times) return setWord('次数要写 0 到 5 的整数。');
    if (!(share > 0 && share <= 200)) return setWord('每次延长要大于 0，不超过 200%。');
    if (times === extend.times && share / 100 === extend.share) return setWord('与现行的一样，请改一改。');
    done({ kind: 'extend', times, share: share / 100 });
  };
  return (
    <div class="trial">
      <Amount label="最多几次" value={times} change={setTimes} />
      <Amount label="每次延长（%）" value={share} change={setShare} />
      <p class="note">每次延长原时限的百分之几；0 次就是不许延期。</p>
      <Submit word={word} submit={submit} />
    </div>
  );
}

function Amount({ label, value, change }: { label: string; value: number; change: (value: number) => void }) {
  return (
    <label class="field beside">
      <span>{label}</span>
      <input
        type="number"
        min="0"
        inputMode="numeric"
        value={Number.isNaN(value) ? '' : value}
        onInput={(input) => change(Number.parseInt(input.currentTarget.value, 10))}
      />
    </label>
  );
}

export function Submit({ word, submit }: { word: string; submit: () => void }) {
  return (
    <>
      {word && (
        <p class="alert" role="alert">
          {word}
        </p>
      )}
      <button type="button" class="button" onClick={submit}>
        加入推演
      </button>
    </>
  );
}
