import { useState } from 'preact/hooks';
import { call } from './api';
import { Chips } from './kit/chips';
import { Page } from './kit/page';
import { forgetAll } from './live';
import { LETTERS, look, THEMES, wear } from './look';
import type { PageProps } from './main';
import { forgetMe } from './session';
import { pagesOf } from './tabs';

/** 我: my posts, how the page looks, everything else I may open. */
export function MePage({ me }: PageProps) {
  const [mine, setMine] = useState(look);
  const change = (next: Partial<typeof mine>) => {
    wear({ ...mine, ...next });
    setMine(look());
  };
  return (
    <Page title={me.name}>
      <section class="card">
        <h2>岗位</h2>
        <ul>
          {me.posts.map(({ roleText, unit, area }) => (
            <li key={`${roleText}${unit}${area}`}>{[area || unit, roleText].join(' · ')}</li>
          ))}
        </ul>
      </section>
      <section class="card">
        <h2>显示</h2>
        <Chips label="字号" options={LETTERS} value={mine.letters} change={(letters) => change({ letters })} />
        <Chips label="主题" options={THEMES} value={mine.theme} change={(theme) => change({ theme })} />
      </section>
      <nav class="card links" aria-label="全部页面">
        {pagesOf(me).map(({ to, label }) => (
          <a key={to} href={`#${to}`}>
            {label} <span aria-hidden="true">›</span>
          </a>
        ))}
      </nav>
      <button type="button" class="button more" onClick={() => void leave()}>
        退出登录
      </button>
    </Page>
  );
}

async function leave(): Promise<void> {
  await call('POST /api/logout', { body: undefined });
  forgetAll();
  forgetMe();
  // Whoever comes next begins at their own first page.
  location.hash = '#/';
  location.reload();
}
