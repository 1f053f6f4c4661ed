import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import type { Answer } from '../../server/http/contract';
import './town-map.css';

/** The town's own outlines as a map. No tiles: it works on an intranet and without a key. */

export type Outlines = Answer<'GET /api/map/grids'>;

export interface Look {
  ground: string;
  line: string;
  strong: string;
  chosen: string;
}

/** Colours of this theme, for what is drawn on a canvas. */
export function lookOf(box: HTMLElement): Look {
  const styles = getComputedStyle(box);
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  return {
    ground: colour('--map-ground'),
    line: colour('--map-line'),
    strong: colour('--text-2'),
    chosen: colour('--text'),
  };
}

export interface TownMap {
  map: L.Map;
  grids: Map<string, L.Polygon>;
  streets: L.Polyline[];
}

/** The town's outlines, all of them in sight. */
export function townMap(box: HTMLElement, outlines: Outlines, tapped: (gridId: string) => void): TownMap {
  const map = L.map(box, {
    ...{ preferCanvas: true, zoomControl: false, attributionControl: false, zoomSnap: 0.25, wheelPxPerZoomLevel: 120 },
    ...{ maxZoom: 18, renderer: L.canvas({ padding: 0.3 }) },
  });
  L.control.zoom({ position: 'topright', zoomInTitle: '放大', zoomOutTitle: '缩小' }).addTo(map);
  const grids = gridLayers(map, outlines, tapped);
  const streets = streetLayers(map, outlines);
  const bounds = L.latLngBounds([...grids.values()].map((grid) => grid.getBounds().getCenter()));
  if (bounds.isValid()) {
    map.fitBounds(bounds, { padding: [8, 8], animate: false });
    map.setMinZoom(map.getZoom() - 0.5).setMaxBounds(bounds.pad(0.6));
  } else map.setView([30, 104], 10);
  return { map, grids, streets };
}

const toLatLngs = (ring: [number, number][]): [number, number][] => ring.map(([lng, lat]) => [lat, lng]);

function gridLayers(map: L.Map, { features }: Outlines, tapped: (gridId: string) => void): Map<string, L.Polygon> {
  const grids = features.filter(({ properties }) => properties.kind === 'grid');
  return new Map(
    grids.map(({ id, geometry }) => {
      const polygon = L.polygon(geometry.coordinates.map(toLatLngs), { fillOpacity: 1 });
      polygon.on('click', () => tapped(id)).addTo(map);
      return [id, polygon];
    }),
  );
}

/** Boundaries and names of streets, for finding one's way; they let taps through. */
function streetLayers(map: L.Map, { features }: Outlines): L.Polyline[] {
  const streets = features.filter(({ properties }) => properties.kind === 'street');
  return streets.map(({ properties, geometry }) => {
    const line = L.polyline(geometry.coordinates.map(toLatLngs), { weight: 2, interactive: false }).addTo(map);
    const name = document.createElement('span');
    name.textContent = properties.name.replace(/街道$/, '');
    const icon = L.divIcon({ className: 'street-name', html: name, iconSize: [0, 0] });
    L.marker(line.getBounds().getCenter(), { icon, interactive: false, keyboard: false, zIndexOffset: -10_000 }).addTo(
      map,
    );
    return line;
  });
}
