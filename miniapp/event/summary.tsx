import type { EventDetail } from '../../server/http/contract';
import { acks } from '../official/acks';
import { TimeLeft } from '../official/time-left';
import { StageTag } from '../words';

/** What it is, how it stands, how long still and why so long. */
export function Summary({ event }: { event: EventDetail }) {
  const ack = acks.value[event.id];
  const signed = ack && ack.state !== 'failed' && event.stage === 'dispatched';
  return (
    <section class="card">
      <div class="head">
        <h2>{event.matter}</h2>
        <StageTag event={signed ? { ...event, stage: 'handling', stageText: '已签收' } : event} />
      </div>
      <Promised event={event} />
      {event.standing && !event.due?.words.startsWith('挂账') && <p class="note">{event.standing}</p>}
      {event.tasks.length > 0 && <Why event={event} />}
      {event.instruction && (
        <p class="callout">
          <strong>领导批示</strong>
          {event.instruction}
        </p>
      )}
      <p class="text whole">{event.text || '（只有照片）'}</p>
      <dl>
        {rowsOf(event)
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

function rowsOf(event: EventDetail): [string, string][] {
  const { place, area, reporter, followers, terms, closing, bounces, responsible } = event;
  return [
    ['位置', place || (event.located ? '没有写，看地图' : '未写明')],
    ['网格', area],
    ['报告人', followers ? `${reporter}，另有 ${followers} 人也看到了` : reporter],
    ['立案条件', terms ? `${terms.condition}（${terms.limit}）` : ''],
    ['结案条件', closing],
    ['流转', bounces.text],
    ['首接单位', bounces.text && responsible ? responsible : ''],
  ];
}

function Promised({ event: { due, spent } }: { event: EventDetail }) {
  if (!due) return null;
  return (
    <div class="promise">
      <TimeLeft due={{ ...due, note: null }} share={spent ? spent.share : 0} />
      {due.time && (
        <p class="note">
          {due.late ? '应在' : '请在'} {due.time} 前{due.clock === '办理' ? '办结' : due.clock}
          {due.note && `（${due.note}）`}
        </p>
      )}
    </div>
  );
}

function Why({ event }: { event: EventDetail }) {
  return (
    <div class="because">
      {event.spent?.words && <p class="note">{event.spent.words}。</p>}
      <a class="why" href={`#/e/${encodeURIComponent(event.id)}/why`}>
        {event.due && taskClock(event.due.clock) ? '为什么是这个时间' : '各单位的时间是怎样计的'} ›
      </a>
    </div>
  );
}

/** The ledger is that of the units; 派遣 and 核查 have a timer, and no more to explain. */
function taskClock(clock: string): boolean {
  return clock === '签收' || clock === '办理';
}
