import { max } from 'd3-array';
import { scaleLinear, scalePoint } from 'd3-scale';
import { curveMonotoneX, line } from 'd3-shape';
import type { Answer } from '../../server/http/contract';

type Day = Answer<'GET /api/overview'>['trend'][number];

const [WIDTH, HEIGHT] = [640, 240];
const EDGE = { top: 16, right: 64, bottom: 28, left: 34 };

/** Told apart by dashes and by the word at their end, not by colour alone. */
const SERIES = [
  { key: 'reported', label: '上报' },
  { key: 'closed', label: '结案' },
  { key: 'overdue', label: '超期' },
] as const;

/** Thirty days as three lines. */
export function TrendChart({ days }: { days: Day[] }) {
  const most = max(days, (day) => Math.max(day.reported, day.closed, day.overdue)) || 1;
  const x = scalePoint(
    days.map(({ day }) => day),
    [EDGE.left, WIDTH - EDGE.right],
  );
  const y = scaleLinear([0, most], [HEIGHT - EDGE.bottom, EDGE.top]).nice(4);
  const ticks = y.ticks(4).filter((tick) => tick === Math.round(tick));
  const ends = apart(SERIES.map(({ key }) => y(days[days.length - 1]![key])));
  return (
    <svg class="trend" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby="trend-title trend-words">
      <title id="trend-title">近三十天上报、结案和超期</title>
      <desc id="trend-words">{inWords(days)}</desc>
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="grid-line" x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y(tick)} y2={y(tick)} />
          <text x={EDGE.left - 6} y={y(tick) + 5} text-anchor="end">
            {tick}
          </text>
        </g>
      ))}
      {days.map(
        ({ day }, index) =>
          (days.length - 1 - index) % 7 === 0 && (
            <text key={day} x={x(day)} y={HEIGHT - 6} text-anchor="middle">
              {day.slice(5).replace('-', '/')}
            </text>
          ),
      )}
      {SERIES.map(({ key, label }, index) => (
        <g key={key} class={`series ${key}`}>
          <path d={pathOf(days, x, y, key)} />
          <circle cx={x(days[days.length - 1]!.day)} cy={y(days[days.length - 1]![key])} r={4} />
          <text x={WIDTH - EDGE.right + 9} y={ends[index]! + 5}>
            {`${label} ${days[days.length - 1]![key]}`}
          </text>
        </g>
      ))}
    </svg>
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

const LINE = 19;

/** Words at the ends of lines keep off one another, in the order of their lines. */
function apart(heights: number[]): number[] {
  const order = heights.map((_, index) => index).sort((a, b) => heights[a]! - heights[b]!);
  const placed = heights.slice();
  for (let turn = order.length - 2; turn >= 0; turn -= 1) {
    const [upper, lower] = [order[turn]!, order[turn + 1]!];
    placed[upper] = Math.min(placed[upper]!, placed[lower]! - LINE);
  }
  return placed;
}

function inWords(days: Day[]): string {
  const sums = SERIES.map(({ key, label }) => `${label} ${days.reduce((sum, day) => sum + day[key], 0)} 件`);
  return `三十天共${sums.join('、')}。每天的数字在下面的表里。`;
}
