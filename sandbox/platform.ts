import type { CallLog } from './calls';
import type { Cards } from './cards';
import type { Changes } from './changes';
import type { Chat } from './chat';
import type { SandboxClock } from './clock';
import type { Delivery } from './delivery';
import type { Directory } from './directory';
import type { Faults } from './faults';
import type { Files } from './files';
import type { Gateway } from './gateway';
import type { Meter } from './meter';
import type { Keeper } from './state';
import type { Tokens } from './tokens';
import type { CardTemplate } from './types';

/** The one application of the sandbox's organisation. */
export interface Identity {
  clientId: string;
  clientSecret: string;
  robotCode: string;
  corpId: string;
  agentId: string;
}

/** Everything the endpoints work with; put together in server.ts. */
export interface Platform {
  identity: Identity;
  /** `http://127.0.0.1:<port>` */
  base(): string;
  keeper: Keeper;
  clock: SandboxClock;
  changes: Changes;
  directory: Directory;
  templates: Record<string, CardTemplate>;
  faults: Faults;
  meter: Meter;
  calls: CallLog;
  files: Files;
  tokens: Tokens;
  chat: Chat;
  cards: Cards;
  gateway: Gateway;
  delivery: Delivery;
  /** Real ms a card click may take. */
  cardMs: number;
  /** Real times at which the gateway was asked for a connection; refused ones too. */
  gatewayCalls: number[];
  log(line: string): void;
}
