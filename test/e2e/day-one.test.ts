import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxContacts } from '../../prisma/sample/contacts';
import { sampleTown } from '../../prisma/sample/sample';
import { type Sandbox, startSandbox } from '../../sandbox/server';
import { readConfig } from '../../server/config';
import { type Running, start } from '../../server/main';

/** A tenant on its first day: credentials, a robot, and no card template imported yet. */

const town = sampleTown();
const worker = town.posts.find(({ role }) => role === 'worker')!.userId;
let dataDir: string;
let tenant: Sandbox;
let running: Running;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-day-one-'));
  tenant = await startSandbox({ port: 0, templates: {}, ...sandboxContacts(town) });
  const env = {
    ...{ DATA_DIR: dataDir, SEED: 'sample', PORT: '0', HOST: '127.0.0.1', PUBLIC_URL: 'http://127.0.0.1:9' },
    ...{
      DINGTALK_CLIENT_ID: tenant.clientId,
      DINGTALK_CLIENT_SECRET: tenant.clientSecret,
      DINGTALK_ROBOT_CODE: tenant.robotCode,
    },
    ...{ DINGTALK_API_BASE: tenant.apiBase, DINGTALK_OAPI_BASE: tenant.oapiBase },
  };
  running = await start(readConfig(env), { log: { info: () => undefined, error: () => undefined } });
  await until(() => tenant.connections() > 0);
});

afterEach(async () => {
  await running.close();
  await tenant.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function until(what: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !what() && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(what()).toBe(true);
}

const told = (userId: string) =>
  tenant
    .messages(userId)
    .filter(({ from }) => from === 'robot')
    .map(({ body }) => body);

test('a report is confirmed, dispatched, acknowledged and finished by action cards and words alone', async () => {
  tenant.say({ userId: worker, text: '建设路12号路灯不亮' });
  await until(() => told(worker).length === 1);
  expect(told(worker)[0]).toMatchObject({
    type: 'actions',
    title: '请确认上报',
    buttons: expect.arrayContaining([{ title: '上报', url: expect.stringMatching(/#\/e\/.+\?do=file$/) }]),
  });
  tenant.say({ userId: worker, text: '确认' });
  await until(() => told(worker).some((body) => 'text' in body && /已上报：\d{8}-0001/.test(body.text)));
  const [event] = await running.store.list({
    scopes: { everything: true, reporterId: '', areaPaths: [], unitIds: [] },
    limit: 1,
  });
  const handler = town.posts.find(
    ({ role, unitId }) => role === 'handler' && unitId === event!.tasks[0]!.unitId,
  )!.userId;
  await until(() => told(handler).length === 1);
  expect(told(handler)[0]).toMatchObject({ type: 'actions', title: expect.stringContaining('请签收') });
  tenant.say({ userId: handler, text: `签收 ${event!.no}` });
  tenant.say({ userId: handler, text: `办结 ${event!.no} 已更换灯泡` });
  await until(() => told(worker).some((body) => 'title' in body && body.title.includes('请核查')));
  tenant.say({ userId: worker, text: `通过 ${event!.no}` });
  await until(() => told(worker).some((body) => 'text' in body && body.text.includes('已结案')));
});
