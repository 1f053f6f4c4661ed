import type { Sandbox } from '../../sandbox/server';
import {
  CARD,
  closeAll,
  DELIVER,
  FAIR,
  GROUP,
  type Heard,
  type Listener,
  listen,
  newCard,
  open,
  post,
  rest,
  sdk,
  tokenOf,
  until,
} from './rig';

beforeAll(() => {
  jest.spyOn(console, 'info').mockImplementation();
});
afterEach(closeAll);

const seen = (sandbox: Sandbox, userId: string) => sandbox.cardsOf(userId)[0]?.params;
const group = (outTrackId: string) =>
  newCard(outTrackId, 'u2', {
    openSpaceId: `dtv1.card//IM_GROUP.${GROUP}`,
    imGroupOpenSpaceModel: { supportForward: false },
    imGroupOpenDeliverModel: { robotCode: 'dingsandbox0000000001' },
  });

/** Answers clicks with what it is given. */
const answering =
  (response: object) =>
  (client: Listener, { headers }: Heard) =>
    client.socketCallBackResponse(headers.messageId, response as never);

describe('creating and updating', () => {
  it('takes the official SDK’s call and shows the card in the person’s own chat', async () => {
    const sandbox = await open();
    const { createCard } = await sdk(sandbox);
    const { body } = await createCard(newCard('evt:1:u2'));
    expect(body?.result?.deliverResults?.[0]).toMatchObject({ success: true, spaceType: 'IM_ROBOT', spaceId: 'u2' });
    expect(seen(sandbox, 'u2')).toEqual({ title: '路灯不亮', status: '待签收', canAct: 'true' });
    expect(sandbox.cardsOf('u1')).toEqual([]);
  });

  it('refuses what the platform refuses', async () => {
    const sandbox = await open();
    const token = await tokenOf(sandbox);
    const code = async (card: object) => (await post(sandbox, DELIVER, card, token)).body.code;
    expect(await code(newCard('a'))).toBeUndefined();
    expect(await code(newCard('a'))).toBe('param.cardAlreadyExist');
    expect(await code(newCard('b', 'u2', { cardTemplateId: 'no.schema' }))).toBe('param.templateNotExist');
    expect(await code(newCard('c', 'u2', { cardData: { cardParamMap: { title: 1 } } }))).toBe('param.error');
    expect(await code(newCard('d', 'u2', { openSpaceId: 'IM_ROBOT.u2' }))).toBe('param.error');
    expect(await code(newCard('e', 'u2', { imRobotOpenSpaceModel: undefined }))).toBe('param.error');
    expect(await code({ ...group('f'), imGroupOpenDeliverModel: { robotCode: 'another' } })).toBe('param.error');
    const put = await post(
      sandbox,
      '/v1.0/card/instances',
      { outTrackId: 'z', cardData: { cardParamMap: {} } },
      token,
      'PUT',
    );
    expect(put.body.code).toBe('param.cardNotExist');
  });

  it('hides a failed delivery inside a success', async () => {
    const sandbox = await open();
    const { body } = await post(sandbox, DELIVER, newCard('x', 'nobody'), await tokenOf(sandbox));
    expect(body).toMatchObject({
      success: true,
      result: { deliverResults: [{ success: false, errorMsg: '用户不存在' }] },
    });
  });

  it('changes the names given with ByKey, and replaces everything without', async () => {
    const sandbox = await open();
    const { createCard, updateCard } = await sdk(sandbox);
    await createCard(newCard('k'));
    const cardData = { cardParamMap: { status: '办理中' } };
    await updateCard({ outTrackId: 'k', cardData, cardUpdateOptions: { updateCardDataByKey: true } });
    expect(seen(sandbox, 'u2')).toEqual({ title: '路灯不亮', status: '办理中', canAct: 'true' });
    await updateCard({ outTrackId: 'k', cardData });
    expect(seen(sandbox, 'u2')).toEqual({ status: '办理中', canAct: 'true' });
  });

  it('ignores private values of variables that are not private in the template', async () => {
    const sandbox = await open();
    const privateData = { u2: { cardParamMap: { status: '只给你看', canAct: 'false' } } };
    await post(sandbox, DELIVER, newCard('p', 'u2', { privateData }), await tokenOf(sandbox));
    expect(seen(sandbox, 'u2')).toMatchObject({ status: '待签收', canAct: 'false' });
  });
});

describe('clicks', () => {
  it('arrive with the clicker, the action and the form as the platform writes them', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    const fields = [
      {
        name: 'to',
        label: '转给',
        type: 'SELECT',
        options: [
          { value: 'a', text: '甲' },
          { value: 'b', text: '乙' },
        ],
      },
      { name: 'until', label: '到', type: 'DATETIME' },
      { name: 'note', label: '说明', type: 'TEXT' },
    ];
    const cardParamMap = { form: JSON.stringify({ fields }) };
    await post(sandbox, DELIVER, newCard('f', 'u2', { cardData: { cardParamMap } }), await tokenOf(sandbox));
    const form = { to: 'b', until: '2026-11-24T09:30', note: '请快' };
    expect(
      await sandbox.tap({ userId: 'u2', outTrackId: 'f', action: 'transfer', params: { matter: '06010' }, form }),
    ).toEqual({ ok: true });
    const { parsed } = heard[0]!;
    expect(parsed).toMatchObject({ type: 'actionCallback', outTrackId: 'f', userId: 'u2', corpId: sandbox.corpId });
    expect(JSON.parse(String(parsed.content))).toEqual({
      cardPrivateData: {
        actionIds: ['transfer'],
        params: {
          action: 'transfer',
          matter: '06010',
          form: { to: { index: 1, value: 'b' }, until: '2026-11-24 09:30', note: '请快' },
        },
      },
    });
  });

  it('show their answer to the clicker only, until an update overtakes it for everyone', async () => {
    const sandbox = await open();
    const byKey = { updateCardDataByKey: true, updatePrivateDataByKey: true };
    await listen(
      sandbox,
      answering({
        cardUpdateOptions: byKey,
        cardData: { cardParamMap: { status: '已签收' } },
        userPrivateData: { cardParamMap: { canAct: 'false' } },
      }),
    );
    const token = await tokenOf(sandbox);
    await post(sandbox, DELIVER, group('g'), token);
    const view = async (userId: string) => {
      const path = `/sandbox/api/messages?${new URLSearchParams({ userId, conversationId: GROUP })}`;
      return (await post(sandbox, path, undefined, undefined, 'GET')).body.cards as Record<string, { params: object }>;
    };
    expect(await sandbox.tap({ userId: 'u2', outTrackId: 'g', action: 'ack' })).toEqual({ ok: true });
    expect((await view('u2')).g?.params).toEqual({ title: '路灯不亮', status: '已签收', canAct: 'false' });
    expect((await view('u1')).g?.params).toEqual({ title: '路灯不亮', status: '待签收' });
    const cardData = { cardParamMap: { status: '办理中' } };
    await post(sandbox, '/v1.0/card/instances', { outTrackId: 'g', cardData, cardUpdateOptions: byKey }, token, 'PUT');
    expect((await view('u2')).g?.params).toMatchObject({ status: '办理中', canAct: 'false' });
    expect((await view('u1')).g?.params).toMatchObject({ status: '办理中' });
  });

  it('fail in the clicker’s eyes when the answer is late, wrong or missing', async () => {
    const sandbox = await open(FAIR);
    const token = await tokenOf(sandbox);
    await post(sandbox, DELIVER, newCard('t'), token);
    const tap = () => sandbox.tap({ userId: 'u2', outTrackId: 't', action: 'ack' });
    expect(await tap()).toMatchObject({ ok: false, message: expect.stringContaining('没有连接') });
    const late = await listen(sandbox, (client, { headers }) => {
      setTimeout(() => client.socketCallBackResponse(headers.messageId, null), 1_300);
    });
    expect(await tap()).toMatchObject({ ok: false, message: expect.stringContaining('超时') });
    late.client.disconnect();
    await until(() => sandbox.connections() === 0);
    await listen(sandbox, answering({ cardData: { cardParamMap: { status: 3 } } }));
    expect(await tap()).toMatchObject({ ok: false, message: expect.stringContaining('格式') });
    expect(seen(sandbox, 'u2')).toMatchObject({ status: '待签收' });
  });

  it('do not reach the app from a card without callbackType STREAM, nor from people who cannot see it', async () => {
    const sandbox = await open();
    const { heard } = await listen(sandbox);
    const token = await tokenOf(sandbox);
    await post(sandbox, DELIVER, newCard('h', 'u2', { callbackType: 'HTTP' }), token);
    await post(sandbox, DELIVER, newCard('i'), token);
    expect(await sandbox.tap({ userId: 'u2', outTrackId: 'h', action: 'ack' })).toMatchObject({ ok: false });
    expect(await sandbox.tap({ userId: 'u1', outTrackId: 'i', action: 'ack' })).toMatchObject({ ok: false });
    expect(await sandbox.tap({ userId: 'u2', outTrackId: 'i', action: 'ack' })).toMatchObject({ ok: true });
    expect(heard.map(({ headers, parsed }) => [headers.topic, parsed.outTrackId])).toEqual([[CARD, 'i']]);
  });

  it('flag an update that is sent before the answer, and only that one', async () => {
    const sandbox = await open();
    const token = await tokenOf(sandbox);
    const body = {
      outTrackId: 'w',
      cardData: { cardParamMap: { status: '办理中' } },
      cardUpdateOptions: { updateCardDataByKey: true },
    };
    const put = () => post(sandbox, '/v1.0/card/instances', body, token, 'PUT');
    await post(sandbox, DELIVER, newCard('w'), token);
    await listen(sandbox, (client, { headers }) => {
      void put().then(() => client.socketCallBackResponse(headers.messageId, null));
    });
    await sandbox.tap({ userId: 'u2', outTrackId: 'w', action: 'ack' });
    await put();
    await rest(10);
    const flagged = sandbox
      .calls()
      .filter(({ method }) => method === 'PUT')
      .map(({ warnings }) => warnings.length);
    expect(flagged).toEqual([1, 0]);
  });
});
