import { type Phone, say, toast } from './phone';

export type Target = { kind: 'page'; url: string } | { kind: 'outside'; url: string } | { kind: 'say'; text: string };

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Where a link in a message leads: a page of this machine, the web outside, or words said for the reader (`dtmd:`).
 * DingTalk's own wrappers (reference §5.8) are taken off. Null for anything else: such a link is shown as text.
 */
export function targetOf(link: string): Target | null {
  const url = parse(link);
  if (url?.protocol === 'dingtalk:') return targetOf(inner(url) ?? '');
  if (url?.protocol === 'dtmd:') return sayTarget(url);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return null;
  return { kind: LOOPBACK.has(url.hostname) ? 'page' : 'outside', url: link };
}

function parse(link: string): URL | null {
  try {
    return new URL(link);
  } catch {
    return null;
  }
}

function inner({ searchParams }: URL): string | null {
  return ['url', 'mobileLink', 'pcLink', 'pageUrl'].map((name) => searchParams.get(name)).find(Boolean) ?? null;
}

function sayTarget({ searchParams }: URL): Target | null {
  const text = searchParams.get('content');
  return text ? { kind: 'say', text } : null;
}

/** Follows a link on a phone, as a tap would. */
export function follow(phone: Phone, link: string, title: string): void {
  const target = targetOf(link);
  if (target?.kind === 'page') phone.web.value = { url: target.url, title };
  else if (target?.kind === 'outside') window.open(target.url, '_blank', 'noopener');
  else if (target?.kind === 'say') void say(phone, { text: target.text });
  else toast(phone, '这个链接打不开');
}
