import { useRef, useState } from 'preact/hooks';
import { newId, Trouble, upload } from './api';
import { told } from './live';
import { shrink, takenOf } from './photos';

/** A chosen photo; `id` is the server's once it has arrived. */
export interface Picked {
  key: string;
  preview: string;
  id: string | null;
}

const MOST = 9;

interface Props {
  photos: Picked[];
  change: (update: (before: Picked[]) => Picked[]) => void;
  label?: string;
}

/** Photos are sent as they are chosen, one by one: a broken line loses one, not all. */
export function PhotoPicker({ photos, change, label = '照片' }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [word, setWord] = useState('');

  const add = async (file: File) => {
    const key = newId();
    try {
      const taken = await takenOf(file);
      const small = await shrink(file);
      change((before) => before.concat({ key, preview: URL.createObjectURL(small), id: null }));
      const { id } = await upload(small, { key, taken });
      change((before) => before.map((photo) => (photo.key === key ? { ...photo, id } : photo)));
    } catch (error) {
      told(error);
      change((before) => before.filter((photo) => photo.key !== key));
      setWord(error instanceof Trouble ? error.message : '这张照片打不开，请换一张。');
    }
  };
  const addAll = async (files: File[]) => {
    setWord('');
    for (const file of files.slice(0, MOST - photos.length)) await add(file);
    if (input.current) input.current.value = '';
  };

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
            <img src={photo.preview} alt="" />
            <span>{photo.id ? '去掉' : '上传中…'}</span>
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
