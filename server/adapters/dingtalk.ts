import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { DingTalkConfig } from '../config';
import type { Log } from '../log';
import { type Messenger, Rejected, Retry, Unsure } from '../ports';
import { fetchAttachment } from './attachment';
import { askContacts, contactOf, contactsOf, postReply, userOf } from './oapi';
import { type OpenApi, openApi } from './openapi';
import { robotMessage } from './robot-message';
import { keepFresh, throttle } from './throttle';
import { isMetered, isTokenTrouble, OverQuota, verdict } from './verdict';

export interface MessengerOptions {
  /** One metered call or, in families `push.…`, one metered push (reference §9.1). */
  meter(family: string): void;
  log: Log;
  timing?: Partial<typeof TIMING>;
  random?: () => number;
}

const TIMING = {
  /** The platform allows 20 per API; some room for clocks and networks. */
  perSecond: 15,
  longestWaitMs: 10_000,
  /** How long an answer may take. */
  readMs: 6_000,
  /** The same for `fetch`; longer than its own limit for connecting (10 s), so that what was never sent can be told apart. */
  fetchMs: 12_000,
};

/** One call of the platform: `repeatable` says that doing it twice is doing it once; without a family it is not metered. */
interface Call {
  name: string;
  repeatable: boolean;
  family?: string;
}

const CALLS = {
  createCard: { name: 'card.create', family: 'card.create', repeatable: true },
  updateCard: { name: 'card.update', family: 'card.update', repeatable: true },
  sendToPeople: { name: 'robot.send', family: 'robot.send', repeatable: false },
  sendToGroup: { name: 'group.send', family: 'group.send', repeatable: false },
  ding: { name: 'ding', family: 'ding', repeatable: false },
  todo: { name: 'todo', family: 'todo', repeatable: true },
  todoDone: { name: 'todo.done', family: 'todo', repeatable: true },
  download: { name: 'download', family: 'download', repeatable: true },
  reply: { name: 'reply', family: 'push.reply', repeatable: false },
  identify: { name: 'identify', repeatable: false },
  contact: { name: 'contact', repeatable: true },
  departments: { name: 'departments', repeatable: true },
  members: { name: 'members', repeatable: true },
  ticket: { name: 'ticket', repeatable: true },
  token: { name: 'token', repeatable: true },
} satisfies Record<string, Call>;

/**
 * The platform's OpenAPI as `Messenger` (ports.ts). Every call waits for its turn, carries a token that is kept fresh, is
 * counted where the platform counts it, and fails as `Retry` (`OverQuota`), `Rejected` (`MissingScopes`) or `Unsure`. Nothing
 * is tried twice, except once with a new token: trying again is the outbox's business.
 */
export function dingtalkMessenger(config: DingTalkConfig, options: MessengerOptions): Messenger {
  const timing = { ...TIMING, ...options.timing };
  const api = openApi(config, timing.readMs);
  const { plainly, withToken } = callers(api, timing, options);
  const ticket = keepFresh(() => withToken(CALLS.ticket, api.ticket), clockOf(options));

  return {
    async createCard(card) {
      // Several spaces are joined by `;`: an id with one would deliver the card to somebody else as well.
      if (!/^[^;/\s]+$/.test(card.userId)) throw new Rejected('bad.userId', 'card.create: no id for a card space');
      await withToken(CALLS.createCard, (token) => createCard(api, token, config.robotCode, card));
    },

    updateCard: (outTrackId, params) =>
      withToken(CALLS.updateCard, async (token) => {
        const both = { updateCardDataByKey: true, updatePrivateDataByKey: true };
        const cardData = { cardParamMap: params };
        const body = await api.updateCard(token, { outTrackId, userIdType: 1, cardData, cardUpdateOptions: both });
        if (body?.success === false)
          throw new Rejected('card.notUpdated', 'card.update: the platform did not update it');
      }),

    sendToPeople: (userIds, message) =>
      withToken(CALLS.sendToPeople, async (token) => {
        const body = await api.sendToPeople(token, userIds, robotMessage(message));
        const held = body?.flowControlledStaffIdList ?? [];
        // Nobody was reached, and not for good: the platform holds them all back for a while.
        if (held.length > 0 && held.length === userIds.length)
          throw new Retry(60_000, 'robot.send: held back by flow control');
        if (!body?.processQueryKey) throw new Unsure('robot.send: an answer without a receipt');
        return { failed: [...new Set([...(body.invalidStaffIdList ?? []), ...held])] };
      }),

    sendToGroup: (conversationId, message) =>
      withToken(CALLS.sendToGroup, async (token) => {
        const body = await api.sendToGroup(token, conversationId, robotMessage(message));
        if (!body?.processQueryKey) throw new Unsure('group.send: an answer without a receipt');
      }),

    reply: (webhook, message) => plainly(CALLS.reply, () => postReply(config, webhook, message, timing.fetchMs)),

    ding: (userIds, text) =>
      withToken(CALLS.ding, async (token) => {
        const body = await api.ding(token, userIds, text);
        const { reason, missed } = missedBy(body?.failedList);
        if (reason && missed >= userIds.length) throw new Rejected(reason, `ding: ${reason}`);
        if (reason) options.log.error('a DING did not reach everybody', { reason, missed });
      }),

    async todo(todo) {
      const { unionId, sourceId } = todo;
      const made = await withToken(CALLS.todo, (token) => createTodo(api, token, todo));
      // Made by an earlier attempt whose answer never came.
      const id = made ?? (await withToken(CALLS.todo, (token) => api.todoBySource(token, unionId, sourceId)));
      if (!id) throw new Retry(5_000, 'todo: an answer without an id');
      return id;
    },

    todoDone: (todoId, unionId) => withToken(CALLS.todoDone, (token) => api.todoDone(token, unionId, todoId)),

    async download(code) {
      const link = await withToken(CALLS.download, (token) => api.fileLink(token, code));
      if (!link) throw new Retry(5_000, 'download: an answer without a link');
      return fetchAttachment(config, link).catch(rethrow(CALLS.download, options.log));
    },

    identify: (code) => withToken(CALLS.identify, (token) => userOf(config, token, code, timing.fetchMs)),

    contact: (userId) => withToken(CALLS.contact, (token) => contactOf(config, token, userId, timing.fetchMs)),

    contacts: () =>
      contactsOf((path, body) =>
        withToken(path === 'user/list' ? CALLS.members : CALLS.departments, (token) =>
          askContacts(config, token, timing.fetchMs)(path, body),
        ),
      ),

    jsapiTicket: () => ticket.get(),
  };
}

function callers(api: OpenApi, timing: typeof TIMING, { meter, log, ...options }: MessengerOptions) {
  const turn = throttle({ ...timing, now: performance.now.bind(performance), sleep });
  const tokens = keepFresh(() => plainly(CALLS.token, api.token), clockOf(options));

  /** One attempt, counted where the platform counts it: an answer, or silence after asking, but not a call that was throttled. */
  async function attempt<T>({ name, family }: Call, ask: () => Promise<T>): Promise<T> {
    await turn(name);
    try {
      const answer = await ask();
      if (family) meter(family);
      return answer;
    } catch (error) {
      if (family && isMetered(error)) meter(family);
      throw error;
    }
  }

  async function plainly<T>(call: Call, ask: () => Promise<T>): Promise<T> {
    return attempt(call, ask).catch(rethrow(call, log));
  }

  /** A token can die early (another process renewed it, the secret was changed): then once more, with a new one. */
  async function withToken<T>(call: Call, ask: (token: string) => Promise<T>): Promise<T> {
    const token = await tokens.get();
    return attempt(call, () => ask(token))
      .catch(async (error: unknown) => {
        if (!isTokenTrouble(error)) throw error;
        tokens.drop(token);
        const another = await tokens.get();
        return attempt(call, () => ask(another));
      })
      .catch(rethrow(call, log));
  }

  return { plainly, withToken };
}

const clockOf = ({ random = Math.random }: { random?: () => number }) => ({ now: Date.now, random });

function rethrow({ name, repeatable }: Call, log: Log): (error: unknown) => never {
  return (error) => {
    const meaning = verdict(error, name, repeatable);
    if (meaning instanceof OverQuota) log.error("the organisation's monthly calls are used up", { call: name });
    throw meaning;
  };
}

type CardToCreate = Parameters<Messenger['createCard']>[0];

async function createCard(api: OpenApi, token: string, robotCode: string, card: CardToCreate): Promise<void> {
  const { outTrackId, template, userId, params, alert } = card;
  const body = await ignoring('param.cardAlreadyExist', () =>
    api.createCard(token, {
      cardTemplateId: template,
      outTrackId,
      userIdType: 1,
      callbackType: 'STREAM',
      cardData: { cardParamMap: params },
      openSpaceId: `dtv1.card//IM_ROBOT.${userId}`,
      imRobotOpenSpaceModel: {
        supportForward: false,
        lastMessageI18n: { ZH_CN: alert },
        notification: { alertContent: alert.slice(0, 200), notificationOff: false },
      },
      imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode },
    }),
  );
  const failed = body?.result?.deliverResults?.find(({ success }) => success === false);
  if (failed || body?.success === false)
    throw new Rejected('card.notDelivered', `card.create: ${failed?.errorMsg?.slice(0, 100) || 'not delivered'}`);
  // Neither yes nor no, as from a proxy in between: asking again is safe, one outTrackId is one card.
  if (body && body.success === undefined) throw new Retry(5_000, 'card.create: an answer that says nothing');
}

const failedList = z.record(z.string(), z.array(z.string())).catch({});

/** The platform lists whom a DING did not reach, by reason. */
function missedBy(list: unknown): { reason: string | undefined; missed: number } {
  const failed = Object.entries(failedList.parse(list)).filter(([, ids]) => ids.length > 0);
  return { reason: failed[0]?.[0], missed: new Set(failed.flatMap(([, ids]) => ids)).size };
}

/** Null: there is one with this sourceId already. */
async function createTodo(api: OpenApi, token: string, todo: Parameters<Messenger['todo']>[0]): Promise<string | null> {
  const { sourceId, unionId, subject, dueAt, url } = todo;
  const request = {
    ...{ operatorId: unionId, creatorId: unionId, executorIds: [unionId], isOnlyShowExecutor: true },
    ...{ sourceId, subject: subject.slice(0, 1024), dueTime: dueAt },
    detailUrl: { appUrl: url, pcUrl: url },
    notifyConfigs: { dingNotify: '1' },
  };
  try {
    return (await api.createTodo(token, unionId, request)) ?? null;
  } catch (error) {
    if (/task exist/i.test(String((error as Partial<Error>).message))) return null;
    throw error;
  }
}

async function ignoring<T>(code: string, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if ((error as { code?: unknown }).code === code) return null;
    throw error;
  }
}
