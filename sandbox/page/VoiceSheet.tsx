import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons';
import { type Phone, say, toast } from './phone';
import { canRecord, type Recording, record } from './recorder';

const SENTENCES = [
  '嗯那个红光路十二号门口的路灯不亮了晚上好黑',
  '菜市场后门垃圾堆了两天没得人收好臭哦',
  '三单元楼道里有人飞线充电不安全',
  '幸福小区门口井盖没了快来人看一下',
];
const LONGEST_S = 60;

/** How long it takes to say this: about four characters a second. */
function secondsFor(text: string): number {
  return Math.min(LONGEST_S, Math.max(2, Math.round([...text].length / 4)));
}

/** Speak, or choose a sentence; what was recognised can be mended before it goes out. */
export function VoiceSheet({ phone, onDone }: { phone: Phone; onDone: () => void }): JSX.Element {
  const [text, setText] = useState('');
  const [spoken, setSpoken] = useState<{ seconds: number; url: string } | null>(null);
  const words = text.trim();
  const send = async () => {
    const seconds = Math.min(LONGEST_S, Math.max(1, Math.round(spoken?.seconds ?? secondsFor(words))));
    if (await say(phone, { audio: { seconds, recognition: words } })) onDone();
  };
  return (
    <section class="sheet" aria-label="发语音">
      {canRecord() && <RecordButton phone={phone} onSpoken={setSpoken} />}
      {spoken && (
        <div class="spoken">
          {/* biome-ignore lint/a11y/useMediaCaption: the words stand in the box below */}
          <audio controls src={spoken.url} />
          <p class="hint">沙箱不联网，不会转写：请在下面写出您说的话。</p>
        </div>
      )}
      {!spoken && (
        <fieldset class="sentences">
          <legend>{canRecord() ? '或选一句' : '选一句'}</legend>
          {SENTENCES.map((sentence) => (
            <button key={sentence} type="button" aria-pressed={sentence === text} onClick={() => setText(sentence)}>
              {sentence}
            </button>
          ))}
        </fieldset>
      )}
      <label class="recognised">
        识别文字
        <textarea
          rows={2}
          value={text}
          placeholder="机器人会读到的文字"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="button" class="send wide" disabled={!words} onClick={() => void send()}>
        发出{words && ` ${Math.round(spoken?.seconds ?? secondsFor(words))}″`}
      </button>
    </section>
  );
}

interface RecordProps {
  phone: Phone;
  onSpoken: (spoken: { seconds: number; url: string }) => void;
}

function RecordButton({ phone, onSpoken }: RecordProps): JSX.Element {
  const [seconds, setSeconds] = useState<number | null>(null);
  const running = useRef<Recording | null>(null);
  const stop = async () => {
    const recording = running.current;
    running.current = null;
    setSeconds(null);
    if (recording) onSpoken(await recording.stop());
  };
  const begin = async () => {
    running.current = await record().catch(() => null);
    if (running.current) setSeconds(0);
    else toast(phone, '用不了麦克风，选一句试试吧');
  };
  useEffect(() => {
    if (seconds === null) return;
    const timer = setTimeout(() => (seconds + 1 >= LONGEST_S ? void stop() : setSeconds(seconds + 1)), 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  useEffect(() => () => running.current?.cancel(), []);
  const recording = seconds !== null;
  return (
    <button
      type="button"
      class={recording ? 'record on' : 'record'}
      onClick={() => void (recording ? stop() : begin())}
    >
      <Icon name="voice" size={20} />
      {recording ? `说完了 ${seconds}″` : '开始录音'}
    </button>
  );
}
