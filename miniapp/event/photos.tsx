import { useEffect, useRef, useState } from 'preact/hooks';
import type { Photo } from '../../server/http/contract';
import { keepIn } from '../kit/sheet';

/** Photos and recordings; before and after stand side by side once there are both. */
export function Photos({ photos }: { photos: Photo[] }) {
  const before = photos.filter(({ phase }) => phase === 'report');
  const after = photos.filter(({ phase }) => phase === 'finish');
  if (photos.length === 0) return null;
  return (
    <section class="card">
      <h2>照片与录音</h2>
      {before.length > 0 && after.length > 0 ? (
        <div class="sides">
          <figure>
            <figcaption>处理前</figcaption>
            <Thumbs photos={before} all={photos} />
          </figure>
          <figure>
            <figcaption>处理后</figcaption>
            <Thumbs photos={after} all={photos} />
          </figure>
        </div>
      ) : (
        <Thumbs photos={photos} />
      )}
    </section>
  );
}

export function phaseOf({ phase }: Pick<Photo, 'phase'>): string {
  return phase === 'finish' ? '处理后' : '现场';
}

interface ThumbsProps {
  photos: Photo[];
  /** What the large view goes through, where that is more than these. */
  all?: Photo[];
  small?: boolean;
}

export function Thumbs({ photos, all = photos, small }: ThumbsProps) {
  const [large, setLarge] = useState<string | null>(null);
  if (photos.length === 0) return null;
  const images = all.filter(({ kind, status }) => kind === 'image' && status === 'stored');
  return (
    <div class={small ? 'photos small' : 'photos'}>
      {photos.map((photo) => (
        <Thumb key={photo.id} photo={photo} open={() => setLarge(photo.id)} />
      ))}
      {large && <Viewer images={images} from={large} close={() => setLarge(null)} />}
    </div>
  );
}

function Thumb({ photo, open }: { photo: Photo; open: () => void }) {
  if (photo.status !== 'stored')
    return <span class="thumb none">{photo.status === 'pending' ? '正在取回…' : '没有取到'}</span>;
  if (photo.kind === 'image') {
    return (
      <button type="button" class="thumb" aria-label={`看大图：${phaseOf(photo)}`} onClick={open}>
        <img src={photo.url} alt="" loading="lazy" />
        <span>{phaseOf(photo)}</span>
      </button>
    );
  }
  return (
    <a class="thumb none" href={photo.url}>
      {{ audio: '录音', video: '视频', file: '文件' }[photo.kind]}
    </a>
  );
}

/** The photos at full size, one beside the other: swiped, or gone through by keys and buttons. */
function Viewer({ images, from, close }: { images: Photo[]; from: string; close: () => void }) {
  const strip = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(() => images.findIndex(({ id }) => id === from));
  const go = (to: number) => {
    const box = strip.current;
    if (box && to >= 0 && to < images.length) box.scrollLeft = to * box.clientWidth;
  };
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    go(at);
    strip.current?.parentElement?.querySelector('button')?.focus();
    return () => before?.focus();
  }, []);
  useEffect(() => {
    // A button that has just become useless has lost the focus, so the whole page listens.
    const press = (key: KeyboardEvent) => {
      if (key.key === 'Escape') close();
      if (key.key === 'ArrowRight') go(at + 1);
      if (key.key === 'ArrowLeft') go(at - 1);
      if (key.key === 'Tab') keepIn(strip.current?.parentElement || null, key);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [at]);
  const shown = images[at];
  return (
    <div class="viewer" role="dialog" aria-modal="true" aria-label="大图">
      <div
        ref={strip}
        class="strip"
        onScroll={({ currentTarget: box }) => setAt(Math.round(box.scrollLeft / (box.clientWidth || 1)))}
      >
        {images.map((photo) => (
          <div key={photo.id} class="slide">
            <img src={photo.url} alt={phaseOf(photo)} />
          </div>
        ))}
      </div>
      <div class="viewer-bar">
        <button type="button" disabled={at <= 0} onClick={() => go(at - 1)}>
          上一张
        </button>
        <p aria-live="polite">
          {shown && `${phaseOf(shown)} ${at + 1} / ${images.length}`}
          {shown?.taken && <small class="taken">照片自带信息：{shown.taken}</small>}
        </p>
        <button type="button" disabled={at >= images.length - 1} onClick={() => go(at + 1)}>
          下一张
        </button>
        <button type="button" onClick={close}>
          关闭
        </button>
      </div>
    </div>
  );
}
