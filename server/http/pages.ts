import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import type { Middleware } from 'koa';
import type { HttpPorts } from './needs';

/** Where the build of the micro-app lies, seen from the source and from the compiled file alike. */
const BUILT = resolve(__dirname, __filename.endsWith('.ts') ? '../../dist/miniapp' : '../../miniapp');

/**
 * Serves the micro-app. Its few files are read once, so no address ever reaches the file system.
 * The page and its service worker are asked for each time; everything else has its hash in its name and is kept for ever.
 */
export function pages(directory: string = BUILT): Middleware {
  const files = filesOf(directory);
  return async (ctx, next) => {
    const name = ctx.path === '/' ? '/index.html' : ctx.path;
    const bytes = files.get(name);
    if (!bytes || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.state.route = 'GET /';
    ctx.type = extname(name);
    ctx.set('Cache-Control', FRESH.includes(name) ? 'no-cache' : 'public, max-age=31536000, immutable');
    ctx.body = bytes;
  };
}

/** Their names stay the same from one build to the next. */
const FRESH = ['/index.html', '/sw.js'];

function filesOf(directory: string): Map<string, Buffer> {
  if (!existsSync(directory)) return new Map();
  const names = readdirSync(directory, { recursive: true, withFileTypes: true });
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(directory.length).replaceAll('\\', '/'), readFileSync(path)]),
  );
}

/** Headers of every answer. Photos tighten theirs further. */
export function securityHeaders({ config }: Pick<HttpPorts, 'config'>): Middleware {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self'",
    "connect-src 'self'",
    // DingTalk's bridge on iOS talks through a hidden frame with an address of its own kind.
    'frame-src https: dingtalk: wvjbscheme:',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors 'self' ${embedders(config)}`,
  ].join('; ');
  return async (ctx, next) => {
    ctx.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
    });
    if (ctx.path.startsWith('/api/')) ctx.set('Cache-Control', 'no-store');
    await next();
  };
}

/** Who may show the micro-app in a frame: the sandbox's chat page on this machine, or DingTalk on PC. */
function embedders({ dingtalk }: HttpPorts['config']): string {
  return dingtalk && !isLoopback(dingtalk.apiBase) ? 'https://*.dingtalk.com' : 'http://127.0.0.1:* http://localhost:*';
}

function isLoopback(base: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(base).hostname);
}
