import Card, * as $Card from '@alicloud/dingtalk/dist/card_1_0/client';
import Oauth, * as $Oauth from '@alicloud/dingtalk/dist/oauth2_1_0/client';
import Robot, * as $Robot from '@alicloud/dingtalk/dist/robot_1_0/client';
import Todo, * as $Todo from '@alicloud/dingtalk/dist/todo_1_0/client';
import { Config } from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import { DWClient, type DWClientDownStream } from 'dingtalk-stream';
import { type Sandbox, startSandbox } from '../../sandbox/server';
import type { CardTemplate, SandboxOptions } from '../../sandbox/types';

export const ROBOT = '/v1.0/im/bot/messages/get';
export const CARD = '/v1.0/card/instances/callback';
export const GROUP = 'cidGroupOfHongguang+/==';
export const TEMPLATE = 'test-task.schema';

const template: CardTemplate = {
  name: 'task',
  title: '任务',
  variables: [
    { name: 'title', type: 'string', about: 'headline' },
    { name: 'status', type: 'string', about: 'state' },
    { name: 'canAct', type: 'boolean', private: true, about: 'may this person act' },
    { name: 'form', type: 'form', about: 'what is asked' },
  ],
  layout: [{ block: 'header', title: '任务' }],
};

/** Redelivery as on the platform, in a hurry; an answer, though, may take as long as a busy machine needs. */
const HURRY = { ackMs: 30_000, cardMs: 30_000, redeliverMs: [80, 120], pingMs: 60, disconnectGraceMs: 120 };
/** For those who stay silent: so soon is an answer late. */
export const STRICT = { timing: { ...HURRY, ackMs: 120, cardMs: 150 } };
/** For those who are late once, and then in time. */
export const FAIR = { timing: { ...HURRY, ackMs: 1_000, cardMs: 1_000 } };

export const people = ['王芳', '李强', '赵敏'].map((name, i) => ({
  userId: `u${i + 1}`,
  unionId: `union${i + 1}iE`,
  name,
  title: i === 0 ? '网格员 · 红光社区第三网格' : '经办 · 红光社区',
  deptId: i === 0 ? 20 : 21,
  ...(i === 2 ? {} : { mobile: `1380000000${i}` }),
}));

const running: Sandbox[] = [];
const clients: DWClient[] = [];

export async function open(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    port: 0,
    people,
    depts: [
      { deptId: 1, name: '郫都区', parentId: null },
      { deptId: 20, name: '红光街道', parentId: 1 },
      { deptId: 21, name: '红光社区', parentId: 20 },
    ],
    groups: [{ conversationId: GROUP, title: '红光社区网格群', memberIds: ['u1', 'u2'] }],
    templates: { [TEMPLATE]: template },
    timing: HURRY,
    ...options,
  });
  running.push(sandbox);
  return sandbox;
}

export async function closeAll(): Promise<void> {
  for (const client of clients.splice(0)) client.disconnect();
  for (const sandbox of running.splice(0)) await sandbox.close();
}

/** The official Stream SDK, unmodified but for its base URL (reference §13.1, way A). */
export class Listener extends DWClient {
  constructor(
    private readonly sandbox: Sandbox,
    secret = sandbox.clientSecret,
  ) {
    super({
      clientId: sandbox.clientId,
      clientSecret: secret,
      keepAlive: false,
      subscriptions: [{ type: 'EVENT', topic: '*' }],
    } as ConstructorParameters<typeof DWClient>[0]);
    Object.assign(this.config, { autoReconnect: false });
    clients.push(this);
  }

  override async getEndpoint() {
    const { clientId, clientSecret, subscriptions } = this.config;
    const answer = await post(this.sandbox, '/v1.0/gateway/connections/open', {
      clientId,
      clientSecret,
      subscriptions,
    });
    if (answer.status !== 200) throw new Error(String(answer.body.code));
    return Object.assign(this, { dw_url: `${answer.body.endpoint}?ticket=${answer.body.ticket}` });
  }
}

export type Heard = DWClientDownStream & { parsed: Record<string, unknown> };

/** Connects and collects frames; `onFrame` answers them (default: at once, like a good client). */
export async function listen(
  sandbox: Sandbox,
  onFrame: (client: Listener, frame: Heard) => void = (client, frame) =>
    client.socketCallBackResponse(frame.headers.messageId, null),
): Promise<{ client: Listener; heard: Heard[] }> {
  const client = new Listener(sandbox);
  const heard: Heard[] = [];
  for (const topic of [ROBOT, CARD]) {
    client.registerCallbackListener(topic, (frame) => {
      const parsed = { ...frame, parsed: JSON.parse(frame.data) };
      heard.push(parsed);
      onFrame(client, parsed);
    });
  }
  await client.connect();
  await until(() => client.registered);
  return { client, heard };
}

/** Waits for something that others do; fails loudly. */
export async function until(true_: () => boolean, withinMs = 30_000): Promise<void> {
  for (const end = Date.now() + withinMs; !true_(); ) {
    if (Date.now() > end) throw new Error(`still not so: ${true_.toString()}`);
    await rest(5);
  }
}

export const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface Answer {
  status: number;
  // What the platform sends is looked at field by field in the tests.
  body: Record<string, unknown>;
}

export async function post(
  sandbox: Sandbox,
  path: string,
  body?: unknown,
  token?: string,
  method = 'POST',
): Promise<Answer> {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { 'x-acs-dingtalk-access-token': token } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
}

export async function get<T = Record<string, unknown>>(sandbox: Sandbox, path: string): Promise<T> {
  return (await fetch(sandbox.url + path)).json() as Promise<T>;
}

export async function tokenOf(sandbox: Sandbox): Promise<string> {
  const { clientId, clientSecret } = sandbox;
  const { body } = await post(sandbox, '/v1.0/oauth2/accessToken', { appKey: clientId, appSecret: clientSecret });
  return String(body.accessToken);
}

/** The official OpenAPI SDK, pointed here: each call as the product makes it. */
export async function sdk(sandbox: Sandbox) {
  const config = new Config({ protocol: 'http', endpoint: new URL(sandbox.apiBase).host, regionId: 'central' });
  const oauth = new Oauth(config);
  const [robot, card, todo] = [new Robot(config), new Card(config), new Todo(config)];
  const { clientId: appKey, clientSecret: appSecret } = sandbox;
  const token = (await oauth.getAccessToken(new $Oauth.GetAccessTokenRequest({ appKey, appSecret }))).body?.accessToken;
  const head = { xAcsDingtalkAccessToken: token };
  const runtime = new RuntimeOptions({});
  type Given = Record<string, unknown>;
  return {
    send: (body: Given) =>
      robot.batchSendOTOWithOptions(
        new $Robot.BatchSendOTORequest(body),
        new $Robot.BatchSendOTOHeaders(head),
        runtime,
      ),
    ding: (body: Given) =>
      robot.robotSendDingWithOptions(
        new $Robot.RobotSendDingRequest(body),
        new $Robot.RobotSendDingHeaders(head),
        runtime,
      ),
    download: (downloadCode: string) =>
      robot.robotMessageFileDownloadWithOptions(
        new $Robot.RobotMessageFileDownloadRequest({ downloadCode, robotCode: sandbox.robotCode }),
        new $Robot.RobotMessageFileDownloadHeaders(head),
        runtime,
      ),
    createCard: (body: Given) =>
      card.createAndDeliverWithOptions(
        new $Card.CreateAndDeliverRequest(body),
        new $Card.CreateAndDeliverHeaders(head),
        runtime,
      ),
    updateCard: (body: Given) =>
      card.updateCardWithOptions(new $Card.UpdateCardRequest(body), new $Card.UpdateCardHeaders(head), runtime),
    addTodo: (unionId: string, body: Given) =>
      todo.createTodoTaskWithOptions(
        unionId,
        new $Todo.CreateTodoTaskRequest(body),
        new $Todo.CreateTodoTaskHeaders(head),
        runtime,
      ),
    markTodo: (unionId: string, taskId: string, id: string) =>
      todo.updateTodoTaskExecutorStatusWithOptions(
        unionId,
        taskId,
        new $Todo.UpdateTodoTaskExecutorStatusRequest({ executorStatusList: [{ id, isDone: true }] }),
        new $Todo.UpdateTodoTaskExecutorStatusHeaders(head),
        runtime,
      ),
  };
}

export const newCard = (outTrackId: string, userId = 'u2', more: Record<string, unknown> = {}) => ({
  cardTemplateId: TEMPLATE,
  outTrackId,
  callbackType: 'STREAM',
  cardData: { cardParamMap: { title: '路灯不亮', status: '待签收' } },
  privateData: { [userId]: { cardParamMap: { canAct: 'true' } } },
  openSpaceId: `dtv1.card//IM_ROBOT.${userId}`,
  imRobotOpenSpaceModel: { supportForward: false },
  imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT' },
  userIdType: 1,
  ...more,
});

export const DELIVER = '/v1.0/card/instances/createAndDeliver';
