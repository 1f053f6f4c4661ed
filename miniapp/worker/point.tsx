import { useEffect, useRef, useState } from 'preact/hooks';
import { Sheet } from '../kit/sheet';
import { Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import { useHints } from './hints';
import type { Pointing, Spot } from './pointing';

interface Props {
  /** Where the map opens; null opens it at the person's own grid. */
  from: Spot | null;
  home: string;
  choose: (spot: Spot) => void;
  /** By the phone after all. */
  locate: () => void;
  close: () => void;
}

/** Points at the place: the map is moved under a pin that stands still, by finger, mouse or arrow keys. */
export function PointSheet({ from, home, choose, locate, close }: Props) {
  const outlines = useAsk('GET /api/map/grids', {});
  const box = useRef<HTMLElement>(null);
  const drawn = useRef<Pointing | null>(null);
  const [spot, setSpot] = useState<Spot | null>(null);
  const [lost, setLost] = useState(false);
  const { area } = useHints({ text: '', point: spot, matterId: '' });
  useEffect(() => {
    const found = outlines.data;
    if (!found) return undefined;
    let gone = false;
    import('./pointing').then(
      ({ pointing }) => {
        if (!gone && box.current) drawn.current = pointing(box.current, found, { from, home }, setSpot);
      },
      () => setLost(true),
    );
    return () => {
      gone = true;
      drawn.current?.remove();
    };
  }, [outlines.data]);
  const trouble = outlines.trouble || (lost ? '地图没有取到。' : '');
  return (
    <Sheet title="移动地图，把针放到事发的地方" close={close}>
      <div class="pointing">
        {trouble ? (
          <Trouble words={`${trouble}可以先写门牌或标志物。`} again={outlines.again} />
        ) : (
          <section ref={box} class="map-box" aria-label="地图，方向键移动" />
        )}
        {!trouble && !outlines.data && <Skeleton height={280} />}
        {!trouble && (
          <svg class="pin" viewBox="0 0 24 32" aria-hidden="true">
            <path d="M12 32C6 23 1 18 1 12a11 11 0 0 1 22 0c0 6-5 11-11 20z" />
            <circle cx="12" cy="12" r="4.500" />
          </svg>
        )}
      </div>
      <p class="note" role="status">
        {spot ? (area ? area.name : '不在本区的网格里') : ' '}
      </p>
      <div class="main">
        <button
          type="button"
          class="button"
          onClick={() => {
            locate();
            close();
          }}
        >
          用手机定位
        </button>
        <button
          type="button"
          class="button primary"
          disabled={!spot}
          onClick={() => {
            if (spot) choose(spot);
            close();
          }}
        >
          就是这里
        </button>
      </div>
    </Sheet>
  );
}
