import { useState } from 'preact/hooks';
import { CLOCK_WORDS } from '../server/domain/figures';
import type { TaskClock } from '../server/domain/types';
import type { ConditionInFull } from '../server/http/whatif-contract';
import { type Change, CLOCK_UNITS, type InForce, limitWords, RUNG_NAMES } from './whatif-proposal';

/** The usual questions: another limit, another ladder, a day off. */

interface Props {
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

const AREA_KINDS: Record<string, string> = { district: '全区', street: '街道', community: '社区' };

export function ClosedForm({ now, done }: Props) {
  const [kind, setKind] = useState('district');
  const areas = now.areas.filter((area) => area.kind === kind);
  const [chosen, setChosen] = useState('');
  const [days, setDays] = useState({ from: '', to: '' });
  const [word, setWord] = useState('');
  const areaId = areas.some(({ id }) => id === chosen) ? chosen : areas[0] ? areas[0].id : '';
  const submit = () => {
    const to = days.to || days.from;
    if (!areaId) return setWord('请选择区域。');
    if (!days.from) return setWord('请选择日期。');
    if (to < days.from) return setWord('结束日期不能早于开始日期。');
    done({ kind: 'closed', areaId, from: days.from, to });
  };
  return (
    <div class="trial">
      <div class="two">
        <label class="field">
          <span>范围</span>
          <select value={kind} onChange={(input) => setKind(input.currentTarget.value)}>
            {Object.keys(AREA_KINDS).map((each) => (
              <option key={each} value={each}>
                {AREA_KINDS[each]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>区域</span>
          <select value={areaId} onChange={(input) => setChosen(input.currentTarget.value)}>
            {areas.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="two">
        <label class="field">
          <span>从</span>
          <input
            type="date"
            value={days.from}
            onInput={(input) => setDays({ ...days, from: input.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>到（可不填）</span>
          <input
            type="date"
            value={days.to}
            min={days.from}
            onInput={(input) => setDays({ ...days, to: input.currentTarget.value })}
          />
        </label>
      </div>
      <p class="note">停办影响设在该区域内的单位。</p>
      <Submit word={word} submit={submit} />
    </div>
  );
}

function Submit({ word, submit }: { word: string; submit: () => void }) {
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
