import { type Command, type GivenPlace, STAGE_WORDS } from './commands';
import { conditionFor, termsOf } from './conditions';
import { blank, termsData, termsFrom } from './evolve';
import { dispatch, tellFollowers, tellHandlers, todoDone, wordsOf } from './handling';
import { isOpen } from './ladder';
import { follows } from './policy';
import { type Refusal, refuse } from './refusal';
import type { Roster } from './roster';
import { homePath } from './routing';
import { type Context, limitsOf, type Work } from './rules';
import { LIMITS } from './settings';
import type { Entry, Event, MediaRef } from './types';

/** 发现上报: from words and photos to a filed event with a number. */

type Report = Extract<Command, { type: 'report' }>;
type Add = Extract<Command, { type: 'add' }>;

/** What nothing else fits: filed all the same, and dispatched by hand. */
export const OTHER_MATTER = 'M-OTHER';

/** Words that lean on what was said before. */
const CONTINUES = /^(还有|另外|补充|就是|那个|刚才|刚刚|上面|前面|在|是在|位置|地址|地点|附近|旁边|对面|门口)/;

/** The report goes on with the person's open one, or starts a new one. */
export function begin(open: Event | null, report: Report, context: Context): Event {
  return open && goesOn(open, report, context) ? open : blank(context.newId, { by: context.by, at: context.now });
}

/**
 * Do these words and photos belong to the open report? A message that names a matter by itself is a report by itself,
 * unless the open one has no words yet; fragments and photos belong to what was said a moment ago.
 */
function goesOn(open: Event, report: Report, { now, rules }: Context): boolean {
  if (open.stage !== 'reported' || now - open.touchedAt > rules.settings.mergeWithin) return false;
  if (open.conversationId !== report.conversationId) return false;
  if (!report.text || !open.text) return true;
  if (CONTINUES.test(report.text)) return true;
  const understood = rules.understand(report.text, open.areaPath);
  if (understood.complete) return open.suggestions.length === 0;
  return (
    open.suggestions.length === 0 || (understood.place !== '' && open.place.text === '') || report.text.length <= 12
  );
}

/** Words that are no report, and belong to none: thanks, greetings, questions. */
export function isTalk(open: Event | null, report: Report, context: Context): boolean {
  // The micro-app's form is never talk: whoever fills it in means to report.
  if (report.conversationId === null || report.media.length > 0 || report.place) return false;
  if (open && goesOn(open, report, context)) return false;
  return !context.rules.understand(report.text.trim(), homePath(context.by, context.rules.roster)).report;
}

/** Who may add words or photos to an event: its reporter and who joined, while it is not put away, and those who handle it. */
export function mayAdd(event: Event, by: string, roster: Roster): boolean {
  if (['rejected', 'withdrawn'].includes(event.stage)) return false;
  return (
    onReportingSide(event, by) ||
    event.tasks.some((task) => roster.posts(by).some((post) => post.unitId === task.unitId))
  );
}

function onReportingSide(event: Event, by: string): boolean {
  return event.reporterId === by || follows(by, event);
}

/** Why somebody who sees the event cannot join it; null when they can. Who reported or joined it goes on adding to it. */
export function unjoinable(event: Event, by: string): Refusal | null {
  if (event.stage === 'reported') return refuse('not_allowed');
  if (['closed', 'rejected', 'withdrawn'].includes(event.stage) && !onReportingSide(event, by))
    return refuse('join_late', { stage: STAGE_WORDS[event.stage] });
  return null;
}

/** 并入: the same thing, seen by somebody else. No second event; their words and photos stand here, and they are told how it ends. */
export function join(work: Work, command: Extract<Command, { type: 'join' }>): Refusal | null {
  const { event, by } = work;
  const text = command.text.trim();
  if (text.length > LIMITS.text) return refuse('too_long', { max: String(LIMITS.text) });
  const said = { text, media: ids(command.media) };
  if (!onReportingSide(event, by)) work.log('join', said);
  else if (text || said.media.length > 0) work.log('add', said);
  return null;
}

/** Takes in words and photos; while the report is open, the suggestions follow. Life-safety is filed at once. */
export function add(work: Work, command: Report | Add): Refusal | null {
  const { event } = work;
  const text = command.text.trim();
  if (!text && command.media.length === 0 && !command.place) return refuse('empty');
  if (text.length > LIMITS.text) return refuse('too_long', { max: String(LIMITS.text) });
  const said = { text, media: ids(command.media) };
  if (event.stage === 'reported') return reconsider(work, said, command);
  if (onReportingSide(event, work.by)) work.log('add', said);
  else work.log('feedback', { ...said, ...theirTask(work) });
  return null;
}

/** The open task of a colleague's unit is touched by what they add. */
function theirTask({ event, by, rules }: Work): Entry['data'] {
  const units = rules.roster.posts(by).map(({ unitId }) => unitId);
  const task = event.tasks.find((each) => isOpen(each) && units.includes(each.unitId));
  return task ? { task: task.id } : {};
}

function ids(media: MediaRef[]): string[] {
  return media.map(({ id }) => id);
}

function reconsider(work: Work, said: { text: string; media: string[] }, command: Report | Add): Refusal | null {
  const { event, rules } = work;
  const text = [event.text, said.text].filter(Boolean).join('\n');
  const understood = rules.understand(text, homePath(event.reporterId, rules.roster));
  const { safety } = understood;
  const chosen = command.type === 'report' ? choiceOf(work, command) : {};
  if ('refused' in chosen) return chosen;
  const named = safety && rules.roster.matter(safety.matterId)?.id;
  const matter = chosen.matter ?? named ?? understood.suggestions[0]?.matterId ?? null;
  const urgent = Boolean(safety) || understood.urgent || isUrgent(matter, rules.roster);
  const place = placeOf(command.place ?? { ...event.place, text: understood.place || event.place.text });
  const where = located(
    chosen.area ?? pointedAt(place, rules.roster) ?? understood.areaId,
    event.reporterId,
    rules.roster,
  );
  work.log(event.version === 0 ? 'report' : 'add', {
    ...{ ...said, matter, urgent, ...where, ...place, suggestions: JSON.stringify(understood.suggestions) },
    ...(event.version === 0 && { conversation: command.type === 'report' ? command.conversationId : null }),
  });
  if (safety?.shout) work.answer = 'shout';
  const inDanger = safety !== null && !safety.shout;
  const refusal = inDanger ? file(work, { type: 'file' }) : null;
  const dueAt = work.now + (safety ? 0 : rules.settings.foldDraft);
  work.want({ kind: 'card', userId: work.by, eventId: event.id, card: 'draft' }, { urgent: true, dueAt });
  return refusal;
}

function placeOf({ text, lng, lat }: GivenPlace): Entry['data'] {
  return { place: text.trim().slice(0, 100), lng, lat };
}

/** Where a finger or a satellite points, no name is needed. */
function pointedAt({ lng, lat }: Entry['data'], roster: Roster): string | null {
  return typeof lng === 'number' && typeof lat === 'number' ? (roster.areaAt(lng, lat)?.id ?? null) : null;
}

function isUrgent(matterId: string | null, roster: Roster): boolean {
  return matterId !== null && roster.matter(matterId)?.urgent === true;
}

function located(areaId: string | null, reporterId: string, roster: Roster): Entry['data'] {
  const named = areaId ? roster.area(areaId) : undefined;
  const path = named?.path ?? homePath(reporterId, roster);
  const area = roster.area(path.split('/').at(-1) ?? '');
  return { area: path, grid: area?.kind === 'grid' ? area.id : null };
}

interface Choice {
  matter?: string;
  area?: string;
}

/** The person's own choice beats every suggestion. */
function choiceOf({ rules }: Work, { matterId, gridId }: { matterId?: string; gridId?: string }): Choice | Refusal {
  if (matterId && !rules.roster.matter(matterId)) return refuse('unknown_matter');
  if (gridId && !rules.roster.area(gridId)) return refuse('unknown_area');
  return { ...(matterId && { matter: matterId }), ...(gridId && { area: gridId }) };
}

/** 立案: the event gets its number and its terms, and goes to whom the duty list names, or to a dispatcher. */
export function file(work: Work, command: Extract<Command, { type: 'file' }>): Refusal | null {
  const chosen = choiceOf(work, command);
  if ('refused' in chosen) return chosen;
  const terms = filing(work, chosen, command.conditionId);
  if ('refused' in terms) return terms as Refusal;
  work.log('file', { ...terms, note: command.note ?? '' });
  dispatch(work);
  return null;
}

/** What filing writes down: the number, the matter, where, and the terms of the 立案条件 that fits (reference/domain.md §2: no filing without one). */
function filing(work: Work, chosen: Choice, conditionId?: string): Entry['data'] | Refusal {
  const { event, nextNo, rules } = work;
  const { roster } = rules;
  const matter = chosen.matter ?? event.matterId ?? (roster.matter(OTHER_MATTER) ? OTHER_MATTER : null);
  const terms = citing(event.text, matter, conditionId, roster);
  if ('refused' in terms) return terms;
  const where = chosen.area ? located(chosen.area, event.reporterId, roster) : {};
  return { no: nextNo, matter, urgent: event.urgent || isUrgent(matter, roster), ...where, ...terms };
}

/** The terms of the condition named, else of the one that the words fit best. */
function citing(
  text: string,
  matterId: string | null,
  conditionId: string | undefined,
  roster: Roster,
): Entry['data'] | Refusal {
  const conditions = matterId ? roster.conditions(matterId) : [];
  const { catalogue } = roster.town.versions;
  if (conditionId) {
    const named = conditions.find(({ id }) => id === conditionId);
    return named ? termsData(termsOf(named, catalogue)) : refuse('unknown_condition');
  }
  const found = conditionFor(text, conditions);
  return found ? { ...termsData(termsOf(found.condition, catalogue)), because: found.why } : {};
}

/** 更正事项: other terms from now on; the time that has been used stays used. */
export function correct(work: Work, command: Extract<Command, { type: 'correct' }>): Refusal | null {
  const { event, rules } = work;
  const reason = wordsOf(command.reason);
  if (!reason) return refuse('needs_reason');
  const matter = command.matterId || event.matterId;
  if (!matter || !rules.roster.matter(matter)) return refuse('unknown_matter');
  const terms = citing(event.text, matter, command.conditionId, rules.roster);
  if ('refused' in terms) return terms as Refusal;
  const urgent = event.urgent || isUrgent(matter, rules.roster);
  work.log('correct', { matter, urgent, ...terms, ...ranAs(event, terms, urgent), reason });
  for (const task of event.tasks.filter(isOpen)) tellHandlers(work, task.unitId);
  return null;
}

/** How its clocks have run, where they run otherwise from now on: what was used by day is not reckoned by day and night. */
function ranAs(event: Event, terms: Entry['data'], urgent: boolean): Entry['data'] {
  const before = limitsOf(event);
  const after = limitsOf({ terms: 'condition' in terms ? termsFrom(terms) : event.terms, urgent });
  const changed = (['ack', 'handle'] as const).filter((clock) => before[clock].continuous !== after[clock].continuous);
  return Object.fromEntries(changed.map((clock) => [`${clock}Ran`, before[clock].continuous]));
}

export function discard({ log }: Work): null {
  log('discard');
  return null;
}

/** Only until somebody has acknowledged it (reference/domain.md §1). */
export function withdraw(work: Work, command: { reason?: string }): null {
  for (const task of work.event.tasks.filter(isOpen)) todoDone(work, task);
  work.log('withdraw', { reason: command.reason ?? '' });
  return null;
}

/** 自办自结 by the reporter with a photo of how it looks now, or closing by a dispatcher after handling; both by a closing criterion. */
export function close(work: Work, command: Extract<Command, { type: 'close' }>): Refusal | null {
  const { event, by } = work;
  const note = wordsOf(command.note);
  if (!note) return refuse('needs_note');
  const terms = event.no ? {} : filing(work, {});
  if ('refused' in terms) return terms as Refusal;
  const onTheSpot = event.stage === 'reported' || event.stage === 'filed';
  const evidence = event.terms?.evidence ?? terms.evidence ?? 'none';
  const media = ids(command.media);
  if (onTheSpot && evidence !== 'none' && event.mediaIds.length + media.length === 0) return refuse('needs_photo');
  for (const task of event.tasks.filter(isOpen)) todoDone(work, task);
  const closing = event.terms?.closing ?? terms.closing ?? '';
  work.log('close', { no: event.no, ...terms, closing, note, media, onTheSpot, by });
  tellFollowers(work);
  return null;
}
