/** What fits into one value of a card: the platform documents 1 kB (reference/dingtalk.md §5.1). */

export const MOST_BYTES = 1024;

export interface Row {
  label: string;
  value: string;
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** At most so many characters, an ellipsis for the rest; never half of a surrogate pair. */
export function clip(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, Math.max(0, most - 1)).join('')}…`;
}

/** Rows as JSON that fits: the longest value is shortened until it does. What is short is never cut. */
export function fitRows(rows: Row[]): string {
  const text = JSON.stringify(rows);
  if (bytesOf(text) <= MOST_BYTES) return text;
  const longest = rows.reduce((most, row) => (bytesOf(row.value) > bytesOf(most.value) ? row : most));
  const value = clip(longest.value, Math.floor([...longest.value].length * 0.8));
  return fitRows(rows.map((row) => (row === longest ? { ...row, value } : row)));
}

/** As many of a list, from its front, as fit as JSON. */
export function fitList<T>(list: readonly T[]): string {
  const text = JSON.stringify(list);
  return bytesOf(text) <= MOST_BYTES || list.length === 0 ? text : fitList(list.slice(0, -1));
}
