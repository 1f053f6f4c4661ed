import { type AreaNames, areaIn, nameAreas } from './areas';
import { type Hit, hitsIn, indexKeywords, type KeywordIndex } from './keywords';
import { placeIn } from './place';
import { lifeSafetyIn, type Safety } from './safety';
import { hear, quote, type Speech } from './speech';
import { isChat, isGreeting, isQuestion, isSettled, soundsWrong } from './talk';
import type { Area, Matter, Suggestion } from './types';

/** What a message says, as far as words tell. */
export interface Understanding {
  /** Best first, at most three; score 0..1, and the reporter's own words that led there. */
  suggestions: Suggestion[];
  /** The place in the reporter's words; '' if none. */
  place: string;
  /** A street, community or grid that is named. */
  areaId: string | null;
  /** The reporter says that it cannot wait, or life is in danger. */
  urgent: boolean;
  safety: Safety | null;
  /** Names a matter by itself. */
  complete: boolean;
  /** Is this a report at all, and not a greeting, a question, a chat? */
  report: boolean;
}

export interface Hints {
  /** Area path the reporter works in; ambiguous names mean what is near. */
  homePath?: string | null;
}

export interface TownIndex {
  keywords: KeywordIndex;
  areas: AreaNames;
  matterIds: ReadonlySet<string>;
}

/** From here on words name a matter; below they hint at one. A word of two characters scores 0.44, of three 0.55. */
const COMPLETE = 0.5;
const HINT = 0.3;

const URGENT = /马上|紧急|危险|赶紧|赶快|尽快来|立刻|立即|火速|十万火急|急急急|快来|要出事|急救|着急|很急|太急|加急/;
const CALM = /不(?:是很|太|是|算)?(?:紧急|急|危险|着急)|没(?:有|得|什么|啥)?危险|应急|不着急/g;

/** Built once per town; understanding a message then costs microseconds. */
export function indexTown(matters: readonly Matter[], areas: readonly Area[]): TownIndex {
  return {
    keywords: indexKeywords(matters),
    areas: nameAreas(areas),
    matterIds: new Set(matters.map(({ id }) => id)),
  };
}

/** Pure and deterministic; never throws, whatever the text. */
export function understand(text: string, town: TownIndex, hints: Hints = {}): Understanding {
  const speech = hear(text);
  const safety = lifeSafetyIn(speech);
  const suggestions = withSafety(suggest(speech, town), safety, town);
  const score = suggestions[0]?.score ?? 0;
  return {
    suggestions,
    place: placeIn(speech),
    areaId: areaIn(speech, town.areas, hints.homePath ?? null),
    urgent: safety !== null || URGENT.test(speech.text.replace(CALM, '')),
    safety,
    complete: score >= COMPLETE,
    report: safety !== null || isReport(speech, score),
  };
}

/** When in doubt it is one: a draft that was not meant is discarded with one tap, a report that was missed is lost. */
function isReport(speech: Speech, score: number): boolean {
  if (isGreeting(speech) || isQuestion(speech) || isSettled(speech)) return false;
  if (score >= COMPLETE) return true;
  return !isChat(speech) && (score >= HINT || soundsWrong(speech));
}

function withSafety(suggestions: Suggestion[], safety: Safety | null, { matterIds }: TownIndex): Suggestion[] {
  if (!safety || !matterIds.has(safety.matterId)) return suggestions;
  const first = { matterId: safety.matterId, score: 1, words: safety.words };
  return [first, ...suggestions.filter(({ matterId }) => matterId !== safety.matterId)].slice(0, 3);
}

function suggest(speech: Speech, town: TownIndex): Suggestion[] {
  const doubt = isSettled(speech) ? 0.3 : 1;
  const byMatter = new Map<string, Hit[]>();
  for (const hit of hitsIn(speech, town.keywords)) {
    const own = byMatter.get(hit.matterId);
    if (own) own.push(hit);
    else byMatter.set(hit.matterId, [hit]);
  }
  return [...byMatter.values()]
    .map((hits) => weigh(hits, doubt))
    .sort((a, b) => b.weight - a.weight || b.longest - a.longest || a.order - b.order)
    .slice(0, 3)
    .map(({ hits, weight }) => suggestionOf(hits, weight, speech));
}

interface Weighed {
  hits: Hit[];
  weight: number;
  /** Of two that weigh the same, the more specific word wins. */
  longest: number;
  order: number;
}

/** The best keyword decides; others of the same matter support it. */
function weigh(hits: Hit[], doubt: number): Weighed {
  const weights = hits.map((hit) => hit.weight);
  const best = Math.max(...weights);
  const others = weights.reduce((sum, weight) => sum + weight, 0) - best;
  return {
    hits,
    weight: doubt * (best + 0.3 * Math.min(4, others)),
    longest: Math.max(...hits.flatMap(({ spans }) => spans.map(({ word }) => word.length))),
    order: hits[0]?.order ?? 0,
  };
}

function suggestionOf(hits: Hit[], weight: number, speech: Speech): Suggestion {
  const spans = hits.flatMap((hit) => hit.spans).sort((a, b) => a.start - b.start || b.end - a.end);
  return {
    matterId: hits[0]?.matterId ?? '',
    score: Math.round((weight / (weight + 2.5)) * 100) / 100,
    words: [...new Set(spans.map(({ start, end }) => quote(speech, start, end)))],
  };
}
