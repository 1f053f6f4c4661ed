import type { Provider } from '../../../server/adapters/prisma';
import { openStore } from '../../../server/adapters/store';
import type { Changes, Store } from '../../../server/ports';
import { forgetDatabases, freshDatabase } from './databases';
import { changes } from './rows';

export interface Stores {
  url: string;
  store: Store;
  /** A second store on the same database: another process. */
  other: Store;
  save(some: Partial<Changes>): Promise<void>;
}

/** Two stores on an empty database, anew for each test. */
export function twoStores(provider: Provider): Stores {
  const its: Stores = {
    url: '',
    store: openStore('file:none'),
    other: openStore('file:none'),
    save: (some) => its.store.write((tx) => tx.save(changes(some))),
  };
  beforeEach(async () => {
    its.url = await freshDatabase(provider);
    its.store = openStore(its.url);
    its.other = openStore(its.url);
    await its.store.open();
    await its.other.open();
  });
  afterEach(async () => {
    await its.store.close();
    await its.other.close();
    await forgetDatabases();
  });
  return its;
}
