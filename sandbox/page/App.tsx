import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { drawer, phones, sideBySide, toggleSideBySide } from './desk';
import { Icon, RobotFace } from './icons';
import { online } from './live';
import { Panel } from './Panel';
import { People } from './People';
import { PhoneFrame } from './PhoneFrame';

/** The whole desk: people, their phones, and the world's knobs. */
export function App(): JSX.Element {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') drawer.value = null;
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <div class={`desk ${drawer.value ? `drawer-${drawer.value}` : ''} ${sideBySide.value ? 'two' : 'one'}`}>
      <TopBar />
      <People />
      <main class="stage">
        <PhoneFrame phone={phones[0]} />
        {sideBySide.value && <PhoneFrame phone={phones[1]} />}
      </main>
      <Panel />
      {drawer.value && <button type="button" class="scrim" aria-label="收起" onClick={() => (drawer.value = null)} />}
    </div>
  );
}

function TopBar(): JSX.Element {
  return (
    <header class="top">
      <RobotFace size={26} />
      <h1>网格通</h1>
      <span class="sandbox-tag">沙箱</span>
      <p class="slogan">不用钉钉账号，先玩一遍</p>
      <span class={online.value ? 'link-state' : 'link-state offline'} role="status">
        {online.value ? '已连接' : '正在重连…'}
      </span>
      <button type="button" class="top-button" aria-pressed={sideBySide.value} onClick={toggleSideBySide}>
        <Icon name="columns" size={18} />
        并排
      </button>
      <button type="button" class="top-button panel-opener" onClick={() => (drawer.value = 'panel')}>
        时钟与计量
      </button>
    </header>
  );
}
