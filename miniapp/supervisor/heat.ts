/** One of at most five steps of the heat: counts from `from` to `to`, both included. */
export interface Step {
  from: number;
  to: number;
}

const MOST = 5;

/** Steps in which about as many grids fall each; whole numbers, none empty of meaning. Grids without events are none of them. */
export function stepsOf(counts: readonly number[]): Step[] {
  const some = counts.filter((count) => count > 0).sort((a, b) => a - b);
  const most = some[some.length - 1];
  if (most === undefined) return [];
  const starts = [1];
  for (let step = 1; step < MOST; step += 1) {
    const cut = some[Math.floor((some.length * step) / MOST)]!;
    const next = Math.max(cut, starts[starts.length - 1]! + 1);
    if (next <= most) starts.push(next);
  }
  return starts.map((from, index) => ({ from, to: index + 1 < starts.length ? starts[index + 1]! - 1 : most }));
}

/** 0: none; 1 … 5 the step. */
export function stepOf(count: number, steps: readonly Step[]): number {
  return count === 0 ? 0 : steps.filter(({ from }) => count >= from).length;
}

export function stepWords({ from, to }: Step): string {
  return from === to ? `${from}` : `${from}–${to}`;
}
