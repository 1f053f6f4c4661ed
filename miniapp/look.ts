/** How the page looks to this person: theme and size of letters, kept on the phone (reference/frontend.md §6.2). */

export const THEMES = [
  ['auto', '跟随系统'],
  ['light', '浅色'],
  ['dark', '深色'],
  ['outdoor', '户外高对比'],
] as const;

export const LETTERS = [
  ['1', '标准'],
  ['2', '大'],
  ['3', '超大'],
] as const;

export type Theme = (typeof THEMES)[number][0];
export type Letters = (typeof LETTERS)[number][0];

export interface Look {
  theme: Theme;
  letters: Letters;
}

const KEY = 'gridtalk.look';
const dark = matchMedia('(prefers-color-scheme: dark)');

export function look(): Look {
  try {
    const { theme, letters } = JSON.parse(localStorage.getItem(KEY) || '{}') as Partial<Look>;
    return {
      theme: THEMES.some(([name]) => name === theme) ? theme! : 'auto',
      letters: LETTERS.some(([name]) => name === letters) ? letters! : lettersOfClient(),
    };
  } catch {
    return { theme: 'auto', letters: '1' };
  }
}

/** 浙政钉 tells the letters that its user has chosen in the user agent. */
function lettersOfClient(): Letters {
  const size = Number(/TaurusFontSizeType\/(\d)/.exec(navigator.userAgent)?.[1] || 0);
  return size >= 4 ? '3' : size >= 2 ? '2' : '1';
}

/** Shows the page so, and keeps it where the phone keeps anything. */
export function wear(next: Look): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // A private window forgets it; the page still changes.
  }
  dress();
}

export function dress(): void {
  const { theme, letters } = look();
  const { dataset } = document.documentElement;
  dataset.theme = theme === 'auto' ? (darkClient() ? 'dark' : 'light') : theme;
  dataset.letters = letters;
}

/** DingTalk names its theme in the user agent, because its webview does not always follow the system's. */
function darkClient(): boolean {
  const told = /colorScheme\/(dark|light)/i.exec(navigator.userAgent)?.[1];
  return told ? told.toLowerCase() === 'dark' : dark.matches;
}

dress();
// `addEventListener` on media queries is newer than Safari 13.
dark.addListener(dress);
