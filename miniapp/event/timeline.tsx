import { useState } from 'preact/hooks';
import type { EventDetail, Photo } from '../../server/http/contract';
import { Thumbs } from './photos';

const FEW = 8;

/** Who did what, when and why, the newest first, with the photos that came with it. */
export function Timeline({ event }: { event: EventDetail }) {
  const [whole, setWhole] = useState(false);
  const { timeline, photos } = event;
  const lines = timeline.map((line, index) => ({ ...line, index })).reverse();
  const shown = whole || lines.length <= FEW + 2 ? lines : lines.slice(0, FEW);
  return (
    <section class="card">
      <h2>办理经过</h2>
      <a class="why" href={`#/e/${encodeURIComponent(event.id)}/file`}>
        全卷与打印 ›
      </a>
      <ol class="timeline">
        {shown.map(({ index, tone, text, time, who, photos: brought }) => (
          <li key={index} class={tone}>
            <p>{text}</p>
            <p class="note">
              {time} · {who}
            </p>
            <Thumbs photos={of(photos, brought)} small />
          </li>
        ))}
      </ol>
      {shown.length < lines.length && (
        <button type="button" class="button fold" onClick={() => setWhole(true)}>
          看全部 {lines.length} 条
        </button>
      )}
    </section>
  );
}

function of(photos: Photo[], ids: string[]): Photo[] {
  return photos.filter(({ id }) => ids.indexOf(id) >= 0);
}
