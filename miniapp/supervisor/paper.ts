import { useEffect } from 'preact/hooks';
import { dress } from '../look';

/** While it is printed a page is light, whatever its theme, and what can be unfolded is. */
export function usePaper(): void {
  useEffect(() => {
    const before = () => {
      document.documentElement.dataset.theme = 'light';
      for (const box of Array.from(document.querySelectorAll('details'))) box.setAttribute('open', '');
    };
    addEventListener('beforeprint', before);
    addEventListener('afterprint', dress);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', dress);
    };
  }, []);
}
