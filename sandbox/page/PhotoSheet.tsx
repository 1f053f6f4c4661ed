import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { samples } from './desk';
import { Icon } from './icons';
import { type Phone, say, toast } from './phone';
import { dataUrl } from './photo';

/** The platform takes so many photos with one message. */
const MOST = 9;

interface Picked {
  /** `sample:<name>` or a data: URL. */
  image: string;
  url: string;
}

/** Choose photos, several at once, with words if one likes. */
export function PhotoSheet({ phone, onDone }: { phone: Phone; onDone: () => void }): JSX.Element {
  const [picked, setPicked] = useState<Picked[]>([]);
  const [own, setOwn] = useState<Picked[]>([]);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const shown = [...own, ...samples.value.map(({ name, url, title }) => ({ image: `sample:${name}`, url, title }))];
  const toggle = (photo: Picked) => setPicked((before) => toggled(before, photo));
  const addFiles = async (files: File[]) => {
    const read = await Promise.all(files.slice(0, MOST).map(dataUrl)).catch(() => null);
    if (!read) return toast(phone, '有的文件不是图片');
    const photos = read.map((url) => ({ image: url, url }));
    setOwn((before) => [...photos, ...before]);
    setPicked((before) => [...before, ...photos].slice(0, MOST));
  };
  const send = async (saying: Parameters<typeof say>[1]) => {
    setBusy(true);
    const sent = await say(phone, saying);
    setBusy(false);
    if (sent) onDone();
  };
  const words = text.trim();
  return (
    <section class="sheet" aria-label="选择图片">
      <div class="tiles">
        <FileTile onFiles={(files) => void addFiles(files)} />
        {shown.map((photo) => (
          <Tile
            key={photo.image}
            photo={photo}
            rank={picked.findIndex(({ image }) => image === photo.image) + 1}
            onClick={() => toggle(photo)}
          />
        ))}
        <button type="button" class="tile add" disabled={busy} onClick={() => void send({ video: true })}>
          <Icon name="film" />
          发示例视频
        </button>
      </div>
      <div class="line">
        <input
          type="text"
          aria-label="配一句话"
          placeholder="配一句话（可不写）"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button
          type="button"
          class="send"
          disabled={busy || picked.length === 0}
          onClick={() => void send({ images: picked.map(({ image }) => image), ...(words && { text: words }) })}
        >
          {picked.length > 0 ? `发出 ${picked.length} 张` : '发出'}
        </button>
      </div>
    </section>
  );
}

function toggled(before: Picked[], photo: Picked): Picked[] {
  const without = before.filter(({ image }) => image !== photo.image);
  return without.length < before.length || before.length >= MOST ? without : [...before, photo];
}

function FileTile({ onFiles }: { onFiles: (files: File[]) => void }): JSX.Element {
  return (
    <label class="tile add">
      <Icon name="photo" />
      从电脑选择
      <input
        type="file"
        class="sr-only"
        accept="image/*"
        multiple
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
    </label>
  );
}

function Tile({ photo, rank, onClick }: { photo: Picked & { title?: string }; rank: number; onClick: () => void }) {
  const title = photo.title ?? '我的照片';
  return (
    <button type="button" class="tile" aria-pressed={rank > 0} aria-label={title} onClick={onClick}>
      <img src={photo.url} alt="" />
      <span class="caption">{title}</span>
      <span class="rank">{rank > 0 ? rank : ''}</span>
    </button>
  );
}
