import type { ComponentChildren, JSX } from 'preact';
import type { ChatMessage } from '../types';
import { Avatar, RobotAvatar } from './Avatar';
import type { Thread } from './api';
import { Card } from './Card';
import { byId } from './desk';
import { Icon } from './icons';
import { follow } from './links';
import { Markdown } from './Markdown';
import type { Phone } from './phone';

interface Props {
  phone: Phone;
  message: ChatMessage;
  thread: Thread;
  /** In a group every sender is named. */
  group: boolean;
}

/** One message: whose it is, and what it says. */
export function Bubble({ phone, message, thread, group }: Props): JSX.Element {
  const mine = message.from === phone.userId.value;
  const wide = message.body.type === 'card' || message.body.type === 'actions';
  const sender = byId.value.get(message.from);
  const name = sender?.name ?? '网格通';
  return (
    <li class={`message ${mine ? 'mine' : 'theirs'} ${wide ? 'wide' : ''}`}>
      {sender ? <Avatar person={sender} /> : <RobotAvatar />}
      <div class="said">
        {group && !mine && (
          <p class="sender">
            {name}
            {!sender && <span class="bot-tag">机器人</span>}
          </p>
        )}
        <span class="sr-only">{mine ? '我' : name}：</span>
        {bodyOf(phone, message, thread)}
      </div>
    </li>
  );
}

function bodyOf(phone: Phone, { body }: ChatMessage, thread: Thread): ComponentChildren {
  switch (body.type) {
    case 'text':
      return <p class="bubble">{body.text}</p>;
    case 'markdown':
      return (
        <div class="bubble">
          <Markdown text={body.text} onLink={(url, title) => follow(phone, url, title)} />
        </div>
      );
    case 'actions':
      return <Actions phone={phone} body={body} />;
    case 'images':
      return <Images phone={phone} text={body.text} urls={body.urls} />;
    case 'audio':
      return <Voice seconds={body.seconds} words={body.recognition} url={body.url} />;
    case 'video':
      return <Video url={body.url} />;
    case 'file':
      return (
        <p class="bubble file">
          <Icon name="file" />
          {body.name}
        </p>
      );
    case 'card':
      return cardOf(phone, body.outTrackId, thread);
  }
}

function cardOf(phone: Phone, outTrackId: string, { cards, templates }: Thread): JSX.Element {
  const card = cards[outTrackId];
  const template = card && templates[card.templateId];
  if (!template) return <p class="bubble faint">[卡片] 模板不可用</p>;
  return <Card key={outTrackId} phone={phone} card={card} template={template} />;
}

function Actions({ phone, body }: { phone: Phone; body: Extract<ChatMessage['body'], { type: 'actions' }> }) {
  return (
    <div class="card">
      <div class="block">
        <p class="text title">{body.title}</p>
        <Markdown text={body.text} onLink={(url, title) => follow(phone, url, title)} />
      </div>
      {body.buttons.map(({ title, url }) => (
        <div key={title} class="block link">
          <button type="button" class="more" onClick={() => follow(phone, url, title)}>
            {title}
          </button>
        </div>
      ))}
    </div>
  );
}

function Images({ phone, text, urls }: { phone: Phone; text: string; urls: string[] }): JSX.Element {
  return (
    <>
      <div class={`pictures n${Math.min(urls.length, 3)}`}>
        {urls.map((url, index) => (
          <button
            key={url}
            type="button"
            aria-label={`看第 ${index + 1} 张照片`}
            onClick={() => (phone.photo.value = url)}
          >
            <img src={url} alt="" />
          </button>
        ))}
      </div>
      {text && <p class="bubble">{text}</p>}
    </>
  );
}

function Voice({ seconds, words, url }: { seconds: number; words: string; url: string | null }): JSX.Element {
  const play = () => {
    // A refusal to play (no sound device) is no fault of the page.
    if (url) void new Audio(url).play().catch(() => undefined);
  };
  return (
    <div class="bubble voice">
      <button type="button" aria-label={`播放 ${Math.round(seconds)} 秒录音`} onClick={play}>
        <Icon name="sound" size={18} />
        {Math.round(seconds)}″
      </button>
      {words && <p>{words}</p>}
    </div>
  );
}

function Video({ url }: { url: string | null }): JSX.Element {
  return (
    <p class="bubble file">
      <Icon name="film" />
      {url ? '视频' : '视频（示例）'}
    </p>
  );
}
