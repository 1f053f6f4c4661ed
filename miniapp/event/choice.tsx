import { useEffect, useState } from 'preact/hooks';
import type { Answer, EventDetail, Field } from '../../server/http/contract';
import { call } from '../api';

interface Props {
  field: Field;
  event: EventDetail;
  /** The matter chosen in the same form, whose conditions are offered. */
  matterId: string;
  value: string;
  change: (value: string) => void;
  /** Id of the words that say what is wrong with it. */
  fault?: string;
}

interface Option {
  value: string;
  text: string;
  group?: string;
}

/** One of a list that the server knows: units, matters, the conditions of a matter. */
export function Choice({ field, event, matterId, value, change, fault }: Props) {
  const [options, setOptions] = useState<Option[] | null>(field.options || null);
  // Only conditions depend on what else is chosen.
  const of = field.type === 'condition' ? matterId || event.matterId || '' : '';
  useEffect(() => {
    if (!field.options) optionsOf(field, event, of).then(setOptions, () => setOptions([]));
  }, [of]);
  const groups = options ? groupsOf(options) : [];
  return (
    <select
      id={field.name}
      value={value}
      required={field.required}
      aria-invalid={fault ? true : undefined}
      aria-describedby={fault}
      onChange={(input) => change(input.currentTarget.value)}
    >
      <option value="">{options ? emptyWords(field, event) : '正在读取…'}</option>
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

function emptyWords({ required, type }: Field, event: EventDetail): string {
  if (required) return '请选择';
  return type === 'condition' ? '按上报的话自动选择' : `不改（${event.matter}）`;
}

function plain({ value, text }: Option) {
  return (
    <option key={value} value={value}>
      {text}
    </option>
  );
}

async function optionsOf(field: Field, event: EventDetail, matterId: string): Promise<Option[]> {
  if (field.type === 'unit') {
    const { units } = await call('GET /api/units', { query: { eventId: event.id } });
    return units.map(({ id, name }) => ({ value: id, text: name }));
  }
  const { matters } = await allMatters();
  if (field.type === 'matter') return matters.map(({ id, name, duty }) => ({ value: id, text: name, group: duty }));
  const matter = matters.find(({ id }) => id === matterId);
  return matter ? matter.conditions.map(({ id, text, limit }) => ({ value: id, text: `${text}（${limit}）` })) : [];
}

type Matters = Answer<'GET /api/matters'>;
let asked: Promise<Matters> | null = null;

/** Asked once while the page is open: both lists of a form stand on it. */
function allMatters(): Promise<Matters> {
  if (!asked) {
    asked = call('GET /api/matters', {});
    asked.catch(() => {
      asked = null;
    });
  }
  return asked;
}

function groupsOf(options: Option[]): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  for (const option of options) groups.set(option.group || '', (groups.get(option.group || '') || []).concat(option));
  return Array.from(groups);
}
