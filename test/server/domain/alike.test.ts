import { alike, type Sighting } from '../../../server/domain/alike';
import { DAY } from '../../../server/domain/clock';
import type { Event } from '../../../server/domain/types';
import { filed } from '../../support/play';

/** “是同一件事吗？”: what is held out, the likeliest first; what is not the same is not held out. */

const game = filed();
const NOW = game.now;
const HERE = { lng: 104, lat: 30.5 };
const seen = (but: Partial<Sighting> = {}): Sighting => ({ ...HERE, gridId: 'g', matterIds: ['lamp'], ...but });
const at = (id: string, metres: number, but: Partial<Event> = {}): Event => ({
  ...{ ...game.event, id, matterId: 'lamp', gridId: 'g' },
  place: { text: '', lng: HERE.lng, lat: HERE.lat + metres / 111_320 },
  ...but,
});
const found = (sighting: Sighting, ...events: Event[]) => alike(sighting, events, NOW).map(({ event }) => event.id);
const nowhere = { text: '', lng: null, lat: null };

test('the nearest come first, three at most, and the newer of two at one spot', () => {
  const events = [
    at('far', 150),
    at('near', 20),
    at('mid', 80),
    at('old', 20, { createdAt: NOW - DAY }),
    at('out', 201),
  ];
  expect(found(seen(), ...events)).toEqual(['near', 'old', 'mid']);
});

test('another matter is another thing; while none is known, only the very spot counts', () => {
  expect(found(seen({ matterIds: ['noise'] }), at('a', 5))).toEqual([]);
  expect(found(seen({ matterIds: [] }), at('a', 49), at('b', 51))).toEqual(['a']);
});

test('without a point on either side the same matter in the same grid counts for a week', () => {
  const event = at('a', 0, { place: nowhere, createdAt: NOW - 7 * DAY });
  expect(found(seen(), event)).toEqual(['a']);
  expect(found(seen({ lng: null, lat: null }), at('b', 0))).toEqual(['b']);
  expect(found(seen(), { ...event, createdAt: NOW - 7 * DAY - 1 })).toEqual([]);
  expect(found(seen({ gridId: 'g2' }), event)).toEqual([]);
  expect(found(seen({ gridId: null }), event)).toEqual([]);
});

test('what is over, or not filed yet, cannot be joined and is not held out', () => {
  for (const stage of ['reported', 'closed', 'rejected', 'withdrawn'] as const)
    expect(found(seen(), at('a', 0, { stage }))).toEqual([]);
});
