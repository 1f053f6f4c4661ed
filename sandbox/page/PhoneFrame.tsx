import type { JSX } from 'preact';
import { Badge } from './Avatar';
import { Chat } from './Chat';
import { ChatList } from './ChatList';
import { DingPopup, Dings } from './Dings';
import { byId, drawer, focused, now, phones, sideBySide, waiting } from './desk';
import { Icon, type IconName } from './icons';
import { online } from './live';
import { Photo } from './Photo';
import type { Phone, Tab } from './phone';
import { Todos } from './Todos';
import { hourMinute } from './time';
import { WebView } from './WebView';

/** One person's phone. */
export function PhoneFrame({ phone }: { phone: Phone }): JSX.Element {
  const person = byId.value.get(phone.userId.value ?? '');
  const index = phones.indexOf(phone) as 0 | 1;
  const chosen = sideBySide.value && focused.value === index;
  const focus = () => {
    focused.value = index;
  };
  return (
    <section
      class={chosen ? 'seat chosen' : 'seat'}
      aria-label={person ? `${person.name}的手机` : '手机'}
      onPointerDownCapture={focus}
      onFocusCapture={focus}
    >
      <p class="owner">
        <b>{person?.name}</b> {person?.title}
      </p>
      <div class="phone">
        <SandboxBar phone={phone} />
        <StatusBar />
        <div class="screen">
          <Screen phone={phone} />
          <DingPopup phone={phone} />
          <WebView phone={phone} />
          <Photo phone={phone} />
          <p class="toast" role="status" hidden={phone.toast.value === null}>
            {phone.toast.value}
          </p>
        </div>
      </div>
    </section>
  );
}

/** On a narrow screen the real phone stands in for the drawn one; this bar leads to the drawers. */
function SandboxBar({ phone }: { phone: Phone }): JSX.Element {
  const person = byId.value.get(phone.userId.value ?? '');
  return (
    <div class="sandbox-bar">
      <button type="button" class="person-switch" aria-label="换人" onClick={() => (drawer.value = 'people')}>
        <Icon name="menu" size={18} />
        {person?.name ?? '选一个人'}
        <Badge count={waiting.value} />
      </button>
      <span class={online.value ? '' : 'offline'}>{online.value ? hourMinute(now.value) : '正在重连…'}</span>
      <button type="button" onClick={() => (drawer.value = 'panel')}>
        时钟与计量
      </button>
    </div>
  );
}

function StatusBar(): JSX.Element {
  return (
    <div class="status" aria-hidden="true">
      <span>{hourMinute(now.value)}</span>
      <svg width="66" height="14" viewBox="0 0 66 14" aria-hidden="true">
        <path d="M1 9h3v4H1zM6 7h3v6H6zM11 4h3v9h-3zM16 1h3v12h-3z" />
        <path d="M32 12.5l2.6-3a3.8 3.8 0 0 0-5.2 0zM27.5 7.3l1.3 1.5a4.8 4.8 0 0 1 6.4 0l1.3-1.5a6.9 6.9 0 0 0-9 0zM25 4.4l1.2 1.5a8.8 8.8 0 0 1 11.6 0L39 4.4a10.9 10.9 0 0 0-14 0z" />
        <path
          d="M46 1.5h15a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H46a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zm-.5 1.5v8h13V3zm18 2.5v3h1.5v-3z"
          fill-rule="evenodd"
        />
      </svg>
    </div>
  );
}

function Screen({ phone }: { phone: Phone }): JSX.Element {
  if (phone.userId.value === null) return <p class="empty">从左边选一个人，拿起他的手机。</p>;
  if (phone.chatId.value !== null && phone.tab.value === 'chats') return <Chat phone={phone} />;
  return (
    <>
      {phone.tab.value === 'chats' && <ChatList phone={phone} />}
      {phone.tab.value === 'todos' && <Todos phone={phone} />}
      {phone.tab.value === 'dings' && <Dings phone={phone} />}
      <Tabs phone={phone} />
    </>
  );
}

function Tabs({ phone }: { phone: Phone }): JSX.Element {
  const unread = (phone.chats.value ?? []).reduce((sum, chat) => sum + chat.unread, 0);
  const open = (phone.todos.value ?? []).filter(({ done }) => !done).length;
  const dings = phone.dings.value.filter(({ read }) => !read).length;
  const tabs: { tab: Tab; label: string; icon: IconName; count: number }[] = [
    { tab: 'chats', label: '消息', icon: 'chats', count: unread },
    { tab: 'todos', label: '待办', icon: 'todos', count: open },
    { tab: 'dings', label: 'DING', icon: 'dings', count: dings },
  ];
  return (
    <nav class="tabs" aria-label="手机页签">
      {tabs.map(({ tab, label, icon, count }) => (
        <button
          key={tab}
          type="button"
          aria-current={phone.tab.value === tab ? 'page' : undefined}
          onClick={() => (phone.tab.value = tab)}
        >
          <span class="tab-icon">
            <Icon name={icon} />
            {count > 0 && <span class="badge">{count > 99 ? '99+' : count}</span>}
          </span>
          {label}
        </button>
      ))}
    </nav>
  );
}
