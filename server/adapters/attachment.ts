import type { DingTalkConfig } from '../config';
import { Rejected, Retry } from '../ports';
import { isPlatform } from './oapi';

const MOST_BYTES = 20 * 1024 * 1024;
const DEADLINE_MS = 30_000;

/**
 * Fetches what a temporary link leads to (reference §3.4): at most 20 MB; the kind by its first bytes, since the link's own
 * name ends in `.file`. Errors: `Retry` (a new link may help), `Rejected` 'download.host', 'download.size', 'download.empty'.
 */
export async function fetchAttachment(
  config: DingTalkConfig,
  link: string,
  timeoutMs = DEADLINE_MS,
): Promise<{ bytes: Buffer; mime: string }> {
  if (!mayFetch(link, config)) throw new Rejected('download.host', 'the link does not lead to a store of the platform');
  const response = await fetch(link, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Retry(2_000, `download: http ${response.status}`);
  }
  const bytes = await readUpTo(MOST_BYTES, response);
  if (bytes.length === 0) throw new Rejected('download.empty', 'the file has no bytes');
  return { bytes, mime: mimeOf(bytes) };
}

/** The platform's samples are plain `http:` links to Alibaba's stores; this machine only where the platform is here. */
function mayFetch(link: string, { apiBase }: DingTalkConfig): boolean {
  if (!URL.canParse(link)) return false;
  const { protocol, hostname } = new URL(link);
  if (isLoopback(hostname)) return isLoopback(new URL(apiBase).hostname);
  return protocol === 'https:' || (protocol === 'http:' && (isPlatform(hostname) || /\.aliyuncs\.com$/.test(hostname)));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/** A length that is announced is not trusted: the stream is cut where it grows too long. */
async function readUpTo(most: number, response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > most) throw new Rejected('download.size', 'the file is larger than 20 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const MAGIC: [offset: number, bytes: string, mime: string][] = [
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, 'GIF8', 'image/gif'],
  [8, 'WEBP', 'image/webp'],
  [0, 'BM', 'image/bmp'],
  [4, 'ftypheic', 'image/heic'],
  [4, 'ftypmif1', 'image/heic'],
  [4, 'ftyp', 'video/mp4'],
  [0, '#!AMR', 'audio/amr'],
  [0, 'OggS', 'audio/ogg'],
  [0, 'ID3', 'audio/mpeg'],
  [0, '\xff\xfb', 'audio/mpeg'],
  [8, 'WAVE', 'audio/wav'],
  [0, '%PDF-', 'application/pdf'],
  [0, 'PK\x03\x04', 'application/zip'],
];

/** By magic bytes; `application/octet-stream` where none fits. */
export function mimeOf(bytes: Buffer): string {
  const head = bytes.subarray(0, 16).toString('latin1');
  const found = MAGIC.find(([offset, magic]) => head.startsWith(magic, offset));
  return found?.[2] ?? 'application/octet-stream';
}
