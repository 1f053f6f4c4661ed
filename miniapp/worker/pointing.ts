import { lookOf, type Outlines, townMap } from '../kit/town-map';

/** GCJ-02. */
export interface Spot {
  lng: number;
  lat: number;
}

export interface Pointing {
  remove(): void;
}

/** Near enough to tell one door from the next. */
const CLOSE = 17;

/** The town under a pin in the middle: tells, whenever it comes to rest, what the pin stands on. */
export function pointing(
  box: HTMLElement,
  outlines: Outlines,
  { from, home }: { from: Spot | null; home: string },
  rests: (spot: Spot) => void,
): Pointing {
  const { map, grids, streets } = townMap(box, outlines, () => undefined);
  const look = lookOf(box);
  const own = grids.get(home);
  for (const grid of grids.values()) grid.setStyle({ fillColor: look.ground, color: look.line, weight: 1 });
  own?.setStyle({ color: look.chosen, weight: 3 }).bringToFront();
  for (const street of streets) street.setStyle({ color: look.strong }).bringToFront();
  const tell = () => {
    const { lng, lat } = map.getCenter();
    rests({ lng: round(lng), lat: round(lat) });
  };
  map.on('moveend', tell);
  // A tap brings its place under the pin.
  map.on('click', ({ latlng }) => map.panTo(latlng));
  if (from) map.setView([from.lat, from.lng], CLOSE, { animate: false });
  else if (own) map.fitBounds(own.getBounds(), { padding: [40, 40], animate: false });
  tell();
  return { remove: () => void map.remove() };
}

/** About ten centimetres. */
const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
