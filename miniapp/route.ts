import { useEffect, useState } from 'preact/hooks';

/** Where we are, by the address's hash: `#/`, `#/mine`, `#/e/<id>?do=finish`. */
export type Route = { page: 'todo' } | { page: 'mine' } | { page: 'event'; id: string; action: string | null };

export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const event = /^\/e\/([^/]+)$/.exec(path);
  if (event?.[1]) {
    return { page: 'event', id: decodeURIComponent(event[1]), action: new URLSearchParams(search).get('do') };
  }
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
