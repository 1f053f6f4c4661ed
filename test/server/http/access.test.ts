import { createHash } from 'node:crypto';
import { HOUR } from '../../../server/domain/clock';
import { startHttp } from '../../../server/http/app';
import { Problem } from '../../../server/http/problem';
import { problemPage } from '../../../server/http/problem-page';
import { makeToken } from '../../../server/http/session';
import { browser, type House, newClientId, openHouse, tinyTown } from './town';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const report = () => ({ text: '东街路口有垃圾堆', clientId: newClientId() });
const eventIds = () => house.store.eventIds(null, 100);

describe('logging in', () => {
  it('gives a cookie that scripts cannot read and other sites cannot use, and a token that says the same', async () => {
    const { body, headers } = await house.nobody.post('/api/login', { code: 'code-wang' });
    expect(headers.getSetCookie()[0]).toMatch(/^gridtalk=[^;]+; path=\/; expires=[^;]+; samesite=lax; httponly$/i);
    expect(body.expiresAt).toBe(house.now + 8 * HOUR);
    const me = await house.nobody.get('/api/me', { Authorization: `Bearer ${body.token}` });
    expect(me.body).toMatchObject({ userId: 'wang', name: '王芳', roles: ['worker'] });
    expect(me.body.posts).toEqual([
      { role: 'worker', roleText: '网格员', unit: '红光社区居委会', area: '红光第一网格' },
    ]);
  });

  it('marks the cookie for TLS when the public address has it', async () => {
    const safe = await openHouse(({ config }) => ({ config: { ...config, publicUrl: 'https://grid.example.cn' } }));
    const { headers } = await safe.nobody.post('/api/login', { code: 'code-wang' });
    await safe.close();
    expect(headers.getSetCookie()[0]).toMatch(/; secure/i);
  });

  it('is refused to strangers and to those who have left', async () => {
    for (const code of ['code-nobody', 'code-gone']) {
      const { status, body, headers } = await house.nobody.post('/api/login', { code });
      expect([status, body.code]).toEqual([403, 'unknown_person']);
      expect(headers.getSetCookie()).toEqual([]);
    }
  });

  it('is refused for a used or false code, in words', async () => {
    const { status, body } = await house.nobody.post('/api/login', { code: 'false' });
    expect([status, body.code, body.detail]).toEqual([401, 'login_code', '登录码已失效，请重新打开网格通。']);
  });

  it('cannot be forced upon a person by another site', async () => {
    const { status } = await house.nobody.post('/api/login', { code: 'code-wang' }, { Origin: 'https://evil.example' });
    expect(status).toBe(403);
  });
});

describe('a session', () => {
  it('is needed for everything about events', async () => {
    const paths = ['/api/me', '/api/events', '/api/events/x', '/api/units?eventId=x', '/api/matters'];
    for (const path of paths) expect((await house.nobody.get(path)).status).toBe(401);
    expect((await house.nobody.post('/api/events', report())).status).toBe(401);
    expect(await eventIds()).toEqual([]);
  });

  it('ends after eight hours', async () => {
    const wang = await house.as('wang');
    house.now += 8 * HOUR - 1;
    expect((await wang.get('/api/me')).status).toBe(200);
    house.now += 1;
    expect((await wang.get('/api/me')).body.code).toBe('login');
  });

  it('cannot be forged: another key, another person, a cut or lengthened token', async () => {
    const until = house.now + HOUR;
    const [name, real = ''] = (await house.as('wang')).cookie.split('=');
    const [payload = '', mac = ''] = real.split('.');
    const others = Buffer.from(JSON.stringify({ userId: 'chen', until, posts: 'x' })).toString('base64url');
    const forged = [
      makeToken(Buffer.alloc(32), { userId: 'wang', until, posts: 'x' }),
      `${others}.${mac}`,
      `${payload}.`,
      `${payload}.${mac}.`,
      `${payload}.${mac.slice(0, -1)}`,
      payload,
      '.',
    ];
    for (const token of forged) {
      expect((await browser(house.url, `${name}=${token}`).get('/api/me')).status).toBe(401);
      expect((await house.nobody.get('/api/me', { Authorization: `Bearer ${token}` })).status).toBe(401);
    }
    // Control: the same way of asking works with the real one.
    expect((await browser(house.url, `${name}=${real}`).get('/api/me')).status).toBe(200);
  });

  it('is worth nothing once its person has left', async () => {
    let left = false;
    const moving = await openHouse(({ rules }) => ({
      rules: () => {
        const { roster, ...rest } = rules();
        const person = (id: string) => {
          const found = roster.person(id);
          return found && { ...found, active: found.active && !left };
        };
        return { ...rest, roster: { ...roster, person } };
      },
    }));
    const wang = await moving.as('wang');
    const before = await wang.get('/api/me');
    left = true;
    const after = await wang.get('/api/me');
    await moving.close();
    expect([before.status, after.status, after.body.code]).toEqual([200, 403, 'unknown_person']);
  });

  it('is not given to a stranger; who is first in an empty town learns how to become its administrator', async () => {
    const house = await openHouse();
    const login = async () => (await house.nobody.post('/api/login', { code: 'code-manager42' })).body;
    expect(await login()).toMatchObject({ status: 403, code: 'unknown_person' });
    expect((await login()).detail).toContain('npm run people -- admin manager42 ');
    await house.store.saveTown({
      posts: [{ id: 'sun-admin', userId: 'sun', role: 'admin', unitId: 'centre', areaId: null }],
    });
    await house.refresh();
    expect((await login()).detail).toBe('没有找到您的人员信息，请联系单位管理员把您加入网格通。');
    await house.close();
  });

  it('is over once a post of its person changes, and a new one is made under the new posts', async () => {
    const house = await openHouse();
    const wang = await house.as('wang');
    const before = await wang.get('/api/me');
    await house.store.saveTown({
      posts: [{ id: 'wang-more', userId: 'wang', role: 'supervisor', unitId: 'u-s1', areaId: null }],
    });
    await house.refresh();
    const after = await wang.get('/api/me');
    const again = await (await house.as('wang')).get('/api/me');
    await house.close();
    expect([before.status, after.status, after.body.code, again.status]).toEqual([200, 401, 'moved', 200]);
    expect(again.body.roles).toContain('supervisor');
  });

  it('survives a restart, because its key is kept', async () => {
    const key = await house.store.meta('sessionKey');
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    const again = await startHttp(house.ports);
    const wang = await house.as('wang');
    const me = await browser(`http://127.0.0.1:${again.port}`, wang.cookie).get('/api/me');
    await again.close();
    expect(me.status).toBe(200);
    expect(await house.store.meta('sessionKey')).toBe(key);
  });

  it('is taken back by logging out', async () => {
    const { headers } = await (await house.as('wang')).post('/api/logout');
    expect(headers.getSetCookie()[0]).toMatch(/^gridtalk=; .*expires=Thu, 01 Jan 1970/i);
  });
});

describe('the pulse', () => {
  it('beats with every change of an event or of the town, and only then', async () => {
    const wang = await house.as('wang');
    const beat = async () => (await wang.get('/api/pulse')).body.change;
    const first = await beat();
    expect(await beat()).toBe(first);
    const { event } = (
      await wang.post('/api/events', { text: '东街路口有垃圾堆', matterId: 'M-LITTER', clientId: newClientId() })
    ).body;
    const filed = await beat();
    expect(filed).toBeGreaterThan(first);
    expect((await wang.post(`/api/events/${event.id}/finish`, { note: '不归我' })).status).toBe(409);
    expect(await beat()).toBe(filed);
    await house.store.saveTown({ people: [] });
    expect(await beat()).toBeGreaterThan(filed);
    expect((await house.nobody.get('/api/pulse')).status).toBe(401);
  });
});

describe('who may be played', () => {
  it('is told in the sandbox only: two people of each role, with their posts', async () => {
    expect((await house.nobody.get('/api/app')).body).toEqual({ corpId: '', clientId: '', sandbox: null });
    const played = await openHouse(() => ({ sandboxUrl: 'http://127.0.0.1:3001' }));
    const { sandbox } = (await played.nobody.get('/api/app')).body;
    await played.close();
    expect(sandbox.open).toBe('http://127.0.0.1:3001/sandbox/open');
    expect(sandbox.people).toContainEqual({ userId: 'wang', name: '王芳', post: '红光第一网格 网格员' });
    expect(sandbox.people.map(({ userId }: { userId: string }) => userId)).not.toContain('gone');
  });
});

describe('a change asked for by another site', () => {
  const foreign: Record<string, string>[] = [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://127.0.0.1:1' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ];

  it('is refused under a cookie and changes nothing', async () => {
    const wang = await house.as('wang');
    for (const headers of foreign) {
      const { status, body } = await wang.post('/api/events', report(), headers);
      expect([status, body.code]).toEqual([403, 'foreign']);
    }
    const silent = await fetch(`${house.url}/api/events`, {
      method: 'POST',
      body: JSON.stringify(report()),
      headers: { Cookie: wang.cookie, 'Content-Type': 'application/json' },
    });
    expect(silent.status).toBe(403);
    expect(await eventIds()).toEqual([]);
    // Control: from our own page the same request acts.
    expect((await wang.post('/api/events', report())).status).toBe(200);
    expect(await eventIds()).toHaveLength(1);
  });

  it('is accepted with a bearer token, which no other site has', async () => {
    const { body } = await house.nobody.post('/api/login', { code: 'code-wang' });
    const { status } = await house.nobody.post('/api/events', report(), { Authorization: `Bearer ${body.token}` });
    expect(status).toBe(200);
  });
});

describe('what leaves the server', () => {
  it('has no telephone numbers in it', async () => {
    const wang = await house.as('wang');
    const { body } = await wang.post('/api/events', report());
    const answers = await Promise.all(
      ['/api/me', '/api/events?mine=1', `/api/events/${body.event.id}`, `/api/units?eventId=${body.event.id}`].map(
        (path) => wang.get(path),
      ),
    );
    expect(tinyTown().people.every(({ mobile }) => mobile)).toBe(true);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(JSON.stringify(answers.map(({ body: each }) => each))).not.toMatch(/1380013|mobile|union/);
  });

  it('may be shown in a frame by the sandbox on this machine only, and is never sniffed', async () => {
    const { headers } = await house.nobody.get('/healthz');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("frame-ancestors 'self' http://127.0.0.1:* http://localhost:*");
    expect(policy).not.toMatch(/unsafe|\*\s*;/);
  });

  it('is a page for a person who opened a link, JSON for everybody else; what it says is never markup', async () => {
    const link = '/api/photos/%3Cimg%20src=x%3E?until=1&sign=x';
    const Accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8';
    const page = await house.nobody.get(link, { Accept });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
    expect(String(page.body)).toMatch(/没有找到这张照片.*<a href="\/">打开网格通<\/a>/);
    const odd = problemPage(new Problem(422, 'bad_input', '<img src=x onerror="a">&'), '"><script>');
    expect(odd).not.toMatch(/<img|<script/);
    expect(odd).toContain('&lt;img src=x onerror=&quot;a&quot;&gt;&amp;');
    for (const accept of ['*/*', 'image/avif,image/webp,*/*;q=0.8', 'application/json'])
      expect((await house.nobody.get(link, { Accept: accept })).body.code).toBe('not_found');
  });

  it('says nothing about the inside of a bug, but gives it a number', async () => {
    const broken = await openHouse(({ store }) => ({
      store: { ...store, list: () => Promise.reject(new Error('SELECT secret FROM place')) },
    }));
    const { status, body } = await (await broken.as('wang')).get('/api/events');
    const bugs = broken.bugs.splice(0);
    await broken.close();
    expect([status, body.code]).toEqual([500, 'bug']);
    expect(body.detail).toContain(body.id);
    expect(JSON.stringify(body)).not.toMatch(/SELECT|secret|stack/);
    expect(bugs).toHaveLength(1);
    expect(broken.requests).toContainEqual({ route: 'GET /api/events', status: 500 });
  });
});

describe('a NUL, which PostgreSQL refuses', () => {
  it('is as if it had not been sent, wherever it stands', async () => {
    const wang = await house.as('wang');
    const { body } = await wang.post('/api/events', report());
    const { id } = body.event;
    expect((await wang.get(`/api/events/${id.slice(0, 5)}%00${id.slice(5)}`)).body.event.id).toBe(id);
    expect((await wang.get(`/api/events?q=${encodeURIComponent('垃圾\0堆')}`)).body.events).toHaveLength(1);
    const unknown = await wang.post(`/api/events/${id}/add`, { note: '补充', photos: ['\0'] });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'bad_input']);
    const deep = `{"note":${'['.repeat(20_000)}`;
    expect((await wang.post(`/api/events/${id}/add`, deep)).status).toBe(400);
    expect((await wang.post(`/api/events/${id}/add`, `${deep + ']'.repeat(20_000)}}`)).status).toBeLessThan(500);
  });
});

describe('the signature for the phone', () => {
  it('is made as the platform checks it', async () => {
    const url = `${house.url}/?corpId=ding%201#/e/1`;
    const { body } = await (await house.as('wang')).get(`/api/jsapi?url=${encodeURIComponent(url)}`);
    const text = `jsapi_ticket=ticket-1&noncestr=${body.nonceStr}&timestamp=${body.timeStamp}&url=${house.url}/?corpId=ding 1`;
    expect(body.signature).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('is made for a page that says nothing of where it is from, as pages do that only ask', async () => {
    const { body } = await house.nobody.post('/api/login', { code: 'code-wang' });
    const page = (url: string) => `/api/jsapi?url=${encodeURIComponent(url)}`;
    const headers = { Authorization: `Bearer ${body.token}` };
    expect((await house.nobody.get(page(`${house.url}/`), headers)).status).toBe(200);
    const foreign = { ...headers, Origin: 'https://evil.example' };
    expect((await house.nobody.get(page('https://evil.example/'), foreign)).status).toBe(422);
  });

  it('is for our own pages only', async () => {
    const wang = await house.as('wang');
    for (const url of ['https://evil.example/', `${house.url}.evil.example/`, `${house.url}@evil.example/`, 'no url']) {
      expect((await wang.get(`/api/jsapi?url=${encodeURIComponent(url)}`)).status).toBe(422);
    }
  });
});
