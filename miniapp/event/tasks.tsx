import type { EventDetail, TaskView } from '../../server/http/contract';
import { DueLine } from '../words';

/** Which units have it, how far each is, and what they have asked for. */
export function Tasks({ event }: { event: EventDetail }) {
  if (event.tasks.length === 0) return null;
  return (
    <section class="card">
      <h2>承办</h2>
      <ul class="tasks">
        {event.tasks.map((task) => (
          <Task key={task.id} task={task} />
        ))}
      </ul>
    </section>
  );
}

const TONES = { blue: 'blue', yellow: 'orange', red: 'red', accountability: 'red' };

function Task({ task }: { task: TaskView }) {
  const { request, supervised, due } = task;
  return (
    <li>
      <div class="head">
        <strong>{task.unit}</strong>
        <span class="note">{task.duty === 'lead' ? '主办' : '协办'}</span>
      </div>
      <p class="note">{[task.stateText, task.assignee, task.extendedText].filter(Boolean).join(' · ')}</p>
      {supervised && <span class={`tag ${TONES[supervised]}`}>{task.supervisedText}</span>}
      {task.appealText && <span class={`tag ${task.exempt ? 'green' : 'grey'}`}>{task.appealText}</span>}
      {due && <DueLine due={due} />}
      {request && (
        <p class="callout">
          <strong>{request.label}</strong>
          {request.text}
        </p>
      )}
    </li>
  );
}
