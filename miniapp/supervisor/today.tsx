import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { Page } from '../kit/page';
import { Empty, Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import { addressOf, type Behind, CLIMBS, Count, type Total } from './counts';
import { usePaper } from './paper';
import './today.css';

type Overview = Answer<'GET /api/overview'>;
type Line = Overview['areas'][number];

/** 今日: the day at a glance; every number opens the events behind it. */
export function TodayPage() {
  const { data, trouble, again } = useAsk('GET /api/overview', {});
  usePaper();
  return (
    <Page title="今日" wide class="today overseeing" tools={<Print />}>
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton rows={4} height={160} />}
      {data && <Glance data={data} />}
    </Page>
  );
}

function Print() {
  return (
    <button type="button" class="button small" onClick={() => window.print()}>
      打印
    </button>
  );
}

function Glance({ data }: { data: Overview }) {
  const { total, areas, units, trend, areaKind } = data;
  const last = trend[trend.length - 1];
  return (
    <>
      <p class="note where">{`${data.scope} · ${dayWords(data.today)}`}</p>
      <section class="tiles" aria-label="现在">
        <Tile label="在办" value={total.open} behind={{ what: 'open' }} note={`其中紧急 ${total.urgent}`} />
        <Tile label="今日到期" value={total.due} behind={{ what: 'due' }} note={`已预警 ${total.warned}`} />
        <Tile label="超期" value={total.late} behind={{ what: 'late' }} note="按最高一级计" alarm />
        <Tile
          label="今日上报"
          value={last ? last.reported : 0}
          behind={{ what: 'reported' }}
          note={`今日结案 ${last ? last.closed : 0}`}
        />
      </section>
      <nav class="chipline" aria-label="更多数字">
        <Chip label="紧急在办" value={total.urgent} behind={{ what: 'urgent' }} />
        <Chip label="即将超期" value={total.warned} behind={{ what: 'warned' }} />
        <Chip label="今日结案" value={last ? last.closed : 0} behind={{ what: 'closed' }} />
      </nav>
      <div class="columns">
        <div>
          <Rungs total={total} />
          <Trend days={trend} />
          <Lines title="按部门" kind="部门" lines={units} by="unit" />
        </div>
        <div>
          <Lines title={`按${areaKind}`} kind={areaKind} lines={areas} by="area" />
        </div>
      </div>
    </>
  );
}

interface TileProps {
  label: string;
  value: number;
  behind: Behind;
  note: string;
  alarm?: boolean;
}

function Tile({ label, value, behind, note, alarm }: TileProps) {
  return (
    <a class={alarm && value > 0 ? 'tile alarm' : 'tile'} href={addressOf(behind)}>
      <span class="tile-label">{label}</span>
      <strong>{value}</strong>
      <span class="note">{note}</span>
    </a>
  );
}

function Chip({ label, value, behind }: { label: string; value: number; behind: Behind }) {
  return (
    <a class="chip" href={addressOf(behind)}>
      {label} <b>{value}</b>
    </a>
  );
}

function Rungs({ total }: { total: Total }) {
  return (
    <section class="card">
      <h2>超期到了哪一级</h2>
      {total.late === 0 ? (
        <p class="good-news">✓ 没有超期的事</p>
      ) : (
        <div class="stack" aria-hidden="true">
          {CLIMBS.map(({ key }) => total[key] > 0 && <span key={key} class={key} style={{ flexGrow: total[key] }} />)}
        </div>
      )}
      <ul class="rungs">
        {CLIMBS.map(({ key, label, mark }) => (
          <li key={key}>
            <a href={addressOf({ what: 'late', climb: key })}>
              <span class={`mark ${key}`} aria-hidden="true">
                {mark}
              </span>
              {label}
              <b>{total[key]}</b>
            </a>
          </li>
        ))}
      </ul>
      <a class="to-wall" href="#/wall">
        去逾期墙督办 ›
      </a>
    </section>
  );
}

type Chart = ComponentType<{ days: Overview['trend'] }>;

/** The drawing comes with its libraries when the numbers stand already. */
function Trend({ days }: { days: Overview['trend'] }) {
  const [Drawn, setDrawn] = useState<Chart | null>(null);
  useEffect(() => {
    import('./trend').then(
      ({ TrendChart }) => setDrawn(() => TrendChart),
      () => undefined,
    );
  }, []);
  return (
    <section class="card">
      <h2>近三十天</h2>
      <Key />
      <div class="drawing">{Drawn && <Drawn days={days} />}</div>
      <Twin days={days} />
    </section>
  );
}

const COLUMNS = [
  ['reported', '上报'],
  ['closed', '结案'],
  ['overdue', '超期'],
] as const;

/** Which line is which. */
function Key() {
  return (
    <ul class="key">
      {COLUMNS.map(([key, label]) => (
        <li key={key}>
          <svg viewBox="0 0 28 8" aria-hidden="true">
            <path class={`series ${key}`} d="M2 4h24" />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}

/** The same in numbers, for those who do not see the drawing, and on paper. */
function Twin({ days }: { days: Overview['trend'] }) {
  return (
    <details class="twin">
      <summary>看每天的数字</summary>
      <table>
        <caption>近三十天每天上报、结案、超期的件数</caption>
        <thead>
          <tr>
            <th scope="col">日期</th>
            {COLUMNS.map(([key, label]) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days
            .slice()
            .reverse()
            .map((day) => (
              <tr key={day.day}>
                <th scope="row">{shortDay(day.day)}</th>
                {COLUMNS.map(([key, label]) => (
                  <td key={key}>
                    <Count value={day[key]} behind={{ what: key, day: day.day }} of={`${shortDay(day.day)}${label}`} />
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}

/** A phone shows the worst, a desk all of them. */
const FEW = innerWidth < 960 ? 8 : 40;

/** One line each, the one with most overdue first. */
function Lines({ title, kind, lines, by }: { title: string; kind: string; lines: Line[]; by: 'area' | 'unit' }) {
  const [all, setAll] = useState(false);
  const most = lines.reduce((max, { open }) => Math.max(max, open), 1);
  return (
    <section class="card">
      <h2>{title}</h2>
      {lines.length === 0 ? (
        <Empty>没有在办的事。</Empty>
      ) : (
        <table class="lines">
          <thead>
            <tr>
              <th scope="col">{kind}</th>
              <th scope="col">在办</th>
              <th scope="col">今日到期</th>
              <th scope="col">超期</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <LineRow key={line.id + line.only} line={line} most={most} by={by} extra={index >= FEW && !all} />
            ))}
          </tbody>
        </table>
      )}
      {lines.length > FEW && (
        <button type="button" class="button small more-lines" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? '收起' : `全部 ${lines.length} 个${kind}`}
        </button>
      )}
    </section>
  );
}

interface LineProps {
  line: Line;
  most: number;
  by: 'area' | 'unit';
  /** On paper only. */
  extra: boolean;
}

function LineRow({ line, most, by, extra }: LineProps) {
  const where = by === 'area' ? { area: line.id, only: line.only } : { unit: line.id };
  return (
    <tr class={extra ? 'extra' : ''}>
      <th scope="row">
        {line.name}
        <span class="share" aria-hidden="true">
          <span class="late" style={{ width: `${(100 * line.late) / most}%` }} />
          <span class="rest" style={{ width: `${(100 * (line.open - line.late)) / most}%` }} />
        </span>
      </th>
      <td>
        <Count value={line.open} behind={{ what: 'open', ...where }} of={`${line.name}在办`} />
      </td>
      <td>
        <Count value={line.due} behind={{ what: 'due', ...where }} of={`${line.name}今日到期`} />
      </td>
      <td>
        <Count value={line.late} behind={{ what: 'late', ...where }} of={`${line.name}超期`} alarm />
      </td>
    </tr>
  );
}

function dayWords(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  const week = '日一二三四五六'[new Date(Date.UTC(year!, month! - 1, date)).getUTCDay()];
  return `${month}月${date}日 星期${week}`;
}

function shortDay(day: string): string {
  const [, month, date] = day.split('-').map(Number);
  return `${month}月${date}日`;
}
