import { useState } from 'preact/hooks';
import { bridge, inDingTalk } from '../bridge';
import { Icon } from '../kit/icon';
import { toast } from '../kit/toast';

type Listening = { stop(): Promise<string | null> };

/** Speaks instead of typing, where the client can listen. */
export function Voice({ heard }: { heard: (words: string) => void }) {
  const [listening, setListening] = useState<Listening | null>(null);
  const [busy, setBusy] = useState(false);
  if (!inDingTalk()) return null;
  const tap = async () => {
    setBusy(true);
    if (listening) {
      setListening(null);
      const words = await listening.stop().catch(() => null);
      if (words) heard(words);
      else toast('没有听清，请再说一次，或打字。');
    } else {
      const started = await (await bridge()).listen().catch(() => null);
      if (started) setListening(started);
      else toast('这里不能录音转文字，可以用键盘上的话筒。');
    }
    setBusy(false);
  };
  return (
    <button type="button" class={listening ? 'voice on' : 'voice'} disabled={busy} onClick={() => void tap()}>
      <Icon name="voice" />
      {listening ? '说完了' : '说话'}
    </button>
  );
}
