import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { quantile } from './print';

/** A gateway that does nothing but push robot frames, a window at a time, and clock their acknowledgements. */

let socket: WebSocket | null = null;
let job = { people: [] as string[], frames: 0, window: 0 };
let sent = 0;
let acked = 0;
let began = 0;
const sentAt = new Map<string, number>();
const took: number[] = [];

const server = createServer((_request, response) => {
  const { port } = server.address() as AddressInfo;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ endpoint: `ws://127.0.0.1:${port}/connect`, ticket: randomUUID() }));
});

new WebSocketServer({ server }).on('connection', (opened) => {
  socket = opened;
  opened.on('message', (raw) => onAck(JSON.parse(String(raw)).headers.messageId));
});

function onAck(messageId: string): void {
  const at = sentAt.get(messageId);
  if (at === undefined) return;
  sentAt.delete(messageId);
  took.push(performance.now() - at);
  acked += 1;
  if (sent < job.frames) pushOne();
  else if (acked === job.frames) finish();
}

function pushOne(): void {
  const messageId = `m${sent}`;
  const data = {
    ...{ msgId: `msg-bench-${sent}`, msgtype: 'text', text: { content: `建设路${sent}号路灯不亮，晚上看不清路` } },
    ...{ robotCode: 'bench', conversationType: '1', conversationId: `cid-${sent % job.people.length}` },
    ...{ senderStaffId: job.people[sent % job.people.length], senderNick: '网格员', createAt: Date.now() },
  };
  const headers = {
    appId: 'bench',
    connectionId: 'c',
    topic: '/v1.0/im/bot/messages/get',
    messageId,
    contentType: 'application/json',
    time: String(Date.now()),
  };
  sentAt.set(messageId, performance.now());
  sent += 1;
  socket!.send(JSON.stringify({ specVersion: '1.0', type: 'CALLBACK', headers, data: JSON.stringify(data) }));
}

function finish(): void {
  took.sort((a, b) => a - b);
  process.send!({
    kind: 'done',
    seconds: (performance.now() - began) / 1000,
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
  });
}

process.on('message', (message: typeof job & { go?: boolean }) => {
  if (!message.go) {
    job = message;
    server.listen(0, '127.0.0.1', () =>
      process.send!({ kind: 'listening', base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
    );
    return;
  }
  const start = setInterval(() => {
    if (!socket) return;
    clearInterval(start);
    began = performance.now();
    while (sent < Math.min(job.window, job.frames)) pushOne();
  }, 20);
});
