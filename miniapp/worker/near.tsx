import type { Near } from './hints';

interface Props {
  near: Near[];
  /** It is this one: what was written and taken goes there. */
  same: (event: Near) => void;
  other: (id: string) => void;
}

/** One event instead of two: what may be the same thing, to be joined with one tap. */
export function NearEvents({ near, same, other }: Props) {
  if (near.length === 0) return null;
  return (
    <section class="card near" role="status">
      <h2>是同一件事吗？</h2>
      <ul>
        {near.map((event) => (
          <li key={event.id}>
            <p>
              <strong>{event.matter}</strong>
              <span class="note"> {[event.distance, event.stageText, event.time].filter(Boolean).join(' · ')}</span>
            </p>
            <p class="text">{event.text || event.place || '（只有照片）'}</p>
            <div class="pair">
              <button type="button" class="button" onClick={() => other(event.id)}>
                不是
              </button>
              <button type="button" class="button primary" onClick={() => same(event)}>
                {event.mine ? '是，补充到这件' : '是，并入这件'}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
