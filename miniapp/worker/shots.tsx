import { useEffect, useRef, useState } from 'preact/hooks';
import { newId } from '../api';
import { Icon } from '../kit/icon';
import type { Kept } from '../outbox';
import { NO_PHOTO, shrink, takenOf, tooMany } from '../photos';

const MOST = 9;

interface Props {
  /** What the photos show: 现场, 处理后. */
  label: string;
  photos: Kept[];
  change: (update: (before: Kept[]) => Kept[]) => void;
  /** The first thing on the page: as large as a thumb wants it. */
  large?: boolean;
}

/** Camera first. Each photo is made small at once, one after the other: cheap phones have little memory. */
export function Shots({ label, photos, change, large }: Props) {
  const [busy, setBusy] = useState(0);
  const [word, setWord] = useState('');
  const add = async (files: File[]) => {
    const some = files.slice(0, MOST - photos.length);
    setWord(tooMany(files.length - some.length, MOST));
    setBusy(some.length);
    for (const file of some) {
      try {
        const taken = await takenOf(file);
        const shot = { key: newId(), blob: await shrink(file), taken };
        change((before) => before.concat(shot));
      } catch {
        setWord(NO_PHOTO);
      }
      setBusy((left) => left - 1);
    }
  };
  const first = large && photos.length === 0;
  return (
    <div class="shots">
      {photos.length < MOST && (
        <div class={first ? 'takers large' : 'takers'}>
          <Taker label={`拍照（${label}）`} camera add={add}>
            <Icon name="camera" />
            <span>{first ? '拍一张现场照片' : `拍${label}`}</span>
          </Taker>
          <Taker label={`从相册选（${label}）`} add={add}>
            <span>相册</span>
          </Taker>
        </div>
      )}
      {(photos.length > 0 || busy > 0) && (
        <div class="photos">
          {photos.map((photo) => (
            <Thumb
              key={photo.key}
              photo={photo}
              label={label}
              drop={() => change((before) => before.filter(({ key }) => key !== photo.key))}
            />
          ))}
          {busy > 0 && <span class="thumb none">处理中…</span>}
        </div>
      )}
      {word && (
        <p class="alert" role="alert">
          {word}
        </p>
      )}
    </div>
  );
}

interface TakerProps {
  label: string;
  camera?: boolean;
  add: (files: File[]) => Promise<void>;
  children: preact.ComponentChildren;
}

function Taker({ label, camera, add, children }: TakerProps) {
  const input = useRef<HTMLInputElement>(null);
  const picked = (files: FileList | null) => {
    void add(Array.from(files || [])).then(() => {
      if (input.current) input.current.value = '';
    });
  };
  return (
    <label class={camera ? 'taker camera' : 'taker album'}>
      {children}
      <input
        ref={input}
        type="file"
        accept="image/*"
        aria-label={label}
        multiple={!camera}
        {...(camera ? { capture: 'environment' as const } : {})}
        onChange={(event) => picked(event.currentTarget.files)}
      />
    </label>
  );
}

function Thumb({ photo, label, drop }: { photo: Kept; label: string; drop: () => void }) {
  const address = useAddress(photo.blob);
  return (
    <button type="button" class="thumb" aria-label={`去掉这张照片（${label}）`} onClick={drop}>
      {address && <img src={address} alt="" />}
      <span>去掉</span>
    </button>
  );
}

/** An address for bytes, as long as they are shown. */
export function useAddress(blob: Blob): string {
  const [address, setAddress] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}
