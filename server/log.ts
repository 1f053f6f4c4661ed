/** One line of JSON for each thing that happened. Never with secrets, phone numbers or words of messages: ids and codes only. */
export interface Log {
  info(what: string, facts?: Record<string, string | number | boolean | null>): void;
  error(what: string, facts?: Record<string, string | number | boolean | null>): void;
}

export function openLog(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Log {
  const line = (level: string, what: string, facts = {}) =>
    write(JSON.stringify({ at: new Date().toISOString(), level, what, ...facts }));
  return { info: (what, facts) => line('info', what, facts), error: (what, facts) => line('error', what, facts) };
}

/** An error in a log: its kind and its place, not its words, which may quote what people wrote. */
export function faultOf(error: unknown): { error: string; at: string } {
  if (!(error instanceof Error)) return { error: typeof error, at: '' };
  const frame = /\n\s+at (.+)/.exec(error.stack ?? '')?.[1] ?? '';
  return { error: error.name, at: frame };
}
