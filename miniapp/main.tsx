import './prelude';
import './look';
import { computed, effect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Redirect, Route, Router, Switch } from 'wouter-preact';
import { Trouble } from './api';
import { inDingTalk } from './bridge';
import { EnterPage } from './enter';
import { Skeleton } from './kit/states';
import { Toasts } from './kit/toast';
// Pages are made of these: they come with the first file, so that a page is one more on a slow line, and not six.
import './kit/chips';
import './kit/page';
import './kit/sheet';
import './official/time-left';
import './words';
import { forgetAll, stop, watch } from './live';
import { keepTrail, useHashPath, useSearch } from './route';
import { enter, forgetMe, type Me, me as who } from './session';
import { homeOf, TabBar } from './tabs';
import { Waiting } from './waiting';

/** What every page is given. */
export interface PageProps {
  me: Me;
  /** Of the address: `id` of `#/e/:id`. */
  params: Record<string, string>;
  /** Of the address: `do=ack` of `#/e/1?do=ack`. */
  search: URLSearchParams;
}

type Load = () => Promise<ComponentType<PageProps>>;

/** Pages whose chunk has come, by their address: they are there at once. */
const come: Record<string, ComponentType<PageProps>> = {};

/** Every page, by the address behind `#`; each comes with a chunk of its own when it is first opened. */
const PAGES: Record<string, Load> = {
  '/todo': () => import('./official/todo').then(({ TodoPage }) => TodoPage),
  '/e/:id': () => import('./event/page').then(({ EventPage }) => EventPage),
  '/report': () => import('./worker/report').then(({ ReportPage }) => ReportPage),
  '/mine': () => import('./worker/mine').then(({ MinePage }) => MinePage),
  '/month': () => import('./worker/month').then(({ MonthPage }) => MonthPage),
  '/outbox': () => import('./worker/waiting').then(({ WaitingPage }) => WaitingPage),
  '/e/:id/why': () => import('./why').then(({ WhyPage }) => WhyPage),
  '/e/:id/file': () => import('./supervisor/file').then(({ FilePage }) => FilePage),
  '/search': () => import('./supervisor/search').then(({ SearchPage }) => SearchPage),
  '/appeals': () => import('./supervisor/appeals').then(({ AppealsPage }) => AppealsPage),
  '/what-if': () => import('./whatif').then(({ WhatIfPage }) => WhatIfPage),
  '/today': () => import('./supervisor/today').then(({ TodayPage }) => TodayPage),
  '/rows': () => import('./supervisor/rows').then(({ RowsPage }) => RowsPage),
  '/wall': () => import('./supervisor/wall').then(({ WallPage }) => WallPage),
  '/map': () => import('./supervisor/map').then(({ MapPage }) => MapPage),
  '/admin': () => import('./admin/home').then(({ AdminPage }) => AdminPage),
  '/admin/rules/:kind': () => import('./admin/rules').then(({ RulesPage }) => RulesPage),
  '/admin/people': () => import('./admin/people').then(({ PeoplePage }) => PeoplePage),
  '/admin/units': () => import('./admin/units').then(({ UnitsPage }) => UnitsPage),
  '/admin/checkup': () => import('./admin/checkup').then(({ CheckupPage }) => CheckupPage),
  '/admin/audit': () => import('./admin/audit').then(({ AuditPage }) => AuditPage),
  '/admin/areas': () => import('./admin/areas').then(({ AreasPage }) => AreasPage),
  '/me': () => import('./me').then(({ MePage }) => MePage),
};

function open(): void {
  stop.value = null;
  enter().catch((error) => {
    stop.value = error;
  });
}

const shut = computed(() => stop.value !== null);

// Nothing of what was seen stays with a page that nobody is logged in to. It goes at once: what is shown instead asks anew.
effect(() => {
  if (!shut.value) return;
  who.value = null;
  forgetAll();
  if (isRefused(stop.peek())) forgetMe();
});

function App() {
  const me = who.value;
  const userId = me ? me.userId : '';
  useEffect(() => (userId ? watch() : undefined), [userId]);
  useEffect(() => (userId ? carry(userId) : undefined), [userId]);
  if (stop.value) return <EnterPage error={stop.value} again={open} />;
  return (
    <Router hook={useHashPath}>
      <Pages me={me} />
    </Router>
  );
}

function isRefused(error: unknown): boolean {
  return error instanceof Trouble && (error.status === 401 || error.status === 403);
}

/** What waits on the phone goes out; and the app itself is kept, to open without a network, where the client allows it. */
function carry(userId: string): () => void {
  let stopped = false;
  let stopSending = () => {};
  const start = ({ begin }: typeof import('./outbox')) => {
    if (!stopped) stopSending = begin(userId);
  };
  const timer = setTimeout(() => {
    import('./outbox').then(start, () => undefined);
    if ('serviceWorker' in navigator) navigator.serviceWorker.register('./sw.js').catch(() => undefined);
  }, AFTER_FIRST_PAINT);
  return () => {
    stopped = true;
    clearTimeout(timer);
    stopSending();
  };
}

const AFTER_FIRST_PAINT = 1_500;

/** The page's chunk comes while we are still being told who asks for it. */
function Pages({ me }: { me: Me | null }) {
  const [path] = useHashPath();
  const search = useSearch();
  return (
    <div class={inDingTalk() ? 'shell in-client' : 'shell'}>
      <Switch>
        {Object.keys(PAGES).map((pattern) => (
          <Route key={pattern} path={pattern}>
            {(params: Record<string, string>) => (
              <Lazy key={path} pattern={pattern} page={me && { me, params, search }} />
            )}
          </Route>
        ))}
        <Route>{me ? <Redirect to={homeOf(me)} replace /> : <Skeleton rows={4} />}</Route>
      </Switch>
      <Waiting />
      {me && <TabBar me={me} path={path} />}
      <Toasts />
    </div>
  );
}

function Lazy({ pattern, page }: { pattern: string; page: PageProps | null }) {
  const [, setCome] = useState(false);
  const [lost, setLost] = useState(false);
  const Loaded = come[pattern];
  useEffect(() => {
    if (Loaded) return;
    PAGES[pattern]!().then(
      (component) => {
        come[pattern] = component;
        setCome(true);
      },
      () => setLost(true),
    );
  }, []);
  if (lost) return <Lost />;
  return Loaded && page ? <Loaded {...page} /> : <Skeleton rows={4} />;
}

/** A chunk did not arrive: the line is down, or a new version stands on the server. */
function Lost() {
  return (
    <main class="stop">
      <h1>页面没有取到</h1>
      <p>网络不通，或网格通刚刚更新过。</p>
      <button type="button" class="button primary" onClick={() => location.reload()}>
        重新打开
      </button>
    </main>
  );
}

keepTrail();
const root = document.getElementById('app')!;
root.textContent = '';
open();
render(<App />, root);
