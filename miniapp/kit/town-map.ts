import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import type { Answer } from '../../server/http/contract';
import './town-map.css';

/** The town's own outlines as a map. No tiles: it works on an intranet and without a key. */

export type Outlines = Answer<'GET /api/map/grids'>;

export interface TownMap {
  map: L.Map;
  grids: Map<string, L.Polygon>;
  /** In the colours of this theme; what is picked stands out. */
  paint(lookOf: (gridId: string) => { fill?: string; picked: boolean }): void;
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
  nameGrids(map, outlines, grids);
  const bounds = L.latLngBounds([]);
  grids.forEach((grid) => {
    bounds.extend(grid.getBounds());
  });
  if (bounds.isValid()) {
    map.fitBounds(bounds, { padding: [8, 8], animate: false });
    map.setMinZoom(map.getZoom() - 0.5).setMaxBounds(bounds.pad(0.6));
  } else map.setView([30, 104], 10);
  return {
    map,
    grids,
    paint(lookOf) {
      const styles = getComputedStyle(box);
      const colour = (name: string) => styles.getPropertyValue(name).trim();
      grids.forEach((grid, id) => {
        const { fill, picked } = lookOf(id);
        const color = colour(picked ? '--text' : '--map-line');
        grid.setStyle({ fillColor: fill || colour('--map-ground'), color, weight: picked ? 4 : 0.75 });
        if (picked) grid.bringToFront();
      });
      for (const street of streets) street.setStyle({ color: colour('--text-2') }).bringToFront();
    },
  };
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
    nameAt(line.getBounds().getCenter(), 'street-name', properties.name.replace(/街道$/, '')).addTo(map);
    return line;
  });
}

/** Room that a grid's name takes (pixels). */
const NAME: [number, number] = [72, 40];

/** Names of the grids in sight, as soon as there is room for them. */
function nameGrids(map: L.Map, { features }: Outlines, grids: Map<string, L.Polygon>): void {
  const layer = L.layerGroup().addTo(map);
  map.on('moveend', () => {
    layer.clearLayers();
    const seen = map.getBounds();
    const room = L.latLngBounds([map.containerPointToLatLng([0, 0]), map.containerPointToLatLng(NAME)]);
    for (const { id, properties } of features) {
      const bounds = grids.get(id)?.getBounds();
      if (!bounds || !holds(bounds, room) || !seen.intersects(bounds)) continue;
      layer.addLayer(nameAt(bounds.getCenter(), 'grid-name', properties.name.replace(/(社区|村)(?=.)/, '$1\n')));
    }
    map.getContainer().classList.toggle('named', layer.getLayers().length > 0);
  });
}

/** Is the one as wide and as high as the other, wherever it lies? */
function holds(outer: L.LatLngBounds, inner: L.LatLngBounds): boolean {
  const wide = (bounds: L.LatLngBounds) => bounds.getEast() - bounds.getWest();
  const high = (bounds: L.LatLngBounds) => bounds.getNorth() - bounds.getSouth();
  return wide(outer) >= wide(inner) && high(outer) >= high(inner);
}

/** Lets taps through. */
function nameAt(place: L.LatLng, className: string, words: string): L.Marker {
  const html = document.createElement('span');
  html.textContent = words;
  const icon = L.divIcon({ className, html, iconSize: [0, 0] });
  return L.marker(place, { icon, interactive: false, keyboard: false, zIndexOffset: -10_000 });
}

// ------------------------------------------------------------------------------------------- a pin upon it

/** GCJ-02. */
export interface Spot {
  lng: number;
  lat: number;
}

/** Near enough to tell one door from the next. */
const CLOSE = 17;

/** The town under a pin in the middle: tells, whenever it comes to rest, what the pin stands on. Returns how to take it away. */
export function pointing(
  box: HTMLElement,
  outlines: Outlines,
  { from, home }: { from: Spot | null; home: string },
  rests: (spot: Spot) => void,
): () => void {
  const { map, grids, paint } = townMap(box, outlines, () => undefined);
  const own = grids.get(home);
  paint((id) => ({ picked: id === home }));
  const tell = () => {
    const { lng, lat } = map.getCenter();
    rests({ lng, lat });
  };
  map.on('moveend', tell);
  // A tap brings its place under the pin.
  map.on('click', ({ latlng }) => map.panTo(latlng));
  if (from) map.setView([from.lat, from.lng], CLOSE, { animate: false });
  else if (own) map.fitBounds(own.getBounds(), { padding: [40, 40], animate: false });
  tell();
  return () => void map.remove();
}
