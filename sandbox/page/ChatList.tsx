import type { JSX } from 'preact';
import type { ConversationView } from '../types';
import { Avatar, Badge, RobotAvatar } from './Avatar';
import { byId, now } from './desk';
import { Icon } from './icons';
import { openChat, type Phone, takesWords } from './phone';
import { shortTime } from './time';

/** The first page of DingTalk: every conversation, the newest first. */
export function ChatList({ phone }: { phone: Phone }): JSX.Element {
  const me = byId.value.get(phone.userId.value ?? '');
  return (
    <div class="page">
      <div class="bar list-bar">
        {me && <Avatar person={me} />}
        <h2>消息</h2>
      </div>
      <ul class="chat-list">
        {phone.chats.value?.map((chat) => (
          <li key={chat.conversationId}>
            <button type="button" onClick={() => openChat(phone, chat.conversationId)}>
              <ChatFace chat={chat} />
              <span class="words">
                <span class="first">
                  <strong>{chat.title}</strong>
                  <time>{chat.last ? shortTime(chat.last.at, now.value) : ''}</time>
                </span>
                <span class="second">
                  <span>{chat.last?.text ?? '还没有消息'}</span>
                  <Badge count={chat.unread} />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function ChatFace({ chat }: { chat: ConversationView }): JSX.Element {
  if (chat.group) return <span class="avatar slate">群</span>;
  if (takesWords(chat)) return <RobotAvatar />;
  return (
    <span class="avatar amber" aria-hidden="true">
      <Icon name="file" />
    </span>
  );
}
