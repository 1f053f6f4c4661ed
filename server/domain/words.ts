/** Words to be found in a text, by their first two characters. */
export type WordIndex = ReadonlyMap<string, string[]>;

export interface Found {
  word: string;
  start: number;
  end: number;
}

export function indexWords(words: Iterable<string>): WordIndex {
  const index = new Map<string, string[]>();
  for (const word of new Set(words)) {
    if (word === '') continue;
    const head = word.slice(0, 2);
    const bucket = index.get(head);
    if (bucket) bucket.push(word);
    else index.set(head, [word]);
  }
  return index;
}

/** Every occurrence of every word, in order of the text; those that overlap too. */
export function findWords(text: string, index: WordIndex): Found[] {
  const found: Found[] = [];
  for (let start = 0; start < text.length; start++) {
    for (const size of [1, 2]) {
      for (const word of index.get(text.slice(start, start + size)) ?? []) {
        if (word.length >= size && text.startsWith(word, start)) found.push({ word, start, end: start + word.length });
      }
      if (start + size >= text.length) break;
    }
  }
  return found;
}

/** Does `inner` lie within `outer`, and is `outer` longer? A word beats the substrings of itself. */
export function isWithin(inner: Found, outer: Found): boolean {
  return outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start;
}
