import { openStore } from '../server/adapters/store';
import { readConfig } from '../server/config';
import { audit } from '../server/flow/audit';

/** `npm run verify`: checks every event's hash chain; exit code 1 and the first changed line of each event when one does not stand. */
async function main(): Promise<void> {
  const store = openStore(readConfig().databaseUrl);
  await store.open();
  const { events, entries, faults } = await audit(store);
  await store.close();
  for (const { eventId, seq, fault } of faults) process.stdout.write(`✗ ${eventId} 第 ${seq} 条：${fault}\n`);
  process.stdout.write(
    faults.length === 0
      ? `✓ ${events} 件事件、${entries} 条记录，全部完好\n`
      : `✗ ${faults.length} 件事件的记录不完好\n`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (require.main === module) void main();
