import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { newId } from '../api';
import { toast } from '../kit/toast';
import { forget, type Item, type Kept, keep, kept } from '../outbox';

/** What is being filled in; kept on the phone at every change, until it is submitted. */
export interface Draft {
  /** Its client id: the server does it once. */
  id: string;
  text: string;
  address: string;
  matterId: string;
  photos: Kept[];
  /** 自办自结: how, and how it looks now. */
  settled: boolean;
  note: string;
  after: Kept[];
  /** The place that the photo tells, not where the person is now. */
  byPhoto: boolean;
  /** Pointed at on the map, GCJ-02: it counts before where the phone says it is. */
  spot: { lng: number; lat: number } | null;
  /** Events that this is not. */
  others: string[];
}

export function blank(): Draft {
  return {
    ...{ id: newId(), text: '', address: '', matterId: '', photos: [], settled: false, note: '', after: [] },
    ...{ byPhoto: false, spot: null, others: [] },
  };
}

export function isEmpty({ text, photos, after, note, matterId }: Draft): boolean {
  return !text.trim() && !note.trim() && !matterId && photos.length + after.length === 0;
}

const keyOf = (by: string) => `draft:${by}`;
/** What comes back to the form: taken back within five seconds, or to be put right. */
const returned = signal<Draft | null>(null);

export function giveBack(draft: Draft): void {
  returned.value = draft;
  location.hash = '#/report';
}

/** What was refused, as a form again. It is another report now: the server remembers having refused the first. */
export function draftOf({ errand, photos, after }: Item): Draft {
  if (errand.kind === 'join') return { ...blank(), text: errand.note, photos };
  const { text = '', matterId = '', place } = errand.body;
  const settled = errand.closed !== null;
  const address = place?.text || '';
  const spot = place?.lng && place.lat ? { lng: place.lng, lat: place.lat } : null;
  return { ...blank(), text, matterId, address, spot, photos, after, settled, note: errand.closed || '' };
}

const PAUSE = 300;

export interface Form {
  draft: Draft;
  change(some: Partial<Draft> | ((before: Draft) => Partial<Draft>)): void;
  /** An empty form, or the one given. */
  reset(next?: Draft): void;
}

export function useDraft(by: string): Form {
  const [draft, setDraft] = useState(blank);
  const latest = useRef(draft);
  const timer = useRef(0);
  const save = () => {
    clearTimeout(timer.current);
    const work = isEmpty(latest.current) ? forget(keyOf(by)) : keep(keyOf(by), latest.current);
    work.catch(() => undefined);
  };
  const take = (next: Draft) => {
    latest.current = next;
    setDraft(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(save, PAUSE);
  };
  useEffect(() => {
    const back = returned.peek();
    returned.value = null;
    if (back) take(back);
    else
      kept<Draft>(keyOf(by)).then(
        (found) => {
          if (!found || !isEmpty(latest.current)) return;
          take({ ...blank(), ...found });
          toast('上次没提交的内容还在');
        },
        () => undefined,
      );
    const stop = returned.subscribe((given) => {
      if (!given) return;
      returned.value = null;
      take(given);
    });
    return () => {
      stop();
      save();
    };
  }, []);
  return {
    draft,
    change: (some) => take({ ...latest.current, ...(typeof some === 'function' ? some(latest.current) : some) }),
    reset(next = blank()) {
      take(next);
      save();
    },
  };
}
