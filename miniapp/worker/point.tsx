import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../kit/icon';
import { Sheet } from '../kit/sheet';
import { Skeleton, Trouble } from '../kit/states';
import type { Outlines, Spot } from '../kit/town-map';
import { useAsk } from '../live';
import { useHints } from './hints';

interface Props {
  /** Where the map opens; null opens it at the person's own grid. */
  from: Spot | null;
  home: string;
  choose: (spot: Spot) => void;
  /** By the phone after all. Whoever is told closes the sheet. */
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
  return (
    <Sheet title="移动地图，把针放到事发的地方" close={close}>
      <Trouble words={trouble && `${trouble}请先写门牌。`} again={outlines.again} />
      {!trouble && !outlines.data && <Skeleton height={280} />}
      {!trouble && outlines.data && (
        <Pinned outlines={outlines.data} opened={{ from, home }} rests={setSpot} lost={() => setLost(true)} />
      )}
      <p class="note" role="status">
        {spot ? (area ? area.name : '不在本区的网格里') : ' '}
      </p>
      <div class="main">
        <button type="button" class="button" onClick={locate}>
          用手机定位
        </button>
        <button type="button" class="button primary" disabled={!spot} onClick={() => spot && choose(spot)}>
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
    let remove = () => {};
    import('../kit/town-map').then(({ pointing }) => {
      if (!gone && box.current) remove = pointing(box.current, outlines, opened, rests);
    }, lost);
    return () => {
      gone = true;
      remove();
    };
  }, [outlines]);
  return (
    <div class="pointing">
      <section ref={box} class="map-box" aria-label="地图，方向键移动" />
      <Icon name="map" />
    </div>
  );
}
