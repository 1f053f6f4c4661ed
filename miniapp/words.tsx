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

/** `noted`: the place it stands in says itself which holidays are not known. */
export function DueLine({ due, noted }: { due: Due; noted?: boolean }) {
  return (
    <span class={due.late ? 'due late' : 'due'}>
      {due.late ? '⚠ ' : ''}
      {due.at === null ? due.words : `${due.clock} · ${due.words}`}
      {!noted && due.note && <span class="note">{due.note}</span>}
    </span>
  );
}
