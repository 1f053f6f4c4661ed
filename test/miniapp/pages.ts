import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { makeApp } from '../../server/http/app';
import { sessionKey } from '../../server/http/session';
import { type Answered, type House, newClientId, openHouse, type Who } from '../server/http/town';
import { freshPage, hasChromium, launch } from '../support/chromium';

/** The built micro-app on the real application, as people open it in a real browser. */
export interface Pages {
  house: House;
  chrome: Browser;
  url: string;
  /** What a developer would have seen in red; refusals (40x) are answers. */
  complaints: string[];
  /** Reported by 王芳, sent to 城管局 by the duty list. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are checked against the contract where they are read (town.ts)
  report(more?: object): Promise<any>;
  /** A step by the API, as from another phone. */
  step(who: Who, id: string, action: string, body?: object): Promise<Answered>;
  /** Opens a page as one of the town, in a context of its own or in the one given. */
  open(who: Who, hash: string, where?: BrowserContext | BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, locale: 'zh-CN', hasTouch: true };
export const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, locale: 'zh-CN' };
export const BUILT = join(__dirname, '../../dist/miniapp');

/** `describe`, skipped where there is no browser; GRIDTALK_REQUIRE makes that a failure. */
export const withBrowser = hasChromium() ? describe : describe.skip;

export async function openPages(prepare: (house: House) => Promise<void> = async () => undefined): Promise<Pages> {
  await freshPage('miniapp');
  const chrome = await launch();
  const house = await openHouse();
  await prepare(house);
  const server = createServer(makeApp(house.ports, await sessionKey(house.store), BUILT).callback());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const complaints: string[] = [];
  return {
    ...{ house, chrome, url, complaints },
    async report(more = {}) {
      const body = { text: '东街路口有垃圾堆', matterId: 'M-LITTER', clientId: newClientId(), ...more };
      return (await (await house.as('wang')).post('/api/events', body)).body.event;
    },
    step: async (who, id, action, body = {}) => (await house.as(who)).post(`/api/events/${id}/${action}`, body),
    async open(who, hash, where = PHONE) {
      const context = 'newPage' in where ? where : await chrome.newContext(where);
      return openPage(context, `${url}/?code=code-${who}${hash}`, complaints);
    },
    async close() {
      await chrome.close();
      await new Promise((done) => server.close(done));
      await house.close();
    },
  };
}

const PATIENCE = 20_000;

async function openPage(context: BrowserContext, address: string, complaints: string[]): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 40\d/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(address);
  return page;
}
