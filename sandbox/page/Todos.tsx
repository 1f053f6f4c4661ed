import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TodoView } from '../types';
import { now } from './desk';
import { Icon } from './icons';
import { follow } from './links';
import type { Phone } from './phone';
import { dueWords } from './time';

/** DingTalk's own to-do list. */
export function Todos({ phone }: { phone: Phone }): JSX.Element {
  const [done, setDone] = useState(false);
  const all = phone.todos.value ?? [];
  const shown = all.filter((todo) => todo.done === done).sort(byDue);
  const open = all.filter((todo) => !todo.done).length;
  return (
    <div class="page">
      <div class="bar list-bar">
        <h2>待办</h2>
      </div>
      <div class="segments">
        <button type="button" aria-pressed={!done} onClick={() => setDone(false)}>
          未完成{open > 0 && ` ${open}`}
        </button>
        <button type="button" aria-pressed={done} onClick={() => setDone(true)}>
          已完成
        </button>
      </div>
      {shown.length === 0 && (
        <p class="empty">
          <Icon name="check" size={32} />
          {done ? '还没有完成的待办。' : '没有待办，辛苦了。'}
        </p>
      )}
      <ul class="todos">
        {shown.map((todo) => (
          <Todo key={todo.id} todo={todo} onOpen={() => follow(phone, todo.url, todo.subject)} />
        ))}
      </ul>
    </div>
  );
}

function byDue(a: TodoView, b: TodoView): number {
  return (a.dueAt ?? Number.POSITIVE_INFINITY) - (b.dueAt ?? Number.POSITIVE_INFINITY);
}

function Todo({ todo, onOpen }: { todo: TodoView; onOpen: () => void }): JSX.Element {
  const due = todo.dueAt === null || todo.done ? null : dueWords(todo.dueAt, now.value);
  return (
    <li>
      <button type="button" class={todo.done ? 'done' : ''} onClick={onOpen}>
        <span class="tick">{todo.done && <Icon name="check" size={14} />}</span>
        <span class="words">
          <span class="subject">{todo.subject}</span>
          <span class={due?.late ? 'due late' : 'due'}>{due?.text ?? (todo.done ? '已完成' : '没有期限')}</span>
          <span class="from">网格通</span>
        </span>
      </button>
    </li>
  );
}
