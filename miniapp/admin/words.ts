/** Words that the administrator's pages share. */

export const KIND_TITLES: Record<string, string> = {
  catalogue: '事项目录',
  duties: '权责清单',
  calendars: '日历',
  settings: '督办与时限',
};

/** `11-26 09:05`, China time; with the year where it is another. */
export function dayTime(at: number, now = Date.now()): string {
  const text = new Date(at + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
  return text.slice(0, 4) === new Date(now).toISOString().slice(0, 4) ? text.slice(5) : text;
}

/** `1,234` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
