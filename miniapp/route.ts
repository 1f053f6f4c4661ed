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

/** Where we have been, as far as this page has seen, and how far down (px); the last is where we are. */
const trail = [{ at: location.hash, top: 0 }];

/** Puts other words behind the `?` of this page, so that it can be shared and gone back to. */
export function setSearch(words: Record<string, string>): void {
  const given = Object.keys(words).filter((name) => words[name]);
  const search = given.map((name) => `${name}=${encodeURIComponent(words[name] || '')}`).join('&');
  const [path] = location.hash.replace(/^#/, '').split('?');
  history.replaceState(null, '', `#${path}${search && `?${search}`}`);
  trail[trail.length - 1]!.at = location.hash;
  dispatchEvent(new Event('hashchange'));
}

/** Goes to where one came from; false where this page has seen nothing before, and a link must lead on. */
export function goBack(): boolean {
  if (trail.length < 2) return false;
  history.back();
  return true;
}

/** Every page begins at its top, but for one that we come back to. Called once. */
export function keepTrail(): void {
  history.scrollRestoration = 'manual';
  addEventListener('hashchange', () => {
    const at = location.hash;
    const here = trail[trail.length - 1]!;
    const before = trail[trail.length - 2];
    if (at === here.at) return;
    if (before && before.at === at) {
      trail.pop();
      scrollBack(before.top);
    } else if (here.at.length <= '#/'.length) {
      // The way in is no page: it led here at once.
      here.at = at;
    } else {
      here.top = pageYOffset;
      trail.push({ at, top: 0 });
      scrollTo(0, 0);
    }
  });
}

const TRIES = 60;

/** From the page's top, as soon as it is long enough again; not against a finger that scrolls meanwhile. */
function scrollBack(top: number, tries = TRIES): void {
  const place = trail.length;
  if (tries === TRIES) scrollTo(0, 0);
  requestAnimationFrame(() => {
    if (trail.length !== place || pageYOffset > 0 || tries === 0) return;
    if (document.documentElement.scrollHeight >= top + innerHeight) scrollTo(0, top);
    else scrollBack(top, tries - 1);
  });
}
