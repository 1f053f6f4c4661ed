import { useRef, useState } from 'preact/hooks';
import { toast } from '../kit/toast';
import { refresh, told, wordsOf } from '../live';
import { type Preview, PreviewView } from './preview';

/** A file, or a form as a file: looked at first, accepted by a person who has seen what it does. */

export interface Acceptance {
  sha: string;
  base: number;
  note: string;
  skipFaulty: number;
}

export interface Door {
  look: (file: Blob) => Promise<Preview>;
  accept: (acceptance: Acceptance) => Promise<unknown>;
  /** Every change of rules says why. */
  needsNote: boolean;
}

/** What is being looked at, and how it came to be. */
export function useDoor({ look, accept, needsNote }: Door) {
  const [seen, setSeen] = useState<Preview | null>(null);
  const [busy, setBusy] = useState(false);
  const [word, setWord] = useState('');

  const run = async (step: () => Promise<void>) => {
    setBusy(true);
    setWord('');
    try {
      await step();
    } catch (error) {
      told(error);
      setWord(wordsOf(error));
    }
    setBusy(false);
  };
  const close = () => {
    setSeen(null);
    setWord('');
  };
  const view = (
    <>
      {word && (
        <p class="alert" role="alert">
          {word}
        </p>
      )}
      {busy && !seen && (
        <p class="note" role="status">
          正在核对，稍等…
        </p>
      )}
      {seen && (
        <PreviewView
          seen={seen}
          busy={busy}
          needsNote={needsNote}
          close={close}
          accept={(note) =>
            void run(async () => {
              await accept({ sha: seen.sha, base: seen.base, note, skipFaulty: seen.faulty });
              setSeen(null);
              toast('已生效');
              refresh();
            })
          }
        />
      )}
    </>
  );
  return { view, busy, open: seen !== null, look: (file: Blob) => void run(async () => setSeen(await look(file))) };
}

interface PickProps {
  label: string;
  accept: string;
  busy: boolean;
  choose: (file: File) => void;
}

/** The same file may be chosen again after it was mended. */
export function FilePick({ label, accept, busy, choose }: PickProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <span class="file-pick">
      <button type="button" class="button primary" disabled={busy} onClick={() => input.current?.click()}>
        {busy ? '正在核对…' : label}
      </button>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={label}
        tabIndex={-1}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) choose(file);
        }}
      />
    </span>
  );
}
