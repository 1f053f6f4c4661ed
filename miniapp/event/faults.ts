import type { Field } from '../../server/http/contract';
import { Trouble } from '../api';

/** What is wrong with which field, in words. */
export type Faults = Partial<Record<Field['name'], string>>;

const LEAST = 2;

/** Before anything is sent. */
export function faultsOf(fields: readonly Field[], values: Partial<Record<Field['name'], string>>): Faults {
  const found: Faults = {};
  for (const field of fields) {
    const fault = wordsFor(field, (values[field.name] || '').trim());
    if (fault) found[field.name] = fault;
  }
  return found;
}

function wordsFor({ type, label, required, min, max }: Field, words: string): string {
  if (!words) return required ? `请${type === 'text' ? '填写' : '选择'}${label}。` : '';
  if (type === 'text' && required && words.length < LEAST) return `${label}请至少写 ${LEAST} 个字。`;
  if (type === 'date' && ((min && words < min) || (max && words > max))) return `请选择 ${min} 至 ${max} 之间的日期。`;
  return '';
}

/** Which field a refusal of the server is about. */
const FIELDS: Record<string, Field['name']> = {
  needs_note: 'note',
  needs_reason: 'reason',
  needs_unit: 'to',
  unknown_unit: 'to',
  same_unit: 'to',
  unknown_level: 'level',
  cannot_lower: 'level',
  suspend_until: 'until',
  unknown_matter: 'matterId',
  unknown_condition: 'conditionId',
};

/** The server's words at the field they are about; null when they are about no field of this form. */
export function faultOf(error: unknown, fields: readonly Field[]): Faults | null {
  if (!(error instanceof Trouble)) return null;
  const name = FIELDS[error.code];
  return name && fields.some((field) => field.name === name) ? { [name]: error.message } : null;
}
