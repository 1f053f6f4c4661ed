import { ACTIONS, type Action, type Command } from './commands';
import { type Refusal, refuse } from './refusal';
import type { MediaRef } from './types';

/** What came with an action, from a card's form, a chat line or an HTTP body; all optional, all plain words. */
export interface Said {
  note?: string;
  reason?: string;
  to?: string;
  level?: string;
  matter?: string;
  condition?: string;
  /** China date. */
  until?: string;
  grid?: string;
  media?: MediaRef[];
}

export function isAction(name: string): name is Action {
  return Object.hasOwn(ACTIONS, name);
}

/** The command behind an action's name. `decide()` judges whether it may be done and whether its words suffice. */
export function commandOf(action: string, said: Said): Command | Refusal {
  if (!isAction(action)) return refuse('no_such_action');
  const note = said.note ?? said.reason ?? '';
  const reason = said.reason ?? said.note ?? '';
  const { to = '', media = [], matter, condition, grid } = said;
  const chosen = { ...(matter && { matterId: matter }), ...(condition && { conditionId: condition }) };
  switch (action) {
    case 'file':
      return { type: 'file', ...chosen, ...(grid && { gridId: grid }), note };
    case 'finish':
    case 'close':
      return { type: action, note, media };
    case 'dispatch':
    case 'transfer':
      return { type: action, to, reason };
    case 'assist':
      return { type: 'assist', to, note };
    case 'supervise':
      return supervision(said.level, reason);
    case 'correct':
      return { type: 'correct', ...chosen, reason };
    case 'suspend':
      return { type: 'suspend', until: said.until ?? '', reason };
    case 'pass':
    case 'confirm':
    case 'approve':
    case 'instruct':
    case 'reward':
      return { type: action, note };
    case 'discard':
    case 'ack':
      return { type: action };
    default:
      return { type: action, reason };
  }
}

const LEVELS: Record<string, 'blue' | 'yellow' | 'red'> = {
  blue: 'blue',
  yellow: 'yellow',
  red: 'red',
  普通: 'blue',
  普通督办: 'blue',
  黄牌: 'yellow',
  黄牌督办: 'yellow',
  红牌: 'red',
  红牌督办: 'red',
};

/** Not choosing a level means the mildest one. */
function supervision(level: string | undefined, reason: string): Command | Refusal {
  const known = level ? LEVELS[level] : 'blue';
  return known ? { type: 'supervise', level: known, reason } : refuse('unknown_level');
}
