import { useState } from 'preact/hooks';
import type { EventDetail, Field, Offer } from '../server/http/contract';
import { call, newId, Trouble } from './api';
import { Choice } from './choice';
import { told } from './live';
import { PhotoPicker, type Picked } from './picker';

interface Props {
  event: EventDetail;
  offer: Offer;
  close: () => void;
  done: (event: EventDetail, offer: Offer) => void;
  conflict: (error: Trouble) => void;
}

type Values = Partial<Record<Field['name'], string>>;

/** One step's form, over the page. What was typed stays until it has arrived; sent twice it acts once. */
export function Form({ event, offer, close, done, conflict }: Props) {
  const [values, setValues] = useState<Values>({});
  const [photos, setPhotos] = useState<Picked[]>([]);
  const [busy, setBusy] = useState(false);
  const [word, setWord] = useState('');
  const [clientId] = useState(newId);

  const submit = async () => {
    const missing = offer.fields.find(({ name, required }) => required && !(values[name] || '').trim());
    if (missing) return setWord(`请${missing.type === 'text' ? '填写' : '选择'}${missing.label}。`);
    if (photos.some(({ id }) => !id)) return setWord('照片还在上传，请稍等。');
    setBusy(true);
    setWord('');
    try {
      const body = { ...given(values), photos: photos.map(({ id }) => id || ''), clientId };
      const params = { id: event.id, action: offer.action };
      done((await call('POST /api/events/:id/:action', { params, body })).event, offer);
    } catch (error) {
      told(error);
      if (error instanceof Trouble && error.status === 409) conflict(error);
      else setWord(error instanceof Trouble ? error.message : '页面出错了，请重新打开。');
      setBusy(false);
    }
  };

  return (
    <div class="sheet" role="dialog" aria-modal="true" aria-label={offer.label}>
      <form
        noValidate
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void submit();
        }}
      >
        <h2>{offer.label}</h2>
        {offer.confirm && <p>{offer.confirm}</p>}
        {offer.fields.map((field) => (
          <div key={field.name} class="field">
            <label htmlFor={field.name}>
              {field.label}
              {field.required ? boundsOf(field) : '（可不填）'}
            </label>
            <Input
              field={field}
              event={event}
              values={values}
              change={(value) => setValues(changed(values, field.name, value))}
            />
          </div>
        ))}
        {offer.photos && <PhotoPicker photos={photos} change={setPhotos} />}
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
    </div>
  );
}

function boundsOf({ min, max }: Field): string {
  return min && max ? `（${min} 至 ${max}）` : '';
}

const LEVELS = ['blue', 'yellow', 'red'] as const;

/** Another matter has other conditions. */
function changed(values: Values, name: Field['name'], value: string): Values {
  return { ...values, ...(name === 'matterId' && { conditionId: '' }), [name]: value };
}

function given({ level, matterId, conditionId, ...words }: Values) {
  return {
    ...words,
    matterId: matterId || undefined,
    conditionId: conditionId || undefined,
    level: LEVELS.find((each) => each === level),
  };
}

interface InputProps {
  field: Field;
  event: EventDetail;
  values: Values;
  change: (value: string) => void;
}

function Input({ field, event, values, change }: InputProps) {
  const { name, type, required, min, max } = field;
  const value = values[name] || '';
  const shared = { id: name, value, required };
  if (type === 'text')
    return <textarea {...shared} rows={3} maxLength={500} onInput={(input) => change(input.currentTarget.value)} />;
  if (type === 'date')
    return <input {...shared} type="date" min={min} max={max} onInput={(input) => change(input.currentTarget.value)} />;
  return <Choice field={field} event={event} matterId={values.matterId || ''} value={value} change={change} />;
}
