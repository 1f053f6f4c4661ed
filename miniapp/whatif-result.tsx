import { useState } from 'preact/hooks';
import { CLOCK_WORDS, grouped, lateWords, RUNGS } from '../server/domain/figures';
import type { TaskClock } from '../server/domain/types';
import { type Result, RUNG_NAMES } from './whatif-proposal';

type Group = Result['units'][number];
type Tally = Group['ack'];
type Pair = Tally['late'];

const VIEWS = { units: '按单位', matters: '按事项', streets: '按街道' } as const;
type View = keyof typeof VIEWS;
const AS = { chart: '图', table: '表' } as const;

/** What changes, in numbers and bars. */
export function ResultView({ result }: { result: Result }) {
  const [clock, setClock] = useState<TaskClock>('handle');
  const [view, setView] = useState<View>('units');
  const [as, setAs] = useState<keyof typeof AS>('chart');
  const { events, totals, notes, most } = result;
  if (events === 0)
    return (
      <section class="card">
        <h2>结果</h2>
        <p>这段时间没有您能看到的、已立案的事件。</p>
      </section>
    );
  return (
    <>
      <section class="card" aria-live="polite">
        <h2>结果</h2>
        <p class="note">
          {result.from} 至 {result.to}，共 {grouped(events)} 件
        </p>
        <Switch label="时限" options={CLOCK_WORDS} value={clock} change={setClock} />
        <Headline total={totals[clock]} />
        <p class="note caveat">{notes[0]}</p>
        <Totals total={totals[clock]} />
      </section>
      <section class="card">
        <Switch label="分组" options={VIEWS} value={view} change={setView} />
        <Switch label="样式" options={AS} value={as} change={setAs} />
        <Groups
          key={view + clock}
          as={as}
          groups={result[view].filter((group) => group[clock].tasks > 0)}
          clock={clock}
        />
      </section>
      {most.length > 0 && <Most most={most} />}
      {notes.length > 1 && (
        <section class="card">
          <h2>说明</h2>
          <ul class="said">
            {notes.slice(1).map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface SwitchProps<K extends string> {
  label: string;
  options: Record<K, string>;
  value: K;
  change: (value: K) => void;
}

function Switch<K extends string>({ label, options, value, change }: SwitchProps<K>) {
  return (
    <fieldset class="chips" aria-label={label}>
      {(Object.keys(options) as K[]).map((each) => (
        <button key={each} type="button" class="chip" aria-pressed={value === each} onClick={() => change(each)}>
          {options[each]}
        </button>
      ))}
    </fieldset>
  );
}

function Headline({ total: { late, newlyLate, noLongerLate, tasks } }: { total: Tally }) {
  return (
    <div class="headline">
      <p>
        <span>现行超期</span>
        <strong>{grouped(late.before)}</strong>
      </p>
      <p aria-hidden="true">→</p>
      <p>
        <span>拟议超期</span>
        <strong>{grouped(late.after)}</strong>
      </p>
      <p class="note">
        共 {grouped(tasks)} 个任务；新增超期 {grouped(newlyLate)}，不再超期 {grouped(noLongerLate)}
      </p>
    </div>
  );
}

function Totals({ total }: { total: Tally }) {
  const rows: [string, Pair, (value: number) => string][] = [['超期时长', total.minutesLate, lateWords]];
  for (const rung of RUNGS) rows.push([RUNG_NAMES[rung] || rung, total.rungs[rung], grouped]);
  rows.push(['夜间触发', total.hushed, grouped]);
  return (
    <table class="figures">
      <thead>
        <tr>
          <td />
          <th scope="col">现行</th>
          <th scope="col">拟议</th>
          <th scope="col">变化</th>
        </tr>
      </thead>
      <tbody>
        {rows
          .filter(([, pair]) => pair.before || pair.after)
          .map(([name, pair, words]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{words(pair.before)}</td>
              <td>{words(pair.after)}</td>
              <td>{signed(pair, words)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function signed({ before, after }: Pair, words: (value: number) => string): string {
  if (after === before) return '不变';
  return after > before ? `+${words(after - before)}` : `−${words(before - after)}`;
}

/** Bars at first; the rest on demand. */
const SHOWN = 8;
/** Part of the width that the longest bar takes (%): its number stands beside it. */
const LONGEST = 80;

function Groups({ as, groups, clock }: { as: keyof typeof AS; groups: Group[]; clock: TaskClock }) {
  const [all, setAll] = useState(false);
  const shown = all ? groups : groups.slice(0, SHOWN);
  const most = Math.max(1, ...groups.map((group) => Math.max(group[clock].late.before, group[clock].late.after)));
  return (
    <>
      {as === 'chart' ? <Bars groups={shown} clock={clock} most={most} /> : <GroupTable groups={shown} clock={clock} />}
      {groups.length > shown.length && (
        <button type="button" class="button whole-width" onClick={() => setAll(true)}>
          看全部 {groups.length} 个
        </button>
      )}
    </>
  );
}

function Bars({ groups, clock, most }: { groups: Group[]; clock: TaskClock; most: number }) {
  return (
    <>
      <p class="key note">
        <svg width="28" height="14" aria-hidden="true">
          <Hatch />
          <rect class="before" x="1" y="1" width="26" height="12" />
        </svg>
        现行
        <svg width="28" height="14" aria-hidden="true">
          <rect class="after" x="1" y="1" width="26" height="12" />
        </svg>
        拟议（超期任务数）
      </p>
      <ul class="bars">
        {groups.map((group) => (
          <li key={group.id}>
            <p>{group.name}</p>
            <Bar pair={group[clock].late} most={most} />
            <p class="note">{under(group[clock])}</p>
            {group.most.length > 0 && (
              <details>
                <summary>看变化最大的 {group.most.length} 件</summary>
                <Events list={group.most} />
              </details>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Tasks late, in numbers; on a phone the names wrap and the numbers do not. */
function GroupTable({ groups, clock }: { groups: Group[]; clock: TaskClock }) {
  return (
    <table class="figures groups">
      <thead>
        <tr>
          <td />
          <th scope="col">任务</th>
          <th scope="col">现行超期</th>
          <th scope="col">拟议超期</th>
          <th scope="col">变化</th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ id, name, [clock]: { tasks, late } }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td>{grouped(tasks)}</td>
            <td>{grouped(late.before)}</td>
            <td>{grouped(late.after)}</td>
            <td>{signed(late, grouped)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function under({ tasks, newlyLate, noLongerLate, minutesLate }: Tally): string {
  const parts = [`任务 ${grouped(tasks)}`];
  if (newlyLate) parts.push(`新增超期 ${grouped(newlyLate)}`);
  if (noLongerLate) parts.push(`不再超期 ${grouped(noLongerLate)}`);
  if (minutesLate.before || minutesLate.after) parts.push(`共超 ${change(minutesLate)}`);
  return parts.join('，');
}

function change({ before, after }: Pair): string {
  const [was, would] = [lateWords(before), lateWords(after)];
  return was === would ? was : `${was} → ${would}`;
}

function Bar({ pair, most }: { pair: Pair; most: number }) {
  const wide = (value: number) => (value / most) * LONGEST;
  const words = `现行 ${pair.before}，拟议 ${pair.after}`;
  return (
    <svg class="bar-pair" width="100%" height="44" role="img" aria-label={words}>
      <rect class="before" x="1" y="2" width={`${wide(pair.before)}%`} height="16" />
      <text x={`${wide(pair.before)}%`} dx="8" y="15">
        {grouped(pair.before)}
      </text>
      <rect class="after" x="1" y="24" width={`${wide(pair.after)}%`} height="16" />
      <text x={`${wide(pair.after)}%`} dx="8" y="37">
        {grouped(pair.after)}
      </text>
    </svg>
  );
}

/** Told from the solid bar without its colour. */
function Hatch() {
  return (
    <defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch" width="2.5" height="6" />
      </pattern>
    </defs>
  );
}

const FEW = 5;

function Most({ most }: { most: Result['most'] }) {
  const [all, setAll] = useState(false);
  const shown = all ? most : most.slice(0, FEW);
  return (
    <section class="card">
      <h2>变化最大的事件</h2>
      <Events list={shown} />
      {most.length > shown.length && (
        <button type="button" class="button whole-width" onClick={() => setAll(true)}>
          看全部 {most.length} 件
        </button>
      )}
    </section>
  );
}

function Events({ list }: { list: Result['most'] }) {
  return (
    <ul class="most">
      {list.map(({ no, matter, minutesLate, rungs }) => (
        <li key={no}>
          <a href={`#/e/${encodeURIComponent(no)}`}>
            <strong>{no}</strong> {matter}
            <span class="note">
              超期 {change(minutesLate)}
              {rungs.before === rungs.after ? '' : `，督办 ${rungs.before} → ${rungs.after} 次`}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
