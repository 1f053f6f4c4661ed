import nock from 'nock';
import { type Sandbox, startSandbox } from '../../sandbox/server';
import type { Config } from '../../server/config';
import { doctor } from '../../server/doctor';
import { CONFIG } from './adapters/loopback';

const API = 'https://api.dingtalk.com';
const TEMPLATES = { draft: 'a.schema', task: 'b.schema', supervision: 'c.schema', brief: 'd.schema' };

const READY: Config = {
  dingtalk: CONFIG,
  databaseUrl: 'file:x',
  redisUrl: null,
  host: '127.0.0.1',
  port: 0,
  publicUrl: 'https://grid.example.gov.cn',
  roles: new Set(['http'] as const),
  cardTemplates: TEMPLATES,
  seed: 'none',
  dataDir: 'data',
  sandboxPort: 0,
};

async function see(config: Partial<Config> = {}, now = Date.now()): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const code = await doctor({ ...READY, ...config }, { print: (line) => void lines.push(line), now: () => now });
  return { code, said: lines.join('\n') };
}

afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

describe('A tenant', () => {
  /** A platform where all is set up, but for what a test changes. */
  function tenant(
    answers: {
      gateway?: [number, object];
      card?: [number, object];
      todo?: [number, object];
      template?: [number, object];
    } = {},
  ) {
    nock.disableNetConnect();
    const date = { date: new Date().toUTCString() };
    nock(API).persist().post('/v1.0/oauth2/accessToken').reply(200, { accessToken: 'tok', expireIn: 7200 });
    const gateway = answers.gateway ?? [200, { endpoint: 'wss://wss.dingtalk.com:443/connect', ticket: 't' }];
    nock(API)
      .post('/v1.0/gateway/connections/open')
      .reply(...gateway, date);
    nock('https://wss.dingtalk.com').get('/').reply(404, '');
    nock(API).post('/v1.0/robot/messageFiles/download').reply(400, { code: 'invalidParameter.robotCode.downloadCode' });
    nock(API)
      .put('/v1.0/card/instances')
      .reply(...(answers.card ?? [400, { code: 'param.cardNotExist' }]));
    nock(API)
      .put(/todo/)
      .query(true)
      .reply(...(answers.todo ?? [400, { code: 'invalidParameter' }]));
    nock(API).post('/v1.0/robot/ding/send').reply(400, { code: 'invalidParameter.userIds' });
    nock(API)
      .persist()
      .post('/v1.0/card/instances/createAndDeliver')
      .reply(
        ...(answers.template ?? [
          200,
          { success: true, result: { deliverResults: [{ success: false, errorMsg: 'no user' }] } },
        ]),
      );
  }

  test('where all is set up passes', async () => {
    tenant();
    const { code, said } = await see();
    expect(said).not.toMatch(/[✗!]/);
    expect(said).toContain('全部就绪');
    expect(code).toBe(0);
  });

  test('that is not published or not in Stream mode is told in the words of the platform', async () => {
    tenant({ gateway: [400, { code: 'authFailed', message: 'stream mode is not enabled' }] });
    const { code, said } = await see();
    expect(said).toContain('✗ Stream 网关拒绝：400 authFailed（stream mode is not enabled）');
    expect(said).toContain('Stream 模式');
    expect(code).toBe(1);
  });

  const DENIED = 'Forbidden.AccessDenied.AccessTokenPermissionDenied';

  test('without a permission point is told which', async () => {
    tenant({ card: [403, { code: DENIED, accessdenieddetail: { requiredScopes: ['Card.Instance.Write'] } }] });
    const { code, said } = await see();
    expect(said).toContain('✗ 没有权限：互动卡片（Card.Instance.Write）');
    expect(said).toContain('权限管理');
    expect(code).toBe(1);
  });

  test('without a permission that is only nice to have still passes', async () => {
    tenant({ todo: [403, { code: DENIED, accessdenieddetail: { requiredScopes: ['Todo.Todo.Write'] } }] });
    const { code, said } = await see();
    expect(said).toContain('! 没有权限：待办（Todo.Todo.Write）');
    expect(code).toBe(0);
  });

  test('whose templates are not there, or not published, is told so', async () => {
    tenant({ template: [400, { code: 'param.templateNotExist' }] });
    expect((await see()).said).toContain('✗ 卡片模板 task 不存在');
    nock.cleanAll();
    tenant({ template: [400, { code: 'param.templateUnpublished' }] });
    expect((await see()).said).toContain('✗ 卡片模板 task 还没有发布');
  });

  test('seen from a machine whose clock is wrong', async () => {
    tenant();
    const { code, said } = await see({}, Date.now() + 180_000);
    expect(said).toMatch(/✗ 本机时间与钉钉相差 1[78]\d 秒/);
    expect(code).toBe(1);
  });

  test('whose quota is used up', async () => {
    tenant({ card: [403, { code: 'Forbidden.AccessDenied.ApiCountLimitForOrg' }] });
    expect((await see()).said).toContain('✗ 本月的接口调用额度已用完');
  });
});

describe('Before the tenant', () => {
  const token = (status: number, body: object | string) => {
    nock.disableNetConnect();
    nock(API).post('/v1.0/oauth2/accessToken').reply(status, body);
    nock(API).post('/v1.0/gateway/connections/open').reply(401, { code: 'authFailed', message: 'x' });
  };

  test.each([
    [400, { code: 'invalidClientIdOrSecret', message: 'x' }, 'Client Secret 不对'],
    [403, { code: 'Forbidden.AccessDenied.IpNotInWhiteList', message: 'x' }, '出口 IP 不在名单内'],
    [502, '<html>', '取不到访问令牌'],
  ])('%i %j', async (status, body, says) => {
    token(status, body);
    const { code, said } = await see();
    expect(said).toContain(says);
    expect(said).not.toContain('权限：');
    expect(said).not.toContain(CONFIG.clientSecret);
    expect(code).toBe(1);
  });

  test('a network that leads nowhere is told, not thrown', async () => {
    nock.disableNetConnect();
    const nowhere = { ...CONFIG, apiBase: 'http://127.0.0.1:9', oapiBase: 'http://127.0.0.1:9' };
    nock.enableNetConnect('127.0.0.1');
    const { code, said } = await see({ dingtalk: nowhere });
    expect(said).toContain('✗ 取不到访问令牌（ECONNREFUSED）');
    expect(said).toContain('✗ Stream 网关没有回答');
    expect(code).toBe(1);
  });

  test('without credentials the sandbox is meant, which is no fault', async () => {
    const { code, said } = await see({ dingtalk: null });
    expect(said).toContain('沙盒');
    expect(code).toBe(0);
  });
});

describe('The configuration', () => {
  // A new one each time: the platform takes so many calls a second, and these tests are quicker than any person.
  let sandbox: Sandbox;
  beforeEach(async () => {
    const person = { userId: 'u1', unionId: 'n1', name: '王芳', title: '网格员', deptId: 1 };
    const template = { name: 'task', title: '任务', variables: [], layout: [] };
    const templates = Object.fromEntries(Object.values(TEMPLATES).map((id) => [id, template]));
    sandbox = await startSandbox({ port: 0, people: [person], depts: [], groups: [], templates });
  });
  afterEach(() => sandbox.close());

  const here = (more: Partial<Config> = {}) => see({ dingtalk: { ...CONFIG, ...sandbox }, ...more });

  test('that fits passes against the sandbox too', async () => {
    const { code, said } = await here();
    expect(said).not.toContain('✗');
    expect(code).toBe(0);
  });

  test.each([
    null,
    'http://grid.example.gov.cn',
    'https://localhost:3000',
    'https://192.168.1.7',
    'https://grid.local',
  ])('PUBLIC_URL %j cannot be opened by a phone', async (publicUrl) => {
    const { code, said } = await here({ publicUrl });
    expect(said).toMatch(/✗ .*PUBLIC_URL/);
    expect(code).toBe(1);
  });

  test('templates that are missing are worth a note, ids that cannot be any are a fault', async () => {
    const some = await here({ cardTemplates: { task: TEMPLATES.task } });
    expect(some.said).toContain('! 没有卡片模板 draft、supervision、brief');
    expect(some).toMatchObject({ code: 0, said: expect.not.stringContaining('✗') });
    const odd = await here({ cardTemplates: { ...TEMPLATES, task: 'my task card' } });
    expect(odd.said).toContain('✗ 卡片模板 task 的 ID 不像模板 ID');
    expect(odd.code).toBe(1);
  });
});
