import { useState } from 'preact/hooks';
import type { Fix } from '../bridge';
import { Page } from '../kit/page';
import { toast } from '../kit/toast';
import { told, wordsOf } from '../live';
import type { PageProps } from '../main';
import { type Errand, submit, takeBack } from '../outbox';
import { type Draft, giveBack, isEmpty, useDraft } from './draft';
import { type Hints, type Near, type Start, useFix, useHints, useStart } from './hints';
import { Matters } from './matters';
import { NearEvents } from './near';
import { Settled } from './settled';
import { Shots } from './shots';
import { Voice } from './voice';
import { photoPlace, Where } from './where';
import './report.css';

/** 上报: the camera, a word if one likes, 提交. Everything else is found meanwhile. */
export function ReportPage({ me }: PageProps) {
  const form = useDraft(me.userId);
  const { draft, change, reset } = form;
  const start = useStart();
  const { fix, again } = useFix();
  const [word, setWord] = useState('');
  const point = pointOf(draft, fix);
  const hints = useHints({ text: draft.text, point, matterId: draft.matterId });
  const near = isEmpty(draft) ? [] : hints.near.filter(({ id }) => draft.others.indexOf(id) < 0);

  const send = async (errand: Errand, words: string) => {
    const { id, photos, after } = draft;
    const item = { id, by: me.userId, errand, photos, after: draft.settled ? after : [] };
    setWord('');
    try {
      const kept = await submit(item);
      reset();
      scrollTo(0, 0);
      if (kept) toast(navigator.onLine ? words : '已存在手机上，连上网络后自动上传', () => void undo(draft));
    } catch (error) {
      told(error);
      setWord(wordsOf(error));
    }
  };
  const report = () => {
    const missing = missingIn(draft, start, hints);
    if (missing) setWord(missing);
    else void send(reportOf(draft, point, fix), '已提交，正在上报');
  };
  const join = (event: Near) => {
    const errand: Errand = { kind: 'join', eventId: event.id, no: event.no || '', note: draft.text.trim() };
    void send(errand, event.mine ? '已提交，补充到这件事' : '已提交，并入这件事');
  };

  return (
    <Page title="上报" class="report reporting">
      <section class="card">
        <Shots
          large
          label="现场"
          photos={draft.photos}
          change={(update) => change((before) => ({ photos: update(before.photos) }))}
        />
        <div class="words">
          <textarea
            rows={2}
            maxLength={2_000}
            placeholder="怎么了？一句话就行"
            aria-label="怎么了"
            value={draft.text}
            onInput={(event) => change({ text: event.currentTarget.value })}
          />
          <Voice heard={(heard) => change((before) => ({ text: [before.text, heard].filter(Boolean).join('，') }))} />
        </div>
        {hints.advice && (
          <p class="alert" role="alert">
            {hints.advice}
          </p>
        )}
        <Where form={form} fix={fix} again={again} hints={hints} start={start} />
      </section>
      <NearEvents near={near} same={join} other={(id) => change((before) => ({ others: before.others.concat(id) }))} />
      <section class="card">
        <Matters
          start={start}
          suggested={hints.suggested}
          value={draft.matterId}
          change={(matterId) => change({ matterId })}
        />
        <Settled form={form} />
      </section>
      {!isEmpty(draft) && (
        <button type="button" class="button more" onClick={() => reset()}>
          清空重填
        </button>
      )}
      <footer class="bar above-tabs">
        {word && (
          <p class="alert" role="alert">
            {word}
          </p>
        )}
        <div class="main">
          <button type="button" class="button primary send" onClick={report}>
            {draft.settled ? '提交并结案' : '提交'}
          </button>
        </div>
      </footer>
    </Page>
  );
}

/** Nothing was sent, so the form is as it was; or it is too late, and there is another way. */
async function undo(draft: Draft): Promise<void> {
  if (await takeBack(draft.id)) giveBack(draft);
  else toast('已经发出去了，可以在“我的上报”里撤回。');
}

function pointOf(draft: Draft, fix: Fix | null | undefined): { lng: number; lat: number } | null {
  const told = draft.byPhoto ? photoPlace(draft) : draft.spot;
  return told || (fix ? { lng: fix.lng, lat: fix.lat } : null);
}

function reportOf(draft: Draft, point: { lng: number; lat: number } | null, fix: Fix | null | undefined): Errand {
  const text = draft.address.trim() || (fix && !draft.byPhoto && !draft.spot && fix.text) || '';
  const place = point || text ? { text, ...(point || {}) } : undefined;
  const body = { text: draft.text.trim(), matterId: draft.matterId || undefined, place };
  return { kind: 'report', body, closed: draft.settled ? draft.note.trim() : null };
}

/** What the server would send back anyway, said before it is on its way. */
function missingIn(draft: Draft, start: Start | null, hints: Hints): string {
  if (!draft.text.trim() && draft.photos.length === 0) return '请拍一张照片，或写一句话。';
  if (!draft.settled) return '';
  if (draft.note.trim().length < 2) return '请写一句是怎么办好的。';
  const about = draft.matterId || hints.suggested[0]?.id;
  const matter = start?.matters.find(({ id }) => id === about);
  const wanted = matter && matter.evidence !== 'none';
  return wanted && draft.after.length === 0 ? '这类事结案要有处理后的照片。' : '';
}
