import type { Answer, EventDetail } from '../../server/http/contract';
import { bridge } from '../bridge';
import { useAsk } from '../live';

type Spot = Answer<'GET /api/events/:id/place'>;
type Point = readonly [number, number];

const WIDTH = 360;
const HEIGHT = 160;
const EDGE = 26;

/**
 * Where it is: the outline of the grid among its neighbours, and the point. Drawn as it is, without tiles: what a worker of the
 * place needs to know it by weighs a few hundred bytes.
 */
export function Place({ event }: { event: EventDetail }) {
  const { data } = useAsk('GET /api/events/:id/place', { params: { id: event.id } }, !event.located);
  if (!event.located) return null;
  const point = data?.point;
  const words = event.place || event.area;
  return (
    <section class="card place" aria-label="位置">
      {data && <Sketch spot={data} words={words} />}
      {point && (
        <button
          type="button"
          class="button"
          onClick={() =>
            void bridge().then((client) =>
              client.openLocation({ lng: point[0], lat: point[1], title: event.matter, address: words }),
            )
          }
        >
          导航去这里
        </button>
      )}
    </section>
  );
}

function Sketch({ spot: { point, grid, around }, words }: { spot: Spot; words: string }) {
  const to = fitted([...(grid ? grid.ring : []), ...(point ? [point] : [])]);
  const path = (ring: readonly Point[]) => `M${ring.map((each) => to(each).join(' ')).join('L')}Z`;
  const pin = point && to(point);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${grid ? grid.name : ''} ${words}`}>
      {around.map(({ id, ring }) => (
        <path key={id} class="near" d={path(ring)} />
      ))}
      {grid && <path class="grid" d={path(grid.ring)} />}
      {pin && (
        <g class="pin" transform={`translate(${pin.join(' ')})`}>
          <path d="M0 0c-5-7-9-11-9-16a9 9 0 0 1 18 0c0 5-4 9-9 16z" />
          <circle cy="-16" r="3.500" />
        </g>
      )}
    </svg>
  );
}

/** Puts these points into the drawing, a degree of longitude as wide as it is at this latitude. */
function fitted(points: readonly Point[]): (point: Point) => [number, number] {
  const [lngs, lats] = [points.map(([lng]) => lng), points.map(([, lat]) => lat)];
  const [west, east] = [Math.min(...lngs), Math.max(...lngs)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  // A point alone, or one on a line, still has a neighbourhood.
  const span = 0.0005;
  const scale = Math.min(
    (WIDTH - 2 * EDGE) / Math.max((east - west) * narrow, span),
    (HEIGHT - 2 * EDGE - PIN) / Math.max(north - south, span),
  );
  const round = (value: number) => Math.round(value * 10) / 10;
  return ([lng, lat]) => [
    round(WIDTH / 2 + (lng - (west + east) / 2) * narrow * scale),
    round((HEIGHT + PIN) / 2 - (lat - (south + north) / 2) * scale),
  ];
}

/** Room for the pin's head above its point. */
const PIN = 20;
