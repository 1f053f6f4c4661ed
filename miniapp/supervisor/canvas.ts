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

export interface Tapped {
  grid(id: string): void;
  here(box: Box): void;
}

/** West, south, east, north: degrees of GCJ-02. */
export type Box = readonly [number, number, number, number];

/** What was in sight when the map was left: whoever opens an event from it comes back to the same street. */
let left: { center: L.LatLng; zoom: number } | null = null;

export function draw(box: HTMLElement, outlines: Outlines, tapped: Tapped): Drawing {
  const { map, paint } = townMap(box, outlines, tapped.grid);
  if (left) map.setView(left.center, left.zoom, { animate: false });
  map.on('moveend', () => {
    left = { center: map.getCenter(), zoom: map.getZoom() };
  });
  const clusters = clusterLayer(map, tapped.here);
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
      if (!last && !left && events.home) showBox(map, events.home);
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

function showBox(map: L.Map, [west, south, east, north]: Box): void {
  const bounds = L.latLngBounds([south, west], [north, east]);
  map.fitBounds(bounds, { padding: [24, 24], animate: false });
}

type Point = { state: 0 | 1 | 2; late: number };

/** Nearer than this they are one cluster still; from here on each stands for itself. */
const CLOSEST = 17;

interface ClusterLayer {
  load(points: MapEvents['points']): void;
  show(shown: boolean): void;
}

/** Clusters are cut for what is in sight, anew when the map comes to rest. */
function clusterLayer(map: L.Map, here: Tapped['here']): ClusterLayer {
  const index = new Supercluster<Point, { late: number }>({
    // Of 512 parts of a tile, which Leaflet draws 256 pixels wide.
    ...{ radius: 150, maxZoom: CLOSEST, map: ({ late }) => ({ late }) },
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
    for (const found of index.getClusters(box, Math.round(map.getZoom()))) layer.addLayer(markerOf(found));
  };
  const markerOf = (found: Found): L.Marker => {
    const [lng = 0, lat = 0] = found.geometry.coordinates;
    const marker = L.marker([lat, lng], { icon: iconOf(found.properties), keyboard: false });
    return marker.on('click', () => {
      const id = 'cluster' in found.properties ? found.properties.cluster_id : null;
      if (id === null) return here(boxAround(map, marker.getLatLng()));
      const zoom = index.getClusterExpansionZoom(id);
      if (zoom > CLOSEST) here(boxOf(index.getLeaves(id, Infinity)));
      else map.setView([lat, lng], zoom);
    });
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

type Found = ReturnType<Supercluster<Point, { late: number }>['getClusters']>[number];

/** What a finger upon a point may mean (pixels to each side). */
const FINGER = 22;

function boxAround(map: L.Map, place: L.LatLng): Box {
  const at = map.latLngToContainerPoint(place);
  const bounds = L.latLngBounds(
    map.containerPointToLatLng(at.subtract([FINGER, FINGER])),
    map.containerPointToLatLng(at.add([FINGER, FINGER])),
  );
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}

function boxOf(points: { geometry: { coordinates: number[] } }[]): Box {
  const lngs = points.map(({ geometry }) => geometry.coordinates[0]!);
  const lats = points.map(({ geometry }) => geometry.coordinates[1]!);
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)];
}

function iconOf(properties: Found['properties']): L.DivIcon {
  if (!('cluster' in properties)) {
    const mark = ['open', 'late', 'closed'][properties.state]!;
    return L.divIcon({ className: `point ${mark}`, html: properties.state === 1 ? '!' : '', iconSize: [18, 18] });
  }
  const { point_count: count, late } = properties;
  const size = count < 10 ? 32 : count < 100 ? 40 : 52;
  const className = late > 0 ? 'cluster late' : 'cluster';
  return L.divIcon({ className, html: faceOf(count, late), iconSize: [size, size] });
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
