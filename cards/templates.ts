import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CardTemplate } from '../sandbox/types';
import type { CardKind } from '../server/domain/types';

/** The names that CARD_TEMPLATES maps to the ids an organisation's own import gave them. */
export const TEMPLATE_NAMES: readonly CardKind[] = ['draft', 'task', 'supervision', 'brief'];

/** Templates as committed under cards/templates; read from the source tree, also when running from dist/. */
export function readTemplate(name: CardKind): CardTemplate {
  return JSON.parse(readFileSync(join(root(), 'cards', 'templates', `${name}.json`), 'utf8')) as CardTemplate;
}

function root(): string {
  const above = dirname(__dirname);
  return above.endsWith('dist') ? dirname(above) : above;
}
