import { useEffect, useState } from 'preact/hooks';
import type { EventDetail, Field, Offer } from '../server/http/contract';
import { call, newId, Trouble } from './api';
import { PhotoPicker, type Picked } from './picker';

interface Props {
  event: EventDetail;
  offer: Offer;
  close: () => void;
  done: (event: EventDetail, offer: Offer) => void;
  conflict: (error: Trouble) => void;
  onTrouble: (error: unknown) => void;
}

type Values = Partial<Record<Field['name'], string>>;

/** One step's form, over the page. What was typed stays until it has arrived; sent twice it acts once. */
export function Form({ event, offer, close, done, conflict, onTrouble }: Props) {
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
      onTrouble(error);
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
              {field.required ? '' : '（可不填）'}
            </label>
            <Input
              field={field}
              event={event}
              value={values[field.name] || ''}
              change={(value) => setValues({ ...values, [field.name]: value })}
            />
          </div>
        ))}
        {offer.photos && <PhotoPicker photos={photos} change={setPhotos} onTrouble={onTrouble} />}
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

const LEVELS = ['blue', 'yellow', 'red'] as const;

function given({ level, matterId, ...words }: Values) {
  return { ...words, matterId: matterId || undefined, level: LEVELS.find((each) => each === level) };
}

interface InputProps {
  field: Field;
  event: EventDetail;
  value: string;
  change: (value: string) => void;
}

function Input({ field, event, value, change }: InputProps) {
  if (field.type === 'text') {
    return (
      <textarea
        id={field.name}
        rows={3}
        maxLength={500}
        value={value}
        required={field.required}
        onInput={(input) => change(input.currentTarget.value)}
      />
    );
  }
  return <Choice field={field} event={event} value={value} change={change} />;
}

interface Option {
  value: string;
  text: string;
  group?: string;
}

function Choice({ field, event, value, change }: InputProps) {
  const [options, setOptions] = useState<Option[] | null>(field.options || null);
  useEffect(() => {
    if (!field.options) optionsOf(field, event).then(setOptions, () => setOptions([]));
  }, []);
  const groups = options ? groupsOf(options) : [];
  return (
    <select
      id={field.name}
      value={value}
      required={field.required}
      onChange={(input) => change(input.currentTarget.value)}
    >
      <option value="">{options ? (field.required ? '请选择' : `不改（${event.matter}）`) : '正在读取…'}</option>
      {groups.map(([group, members]) =>
        group ? (
          <optgroup key={group} label={group}>
            {members.map(plain)}
          </optgroup>
        ) : (
          members.map(plain)
        ),
      )}
    </select>
  );
}

function plain({ value, text }: Option) {
  return (
    <option key={value} value={value}>
      {text}
    </option>
  );
}

async function optionsOf(field: Field, event: EventDetail): Promise<Option[]> {
  if (field.type === 'unit') {
    const { units } = await call('GET /api/units', { query: { eventId: event.id } });
    return units.map(({ id, name }) => ({ value: id, text: name }));
  }
  const { matters } = await call('GET /api/matters', {});
  return matters.map(({ id, name, duty }) => ({ value: id, text: name, group: duty }));
}

function groupsOf(options: Option[]): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  for (const option of options) groups.set(option.group || '', (groups.get(option.group || '') || []).concat(option));
  return Array.from(groups);
}
