import { type AreaNames, areaIn, nameAreas } from './areas';
import { placeIn } from './place';
import { lifeSafetyIn, type Safety } from './safety';
import { hear, quote, type Speech } from './speech';
import { isGreeting, isQuestion, isSettled, soundsWrong } from './talk';
import type { Area, Matter, Suggestion } from './types';
import { type Found, findWords, indexWords, isWithin, type WordIndex } from './words';

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

/** A keyword of a matter; one written `路灯+不亮` counts when all its parts are said close together. */
interface Keyword {
  matter: Matter;
  order: number;
  parts: string[];
  /** Longer words weigh more; words that point to several matters weigh less. */
  weight: number;
}

export interface TownIndex {
  words: WordIndex;
  byPart: ReadonlyMap<string, Keyword[]>;
  areas: AreaNames;
  matterIds: ReadonlySet<string>;
}

interface Hit {
  keyword: Keyword;
  spans: Found[];
  weight: number;
}

/** Parts of a keyword may stand this far from each other. */
const NEAR = 14;
/** Below this a word is a hint, not a name: 2 characters score 0.44, 3 score 0.55. */
const COMPLETE = 0.5;

const URGENT = /马上|紧急|危险|赶紧|赶快|尽快来|立刻|立即|火速|十万火急|急急急|快来|要出事|急救|着急|很急|太急|加急/;
const CALM = /不(?:是很|太|是|算)?(?:紧急|急|危险|着急)|没(?:有|得|什么|啥)?危险|应急|不着急/g;

/** Built once per town; understanding a message then costs microseconds. */
export function indexTown(matters: readonly Matter[], areas: readonly Area[]): TownIndex {
  const shared = new Map<string, number>();
  for (const { keywords } of matters) for (const word of keywords) shared.set(word, (shared.get(word) ?? 0) + 1);
  const keywords = matters.flatMap((matter, order) =>
    matter.keywords.map((word) => keywordOf(matter, order, word, shared.get(word) ?? 1)),
  );
  const byPart = new Map<string, Keyword[]>();
  for (const keyword of keywords) {
    for (const part of new Set(keyword.parts)) byPart.set(part, [...(byPart.get(part) ?? []), keyword]);
  }
  return {
    words: indexWords(byPart.keys()),
    byPart,
    areas: nameAreas(areas),
    matterIds: new Set(matters.map(({ id }) => id)),
  };
}

function keywordOf(matter: Matter, order: number, word: string, sharedBy: number): Keyword {
  const parts = word
    .split('+')
    .map((part) => hear(part).text)
    .filter(Boolean);
  const letters = parts.reduce((sum, part) => sum + part.length, 0);
  return { matter, order, parts, weight: letters / Math.sqrt(sharedBy) };
}

/** Pure and deterministic; never throws, whatever the text. */
export function understand(text: string, town: TownIndex, hints: Hints = {}): Understanding {
  const speech = hear(text);
  const safety = lifeSafetyIn(speech);
  const suggestions = withSafety(suggest(speech, town), safety, town);
  const score = suggestions[0]?.score ?? 0;
  const place = placeIn(speech);
  return {
    suggestions,
    place,
    areaId: areaIn(speech, town.areas, hints.homePath ?? null),
    urgent: safety !== null || URGENT.test(speech.text.replace(CALM, '')),
    safety,
    complete: score >= COMPLETE,
    report: safety !== null || isReport(speech, score, place),
  };
}

function isReport(speech: Speech, score: number, place: string): boolean {
  if (isGreeting(speech) || isQuestion(speech) || isSettled(speech)) return false;
  return score >= COMPLETE || soundsWrong(speech) || (score > 0 && place !== '');
}

function withSafety(suggestions: Suggestion[], safety: Safety | null, { matterIds }: TownIndex): Suggestion[] {
  if (!safety || !matterIds.has(safety.matterId)) return suggestions;
  const first = { matterId: safety.matterId, score: 1, words: safety.words };
  return [first, ...suggestions.filter(({ matterId }) => matterId !== safety.matterId)].slice(0, 3);
}

function suggest(speech: Speech, town: TownIndex): Suggestion[] {
  const hits = longestOnly(hitsIn(speech, town));
  const byMatter = new Map<string, Hit[]>();
  for (const hit of hits) {
    const { id } = hit.keyword.matter;
    byMatter.set(id, [...(byMatter.get(id) ?? []), hit]);
  }
  return [...byMatter.values()]
    .map((own) => ranked(own, speech))
    .sort((a, b) => b.weight - a.weight || b.specific - a.specific || a.order - b.order)
    .slice(0, 3)
    .map(({ suggestion }) => suggestion);
}

/** The best word decides; others of the same matter support it. */
function ranked(hits: Hit[], speech: Speech) {
  const [best, ...rest] = [...hits].sort((a, b) => b.weight - a.weight) as [Hit, ...Hit[]];
  const weight = best.weight + 0.3 * Math.min(4, sum(rest.map((hit) => hit.weight)));
  const spans = hits.flatMap((hit) => hit.spans).sort((a, b) => a.start - b.start || b.end - a.end);
  const words = [...new Set(spans.map(({ start, end }) => quote(speech, start, end)))];
  const score = Math.round((weight / (weight + 2.5)) * 100) / 100;
  const specific = Math.max(...spans.map(({ word }) => word.length));
  return { weight, specific, order: best.keyword.order, suggestion: { matterId: best.keyword.matter.id, score, words } };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function hitsIn(speech: Speech, town: TownIndex): Hit[] {
  const found = new Map<string, Found[]>();
  for (const one of findWords(speech.text, town.words)) found.set(one.word, [...(found.get(one.word) ?? []), one]);
  const keywords = new Set([...found.keys()].flatMap((word) => town.byPart.get(word) ?? []));
  return [...keywords].flatMap((keyword) => {
    const spans = together(keyword.parts, found);
    return spans ? [{ keyword, spans, weight: keyword.weight * credit(spans, speech.text) }] : [];
  });
}

/** One occurrence of each part, all near the first and none overlapping; null when a part is missing. */
function together(parts: string[], found: ReadonlyMap<string, Found[]>): Found[] | null {
  const [head = '', ...others] = parts;
  for (const start of found.get(head) ?? []) {
    const spans = [start];
    for (const part of others) {
      const near = found.get(part)?.find((one) => spans.every((span) => apart(span, one)));
      if (near) spans.push(near);
    }
    if (spans.length === parts.length) return spans;
  }
  return null;
}

function apart(a: Found, b: Found): boolean {
  const gap = Math.max(a.start, b.start) - Math.min(a.end, b.end);
  return gap >= 0 && gap <= NEAR;
}

/** A word inside a longer word that was hit says nothing of its own: 垃圾 in 垃圾桶满了. */
function longestOnly(hits: Hit[]): Hit[] {
  const spans = hits.flatMap((hit) => hit.spans);
  return hits.filter((hit) => !hit.spans.every((span) => spans.some((other) => isWithin(span, other))));
}

const DENIED = /(?:没有|没得|没|不存在|不是|不再|不|无)$/;

/** How much a word counts where it stands: denied words (没有噪音了, 不漏水了) hardly do; parts far apart a little less. */
function credit(spans: Found[], text: string): number {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const denied = DENIED.test(text.slice(Math.max(0, start - 3), start)) && /^[了的]/.test(text.slice(end));
  const solid = spans.length === 1 ? 1 : 0.95;
  return denied ? 0.2 : solid;
}
