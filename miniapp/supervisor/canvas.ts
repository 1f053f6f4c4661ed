import L from 'leaflet';
import Supercluster from 'supercluster';
import type { Answer } from '../../server/http/contract';
import { type Outlines, townMap } from '../kit/town-map';
import { type Step, stepOf } from './heat';

export type MapEvents = Answer<'GET /api/map/events'>;

/** The drawn map: grids on one canvas, clusters above. No tiles: it works on an intranet and without a key. */
export interface Drawing {
  show(events: MapEvents, steps: readonly Step[]): void;
  /** The events above the heat, or the heat alone. */
  points(shown: boolean): void;
  /** The theme has changed. */
  recolour(): void;
  choose(gridId: string | null): void;
  remove(): void;
}

/** The colours of the steps, of this theme. */
function heatOf(box: HTMLElement): string[] {
  const styles = getComputedStyle(box);
  return [1, 2, 3, 4, 5].map((step) => styles.getPropertyValue(`--heat-${step}`).trim());
}

export function draw(box: HTMLElement, outlines: Outlines, tapped: (gridId: string) => void): Drawing {
  const { map, paint } = townMap(box, outlines, tapped);
  const clusters = clusterLayer(map);
  let last: { events: MapEvents; steps: readonly Step[] } | null = null;
  let chosen: string | null = null;
  const colour = () => {
    const heat = heatOf(box);
    paint((id) => {
      const step = last ? stepOf(last.events.grids[id] || 0, last.steps) : 0;
      return { fill: heat[step - 1], picked: id === chosen };
    });
  };
  colour();
  return {
    show(events, steps) {
      last = { events, steps };
      colour();
      clusters.load(events.points);
    },
    points: clusters.show,
    recolour: colour,
    choose(gridId) {
      chosen = gridId;
      colour();
    },
    remove: () => void map.remove(),
  };
}

type Point = { state: 0 | 1 | 2; late: number };

/** Clusters are cut for what is in sight, anew when the map comes to rest. */
function clusterLayer(map: L.Map): { load(points: MapEvents['points']): void; show(shown: boolean): void } {
  const index = new Supercluster<Point, { late: number }>({
    // Of 512 parts of a tile, which Leaflet draws 256 pixels wide.
    ...{ radius: 150, maxZoom: 17, map: ({ late }) => ({ late }) },
    reduce: (sum, { late }) => {
      sum.late += late;
    },
  });
  const layer = L.layerGroup().addTo(map);
  let loaded = false;
  const cut = () => {
    if (!loaded) return;
    layer.clearLayers();
    const seen = map.getBounds().pad(0.1);
    const box: [number, number, number, number] = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
    for (const found of index.getClusters(box, Math.round(map.getZoom()))) layer.addLayer(markerOf(found, map, index));
  };
  map.on('moveend', cut);
  return {
    show: (shown) => void (shown ? layer.addTo(map) : layer.remove()),
    load(points) {
      index.load(
        points.map(([lng, lat, state]) => ({
          type: 'Feature' as const,
          properties: { state, late: state === 1 ? 1 : 0 },
          geometry: { type: 'Point' as const, coordinates: [lng, lat] },
        })),
      );
      loaded = true;
      cut();
    },
  };
}

type Index = Supercluster<Point, { late: number }>;
type Found = ReturnType<Index['getClusters']>[number];

function markerOf({ properties, geometry, id }: Found, map: L.Map, index: Index): L.Marker {
  const [lng = 0, lat = 0] = geometry.coordinates;
  if (!('cluster' in properties)) {
    const mark = ['open', 'late', 'closed'][properties.state]!;
    const icon = L.divIcon({ className: `point ${mark}`, html: properties.state === 1 ? '!' : '', iconSize: [18, 18] });
    // Taps go through to the grid below, whose sheet has the event.
    return L.marker([lat, lng], { icon, interactive: false, keyboard: false });
  }
  const { point_count: count, late } = properties;
  const size = count < 10 ? 32 : count < 100 ? 40 : 52;
  const icon = L.divIcon({
    className: late > 0 ? 'cluster late' : 'cluster',
    html: faceOf(count, late),
    iconSize: [size, size],
  });
  const marker = L.marker([lat, lng], { icon, keyboard: false });
  return marker.on('click', () => map.setView([lat, lng], Math.min(18, index.getClusterExpansionZoom(Number(id)))));
}

/** How many, and beneath it how many of them are late: a number, not a colour alone. */
function faceOf(count: number, late: number): HTMLElement {
  const face = document.createElement('span');
  face.textContent = String(count);
  if (late > 0) {
    const small = document.createElement('small');
    small.textContent = `!${late}`;
    face.appendChild(small);
  }
  return face;
}
