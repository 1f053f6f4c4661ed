import { hear, type Speech } from './speech';
import type { Area } from './types';
import { type Found, findWords, indexWords, isWithin, type WordIndex } from './words';

/** The names people use for areas: 红星社区, and 红星 alone. */
export interface AreaNames {
  words: WordIndex;
  byName: ReadonlyMap<string, Area[]>;
}

const KIND = /(?:街道办事处|街道|社区|镇|乡|村)$/;

export function nameAreas(areas: readonly Area[]): AreaNames {
  const byName = new Map<string, Area[]>();
  for (const area of areas) {
    for (const name of namesOf(area)) byName.set(name, [...(byName.get(name) ?? []), area]);
  }
  return { words: indexWords(byName.keys()), byName };
}

/** The district is left out: it says nothing about where. */
function namesOf({ kind, name }: Area): string[] {
  if (kind === 'district') return [];
  const full = hear(name).text;
  const stem = full.replace(KIND, '');
  return kind !== 'grid' && stem.length >= 2 && stem !== full ? [full, stem] : [full];
}

/**
 * The smallest area named, by its longest name. A name that several areas bear means the one inside another area named,
 * else the one nearest to `homePath`; null when neither decides. Whoever names no more than the community or street that
 * they work in means their own part of it.
 */
export function areaIn(speech: Speech, names: AreaNames, homePath: string | null): string | null {
  const all = findWords(speech.text, names.words);
  const longest = all.filter((one) => !all.some((other) => isWithin(one, other)));
  let chosen: Area | null = null;
  for (const { word } of longest.sort(byLength)) {
    const area = whichOf(names.byName.get(word) ?? [], chosen, homePath);
    if (area && (!chosen || area.path.startsWith(`${chosen.path}/`))) chosen = area;
  }
  if (chosen && homePath?.startsWith(`${chosen.path}/`)) return homePath.split('/').at(-1) ?? null;
  return chosen?.id ?? null;
}

function byLength(a: Found, b: Found): number {
  return b.word.length - a.word.length || a.start - b.start;
}

function whichOf(areas: Area[], within: Area | null, homePath: string | null): Area | null {
  const inside = within ? areas.filter((area) => area.path.startsWith(`${within.path}/`)) : areas;
  const candidates = inside.length > 0 ? inside : areas;
  if (candidates.length === 1) return candidates[0] ?? null;
  const nearness = candidates.map((area) => shared(area.path, homePath ?? ''));
  const nearest = Math.max(...nearness);
  const winners = candidates.filter((_, index) => nearness[index] === nearest);
  // Sharing only the district is no nearness at all.
  return winners.length === 1 && nearest > 1 ? (winners[0] ?? null) : null;
}

function shared(path: string, other: string): number {
  const [steps, others] = [path.split('/').filter(Boolean), other.split('/').filter(Boolean)];
  const differs = steps.findIndex((step, index) => step !== others[index]);
  return differs === -1 ? steps.length : differs;
}
