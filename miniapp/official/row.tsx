import type { Answer } from '../../server/http/contract';
import { StageTag } from '../words';
import { type Ack, acknowledge, acks } from './acks';
import { TimeLeft } from './time-left';

export type TodoRow = Answer<'GET /api/todo'>['events'][number];

interface Props {
  event: TodoRow;
  /** On a PC: shown beside the list, ticked for 签收 of many. */
  open: boolean;
  pick: ((on: boolean) => void) | null;
  picked: boolean;
  choose: ((click: MouseEvent) => void) | undefined;
}

/** One thing to do: what, where, how long still, and the step itself where it is one tap. */
export function Row({ event, open, pick, picked, choose }: Props) {
  const ack = event.step === 'ack' ? acks.value[event.id] : undefined;
  const signed = ack !== undefined && ack.state !== 'failed';
  return (
    <li class={open ? 'card todo open' : 'card todo'}>
      <a
        class="row"
        href={`#/e/${encodeURIComponent(event.id)}`}
        data-id={event.id}
        aria-current={open ? 'true' : undefined}
        onClick={choose}
      >
        <div class="head">
          <strong>{event.matter}</strong>
          <StageTag event={signed ? { ...event, stage: 'handling', stageText: '已签收' } : event} />
        </div>
        <p class="text">{event.text || '（只有照片）'}</p>
        <p class="note">
          {event.assists && <span class="tag grey duty">协办</span>}
          {[event.no || '未确认', event.place || event.area].join(' · ')}
        </p>
      </a>
      {ack && !signed && (
        <p class="alert" role="alert">
          {ack.words}
        </p>
      )}
      <div class="todo-foot">
        {pick && event.step === 'ack' && !signed && <Tick no={event.no} picked={picked} pick={pick} />}
        {event.due ? <TimeLeft due={event.due} share={event.due.share} /> : <span class="note">等您处理</span>}
        {event.step === 'ack' ? (
          <Sign event={event} ack={ack} />
        ) : (
          <span class="next" aria-hidden="true">
            去{event.next} ›
          </span>
        )}
      </div>
    </li>
  );
}

function Tick({ no, picked, pick }: { no: string | null; picked: boolean; pick: (on: boolean) => void }) {
  return (
    <label class="tick">
      <input
        type="checkbox"
        checked={picked}
        aria-label={`选中 ${no || '这一件'}`}
        onChange={(change) => pick(change.currentTarget.checked)}
      />
    </label>
  );
}

const STATES: Record<Ack['state'], string> = { held: '已签收', sending: '正在签收…', done: '已签收', failed: '' };

function Sign({ event, ack }: { event: TodoRow; ack: Ack | undefined }) {
  if (ack && ack.state !== 'failed') return <p class="signed">✓ {STATES[ack.state]}</p>;
  return (
    <button type="button" class="button primary sign" onClick={() => acknowledge([event])}>
      签收
    </button>
  );
}
