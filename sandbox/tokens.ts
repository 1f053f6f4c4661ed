import { randomUUID } from 'node:crypto';
import type { SandboxClock } from './clock';
import type { Faults } from './faults';

export const TOKEN_S = 7_200;
/** A login code lives five minutes and works once. */
export const LOGIN_MS = 5 * 60_000;

export interface Tokens {
  /** The same token while it is valid, renewed at every call. */
  issue(): string;
  valid(token: string): boolean;
  /** The same jsapi ticket while it is valid. */
  ticket(): string;
  /** A one-use code that says who opened the micro-app. */
  loginCode(userId: string): string;
  redeem(code: string): string | null;
}

export function createTokens(clock: SandboxClock, faults: Faults): Tokens {
  let token = { value: '', until: 0 };
  let ticket = { value: '', until: 0 };
  const logins = new Map<string, { userId: string; until: number }>();
  const renewed = (held: { value: string; until: number }) => ({
    value: held.until > clock.now() ? held.value : randomUUID().replaceAll('-', ''),
    until: clock.now() + TOKEN_S * 1000,
  });
  faults.listen(() => {
    if (faults.take('token-expired')) token = { value: '', until: 0 };
  });
  return {
    issue() {
      token = renewed(token);
      return token.value;
    },
    valid: (given) => given !== '' && given === token.value && token.until > clock.now(),
    ticket() {
      ticket = renewed(ticket);
      return ticket.value;
    },
    loginCode(userId) {
      const code = randomUUID().replaceAll('-', '');
      logins.set(code, { userId, until: clock.now() + LOGIN_MS });
      return code;
    },
    redeem(code) {
      const found = logins.get(code);
      logins.delete(code);
      return found && found.until > clock.now() ? found.userId : null;
    },
  };
}
