import { mkdirSync } from 'node:fs';
import { openStore } from '../server/adapters/store';
import { type Config, readConfig } from '../server/config';
import type { Store } from '../server/ports';
import { begin } from './seed';

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
