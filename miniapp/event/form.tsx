import { useEffect, useRef, useState } from 'preact/hooks';
import type { EventDetail, Field, Offer, Photo } from '../../server/http/contract';
import { call, newId, Trouble } from '../api';
import { Sheet } from '../kit/sheet';
import { told, wordsOf } from '../live';
import { PhotoPicker, type Picked, sent } from '../picker';
import type { Me } from '../session';
import { type Draft, draftKey, draftOf, dropDraft, keepDraft, remember, saidBefore } from './drafts';
import { type Faults, faultOf, faultsOf } from './faults';
import { Input } from './input';

interface Props {
  me: Me;
  event: EventDetail;
  offer: Offer;
  close: () => void;
  done: (event: EventDetail, offer: Offer, repeated: boolean) => void;
  conflict: (error: Trouble, typed: string) => void;
}

/** One step's form, over the page. What was typed stays until it has arrived; sent twice it acts once. */
export function Form({ me, event, offer, close, done, conflict }: Props) {
  const key = draftKey(me.userId, event.id, offer.action);
  const [found] = useState(() => draftOf(key));
  const [values, setValues] = useState<Draft['values']>(found ? found.values : {});
  const [photos, setPhotos] = useState<Picked[]>(found ? found.photos : []);
  const [before, setBefore] = useState<Picked[]>(found ? found.before : []);
  const [clientId, setClientId] = useState(() => found?.clientId || newId());
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<Faults>({});
  const [word, setWord] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const typed = values.note || values.reason || '';
  const started =
    Object.keys(values).some((name) => values[name as Field['name']]) || photos.length + before.length > 0;
  useEffect(() => {
    if (started) keepDraft(key, { values, photos, before, clientId });
    else dropDraft(key);
  }, [values, photos, before]);

  const object = (next: Faults, words: string) => {
    setFaults(next);
    setWord(words);
    setBusy(false);
    const name = Object.keys(next)[0];
    if (name) form.current?.querySelector<HTMLElement>(`#${name}`)?.focus();
  };
  const submit = async () => {
    const wrong = faultsOf(offer.fields, values);
    if (Object.keys(wrong).length > 0) return object(wrong, '');
    object({}, '');
    setBusy(true);
    try {
      const [after, first] = [await Promise.all(photos.map(sent)), await Promise.all(before.map(sent))];
      const body = { ...given(values), photos: idsOf(after), before: idsOf(first), clientId };
      const params = { id: event.id, action: offer.action };
      const { event: next, repeated } = await call('POST /api/events/:id/:action', { params, body });
      remember(me.userId, offer.action, typed);
      dropDraft(key);
      done(next, offer, repeated);
    } catch (error) {
      told(error);
      const fault = faultOf(error, offer.fields);
      if (fault) object(fault, '');
      else if (error instanceof Trouble && error.status === 409) conflict(error, typed);
      else object({}, wordsOf(error));
    }
  };
  const clear = () => {
    setValues({});
    setPhotos([]);
    setBefore([]);
    setClientId(newId());
    setFaults({});
  };

  return (
    <Sheet title={offer.label} close={close}>
      <form
        ref={form}
        noValidate
        onSubmit={(submitted) => {
          submitted.preventDefault();
          if (!busy) void submit();
        }}
      >
        <Overtaken event={event} offer={offer} />
        {offer.confirm && <p>{offer.confirm}</p>}
        {found && started && (
          <p class="note restored">
            上次没有发出的内容还在。
            <button type="button" onClick={clear}>
              清空
            </button>
          </p>
        )}
        {offer.fields.map((field) => (
          <Input
            key={field.name}
            field={field}
            event={event}
            values={values}
            fault={faults[field.name]}
            said={field.phrases ? saidBefore(me.userId, offer.action) : []}
            change={(value) => setValues(changed(values, field.name, value))}
          />
        ))}
        {offer.photos && <Evidence {...{ event, offer, photos, setPhotos, before, setBefore }} />}
        {word && (
          <p class="alert" role="alert">
            {word}
          </p>
        )}
        <div class="main">
          <button type="button" class="button default" disabled={busy} onClick={close}>
            取消
          </button>
          <button type="submit" class={`button ${offer.style === 'danger' ? 'danger' : 'primary'}`} disabled={busy}>
            {busy ? '正在提交…' : `确定${offer.label}`}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

/** Somebody took the step while this one was being typed; what was typed is not lost by trying. */
function Overtaken({ event, offer }: { event: EventDetail; offer: Offer }) {
  if (event.actions.some(({ action }) => action === offer.action)) return null;
  const last = event.timeline[event.timeline.length - 1];
  return (
    <p class="alert" role="alert">
      刚刚有了变化{last && `：${last.time} ${last.who}，${last.text}`}。现在是“{event.stageText}”，这一步可能不用办了。
    </p>
  );
}

type Change = (update: (before: Picked[]) => Picked[]) => void;

interface EvidenceProps {
  event: EventDetail;
  offer: Offer;
  photos: Picked[];
  setPhotos: Change;
  before: Picked[];
  setBefore: Change;
}

/** Photos of after, beside those of before; where there are none and the terms want them, they can be added here. */
function Evidence({ event, offer, photos, setPhotos, before, setBefore }: EvidenceProps) {
  if (offer.action === 'add') return <PhotoPicker photos={photos} change={setPhotos} />;
  const wants = event.terms ? event.terms.evidence : 'none';
  const shown = event.photos.filter(isBefore);
  return (
    <div class="evidence">
      {event.closing && (
        <p class="note">
          结案条件：{event.closing}
          {WANTS[wants]}
        </p>
      )}
      <div class="pair">
        {shown.length > 0 && (
          <div class="field">
            <span>处理前</span>
            <div class="photos small">
              {shown.map(({ id, url }) => (
                <img key={id} class="thumb" src={url} alt="处理前" />
              ))}
            </div>
          </div>
        )}
        {shown.length === 0 && wants === 'before_after' && (
          <PhotoPicker label="处理前" photos={before} change={setBefore} />
        )}
        <PhotoPicker label="处理后" photos={photos} change={setPhotos} />
      </div>
    </div>
  );
}

const WANTS = { none: '', photo: '，要有处理后的照片', before_after: '，要有处理前、后的照片' };

function isBefore({ phase, kind, status }: Photo): boolean {
  return phase === 'report' && kind === 'image' && status === 'stored';
}

function idsOf(photos: Picked[]): string[] {
  return photos.map(({ id }) => id || '').filter(Boolean);
}

const LEVELS = ['blue', 'yellow', 'red'] as const;

/** Another matter has other conditions. */
function changed(values: Draft['values'], name: Field['name'], value: string): Draft['values'] {
  return { ...values, ...(name === 'matterId' && { conditionId: '' }), [name]: value };
}

function given({ level, matterId, conditionId, ...words }: Draft['values']) {
  return {
    ...words,
    matterId: matterId || undefined,
    conditionId: conditionId || undefined,
    level: LEVELS.find((each) => each === level),
  };
}
