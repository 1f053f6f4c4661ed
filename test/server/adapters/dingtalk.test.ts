import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import nock from 'nock';
import { dingtalkMessenger, type MessengerOptions } from '../../../server/adapters/dingtalk';
import { MissingScopes, OverQuota } from '../../../server/adapters/verdict';
import type { DingTalkConfig } from '../../../server/config';
import { type Message, type Messenger, Rejected, Retry, Unsure } from '../../../server/ports';
import { CONFIG, pause } from './loopback';

const API = 'https://api.dingtalk.com';
const OAPI = 'https://oapi.dingtalk.com';
const WEBHOOK = `${OAPI}/robot/sendBySession?session=s`;
const TEXT: Message = { type: 'text', text: '路灯坏了' };
const CARD = { outTrackId: 'ot-1', template: 'x.schema', userId: 'u1', params: { title: '事件' }, alert: '新任务' };

let metered: string[];
let lines: string[];
/** What a test leaves running, also when it fails. */
let leftovers: (() => void)[];

beforeEach(() => {
  [metered, lines, leftovers] = [[], [], []];
  nock.disableNetConnect();
});

afterEach(() => {
  for (const end of leftovers) end();
  const left = nock.pendingMocks().filter((each) => !each.includes('accessToken'));
  nock.cleanAll();
  nock.enableNetConnect();
  expect(left).toEqual([]);
});

const log = {
  info: (what: string, facts = {}) => void lines.push(JSON.stringify({ what, ...facts })),
  error: (what: string, facts = {}) => void lines.push(JSON.stringify({ what, ...facts })),
};

function messenger(config: Partial<DingTalkConfig> = {}, options: Partial<MessengerOptions> = {}): Messenger {
  const meter = (family: string) => void metered.push(family);
  return dingtalkMessenger({ ...CONFIG, ...config }, { meter, log, ...options });
}

/** Real sockets, as they are: nock's own do not keep connections. */
function withoutNock(): void {
  nock.restore();
  leftovers.push(() => nock.activate());
}

/** A real platform on this machine; returns its base address. */
async function listen(answer: RequestListener, onConnection: () => void = () => undefined): Promise<string> {
  withoutNock();
  const server = createServer(answer).on('connection', onConnection);
  leftovers.push(() => server.close() && server.closeAllConnections());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The token endpoint, as often as asked; counts. */
function tokens(names: string[] = ['tok']): { asked: number } {
  const seen = { asked: 0 };
  nock(API)
    .post('/v1.0/oauth2/accessToken', { appKey: 'dingclient', appSecret: 'sec&ret+1' })
    .reply(() => {
      const accessToken = names[Math.min(seen.asked, names.length - 1)];
      seen.asked += 1;
      return [200, { accessToken, expireIn: 7200 }];
    })
    .persist();
  return seen;
}

const withToken = (token = 'tok') => ({ reqheaders: { 'x-acs-dingtalk-access-token': token } });

async function failure(promise: Promise<unknown>): Promise<Error & { code?: string; afterMs?: number }> {
  return promise.then(
    () => {
      throw new Error('it went well');
    },
    (error: Error) => error,
  );
}

describe('What is sent', () => {
  test('a card: as strings, to one person, its taps coming by Stream', async () => {
    tokens();
    nock(API, withToken())
      .post('/v1.0/card/instances/createAndDeliver', {
        callbackType: 'STREAM',
        cardData: { cardParamMap: { title: '事件' } },
        cardTemplateId: 'x.schema',
        imRobotOpenDeliverModel: { robotCode: 'dingclient', spaceType: 'IM_ROBOT' },
        imRobotOpenSpaceModel: {
          lastMessageI18n: { ZH_CN: '新任务' },
          notification: { alertContent: '新任务', notificationOff: false },
          supportForward: false,
        },
        openSpaceId: 'dtv1.card//IM_ROBOT.u1',
        outTrackId: 'ot-1',
        userIdType: 1,
      })
      .reply(200, { success: true, result: { outTrackId: 'ot-1', deliverResults: [{ success: true }] } });
    await messenger().createCard(CARD);
    expect(metered).toEqual(['card.create']);
  });

  test('an update changes the named params and leaves the others', async () => {
    tokens();
    nock(API, withToken())
      .put('/v1.0/card/instances', {
        cardData: { cardParamMap: { status: '已受理' } },
        cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
        outTrackId: 'ot-1',
        userIdType: 1,
      })
      .reply(200, { success: true, result: true });
    await messenger().updateCard('ot-1', { status: '已受理' });
    expect(metered).toEqual(['card.update']);
  });

  const buttons = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ title: `按钮${n + 1}`, url: `https://x/${n + 1}` }));
  const message = (count: number): Message => ({
    type: 'actions',
    title: '标题',
    text: '正文',
    buttons: buttons(count),
  });
  const MORE = '\n\n（还有其他操作，请打开网格通查看）';
  const dialects: [Message, string, Record<string, string>][] = [
    [TEXT, 'sampleText', { content: '路灯坏了' }],
    [{ type: 'markdown', title: '标题', text: '正文' }, 'sampleMarkdown', { title: '标题', text: '正文' }],
    [message(0), 'sampleMarkdown', { title: '标题', text: '正文' }],
    [message(1), 'sampleActionCard', { title: '标题', text: '正文', singleTitle: '按钮1', singleURL: 'https://x/1' }],
    [message(2), 'sampleActionCard2', { title: '标题', text: '正文', ...numbered(2) }],
    [message(5), 'sampleActionCard5', { title: '标题', text: '正文', ...numbered(5) }],
    [message(7), 'sampleActionCard5', { title: '标题', text: `正文${MORE}`, ...numbered(5) }],
  ];

  function numbered(count: number): Record<string, string> {
    return Object.fromEntries(
      buttons(count).flatMap(({ title, url }, n) => [
        [`actionTitle${n + 1}`, title],
        [`actionURL${n + 1}`, url],
      ]),
    );
  }

  test.each(dialects)('%j goes to people and groups as %s', async (said, msgKey, param) => {
    tokens();
    const fits = (body: { msgKey: string; msgParam: string }) => {
      expect({ ...body, msgParam: JSON.parse(body.msgParam) }).toMatchObject({
        robotCode: 'dingclient',
        msgKey,
        msgParam: param,
      });
      return true;
    };
    nock(API, withToken())
      .post(
        '/v1.0/robot/oToMessages/batchSend',
        (body) => fits(body) && expect(body.userIds).toEqual(['u1', 'u2']) === undefined,
      )
      .reply(200, { processQueryKey: 'k', invalidStaffIdList: [], flowControlledStaffIdList: [] })
      .post('/v1.0/robot/groupMessages/send', (body) => fits(body) && body.openConversationId === 'cidX==')
      .reply(200, { processQueryKey: 'k' });
    await expect(messenger().sendToPeople(['u1', 'u2'], said)).resolves.toEqual({ failed: [] });
    await messenger().sendToGroup('cidX==', said);
    expect(metered).toEqual(['robot.send', 'group.send']);
  });

  test('a DING in the app, a to-do with its page, and both ids of its path encoded', async () => {
    tokens();
    nock(API, withToken())
      .post('/v1.0/robot/ding/send', {
        content: '逾期',
        receiverUserIdList: ['u1'],
        remindType: 1,
        robotCode: 'dingclient',
      })
      .reply(200, { openDingId: 'd', failedList: {} })
      .post('/v1.0/todo/users/union%2FId%2B1/tasks', (body) => {
        expect(body).toMatchObject({
          sourceId: 's1',
          executorIds: ['union/Id+1'],
          detailUrl: { appUrl: 'https://x', pcUrl: 'https://x' },
          dueTime: 1_700_000_000_000,
        });
        return true;
      })
      .query({ operatorId: 'union/Id+1' })
      .reply(200, { id: 'task/1' })
      .put('/v1.0/todo/users/union%2FId%2B1/tasks/task%2F1', { done: true })
      .query({ operatorId: 'union/Id+1' })
      .reply(200, { result: true });
    await messenger().ding(['u1'], '逾期');
    const id = await messenger().todo({
      sourceId: 's1',
      unionId: 'union/Id+1',
      subject: '处理路灯',
      dueAt: 1_700_000_000_000,
      url: 'https://x',
    });
    expect(id).toBe('task/1');
    await messenger().todoDone(id, 'union/Id+1');
    expect(metered).toEqual(['ding', 'todo', 'todo']);
  });

  test.each(['', '.', '..'])('an id %j never becomes a path', async (id) => {
    tokens();
    expect(await failure(messenger().todoDone('t', id))).toMatchObject({ name: 'Rejected', code: 'bad.id' });
  });

  test.each(['u1;dtv1.card//IM_GROUP.cid', 'u1/x', 'u 1', ''])(
    'a user id %j cannot widen a card space',
    async (userId) => {
      expect(await failure(messenger().createCard({ ...CARD, userId }))).toMatchObject({
        name: 'Rejected',
        code: 'bad.userId',
      });
    },
  );
});

describe('What is idempotent', () => {
  test('a card that exists already counts as created', async () => {
    tokens();
    nock(API)
      .post('/v1.0/card/instances/createAndDeliver')
      .reply(400, { code: 'param.cardAlreadyExist', requestid: 'r', message: 'exist' });
    await messenger().createCard(CARD);
  });

  test('a to-do that exists already is found by its sourceId', async () => {
    tokens();
    nock(API)
      .post('/v1.0/todo/users/u/tasks')
      .query(true)
      .reply(400, { code: 'todo.taskCreate.paramError', requestid: 'r', message: 'task exist' })
      .get('/v1.0/todo/users/u/tasks/sources/todo%3At1%3Au1')
      .reply(200, { id: 'known' });
    await expect(
      messenger().todo({ sourceId: 'todo:t1:u1', unionId: 'u', subject: 's', dueAt: 1, url: 'https://x' }),
    ).resolves.toBe('known');
  });
});

describe('What half worked', () => {
  test('HTTP 200 that says neither yes nor no about a card is asked again: one outTrackId is one card', async () => {
    tokens();
    nock(API).post('/v1.0/card/instances/createAndDeliver').reply(200, {});
    expect(await failure(messenger().createCard(CARD))).toMatchObject({ name: 'Retry' });
  });

  test('HTTP 200 that hides a card not delivered is a rejection', async () => {
    tokens();
    nock(API)
      .post('/v1.0/card/instances/createAndDeliver')
      .reply(200, { success: true, result: { deliverResults: [{ success: false, errorMsg: 'user not in org' }] } });
    expect(await failure(messenger().createCard(CARD))).toMatchObject({ name: 'Rejected', code: 'card.notDelivered' });
  });

  test('those who were not reached are named', async () => {
    tokens();
    nock(API)
      .post('/v1.0/robot/oToMessages/batchSend')
      .reply(200, { processQueryKey: 'k', invalidStaffIdList: ['u2'], flowControlledStaffIdList: ['u3'] });
    await expect(messenger().sendToPeople(['u1', 'u2', 'u3'], TEXT)).resolves.toEqual({ failed: ['u2', 'u3'] });
  });

  test('when the platform holds everybody back, it is tried again later', async () => {
    tokens();
    nock(API)
      .post('/v1.0/robot/oToMessages/batchSend')
      .reply(200, { processQueryKey: 'k', flowControlledStaffIdList: ['u1'] });
    expect(await failure(messenger().sendToPeople(['u1'], TEXT))).toMatchObject({ name: 'Retry', afterMs: 60_000 });
  });

  test('a DING that reached nobody is a rejection; one that reached some is not', async () => {
    tokens();
    const ding = nock(API).post('/v1.0/robot/ding/send').times(2);
    ding.reply(200, { failedList: { 'user.notInOrg': ['u1'] } });
    expect(await failure(messenger().ding(['u1'], 'x'))).toMatchObject({ name: 'Rejected', code: 'user.notInOrg' });
    await messenger().ding(['u1', 'u2'], 'x');
    expect(lines.join()).toContain('user.notInOrg');
  });

  test('an answer without a receipt leaves us unsure', async () => {
    tokens();
    nock(API)
      .post('/v1.0/robot/groupMessages/send')
      .reply(200, { status: 1111, wait: 5, source: 'x5', punish: 'deny' });
    expect(await failure(messenger().sendToGroup('cid', TEXT))).toBeInstanceOf(Unsure);
  });
});

describe("The platform's refusals", () => {
  const cases: [number, string, object, Partial<Retry & Rejected>][] = [
    [403, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', {}, { name: 'Retry', afterMs: 1_000 }],
    [403, 'Forbidden.AccessDenied.QpsLimitForApi', {}, { name: 'Retry', afterMs: 4_000 }],
    [403, 'Forbidden.AccessDenied.QpmLimitForAppkeyAndApi', {}, { name: 'Retry', afterMs: 60_000 }],
    [403, 'Forbidden.AccessDenied.IpNotInWhiteList', {}, { name: 'Retry', afterMs: 300_000 }],
    [403, 'Forbidden.AccessDenied.ApiCountLimitForOrg', {}, { name: 'OverQuota', afterMs: 3_600_000 }],
    [400, 'system.busy', {}, { name: 'Retry', afterMs: 5_000 }],
    [400, 'todo.taskCreate.lockError', {}, { name: 'Retry', afterMs: 5_000 }],
    [400, 'send.too.fast', {}, { name: 'Retry', afterMs: 60_000 }],
    [500, 'system.error', {}, { name: 'Retry', afterMs: 5_000 }],
    [503, 'ServiceUnavailable', {}, { name: 'Retry', afterMs: 5_000 }],
    [400, 'param.templateNotExist', {}, { name: 'Rejected', code: 'param.templateNotExist' }],
    [400, 'param.contentUnsafe', {}, { name: 'Rejected', code: 'param.contentUnsafe' }],
    [404, 'InvalidAction.NotFound', {}, { name: 'Rejected', code: 'InvalidAction.NotFound' }],
    [
      403,
      'Forbidden.AccessDenied.AccessTokenPermissionDenied',
      { accessdenieddetail: { requiredScopes: ['Card.Instance.Write'] } },
      { name: 'MissingScopes', code: 'Forbidden.AccessDenied.AccessTokenPermissionDenied' },
    ],
  ];

  test.each(cases)('%i %s', async (status, code, more, expected) => {
    tokens();
    nock(API)
      .post('/v1.0/card/instances/createAndDeliver')
      .reply(status, { code, requestid: 'REQ-1', message: '标题 路灯', ...more });
    const error = await failure(messenger().createCard(CARD));
    expect(error).toMatchObject(expected);
    // The platform's support asks for the request; its words may quote ours.
    if (error.name !== 'MissingScopes') expect(error.message).toContain('REQ-1');
    expect(error.message).not.toContain('路灯');
  });

  test('missing permission points are named, and the types are known to the flows', async () => {
    tokens();
    nock(API)
      .post('/v1.0/card/instances/createAndDeliver')
      .reply(403, {
        code: 'Forbidden.AccessDenied.AccessTokenPermissionDenied',
        accessdenieddetail: { requiredScopes: ['Card.Instance.Write'] },
      });
    const error = await failure(messenger().createCard(CARD));
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toBeInstanceOf(MissingScopes);
    expect(error.message).toContain('Card.Instance.Write');
    expect(new OverQuota(1, '')).toBeInstanceOf(Retry);
  });

  test.each([
    ['the ban in JSON', '{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}', 403, 300_000],
    ['the ban page', '<!DOCTYPE html><html><body>punish</body></html>', 403, 10_000],
    ['a gateway page', '<html>502 Bad Gateway</html>', 502, 10_000],
    ['nothing at all', '', 200, 10_000],
  ])('%s instead of an answer: silence for as long as it is likely to last', async (_, page, status, afterMs) => {
    tokens();
    nock(API).post('/v1.0/robot/oToMessages/batchSend').reply(status, page);
    expect(await failure(messenger().sendToPeople(['u1'], TEXT))).toMatchObject({ name: 'Retry', afterMs });
    expect(metered).toEqual([]);
  });

  test('wrong credentials are tried again slowly: somebody will mend them, and then the notices still go out', async () => {
    nock(API)
      .post('/v1.0/oauth2/accessToken')
      .reply(400, { code: 'invalidClientIdOrSecret', message: 'secret sec&ret+1 is wrong' });
    const error = await failure(messenger().createCard(CARD));
    expect(error).toMatchObject({ name: 'Retry', afterMs: 300_000 });
    expect(error.message).not.toContain('sec&ret');
    expect(metered).toEqual([]);
  });

  test('only what reached the API is metered: not throttling, not the quota', async () => {
    tokens();
    const card = () => nock(API).post('/v1.0/card/instances/createAndDeliver');
    card().reply(403, { code: 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi' });
    await failure(messenger().createCard(CARD));
    card().reply(403, { code: 'Forbidden.AccessDenied.ApiCountLimitForOrg' });
    await failure(messenger().createCard(CARD));
    expect(metered).toEqual([]);
    card().reply(400, { code: 'param.contentUnsafe' });
    await failure(messenger().createCard(CARD));
    expect(metered).toEqual(['card.create']);
  });
});

describe('Silence', () => {
  test('a platform that is gone before the call is not metered', async () => {
    const gone = await listen(function (this: Server, request, response) {
      request.resume();
      response.end('{"accessToken":"tok","expireIn":7200}');
      this.close();
    });
    expect(await failure(messenger({ apiBase: gone }).createCard(CARD))).toMatchObject({ name: 'Retry' });
    expect(metered).toEqual([]);
  });

  /** A platform on this machine that gives tokens and then answers nothing, or hangs up. */
  const silent = (as: 'hang' | 'reset') =>
    listen((request, response) => {
      request.resume();
      if (request.url?.endsWith('/accessToken')) response.end('{"accessToken":"tok","expireIn":7200}');
      else if (as === 'reset') request.socket.destroy();
    });

  test.each(['hang', 'reset'] as const)(
    'after asking (%s): what has no key may have happened, what has one is tried again',
    async (as) => {
      const base = await silent(as);
      const here = messenger({ apiBase: base, oapiBase: base }, { timing: { readMs: 200, fetchMs: 300 } });
      expect(await failure(here.sendToPeople(['u1'], TEXT))).toBeInstanceOf(Unsure);
      expect(await failure(here.sendToGroup('cid', TEXT))).toBeInstanceOf(Unsure);
      expect(await failure(here.ding(['u1'], 'x'))).toBeInstanceOf(Unsure);
      expect(await failure(here.reply(`${base}/robot/sendBySession`, TEXT))).toBeInstanceOf(Unsure);
      expect(await failure(here.createCard(CARD))).toBeInstanceOf(Retry);
      expect(await failure(here.todoDone('t', 'u'))).toBeInstanceOf(Retry);
      expect(metered).toEqual(['robot.send', 'group.send', 'ding', 'push.reply', 'card.create', 'todo']);
    },
    20_000,
  );

  test('before asking: nobody listens, so nothing can have happened', async () => {
    const base = await silent('hang');
    for (const end of leftovers.splice(1)) end();
    const here = messenger({ apiBase: base, oapiBase: base });
    expect(await failure(here.sendToPeople(['u1'], TEXT))).toMatchObject({ name: 'Retry', afterMs: 5_000 });
    expect(await failure(here.reply(`${base}/robot/sendBySession`, TEXT))).toMatchObject({
      name: 'Retry',
      afterMs: 5_000,
    });
    expect(metered).toEqual([]);
  });

  test('no call rides on the connection of another: one that has just been closed would leave us unsure', async () => {
    let connections = 0;
    const base = await listen(
      (_, response) => response.end('{"accessToken":"tok","expireIn":7200,"success":true}'),
      () => {
        connections += 1;
      },
    );
    const here = messenger({ apiBase: base });
    await here.updateCard('a', {});
    await here.updateCard('b', {});
    expect(connections).toBe(3);
  });

  /** Answers everything well until it is stopped; then the machine takes one or two connections for it, and no more. */
  const DEAF = `
    const answer = JSON.stringify({ accessToken: 'tok', expireIn: 7200, success: true });
    const server = require('http').createServer((_, response) => response.end(answer));
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

  test('before asking: a host that does not take connections is no reason to be unsure', async () => {
    withoutNock();
    const deaf = spawn(process.execPath, ['-e', DEAF]);
    leftovers.push(() => deaf.kill('SIGKILL'));
    const port = Number(String((await once(deaf.stdout, 'data'))[0]));
    const there = messenger({ apiBase: `http://127.0.0.1:${port}` }, { timing: { readMs: 300 } });
    await there.updateCard('so that there is a token', {});
    deaf.kill('SIGSTOP');
    const filling: Socket[] = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    leftovers.push(() => filling.map((socket) => socket.destroy()));
    await pause(100);
    const error = await failure(there.sendToPeople(['u1'], TEXT));
    expect(error).toMatchObject({ name: 'Retry' });
    expect(error.message).toContain('CONNECT_TIMEOUT');
  });
});

describe('Tokens', () => {
  test('a token that dies in a burst of 100 calls costs one new one', async () => {
    const seen = tokens(['old', 'new']);
    nock(API, withToken('old'))
      .put('/v1.0/card/instances')
      .reply(400, { code: 'InvalidAuthentication', message: '不合法的access_token' })
      .persist();
    let updated = 0;
    nock(API, withToken('new'))
      .put('/v1.0/card/instances')
      .reply(() => {
        updated += 1;
        return [200, { success: true, result: true }];
      })
      .persist();
    const here = messenger({}, { timing: { perSecond: 10_000 } });
    await Promise.all(Array.from({ length: 100 }, (_, n) => here.updateCard(`ot-${n}`, { n: String(n) })));
    expect(seen.asked).toBe(2);
    expect(updated).toBe(100);
    expect(metered).toHaveLength(100);
    nock.cleanAll();
  });

  test('a token that is refused twice is not asked for a third time', async () => {
    const seen = tokens(['old', 'new']);
    nock(API).put('/v1.0/card/instances').times(2).reply(400, { code: 'InvalidAuthentication' });
    expect(await failure(messenger().updateCard('ot', {}))).toMatchObject({ name: 'Retry', afterMs: 300_000 });
    expect(seen.asked).toBe(2);
  });

  test('the ticket of the page is kept, and not metered', async () => {
    tokens();
    nock(API, withToken()).post('/v1.0/oauth2/jsapiTickets').reply(200, { jsapiTicket: 'ticket', expireIn: 7200 });
    const here = messenger();
    expect(await Promise.all([here.jsapiTicket(), here.jsapiTicket()])).toEqual(['ticket', 'ticket']);
    expect(await here.jsapiTicket()).toBe('ticket');
    expect(metered).toEqual([]);
  });
});

describe('Everybody in the contacts', () => {
  const old = (path: string, body: object, result: object) =>
    nock(OAPI)
      .post(`/topapi/v2/${path}`, { ...body })
      .query({ access_token: 'tok' })
      .reply(200, result);
  const below = (dept_id: number, ...dept_id_list: number[]) =>
    old('department/listsubid', { dept_id }, { errcode: 0, result: { dept_id_list } });
  const page = (dept_id: number, cursor: number, ids: string[], next?: number) =>
    old(
      'user/list',
      { dept_id, cursor, size: 100 },
      {
        errcode: 0,
        result: {
          ...{ has_more: next !== undefined, ...(next !== undefined && { next_cursor: next }) },
          list: ids.map((userid) => ({
            userid,
            unionid: `un-${userid}`,
            name: `名${userid}`,
            dept_id_list: [dept_id],
          })),
        },
      },
    );

  test('department by department, page by page, each once, and not metered', async () => {
    tokens();
    below(1, 2, 3);
    page(1, 0, ['boss']);
    below(2);
    page(2, 0, ['a', 'b'], 100);
    page(2, 100, ['c']);
    below(3, 2);
    page(3, 0, ['b']);
    expect(await messenger().contacts()).toEqual(
      ['boss', 'a', 'b', 'c'].map((userId) => ({ userId, unionId: `un-${userId}`, name: `名${userId}` })),
    );
    expect(metered).toEqual([]);
    expect(nock.isDone()).toBe(true);
  });

  test('a department that was dissolved meanwhile is passed over; a cursor that stands still ends the list', async () => {
    tokens();
    below(1, 2);
    page(1, 0, ['boss'], 0);
    old('department/listsubid', { dept_id: 2 }, { errcode: 60003, errmsg: '部门不存在' });
    expect((await messenger().contacts()).map(({ userId }) => userId)).toEqual(['boss']);
  });

  test('whole or not at all: a page that fails fails all, and so does a root that the app may not see', async () => {
    tokens();
    below(1);
    old('user/list', { dept_id: 1, cursor: 0, size: 100 }, { errcode: -1, errmsg: '系统繁忙' });
    expect(await failure(messenger().contacts())).toMatchObject({ name: 'Retry' });
    old('department/listsubid', { dept_id: 1 }, { errcode: 50004, errmsg: '不在授权范围' });
    expect(await failure(messenger().contacts())).toMatchObject({ name: 'Rejected', code: '50004' });
  });
});

describe('Who opened the page', () => {
  const ask = (answer: object | string, status = 200) =>
    nock(OAPI).post('/topapi/v2/user/getuserinfo', { code: 'c' }).query({ access_token: 'tok' }).reply(status, answer);

  test.each([0, '0'])('errcode %j is success', async (errcode) => {
    tokens();
    ask({ errcode, errmsg: 'ok', result: { userid: 'u1', name: '王芳', unionid: 'x' } });
    await expect(messenger().identify('c')).resolves.toEqual({ userId: 'u1', name: '王芳' });
    expect(metered).toEqual([]);
  });

  test.each([
    [
      { errcode: 40078, errmsg: '不存在的临时授权码' },
      { name: 'Rejected', code: '40078' },
    ],
    [
      { errcode: '42003', errmsg: 'x' },
      { name: 'Rejected', code: '42003' },
    ],
    [
      { errcode: -1, errmsg: '系统繁忙' },
      { name: 'Retry', afterMs: 2_000 },
    ],
    [
      { errcode: 88, sub_code: '60011', errmsg: 'x' },
      { name: 'Rejected', code: '60011' },
    ],
    [
      { errcode: 88, sub_code: 90018, errmsg: 'x' },
      { name: 'Retry', afterMs: 2_000 },
    ],
    [
      { errcode: 60020, errmsg: 'x' },
      { name: 'Retry', afterMs: 300_000 },
    ],
    [
      { errcode: 90020, errmsg: 'x' },
      { name: 'OverQuota', afterMs: 3_600_000 },
    ],
    [
      { status: 1111, punish: 'deny' },
      { name: 'Retry', afterMs: 300_000 },
    ],
    ['<html>punish</html>', { name: 'Retry', afterMs: 10_000 }],
  ])('%j', async (answer, expected) => {
    tokens();
    ask(answer);
    expect(await failure(messenger().identify('c'))).toMatchObject(expected);
  });

  test('an old token is renewed here too', async () => {
    const seen = tokens(['old', 'tok']);
    nock(OAPI)
      .post('/topapi/v2/user/getuserinfo')
      .query({ access_token: 'old' })
      .reply(200, { errcode: 88, sub_code: '40014', errmsg: 'x' });
    ask({ errcode: 0, errmsg: 'ok', result: { userid: 'u1', name: '王芳' } });
    await expect(messenger().identify('c')).resolves.toEqual({ userId: 'u1', name: '王芳' });
    expect(seen.asked).toBe(2);
  });
});

describe('Replies', () => {
  test('go to the conversation, and count as a push', async () => {
    nock(OAPI)
      .post('/robot/sendBySession?session=s', { msgtype: 'text', text: { content: '路灯坏了' } })
      .reply(200, { errcode: '0', errmsg: 'ok' });
    await messenger().reply(WEBHOOK, TEXT);
    expect(metered).toEqual(['push.reply']);
  });

  test('with buttons', async () => {
    const buttons = [{ title: '查看', url: 'https://x/1' }];
    nock(OAPI)
      .post('/robot/sendBySession?session=s', {
        msgtype: 'actionCard',
        actionCard: { title: 't', text: 'x', singleTitle: '查看', singleURL: 'https://x/1' },
      })
      .reply(200, { errcode: 0 })
      .post(
        '/robot/sendBySession?session=s',
        (body) => body.actionCard.btns.length === 2 && body.actionCard.btns[0].actionURL === 'https://x/1',
      )
      .reply(200, { errcode: 0 });
    await messenger().reply(WEBHOOK, { type: 'actions', title: 't', text: 'x', buttons });
    await messenger().reply(WEBHOOK, { type: 'actions', title: 't', text: 'x', buttons: [...buttons, ...buttons] });
  });

  test('to a conversation that has gone are refused, though the platform says 200', async () => {
    nock(OAPI).post('/robot/sendBySession?session=s').reply(200, { errcode: 400102, errmsg: 'session.expired' });
    expect(await failure(messenger().reply(WEBHOOK, TEXT))).toMatchObject({
      name: 'Rejected',
      code: 'session.expired',
    });
  });

  test.each([
    'http://oapi.dingtalk.com/robot/send',
    'https://dingtalk.com.evil.example/robot',
    'https://evildingtalk.com/robot',
    'https://oapi.dingtalk.com:8443/robot',
    'https://user:pass@oapi.dingtalk.com/robot',
    'https://169.254.169.254/latest',
    'http://127.0.0.1:6379/',
    'https://localhost/robot',
    'file:///etc/passwd',
    'not a url',
  ])('never leave for %s', async (webhook) => {
    expect(await failure(messenger().reply(webhook, TEXT))).toMatchObject({ name: 'Rejected', code: 'webhook.host' });
  });

  test('follow no redirect', async () => {
    const asked: string[] = [];
    const base = await listen(({ url }, response) => {
      asked.push(url ?? '');
      if (url === '/hook') response.writeHead(307, { location: '/elsewhere' }).end();
      else response.end('{"errcode":0}');
    });
    await failure(messenger({ apiBase: base, oapiBase: base }).reply(`${base}/hook`, TEXT));
    expect(asked).toEqual(['/hook']);
  });
});

describe('Attachments', () => {
  const STORE = 'http://down-cdn.oss-cn-hangzhou.aliyuncs.com';
  const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(100)]);

  const link = (downloadUrl: string) =>
    nock(API, withToken())
      .post('/v1.0/robot/messageFiles/download', { downloadCode: 'mIof+/=', robotCode: 'dingclient' })
      .reply(200, { downloadUrl });

  const kinds: [string, Buffer][] = [
    ['image/jpeg', JPEG],
    ['image/png', Buffer.from('\x89PNG\r\n\x1a\nxxxx', 'latin1')],
    ['image/webp', Buffer.from('RIFFxxxxWEBPVP8 ', 'latin1')],
    ['image/heic', Buffer.from('\0\0\0\x18ftypheic\0\0', 'latin1')],
    ['video/mp4', Buffer.from('\0\0\0\x18ftypisom\0\0', 'latin1')],
    ['audio/amr', Buffer.from('#!AMR\nxxx', 'latin1')],
    ['audio/ogg', Buffer.from('OggS\0xxx', 'latin1')],
    ['application/octet-stream', Buffer.from('<script>')],
  ];

  test.each(kinds)('%s is known by its first bytes', async (mime, bytes) => {
    tokens();
    link(`${STORE}/a.file?Expires=1`);
    nock(STORE).get('/a.file?Expires=1').reply(200, bytes, { 'content-type': 'text/html' });
    const got = await messenger().download('mIof+/=');
    expect(got.mime).toBe(mime);
    expect(got.bytes.equals(bytes)).toBe(true);
    expect(metered).toEqual(['download']);
  });

  test('a code that has expired is a rejection; a link that has, is asked for again', async () => {
    tokens();
    nock(API).post('/v1.0/robot/messageFiles/download').reply(400, { code: 'invalidParameter.robotCode.downloadCode' });
    expect(await failure(messenger().download('old'))).toMatchObject({
      name: 'Rejected',
      code: 'invalidParameter.robotCode.downloadCode',
    });
    link(`${STORE}/a.file`);
    nock(STORE).get('/a.file').reply(403, '<Error>Expired</Error>');
    expect(await failure(messenger().download('mIof+/='))).toBeInstanceOf(Retry);
  });

  test('nothing larger than 20 MB, and nothing empty', async () => {
    tokens();
    link(`${STORE}/big`);
    nock(STORE)
      .get('/big')
      .reply(200, Buffer.alloc(20 * 1024 * 1024 + 1));
    expect(await failure(messenger().download('mIof+/='))).toMatchObject({ name: 'Rejected', code: 'download.size' });
    link(`${STORE}/none`);
    nock(STORE).get('/none').reply(200, '');
    expect(await failure(messenger().download('mIof+/='))).toMatchObject({ name: 'Rejected', code: 'download.empty' });
  });

  test.each([
    'http://evil.example/a',
    'http://127.0.0.1:9/a',
    'https://localhost/a',
    'file:///etc/passwd',
    'http://aliyuncs.com.evil.example/a',
  ])('nothing from %s', async (url) => {
    tokens();
    link(url);
    expect(await failure(messenger().download('mIof+/='))).toMatchObject({ name: 'Rejected', code: 'download.host' });
  });
});

test('no error and no log line carries a secret, a token or what people wrote', async () => {
  tokens();
  nock(API)
    .post('/v1.0/robot/oToMessages/batchSend')
    .reply(500, { code: 'system.error', message: '路灯坏了 tok sec&ret+1' });
  const ours = messenger();
  const errors = [await failure(ours.sendToPeople(['u1'], TEXT))];
  // nock's `replyWithError` comes now and then on a socket that the SDK has let go of already.
  const sending = jest.spyOn(https, 'request').mockImplementation(() => {
    throw Object.assign(new Error('tok 路灯坏了'), { code: 'ECONNRESET' });
  });
  leftovers.push(() => sending.mockRestore());
  errors.push(await failure(ours.sendToGroup('c', TEXT)));
  const asking = jest.spyOn(globalThis, 'fetch').mockRejectedValue(new Error(`${OAPI}?access_token=tok`));
  leftovers.push(() => asking.mockRestore());
  errors.push(await failure(ours.identify('c')));
  expect([sending, asking].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  const all = errors.map(({ message }) => message).join() + lines.join();
  for (const secret of ['sec&ret', 'tok', '路灯']) expect(all).not.toContain(secret);
});
