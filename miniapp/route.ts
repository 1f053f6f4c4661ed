import { useHashLocation } from 'wouter-preact/use-hash-location';

/** Where we are, by the address's hash: `#/todo`, `#/e/<id>?do=finish`. What stands behind `?` stays behind the `#`. */
export function useHashPath(): [string, (to: string, options?: { replace?: boolean }) => void] {
  const [whole, go] = useHashLocation();
  return [whole.split('?')[0] || '/', go];
}

export function useSearch(): URLSearchParams {
  const [whole] = useHashLocation();
  return new URLSearchParams(whole.split('?')[1] || '');
}

/** Puts other words behind the `?` of this page, so that it can be shared and gone back to. */
export function setSearch(words: Record<string, string>): void {
  const given = Object.keys(words).filter((name) => words[name]);
  const search = given.map((name) => `${name}=${encodeURIComponent(words[name] || '')}`).join('&');
  const [path] = location.hash.replace(/^#/, '').split('?');
  history.replaceState(null, '', `#${path}${search && `?${search}`}`);
  dispatchEvent(new Event('hashchange'));
}
