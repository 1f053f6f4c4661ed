import { contract } from '../../../server/http/contract';
import { openApi } from '../../../server/http/openapi';
import { browser, type House, openHouse } from './town';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

type Json = Record<string, unknown>;
interface Operation {
  operationId: string;
  summary: string;
  parameters?: { name: string; in: string; required: boolean; schema: Json }[];
  responses: Record<string, { description: string; content?: Record<string, Json> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
}

/** What OpenAPI 3.1 asks for, as far as this document uses it. Returns every fault. */
function faults(document: Document): string[] {
  const found: string[] = [];
  const ids = new Set<string>();
  if (!/^3\.1\.\d+$/.test(document.openapi)) found.push('openapi');
  if (!document.info.title || !document.info.version) found.push('info');
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const at = `${method} ${path}`;
      if (!['get', 'post'].includes(method)) found.push(`${at}: method`);
      if (!operation.operationId || ids.has(operation.operationId)) found.push(`${at}: operationId`);
      ids.add(operation.operationId);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = (operation.parameters ?? []).filter((each) => each.in === 'path' && each.required);
      if (inPath.join() !== declared.map(({ name }) => name).join()) found.push(`${at}: path parameters`);
      if (!operation.responses['200'] || !operation.responses.default) found.push(`${at}: responses`);
      if (Object.values(operation.responses).some(({ description }) => !description)) found.push(`${at}: description`);
    }
  }
  for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
    const schema = /^#\/components\/schemas\/(\w+)$/.exec(name!)?.[1];
    if (!schema || !document.components.schemas[schema]) found.push(`$ref ${name}`);
  }
  if (/"\$(defs|schema)"/.test(JSON.stringify(document))) found.push('left-over $defs');
  return found;
}

const copy = () => JSON.parse(JSON.stringify(openApi())) as Document;

describe('the OpenAPI document', () => {
  it('is served, and is sound', async () => {
    const { body } = await house.nobody.get('/openapi.json');
    expect(body).toEqual(copy());
    expect(faults(body)).toEqual([]);
  });

  it('would be found unsound with a dangling reference, a lost parameter or a doubled id (control)', () => {
    const broken = copy();
    delete broken.components.schemas.Due;
    delete broken.paths['/api/events/{id}']!.get!.parameters;
    broken.paths['/api/me']!.get!.operationId = broken.paths['/api/matters']!.get!.operationId;
    expect(faults(broken)).toEqual(
      expect.arrayContaining([
        '$ref #/components/schemas/Due',
        'get /api/events/{id}: path parameters',
        expect.stringContaining('operationId'),
      ]),
    );
  });

  it('describes every route that is served, and serves every route that it describes', async () => {
    const described = Object.entries(copy().paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(new Set(described)).toEqual(new Set(Object.keys(contract)));
    for (const key of described) {
      const [method = '', path = ''] = key.split(' ');
      const address = path.replace(':action', 'ack').replace(/:\w+/g, 'x');
      const response = await fetch(house.url + address, { method });
      const body = (await response.text()) || '{}';
      // Anything but "no such address": who asks here is nobody.
      expect({ key, code: /"code":"no_route"|"code":"method"/.exec(body)?.[0] }).toEqual({ key, code: undefined });
    }
  });
});

describe('what is not served', () => {
  it('is a problem in Chinese, wherever it lies', async () => {
    for (const path of ['/api', '/api/nothing', '/nothing', '/../package.json', '/%2e%2e/package.json', '/assets/']) {
      const { status, body } = await house.nobody.get(path);
      expect([path, status, body.code, body.detail]).toEqual([path, 404, 'no_route', '没有这个地址。']);
    }
  });

  it('has no other methods, and says which there are', async () => {
    const response = await fetch(`${house.url}/api/events`, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toMatch(/GET/);
    expect(await response.json()).toMatchObject({ status: 405, code: 'method' });
  });

  it.each([
    ['no JSON', '{"code":', 'application/json', 400, 'bad_json'],
    ['a form', 'code=code-wang', 'application/x-www-form-urlencoded', 415, 'not_json'],
    ['text', '{"code":"code-wang"}', 'text/plain', 415, 'not_json'],
    ['too much', JSON.stringify({ code: 'x'.repeat(70_000) }), 'application/json', 413, 'too_large'],
  ])('takes %s for what it is', async (_, body, type, status, code) => {
    const answer = await house.nobody.post('/api/login', body, { 'Content-Type': type });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('counts what is unknown under one name, so that no address becomes a label', async () => {
    await house.nobody.get('/api/13800138000');
    await browser(house.url, '').get('/api/events/secret');
    expect(house.requests.slice(-2)).toEqual([
      { route: 'unknown', status: 404 },
      { route: 'GET /api/events/:id', status: 401 },
    ]);
  });
});
