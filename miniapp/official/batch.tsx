import { acknowledge, forget, outcome } from './acks';

interface Props {
  chosen: number;
  of: number;
  all: (on: boolean) => void;
  sign: () => void;
}

/** On a PC: many at once. Each is acknowledged by itself, and says for itself how it went. */
export function Batch({ chosen, of, all, sign }: Props) {
  return (
    <div class="batch">
      <label>
        <input type="checkbox" checked={chosen === of} onChange={(change) => all(change.currentTarget.checked)} />
        全选待签收（{of}）
      </label>
      <button type="button" class="button primary" disabled={chosen === 0} onClick={sign}>
        签收所选{chosen > 0 ? ` ${chosen} 件` : ''}
      </button>
    </div>
  );
}

/** What became of a batch; those that failed say why, and may be tried again where that helps. */
export function Outcome() {
  const ended = outcome.value;
  if (!ended) return null;
  const { done, failed } = ended;
  const again = failed.filter(({ words }) => /网络/.test(words));
  return (
    <div class={failed.length > 0 ? 'alert outcome' : 'alert good outcome'} role="status">
      <p>
        {done.length > 0 && `签收了 ${done.length} 件`}
        {done.length > 0 && failed.length > 0 && '，'}
        {failed.length > 0 && `${failed.length} 件没有签收：`}
      </p>
      <ul>
        {failed.map(({ id, no, words }) => (
          <li key={id}>
            <a href={`#/e/${encodeURIComponent(id)}`}>{no}</a> {words}
          </li>
        ))}
      </ul>
      {again.length > 0 && (
        <button type="button" class="button" onClick={() => acknowledge(again)}>
          再签收一次
        </button>
      )}
      <button type="button" class="button" onClick={() => forget()}>
        知道了
      </button>
    </div>
  );
}
