import { useState } from 'preact/hooks';
import { Trouble } from '../kit/states';
import { useAsk } from '../live';
import {
  type AreaDays,
  type Day,
  type DayHours,
  daysOf,
  KIND_WORDS,
  type RuleDraft,
  ruleOf,
  saysOf,
  withoutRule,
  withRule,
} from './calendar-text';
import type { InForce } from './rules';

interface Props {
  now: InForce;
  busy: boolean;
  send: (text: object) => void;
}

/** 日历 filled in by hand; what comes of it is the same text that a file would be. */
export function CalendarForm({ now, busy, send }: Props) {
  const { data, trouble, again } = useAsk('GET /api/admin/forms', {});
  const [calendars, setCalendars] = useState<AreaDays[]>(() => daysOf(now.text));
  if (!data) return <Trouble words={trouble} again={again} />;
  const before = JSON.stringify(daysOf(now.text));
  const nameOf = (areaId: string) => data.areas.find(({ id }) => id === areaId)?.name || areaId;
  const filled = calendars.filter(({ rules }) => rules.length > 0);
  return (
    <section class="card">
      <h2>假日、停办、补班、特殊作息</h2>
      <p class="note">全国法定节假日和调休已自动计入，这里只写本地的。写在上级区域的，下级也照办；后写的为准。</p>
      {filled.length === 0 && <p class="note">还没有本地的规定。</p>}
      {filled.map(({ areaId, rules }) => (
        <div key={areaId} class="area-days">
          <h3>{nameOf(areaId)}</h3>
          <ul class="days">
            {rules.map((rule, index) => (
              <DayRow
                key={`${index} ${rule.from}`}
                rule={rule}
                today={data.today}
                locked={data.hasEvents && rule.from < data.today}
                drop={() => setCalendars(withoutRule(calendars, areaId, index))}
              />
            ))}
          </ul>
        </div>
      ))}
      <AddDay
        areas={data.areas}
        today={data.today}
        add={(areaId, rule) => setCalendars(withRule(calendars, areaId, rule))}
      />
      <p class="row-tools">
        <button
          type="button"
          class="button primary"
          disabled={busy || JSON.stringify(calendars) === before}
          onClick={() => send({ calendars: filled })}
        >
          预览改动
        </button>
        {JSON.stringify(calendars) !== before && (
          <button type="button" class="button" onClick={() => setCalendars(daysOf(now.text))}>
            恢复原样
          </button>
        )}
      </p>
    </section>
  );
}

interface RowProps {
  rule: Day;
  today: string;
  locked: boolean;
  drop: () => void;
}

function DayRow({ rule, today, locked, drop }: RowProps) {
  return (
    <li>
      <span class={`tag ${rule.kind === 'closed' ? 'orange' : rule.kind === 'worked' ? 'blue' : 'grey'}`}>
        {KIND_WORDS[rule.kind]}
      </span>
      <span class="grow">
        {saysOf(rule)}
        <span class="note how">依据：{rule.reason}</span>
      </span>
      {locked ? (
        <span class="note">{rule.to < today ? '已过去' : '已生效'}</span>
      ) : (
        <button type="button" class="button" onClick={drop}>
          去掉
        </button>
      )}
    </li>
  );
}

interface AddProps {
  areas: { id: string; name: string; kind: string }[];
  today: string;
  add: (areaId: string, rule: Day) => void;
}

const LEVELS: Record<string, string> = { district: '区', street: '街道', community: '社区' };
const EMPTY: RuleDraft = {
  ...{ kind: 'closed', from: '', to: '', reason: '' },
  ...{ morning: ['08:30', '12:00'], afternoon: ['14:00', '17:30'] },
};

function AddDay({ areas, today, add }: AddProps) {
  const [draft, setDraft] = useState(EMPTY);
  const [level, setLevel] = useState('district');
  const [chosen, setChosen] = useState('');
  const [word, setWord] = useState('');
  const offered = areas.filter(({ kind }) => kind === level);
  const areaId = offered.some(({ id }) => id === chosen) ? chosen : offered[0] ? offered[0].id : '';
  const change = (some: Partial<RuleDraft>) => {
    setDraft({ ...draft, ...some });
    setWord('');
  };
  const submit = () => {
    const made = ruleOf(draft);
    if (!areaId) return setWord('请选择区域。');
    if (typeof made === 'string') return setWord(made);
    add(areaId, made);
    setDraft({ ...EMPTY, kind: draft.kind });
  };
  return (
    <fieldset class="inset">
      <legend>加一条</legend>
      <div class="fields">
        <label class="field">
          <span>哪一级</span>
          <select value={level} onChange={(event) => setLevel(event.currentTarget.value)}>
            {Object.keys(LEVELS).map((each) => (
              <option key={each} value={each}>
                {LEVELS[each]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>区域</span>
          <select value={areaId} onChange={(event) => setChosen(event.currentTarget.value)}>
            {offered.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>怎么办</span>
          <select value={draft.kind} onChange={(event) => change({ kind: event.currentTarget.value as Day['kind'] })}>
            <option value="closed">停办（放假）</option>
            <option value="worked">补班、加班</option>
            <option value="hours">特殊作息</option>
          </select>
        </label>
        <label class="field">
          <span>从</span>
          <input
            type="date"
            value={draft.from}
            min={today}
            onInput={(event) => change({ from: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>到（可不填）</span>
          <input
            type="date"
            value={draft.to}
            min={draft.from || today}
            onInput={(event) => change({ to: event.currentTarget.value })}
          />
        </label>
        <label class="field grow">
          <span>依据（写在每份时限说明里）</span>
          <input
            type="text"
            value={draft.reason}
            maxLength={200}
            placeholder="如：区政府 2026〔12〕号通知"
            onInput={(event) => change({ reason: event.currentTarget.value })}
          />
        </label>
      </div>
      {draft.kind === 'hours' && <Hours draft={draft} change={change} />}
      {word && (
        <p class="alert" role="alert">
          {word}
        </p>
      )}
      <button type="button" class="button" onClick={submit}>
        加进去
      </button>
    </fieldset>
  );
}

/** Two sessions of a day as they are typed: `08:30`, or '' for nothing yet. */
export function Hours({ draft, change }: { draft: DayHours; change: (some: Partial<DayHours>) => void }) {
  const times = (part: 'morning' | 'afternoon', words: string) => (
    <div class="field">
      <span>{words}</span>
      <div class="times">
        {[0, 1].map((end) => (
          <input
            key={end}
            type="time"
            aria-label={`${words}${end === 0 ? '开始' : '结束'}`}
            value={draft[part][end]}
            onInput={(event) => {
              const pair = draft[part].slice() as [string, string];
              pair[end] = event.currentTarget.value;
              change({ [part]: pair });
            }}
          />
        ))}
      </div>
    </div>
  );
  return (
    <div class="fields">
      {times('morning', '第一段')}
      {times('afternoon', '第二段（可清空）')}
    </div>
  );
}
