import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/server';
import { readConfig } from '../../server/config';
import { type Running, start } from '../../server/main';
import { quantile, row } from './print';

/** Taps on cards and what an event costs, with the whole program and the sandbox in one process. */

const TAPS = 300;
const PER_SECOND = 100;
const EVENTS = 10;

export async function benchCards(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-cards-'));
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1', SANDBOX_PORT: '0' });
  const running = await start(config, { log: { info: () => undefined, error: () => undefined } });
  const sandbox = running.sandbox!;
  await until(() => sandbox.connections() > 0);
  const { posts } = await running.store.town();
  const workers = posts.filter(({ role }) => role === 'worker').map(({ userId }) => userId);
  await economy(running, sandbox, workers.slice(600, 600 + EVENTS));
  await taps(sandbox, workers.slice(0, TAPS));
  await running.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function taps(sandbox: Sandbox, workers: string[]): Promise<void> {
  for (const userId of workers) sandbox.say({ userId, text: '建设路12号路灯不亮' });
  await until(() => workers.every((userId) => sandbox.cardsOf(userId).length > 0));
  const took = await Promise.all(
    workers.map(async (userId, index) => {
      await pause((index * 1000) / PER_SECOND);
      const before = performance.now();
      const tapped = await sandbox.tap({ userId, outTrackId: sandbox.cardsOf(userId)[0]!.outTrackId, action: 'file' });
      if (!tapped.ok) throw new Error(tapped.message);
      return performance.now() - before;
    }),
  );
  took.sort((a, b) => a - b);
  row(
    `card taps at ${PER_SECOND}/s: p50, p99`,
    `${quantile(took, 0.5).toFixed(0)}, ${quantile(took, 0.99).toFixed(0)} ms`,
    'tap → commit → answer shown; sandbox in the same process',
  );
}

/** The whole main line, at the pace of people: the folding of updates has time to fold. */
async function economy(running: Running, sandbox: Sandbox, workers: string[]): Promise<void> {
  const before = sandbox.meter();
  for (const userId of workers) {
    sandbox.say({ userId, text: '建设路12号路灯不亮' });
    await tapWhenOffered(sandbox, userId, 'file');
    const event = (
      await running.store.list({
        scopes: { everything: false, reporterId: userId, areaPaths: [], unitIds: [] },
        limit: 1,
      })
    )[0]!;
    const unitId = event.tasks[0]!.unitId;
    const { posts } = await running.store.town();
    const handler = posts.find((post) => post.unitId === unitId && post.role === 'handler')!.userId;
    await tapWhenOffered(sandbox, handler, 'ack', event.id);
    await tapWhenOffered(sandbox, handler, 'finish', event.id, { note: '已更换灯泡' });
    await tapWhenOffered(sandbox, userId, 'pass');
  }
  await pause(4000);
  const after = sandbox.meter();
  const each = (count: number) => (count / workers.length).toFixed(1);
  row(
    'metered calls, pushes per closed event',
    `${each(after.calls - before.calls)}, ${each(after.pushes - before.pushes)}`,
    'naive bots: about 11 and 5 (DESIGN §8)',
  );
  const names = Object.keys(after.byName).map(
    (name) => [name, (after.byName[name] ?? 0) - (before.byName[name] ?? 0)] as const,
  );
  for (const [name, count] of names.filter(([, used]) => used > 0)) row(`    ${name}`, each(count));
}

async function tapWhenOffered(
  sandbox: Sandbox,
  userId: string,
  action: string,
  eventId = '',
  form?: Record<string, string>,
): Promise<void> {
  const offered = () =>
    sandbox
      .cardsOf(userId)
      .find(
        ({ params, outTrackId }) => outTrackId.includes(eventId) && params.buttons?.includes(`"action":"${action}"`),
      );
  await until(() => offered() !== undefined);
  const tapped = await sandbox.tap({ userId, outTrackId: offered()!.outTrackId, action, form });
  if (!tapped.ok) throw new Error(tapped.message);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function until(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 6000; turn++) {
    if (what()) return;
    await pause(10);
  }
  throw new Error('nothing came of it for a minute');
}
