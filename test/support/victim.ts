import { readConfig } from '../../server/config';
import { type Between, start } from '../../server/main';

/**
 * The real program in a process of its own, made to die by SIGKILL at one point, at the n-th time it passes there.
 * Points: `commit` (inside the transaction), `ack` (committed, not acknowledged), `before-call`, `after-call` (of createCard).
 * `doubled` and `lost` are seeded bugs: the controls that show the test sees what it looks for.
 */
const [point = '', turn = '1', seeded = ''] = process.argv.slice(2);
let passed = 0;

function die(here: string): void {
  if (here !== point) return;
  passed += 1;
  if (passed >= Number(turn)) process.kill(process.pid, 'SIGKILL');
}

const between: Between = {
  settings: { foldDraft: 10, foldStale: 50, foldLines: 50 },
  log: { info: () => undefined, error: (what, facts) => process.stderr.write(`${what} ${JSON.stringify(facts)}\n`) },
  beforeAck: () => die('ack'),
  store: (store) => ({
    ...store,
    // On PostgreSQL what was in flight waits for its lease: two seconds are enough for a platform as near as the sandbox.
    claimNotices: (now, _lease, limit) => store.claimNotices(now, 2_000, limit),
    write: (work) =>
      store.write(async (tx) => {
        const keys = seeded === 'doubled' ? { claimed: async () => new Map<string, string | null>() } : {};
        const save: typeof tx.save = (changes) =>
          tx.save(seeded === 'doubled' ? { ...changes, messages: [] } : changes);
        const result = await work({ ...tx, ...keys, save });
        die('commit');
        return result;
      }),
  }),
  messenger: (messenger) => ({
    ...messenger,
    async createCard(card) {
      die('before-call');
      const again = seeded === 'doubled' ? { ...card, outTrackId: `${card.outTrackId}-${process.pid}` } : card;
      await messenger.createCard(again);
      die('after-call');
    },
  }),
};

start(readConfig(), between).then(
  () => process.stdout.write('ready\n'),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exit(1);
  },
);
