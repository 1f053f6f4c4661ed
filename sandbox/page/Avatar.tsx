import type { JSX } from 'preact';
import type { PersonView } from '../types';
import { RobotFace } from './icons';
import { colourOf } from './roles';

/** The last two characters of a name, as DingTalk draws people without a picture; coloured by role. */
export function Avatar({ person }: { person: Pick<PersonView, 'name' | 'title'> }): JSX.Element {
  return (
    <span class={`avatar ${colourOf(person)}`} aria-hidden="true">
      {[...person.name].slice(-2).join('')}
    </span>
  );
}

export function RobotAvatar(): JSX.Element {
  return (
    <span class="avatar plain" aria-hidden="true">
      <RobotFace />
    </span>
  );
}

/** Unread count; nothing when there is none. */
export function Badge({ count, dot = false }: { count: number; dot?: boolean }): JSX.Element | null {
  if (count === 0) return null;
  return <span class={dot ? 'badge dot' : 'badge'}>{dot ? '' : count > 99 ? '99+' : count}</span>;
}
