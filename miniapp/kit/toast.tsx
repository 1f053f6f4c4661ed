import { signal } from '@preact/signals';

/** A short word at the foot of the page, with a way back while there is one. */

interface Toast {
  words: string;
  undo: (() => void) | null;
}

const shown = signal<Toast | null>(null);
let timer = 0;

/** Shows the words for a while: five seconds where something can be undone. */
export function toast(words: string, undo: (() => void) | null = null): void {
  clearTimeout(timer);
  shown.value = { words, undo };
  timer = window.setTimeout(() => {
    shown.value = null;
  }, UNDO);
}

/** Ms within which a person may take something back. */
export const UNDO = 5_000;

export function Toasts() {
  const { value } = shown;
  return (
    <div class="toasts" role="status" aria-live="polite">
      {value && (
        <p class="toast">
          <span>{value.words}</span>
          {value.undo && (
            <button
              type="button"
              onClick={() => {
                const { undo } = value;
                shown.value = null;
                undo?.();
              }}
            >
              撤销
            </button>
          )}
        </p>
      )}
    </div>
  );
}
