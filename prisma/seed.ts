import type { Store } from '../server/ports';
import { sampleTown } from './sample/sample';

/** Puts the sample district into a database that has no town yet; never touches one that has. */
export async function seedSample(store: Pick<Store, 'town' | 'saveTown'>): Promise<void> {
  const { areas } = await store.town();
  if (areas.length === 0) await store.saveTown(sampleTown());
}
