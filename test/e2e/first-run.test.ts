import { appoint } from '../../prisma/people';
import { sampleTown } from '../../prisma/sample/sample';
import { sheets } from '../../server/adapters/xlsx';
import type { Cell } from '../../server/domain/tables';
import { openWorld, type World } from '../support/world';

jest.setTimeout(90_000);

/** A town from nothing to its first event, by what the administrator's guide says and nothing else. */

let world: World;
beforeEach(async () => {
  world = await openWorld({ env: { SEED: 'none' } });
});
afterEach(() => world.close());

type Ask = (path: string, body?: Buffer | object, type?: string) => Promise<{ status: number; body: never }>;
type Seen = { sha: string; base: number; faulty: number; acceptable: boolean; notes: string[] };
type Step = { code: string; done: boolean };

async function login(userId: string): Promise<Ask> {
  const { url, sandbox } = world.running;
  const plain = { 'Content-Type': 'application/json' };
  const code = JSON.stringify({ code: sandbox!.loginCode(userId) });
  const answer = await fetch(`${url}/api/login`, { method: 'POST', headers: plain, body: code });
  const { token } = (await answer.json()) as { token: string };
  return async (path, body, type = 'application/json') => {
    const bytes = Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body);
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': type };
    const response = await fetch(url + path, body ? { method: 'POST', headers, body: bytes } : { headers });
    const isJson = response.headers.get('content-type')?.includes('json');
    const read = isJson ? await response.json() : Buffer.from(await response.arrayBuffer());
    return { status: response.status, body: read as never };
  };
}

/** Whoever comes into the town is among the sandbox's contacts. */
async function contacts(): Promise<string[]> {
  const answer = await fetch(`${world.running.sandbox!.url}/sandbox/api/people`);
  return ((await answer.json()) as { userId: string }[]).map(({ userId }) => userId);
}

async function bring(ask: Ask, kind: string, file: Buffer, type: string): Promise<void> {
  const rules = kind === 'catalogue' || kind === 'duties';
  const at = rules ? `/api/rules/${kind}` : `/api/admin/${kind}`;
  const { body } = await ask(`${at}/preview`, file, type);
  const { sha, base, faulty, acceptable, notes } = body as Seen;
  expect([kind, faulty, acceptable, notes]).toEqual([kind, 0, true, []]);
  const done = await ask(rules ? `${at}/enact` : `${at}/accept`, { sha, base, ...(rules && { note: '开通' }) });
  expect([kind, done.status]).toEqual([kind, 200]);
}

const square = (size: number) => [
  [
    [104, 30],
    [104 + size, 30],
    [104 + size, 30 + size],
    [104, 30 + size],
    [104, 30],
  ],
];
const feature = (id: string, name: string, kind: string, parent: string | null) => ({
  ...{ type: 'Feature', properties: { id, name, kind, parent } },
  geometry: { type: 'Polygon', coordinates: square(0.02) },
});
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const table = (...rows: Cell[][]) => sheets.write('表', rows, []);

test('areas, units, people, catalogue, duties; then a worker says what they see, and an official has it', async () => {
  expect(await contacts()).toEqual([]);
  // As `npm run people -- admin` does it, in another process, while this one runs.
  await appoint(world.running.store, 'boss', '王主任');
  while (!(await contacts()).includes('boss')) await new Promise((resolve) => setTimeout(resolve, 100));
  const ask = await login('boss');
  const stepsLeft = async () =>
    ((await ask('/api/admin')).body as { steps: Step[] }).steps.flatMap(({ code, done }) => (done ? [] : [code]));
  expect(await stepsLeft()).toEqual(['areas', 'units', 'people', 'centre', 'catalogue', 'duties', 'event']);
  const features = [
    feature('d', '望江区', '区', null),
    feature('s1', '东街街道', '街道', '望江区'),
    feature('c1', '红光社区', '社区', '东街街道'),
    feature('g1', '红光第一网格', '网格', '红光社区'),
  ];
  const map = Buffer.from(JSON.stringify({ type: 'FeatureCollection', features }));
  await bring(ask, 'areas', map, 'application/geo+json');
  const units = await table(
    ['单位', '类型', '管辖区域', '上级单位'],
    ['区指挥中心', '指挥中心', '望江区', ''],
    ['城管局', '部门', '望江区', '区指挥中心'],
  );
  await bring(ask, 'units', units, XLSX);
  const people = await table(
    ['姓名', '钉钉 userId', '单位', '岗位', '区域'],
    ['王芳', 'wang', '', '网格员', '红光第一网格'],
    ['赵敏', 'zhao', '城管局', '经办', ''],
    ['陈晨', 'chen', '区指挥中心', '派遣', '望江区'],
    ['周正', 'zhou', '区指挥中心', '督查', '望江区'],
  );
  await bring(ask, 'people', people, XLSX);
  const catalogue = await table(
    ['事项', '立案条件', '处置时限', '结案条件', '关键词'],
    ['暴露垃圾', '垃圾成堆', '4工作时', '清理干净', '垃圾堆 垃圾'],
  );
  await bring(ask, 'catalogue', catalogue, XLSX);
  await bring(ask, 'duties', await table(['事项', '主办'], ['暴露垃圾', '城管局']), XLSX);
  expect(await stepsLeft()).toEqual(['event']);

  expect((await contacts()).sort()).toEqual(['boss', 'chen', 'wang', 'zhao', 'zhou']);
  await world.says('wang', '红光第一网格路口有垃圾堆');
  expect(await world.taps('wang', 'file')).toBeNull();
  expect(
    world
      .phone('zhao')
      .cards.map(({ params }) => params.title)
      .join(),
  ).toContain('暴露垃圾');
  const after = (await (await login('boss'))('/api/admin')).body as { steps: Step[] };
  expect(after.steps.every(({ done }) => done)).toBe(true);

  // Nobody wrote a unionId anywhere: the contacts know it, so that lateness reaches the to-do list too.
  await world.advance('26h');
  expect(world.phone('zhao').todos.join()).toContain('暴露垃圾');
});

test('the sample tables, as they are downloaded, make a town that works, without any map', async () => {
  await appoint(world.running.store, 'boss', '王主任');
  while (!(await contacts()).includes('boss')) await new Promise((resolve) => setTimeout(resolve, 100));
  const ask = await login('boss');
  for (const kind of ['areas', 'units', 'people', 'catalogue', 'duties']) {
    const rules = kind === 'catalogue' || kind === 'duties';
    const file = await ask(`/api/${rules ? 'rules' : 'admin'}/${kind}/export?of=sample`);
    await bring(ask, kind, file.body as Buffer, XLSX);
  }
  const { store } = world.running;
  const { areas, posts, people, matters } = await store.town();
  expect([areas.length, people.length < 60, matters.length]).toEqual([6, true, sampleTown().matters.length]);
  expect(areas.some(({ polygon }) => polygon)).toBe(false);
  // Nobody's number stands in a table that strangers read.
  expect(people.every(({ mobile }) => !mobile)).toBe(true);

  const worker = posts.find(({ role }) => role === 'worker')!;
  await world.says(worker.userId, '门口路灯不亮');
  expect(await world.taps(worker.userId, 'file')).toBeNull();
  const [event] = await world.events();
  expect(event).toMatchObject({ stage: 'dispatched', gridId: worker.areaId });
});
