import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DingTalkConfig } from '../../../server/config';

/** The platform's end of the Stream, on this machine, for real sockets and faults that the sandbox does not know. */
export interface Loopback {
  config: DingTalkConfig;
  base: string;
  /** Times (ms) of the gateway calls so far. */
  gatewayCalls: number[];
  /** Bodies of the gateway calls. */
  asked: unknown[];
  /** All sockets ever opened, in order. */
  sockets: WebSocket[];
  /** What clients have sent, and by which socket. */
  heard: { socket: number; text: string }[];
  gateway: 'ok' | 'hang' | number;
  upgrade: 'ok' | 'hang' | 'refuse';
  onSocket: (socket: WebSocket) => void;
  live(): number;
  push(frame: unknown, socket?: number): void;
  close(): Promise<void>;
}

export async function openLoopback(): Promise<Loopback> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(loopback, Buffer.concat(chunks).toString(), response));
  });
  const wss = new WebSocketServer({ noServer: true });
  const raw = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    raw.add(socket);
    socket.on('error', () => undefined);
    if (loopback.upgrade === 'hang') return;
    if (loopback.upgrade === 'refuse') return socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
    wss.handleUpgrade(request, socket, head, (ws) => welcome(loopback, ws));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const loopback: Loopback = {
    base,
    config: { ...CONFIG, apiBase: base, oapiBase: base },
    gatewayCalls: [],
    asked: [],
    sockets: [],
    heard: [],
    gateway: 'ok',
    upgrade: 'ok',
    onSocket: () => undefined,
    live: () => loopback.sockets.filter((each) => each.readyState === each.OPEN).length,
    push(frame, socket = loopback.sockets.length - 1) {
      loopback.sockets[socket]?.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    },
    async close() {
      for (const socket of loopback.sockets) socket.terminate();
      for (const socket of raw) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return loopback;
}

export const CONFIG: DingTalkConfig = {
  clientId: 'dingclient',
  clientSecret: 'sec&ret+1',
  robotCode: 'dingclient',
  corpId: 'dingcorp',
  agentId: '1',
  apiBase: 'https://api.dingtalk.com',
  oapiBase: 'https://oapi.dingtalk.com',
};

function answer(loopback: Loopback, body: string, response: ServerResponse): void {
  loopback.gatewayCalls.push(performance.now());
  loopback.asked.push(JSON.parse(body || '{}'));
  const { gateway } = loopback;
  if (gateway === 'hang') return;
  response.setHeader('content-type', 'application/json');
  if (gateway !== 'ok') {
    response.statusCode = gateway;
    response.end(JSON.stringify({ code: 'authFailed', message: 'no app for sec&ret+1' }));
    return;
  }
  const ticket = `t/${loopback.gatewayCalls.length}+1`;
  response.end(JSON.stringify({ endpoint: `${loopback.base.replace('http', 'ws')}/connect`, ticket }));
}

function welcome(loopback: Loopback, ws: WebSocket): void {
  const index = loopback.sockets.push(ws) - 1;
  ws.on('message', (data) => loopback.heard.push({ socket: index, text: String(data) }));
  ws.on('error', () => undefined);
  loopback.onSocket(ws);
}

/** The official client as it is, in a process of its own, its requests led to the loopback: the control of the guard's tests. */
export function rawSdk(loopback: Loopback, listener: string, after = ''): ChildProcess {
  const script = `
    const axios = require('axios');
    axios.interceptors.request.use((c) => ({ ...c, url: c.url.replace('https://api.dingtalk.com', '${loopback.base}') }));
    const { DWClient } = require('dingtalk-stream');
    const client = new DWClient({ clientId: 'dingclient', clientSecret: 'secret' });
    client.registerCallbackListener('/v1.0/im/bot/messages/get', (message) => { ${listener} });
    client.connect();
    ${after}`;
  return spawn(process.execPath, ['-e', script], { cwd: process.cwd(), stdio: 'ignore' });
}

export const robotFrame = (messageId: string, data: unknown = { msgId: 'm' }) => ({
  specVersion: '1.0',
  type: 'CALLBACK',
  headers: { topic: '/v1.0/im/bot/messages/get', messageId, contentType: 'application/json' },
  data: JSON.stringify(data),
});

export const systemFrame = (topic: string, data: unknown = {}) => ({
  specVersion: '1.0',
  type: 'SYSTEM',
  headers: { topic, messageId: `sys-${topic}`, contentType: 'application/json' },
  data: JSON.stringify(data),
});

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something holds; fails the test when it does not within `limitMs`. */
export async function until(holds: () => boolean, limitMs = 30_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never held: ${holds.toString()}`);
    await pause(5);
  }
}
