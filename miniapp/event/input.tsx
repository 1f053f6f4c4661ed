import type { EventDetail, Field } from '../../server/http/contract';
import { Choice } from './choice';

interface Props {
  field: Field;
  event: EventDetail;
  values: Partial<Record<Field['name'], string>>;
  fault: string | undefined;
  /** The person's own words of earlier times. */
  said: readonly string[];
  change: (value: string) => void;
}

/** One field with its label, what is wrong with it, and words to tap where the server knows some. */
export function Input({ field, event, values, fault, said, change }: Props) {
  const { name, label, required, phrases = [] } = field;
  const fresh = said.concat(phrases.filter((words) => said.indexOf(words) < 0));
  return (
    <div class="field">
      <label htmlFor={name}>
        {label}
        {required ? boundsOf(field) : '（可不填）'}
      </label>
      <Entry {...{ field, event, values, fault, change }} />
      {fault && (
        <p class="fault" id={`${name}-fault`} role="alert">
          {fault}
        </p>
      )}
      {fresh.length > 0 && (
        <fieldset class="phrases" aria-label="常用的话">
          {fresh.map((words) => (
            <button key={words} type="button" class="chip" onClick={() => change(joined(values[name] || '', words))}>
              {words}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  );
}

/** Behind what stands there already; the same is not said twice. */
function joined(before: string, words: string): string {
  const text = before.trim();
  if (text.indexOf(words) >= 0) return before;
  return text ? `${text.replace(/[，。；]$/, '')}，${words}` : words;
}

function boundsOf({ min, max }: Field): string {
  return min && max ? `（${min} 至 ${max}）` : '';
}

function Entry({ field, event, values, fault, change }: Omit<Props, 'said'>) {
  const { name, type, required, min, max } = field;
  const value = values[name] || '';
  const described = fault ? `${name}-fault` : undefined;
  const shared = { id: name, value, required, 'aria-invalid': fault ? true : undefined, 'aria-describedby': described };
  if (type === 'text')
    return <textarea {...shared} rows={3} maxLength={500} onInput={(input) => change(input.currentTarget.value)} />;
  if (type === 'date')
    return <input {...shared} type="date" min={min} max={max} onInput={(input) => change(input.currentTarget.value)} />;
  const matterId = values.matterId || '';
  return <Choice {...{ field, event, matterId, value, change }} fault={described} />;
}
