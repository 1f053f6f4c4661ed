import { closeAll, DELIVER, GROUP, get, newCard, open, post, sdk, tokenOf } from './rig';

afterEach(closeAll);

const SEND = '/v1.0/robot/oToMessages/batchSend';
const text = { msgKey: 'sampleText', msgParam: '{"content":"你好"}' };

describe('tokens', () => {
  it('are the same while they live, and good on both hosts', async () => {
    const sandbox = await open();
    const token = await tokenOf(sandbox);
    const { clientId, clientSecret, corpId } = sandbox;
    const old = await get(sandbox, `/gettoken?appkey=${clientId}&appsecret=${clientSecret}`);
    const newest = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' };
    expect(old).toMatchObject({ errcode: 0, access_token: token, expires_in: 7200 });
    expect((await post(sandbox, `/v1.0/oauth2/${corpId}/token`, newest)).body).toEqual({
      access_token: token,
      expires_in: 7200,
    });
    sandbox.advance(7_201_000);
    expect(await tokenOf(sandbox)).not.toBe(token);
  });

  it('are refused in the words of each host', async () => {
    const sandbox = await open();
    const wrong = await post(sandbox, '/v1.0/oauth2/accessToken', { appKey: sandbox.clientId, appSecret: 'x' });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'invalidClientIdOrSecret']);
    const none = await post(sandbox, SEND, { robotCode: sandbox.robotCode, userIds: ['u1'], ...text });
    expect([none.status, none.body.code]).toEqual([400, 'InvalidAuthentication']);
    expect(none.body).toMatchObject({ requestid: expect.any(String), message: expect.any(String) });
    const old = await post(sandbox, '/topapi/v2/user/get?access_token=x', { userid: 'u1' });
    expect([old.status, old.body.errcode]).toEqual([200, 40014]);
  });

  it('are blanked in the record of calls', async () => {
    const sandbox = await open();
    const token = await tokenOf(sandbox);
    await post(sandbox, `/topapi/v2/user/get?access_token=${token}`, { userid: 'u1' });
    const record = JSON.stringify(sandbox.calls());
    expect(sandbox.calls()).toHaveLength(2);
    expect(record).not.toContain(sandbox.clientSecret);
    expect(record).not.toContain(token);
  });
});

describe('the robot', () => {
  it('sends to twenty people and names those it does not know', async () => {
    const sandbox = await open();
    const { send } = await sdk(sandbox);
    const { body } = await send({ robotCode: sandbox.robotCode, userIds: ['u1', 'u2', 'ghost'], ...text });
    expect(body).toMatchObject({ invalidStaffIdList: ['ghost'], flowControlledStaffIdList: [] });
    expect(sandbox.messages('u1')).toMatchObject([{ from: 'robot', body: { type: 'text', text: '你好' } }]);
    const tooMany = Array.from({ length: 21 }, (_, i) => `u${i}`);
    await expect(send({ robotCode: sandbox.robotCode, userIds: tooMany, ...text })).rejects.toMatchObject({
      code: 'invalidParameter.userIds.overMax',
      statusCode: 400,
    });
  });

  it('checks its own code and the template of the message', async () => {
    const sandbox = await open();
    const token = await tokenOf(sandbox);
    const code = async (body: object) =>
      (await post(sandbox, SEND, { userIds: ['u1'], ...text, ...body }, token)).body.code;
    expect(await code({ robotCode: 'other' })).toBe('invalidParameter.robotCode.auth');
    expect(await code({})).toBe('invalidParameter.robotCode.empty');
    const { robotCode } = sandbox;
    expect(await code({ robotCode, msgKey: 'sampleNothing' })).toBe('invalidParameter.msgParam.invalid');
    expect(await code({ robotCode, msgParam: '{"title":"x"}' })).toBe('invalidParameter.msgParam.invalid');
    expect(await code({ robotCode, msgParam: JSON.stringify({ content: 'x'.repeat(15_001) }) })).toBe(
      'invalidParameter.msgParam.tooLong',
    );
    expect(await code({ robotCode })).toBeUndefined();
  });

  it('speaks in its groups only', async () => {
    const sandbox = await open();
    const token = await tokenOf(sandbox);
    const send = async (openConversationId: string | undefined) =>
      (
        await post(
          sandbox,
          '/v1.0/robot/groupMessages/send',
          { robotCode: sandbox.robotCode, openConversationId, ...text },
          token,
        )
      ).body.code;
    expect(await send(GROUP)).toBeUndefined();
    expect(await send('cidOther')).toBe('invalid.openConversationId');
    expect(await send(undefined)).toBe('miss.openConversationId');
    expect(sandbox.messages('u1', GROUP)).toHaveLength(1);
  });

  it('sends DING in the app, and names the SMS that nobody paid for', async () => {
    const sandbox = await open();
    const { ding } = await sdk(sandbox);
    const body = { robotCode: sandbox.robotCode, content: '逾期提醒', receiverUserIdList: ['u1', 'ghost'] };
    expect((await ding({ ...body, remindType: 1 })).body?.openDingId).toBeTruthy();
    expect(sandbox.dings()).toMatchObject([{ userId: 'u1', text: '逾期提醒', read: false }]);
    await expect(ding({ ...body, remindType: 2 })).rejects.toMatchObject({ code: 'ding.serverquota.insufficient' });
  });
});

describe('to-dos', () => {
  const todo = {
    sourceId: 'evt-1',
    subject: '处理路灯',
    executorIds: ['union2iE'],
    dueTime: 1_800_000_000_000,
    detailUrl: { appUrl: 'http://x/m' },
  };

  it('are made once per sourceId and ticked by the server', async () => {
    const sandbox = await open();
    const { addTodo, markTodo } = await sdk(sandbox);
    const id = (await addTodo('union1iE', todo)).body?.id ?? '';
    expect(sandbox.todos('u2')).toMatchObject([
      { subject: '处理路灯', done: false, dueAt: todo.dueTime, url: 'http://x/m' },
    ]);
    await expect(addTodo('union1iE', todo)).rejects.toMatchObject({
      code: 'todo.taskCreate.paramError',
      message: expect.stringContaining('task exist'),
    });
    await markTodo('union1iE', id, 'union2iE');
    expect(sandbox.todos('u2')).toMatchObject([{ done: true }]);
    const token = await tokenOf(sandbox);
    await post(sandbox, `/v1.0/todo/users/union1iE/tasks/${id}`, undefined, token, 'DELETE');
    expect(sandbox.todos()).toEqual([]);
  });

  it('must say where they open', async () => {
    const sandbox = await open();
    const { addTodo } = await sdk(sandbox);
    await expect(addTodo('union1iE', { ...todo, detailUrl: undefined })).rejects.toMatchObject({
      code: 'todo.taskCreate.paramError',
    });
  });
});

describe('the old API', () => {
  it('tells contacts page by page, and hides phones it was not given', async () => {
    const sandbox = await open();
    const token = await tokenOf(sandbox);
    const ask = async (path: string, body: object) => (await post(sandbox, `${path}?access_token=${token}`, body)).body;
    expect(await ask('/topapi/v2/department/listsub', { dept_id: 1 })).toMatchObject({
      errcode: 0,
      result: [{ dept_id: 20, parent_id: 1, name: '红光街道' }],
    });
    const first = await ask('/topapi/v2/user/list', { dept_id: 21, cursor: 0, size: 1 });
    expect(first.result).toMatchObject({
      has_more: true,
      next_cursor: 1,
      list: [{ userid: 'u2', unionid: 'union2iE', mobile: '13800000001' }],
    });
    const second = (await ask('/topapi/v2/user/list', { dept_id: 21, cursor: 1, size: 1 })).result as {
      list: object[];
    };
    expect(second).toMatchObject({ has_more: false, list: [{ userid: 'u3' }] });
    expect(second.list[0]).not.toHaveProperty('mobile');
    expect(await ask('/topapi/v2/user/list', { dept_id: 99, cursor: 0, size: 1 })).toMatchObject({ errcode: 60003 });
    expect(await ask('/topapi/v2/user/list', { dept_id: 21, cursor: 0, size: 101 })).toMatchObject({ errcode: 40069 });
    expect(await ask('/topapi/v2/user/get', { userid: 'ghost' })).toMatchObject({ errcode: 60121 });
    expect(sandbox.meter().calls).toBe(0);
  });

  it('knows who logged in, once and for five minutes', async () => {
    const sandbox = await open();
    const path = `/topapi/v2/user/getuserinfo?access_token=${await tokenOf(sandbox)}`;
    const ask = async (code: string) => (await post(sandbox, path, { code })).body;
    const code = sandbox.loginCode('u1');
    expect(await ask(code)).toMatchObject({ errcode: 0, result: { userid: 'u1', unionid: 'union1iE', name: '王芳' } });
    expect(await ask(code)).toMatchObject({ errcode: 40078 });
    const late = sandbox.loginCode('u1');
    sandbox.advance(301_000);
    const path2 = `/topapi/v2/user/getuserinfo?access_token=${await tokenOf(sandbox)}`;
    expect((await post(sandbox, path2, { code: late })).body).toMatchObject({ errcode: 40078 });
  });

  it('takes media as a form', async () => {
    const sandbox = await open();
    const form = new FormData();
    form.append('media', new Blob([Buffer.alloc(100)], { type: 'image/png' }), 'photo.png');
    const path = `${sandbox.url}/media/upload?type=image&access_token=${await tokenOf(sandbox)}`;
    const answer = await (await fetch(path, { method: 'POST', body: form })).json();
    expect(answer).toMatchObject({ errcode: 0, type: 'image', media_id: expect.stringMatching(/^@l/) });
    const empty = await (await fetch(path, { method: 'POST', body: new FormData() })).json();
    expect(empty).toMatchObject({ errcode: 41005 });
  });

  it('swallows the same work notice twice a day and admits it only when asked', async () => {
    const sandbox = await open();
    const token = await tokenOf(sandbox);
    const notice = {
      agent_id: sandbox.agentId,
      userid_list: 'u1',
      msg: { msgtype: 'text', text: { content: '请处理' } },
    };
    const path = '/topapi/message/corpconversation';
    const send = async () => (await post(sandbox, `${path}/asyncsend_v2?access_token=${token}`, notice)).body;
    const result = async (task_id: unknown) =>
      (await post(sandbox, `${path}/getsendresult?access_token=${token}`, { task_id })).body.send_result;
    const [first, second] = [await send(), await send()];
    expect([first.errcode, second.errcode]).toEqual([0, 0]);
    expect(await result(first.task_id)).toMatchObject({ forbidden_user_id_list: [], unread_user_id_list: ['u1'] });
    expect(await result(second.task_id)).toMatchObject({ forbidden_user_id_list: ['u1'], unread_user_id_list: [] });
  });

  it('says so when an API does not exist', async () => {
    const sandbox = await open();
    expect((await post(sandbox, '/v1.0/nothing', {})).body.code).toBe('InvalidAction.NotFound');
    expect((await post(sandbox, '/topapi/nothing', {})).body.errcode).toBe(404);
  });
});

it('describes a card to a real tenant’s eyes: unknown variables are noted, not refused', async () => {
  const sandbox = await open();
  const card = newCard('n', 'u2', { cardData: { cardParamMap: { titel: 'x', title: '汉'.repeat(400) } } });
  const { status } = await post(sandbox, DELIVER, card, await tokenOf(sandbox));
  expect(status).toBe(200);
  expect(sandbox.calls().at(-1)?.warnings).toEqual([
    'the template has no variable titel',
    'the value of title is longer than 1 KB',
  ]);
});
