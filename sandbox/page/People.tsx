import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PersonView } from '../types';
import { Avatar, Badge } from './Avatar';
import { choose, people, phones, recent, sideBySide } from './desk';
import { Icon } from './icons';
import { listed, ROLES, type RoleName, starters } from './roles';

/** Whose phone to pick up. */
export function People(): JSX.Element {
  const [words, setWords] = useState('');
  const [role, setRole] = useState<RoleName | null>(null);
  const all = people.value ?? [];
  const first = words.trim() === '' && role === null ? starters(all) : [];
  const pinned = new Set(first.map(({ person }) => person.userId));
  const others = listed(all, words, role, recent.value).filter(({ userId }) => !pinned.has(userId));
  return (
    <aside class="people" aria-label="人员">
      <Search words={words} onWords={setWords} />
      <RoleChips role={role} onRole={setRole} />
      <div class="people-scroll">
        {first.length > 0 && (
          <section class="starters" aria-label="从这里开始">
            <h2>从这里开始</h2>
            {first.map(({ person, try: hint }) => (
              <Person key={person.userId} person={person} hint={hint} />
            ))}
          </section>
        )}
        <section aria-label="所有人">
          <h2>{first.length > 0 ? `其他人 ${others.length}` : `${others.length} 人`}</h2>
          {others.map((person) => (
            <Person key={person.userId} person={person} />
          ))}
          {people.value !== null && all.length === 0 && <NobodyYet />}
          {all.length > 0 && others.length === 0 && <p class="empty">没有这样的人，换个词试试。</p>}
        </section>
      </div>
    </aside>
  );
}

/** A town that begins empty (`SEED=none`): somebody has to set it up. */
function NobodyYet(): JSX.Element {
  return (
    <p class="empty">
      这里还没有人。请在另一个终端里运行 <code>npm run people -- admin boss 王主任</code>
      ，几秒后管理员就会出现在这里；打开他的微应用，按“开通步骤”一步步来。
    </p>
  );
}

function Search({ words, onWords }: { words: string; onWords: (words: string) => void }): JSX.Element {
  return (
    <div class="search">
      <Icon name="search" size={18} />
      <input
        type="search"
        aria-label="找人"
        placeholder="姓名、单位、网格"
        value={words}
        onInput={(event) => onWords(event.currentTarget.value)}
      />
    </div>
  );
}

function RoleChips({ role, onRole }: { role: RoleName | null; onRole: (role: RoleName | null) => void }): JSX.Element {
  return (
    <fieldset class="chips" aria-label="按岗位筛选">
      {ROLES.map(({ name }) => (
        <button
          key={name}
          type="button"
          aria-pressed={role === name}
          onClick={() => onRole(role === name ? null : name)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

function Person({ person, hint }: { person: PersonView; hint?: string }): JSX.Element {
  const holding = (sideBySide.value ? phones : [phones[0]]).some(({ userId }) => userId.value === person.userId);
  const label = `${person.name}，${person.title}${person.unread > 0 ? `，${person.unread} 条未读` : ''}`;
  return (
    <button
      type="button"
      class="person"
      aria-label={label}
      aria-current={holding ? 'true' : undefined}
      onClick={() => choose(person.userId)}
    >
      <Avatar person={person} />
      <span class="words">
        <span class="first">
          <strong>{person.name}</strong>
          {hint && <em>{hint}</em>}
        </span>
        <span class="second">{person.title}</span>
      </span>
      <Badge count={person.unread} />
    </button>
  );
}
