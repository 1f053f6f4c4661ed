import { useEffect, useState } from 'preact/hooks';

/** Where we are, by the address's hash: `#/`, `#/mine`, `#/e/<id>?do=finish`, `#/e/<id>/why`, `#/what-if`. */
export type Route =
  | { page: 'todo' }
  | { page: 'mine' }
  | { page: 'what-if' }
  | { page: 'event'; id: string; action: string | null }
  | { page: 'why'; id: string };

export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const event = /^\/e\/([^/]+)$/.exec(path);
  if (event?.[1]) {
    return { page: 'event', id: decodeURIComponent(event[1]), action: new URLSearchParams(search).get('do') };
  }
  const why = /^\/e\/([^/]+)\/why$/.exec(path);
  if (why?.[1]) return { page: 'why', id: decodeURIComponent(why[1]) };
  if (path === '/what-if') return { page: 'what-if' };
  return { page: path === '/mine' ? 'mine' : 'todo' };
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const follow = () => setRoute(routeOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
