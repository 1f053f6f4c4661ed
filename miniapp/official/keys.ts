import { useEffect, useRef } from 'preact/hooks';

/** J and K go down and up the list and show what they come to; Enter goes on to its first step. Returns what Enter does. */
export function useKeys(ids: string[], open: string | null, show: (id: string) => void): () => void {
  const now = useRef({ ids, open, show });
  now.current = { ids, open, show };
  const enter = () => {
    const pane = document.getElementById('pane');
    const found = ['.bar .primary', '.bar button', 'a, button'].map((each) => pane?.querySelector<HTMLElement>(each));
    found.find(Boolean)?.focus();
  };
  useEffect(() => {
    const press = (key: KeyboardEvent) => {
      if (!mine(key) || now.current.ids.length === 0) return;
      const by = { j: 1, k: -1 }[key.key.toLowerCase()];
      if (by) move(by, now.current);
      else if (key.key === 'Enter' && document.activeElement === document.body) enter();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  return enter;
}

/** Keys typed into a field or a dialog are its own. */
function mine({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || document.querySelector('[role="dialog"]')) return false;
  const element = target as HTMLElement;
  const typing = element.tagName === 'TEXTAREA' || element.tagName === 'SELECT';
  return !typing && !(element.tagName === 'INPUT' && (element as HTMLInputElement).type !== 'checkbox');
}

function move(by: number, { ids, open, show }: { ids: string[]; open: string | null; show: (id: string) => void }) {
  const next = ids[Math.max(0, Math.min(ids.length - 1, (open ? ids.indexOf(open) : -1) + by))];
  if (!next) return;
  show(next);
  const links = Array.from(document.querySelectorAll<HTMLElement>('.todos a.row'));
  const link = links.find(({ dataset }) => dataset.id === next);
  link?.focus();
  link?.scrollIntoView({ block: 'nearest' });
}
