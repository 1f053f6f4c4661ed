import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CardView, ChatMessage } from '../../sandbox/types';
import { type Config, readConfig } from '../../server/config';
import { DAY, dateOf, HOUR, instant, MINUTE } from '../../server/domain/clock';
import type { Action } from '../../server/domain/commands';
import { type Roster, rosterOf } from '../../server/domain/roster';
import type { Event, Role } from '../../server/domain/types';
import { audit } from '../../server/flow/audit';
import { national } from '../../server/flow/national';
import { type Between, type Running, start } from '../../server/main';

/**
 * The whole program with the sample district, driven from outside as people drive it: words in chat, taps on cards,
 * the clock. Real SDKs, real Koa, real database; only the platform and time are stand-ins.
 */
export interface World {
  running: Running;
  roster: Roster;
  says(userId: string, words: string | Parameters<NonNullable<Running['sandbox']>['say']>[0]): Promise<void>;
  /** Taps a button on the newest card of this person that offers it. Resolves with the refusal's words, or null. */
  taps(
    userId: string,
    action: Action,
    form?: Record<string, string>,
    params?: Record<string, string>,
  ): Promise<string | null>;
  /** Moves the clock in one go (`'2h'`, `'30m'`) and lets everything due happen. */
  advance(time: string): Promise<void>;
  phone(userId: string): { cards: CardView[]; texts: string[]; dings: string[]; todos: string[] };
  /** Until nothing is due within the next second and every frame is answered. */
  settled(): Promise<void>;
  events(): Promise<Event[]>;
  event(no?: string): Promise<Event>;
  restart(): Promise<void>;
  /** What the auditor must not find: broken chains, notices given up, messages that no test line expected. */
  close(): Promise<void>;
  /** Declares what people may be sent; `close()` fails on anything else. Default: everything. */
  expectOnly(...patterns: RegExp[]): void;
  /** The first person in a role, of a unit or area if given. */
  who(role: Role, where?: string): string;
}

/** Nine in the morning of the next working day that is followed by two more: tests do not depend on when they are run. */
function nextMorning(): number {
  for (let at = Date.now() + DAY; ; at += DAY) {
    const days = [at, at + DAY, at + 2 * DAY].map(dateOf);
    if (days.every(national.isWorkday)) return instant(days[0]!, '09:00');
  }
}

/**
 * Folding is for people, not for tests: the waits are short, the rules the same. The platform's own patience is long, so that
 * a busy machine is not sent everything again.
 */
const QUICK: Between = {
  sandbox: {
    ...{ startAt: nextMorning(), quota: { calls: 1_000_000, pushes: 1_000_000 } },
    timing: { ackMs: 20_000, cardMs: 60_000 },
  },
  settings: { foldDraft: 20, foldStale: 20, foldLines: 60 },
  log: { info: () => undefined, error: () => undefined },
};

export function testConfig(dataDir: string, env: Record<string, string> = {}): Config {
  return readConfig({ DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1', SANDBOX_PORT: '0', ...env });
}

/** Real ms without any change after which a world is said to hang: more than anything in it waits for. */
const PATIENCE = 60_000;

export async function openWorld(options: { between?: Between; env?: Record<string, string> } = {}): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-world-'));
  const config = testConfig(dataDir, options.env);
  let running = await start(config, { ...QUICK, ...options.between });
  const town = await running.store.town();
  const roster = rosterOf(town);
  let expected: RegExp[] | null = null;
  const sandbox = () => running.sandbox!;

  /** Fails when nothing has moved for a while, not when a busy machine takes its time. */
  async function settled(): Promise<void> {
    let calm = 0;
    let last = '';
    for (let moved = Date.now(); calm < 3; ) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      const now = sandbox().clock.now();
      const { store } = running;
      const [outbox, look] = await Promise.all([store.outbox(now), store.look()]);
      const rests = (at: number | null, ms = 0) => at === null || at > now + ms;
      const still = rests(look.nextEventAt) && rests(look.nextMediaAt) && rests(look.nextNoticeAt, 2000);
      const idle = outbox.pending === 0 && still;
      const unanswered = sandbox().unanswered();
      // A process that does not take the role `work` leaves the outbox alone.
      const quiet = unanswered === 0 && (idle || !config.roles.has('work'));
      calm = quiet ? calm + 1 : 0;
      const state = JSON.stringify([outbox, look, unanswered]);
      if (state !== last) moved = Date.now();
      last = state;
      if (Date.now() - moved > PATIENCE) throw new Error(`the world did not come to rest: ${state}`);
    }
  }

  const world: World = {
    get running() {
      return running;
    },
    roster,
    async says(userId, words) {
      sandbox().say(typeof words === 'string' ? { userId, text: words } : { ...words, userId });
      await settled();
    },
    async taps(userId, action, form, params) {
      const card = sandbox()
        .cardsOf(userId)
        .find((each) => buttonsOf(each).some((button) => button.action === action));
      if (!card)
        throw new Error(
          `${userId} has no card that offers ${action}: ${JSON.stringify(
            sandbox()
              .cardsOf(userId)
              .map((each) => each.params.title),
          )}`,
        );
      const tapped = await sandbox().tap({ userId, outTrackId: card.outTrackId, action, params, form });
      if (!tapped.ok) throw new Error(tapped.message);
      const after = sandbox()
        .cardsOf(userId)
        .find((each) => each.outTrackId === card.outTrackId);
      const message = after?.params.message || null;
      await settled();
      return message;
    },
    async advance(time) {
      const [, count, unit] = /^(\d+)(h|m|d)$/.exec(time) ?? [];
      const ms = Number(count) * { h: HOUR, m: MINUTE, d: DAY }[unit as 'h' | 'm' | 'd'];
      sandbox().advance(ms);
      await settled();
    },
    phone(userId) {
      return {
        cards: sandbox().cardsOf(userId),
        texts: sandbox()
          .messages(userId)
          .filter(({ from, body }) => from === 'robot' && body.type !== 'card')
          .map(wordsOf),
        dings: sandbox()
          .dings(userId)
          .map(({ text }) => text),
        todos: sandbox()
          .todos(userId)
          .filter(({ done }) => !done)
          .map(({ subject }) => subject),
      };
    },
    settled,
    events: () =>
      running.store.list({ scopes: { everything: true, reporterId: '', areaPaths: [], unitIds: [] }, limit: 100_000 }),
    async event(no) {
      const found = no ? await running.store.event(no) : (await world.events())[0];
      if (!found) throw new Error('no such event');
      return found;
    },
    async restart() {
      await running.close();
      running = await start(config, { ...QUICK, ...options.between });
      await connected(world, config.roles.has('http'));
      await settled();
    },
    async close() {
      await settled();
      const { faults } = await audit(running.store);
      const { failed } = await running.store.outbox(sandbox().clock.now());
      const sent = everythingSent(running, roster);
      await running.close();
      rmSync(dataDir, { recursive: true, force: true });
      expect({ faults, failed }).toEqual({ faults: [], failed: 0 });
      if (expected) expect(sent.filter((line) => !expected!.some((pattern) => pattern.test(line)))).toEqual([]);
    },
    expectOnly(...patterns) {
      expected = patterns;
    },
    who(role, where) {
      const post = town.posts.find(
        (each) => each.role === role && (!where || each.unitId === where || each.areaId === where),
      );
      if (!post) throw new Error(`nobody is ${role} of ${where}`);
      return post.userId;
    },
  };
  await connected(world, config.roles.has('http'));
  return world;
}

/** By the program's own account: what is sent to a connection that it has not taken up yet may be lost with it. */
async function ready(url: string): Promise<boolean> {
  const { reasons } = (await (await fetch(`${url}/readyz`)).json()) as { reasons: string[] };
  return !reasons.some((reason) => reason.startsWith('stream: not connected'));
}

async function connected({ running }: World, http: boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE; ; ) {
    if (http ? await ready(running.url) : running.sandbox!.connections() > 0) return;
    if (Date.now() > end) throw new Error('the robot did not connect');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function buttonsOf(card: CardView): { action: string; label: string; params?: Record<string, string> }[] {
  return JSON.parse(card.params.buttons || '[]');
}

function wordsOf({ body }: ChatMessage): string {
  return 'text' in body ? body.text : body.type;
}

function everythingSent({ sandbox }: Running, roster: Roster): string[] {
  return roster.town.people.flatMap(({ userId }) => [
    ...sandbox!.cardsOf(userId).map((card) => `card ${card.params.title}`),
    ...sandbox!
      .messages(userId)
      .filter(({ from, body }) => from === 'robot' && body.type !== 'card')
      .map((message) => `text ${wordsOf(message)}`),
    ...sandbox!.dings(userId).map(({ text }) => `ding ${text}`),
  ]);
}
