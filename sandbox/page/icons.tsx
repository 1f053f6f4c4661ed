import type { JSX } from 'preact';

const paths = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20',
  photo:
    'M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5zM4 16.5l5-5 4 4 2.5-2.5 4.5 4.5M15.5 9.2h.01',
  voice: 'M12 3.5a3 3 0 0 1 3 3V11a3 3 0 0 1-6 0V6.5a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v3',
  outside: 'M14 4h6v6M20 4l-9 9M18 14v4.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 4 18.5v-11A1.5 1.5 0 0 1 5.5 6H10',
  chats:
    'M12 4c4.7 0 8.5 3.1 8.5 7.2s-3.8 7.2-8.5 7.2c-.9 0-1.8-.1-2.6-.3L5 20l.9-3.6c-1.5-1.3-2.4-3.1-2.4-5.2C3.5 7.1 7.3 4 12 4z',
  todos: 'M4.5 5.5h15v14h-15zM8 12l3 3 5.5-6',
  dings: 'M13.5 3L5 13.5h6L10 21l9-11h-6.5z',
  sound: 'M5 10v4M9 7v10M13 9.5v5M17 5v14',
  film: 'M4 6h11v12H4zM15 10.5l5-3v9l-5-3z',
  file: 'M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4',
  columns: 'M4.5 5h6v14h-6zM13.5 5h6v14h-6z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  down: 'M6 9.5l6 6 6-6',
};

export type IconName = keyof typeof paths;

/** A line icon, 24 × 24; decorative: the button round it carries the name. */
export function Icon({ name, size = 22 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The robot's face: four grids, one of them talking. */
export function RobotFace({ size = 40 }: { size?: number }): JSX.Element {
  return (
    <svg class="robot" width={size} height={size} viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <rect width="40" height="40" rx="9" fill="#005fff" />
      <g fill="#fff">
        <rect x="10" y="10" width="9" height="9" rx="2.5" />
        <rect x="21" y="10" width="9" height="9" rx="2.5" opacity=".7" />
        <rect x="10" y="21" width="9" height="9" rx="2.5" opacity=".7" />
        <path d="M23.5 21h4a2.5 2.5 0 0 1 2.5 2.5V28a2 2 0 0 1-3.3 1.5l-4.8-4.2a2.5 2.5 0 0 1 1.6-4.3z" />
      </g>
    </svg>
  );
}
