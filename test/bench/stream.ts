import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DWClient } from 'dingtalk-stream';
import { sampleTown } from '../../prisma/sample/sample';
import { readConfig } from '../../server/config';
import { start } from '../../server/main';
import { row } from './print';

/**
 * Reports through the real SDK to durable rows, beside two floors: the raw SDK that only echoes acknowledgements, and
 * raw better-sqlite3 that only inserts rows. The load comes from a process of its own.
 */

const FRAMES = 6000;
const WINDOW = 256;

interface Load {
  base: string;
  run(): Promise<{ seconds: number; p50: number; p99: number }>;
  stop(): void;
}

function openLoad(people: string[]): Promise<Load> {
  const child = fork(join(__dirname, 'load.ts'), { execArgv: ['-r', join(__dirname, '..', 'support', 'register.js')] });
  child.send({ people, frames: FRAMES, window: WINDOW });
  const next = <T>(kind: string) =>
    new Promise<T>((resolve) => {
      const listen = (message: { kind: string } & T) => {
        if (message.kind !== kind) return;
        child.off('message', listen);
        resolve(message);
      };
      child.on('message', listen);
    });
  return next<{ base: string }>('listening').then(({ base }) => ({
    base,
    run: () => {
      const done = next<{ seconds: number; p50: number; p99: number }>('done');
      child.send({ go: true });
      return done;
    },
    stop: () => child.kill(),
  }));
}

async function ours(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-bench-'));
  const people = sampleTown()
    .posts.filter(({ role }) => role === 'worker')
    .map(({ userId }) => userId);
  const load = await openLoad(people);
  const env = {
    DATA_DIR: dataDir,
    SEED: 'sample',
    PORT: '0',
    HOST: '127.0.0.1',
    ROLES: 'stream',
    DINGTALK_CLIENT_ID: 'bench',
    DINGTALK_CLIENT_SECRET: 'bench',
    DINGTALK_API_BASE: load.base,
    DINGTALK_OAPI_BASE: load.base,
  };
  const running = await start(readConfig(env), { log: { info: () => undefined, error: () => undefined } });
  const { seconds, p50, p99 } = await load.run();
  const db = new Database(join(dataDir, 'gridtalk.db'), { readonly: true });
  const { count } = db.prepare('select count(*) count from Event').get() as { count: number };
  const mode = db.pragma('journal_mode', { simple: true });
  db.close();
  await running.close();
  load.stop();
  rmSync(dataDir, { recursive: true, force: true });
  if (count !== FRAMES) throw new Error(`${FRAMES} frames were acknowledged, ${count} events stored`);
  row(
    'reports through the Stream to durable rows',
    `${Math.round(FRAMES / seconds)}/s`,
    `${mode}, ack p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${WINDOW} in flight`,
  );
  return FRAMES / seconds;
}

async function sdkEcho(): Promise<number> {
  const load = await openLoad(['nobody']);
  class Client extends DWClient {
    override async getEndpoint() {
      const answer = await fetch(`${load.base}/v1.0/gateway/connections/open`, { method: 'POST', body: '{}' });
      const { endpoint, ticket } = (await answer.json()) as { endpoint: string; ticket: string };
      Reflect.set(this, 'dw_url', `${endpoint}?ticket=${ticket}`);
      return this;
    }
  }
  const client = new Client({ clientId: 'bench', clientSecret: 'bench' });
  client.registerCallbackListener('/v1.0/im/bot/messages/get', (frame) =>
    client.socketCallBackResponse(frame.headers.messageId, null),
  );
  await client.connect();
  const { seconds } = await load.run();
  client.disconnect();
  load.stop();
  return FRAMES / seconds;
}

function rawInserts(): number {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-floor-'));
  const db = new Database(join(dataDir, 'floor.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('create table row (id integer primary key, at integer, kind text, data text)');
  const insert = db.prepare('insert into row (at, kind, data) values (?, ?, ?)');
  const report = db.transaction((batch: number) => {
    for (let each = 0; each < batch * 6; each++) insert.run(each, 'report', '{"text":"建设路12号路灯不亮","media":[]}');
  });
  const before = performance.now();
  for (let done = 0; done < FRAMES; done += 50) report(50);
  const seconds = (performance.now() - before) / 1000;
  db.close();
  rmSync(dataDir, { recursive: true, force: true });
  return FRAMES / seconds;
}

export async function benchStream(): Promise<void> {
  const rate = await ours();
  const echo = await sdkEcho();
  row(
    '  floor: the raw SDK that only acknowledges',
    `${Math.round(echo)}/s`,
    `ours is ${((100 * rate) / echo).toFixed(0)} % of it`,
  );
  const raw = rawInserts();
  row(
    '  floor: raw better-sqlite3, 6 rows a report, batches of 50',
    `${Math.round(raw)}/s`,
    `ours is ${((100 * rate) / raw).toFixed(0)} % of it`,
  );
}
