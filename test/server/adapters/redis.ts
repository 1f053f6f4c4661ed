import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import Queue from 'bull';

export const REDIS = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';

const { hostname, port } = new URL(REDIS);
const far = { host: hostname, port: Number(port || 6379) };

/** True when Redis answers; else says why its promises are skipped, or fails where GRIDTALK_REQUIRE asks for it. */
export function redisIsThere(): boolean {
  const knock = `require('net').connect(${JSON.stringify(far)}).on('connect', () => process.exit(0)).on('error', () => process.exit(1))`;
  try {
    execFileSync(process.execPath, ['-e', knock], { timeout: 5_000 });
    return true;
  } catch {
    if (process.env.GRIDTALK_REQUIRE?.includes('redis')) throw new Error('GRIDTALK_REQUIRE asks for Redis; none there');
    console.warn('Redis does not answer: what is promised of the Bull alarm is not checked here');
    return false;
  }
}

const names: string[] = [];

export function freshName(): string {
  const name = `alarm-test-${randomUUID()}`;
  names.push(name);
  return name;
}

/** A look at an alarm's queue by hand. */
export async function withQueue<T>(name: string, look: (queue: Queue.Queue) => Promise<T>): Promise<T> {
  const queue = new Queue(name, REDIS, { prefix: 'gridtalk' });
  try {
    return await look(queue);
  } finally {
    await queue.close();
  }
}

export async function forget(name: string): Promise<void> {
  await withQueue(name, async ({ client }) => {
    const keys = await client.keys(`gridtalk:${name}:*`);
    if (keys.length > 0) await client.del(...keys);
  });
}

export async function forgetAll(): Promise<void> {
  for (const name of names.splice(0)) await forget(name);
}

/** Resolves as soon as it holds; tells whether it did within `ms`. */
export async function comesTrue(what: () => boolean, ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end; await wait(2)) if (what()) return true;
  return what();
}

/** A ring that counts itself, and takes so many ms, or until something has happened. */
export function counting(takes: number | Promise<unknown> = 0) {
  const seen = { begun: 0, ended: 0, now: 0, most: 0 };
  const ring = async () => {
    seen.begun += 1;
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    if (takes !== 0) await (typeof takes === 'number' ? wait(takes) : takes);
    seen.now -= 1;
    seen.ended += 1;
  };
  return { seen, ring };
}

export function unexpected(error: Error): void {
  throw error;
}

/** A wire to Redis that can be cut, break at a word, or go dead without breaking. */
export async function wire() {
  const sockets = new Set<net.Socket>();
  let up = true;
  let fatal: string | null = null;
  let broken = 0;
  const server = net.createServer((near) => {
    if (!up) return near.destroy();
    near.on('data', (bytes) => {
      if (fatal === null || !bytes.includes(fatal)) return;
      broken += 1;
      near.destroy();
    });
    join(near, net.connect(far), sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');

  const drop = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `redis://127.0.0.1:${address.port}`,
    cut() {
      up = false;
      drop();
    },
    mend() {
      up = true;
    },
    /** From now on a connection breaks when this is said on it; tells how many have. */
    breakAt(word: string) {
      fatal = word;
      return () => broken;
    },
    /** The connections of this moment stay open, and nothing passes any more. */
    die() {
      for (const socket of sockets) socket.unpipe().resume();
    },
    close() {
      drop();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function join(near: net.Socket, redis: net.Socket, sockets: Set<net.Socket>): void {
  for (const [from, to] of [
    [near, redis],
    [redis, near],
  ] as const) {
    sockets.add(from);
    from.on('error', () => undefined).on('close', () => to.destroy());
    from.pipe(to);
  }
}
