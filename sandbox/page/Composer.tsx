import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon } from './icons';
import { PhotoSheet } from './PhotoSheet';
import { type Phone, say } from './phone';
import { VoiceSheet } from './VoiceSheet';

type Sheet = 'photo' | 'voice';

/** Where one types, and opens photos and voice. */
export function Composer({ phone, group }: { phone: Phone; group: boolean }): JSX.Element {
  const [text, setText] = useState('');
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const toggle = (name: Sheet) => setSheet((open) => (open === name ? null : name));
  const send = async () => {
    const words = text.trim();
    if (!words) return;
    setText('');
    if (!(await say(phone, { text: words }))) setText((typed) => typed || text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also chooses a word in an input method; then it is not ours.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  };
  const close = () => {
    setSheet(null);
    box.current?.focus();
  };
  return (
    <div class="composer">
      <div class="line">
        <ToolButton name="voice" label="语音" open={sheet === 'voice'} onClick={() => toggle('voice')} />
        <textarea
          ref={box}
          rows={1}
          aria-label="输入消息"
          placeholder={group ? '@网格通 说点什么' : '说说哪里、怎么了'}
          maxLength={2000}
          value={text}
          style={{ height: heightFor(text) }}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onFocus={() => setSheet(null)}
        />
        <ToolButton name="photo" label="图片" open={sheet === 'photo'} onClick={() => toggle('photo')} />
        <button type="button" class="send" disabled={!text.trim()} onClick={() => void send()}>
          发送
        </button>
      </div>
      {sheet === 'photo' && <PhotoSheet phone={phone} onDone={close} />}
      {sheet === 'voice' && <VoiceSheet phone={phone} onDone={close} />}
    </div>
  );
}

/** One to four lines high. */
function heightFor(text: string): string {
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil([...line].length / 14)), 0);
  return `${Math.min(lines, 4) * 22 + 16}px`;
}

interface ToolProps {
  name: 'voice' | 'photo';
  label: string;
  open: boolean;
  onClick: () => void;
}

function ToolButton({ name, label, open, onClick }: ToolProps): JSX.Element {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} aria-expanded={open} onClick={onClick}>
      <Icon name={name} />
    </button>
  );
}
