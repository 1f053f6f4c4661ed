import type { Due, EventSummary } from '../server/http/contract';

const TONES: Record<EventSummary['stage'], string> = {
  reported: 'orange',
  filed: 'orange',
  dispatched: 'blue',
  handling: 'blue',
  verifying: 'orange',
  closed: 'green',
  rejected: 'grey',
  withdrawn: 'grey',
};

/** The stage as a word on a colour; colour never says it alone. */
export function StageTag({ event }: { event: Pick<EventSummary, 'stage' | 'stageText' | 'urgent'> }) {
  return (
    <span class="tags">
      {event.urgent && <span class="tag red">紧急</span>}
      <span class={`tag ${TONES[event.stage]}`}>{event.stageText}</span>
    </span>
  );
}

/** Until when; and that it may still move, where the holidays of its year are not published. */
export function DueLine({ due }: { due: Due }) {
  return (
    <span class={due.late ? 'due late' : 'due'}>
      {due.late ? '⚠ ' : ''}
      {due.at === null ? due.words : `${due.clock} · ${due.words}`}
      {due.note && <span class="note">{due.note}</span>}
    </span>
  );
}
