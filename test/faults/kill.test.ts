import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTemplate, TEMPLATE_NAMES } from '../../cards/templates';
import { sandboxContacts } from '../../prisma/sample/contacts';
import { sampleTown } from '../../prisma/sample/sample';
import { type Sandbox, startSandbox } from '../../sandbox/server';
import type { Provider } from '../../server/adapters/prisma';
import { openStore } from '../../server/adapters/store';
import { audit } from '../../server/flow/audit';
import { forgetDatabases, freshDatabase, providers } from '../server/adapters/databases';

/** Each starts the program eleven times over. */
jest.setTimeout(900_000);

const TURNS: Record<Provider, number> = { sqlite: 10, postgresql: 4 };
const town = sampleTown();
const workers = town.posts.filter(({ role }) => role === 'worker').map(({ userId }) => userId);
const ids = Object.fromEntries(TEMPLATE_NAMES.map((name) => [name, `kill-${name}.schema`]));

let sandbox: Sandbox;
let dataDir: string;
let database: string;
let child: ChildProcess | null;

beforeEach(async () => {
  database = '';
  dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-kill-'));
  child = null;
  sandbox = await startSandbox({
    port: 0,
    ...sandboxContacts(town),
    templates: Object.fromEntries(TEMPLATE_NAMES.map((name) => [ids[name]!, readTemplate(name)])),
    timing: { ackMs: 400, redeliverMs: [300, 600, ...Array<number>(200).fill(1200)] },
  });
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
  await forgetDatabases();
});

/** Starts the program; resolves when it is ready, or has died on the way. */
function launch(...args: string[]): Promise<ChildProcess> {
  const env = {
    ...process.env,
    ...{
      DATABASE_URL: database,
      DATA_DIR: dataDir,
      SEED: 'sample',
      PORT: '0',
      HOST: '127.0.0.1',
      PUBLIC_URL: 'http://127.0.0.1:1',
    },
    ...{
      DINGTALK_CLIENT_ID: sandbox.clientId,
      DINGTALK_CLIENT_SECRET: sandbox.clientSecret,
      DINGTALK_ROBOT_CODE: sandbox.robotCode,
    },
    ...{
      DINGTALK_API_BASE: sandbox.apiBase,
      DINGTALK_OAPI_BASE: sandbox.oapiBase,
      CARD_TEMPLATES: JSON.stringify(ids),
    },
  };
  const root = join(__dirname, '..', '..');
  const started = spawn(
    process.execPath,
    ['-r', join(root, 'test/support/register.js'), join(root, 'test/support/victim.ts'), ...args],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve) => {
    started.stdout!.once('data', () => resolve(started));
    started.once('exit', () => resolve(started));
  });
}

const gone = (process: ChildProcess) => process.exitCode !== null || process.signalCode !== null;

async function until(what: () => boolean | Promise<boolean>, ms = 30_000): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (await what()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** Everything said by this turn is answered: nothing will happen any more. */
function served(turn: number): boolean {
  const reporters = workers.slice(0, turn * 2 + 2);
  return sandbox.unanswered() === 0 && reporters.every((userId) => sandbox.cardsOf(userId).length > 0);
}

/** Lets the program die at a point again and again while people report, then counts what is left. */
async function ordeal(
  point: string,
  turns: number,
  seeded = '',
  provider: Provider = 'sqlite',
): Promise<{ events: number; cards: number[]; deaths: number; faults: unknown[] }> {
  database = await freshDatabase(provider);
  let deaths = 0;
  for (let turn = 0; turn < turns; turn++) {
    child = await launch(point, String(1 + (turn % 2)), seeded);
    const victim = child;
    sandbox.say({ userId: workers[turn * 2]!, text: `建设路${turn}号路灯不亮` });
    sandbox.say({ userId: workers[turn * 2 + 1]!, text: `解放路${turn}号井盖破损` });
    await until(() => gone(victim) || served(turn), 60_000);
    // Both reports may have passed the point together, once: then it lives.
    if (!gone(victim)) await until(() => gone(victim), 2_000);
    if (gone(victim)) deaths += 1;
    else victim.kill('SIGKILL');
  }
  child = await launch('never', '1', seeded);
  await until(() => sandbox.unanswered() === 0, 60_000);
  const reporters = workers.slice(0, turns * 2);
  await until(() => reporters.every((userId) => sandbox.cardsOf(userId).length > 0), 60_000);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill('SIGKILL');
  await until(() => gone(child!));
  const store = openStore(database);
  await store.open();
  const events = await store.list({
    scopes: { everything: true, reporterId: '', areaPaths: [], unitIds: [] },
    limit: 1000,
  });
  const { faults } = await audit(store);
  await store.close();
  return { events: events.length, cards: reporters.map((userId) => sandbox.cardsOf(userId).length), deaths, faults };
}

const POINTS = ['commit', 'ack', 'before-call', 'after-call'];

describe.each(providers().flatMap((provider) => POINTS.map((point) => [provider, point] as const)))(
  'on %s, kill -9 at “%s”, again and again',
  (provider, point) => {
    test('no report is lost, none is doubled, each reporter has one card, every chain stands', async () => {
      const turns = TURNS[provider];
      const { events, cards, deaths, faults } = await ordeal(point, turns, '', provider);
      expect(deaths).toBeGreaterThanOrEqual(turns - 1);
      expect({ events, cards, faults }).toEqual({ events: turns * 2, cards: Array(turns * 2).fill(1), faults: [] });
    });
  },
);

describe('control: with the bug put in, the same ordeal sees it', () => {
  test('keys that are not claimed double reports', async () => {
    const { events } = await ordeal('ack', 3, 'doubled');
    expect(events).toBeGreaterThan(6);
  });

  test('card ids that change with the process double cards', async () => {
    const { cards } = await ordeal('after-call', 3, 'doubled');
    expect(Math.max(...cards)).toBeGreaterThan(1);
  });
});
