import { useEffect, useRef, useState } from 'preact/hooks';
import { Page } from '../kit/page';
import { Trouble } from '../kit/states';
import type { Outlines } from '../kit/town-map';
import { useAsk } from '../live';
import type { PageProps } from '../main';
import { setSearch } from '../route';
import type { Box, Drawing, MapEvents, Tapped } from './canvas';
import { GridSheet } from './grid';
import { type Step, stepsOf, stepWords } from './heat';
import { HereSheet } from './here';
import './supervisor.css';
import './map.css';

const SPANS = [
  ['1', '今日'],
  ['7', '7 日'],
  ['30', '30 日'],
] as const;

/** 地图: how many events each grid has had, where they are, and who works there. What is open of it stands in the address. */
export function MapPage({ search }: PageProps) {
  const [listing, setListing] = useState(false);
  const [points, setPoints] = useState(true);
  const asked = SPANS.findIndex(([days]) => days === search.get('days'));
  const span = asked < 0 ? 1 : asked;
  const [days] = SPANS[span]!;
  const grid = search.get('grid');
  const here = boxIn(search.get('here') || '');
  const show = (more: { grid?: string; here?: string; days?: string }) => setSearch({ days, ...more });
  const tapped: Tapped = { grid: (id) => show({ grid: id }), here: (box) => show({ here: box.join() }) };
  const outlines = useAsk('GET /api/map/grids', {});
  const events = useAsk('GET /api/map/events', { query: { days } });
  const shown = useKept(events.data);
  const steps = shown ? stepsOf(Object.keys(shown.grids).map((id) => shown.grids[id]!)) : [];
  const tools = (
    <>
      <button type="button" class="button small" onClick={() => setPoints(!points)} hidden={listing}>
        {points ? '只看热力' : '显示事件'}
      </button>
      <button type="button" class="button small phone-only" onClick={() => setListing(!listing)}>
        {listing ? '看地图' : '看列表'}
      </button>
    </>
  );
  return (
    <Page title="地图" wide class={listing ? 'map-page overseeing listing' : 'map-page overseeing'} tools={tools}>
      <Trouble words={outlines.trouble || events.trouble} again={outlines.trouble ? outlines.again : events.again} />
      <Slider span={span} change={(next) => show({ days: SPANS[next]![0] })} />
      <p class="note where" aria-live="polite">
        {shown ? summary(shown) : '正在读取…'}
      </p>
      <div class="map-body">
        <div class="map-frame">
          {outlines.data ? (
            <Canvas outlines={outlines.data} events={shown} steps={steps} points={points} grid={grid} tapped={tapped} />
          ) : (
            !outlines.trouble && <div class="map-box skeleton" role="status" aria-label="正在读取" />
          )}
          <div class="legend">{shown && <Legend steps={steps} />}</div>
        </div>
        {outlines.data && shown && <GridList outlines={outlines.data} events={shown} choose={tapped.grid} />}
      </div>
      {grid && <GridSheet id={grid} close={() => show({})} />}
      {here && <HereSheet box={here} days={days} close={() => show({})} />}
    </Page>
  );
}

function boxIn(text: string): Box | null {
  const [west = NaN, south = NaN, east = NaN, north = NaN] = text.split(',').map(Number);
  const box = [west, south, east, north] as const;
  return box.every((degrees) => Number.isFinite(degrees)) ? box : null;
}

/** While the next answer is on its way the last one stays in sight. */
function useKept(data: MapEvents | undefined): MapEvents | undefined {
  const kept = useRef(data);
  if (data) kept.current = data;
  return kept.current;
}

function summary({ count, late, elsewhere }: MapEvents): string {
  const parts = [`${count} 件`, `超期 ${late} 件`];
  if (elsewhere > 0) parts.push(`${elsewhere} 件没有落到网格`);
  return parts.join(' · ');
}

function Slider({ span, change }: { span: number; change: (span: number) => void }) {
  return (
    <div class="slider">
      <input
        type="range"
        min={0}
        max={SPANS.length - 1}
        step={1}
        value={span}
        aria-label="上报的时间"
        aria-valuetext={SPANS[span]![1]}
        onInput={(moved) => change(Number(moved.currentTarget.value))}
      />
      <div class="stops" aria-hidden="true">
        {SPANS.map(([days, label], index) => (
          <span key={days} class={index === span ? 'on' : ''}>
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}

interface CanvasProps {
  outlines: Outlines;
  events: MapEvents | undefined;
  steps: readonly Step[];
  points: boolean;
  grid: string | null;
  tapped: Tapped;
}

/** The drawing with its libraries, in a chunk of its own. */
function Canvas({ outlines, events, steps, points, grid, tapped }: CanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [lost, setLost] = useState(false);
  const taps = useRef(tapped);
  taps.current = tapped;
  useEffect(() => {
    let gone = false;
    let drawn: Drawing | null = null;
    import('./canvas').then(
      ({ draw }) => {
        if (gone || !box.current) return;
        drawn = draw(box.current, outlines, {
          grid: (id) => taps.current.grid(id),
          here: (place) => taps.current.here(place),
        });
        setDrawing(drawn);
      },
      () => setLost(true),
    );
    return () => {
      gone = true;
      drawn?.remove();
    };
  }, [outlines]);
  useEffect(() => {
    if (drawing && events) drawing.show(events, steps);
  }, [drawing, events]);
  useEffect(() => drawing?.points(points), [drawing, points]);
  useEffect(() => drawing?.choose(grid), [drawing, grid]);
  useEffect(() => {
    if (!drawing) return undefined;
    const theme = new MutationObserver(() => drawing.recolour());
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => theme.disconnect();
  }, [drawing]);
  return (
    <>
      {lost && <Trouble words="地图没有取到，请看列表，或重新打开。" />}
      <section ref={box} class="map-box" aria-label="网格地图；右侧或“看列表”里有同样的内容" />
    </>
  );
}

function Legend({ steps }: { steps: readonly Step[] }) {
  return (
    <>
      <p>每个网格的件数</p>
      <ul>
        <li>
          <span class="swatch heat-0" />0
        </li>
        {steps.map((step, index) => (
          <li key={step.from}>
            <span class={`swatch heat-${index + 1}`} />
            {stepWords(step)}
          </li>
        ))}
      </ul>
      <p class="keys">
        <span class="point open" /> 在办 <span class="point late">!</span> 超期 <span class="point closed" />{' '}
        已结案；圈内为件数，! 为超期数
      </p>
    </>
  );
}

interface Street {
  name: string;
  count: number;
  grids: { id: string; name: string; count: number }[];
}

interface GridListProps {
  outlines: Outlines;
  events: MapEvents;
  choose: (gridId: string) => void;
}

/** The same in words: for screen readers, keyboards, and whoever would rather read. */
function GridList({ outlines, events, choose }: GridListProps) {
  const streets = byStreet(outlines, events);
  return (
    <section class="card grid-list" aria-label="按街道的网格列表">
      <h2>有事件的网格</h2>
      {streets.length === 0 && <p class="note">这段时间没有事件。</p>}
      {streets.map(({ name, count, grids }) => (
        <details key={name}>
          <summary>
            {name} <b>{count} 件</b>
          </summary>
          <ul>
            {grids.map((grid) => (
              <li key={grid.id}>
                <button type="button" onClick={() => choose(grid.id)}>
                  <span>{grid.name}</span> <b>{grid.count} 件</b>
                </button>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}

function byStreet({ features }: Outlines, { grids }: MapEvents): Street[] {
  const streets = new Map<string, Street>();
  for (const { id, properties } of features) {
    const count = grids[id] || 0;
    if (properties.kind !== 'grid' || count === 0) continue;
    const street = streets.get(properties.within) || { name: properties.within, count: 0, grids: [] };
    street.count += count;
    street.grids.push({ id, name: properties.name, count });
    streets.set(properties.within, street);
  }
  const most = (a: { count: number }, b: { count: number }) => b.count - a.count;
  const found = Array.from(streets.values()).sort(most);
  for (const { grids: inside } of found) inside.sort(most);
  return found;
}
