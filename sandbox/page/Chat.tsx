import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatMessage, ConversationView } from '../types';
import { Badge } from './Avatar';
import { Bubble } from './Bubble';
import { Composer } from './Composer';
import { now } from './desk';
import { Icon } from './icons';
import { leaveChat, type Phone, takesWords } from './phone';
import { chatTime } from './time';
import { Welcome } from './Welcome';

/** The open conversation. */
export function Chat({ phone }: { phone: Phone }): JSX.Element {
  const chat = phone.chats.value?.find(({ conversationId }) => conversationId === phone.chatId.value);
  return (
    <div class="chat">
      <ChatBar phone={phone} chat={chat} />
      <Messages phone={phone} group={chat?.group ?? false} />
      {chat && takesWords(chat) && (
        <Composer key={`${phone.userId.value} ${chat.conversationId}`} phone={phone} group={chat.group} />
      )}
    </div>
  );
}

function ChatBar({ phone, chat }: { phone: Phone; chat: ConversationView | undefined }): JSX.Element {
  const elsewhere = (phone.chats.value ?? [])
    .filter(({ conversationId }) => conversationId !== phone.chatId.value)
    .reduce((sum, { unread }) => sum + unread, 0);
  return (
    <div class="bar">
      <button type="button" class="icon-button back" aria-label="返回" onClick={() => leaveChat(phone)}>
        <Icon name="back" />
        <Badge count={elsewhere} />
      </button>
      <h2>
        {chat?.title ?? ''}
        {chat && !chat.group && takesWords(chat) && <span class="bot-tag">机器人</span>}
      </h2>
    </div>
  );
}

const QUIET_MS = 5 * 60_000;

/** The time stands above a message that comes after a silence. */
function timeAbove(messages: ChatMessage[], index: number): number | null {
  const at = messages[index]?.at ?? 0;
  const before = messages[index - 1]?.at;
  return before === undefined || at - before > QUIET_MS ? at : null;
}

function Messages({ phone, group }: { phone: Phone; group: boolean }): JSX.Element {
  const thread = phone.thread.value;
  const { scroller, content, away, toBottom } = usePinned(thread?.messages ?? NONE, phone.userId.value);
  return (
    <div class="messages-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div class="messages" ref={scroller} tabIndex={0} role="log" aria-label="聊天记录">
        <div ref={content}>
          {thread?.messages.length === 0 && <Welcome phone={phone} group={group} />}
          <ol>
            {thread?.messages.map((message, index) => {
              const time = timeAbove(thread.messages, index);
              return (
                <>
                  {time !== null && (
                    <li key={`time ${message.id}`} class="time">
                      {chatTime(time, now.value)}
                    </li>
                  )}
                  <Bubble key={message.id} phone={phone} message={message} thread={thread} group={group} />
                </>
              );
            })}
          </ol>
        </div>
      </div>
      {away && (
        <button type="button" class="new-below" onClick={toBottom}>
          有新消息
          <Icon name="down" size={16} />
        </button>
      )}
    </div>
  );
}

const NEAR = 60;

const NONE: ChatMessage[] = [];

/**
 * Keeps a list at its end while the reader is there, pictures that load late included, and after the reader's own
 * words; tells when news came below.
 */
function usePinned(messages: ChatMessage[], reader: string | null) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  const [away, setAway] = useState(false);
  const toBottom = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  useEffect(() => {
    const element = scroller.current;
    if (!element || !content.current) return;
    let top = 0;
    const onScroll = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      // Only going up lets go: the list may have grown since the scrolling that this event is about.
      if (near || element.scrollTop < top) pinned.current = near;
      top = element.scrollTop;
      if (pinned.current) setAway(false);
    };
    const grown = new ResizeObserver(() => pinned.current && toBottom());
    grown.observe(content.current);
    grown.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      grown.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, []);
  const last = messages[messages.length - 1];
  useEffect(() => {
    if (last?.from === reader) toBottom();
    else if (!pinned.current) setAway(true);
  }, [last?.id]);
  return { scroller, content, away, toBottom };
}
