/** One figure with its unit, and what it stands beside. */
export function row(what: string, figure: string, note = ''): void {
  process.stdout.write(`${what.padEnd(62)} ${figure.padStart(12)}   ${note}\n`);
}

export function quantile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
