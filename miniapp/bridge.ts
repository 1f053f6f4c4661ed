/**
 * What the client around this page can do: one interface, DingTalk behind it where there is one, the browser where not.
 * Nothing here hangs: without a real bridge DingTalk's calls neither answer nor fail (reference/frontend.md §3.2).
 * The camera is not among it: `<input type=file capture>` works everywhere and hands over the bytes.
 */
export interface Bridge {
  /** A one-use login code. Errors: when the client gives none. */
  authCode(app: { corpId: string; clientId: string }): Promise<string>;
  /** Where the phone is; null when it cannot or may not say, and then the person points at the map. */
  fix(): Promise<Fix | null>;
  /** The words of a QR code; null when nothing was read. */
  scan(): Promise<string | null>;
  title(words: string): void;
  openLink(url: string): void;
  /** Shows a place (GCJ-02) on the client's own map, from where the person can be led there. */
  openLocation(spot: { lng: number; lat: number; title: string; address: string }): void;
  /** Opens a DING with these words, for the person to send; false where the client has none. */
  ding(userIds: string[], words: string): Promise<boolean>;
  /** Offers a page to colleagues; false where the client cannot. */
  share(page: { title: string; words: string; url: string }): Promise<boolean>;
  /** Listens until `stop`, then gives the words heard; null where the client cannot. */
  listen(): Promise<{ stop(): Promise<string | null> } | null>;
}

/** A place as the phone tells it, GCJ-02; metres. */
export interface Fix {
  lng: number;
  lat: number;
  accuracy: number;
  /** Its address, '' where the client does not say. */
  text: string;
}

export function inDingTalk(): boolean {
  return /DingTalk|TaurusApp|AliApp\(DingTalk/i.test(navigator.userAgent);
}

/** The first of the two to come: an answer, or `null` after so many ms, or when it fails. */
export function within<T>(answer: Promise<T>, ms: number): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), ms));
  return Promise.race([answer.catch(() => null), late]);
}

const FIX = 6_000;

async function browserFix(): Promise<Fix | null> {
  if (!('geolocation' in navigator)) return null;
  const found = new Promise<GeolocationPosition>((resolve, reject) =>
    navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: true, timeout: FIX }),
  );
  const position = await within(found, FIX + 500);
  if (!position) return null;
  const { default: gcoord } = await import('gcoord');
  const { longitude, latitude, accuracy } = position.coords;
  const [lng, lat] = gcoord.transform([longitude, latitude], gcoord.WGS84, gcoord.GCJ02) as [number, number];
  return { lng, lat, accuracy, text: '' };
}

const browser: Bridge = {
  authCode: () => Promise.reject(new Error('no client around this page')),
  fix: browserFix,
  scan: async () => null,
  title: () => undefined,
  openLink: (url) => void window.open(url, '_blank', 'noopener'),
  // 高德's address for a marker; on a phone with its app it opens there. `gaode` is GCJ-02.
  openLocation: ({ lng, lat, title }) =>
    browser.openLink(
      `https://uri.amap.com/marker?position=${lng},${lat}&name=${encodeURIComponent(title)}&coordinate=gaode&callnative=1`,
    ),
  ding: async () => false,
  async share({ title, words, url }) {
    if (!('share' in navigator)) return false;
    return (
      (await within(
        navigator.share({ title, text: words, url }).then(() => true),
        60_000,
      )) === true
    );
  },
  listen: async () => null,
};

let chosen: Promise<Bridge> | null = null;

/** The bridge of the client we are in. The package comes as a chunk of its own, and only inside DingTalk. */
export function bridge(): Promise<Bridge> {
  chosen =
    chosen ||
    (inDingTalk() ? import('./bridge-dingtalk').then(({ dingtalk }) => dingtalk(browser)) : Promise.resolve(browser));
  return chosen;
}
