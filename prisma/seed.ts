import { mkdirSync } from 'node:fs';
import { openStore } from '../server/adapters/store';
import { type Config, readConfig } from '../server/config';
import type { Store } from '../server/ports';
import { sampleTown } from './sample/sample';

/** What a database begins with. One that was begun, empty or not, is left as it is, whatever is asked later. */
export async function begin(store: Pick<Store, 'townVersion' | 'saveTown'>, seed: Config['seed']): Promise<void> {
  if ((await store.townVersion()) === 0) await store.saveTown(seed === 'sample' ? sampleTown() : {});
}

/** The database in use, as `npm start` would find it, for the command line. Errors: a faulty configuration. */
export async function openTown(seed?: Config['seed']): Promise<Store> {
  const config = readConfig();
  mkdirSync(config.dataDir, { recursive: true });
  const store = openStore(config.databaseUrl);
  await store.open();
  await begin(store, seed ?? config.seed);
  // Whoever reads the output may stop reading; what was asked for is done nevertheless.
  process.stdout.on('error', () => undefined);
  return store;
}
