import type { Action, Command } from '../domain/commands';
import { refuse } from '../domain/refusal';
import type { MediaRef } from '../domain/types';
import type { Asked } from './mount';
import { refused } from './problem';

type Body = Asked<'POST /api/events/:id/:action'>['body'];

/** The command a form stands for. What a step needs and the form lacks goes on empty: `decide()` says what is missing. */
export function commandOf(action: Action | 'add', body: Body, media: MediaRef[]): Command {
  const { note = '', reason = '', to = '', level, matterId, gridId } = body;
  switch (action) {
    case 'ack':
    case 'discard':
      return { type: action };
    case 'add':
      return { type: action, text: note, media };
    case 'finish':
    case 'close':
      return { type: action, note, media };
    case 'pass':
      return { type: action, note };
    case 'assist':
      return { type: action, to, note };
    case 'dispatch':
    case 'transfer':
      return { type: action, to, reason };
    case 'file':
      return { type: action, note, ...(matterId && { matterId }), ...(gridId && { gridId }) };
    case 'supervise':
      if (!level) throw refused(refuse('unknown_level'));
      return { type: action, level, reason };
    case 'reject':
    case 'return':
    case 'escalate':
    case 'fail':
    case 'withdraw':
    case 'reopen':
    case 'lift':
      return { type: action, reason };
  }
}
