import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { EventDetail, Offer } from '../../server/http/contract';
import type { Trouble as Refused } from '../api';
import { Page } from '../kit/page';
import { Skeleton, Trouble } from '../kit/states';
import { learn, refresh, useAsk } from '../live';
import type { PageProps } from '../main';
import { acknowledge, acks, begin, forget } from '../official/acks';
import { setSearch } from '../route';
import { Actions } from './actions';
import { type Draft, draftKey, dropDraft, keepDraft } from './drafts';
import { Form } from './form';
import { Photos } from './photos';
import { Place } from './place';
import { Summary } from './summary';
import { Tasks } from './tasks';
import { Timeline } from './timeline';
import './event.css';

/** One event, whole: what, where, until when, what was done, and what I can do. */
export function EventPage({ me, params, search }: PageProps) {
  return <EventView id={params.id || ''} me={me} action={search.get('do')} beside={false} />;
}

export interface ViewProps {
  id: string;
  me: PageProps['me'];
  /** Done, or its form opened, at once: what a card's link asks for. */
  action: string | null;
  /** Beside the list on a PC, rather than a page of its own. */
  beside: boolean;
}

interface Word {
  text: string;
  bad: boolean;
  /** What was typed for a step that could not be taken any more. */
  typed?: string;
}

export function EventView({ id, me, action, beside }: ViewProps) {
  const given = { params: { id } };
  const { data, trouble, fresh, again } = useAsk('GET /api/events/:id', given);
  const event = data?.event;
  const [offer, setOffer] = useState<Offer | null>(null);
  const [word, setWord] = useState<Word | null>(null);
  useEffect(() => begin(me.userId), []);
  useEffect(() => {
    if (word && !beside) scrollTo(0, 0);
  }, [word]);
  // What was known of the event may be older than the card whose link led here; without a line it is all there is.
  const known = event !== undefined && (fresh || trouble !== '');
  useEffect(() => {
    if (!event || !known || !action) return;
    const wanted = event.actions.find((each) => each.action === action);
    if (wanted) choose(wanted);
    else setWord({ text: `现在是“${event.stageText}”，这一步不用办了。`, bad: true });
    // Once is enough: going back or reloading must not do it again.
    setSearch({});
  }, [known, action]);

  const choose = (wanted: Offer) => {
    setWord(null);
    if (wanted.action === 'ack' && event) acknowledge([event]);
    else setOffer(wanted);
  };
  const done = (next: EventDetail, what: Offer, repeated: boolean) => {
    learn('GET /api/events/:id', given, { event: next });
    refresh();
    setOffer(null);
    const once = repeated ? '（刚才那次已经送到，没有重复办理）' : '';
    setWord({ text: `已提交：${what.label}${once}。现在是“${next.stageText}”。`, bad: false });
  };
  /** Somebody was faster: say what happened, show the event as it is now, and keep what was typed. */
  const conflict = (error: Refused, typed: string) => {
    setOffer(null);
    setWord({ text: error.message, bad: true, typed });
    again();
  };

  if (!event) {
    return (
      <Frame title="事件" beside={beside}>
        {trouble ? <Trouble words={trouble} again={again} /> : <Skeleton height={160} />}
      </Frame>
    );
  }
  return (
    <Frame title={event.no || '未确认的上报'} beside={beside}>
      {trouble && <p class="alert">没有连上网络，下面是刚才的内容。</p>}
      {word && <Said word={word} event={event} me={me} choose={setOffer} close={() => setWord(null)} />}
      <Signing event={event} />
      <div class="halves">
        <div>
          <Asked event={event} />
          <Summary event={event} />
          <Place event={event} />
          <Photos photos={event.photos} />
        </div>
        <div>
          <Tasks event={event} />
          <Timeline event={event} />
        </div>
      </div>
      <Actions event={event} choose={choose} />
      {offer && (
        <Form
          key={offer.action}
          me={me}
          event={event}
          offer={offer}
          close={() => setOffer(null)}
          done={done}
          conflict={conflict}
        />
      )}
    </Frame>
  );
}

function Frame({ title, beside, children }: { title: string; beside: boolean; children: ComponentChildren }) {
  if (!beside) {
    return (
      <Page title={title} back="#/todo" class="event broad">
        {children}
      </Page>
    );
  }
  return (
    <article class="event">
      <h2 class="beside-head">{title}</h2>
      {children}
    </article>
  );
}

/** An 签收 by one tap that the server refused. */
function Signing({ event }: { event: EventDetail }) {
  const ack = acks.value[event.id];
  useEffect(() => () => forget(event.id), [event.id]);
  if (ack?.state !== 'failed') return null;
  return (
    <p class="alert" role="alert">
      {ack.words}
    </p>
  );
}

/** Who is to decide reads first what about. */
function Asked({ event }: { event: EventDetail }) {
  const about = event.actions.find(({ action }) => action === 'approve')?.confirm;
  if (!about) return null;
  return (
    <section class="card" aria-label="等您审批">
      <p class="callout">
        <strong>等您审批</strong>
        {about}
      </p>
    </section>
  );
}

interface SaidProps {
  word: Word;
  event: EventDetail;
  me: PageProps['me'];
  choose: (offer: Offer) => void;
  close: () => void;
}

/** How the last step went. What was typed in vain can still be said as 补充情况, or copied. */
function Said({ word, event, me, choose, close }: SaidProps) {
  const add = event.actions.find(({ action }) => action === 'add');
  const say = (offer: Offer, note: string) => {
    const draft: Draft = { values: { note }, photos: [], before: [], clientId: '' };
    keepDraft(draftKey(me.userId, event.id, offer.action), draft);
    choose(offer);
    close();
  };
  return (
    <div class={word.bad ? 'alert said' : 'alert good said'} role={word.bad ? 'alert' : 'status'}>
      <p>{word.text}</p>
      {word.bad && word.typed !== undefined && (
        <p>{word.text.indexOf('现在是') < 0 && `现在是“${event.stageText}”，`}下面是最新的情况。</p>
      )}
      {word.typed && (
        <>
          <label htmlFor="typed">您写的话还在：</label>
          <textarea id="typed" rows={2} readOnly value={word.typed} />
          {add && (
            <button type="button" class="button" onClick={() => say(add, word.typed || '')}>
              作为补充情况发出
            </button>
          )}
          <button
            type="button"
            class="button"
            onClick={() => {
              for (const { action } of event.actions) dropDraft(draftKey(me.userId, event.id, action));
              close();
            }}
          >
            不用了
          </button>
        </>
      )}
    </div>
  );
}
