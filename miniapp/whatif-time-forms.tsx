import { useState } from 'preact/hooks';
import { type Props, Submit } from './whatif-forms';
import { type DayKind, type Sessions, timeWords } from './whatif-proposal';

/** Other days, other hours. */

const AREA_KINDS: Record<string, string> = { district: '全区', street: '街道', community: '社区' };

export function DaysForm({ now, done }: Props) {
  const [as, setAs] = useState<DayKind>('closed');
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
    done({ kind: 'days', as, areaId, from: days.from, to });
  };
  return (
    <div class="trial">
      <label class="field">
        <span>这些天</span>
        <select value={as} onChange={(input) => setAs(input.currentTarget.value === 'worked' ? 'worked' : 'closed')}>
          <option value="closed">停办</option>
          <option value="worked">上班（补班）</option>
        </select>
      </label>
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
      <p class="note">影响设在该区域内的单位。</p>
      <Submit word={word} submit={submit} />
    </div>
  );
}

const NAMES = ['上午', '下午', '第三段', '第四段'];

/** The sessions there are, each from when to when; one that is emptied is gone. */
export function HoursForm({ now, done }: Props) {
  const before = now.settings.sessions;
  const [times, setTimes] = useState(before.map((session) => session.map(timeWords)));
  const [word, setWord] = useState('');
  const submit = () => {
    const kept = times.filter((each) => each.some(Boolean));
    const sessions = kept.map((each) => each.map(minuteOf)) as unknown as Sessions;
    const flat = sessions.reduce<number[]>((all, each) => all.concat(each), []);
    const rising = flat.every((minute, index) => minute >= 0 && (index === 0 || minute >= (flat[index - 1] || 0)));
    if (kept.length === 0) return setWord('至少要有一段。');
    if (!rising || sessions.some(([opens, closes]) => closes <= opens)) return setWord('时间要一段接一段，从早到晚。');
    if (JSON.stringify(sessions) === JSON.stringify(before)) return setWord('与现行的一样，请改一改。');
    done({ kind: 'hours', sessions });
  };
  const change = (row: number, column: number, value: string) =>
    setTimes(times.map((each, at) => (at === row ? each.map((old, end) => (end === column ? value : old)) : each)));
  return (
    <div class="trial">
      {times.map((each, row) => (
        <fieldset class="limit" key={NAMES[row]}>
          <legend>{NAMES[row] || `第 ${row + 1} 段`}</legend>
          <div class="two">
            {each.map((value, column) => (
              <input
                key={column === 0 ? 'from' : 'to'}
                type="time"
                aria-label={`${NAMES[row] || `第 ${row + 1} 段`}${column === 0 ? '从' : '到'}`}
                value={value}
                onInput={(input) => change(row, column, input.currentTarget.value)}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <p class="note">全区平日的作息；日历里另写的特殊作息不变。清空一段，就是那段不上班。</p>
      <Submit word={word} submit={submit} />
    </div>
  );
}

/** `08:30` → 510; what is no time counts as before the day. */
function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return hours === undefined || minutes === undefined ? -1 : hours * 60 + minutes;
}
