import { createHash } from 'node:crypto';
import type { Problem } from './problem';

/** What went wrong as a page, for whoever opened a link: one of a photo or an export that is over, or a wrong address. */

const STYLE =
  'body{margin:0;background:#f2f3f5;color:#181c1f;font:17px/1.6 -apple-system,"PingFang SC","Noto Sans CJK SC",sans-serif}' +
  'main{max-width:28em;margin:18vh auto 0;padding:0 24px;text-align:center}h1{font-size:22px}p{margin:0 0 24px}' +
  'a{display:inline-block;padding:0 28px;border-radius:8px;background:#0055ff;color:#fff;line-height:48px;text-decoration:none}' +
  '@media(prefers-color-scheme:dark){body{background:#111213;color:#f5f5f6}}';

const HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing runs on it, and nothing but its own few lines of style counts. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;

/** `home`: the micro-app's address. */
export function problemPage(problem: Problem, home: string): string {
  const { title, detail } = problem.toJSON();
  return [
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${plain(title)} · 网格通</title><style>${STYLE}</style></head><body><main>`,
    `<h1>${plain(title)}</h1><p>${plain(detail)}</p><a href="${plain(home)}">打开网格通</a>`,
    '</main></body></html>',
  ].join('');
}

const MARKS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function plain(words: unknown): string {
  return String(words).replace(/[&<>"']/g, (mark) => MARKS[mark]!);
}
