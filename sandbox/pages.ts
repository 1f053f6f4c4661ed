import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, normalize, sep } from 'node:path';
import Router from '@koa/router';
import type { Context, Next } from 'koa';
import { openAs } from './control';
import type { Platform } from './platform';
import { samplePhoto } from './samples';

const MIME: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** The built chat page, whether this runs from source or from dist. */
const PAGE = join(root(__dirname), 'dist', 'sandbox', 'page');

function root(from: string): string {
  if (existsSync(join(from, 'package.json')) || dirname(from) === from) return from;
  return root(dirname(from));
}

/** Files that were sent, by the page's own links and by the signed links of the download API; sample photos; login. */
export function fileRouter(platform: Platform): Router {
  const router = new Router();
  router.get('/sandbox/open', (ctx) => openAs(platform, ctx));
  router.get('/sandbox/samples/:name', (ctx) => {
    const bytes = samplePhoto(ctx.params.name ?? '');
    if (bytes) send(ctx, 'image/png', bytes);
  });
  router.get('/sandbox/files/:id', (ctx) => {
    const found = platform.files.get(ctx.params.id ?? '');
    if (found) send(ctx, found.file.mime, found.bytes);
  });
  router.get('/oss/:name', (ctx) => stored(platform, ctx));
  return router;
}

/** The object storage behind downloadUrl: every file is a `.file`, and its type is for the reader to find out. */
async function stored(platform: Platform, ctx: Context): Promise<void> {
  const fault = platform.faults.strike(['hang', 'server-error'], ctx.path);
  if (fault === 'hang') await new Promise((resolve) => ctx.res.once('close', resolve));
  if (fault) ctx.throw(500);
  const { Expires, Signature } = ctx.query;
  const found = platform.files.open(String(ctx.params.name).replace(/\.file$/, ''), String(Expires), String(Signature));
  if (found) return send(ctx, 'application/octet-stream', found.bytes);
  ctx.status = 403;
  ctx.type = 'application/xml';
  ctx.body = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>';
}

function send(ctx: Context, mime: string, bytes: Buffer): void {
  ctx.set({ 'content-type': mime, 'x-content-type-options': 'nosniff', 'cache-control': 'private, max-age=3600' });
  ctx.body = bytes;
}

/** The chat page. File names under assets/ carry a hash of their content, so they never change. */
export async function chatPage(ctx: Context, next: Next): Promise<void> {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
  const file = normalize(join(PAGE, ctx.path === '/' ? 'index.html' : decodeURIComponent(ctx.path)));
  const bytes = file.startsWith(PAGE + sep) ? await readFile(file).catch(() => null) : null;
  if (!bytes && ctx.path !== '/') return next();
  if (!bytes) return notBuilt(ctx);
  ctx.set('cache-control', ctx.path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  ctx.set('content-type', MIME[extname(file)] ?? 'application/octet-stream');
  ctx.body = bytes;
}

function notBuilt(ctx: Context): void {
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = '沙箱已经在运行，但聊天页面还没有构建。\n请在项目目录里运行：npm run build\n然后刷新本页。\n';
}
