import { signal } from '@preact/signals';

/** How many reports still wait on the phone, on every page. The outbox itself comes later, in a chunk of its own. */
export const waiting = signal({ count: 0, stuck: 0 });

export function Waiting() {
  const { count, stuck } = waiting.value;
  if (count === 0) return null;
  return (
    <div role="status">
      <a class={stuck ? 'waiting stuck' : 'waiting'} href="#/outbox">
        {stuck ? `${stuck} 条没有办成` : `${count} 条待上传`} ›
      </a>
    </div>
  );
}
