import './prelude';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Trouble } from './api';
import { EventPage } from './event';
import { ListPage } from './list';
import { useRoute } from './route';
import { enter, type Me } from './session';
import { WhatIfPage } from './whatif';
import { WhyPage } from './why';

/** What is shown instead of the page when nobody is logged in, or nothing can be reached. */
export interface Stop {
  title: string;
  words: string;
}

function stopOf(error: unknown): Stop {
  if (!(error instanceof Trouble)) return { title: '打不开', words: '页面出错了，请关闭后重新打开。' };
  if (error.status === 401) return { title: '需要登录', words: error.message };
  if (error.status === 403) return { title: '暂时不能使用', words: error.message };
  return { title: '暂时打不开', words: error.status === 0 ? '没有连上网络，请稍后再试。' : error.message };
}

function App() {
  const [me, setMe] = useState<Me | null>(null);
  const [stop, setStop] = useState<Stop | null>(null);
  const route = useRoute();
  const open = () => {
    setStop(null);
    enter().then(setMe, (error) => setStop(stopOf(error)));
  };
  useEffect(open, []);
  const onTrouble = (error: unknown) => {
    if (error instanceof Trouble && error.status === 401) setStop(stopOf(error));
  };
  if (stop) return <StopPage stop={stop} again={open} />;
  if (!me) return <p class="blank">正在打开…</p>;
  if (route.page === 'event') return <EventPage key={route.id} {...route} onTrouble={onTrouble} />;
  if (route.page === 'why') return <WhyPage key={route.id} id={route.id} onTrouble={onTrouble} />;
  if (route.page === 'what-if') return <WhatIfPage onTrouble={onTrouble} />;
  return <ListPage key={route.page} page={route.page} me={me} onTrouble={onTrouble} />;
}

function StopPage({ stop, again }: { stop: Stop; again: () => void }) {
  return (
    <main class="stop">
      <h1>{stop.title}</h1>
      <p>{stop.words}</p>
      <button type="button" class="button" onClick={again}>
        再试一次
      </button>
    </main>
  );
}

const root = document.getElementById('app')!;
root.textContent = '';
render(<App />, root);
