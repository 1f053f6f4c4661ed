import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { call } from '../api';
import { bridge, type Fix } from '../bridge';
import { keep, kept } from '../outbox';

/** What the form is told while it is filled in. All of it is help: without a network the form works without. */

export type Start = Answer<'GET /api/report'>;
export type Hints = Answer<'POST /api/report/hints'>;
export type Near = Hints['near'][number];

const KEY = 'report';

/** Matters and habits: at once as they were last time, then as they are. */
export function useStart(): Start | null {
  const [start, setStart] = useState<Start | null>(null);
  useEffect(() => {
    let fresh = false;
    kept<Start>(KEY).then(
      (before) => before && !fresh && setStart(before),
      () => undefined,
    );
    call('GET /api/report', {}).then(
      (now) => {
        fresh = true;
        setStart(now);
        keep(KEY, now).catch(() => undefined);
      },
      () => undefined,
    );
  }, []);
  return start;
}

/** `undefined` while it is looked for, null when the phone cannot say. */
export function useFix(): { fix: Fix | null | undefined; again: () => void } {
  const [fix, setFix] = useState<Fix | null | undefined>(undefined);
  const look = () => {
    setFix(undefined);
    bridge()
      .then((client) => client.fix())
      .then(setFix, () => setFix(null));
  };
  useEffect(look, []);
  return { fix, again: look };
}

const PAUSE = 400;
const NOTHING: Hints = { area: null, outside: false, suggested: [], urgent: false, advice: '', near: [] };

interface Known {
  text: string;
  point: { lng: number; lat: number } | null;
  matterId: string;
}

/** Asked anew when what is known changes and the fingers rest; an answer that comes too late is dropped. */
export function useHints({ text, point, matterId }: Known): Hints {
  const [hints, setHints] = useState(NOTHING);
  const turn = useRef(0);
  useEffect(() => {
    turn.current += 1;
    const mine = turn.current;
    const timer = setTimeout(() => {
      const body = { text: text.trim(), ...(point || {}), matterId: matterId || undefined };
      call('POST /api/report/hints', { body }).then(
        (told) => mine === turn.current && setHints(told),
        () => mine === turn.current && setHints(NOTHING),
      );
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text, point?.lng, point?.lat, matterId]);
  return hints;
}
