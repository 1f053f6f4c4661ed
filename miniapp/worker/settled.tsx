import { useEffect, useRef } from 'preact/hooks';
import type { Form } from './draft';
import { Shots } from './shots';

const PHRASES = ['已清理干净', '已劝离', '已修好', '已调解', '已告知到位'];

/** 自办自结: done on the spot, in the same form; before stands above, after stands here. */
export function Settled({ form: { draft, change } }: { form: Form }) {
  const box = useRef<HTMLDivElement>(null);
  const opened = useRef(draft.settled);
  useEffect(() => {
    // What has just opened stands below the bar with 提交, where nobody looks for it.
    if (draft.settled && !opened.current && box.current) box.current.scrollIntoView({ block: 'center' });
    opened.current = draft.settled;
  }, [draft.settled]);
  return (
    <div class="settled" ref={box}>
      <label class="switch">
        <input
          type="checkbox"
          checked={draft.settled}
          onChange={(event) => change({ settled: event.currentTarget.checked })}
        />
        <span>
          我已经当场办好了<small class="note">自办自结，附处理后的照片</small>
        </span>
      </label>
      {draft.settled && (
        <>
          <Shots
            label="处理后"
            photos={draft.after}
            change={(update) => change((before) => ({ after: update(before.after) }))}
          />
          <div class="chip-row">
            {PHRASES.map((words) => (
              <button
                key={words}
                type="button"
                class={words === draft.note ? 'chip on' : 'chip'}
                aria-pressed={words === draft.note}
                onClick={() => change({ note: words })}
              >
                {words}
              </button>
            ))}
          </div>
          <textarea
            rows={2}
            maxLength={500}
            placeholder="怎么办好的"
            aria-label="怎么办好的"
            value={draft.note}
            onInput={(event) => change({ note: event.currentTarget.value })}
          />
        </>
      )}
    </div>
  );
}
