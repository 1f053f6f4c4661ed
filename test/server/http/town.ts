import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { excerptOf } from '../../../prisma/sample/excerpt';
import { sampleTown } from '../../../prisma/sample/sample';
import { diskMedia, diskUploads } from '../../../server/adapters/media';
import { openStore } from '../../../server/adapters/store';
import { sheets } from '../../../server/adapters/xlsx';
import { instant } from '../../../server/domain/clock';
import type { Area, Person, Post, Role, Town, Unit } from '../../../server/domain/types';
import { makeApply } from '../../../server/flow/apply';
import { loadTown } from '../../../server/flow/town';
import { type HttpPorts, startHttp } from '../../../server/http/app';
import { contract, problem, type Route } from '../../../server/http/contract';
import { type Contact, Rejected, type Store } from '../../../server/ports';
import { duty } from '../../support/town';

/** A district of two streets, small enough to know everyone by name. */
export const people = {
  wang: '王芳',
  li: '李强',
  zhao: '赵敏',
  qin: '秦局长',
  sun: '孙亮',
  chen: '陈晨',
  zhou: '周正',
  gone: '离岗人',
} as const;
export type Who = keyof typeof people;

const area = (id: string, kind: Area['kind'], name: string, parent: Area | null): Area => ({
  id,
  kind,
  name,
  parentId: parent?.id ?? null,
  path: `${parent?.path ?? ''}/${id}`,
  dedicated: false,
  lng: null,
  lat: null,
  polygon: null,
});

const district = area('d', 'district', '望江区', null);
const east = area('s1', 'street', '东街街道', district);
const west = area('s2', 'street', '西街街道', district);
const eastSide = area('c1', 'community', '红光社区', east);
const westSide = area('c2', 'community', '青年社区', west);
const areas = [
  district,
  east,
  west,
  eastSide,
  westSide,
  area('g1', 'grid', '红光第一网格', eastSide),
  area('g2', 'grid', '青年第一网格', westSide),
];

const unit = (id: string, kind: Unit['kind'], name: string, areaId: string, parentId: string | null): Unit => ({
  id,
  kind,
  name,
  areaId,
  parentId,
});

const units = [
  unit('centre', 'centre', '区指挥中心', 'd', null),
  unit('dept-01', 'department', '城管局', 'd', 'centre'),
  unit('dept-02', 'department', '水务局', 'd', 'centre'),
  unit('u-s1', 'street', '东街街道办', 's1', 'centre'),
  unit('u-c1', 'community', '红光社区居委会', 'c1', 'u-s1'),
  unit('u-c2', 'community', '青年社区居委会', 'c2', 'centre'),
];

const post = (userId: Who, role: Role, unitId: string | null, areaId: string | null): Post => ({
  id: `${userId}-${role}`,
  userId,
  role,
  unitId,
  areaId,
});

export function tinyTown(): Town {
  const persons = Object.entries(people).map(
    ([userId, name]): Person => ({
      userId,
      unionId: `union-${userId}`,
      name,
      mobile: '13800138000',
      active: userId !== 'gone',
    }),
  );
  return {
    areas,
    units,
    people: persons,
    posts: [
      post('wang', 'worker', 'u-c1', 'g1'),
      post('li', 'worker', 'u-c2', 'g2'),
      post('zhao', 'handler', 'dept-01', null),
      post('qin', 'leader', 'dept-01', null),
      post('sun', 'handler', 'dept-02', null),
      post('chen', 'dispatcher', 'centre', 'd'),
      post('zhou', 'supervisor', 'centre', 'd'),
      post('gone', 'worker', 'u-c1', 'g1'),
    ],
    matters: [
      {
        id: 'M-LITTER',
        name: '暴露垃圾',
        duty: '城市管理',
        domain: '市容环境',
        gbCode: null,
        keywords: ['垃圾', '垃圾堆'],
        urgent: false,
        retired: false,
      },
      {
        id: 'M-OLD',
        name: '停用事项',
        duty: '综合',
        domain: '综合',
        gbCode: null,
        keywords: [],
        urgent: false,
        retired: true,
      },
      {
        id: 'M-OTHER',
        name: '其他事项',
        duty: '综合',
        domain: '综合',
        gbCode: null,
        keywords: [],
        urgent: false,
        retired: false,
      },
    ],
    conditions: [
      {
        id: 'C-DUMPED',
        matterId: 'M-LITTER',
        rank: 2,
        text: '大量偷倒建筑垃圾',
        clock: 'work_day',
        limit: 5,
        ackMinutes: 60,
        closing: '清运完毕并恢复原状',
        evidence: 'before_after',
      },
      {
        id: 'C-LITTER',
        matterId: 'M-LITTER',
        rank: 1,
        text: '垃圾成堆',
        clock: 'work_hour',
        limit: 4,
        ackMinutes: 60,
        closing: '清理干净',
        evidence: 'photo',
      },
    ],
    duties: [duty('M-LITTER', { leadUnitId: 'dept-01' })],
    calendars: [],
    settings: {},
    versions: { catalogue: 0, duties: 0, calendars: 0, settings: 0 },
  };
}

/** Everybody is in the organisation, but whoever has left. */
const contactsOf = ({ people: all }: Town): Contact[] =>
  all.filter(({ active }) => active).map(({ userId, unionId, name }) => ({ userId, unionId: unionId ?? '', name }));

/** 2026-11-23, a Monday, 10:00 in China. */
export const MORNING = instant('2026-11-23', '10:00');

/** One real image of one pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of all shapes are looked into; each is checked against the contract
  body: any;
}

export interface Browser {
  get(path: string, headers?: Record<string, string>): Promise<Answered>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** A photo's bytes. */
  send(bytes: Buffer, type?: string): Promise<Answered>;
  cookie: string;
}

export interface House {
  url: string;
  store: Store;
  ports: HttpPorts;
  now: number;
  /** Who is in the organisation, as its contacts have them. */
  contacts: Contact[];
  /** Logs in as one of the town. */
  as(who: Who): Promise<Browser>;
  nobody: Browser;
  /** What was saved to the town counts from now on. */
  refresh(): Promise<void>;
  /** What failed by a bug. Closing fails on any that a test did not take away with `splice`. */
  bugs: unknown[];
  requests: { route: string; status: number }[];
  close(): Promise<void>;
}

/** The real application on a real SQLite file; only the platform's login is a function, and time stands still. */
export async function openHouse(change: (ports: HttpPorts) => Partial<HttpPorts> = () => ({})): Promise<House> {
  const directory = await mkdtemp(join(tmpdir(), 'gridtalk-http-'));
  const store = openStore(`file:${join(directory, 'town.db')}`);
  await store.open();
  await store.saveTown(tinyTown());
  const town = await loadTown(store);
  const house = {
    now: MORNING,
    bugs: [] as unknown[],
    requests: [] as House['requests'],
    contacts: contactsOf(tinyTown()),
  };
  const clock = { now: () => house.now };
  const onBug = (error: unknown) => void house.bugs.push(error);
  const ports: HttpPorts = {
    config: { dingtalk: null, host: '127.0.0.1', port: 0, publicUrl: null },
    sandboxUrl: null,
    apply: makeApply({ store, clock, rules: town.rules, poke: () => undefined, onBug }),
    store,
    rules: town.rules,
    enacted: () => town.refresh(),
    clock,
    media: diskMedia(join(directory, 'media')),
    uploads: diskUploads(join(directory, 'uploads')),
    sheets,
    messenger: {
      ...{ identify, jsapiTicket: async () => 'ticket-1' },
      contacts: async () => house.contacts,
      contact: async (userId) => house.contacts.find((contact) => contact.userId === userId) ?? null,
    },
    sample: () => excerptOf(sampleTown()),
    checkup: async () => [{ mark: '✗', says: '没有权限：DING', mend: '去开通' }],
    cardTemplates: { draft: 'a.schema' },
    status: () => ({
      stream: { connected: 1, lastFrameAt: house.now, wanted: true },
      outbox: { pending: 0, oldestDueAt: null, failed: 0 },
      database: 'ok',
    }),
    metrics: async () => '# metrics\n',
    onRequest: (route, status) => void house.requests.push({ route, status }),
    onBug,
  };
  const served = await startHttp({ ...ports, ...change(ports) });
  const url = `http://127.0.0.1:${served.port}`;
  return Object.assign(house, {
    url,
    store,
    ports,
    nobody: browser(url, ''),
    refresh: async () => void (await town.refresh()),
    async as(who: Who) {
      const { headers, status } = await browser(url, '').post('/api/login', { code: `code-${who}` });
      if (status !== 200) throw new Error(`login of ${who} was answered ${status}`);
      return browser(url, headers.getSetCookie()[0]?.split(';')[0] ?? '');
    },
    async close() {
      await served.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
      expect(house.bugs).toEqual([]);
    },
  });
}

async function identify(code: string): Promise<{ userId: string; name: string }> {
  if (!code.startsWith('code-')) throw new Rejected('40078', 'invalid code');
  return { userId: code.slice(5), name: '' };
}

export function browser(url: string, cookie: string): Browser {
  const request = async (
    method: string,
    path: string,
    given: { body?: BodyInit; headers?: Record<string, string> },
  ) => {
    const own: Record<string, string> = cookie ? { Cookie: cookie, Origin: url } : {};
    const response = await fetch(url + path, { method, body: given.body, headers: { ...own, ...given.headers } });
    return answered(method, path, response);
  };
  return {
    cookie,
    get: (path, headers) => request('GET', path, { headers }),
    post: (path, body, headers) =>
      request('POST', path, {
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      }),
    send: (bytes, type = 'image/png') =>
      request('POST', '/api/photos', { body: new Uint8Array(bytes), headers: { 'Content-Type': type } }),
  };
}

/** Every answer of every test is held against the contract: its own schema, or a problem. */
async function answered(method: string, path: string, response: Response): Promise<Answered> {
  const type = response.headers.get('content-type') ?? '';
  const { status, headers } = response;
  const produces = routeOf(method, path)?.produces !== undefined && !type.includes('problem');
  if (!type.includes('json') || produces) return { status, headers, body: Buffer.from(await response.arrayBuffer()) };
  const body: unknown = await response.json();
  const route = routeOf(method, path);
  const wanted: z.ZodType = type.includes('problem+json') ? problem : route!.res!;
  expect(wanted.parse(body)).toEqual(body);
  return { status, headers, body };
}

export function routeOf(method: string, path: string): Route | undefined {
  const plain = path.split('?')[0]!;
  const found = Object.entries(contract).find(([key]) => {
    const [verb = '', pattern = ''] = key.split(' ');
    return verb === method && new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(plain);
  });
  return found?.[1];
}

export const newClientId = () => randomUUID();
