/**
 * Keeps the whole build on the phone, so that the app opens without a network. Only a help: where a client has no service
 * workers (iOS, some containers) everything else works the same. Nothing of /api is ever kept.
 */
interface Scope {
  addEventListener(type: string, listener: (event: Happening) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}
interface Happening {
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
  request: Request;
}

const worker = self as unknown as Scope;

/** The build puts the names of its files here (vite.config.mts), and a word that changes with them. */
declare const BUILD: { name: string; files: string[] };

const SHELVES = 'gridtalk-';
const shelf = SHELVES + BUILD.name;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(shelf)
      .then((cache) => cache.addAll(['./'].concat(BUILD.files)))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  const old = (names: string[]) => names.filter((name) => name.indexOf(SHELVES) === 0 && name !== shelf);
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(old(names).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' && pathname === '/') event.respondWith(page(request));
  else if (pathname.indexOf('/assets/') === 0) event.respondWith(file(request));
});

const PATIENCE = 4_000;

/** The newest page where the network gives it in time, else the one of this build. */
async function page(request: Request): Promise<Response> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE));
  const fresh = await Promise.race([fetch(request).catch(() => null), late]);
  if (fresh?.ok) return fresh;
  return (await caches.match('./')) || fresh || Response.error();
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) || fetch(request);
}

// A module to the bundler, which else wraps it in one that imports; the worker itself is a plain script.
export {};
