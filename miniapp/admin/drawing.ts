/** Borders in degrees as paths of one picture, true to shape at their latitude; the north is up. */

type Ring = readonly (readonly [number, number])[];

const WIDTH = 1000;

export function drawn(rings: readonly (Ring | null)[]): { box: string; paths: string[] } | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings)
    for (const [lng, lat] of ring || []) {
      west = Math.min(west, lng);
      east = Math.max(east, lng);
      south = Math.min(south, lat);
      north = Math.max(north, lat);
    }
  if (!(east > west && north > south)) return null;
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = WIDTH / ((east - west) * narrow);
  const place = ([lng, lat]: readonly [number, number]) =>
    `${Math.round((lng - west) * narrow * scale)} ${Math.round((north - lat) * scale)}`;
  const paths = rings.map((ring) => (ring ? `M${ring.map(place).join('L')}Z` : ''));
  return { box: `-6 -6 ${WIDTH + 12} ${Math.round((north - south) * scale) + 12}`, paths };
}
