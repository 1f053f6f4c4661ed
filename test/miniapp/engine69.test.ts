import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { z } from 'zod';
import { type House, newClientId, PIXEL, type Who } from '../server/http/town';
import { CHROMIUM_69, isHere } from '../support/outside';
import { openPages, type Pages } from './pages';

/** The real Chromium 69 of DingTalk 7.0 and 浙政钉 (reference/frontend.md §1.5), driven by its own protocol: Playwright is too new for it. */

const SHOTS = join(__dirname, '../../coverage/screenshots/engine69');

const answer = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
});
const evaluated = z.looseObject({
  result: z.looseObject({ value: z.unknown().optional() }),
  exceptionDetails: z.unknown().optional(),
});

interface Old {
  /** Opens an address; what was thrown on the page before is forgotten. */
  open(address: string): Promise<void>;
  /** The value of an expression on the page. */
  see<T>(expression: string): Promise<T>;
  /** Resolves when the expression is true on the page. */
  until(expression: string): Promise<void>;
  attach(selector: string, file: string): Promise<void>;
  shoot(name: string): Promise<void>;
  thrown: string[];
  close(): void;
}

async function launchOld(): Promise<Old> {
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--single-process',
    '--no-zygote',
    '--disable-dev-shm-usage',
  ];
  const profile = mkdtempSync(join(tmpdir(), 'gridtalk-69-'));
  const child = spawn(
    CHROMIUM_69,
    [
      ...flags,
      '--lang=zh-CN',
      '--window-size=360,780',
      `--user-data-dir=${profile}`,
      '--remote-debugging-port=0',
      'about:blank',
    ],
    {
      env: { ...process.env, HOME: profile },
    },
  );
  const port = await portOf(child);
  const socket = new WebSocket(await pageAddress(port), { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, (result: unknown) => void>();
  const thrown: string[] = [];
  socket.on('message', (data) => {
    const { id, method, params, result } = answer.parse(JSON.parse(String(data)));
    if (id !== undefined) waiting.get(id)?.(result);
    if (method === 'Runtime.exceptionThrown') thrown.push(JSON.stringify(params).slice(0, 400));
  });
  let last = 0;
  const send = (method: string, params: object = {}) =>
    new Promise<unknown>((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  for (const domain of ['Page', 'Runtime', 'DOM']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', { width: 360, height: 780, deviceScaleFactor: 2, mobile: true });
  const see = async <T>(expression: string): Promise<T> => {
    const { result } = evaluated.parse(
      await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }),
    );
    return result.value as T;
  };
  const until = async (expression: string) => {
    for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100)))
      if (await see<boolean>(`!!(${expression})`)) return;
    throw new Error(
      `never true on the page: ${expression}; it says: ${await see('document.body.innerText')}; ${thrown.join()}`,
    );
  };
  return {
    ...{ see, until, thrown },
    async open(address) {
      await send('Page.navigate', { url: 'about:blank' });
      thrown.splice(0);
      await send('Page.navigate', { url: address });
    },
    async attach(selector, file) {
      const { root } = z
        .looseObject({ root: z.looseObject({ nodeId: z.number() }) })
        .parse(await send('DOM.getDocument'));
      const found = z
        .looseObject({ nodeId: z.number() })
        .parse(await send('DOM.querySelector', { nodeId: root.nodeId, selector }));
      await send('DOM.setFileInputFiles', { nodeId: found.nodeId, files: [file] });
    },
    async shoot(name) {
      mkdirSync(SHOTS, { recursive: true });
      const { data } = z
        .looseObject({ data: z.string() })
        .parse(await send('Page.captureScreenshot', { format: 'png' }));
      writeFileSync(join(SHOTS, `${name}.png`), Buffer.from(data, 'base64'));
    },
    close() {
      socket.terminate();
      child.kill('SIGKILL');
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

function portOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr!.on('data', (data) => {
      said += String(data);
      const [, port] = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(said) ?? [];
      if (port) resolve(port);
    });
    child.once('exit', () => reject(new Error(`Chromium 69 ended: ${said}`)));
  });
}

async function pageAddress(port: string): Promise<string> {
  const targets = z.array(z.looseObject({ type: z.string(), webSocketDebuggerUrl: z.string() }));
  for (;;) {
    const list = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
    const page = list.find(({ type }) => type === 'page');
    if (page) return page.webSocketDebuggerUrl;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

(isHere('chromium69') ? describe : describe.skip)('on the real Chromium 69', () => {
  let pages: Pages;
  let house: House;
  let old: Old;

  beforeAll(async () => {
    pages = await openPages(async (opened) => {
      house = opened;
      const { posts, areas } = await house.store.town();
      const admin = { id: 'li-admin', userId: 'li', role: 'admin' as const, unitId: 'centre', areaId: 'd' };
      const ring = [
        [104, 30.7],
        [104.01, 30.7],
        [104.01, 30.71],
        [104, 30.7],
      ].map(([x, y]): [number, number] => [x!, y!]);
      await house.store.saveTown({
        posts: [...posts, admin],
        areas: areas.map((area) => ({ ...area, polygon: area.id === 'g1' ? ring : null })),
      });
      await house.refresh();
    });
    old = await launchOld();
  });
  afterAll(async () => {
    old?.close();
    await pages.close();
  });

  const open = (who: Who, hash: string) => old.open(`${pages.url}/?code=code-${who}#${hash}`);
  const overflows = () => old.see<boolean>('document.documentElement.scrollWidth > innerWidth');

  test('it is that engine, and not a newer one', async () => {
    expect(await old.see('navigator.userAgent')).toMatch(/Chrome\/69\.0\.3494/);
    // Control: it does not know what our source is written in.
    expect(await old.see('(() => { try { return Boolean(eval("null?.x, true")); } catch { return false; } })()')).toBe(
      false,
    );
  });

  test('a worker reports, with words and a photo, and it is filed', async () => {
    await open('wang', '/report');
    await old.until('document.querySelector("textarea")');
    const file = join(mkdtempSync(join(tmpdir(), 'gridtalk-photo-')), 'photo.png');
    writeFileSync(file, PIXEL);
    await old.attach('input[type=file]', file);
    await old.until('document.querySelector(".thumb img, .photos img")');
    await old.see(
      '(() => { const field = document.querySelector("textarea"); field.value = "东街路口有垃圾堆"; field.dispatchEvent(new Event("input", { bubbles: true })); })()',
    );
    await old.shoot('report');
    expect(await overflows()).toBe(false);
    await old.see(
      'Array.from(document.querySelectorAll("button")).find((button) => button.textContent === "提交").click()',
    );
    let event: Awaited<ReturnType<House['store']['event']>> = null;
    for (
      const end = Date.now() + 30_000;
      !event && Date.now() < end;
      await new Promise((resolve) => setTimeout(resolve, 200))
    ) {
      const [id] = await house.store.eventIds(null, 1);
      event = id ? await house.store.event(id) : null;
    }
    expect(event).toMatchObject({
      text: '东街路口有垃圾堆',
      reporterId: 'wang',
      stage: 'dispatched',
      mediaIds: [expect.any(String)],
    });
    expect(old.thrown).toEqual([]);
  });

  test.each([
    ['zhao', '/todo', 'a.row', 'todo'],
    ['zhao', '/e/:event', '.bar .primary', 'event'],
    ['wang', '/mine', '.row', 'mine'],
    ['zhou', '/today', '.tile strong', 'today'],
    ['zhou', '/wall', 'main', 'wall'],
    ['zhou', '/map', '.leaflet-container canvas', 'map'],
    ['zhou', '/search', '.above', 'search'],
    ['li', '/admin', '.ways a', 'admin'],
    ['li', '/admin/rules/settings', '.versions, .lines', 'settings'],
  ] as const)('%s sees %s', async (who, hash, ready, name) => {
    const body = { text: '路口有垃圾堆', clientId: newClientId() };
    const { id } = (await (await house.as('wang')).post('/api/events', body)).body.event;
    await open(who, hash.replace(':event', id));
    await old.until(`document.querySelector(${JSON.stringify(ready)}) && !document.querySelector(".skeleton")`);
    await old.shoot(name);
    expect(await overflows()).toBe(false);
    expect(old.thrown).toEqual([]);
  });
});
