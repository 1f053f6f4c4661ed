import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:zlib';
import Koa, { type Context, type Middleware } from 'koa';
import compress from 'koa-compress';
import { adminRoutes } from './admin';
import { appealRoutes } from './appeals';
import { auditRoutes } from './audit';
import { contactRoutes } from './contacts';
import { eventRoutes } from './events';
import { exportRoutes } from './export';
import { fileRoutes } from './file';
import { healthRoutes } from './health';
import { loginRoutes } from './login';
import { mapRoutes } from './map';
import { mount } from './mount';
import type { HttpPorts } from './needs';
import { overviewRoutes } from './overview';
import { pages, securityHeaders } from './pages';
import { personRoutes } from './person';
import { photoRoutes } from './photos';
import { Problem } from './problem';
import { PAGE_POLICY, problemPage } from './problem-page';
import { rulebookRoutes } from './rulebook';
import { searchRoutes } from './search';
import { sessionKey } from './session';
import { todoRoutes } from './todo';
import { townRoutes } from './town';
import { whatIfRoutes } from './whatif';
import { workerRoutes } from './worker';

export type { HttpPorts, Status } from './needs';

/** Listens on `config.host`:`config.port` (0 takes a free one). `close` lets requests that run come to their end. */
export async function startHttp(ports: HttpPorts): Promise<{ port: number; close(): Promise<void> }> {
  const app = makeApp(ports, await sessionKey(ports.store));
  const server = createServer(app.callback());
  server.requestTimeout = 60_000;
  await listen(server, ports.config.port, ports.config.host);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/** The application without its socket. `key` signs sessions; `directory` holds the built micro-app. */
export function makeApp(ports: HttpPorts, key: Buffer, directory?: string): Koa {
  const app = new Koa();
  const router = mount(
    {
      ...healthRoutes(ports),
      ...loginRoutes(ports, key),
      ...eventRoutes(ports),
      ...todoRoutes(ports),
      ...photoRoutes(ports, key),
      ...townRoutes(ports),
      ...rulebookRoutes(ports),
      ...adminRoutes(ports),
      ...personRoutes(ports),
      ...contactRoutes(ports),
      ...whatIfRoutes(ports),
      ...overviewRoutes(ports),
      ...mapRoutes(ports),
      ...searchRoutes(ports),
      ...exportRoutes(ports, key),
      ...fileRoutes(ports),
      ...appealRoutes(ports),
      ...auditRoutes(ports),
      ...workerRoutes(ports),
    },
    ports,
    key,
  );
  app.use(measure(ports));
  app.use(compressed);
  app.use(securityHeaders(ports));
  app.use(problems(ports));
  app.use(router.routes());
  app.use(router.allowedMethods());
  app.use(pages(directory));
  // What reaches Koa itself has broken off underneath (a phone that left); everything else is answered below.
  app.on('error', () => undefined);
  return app;
}

/** Weak networks are the rule; what is short, or packed already (photos, Excel), goes as it is. */
const compressed = compress({ threshold: 1024, br: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } } });

function measure({ onRequest }: HttpPorts): Middleware {
  return async (ctx, next) => {
    const start = performance.now();
    await next();
    onRequest?.(ctx.state.route ?? 'unknown', ctx.status, performance.now() - start);
  };
}

/** Everything that goes wrong is answered as a problem; bugs without their insides. */
function problems(ports: HttpPorts): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status >= 400 && ctx.body === undefined) throw plain(ctx.status);
    } catch (error) {
      const problem = error instanceof Problem ? error : bug(ports, error);
      ctx.set(problem.more.headers ?? {});
      ctx.status = problem.status;
      answer(ctx, problem, ports.config.publicUrl ?? '/');
    }
  };
}

/** JSON for programs; for a person who opened a link, a page. */
function answer(ctx: Context, problem: Problem, home: string): void {
  if (ctx.method === 'GET' && ctx.accepts('json', 'html') === 'html') {
    ctx.set('Content-Security-Policy', PAGE_POLICY);
    ctx.type = 'html';
    ctx.body = problemPage(problem, home);
    return;
  }
  ctx.type = 'application/problem+json';
  ctx.body = JSON.stringify(problem);
}

function plain(status: number): Problem {
  if (status === 405 || status === 501) return new Problem(status, 'method', '这个地址不支持这种请求方法。');
  return new Problem(status, status === 404 ? 'no_route' : 'bad_request', '没有这个地址。');
}

function bug({ onBug = logBug }: HttpPorts, error: unknown): Problem {
  const id = randomUUID().slice(0, 8);
  onBug(error, id);
  return new Problem(500, 'bug', `系统出错，已记录（${id}），请稍后再试。`, { id });
}

function logBug(error: unknown, id: string): void {
  console.error(`http bug ${id}:`, error instanceof Error ? error.stack : 'not an Error');
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

const PATIENCE = 5_000;

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), PATIENCE);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
