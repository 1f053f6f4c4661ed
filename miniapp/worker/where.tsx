import { useState } from 'preact/hooks';
import type { Fix } from '../bridge';
import { Chips } from '../kit/chips';
import { Icon } from '../kit/icon';
import type { Draft, Form } from './draft';
import type { Hints, Start } from './hints';
import { PointSheet } from './point';

interface Props {
  form: Form;
  fix: Fix | null | undefined;
  again: () => void;
  hints: Hints;
  /** Knows the person's own grid, where nothing else is known. */
  start: Start | null;
}

/** Where: found meanwhile; a word helps those who must find it. */
export function Where({ form: { draft, change }, fix, again, hints, start }: Props) {
  const [pointing, setPointing] = useState(false);
  const point = (spot: Draft['spot']) => {
    change({ spot, byPhoto: false });
    setPointing(false);
  };
  const told = photoPlace(draft);
  const apart = told && fix ? metres(told, fix) : 0;
  return (
    <div class="where">
      <p class="found" aria-live="polite">
        <Icon name="map" />
        <span>{placeWords(fix, hints, start ? start.area : '', draft)}</span>
        <button type="button" class="button small" onClick={() => setPointing(true)}>
          地图选点
        </button>
      </p>
      {pointing && (
        <PointSheet
          from={draft.spot || fix || null}
          home={start ? start.home : ''}
          choose={point}
          locate={() => {
            point(null);
            again();
          }}
          close={() => setPointing(false)}
        />
      )}
      {told && !draft.spot && (apart > FAR || fix === null) && (
        <Chips
          label={apart ? `照片是在约 ${distance(apart)}外拍的，按哪里上报？` : '照片带有拍摄位置，用它吗？'}
          options={[
            ['here', apart ? '我现在的位置' : '不用'],
            ['photo', '照片的位置'],
          ]}
          value={draft.byPhoto ? 'photo' : 'here'}
          change={(value) => change({ byPhoto: value === 'photo' })}
        />
      )}
      <input
        type="text"
        maxLength={100}
        placeholder={fix?.text || (fix === null && !draft.spot ? '在哪里：门牌或标志物' : '门牌或标志物（可不写）')}
        aria-label="门牌或标志物"
        value={draft.address}
        onInput={(event) => change({ address: event.currentTarget.value })}
      />
    </div>
  );
}

function placeWords(fix: Fix | null | undefined, hints: Hints, home: string, { spot, byPhoto }: Draft): string {
  const area = hints.area?.name || home;
  if (hints.outside) return `${spot ? '指的地方' : byPhoto ? '照片的位置' : '您的位置'}不在任何网格里，按${area}上报`;
  if (spot) return `${area}（地图上指的）`;
  if (byPhoto) return `${area}（照片的位置）`;
  if (fix === undefined) return '正在定位…';
  if (fix === null) return `没有定位到，按${area || '您的网格'}上报`;
  return (area || '已定位') + (fix.accuracy < NEAR ? '' : `（误差约 ${Math.round(fix.accuracy)} 米）`);
}

/** Nearer than this a person looks round and sees it. */
const NEAR = 20;

/** A walk away: the photo is of another spot. */
const FAR = 300;

export function photoPlace({ photos }: Draft): { lng: number; lat: number } | null {
  for (const { taken } of photos)
    if (taken && taken.lng !== null && taken.lat !== null) return { lng: taken.lng, lat: taken.lat };
  return null;
}

interface Point {
  lng: number;
  lat: number;
}

function metres(a: Point, b: Point): number {
  const east = (b.lng - a.lng) * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(east, b.lat - a.lat) * 111_320;
}

function distance(far: number): string {
  return far < 1_000 ? `${Math.round(far / 10) * 10} 米` : `${(far / 1_000).toFixed(1)} 公里`;
}
