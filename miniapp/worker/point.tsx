import { useEffect, useRef, useState } from 'preact/hooks';
import { Sheet } from '../kit/sheet';
import { Skeleton, Trouble } from '../kit/states';
import type { Outlines } from '../kit/town-map';
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
  const [spot, setSpot] = useState<Spot | null>(null);
  const [lost, setLost] = useState(false);
  const { area } = useHints({ text: '', point: spot, matterId: '' });
  const trouble = outlines.trouble || (lost ? '地图没有取到。' : '');
  const done = (step: () => void) => () => {
    step();
    close();
  };
  return (
    <Sheet title="移动地图，把针放到事发的地方" close={close}>
      <Trouble words={trouble && `${trouble}可以先写门牌或标志物。`} again={outlines.again} />
      {!trouble && !outlines.data && <Skeleton height={280} />}
      {!trouble && outlines.data && (
        <Pinned outlines={outlines.data} opened={{ from, home }} rests={setSpot} lost={() => setLost(true)} />
      )}
      <p class="note" role="status">
        {spot ? (area ? area.name : '不在本区的网格里') : ' '}
      </p>
      <div class="main">
        <button type="button" class="button" onClick={done(locate)}>
          用手机定位
        </button>
        <button type="button" class="button primary" disabled={!spot} onClick={done(() => spot && choose(spot))}>
          就是这里
        </button>
      </div>
    </Sheet>
  );
}

interface PinnedProps {
  outlines: Outlines;
  opened: Pick<Props, 'from' | 'home'>;
  rests: (spot: Spot) => void;
  lost: () => void;
}

/** The map comes with its libraries, in a chunk of its own. */
function Pinned({ outlines, opened, rests, lost }: PinnedProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    let gone = false;
    let drawn: Pointing | null = null;
    import('./pointing').then(({ pointing }) => {
      if (!gone && box.current) drawn = pointing(box.current, outlines, opened, rests);
    }, lost);
    return () => {
      gone = true;
      drawn?.remove();
    };
  }, [outlines]);
  return (
    <div class="pointing">
      <section ref={box} class="map-box" aria-label="地图，方向键移动" />
      <svg class="pin" viewBox="0 0 24 32" aria-hidden="true">
        <path d="M12 32C6 23 1 18 1 12a11 11 0 0 1 22 0c0 6-5 11-11 20z" />
        <circle cx="12" cy="12" r="4.500" />
      </svg>
    </div>
  );
}
