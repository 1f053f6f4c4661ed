import { hear, type Speech } from './speech';
import type { Matter } from './types';
import { type Found, findWords, indexWords, isWithin, type WordIndex } from './words';

/**
 * One keyword of a matter. The grammar, in `Matter.keywords`:
 * `路灯不亮` these words; `路灯+熄` all parts, close together, in any order; `路灯/街灯+坏/熄/瞎` any of the alternatives;
 * a last `?` marks a mere hint (`隔壁?`), which counts half.
 */
interface Keyword {
  matterId: string;
  order: number;
  /** For each part the words that stand for it. */
  parts: string[][];
  /** Words that point to several matters weigh less. */
  factor: number;
  hint: boolean;
}

export interface KeywordIndex {
  words: WordIndex;
  /** Keywords by the words of their longest part: without it the others need no look. */
  byWord: ReadonlyMap<string, Keyword[]>;
}

/** A keyword found in what was said. */
export interface Hit {
  matterId: string;
  /** Of the matter in the catalogue: the last resort between equals. */
  order: number;
  spans: Found[];
  /** Longer words weigh more: about one for each character that was said. */
  weight: number;
  /** Too little to outdo other words. */
  hint: boolean;
}

/** Parts of a keyword stand no further from each other than this. */
const NEAR = 14;

export function indexKeywords(matters: readonly Matter[]): KeywordIndex {
  const keywords = matters.flatMap(({ id, keywords: words }, order) =>
    [...words, ...hintsFrom(words)].map((word) => read(word, id, order)),
  );
  const sharers = groupBy(keywords, ({ parts }) => parts.flat());
  for (const [word, sharing] of sharers) shareOut(word, sharing);
  return { words: indexWords(sharers.keys()), byWord: groupBy(keywords, longestPart) };
}

function groupBy(keywords: Keyword[], wordsOf: (keyword: Keyword) => string[]): Map<string, Keyword[]> {
  const groups = new Map<string, Keyword[]>();
  for (const keyword of keywords) {
    for (const word of new Set(wordsOf(keyword))) {
      const group = groups.get(word);
      if (group) group.push(keyword);
      else groups.set(word, [keyword]);
    }
  }
  return groups;
}

function longestPart({ parts }: Keyword): string[] {
  const mean = (words: string[]) => words.reduce((letters, word) => letters + word.length, 0) / words.length;
  return parts.reduce((longest, part) => (mean(part) > mean(longest) ? part : longest));
}

function read(word: string, matterId: string, order: number): Keyword {
  const hint = word.endsWith('?');
  const parts = (hint ? word.slice(0, -1) : word)
    .split('+')
    .map((part) => part.split('/').map((each) => hear(each).text))
    .map((part) => part.filter(Boolean));
  return { matterId, order, parts, factor: hint ? 0.5 : 1, hint };
}

/** A longer part hints at its matter without the others: 天花板 of `天花板+滴水`. */
function hintsFrom(words: string[]): string[] {
  const parts = words.filter((word) => word.includes('+')).flatMap((word) => word.split(/[+/]/));
  const own = new Set(words.map((word) => word.replace(/\?$/, '')));
  return [...new Set(parts)].filter((part) => part.length >= 2 && !own.has(part)).map((part) => `${part}?`);
}

/** A word that names several matters tells less about each; hints take nothing from names. */
function shareOut(word: string, keywords: Keyword[]): void {
  const alone = keywords.filter(({ parts }) => parts.length === 1 && parts[0]?.length === 1 && parts[0][0] === word);
  const names = alone.filter(({ hint }) => !hint).length;
  for (const keyword of alone) keyword.factor /= keyword.hint ? keywords.length : Math.sqrt(names);
}

/** The keywords said, without those that are only a part of a longer one: 垃圾 in 垃圾桶满了 says nothing of its own. */
export function hitsIn(speech: Speech, index: KeywordIndex): Hit[] {
  const found = new Map<string, Found[]>();
  for (const one of findWords(speech.text, index.words)) {
    const before = found.get(one.word);
    if (before) before.push(one);
    else found.set(one.word, [one]);
  }
  const keywords = new Set([...found.keys()].flatMap((word) => index.byWord.get(word) ?? []));
  return longestOnly([...keywords].flatMap((keyword) => hitOf(keyword, found, speech.text)));
}

function hitOf(keyword: Keyword, found: ReadonlyMap<string, Found[]>, text: string): Hit[] {
  const { matterId, order, parts, factor, hint } = keyword;
  if (!parts.every((words) => words.some((word) => found.has(word)))) return [];
  const spans = together(parts.map((words) => words.flatMap((word) => found.get(word) ?? [])));
  if (spans.length === 0) return [];
  return [{ matterId, order, spans, weight: factor * worth(spans) * credit(spans, text), hint }];
}

/** One occurrence of each part, all near each other and none overlapping: those with the most letters. */
function together([heads = [], ...others]: Found[][]): Found[] {
  let best: Found[] = [];
  for (const head of heads) {
    const spans = [head];
    for (const part of others) {
      const near = part.filter((one) => spans.every((span) => apart(span, one)));
      const longest = near.reduce<Found | null>((a, b) => (a && a.word.length >= b.word.length ? a : b), null);
      if (longest) spans.push(longest);
    }
    if (spans.length === others.length + 1 && lettersOf(spans) > lettersOf(best)) best = spans;
  }
  return best;
}

function lettersOf(spans: Found[]): number {
  return spans.reduce((letters, { word }) => letters + word.length, 0);
}

/** A word of four characters is worth more than two of two: it is more specific. */
function worth(spans: Found[]): number {
  return spans.reduce((total, { word }) => total + word.length ** 1.2, 0);
}

function apart(a: Found, b: Found): boolean {
  const gap = Math.max(a.start, b.start) - Math.min(a.end, b.end);
  return gap >= 0 && gap <= NEAR;
}

function longestOnly(hits: Hit[]): Hit[] {
  const spans = hits.filter(({ hint }) => !hint).flatMap((hit) => hit.spans);
  return hits.filter((hit) => !hit.spans.every((span) => spans.some((other) => isWithin(span, other))));
}

const DENIED = /(?:没有|没得|没|不存在|不是|不再|不|无)$/;

/** How much words count where they stand: denied ones (没有噪音了, 不漏水了) hardly; those far apart a little less. */
function credit(spans: Found[], text: string): number {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  if (DENIED.test(text.slice(Math.max(0, start - 3), start)) && /^[了的]/.test(text.slice(end))) return 0.2;
  return spans.length === 1 ? 1 : 0.95 - 0.01 * (end - start - lettersOf(spans));
}
