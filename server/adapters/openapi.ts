import Cards, * as cards from '@alicloud/dingtalk/dist/card_1_0/client';
import OAuth, * as oauth from '@alicloud/dingtalk/dist/oauth2_1_0/client';
import Robots, * as robots from '@alicloud/dingtalk/dist/robot_1_0/client';
import Todos, * as todos from '@alicloud/dingtalk/dist/todo_1_0/client';
import { Config } from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import type { DingTalkConfig } from '../config';
import { Rejected } from '../ports';

/**
 * The official OpenAPI client, one function per call, one attempt each, errors as the SDK throws them (verdict.ts reads them).
 * Only this file knows the SDK: by its `dist` paths, since the public ones load all 115 modules.
 */
export type OpenApi = ReturnType<typeof openApi>;

/** What the platform is asked to send, in its own two words (reference §4.3). */
export interface RobotMessage {
  msgKey: string;
  msgParam: string;
}

/** `readMs`: how long an answer may take. */
export function openApi({ apiBase, robotCode, clientId, clientSecret }: DingTalkConfig, readMs: number) {
  const { protocol, host } = new URL(apiBase);
  // Without `protocol` the SDK sends secrets in clear text.
  const config = new Config({ protocol: protocol.replace(':', ''), endpoint: host, regionId: 'central' });
  const [auth, card, robot, todo] = [new OAuth(config), new Cards(config), new Robots(config), new Todos(config)];
  // The SDK's "connect" limit also counts silence while it waits for an answer: shorter than the other, it would call
  // everything that hangs "never connected".
  const runtime = new RuntimeOptions({ readTimeout: readMs, connectTimeout: readMs + 1_000 });

  return {
    async token() {
      const request = new oauth.GetAccessTokenRequest({ appKey: clientId, appSecret: clientSecret });
      const { body } = await auth.getAccessTokenWithOptions(request, { ...ALONE }, runtime);
      return secretOf(body?.accessToken, body?.expireIn);
    },

    async ticket(token: string) {
      const headers = new oauth.CreateJsapiTicketHeaders(head(token));
      const { body } = await auth.createJsapiTicketWithOptions(headers, runtime);
      return secretOf(body?.jsapiTicket, body?.expireIn);
    },

    async createCard(token: string, request: Fields<cards.CreateAndDeliverRequest>) {
      const headers = new cards.CreateAndDeliverHeaders(head(token));
      return (await card.createAndDeliverWithOptions(new cards.CreateAndDeliverRequest(request), headers, runtime))
        .body;
    },

    async updateCard(token: string, request: Fields<cards.UpdateCardRequest>) {
      const headers = new cards.UpdateCardHeaders(head(token));
      return (await card.updateCardWithOptions(new cards.UpdateCardRequest(request), headers, runtime)).body;
    },

    async sendToPeople(token: string, userIds: string[], message: RobotMessage) {
      const request = new robots.BatchSendOTORequest({ robotCode, userIds, ...message });
      const headers = new robots.BatchSendOTOHeaders(head(token));
      return (await robot.batchSendOTOWithOptions(request, headers, runtime)).body;
    },

    async sendToGroup(token: string, openConversationId: string, message: RobotMessage) {
      const request = new robots.OrgGroupSendRequest({ robotCode, openConversationId, ...message });
      const headers = new robots.OrgGroupSendHeaders(head(token));
      return (await robot.orgGroupSendWithOptions(request, headers, runtime)).body;
    },

    async ding(token: string, userIds: string[], content: string) {
      const request = new robots.RobotSendDingRequest({
        robotCode,
        remindType: 1,
        receiverUserIdList: userIds,
        content,
      });
      const headers = new robots.RobotSendDingHeaders(head(token));
      return (await robot.robotSendDingWithOptions(request, headers, runtime)).body;
    },

    async fileLink(token: string, downloadCode: string) {
      const request = new robots.RobotMessageFileDownloadRequest({ downloadCode, robotCode });
      const headers = new robots.RobotMessageFileDownloadHeaders(head(token));
      return (await robot.robotMessageFileDownloadWithOptions(request, headers, runtime)).body?.downloadUrl;
    },

    async createTodo(token: string, unionId: string, request: Fields<todos.CreateTodoTaskRequest>) {
      const headers = new todos.CreateTodoTaskHeaders(head(token));
      return (
        await todo.createTodoTaskWithOptions(
          inPath(unionId),
          new todos.CreateTodoTaskRequest(request),
          headers,
          runtime,
        )
      ).body?.id;
    },

    async todoBySource(token: string, unionId: string, sourceId: string) {
      const headers = new todos.GetTodoTaskBySourceIdHeaders(head(token));
      return (await todo.getTodoTaskBySourceIdWithOptions(inPath(unionId), inPath(sourceId), headers, runtime)).body
        ?.id;
    },

    async todoDone(token: string, unionId: string, todoId: string) {
      const request = new todos.UpdateTodoTaskRequest({ operatorId: unionId, done: true });
      const headers = new todos.UpdateTodoTaskHeaders(head(token));
      await todo.updateTodoTaskWithOptions(inPath(unionId), inPath(todoId), request, headers, runtime);
    },
  };
}

/** The fields of an SDK model and of the models in it, without their methods: the SDK builds the models from plain objects. */
type Fields<T> = T extends object
  ? { [K in keyof T as T[K] extends ((...args: never[]) => unknown) | undefined ? never : K]: Fields<T[K]> }
  : T;

/**
 * A connection of its own for each call: a kept one that the other side has just closed fails with a reset, and then nobody
 * knows whether the message went out.
 */
const ALONE = { connection: 'close' };

/** New objects each time: the SDK writes into them. */
const head = (token: string) => ({ xAcsDingtalkAccessToken: token, commonHeaders: { ...ALONE } });

function secretOf(value: string | undefined, seconds: number | undefined): { value: string; lifeMs: number } {
  if (!value) throw new Error('an answer without the secret');
  return { value, lifeMs: (seconds ?? 7_200) * 1_000 };
}

/** The SDK puts ids into paths as they are. Errors: `Rejected` where somebody has no such id. */
function inPath(id: string): string {
  if (id === '' || id === '.' || id === '..') throw new Rejected('bad.id', 'an id that cannot stand in a path');
  return encodeURIComponent(id);
}
