import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE } from '../../../server/domain/clock';
import { makeApp, type Status } from '../../../server/http/app';
import { unready } from '../../../server/http/health';
import { openMetrics } from '../../../server/metrics';
import { type House, MORNING, openHouse } from './town';

const well: Status = {
  stream: { connected: 1, lastFrameAt: MORNING - MINUTE, wanted: true },
  outbox: { pending: 3, oldestDueAt: MORNING - MINUTE, failed: 0 },
  database: 'ok',
};

describe('readiness', () => {
  it('is given when the stream is heard, the outbox is in time and the database answers', () => {
    expect(unready(well, MORNING)).toEqual([]);
    expect(unready({ ...well, stream: { connected: 0, lastFrameAt: null, wanted: false } }, MORNING)).toEqual([]);
  });

  it.each<[string, Status, string]>([
    ['cut off', { ...well, stream: { ...well.stream, connected: 0 } }, 'stream: not connected to DingTalk'],
    [
      'silent',
      { ...well, stream: { ...well.stream, lastFrameAt: MORNING - 3 * MINUTE } },
      'stream: no frame for 3 minutes',
    ],
    [
      'late',
      { ...well, outbox: { pending: 3, oldestDueAt: MORNING - 6 * MINUTE, failed: 0 } },
      'outbox: the oldest of 3 notices is 6 minutes late',
    ],
    ['without a database', { ...well, database: 'does not answer' }, 'database: does not answer'],
  ])('is withdrawn when %s, with the reason', async (_, status, reason) => {
    const house = await openHouse(() => ({ status: () => status }));
    const ready = await house.nobody.get('/readyz');
    const alive = await house.nobody.get('/healthz');
    await house.close();
    expect([ready.status, ready.body]).toEqual([503, { ready: false, reasons: [reason] }]);
    expect([alive.status, alive.body]).toEqual([200, { alive: true }]);
  });
});

describe('metrics', () => {
  it('count what happened, and show the status as it is at the scrape', async () => {
    let now = MORNING;
    const metrics = openMetrics(
      () => well,
      () => now,
    );
    metrics.frame('robot', 'acked');
    metrics.command('ack', 'refused');
    metrics.vendorCall('card.create');
    metrics.vendorCall('push.reply');
    metrics.request('GET /api/events/:id', 404, 12);
    now += MINUTE;
    const text = await metrics.text();
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'gridtalk_frames_total{topic="robot",outcome="acked"} 1',
        'gridtalk_commands_total{type="ack",outcome="refused"} 1',
        'gridtalk_vendor_calls_total{family="card.create"} 1',
        'gridtalk_vendor_pushes_total{family="push.reply"} 1',
        'gridtalk_outbox_pending 3',
        'gridtalk_outbox_oldest_seconds 120',
        'gridtalk_stream_connections 1',
        'gridtalk_database_up 1',
        'gridtalk_http_request_seconds_count{route="GET /api/events/:id",status="404"} 1',
      ]),
    );
  });

  it('are served as Prometheus reads them', async () => {
    const metrics = openMetrics(
      () => well,
      () => MORNING,
    );
    const house = await openHouse(() => ({ metrics: metrics.text }));
    const { headers, body } = await house.nobody.get('/metrics');
    await house.close();
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(String(body)).toContain('# TYPE gridtalk_outbox_pending gauge');
  });
});

describe('the built page', () => {
  let house: House;
  let directory: string;
  let url: string;
  const server = createServer();
  beforeAll(async () => {
    house = await openHouse();
    directory = await mkdtemp(join(tmpdir(), 'gridtalk-page-'));
    await mkdir(join(directory, 'assets'));
    await writeFile(join(directory, 'index.html'), '<!doctype html>');
    await writeFile(join(directory, 'assets', 'main-1a2b.js'), 'void 0;');
    await writeFile(join(directory, 'assets', 'long-1a2b.js'), ' '.repeat(5_000));
    server.on('request', makeApp(house.ports, Buffer.alloc(32), directory).callback());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await house.close();
    await rm(directory, { recursive: true });
  });

  it('is asked for anew each time, its parts are kept for ever', async () => {
    const page = await fetch(`${url}/?code=1`);
    const script = await fetch(`${url}/assets/main-1a2b.js`);
    expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect([script.status, script.headers.get('content-type'), script.headers.get('cache-control')]).toEqual([
      200,
      expect.stringContaining('javascript'),
      'public, max-age=31536000, immutable',
    ]);
  });

  it('comes packed to whoever can unpack it, and what is short or packed already comes as it is', async () => {
    const packed = async (path: string, accept: string) =>
      (await fetch(url + path, { headers: { 'Accept-Encoding': accept } })).headers.get('content-encoding');
    expect(await packed('/assets/long-1a2b.js', 'gzip')).toBe('gzip');
    expect(await packed('/assets/long-1a2b.js', 'br, gzip')).toBe('br');
    expect(await packed('/assets/long-1a2b.js', 'identity')).toBeNull();
    expect(await packed('/assets/main-1a2b.js', 'gzip')).toBeNull();
    expect((await (await fetch(`${url}/assets/long-1a2b.js`)).text()).length).toBe(5_000);
  });

  it('leaves everything else on the disk alone', async () => {
    for (const path of ['/assets/../index.html.map', '/%2e%2e/%2e%2e/etc/passwd', '/assets', '//index.html']) {
      expect((await fetch(url + path)).status).toBe(404);
    }
  });
});
