import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Ack, Acks, Answer } from './acks';
import type { SandboxClock } from './clock';
import type { Faults } from './faults';
import { createTickets, type Subscription } from './tickets';

export type FrameType = 'SYSTEM' | 'EVENT' | 'CALLBACK';
export interface Frame {
  type: FrameType;
  topic: string;
  headers?: Record<string, string>;
  data: string;
}

export interface Connection {
  id: string;
  socket: WebSocket;
  subscriptions: Subscription[];
  /** A planned disconnect was announced: nothing is sent any more. */
  draining: boolean;
  /** Half-open: stays open, and nothing passes. */
  dead: boolean;
}

export interface Gateway {
  /** A one-use ticket for a connection with these subscriptions. */
  ticket(subscriptions: Subscription[]): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** A live connection subscribed to the topic, at random; null when there is none. */
  pick(type: FrameType, topic: string): Connection | null;
  /** Sends a frame under a new messageId and waits for its answer, at most `limitMs` of real time. */
  ask(connection: Connection, frame: Frame, limitMs: number): Promise<Answer>;
  /** Sends text as it is to one connection; false when there is none. */
  raw(text: string): boolean;
  connections(): number;
  acks(): Ack[];
  close(): void;
}

export interface GatewayOptions {
  appId: string;
  clock: SandboxClock;
  faults: Faults;
  acks: Acks;
  pingMs: number;
  disconnectGraceMs: number;
}

const MALFORMED = '{"specVersion":"1.0","type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","mess';

/** The Stream side of the platform: tickets, sockets, frames (reference §2). */
export function createGateway(options: GatewayOptions): Gateway {
  const { clock, faults, acks } = options;
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const tickets = createTickets(clock);
  const live = new Set<Connection>();

  const usable = () => [...live].filter((one) => !one.draining && one.socket.readyState === WebSocket.OPEN);
  const pick = (type: FrameType, topic: string) =>
    anyOf(usable().filter((one) => one.subscriptions.some((wish) => wish.type === type && wish.topic === topic)));
  const send = (connection: Connection, frame: Frame, messageId: string) => {
    const text = JSON.stringify(envelope(frame, messageId, connection.id, options.appId, clock.now()));
    if (!connection.dead) connection.socket.send(text);
  };
  const system = (connection: Connection, topic: string, data: object) =>
    send(connection, { type: 'SYSTEM', topic, data: JSON.stringify(data) }, randomUUID());

  /** Announce, fall silent, close: a client has the grace to open its next connection. */
  const disconnect = (connection: Connection) => {
    system(connection, 'disconnect', { reason: 'connection is expired' });
    connection.draining = true;
    setTimeout(() => connection.socket.close(1001), options.disconnectGraceMs).unref();
  };
  const strike = () => {
    if (faults.on('gateway-down')) for (const one of live) one.socket.terminate();
    if (faults.on('half-open')) for (const one of live) one.dead = true;
    const victim = anyOf(usable());
    if (victim && faults.take('malformed')) victim.socket.send(MALFORMED);
    if (victim && faults.take('disconnect')) disconnect(victim);
  };
  const open = (socket: WebSocket, subscriptions: Subscription[]) => {
    const connection: Connection = { id: randomUUID(), socket, subscriptions, draining: false, dead: false };
    live.add(connection);
    socket.on('close', () => live.delete(connection));
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data) => connection.dead || socket.pong(data));
    socket.on('message', (data) => connection.dead || acks.receive(textOf(data)));
    strike();
    system(connection, 'CONNECTED', { connectionId: connection.id });
    system(connection, 'REGISTERED', { connectionId: connection.id });
  };

  faults.listen(strike);
  const pinging = setInterval(() => {
    for (const one of usable()) system(one, 'ping', { opaque: randomUUID() });
  }, options.pingMs).unref();

  return {
    pick,
    ticket: tickets.issue,
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'ws://sandbox');
      if (url.pathname !== '/connect' || faults.on('gateway-down')) return refuse(socket, '503 Service Unavailable');
      const subscriptions = tickets.redeem(url.searchParams.get('ticket') ?? '');
      if (!subscriptions) return refuse(socket, '401 Unauthorized');
      server.handleUpgrade(request, socket, head, (opened) => open(opened, subscriptions));
    },
    ask(connection, frame, limitMs) {
      const messageId = newMessageId();
      const answer = acks.expect({ messageId, topic: frame.topic, data: frame.data, limitMs });
      send(connection, frame, messageId);
      return answer;
    },
    raw(text) {
      const connection = anyOf(usable());
      if (connection && !connection.dead) connection.socket.send(text);
      return connection !== null;
    },
    connections: () => usable().length,
    acks: acks.list,
    close() {
      clearInterval(pinging);
      for (const one of live) one.socket.terminate();
      server.close();
      acks.close();
    },
  };
}

function envelope(frame: Frame, messageId: string, connectionId: string, appId: string, at: number): object {
  const headers = {
    appId,
    connectionId,
    topic: frame.topic,
    messageId,
    contentType: 'application/json',
    time: String(at),
  };
  return {
    specVersion: '1.0',
    type: frame.type,
    headers: { ...headers, ...frame.headers, messageId },
    data: frame.data,
  };
}

function newMessageId(): string {
  return `${randomBytes(6).toString('hex')}_${randomBytes(4).toString('hex')}_${randomBytes(8).toString('hex')}`;
}

function anyOf<T>(list: T[]): T | null {
  return list[Math.floor(Math.random() * list.length)] ?? null;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function textOf(data: RawData): string {
  return Array.isArray(data) ? Buffer.concat(data).toString('utf8') : Buffer.from(data as Buffer).toString('utf8');
}
