import { useEffect, useState } from 'preact/hooks';

const query = matchMedia('(min-width: 960px)');

/** Room for two panes. */
export function useWide(): boolean {
  const [wide, setWide] = useState(query.matches);
  useEffect(() => {
    const follow = () => setWide(query.matches);
    // `addEventListener` on media queries is newer than Safari 13.
    query.addListener(follow);
    return () => query.removeListener(follow);
  }, []);
  return wide;
}
