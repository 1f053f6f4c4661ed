import type { Config } from '../server/config';
import type { Store } from '../server/ports';
import { sampleTown } from './sample/sample';

/** What a database begins with. One that was begun, empty or not, is left as it is, whatever is asked later. */
export async function begin(store: Pick<Store, 'townVersion' | 'saveTown'>, seed: Config['seed']): Promise<void> {
  if ((await store.townVersion()) === 0) await store.saveTown(seed === 'sample' ? sampleTown() : {});
}
