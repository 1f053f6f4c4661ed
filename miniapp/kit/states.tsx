import type { ComponentChildren } from 'preact';

/** What stands where something will be, where nothing is, and where something went wrong. Each has its words and a way on. */

/** As high as what comes, so that nothing moves when it does. */
export function Skeleton({ rows = 3, height = 96 }: { rows?: number; height?: number }) {
  return (
    <div role="status" aria-busy="true" aria-label="正在读取">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="card skeleton" style={{ height: `${height / 16}rem` }} />
      ))}
    </div>
  );
}

export function Empty({ children, action }: { children: ComponentChildren; action?: { label: string; to: string } }) {
  return (
    <div class="empty">
      <p>{children}</p>
      {action && (
        <a class="button primary" href={action.to}>
          {action.label}
        </a>
      )}
    </div>
  );
}

export function Trouble({ words, again }: { words: string; again?: () => void }) {
  if (!words) return null;
  return (
    <div class="alert" role="alert">
      <p>{words}</p>
      {again && (
        <button type="button" class="button" onClick={again}>
          再试一次
        </button>
      )}
    </div>
  );
}

interface Paged {
  /** Null at the end. */
  more: (() => void) | null;
  reading: boolean;
}

/** The way on to what did not fit on a page. */
export function More({ asked, label = '看更多' }: { asked: Paged; label?: string }) {
  if (!asked.more) return null;
  return (
    <button type="button" class="button more" disabled={asked.reading} onClick={asked.more}>
      {asked.reading ? '正在读取…' : label}
    </button>
  );
}
