/** What somebody said, made comparable: only letters, digits and Han characters, half-width, lower case, without sighs. */
export interface Speech {
  original: string;
  text: string;
  /** For each character of `text`: where it begins and ends in `original`. */
  from: number[];
  to: number[];
  /** Positions in `text` before which there was a pause: a space, punctuation, an emoji. */
  pauses: Set<number>;
}

const SIGHS = new Set('嗯呃啊呀唉诶欸噢哟嘛噻哇啦哦喔');
const SAID = /[\p{L}\p{N}]/u;

/** Never fails, whatever the string; speech recognition and typing lead to the same text. */
export function hear(original: string): Speech {
  const speech: Speech = { original, text: '', from: [], to: [], pauses: new Set() };
  let index = 0;
  for (const character of original) {
    takeIn(speech, character, index);
    index += character.length;
  }
  return speech;
}

function takeIn(speech: Speech, character: string, index: number): void {
  if (SIGHS.has(character)) return;
  for (const plain of isHan(character) ? character : character.normalize('NFKC').toLowerCase()) {
    if (!isHan(plain) && !SAID.test(plain)) {
      speech.pauses.add(speech.text.length);
      continue;
    }
    speech.text += plain;
    for (let unit = 0; unit < plain.length; unit++) {
      speech.from.push(index);
      speech.to.push(index + character.length);
    }
  }
}

function isHan(character: string): boolean {
  return character >= '一' && character <= '鿿';
}

/** The reporter's own words between two positions of `text`. */
export function quote(speech: Speech, start: number, end: number): string {
  return speech.original.slice(speech.from[start], speech.to[end - 1]);
}

/** The `size` characters before a position, no further back than the last pause. */
export function clauseBefore(speech: Speech, position: number, size: number): string {
  let start = position;
  while (start > 0 && position - start < size && !speech.pauses.has(start)) start--;
  return speech.text.slice(start, position);
}
