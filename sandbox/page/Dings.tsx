import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { now } from './desk';
import { Icon } from './icons';
import { confirmDing, type Phone } from './phone';
import { chatTime } from './time';

/** Every DING this person got, the newest first. */
export function Dings({ phone }: { phone: Phone }): JSX.Element {
  const dings = [...phone.dings.value].sort((a, b) => b.at - a.at);
  return (
    <div class="page">
      <div class="bar list-bar">
        <h2>DING</h2>
      </div>
      {dings.length === 0 && (
        <p class="empty">
          <Icon name="dings" size={32} />
          没有 DING。红牌督办、紧急情况才会用它。
        </p>
      )}
      <ul class="dings">
        {dings.map((ding) => (
          <li key={ding.id}>
            <p>{ding.text}</p>
            <p class="meta">
              网格通 · {chatTime(ding.at, now.value)}
              <span class={ding.read ? 'read' : 'unread'}>{ding.read ? '已收到' : '待确认'}</span>
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A DING stands over everything on the phone until it is confirmed; several come one after another. */
export function DingPopup({ phone }: { phone: Phone }): JSX.Element | null {
  const unread = phone.dings.value.filter(({ read }) => !read).sort((a, b) => a.at - b.at);
  const ding = unread[0];
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Never takes the cursor from somebody who is typing on the other phone.
    if (ding && document.activeElement === document.body) button.current?.focus();
  }, [ding?.id]);
  if (!ding) return null;
  return (
    <div class="ding-veil">
      <div class="ding" role="alertdialog" aria-label="DING" aria-describedby={`ding-${ding.id}`}>
        <p class="ding-head">
          <Icon name="dings" size={26} />
          <strong>DING</strong>
          <span>网格通 · {chatTime(ding.at, now.value)}</span>
        </p>
        <p class="ding-text" id={`ding-${ding.id}`}>
          {ding.text}
        </p>
        <button ref={button} type="button" onClick={() => void confirmDing(phone, ding.id)}>
          收到
        </button>
        {unread.length > 1 && <p class="ding-more">后面还有 {unread.length - 1} 条</p>}
      </div>
    </div>
  );
}
