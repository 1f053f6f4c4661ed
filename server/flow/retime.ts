import type { Store } from '../ports';
import type { Apply } from './apply';

export interface RetimePorts {
  store: Pick<Store, 'meta' | 'putMeta' | 'openIds'>;
  apply: Apply;
  /** What due moments stand on now (flow/town.ts). */
  basis(): string;
}

/** What the due moments as stored stand on. */
const RETIMED = 'retimed';
const AT_ONCE = 500;

/**
 * When calendars, policies or the nation's holidays have changed: finds every open event's due moments anew. Costs one
 * read when nothing has. Finding them twice changes nothing, so one that dies on the way starts over with the next ring,
 * and what changes meanwhile is found by the next. Errors: those of the store.
 */
export async function retime({ store, apply, basis }: RetimePorts): Promise<void> {
  const wanted = basis();
  if ((await store.meta(RETIMED)) === wanted) return;
  for (let after: string | null = null; ; ) {
    const ids: string[] = await store.openIds(after, AT_ONCE);
    // A refusal is no error here: the event was closed a moment ago, or a bug that `apply` has told of must not hold up the rest.
    await Promise.all(
      ids.map((id) => apply({ key: null, by: 'system', on: { event: id }, command: { type: 'retime' } })),
    );
    if (ids.length < AT_ONCE) break;
    after = ids.at(-1) ?? null;
  }
  await store.putMeta(RETIMED, wanted);
}
