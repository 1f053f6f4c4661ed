import type { Config } from '../config';
import type { Rules } from '../domain/rules';
import type { Town } from '../domain/types';
import type { Apply } from '../flow/apply';
import type { Clock, Media, Messenger, Sheets, Store } from '../ports';

/** How the program is doing, for `GET /readyz`. */
export interface Status {
  stream: { connected: number; lastFrameAt: number | null; wanted: boolean };
  outbox: { pending: number; oldestDueAt: number | null; failed: number };
  /** `ok`, or why the database does not answer. */
  database: string;
}

/** One thing that was checked: fine ✓, wrong ✗, or worth knowing !, and what to do about it. */
export interface Finding {
  mark: '✓' | '✗' | '!';
  says: string;
  mend?: string;
}

/** All that the HTTP side needs; main.ts hands it over. */
export interface HttpPorts {
  config: Pick<Config, 'dingtalk' | 'host' | 'port' | 'publicUrl'>;
  /** Where the sandbox's chat page is; null beside a real DingTalk. */
  sandboxUrl: string | null;
  apply: Apply;
  store: Store;
  rules(): Rules;
  /** New rules were enacted here: resolves when this process goes by them; the others follow within seconds. */
  enacted(): Promise<void>;
  clock: Clock;
  media: Media;
  /** Tables that were looked at and wait to be accepted. */
  uploads: Media;
  sheets: Sheets;
  messenger: Pick<Messenger, 'identify' | 'jsapiTicket' | 'contact' | 'contacts'>;
  /** A town to learn from: what tables look like when they are filled in. */
  sample(): Town;
  /** Checks the set-up at DingTalk, as `npm run doctor`; sends nothing to anybody, costs up to eight calls. */
  checkup(): Promise<Finding[]>;
  /** Card templates by name, as they were configured. */
  cardTemplates: Record<string, string>;
  status(): Status | Promise<Status>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** A request was answered: its route (`GET /api/events/:id`, never the address itself), status, and ms taken. */
  onRequest?(route: string, status: number, ms: number): void;
  /** A request failed by a bug; the id is in the answer. */
  onBug?(error: unknown, id: string): void;
}
