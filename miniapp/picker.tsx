import { useEffect, useRef, useState } from 'preact/hooks';
import { newId, Trouble, upload } from './api';
import { told } from './live';
import { NO_PHOTO, shrink, type Taken, takenOf, tooMany } from './photos';

/** A chosen photo; all of it can be kept with the draft. */
export interface Picked {
  key: string;
  /** The server's, once it has arrived. */
  id: string | null;
  /** Its address there; until then its bytes themselves, as a `data:` address. */
  src: string;
  taken: Taken | null;
}

const MOST = 9;
/** Of a weak network, ms. */
const PATIENCE = 60_000;

interface Props {
  photos: Picked[];
  change: (update: (before: Picked[]) => Picked[]) => void;
  label?: string;
}

/** Photos are sent as they are chosen, one by one: a broken line loses none, they go when it is back, or with the form. */
export function PhotoPicker({ photos, change, label = '照片' }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [word, setWord] = useState('');
  const waiting = useRef<Picked[]>([]);
  waiting.current = photos.filter(({ id }) => !id);

  const deliver = async (picked: Picked) => {
    try {
      const arrived = await sent(picked);
      change((before) => before.map((photo) => (photo.key === picked.key ? arrived : photo)));
    } catch (error) {
      told(error);
      if (mayCome(error)) return setWord('没有连上网络，照片先放在这里，连上后或提交时再传。');
      change((before) => before.filter(({ key }) => key !== picked.key));
      setWord(error instanceof Trouble ? error.message : NO_PHOTO);
    }
  };
  const add = async (file: File) => {
    const key = newId();
    try {
      const taken = await takenOf(file);
      const picked = { key, id: null, src: await writtenOut(await shrink(file)), taken };
      change((before) => before.concat(picked));
      await deliver(picked);
    } catch {
      setWord(NO_PHOTO);
    }
  };
  const addAll = async (files: File[]) => {
    const room = MOST - photos.length;
    setWord(tooMany(files.length - room, MOST));
    for (const file of files.slice(0, room)) await add(file);
    if (input.current) input.current.value = '';
  };
  useEffect(() => {
    const again = () => {
      setWord('');
      for (const picked of waiting.current) void deliver(picked);
    };
    addEventListener('online', again);
    return () => removeEventListener('online', again);
  }, []);

  return (
    <div class="field">
      <span>
        {label}（最多 {MOST} 张）
      </span>
      <div class="photos">
        {photos.map((photo) => (
          <button
            key={photo.key}
            type="button"
            class="thumb"
            aria-label="去掉这张照片"
            onClick={() => change((before) => before.filter(({ key }) => key !== photo.key))}
          >
            <img src={photo.src} alt="" />
            <span>{photo.id ? '去掉' : word ? '待上传' : '上传中…'}</span>
          </button>
        ))}
        {photos.length < MOST && (
          <label class="thumb none add">
            添加照片
            <input
              ref={input}
              type="file"
              accept="image/*"
              multiple
              onChange={(picked) => void addAll(Array.from(picked.currentTarget.files || []))}
            />
          </label>
        )}
      </div>
      {word && (
        <p class="alert" role="alert">
          {word}
        </p>
      )}
    </div>
  );
}

/** A lost line or a busy server; anything else is a refusal. */
function mayCome(error: unknown): boolean {
  return error instanceof Trouble && (error.status === 0 || error.status === 401 || error.status >= 500);
}

/** Arrives once, however often it is sent: the server knows it by its key. Errors: `Trouble`. */
export async function sent(picked: Picked): Promise<Picked> {
  const { key, src, taken } = picked;
  if (picked.id) return picked;
  const { id, url } = await upload(bytesOf(src), { key, taken }, PATIENCE);
  return { ...picked, id, src: url };
}

/** A picture as a `data:` address: words, which a draft can keep. */
function writtenOut(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}

/** The picture back; our pages may not fetch such an address. */
function bytesOf(src: string): Blob {
  const bytes = Uint8Array.from(atob(src.split(',')[1] || ''), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: 'image/jpeg' });
}
