import type { Settings, Step, Told } from '../../server/domain/settings';
import type { Rung } from '../../server/domain/types';

/** What is filled in of the policies, as the text that the server takes: only what differs from the defaults. */

export type Filled = Settings;

export function filledOf(defaults: object, text: { [key: string]: unknown }): Filled {
  return JSON.parse(JSON.stringify({ ...defaults, ...(text.settings as object) })) as Filled;
}

export function settingsText(filled: Filled, defaults: object): Partial<Settings> {
  const usual = defaults as Filled;
  const text: Record<string, unknown> = {};
  for (const field of Object.keys(filled) as (keyof Filled)[])
    if (JSON.stringify(filled[field]) !== JSON.stringify(usual[field])) text[field] = filled[field];
  return text as Partial<Settings>;
}

const RUNGS: readonly Rung[] = ['prewarn', 'blue', 'yellow', 'red', 'accountability'];

/** Every rung there may be; those that are not climbed have no step. */
export function rungsOf(ladder: readonly Step[]): { rung: Rung; step: Step | undefined }[] {
  return RUNGS.map((rung) => ({ rung, step: ladder.filter((step) => step.rung === rung)[0] }));
}

/** The ladder with this rung as given, or without it; lowest first. */
export function withStep(ladder: readonly Step[], rung: Rung, step: Step | null): Step[] {
  const others = ladder.filter((each) => each.rung !== rung);
  return (step ? others.concat(step) : others).sort((a, b) => RUNGS.indexOf(a.rung) - RUNGS.indexOf(b.rung));
}

export function withTold(step: Step, who: Told, told: boolean): Step {
  const others = step.tell.filter((each) => each !== who);
  return { ...step, tell: told ? others.concat(who) : others };
}

/** Percent as people write it; the empty field is nothing yet. */
export function shareOf(percent: string): number {
  return Math.round(Number(percent) * 10) / 1000;
}

export function percentOf(share: number): string {
  return share ? String(Math.round(share * 1000) / 10) : '';
}
