import { schedule } from 'node-cron';
import type { Alarm } from '../ports';
import { type Bell, bell } from './bell';

/** Pokes this close together (ms) are one ring. */
const FOLD = 5;

/**
 * The alarm of one process. Rings at once when started (what fell due meanwhile waits), then at least every `everySeconds`
 * (a whole number, 1 to 3,599), and within 20 ms of `poke`. What a ring throws goes to `onError`; the next one comes all the same.
 * Errors: `RangeError` for another interval.
 */
export function embeddedAlarm({
  everySeconds,
  onError,
}: {
  everySeconds: number;
  onError: (error: Error) => void;
}): Alarm {
  const pattern = cronOf(everySeconds);
  let running: { bell: Bell; cron: ReturnType<typeof schedule> } | null = null;
  let poked: NodeJS.Timeout | null = null;

  function poke(): void {
    if (!running || poked) return;
    poked = setTimeout(() => {
      poked = null;
      void running?.bell.ring();
    }, FOLD);
  }

  return {
    async start(ring) {
      if (running) throw new Error('The alarm is running already');
      const ringer = bell(ring, onError);
      const cron = schedule(pattern, () => void ringer.ring());
      // A tick missed because the process was busy is a late tick, not a lost one.
      cron.on('execution:missed', () => void ringer.ring());
      running = { bell: ringer, cron };
      poke();
    },
    poke,
    async stop() {
      const { bell: ringer, cron } = running ?? {};
      running = null;
      if (poked) clearTimeout(poked);
      poked = null;
      await cron?.destroy();
      await ringer?.silence();
    },
  };
}

/** A cron pattern with no gap longer than this; where seconds do not divide a minute, or minutes an hour, some are shorter. */
export function cronOf(everySeconds: number): string {
  if (!Number.isInteger(everySeconds) || everySeconds < 1 || everySeconds > 3_599) {
    throw new RangeError(`everySeconds must be a whole number from 1 to 3599, not ${everySeconds}`);
  }
  return everySeconds < 60 ? `*/${everySeconds} * * * * *` : `0 */${Math.floor(everySeconds / 60)} * * * *`;
}
