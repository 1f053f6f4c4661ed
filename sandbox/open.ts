import { join } from 'node:path';
import { readTemplate, TEMPLATE_NAMES } from '../cards/templates';
import { sandboxContacts } from '../prisma/sample/contacts';
import type { Config } from '../server/config';
import type { Town } from '../server/domain/types';
import { type Sandbox, startSandbox } from './server';
import type { SandboxOptions } from './types';

/** Limits other than the platform's, and a moment (epoch ms) the clock is moved on to before anything starts. */
export type Variation = Pick<SandboxOptions, 'quota' | 'timing'> & { startAt?: number };

/** The sandbox of this town: its people as contacts, also those who come later, its streets as groups, the very templates of cards/templates. */
export async function openSandbox(
  config: Pick<Config, 'sandboxPort' | 'dataDir'>,
  town: Town,
  { startAt = 0, ...limits }: Variation = {},
): Promise<Sandbox & { cardTemplates: Record<string, string>; follow(town: Town): void }> {
  const ids = TEMPLATE_NAMES.map((name) => [name, `sandbox-${name}.schema`] as const);
  const sandbox = await startSandbox({
    port: config.sandboxPort,
    stateFile: join(config.dataDir, 'sandbox.json'),
    templates: Object.fromEntries(ids.map(([name, id]) => [id, readTemplate(name)])),
    ...sandboxContacts(town),
    ...limits,
  });
  sandbox.advance(Math.max(0, startAt - sandbox.clock.now()));
  const follow = (now: Town) => sandbox.join(sandboxContacts(now));
  return Object.assign(sandbox, { cardTemplates: Object.fromEntries(ids), follow });
}
