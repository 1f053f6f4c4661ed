import { useEffect, useState } from 'preact/hooks';
import type { Due, EventDetail, Offer, Photo } from '../server/http/contract';
import { call, Trouble } from './api';
import { Form } from './form';
import { Page } from './kit/page';
import { Skeleton } from './kit/states';
import { told } from './live';
import type { PageProps } from './main';
import { Tasks } from './tasks';
import { DueLine, StageTag } from './words';

const EVERY = 60_000;

/** One event, whole: what, where, until when, what was done, and what I can do. */
export function EventPage({ me, params, search }: PageProps) {
  const id = params.id || '';
  const back = me.roles.indexOf('worker') >= 0 ? '#/mine' : '#/todo';
  // Opens this action's form at once.
  const action = search.get('do');
  const [event, setEvent] = useState<EventDetail | null>(null);
  const [offer, setOffer] = useState<Offer | null>(null);
  const [word, setWord] = useState<{ text: string; bad: boolean } | null>(null);

  const say = (error: unknown) => {
    told(error);
    setWord({ text: error instanceof Trouble ? error.message : '页面出错了，请重新打开。', bad: true });
  };
  const load = () => call('GET /api/events/:id', { params: { id } }).then((got) => setEvent(got.event));

  useEffect(() => {
    const again = () => document.visibilityState === 'visible' && void load().catch(told);
    const timer = setInterval(again, EVERY);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, []);
  useEffect(() => void load().catch(say), []);
  useEffect(() => {
    if (!event || !action) return;
    const wanted = event.actions.find((each) => each.action === action);
    if (wanted) setOffer(wanted);
    else setWord({ text: `现在是“${event.stageText}”，这一步不用办了。`, bad: true });
    // Once is enough: going back or reloading must not open it again.
    history.replaceState(null, '', location.hash.split('?')[0]);
  }, [event === null, action]);

  useEffect(() => scrollTo(0, 0), [word]);

  const done = (next: EventDetail, what: Offer) => {
    setEvent(next);
    setOffer(null);
    setWord({ text: `已提交：${what.label}。现在是“${next.stageText}”。`, bad: false });
  };
  /** Somebody was faster: say what happened, and show the event as it is now. */
  const conflict = (error: Trouble) => {
    setOffer(null);
    setWord({ text: error.message, bad: true });
    load().catch(told);
  };

  if (!event) {
    return (
      <Page title="事件" back={back}>
        {word ? <p class="blank">{word.text}</p> : <Skeleton height={160} />}
      </Page>
    );
  }
  return (
    <Page title={event.no || '未确认的上报'} back={back} class="event">
      {word && (
        <p class={word.bad ? 'alert' : 'alert good'} role={word.bad ? 'alert' : 'status'}>
          {word.text}
        </p>
      )}
      <Summary event={event} />
      <Photos photos={event.photos} />
      <Tasks event={event} />
      <Timeline event={event} />
      <Actions offers={event.actions} choose={setOffer} />
      {offer && (
        <Form
          key={offer.action}
          event={event}
          offer={offer}
          close={() => setOffer(null)}
          done={done}
          conflict={conflict}
        />
      )}
    </Page>
  );
}

function Summary({ event }: { event: EventDetail }) {
  return (
    <section class="card">
      <div class="head">
        <h2>{event.matter}</h2>
        <StageTag event={event} />
      </div>
      {event.due && <Promised due={event.due} />}
      {event.standing && !event.due?.words.startsWith('挂账') && <p class="note">{event.standing}</p>}
      {event.tasks.length > 0 && <WhyLink id={event.id} />}
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

function rowsOf({
  place,
  area,
  reporter,
  followers,
  terms,
  closing,
  bounces,
  responsible,
}: EventDetail): [string, string][] {
  return [
    ['位置', place || '未写明'],
    ['网格', area],
    ['报告人', followers ? `${reporter}，另有 ${followers} 人也看到了` : reporter],
    ['立案条件', terms ? `${terms.condition}（${terms.limit}）` : ''],
    ['结案条件', closing],
    ['流转', bounces.text],
    ['首接单位', bounces.text && responsible ? responsible : ''],
  ];
}

function Promised({ due }: { due: Due }) {
  return (
    <p class="promise">
      <DueLine due={due} />
      {due.time && (
        <span class="note">
          {due.late ? '应在' : '请在'} {due.time} 前{due.clock}
          {due.note && `（${due.note}）`}
        </span>
      )}
    </p>
  );
}

function WhyLink({ id }: { id: string }) {
  return (
    <a class="why" href={`#/e/${encodeURIComponent(id)}/why`}>
      为什么是这个时间 ›
    </a>
  );
}

function Photos({ photos }: { photos: Photo[] }) {
  const [large, setLarge] = useState<Photo | null>(null);
  if (photos.length === 0) return null;
  return (
    <section class="card">
      <h2>照片与录音</h2>
      <div class="photos">
        {photos.map((photo) => (
          <Thumb key={photo.id} photo={photo} open={() => setLarge(photo)} />
        ))}
      </div>
      {large && (
        <button type="button" class="viewer" aria-label="关闭大图" onClick={() => setLarge(null)}>
          <img src={large.url} alt={phaseOf(large)} />
          {large.taken && <span class="taken">照片自带信息：{large.taken}</span>}
        </button>
      )}
    </section>
  );
}

function phaseOf({ phase }: Photo): string {
  return phase === 'finish' ? '处理后' : '现场';
}

function Thumb({ photo, open }: { photo: Photo; open: () => void }) {
  if (photo.status !== 'stored') {
    return <span class="thumb none">{photo.status === 'pending' ? '正在取回…' : '没有取到'}</span>;
  }
  if (photo.kind === 'image') {
    return (
      <button type="button" class="thumb" onClick={open}>
        <img src={photo.url} alt={phaseOf(photo)} loading="lazy" />
        <span>{phaseOf(photo)}</span>
      </button>
    );
  }
  return (
    <a class="thumb none" href={photo.url}>
      {{ audio: '录音', video: '视频', file: '文件' }[photo.kind]}
    </a>
  );
}

function Timeline({ event }: { event: EventDetail }) {
  return (
    <section class="card">
      <h2>办理经过</h2>
      <ol class="timeline">
        {event.timeline
          .slice()
          .reverse()
          .map((line, index) => (
            <li key={event.timeline.length - index} class={line.tone}>
              <p>{line.text}</p>
              <p class="note">
                {line.time} · {line.who}
              </p>
            </li>
          ))}
      </ol>
    </section>
  );
}

/** The first two stand in the bar; the rest behind 更多. */
function Actions({ offers, choose }: { offers: Offer[]; choose: (offer: Offer) => void }) {
  const [more, setMore] = useState(false);
  if (offers.length === 0) return null;
  const rest = offers.length > 3 ? offers.slice(2) : [];
  const first = rest.length > 0 ? offers.slice(0, 2) : offers;
  const button = (offer: Offer) => (
    <button
      key={offer.action}
      type="button"
      class={`button ${offer.style}`}
      onClick={() => {
        setMore(false);
        choose(offer);
      }}
    >
      {offer.label}
    </button>
  );
  return (
    <footer class="bar">
      {more && <div class="others">{rest.map(button)}</div>}
      <div class="main">
        {rest.length > 0 && (
          <button type="button" class="button default" aria-expanded={more} onClick={() => setMore(!more)}>
            {more ? '收起' : '更多'}
          </button>
        )}
        {first.slice().reverse().map(button)}
      </div>
    </footer>
  );
}
