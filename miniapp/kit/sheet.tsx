import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  title: string;
  close: () => void;
  children: ComponentChildren;
}

/** Over the page, from below on a phone and in the middle on a PC. Escape and the ground behind close it; the focus stays in it. */
export function Sheet({ title, close, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    focusable(box.current)[0]?.focus();
    return () => before?.focus();
  }, []);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    if (event.key === 'Tab') keepIn(box.current, event);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the ground behind a dialog; Escape does the same by keyboard
    <div class="sheet" onKeyDown={onKey} onClick={(click) => click.target === click.currentTarget && close()}>
      <div ref={box} class="sheet-box" role="dialog" aria-modal="true" aria-label={title}>
        <h2>{title}</h2>
        {children}
      </div>
    </div>
  );
}

function focusable(box: HTMLElement | null): HTMLElement[] {
  const all = box ? box.querySelectorAll<HTMLElement>('a[href],button,input,select,textarea') : [];
  return Array.from(all).filter((element) => !element.hasAttribute('disabled'));
}

/** Tab goes round within the box. */
export function keepIn(box: HTMLElement | null, event: KeyboardEvent): void {
  const all = focusable(box);
  const [first, last] = [all[0], all[all.length - 1]];
  const from = event.shiftKey ? first : last;
  if (document.activeElement !== from) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
