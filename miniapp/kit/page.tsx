import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { bridge } from '../bridge';
import { goBack } from '../route';

interface Props {
  title: string;
  /** Where 返回 leads for whoever came here by a link, `#/todo`; others go back to where they were. None on the pages of the tab bar. */
  back?: string;
  /** Tables and maps use the whole width of a PC. */
  wide?: boolean;
  /** Beside the title: what one can do with the whole page. */
  tools?: ComponentChildren;
  /** The page's own styles stand under it: a sheet once loaded stays, and must touch no other page. */
  class?: string;
  children: ComponentChildren;
}

/** A page: its title also stands in the client's own bar. */
export function Page({ title, back, wide, tools, class: name, children }: Props) {
  useTitle(title);
  return (
    <main class={['page', wide && 'wide', name].filter(Boolean).join(' ')}>
      <header class="page-head">
        {back && (
          <a class="back" href={back} aria-label="返回" onClick={(click) => goBack() && click.preventDefault()}>
            ‹
          </a>
        )}
        <h1>{title}</h1>
        {tools && <div class="tools">{tools}</div>}
      </header>
      {children}
    </main>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
    void bridge().then((client) => client.title(title));
  }, [title]);
}
