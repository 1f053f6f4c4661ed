import { max } from 'd3-array';
import { scaleLinear, scalePoint } from 'd3-scale';
import { curveMonotoneX, line } from 'd3-shape';
import type { Answer } from '../../server/http/contract';

type Day = Answer<'GET /api/overview'>['trend'][number];

/** Told apart by dashes and words, not by colour alone. */
const SERIES = [
  { key: 'reported', label: '上报' },
  { key: 'closed', label: '结案' },
  { key: 'overdue', label: '超期' },
] as const;

const EDGE = { top: 12, right: 12, bottom: 30, left: 40 };

/** Thirty days as three lines. */
export function TrendChart({ days }: { days: Day[] }) {
  const [width, height] = innerWidth < 480 ? [340, 210] : [640, 240];
  const most = max(days, (day) => Math.max(day.reported, day.closed, day.overdue)) || 1;
  const x = scalePoint(
    days.map(({ day }) => day),
    [EDGE.left, width - EDGE.right],
  );
  const y = scaleLinear([0, most], [height - EDGE.bottom, EDGE.top]).nice(4);
  return (
    <svg class="trend" viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby="trend-title trend-words">
      <title id="trend-title">近三十天上报、结案和超期</title>
      <desc id="trend-words">{inWords(days)}</desc>
      {y.ticks(4).map((tick) => tick === Math.round(tick) && <Height key={tick} tick={tick} at={y(tick)} to={width} />)}
      {days.map(
        ({ day }, index) =>
          (days.length - 1 - index) % 7 === 0 && (
            <text key={day} x={x(day)} y={height - 8} text-anchor={index === days.length - 1 ? 'end' : 'middle'}>
              {day.slice(5).replace('-', '/')}
            </text>
          ),
      )}
      {SERIES.map(({ key }) => (
        <path key={key} class={`series ${key}`} d={pathOf(days, x, y, key)} />
      ))}
    </svg>
  );
}

function Height({ tick, at, to }: { tick: number; at: number; to: number }) {
  return (
    <>
      <line class="grid-line" x1={EDGE.left} x2={to - EDGE.right} y1={at} y2={at} />
      <text x={EDGE.left - 6} y={at + 5} text-anchor="end">
        {tick}
      </text>
    </>
  );
}

type X = ReturnType<typeof scalePoint<string>>;
type Y = ReturnType<typeof scaleLinear<number, number>>;

function pathOf(days: Day[], x: X, y: Y, key: (typeof SERIES)[number]['key']): string {
  const draw = line<Day>()
    .x(({ day }) => x(day) || 0)
    .y((day) => y(day[key]))
    .curve(curveMonotoneX);
  return draw(days) || '';
}

function inWords(days: Day[]): string {
  const sums = SERIES.map(({ key, label }) => `${label} ${days.reduce((sum, day) => sum + day[key], 0)} 件`);
  return `三十天共${sums.join('、')}。每天的数字在下面的表里。`;
}
