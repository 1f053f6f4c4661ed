import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { FormField } from '../types';

interface Props {
  fields: FormField[];
  values: Record<string, string>;
  set: (name: string, value: string) => void;
  /** Put the cursor into the first field: it was asked for just now. */
  focus?: boolean;
}

/** A card's form fields. */
export function Fields({ fields, values, set, focus = false }: Props): JSX.Element {
  return (
    <div class="form-fields">
      {fields.map((field, index) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          set={(value) => set(field.name, value)}
          focus={focus && index === 0}
        />
      ))}
    </div>
  );
}

interface FieldProps {
  field: FormField;
  value: string;
  set: (value: string) => void;
  focus: boolean;
}

function Field({ field, value, set, focus }: FieldProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        {field.label}
        {field.required && <span class="required"> 必填</span>}
      </label>
      <Input {...{ field, value, set, focus, id }} />
    </div>
  );
}

function Input({ field, value, set, focus, id }: FieldProps & { id: string }): JSX.Element {
  const shared = {
    id,
    value,
    required: field.required ?? false,
    ref: (element: HTMLElement | null) => {
      if (focus && element && element.dataset.met === undefined) {
        element.dataset.met = '';
        element.focus({ preventScroll: true });
        element.scrollIntoView({ block: 'nearest' });
      }
    },
    onInput: (event: { currentTarget: { value: string } }) => set(event.currentTarget.value),
  };
  const placeholder = field.placeholder ?? `请填写${field.label}`;
  if (field.type === 'TEXT_AREA') return <textarea {...shared} rows={3} placeholder={placeholder} />;
  if (field.type === 'DATE') return <input {...shared} type="date" />;
  if (field.type === 'DATETIME') return <input {...shared} type="datetime-local" />;
  if (field.type === 'TEXT') return <input {...shared} type="text" placeholder={placeholder} />;
  return (
    <select {...shared}>
      <option value="">请选择</option>
      {field.options?.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  );
}
