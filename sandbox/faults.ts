import type { Fault } from './types';

export type FaultKind = Fault['kind'];

/** These happen once, at the next chance, and are then gone. */
const ONCE: ReadonlySet<FaultKind> = new Set(['token-expired', 'disconnect', 'malformed']);

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  list(): Fault[];
  /** Is this fault in force? */
  on(kind: FaultKind): boolean;
  /** The first of these faults that strikes a call to `path`; uses up one of its `times`. */
  strike(kinds: readonly FaultKind[], path: string): FaultKind | null;
  /** Takes a once-only fault, if one is waiting. */
  take(kind: FaultKind): boolean;
  listen(listener: (kind: FaultKind) => void): void;
}

interface Standing {
  fault: Fault;
  until: number;
  left: number;
}

export function createFaults(): Faults {
  let standing: Standing[] = [];
  const listeners: ((kind: FaultKind) => void)[] = [];
  const living = () => {
    standing = standing.filter((one) => one.left > 0 && one.until > Date.now());
    return standing;
  };
  const use = (found: Standing | undefined) => {
    if (found) found.left -= 1;
    return found?.fault.kind ?? null;
  };
  return {
    add(fault) {
      const left = ONCE.has(fault.kind) ? 1 : (fault.times ?? Number.POSITIVE_INFINITY);
      standing.push({ fault, until: fault.forMs ? Date.now() + fault.forMs : Number.POSITIVE_INFINITY, left });
      for (const listener of listeners) listener(fault.kind);
    },
    clear() {
      standing = [];
    },
    list: () => living().map((one) => one.fault),
    on: (kind) => living().some((one) => one.fault.kind === kind),
    strike: (kinds, path) =>
      use(living().find(({ fault }) => kinds.includes(fault.kind) && path.includes(fault.path ?? ''))),
    take: (kind) => use(living().find(({ fault }) => fault.kind === kind)) !== null,
    listen(listener) {
      listeners.push(listener);
    },
  };
}
