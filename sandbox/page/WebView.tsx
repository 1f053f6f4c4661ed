import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { openUrl } from './api';
import { Icon } from './icons';
import type { Phone } from './phone';

/** A page opened from chat, inside the phone and logged in as its person. */
export function WebView({ phone }: { phone: Phone }): JSX.Element | null {
  const web = phone.web.value;
  const userId = phone.userId.value;
  // The link logs in once: built once per opening, so that redrawing never loads the page again.
  const src = useMemo(() => (web && userId ? openUrl(userId, web.url) : null), [web]);
  if (!web || !src) return null;
  return (
    <div class="web" role="dialog" aria-label={web.title}>
      <div class="bar">
        <button type="button" class="icon-button" aria-label="关闭" onClick={() => (phone.web.value = null)}>
          <Icon name="close" />
        </button>
        <h2>{web.title}</h2>
        <a class="icon-button" href={src} target="_blank" rel="noopener" aria-label="在新窗口打开" title="在新窗口打开">
          <Icon name="outside" size={20} />
        </a>
      </div>
      <iframe src={src} title={web.title} allow="geolocation; camera; microphone" />
    </div>
  );
}
