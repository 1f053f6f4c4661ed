import { Icon } from '../kit/icon';
import './time-left.css';

interface Props {
  /** Words as they stand beside the bar: `签收 · 剩 30 分钟`. */
  due: { clock: string; at: number | null; words: string; late: boolean; note: string | null };
  /** Part of the time that is used; 1 and more is late. */
  share: number;
}

/** Time left, in words and as a bar that shrinks: striped when it is over, so that colour does not say it alone. */
export function TimeLeft({ due, share }: Props) {
  const soon = !due.late && due.at !== null && share >= SOON;
  return (
    <div class={['left', due.late && 'late', soon && 'soon', due.at === null && 'still'].filter(Boolean).join(' ')}>
      <p class={due.late ? 'due late' : 'due'}>
        {(due.late || soon) && <Icon name="late" />}
        <span>
          {due.at === null ? due.words : `${due.clock} · ${due.words}`}
          {due.note && <span class="note">（{due.note}）</span>}
        </span>
      </p>
      <div class="left-bar" aria-hidden="true">
        <span style={{ width: `${due.late ? 100 : Math.max(0, Math.round((1 - share) * 1000) / 10)}%` }} />
      </div>
    </div>
  );
}

/** From here on it presses: the ladder warns at four fifths. */
const SOON = 0.8;
