import type { JSX } from 'preact';
import type { Phone } from './phone';

/** A photo over the whole phone; a tap anywhere, or Escape, closes it. */
export function Photo({ phone }: { phone: Phone }): JSX.Element | null {
  const url = phone.photo.value;
  if (url === null) return null;
  const close = () => {
    phone.photo.value = null;
  };
  return (
    <button
      type="button"
      class="photo-view"
      aria-label="关闭照片"
      ref={(element) => element?.focus()}
      onClick={close}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <img src={url} alt="照片" />
    </button>
  );
}
