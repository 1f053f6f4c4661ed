import { useState } from 'preact/hooks';
import { Sheet } from '../kit/sheet';
import type { Hints, Start } from './hints';

type Matter = Start['matters'][number];

interface Props {
  start: Start | null;
  suggested: Hints['suggested'];
  value: string;
  change: (matterId: string) => void;
}

const CHIPS = 6;

/** What it is about: by the words typed, then by own habit; everything else behind 更多. Nothing need be chosen. */
export function Matters({ start, suggested, value, change }: Props) {
  const [open, setOpen] = useState(false);
  // Its room is kept while it is on its way, so that nothing moves.
  if (!start) return <section class="matters" aria-busy="true" aria-label="事项" />;
  const byId = new Map(start.matters.map((matter) => [matter.id, matter]));
  const ids = [value].concat(
    suggested.map(({ id }) => id),
    start.habit,
  );
  const shown = Array.from(new Set(ids)).flatMap((id) => byId.get(id) || []);
  const guess = suggested[0];
  return (
    <section class="matters" aria-label="事项">
      <p class="note">
        {guess && !value ? `看到“${guess.words.join('”“')}”，猜是${nameOf(byId, guess.id)}` : '是哪类事（不选也行）'}
      </p>
      <div class="chip-row">
        {shown.slice(0, CHIPS).map(({ id, name, urgent }) => (
          <button
            key={id}
            type="button"
            class={chipClass(id === value, !value && guess !== undefined && guess.id === id)}
            aria-pressed={id === value}
            onClick={() => change(id === value ? '' : id)}
          >
            {urgent ? `${name} · 紧急` : name}
          </button>
        ))}
        <button type="button" class="chip more-matters" onClick={() => setOpen(true)}>
          更多…
        </button>
      </div>
      {open && (
        <AllMatters
          matters={start.matters}
          close={() => setOpen(false)}
          choose={(id) => {
            change(id);
            setOpen(false);
          }}
        />
      )}
    </section>
  );
}

function nameOf(byId: Map<string, Matter>, id: string): string {
  const found = byId.get(id);
  return found ? `“${found.name}”` : '';
}

function chipClass(on: boolean, guessed: boolean): string {
  return on ? 'chip on' : guessed ? 'chip guessed' : 'chip';
}

function AllMatters({
  matters,
  close,
  choose,
}: {
  matters: Matter[];
  close: () => void;
  choose: (id: string) => void;
}) {
  const [words, setWords] = useState('');
  const found = matters.filter(({ name, duty }) => !words || name.indexOf(words) >= 0 || duty.indexOf(words) >= 0);
  const groups = new Map<string, Matter[]>();
  for (const matter of found) groups.set(matter.duty, (groups.get(matter.duty) || []).concat(matter));
  return (
    <Sheet title="选择事项" close={close}>
      <input
        type="search"
        placeholder="搜事项，如：井盖"
        aria-label="搜事项"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value.trim())}
      />
      <div class="all-matters">
        {found.length === 0 && <p class="note">没有叫这个名字的事项。不选也能报，会按您写的话判断。</p>}
        {Array.from(groups).map(([duty, each]) => (
          <section key={duty}>
            <h3>{duty}</h3>
            <div class="chip-row">
              {each.map(({ id, name }) => (
                <button key={id} type="button" class="chip" onClick={() => choose(id)}>
                  {name}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
      <button type="button" class="button more" onClick={close}>
        取消
      </button>
    </Sheet>
  );
}
