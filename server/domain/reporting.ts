import type { Command, GivenPlace } from './commands';
import { dispatch } from './handling';
import { type Refusal, refuse } from './refusal';
import type { Roster } from './roster';
import { homePath } from './routing';
import type { Context, Work } from './rules';
import { LIMITS } from './settings';
import type { Event, MediaRef } from './types';

/** 发现上报: from words and photos to a filed event with a number. */

type Report = Extract<Command, { type: 'report' }>;
type Add = Extract<Command, { type: 'add' }>;

/** What nothing else fits: filed all the same, and dispatched by hand. */
export const OTHER_MATTER = 'M-OTHER';

/** Words that lean on what was said before. */
const CONTINUES = /^(还有|另外|补充|就是|那个|刚才|刚刚|上面|前面|在|是在|位置|地址|地点|附近|旁边|对面|门口)/;

/** The report goes on with the person's open one, or starts a new one. */
export function begin(open: Event | null, report: Report, context: Context): Event {
  return open && goesOn(open, report, context) ? open : blank(report, context);
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

function blank(report: Report, { by, now, newId, rules }: Context): Event {
  return {
    id: newId,
    no: null,
    stage: 'reported',
    version: 0,
    reporterId: by,
    conversationId: report.conversationId,
    text: '',
    matterId: null,
    conditionId: null,
    gridId: null,
    areaPath: homePath(by, rules.roster),
    place: { text: '', lng: null, lat: null },
    urgent: false,
    mediaIds: [],
    suggestions: [],
    createdAt: now,
    touchedAt: now,
    filedAt: null,
    closedAt: null,
    nextAt: null,
    entryCount: 0,
    headHash: '',
    last: { action: 'report', by, at: now },
    tasks: [],
  };
}

/** Who may add words or photos to an event: its reporter, while it is not put away, and those who handle it. */
export function mayAdd(event: Event, by: string, roster: Roster): boolean {
  if (['rejected', 'withdrawn'].includes(event.stage)) return false;
  return (
    event.reporterId === by || event.tasks.some((task) => roster.posts(by).some((post) => post.unitId === task.unitId))
  );
}

/** Takes in words and photos; while the report is open, the suggestions follow. Life-safety is filed at once. */
export function add(work: Work, command: Report | Add): Refusal | null {
  const { event } = work;
  const text = command.text.trim();
  if (!text && command.media.length === 0 && !command.place) return refuse('empty');
  if (text.length > LIMITS.text) return refuse('too_long', { max: String(LIMITS.text) });
  const first = event.version === 0;
  event.mediaIds.push(...command.media.map((media) => media.id));
  if (command.place) event.place = placeOf(command.place);
  event.touchedAt = work.now;
  const action = first ? 'report' : event.reporterId === work.by ? 'add' : 'feedback';
  work.log(action, { text, media: ids(command.media) });
  if (event.stage === 'reported') return reconsider(work, text, command);
  return null;
}

function placeOf({ text, lng, lat }: GivenPlace): Event['place'] {
  return { text: text.trim().slice(0, 100), lng, lat };
}

function ids(media: MediaRef[]): string[] {
  return media.map(({ id }) => id);
}

function reconsider(work: Work, text: string, command: Report | Add): Refusal | null {
  const { event, rules, by } = work;
  event.text = [event.text, text].filter(Boolean).join('\n');
  const understood = rules.understand(event.text, homePath(event.reporterId, rules.roster));
  const { safety } = understood;
  event.suggestions = understood.suggestions;
  event.matterId = (safety && rules.roster.matter(safety.matterId)?.id) ?? understood.suggestions[0]?.matterId ?? null;
  event.urgent = Boolean(safety) || understood.urgent || isUrgent(event.matterId, rules.roster);
  if (understood.place && !command.place) event.place.text = understood.place.slice(0, 100);
  locate(event, understood.areaId, rules.roster);
  if (command.type === 'report') {
    const chosen = choose(work, command);
    if (chosen) return chosen;
  }
  if (safety?.shout) work.answer = 'shout';
  const inDanger = safety !== null && !safety.shout;
  const refusal = inDanger ? file(work, { type: 'file' }) : null;
  const dueAt = work.now + (safety ? 0 : rules.settings.foldDraft);
  work.want({ kind: 'card', userId: by, eventId: event.id, card: 'draft' }, { urgent: true, dueAt });
  return refusal;
}

function isUrgent(matterId: string | null, roster: Roster): boolean {
  return matterId !== null && roster.matter(matterId)?.urgent === true;
}

function locate(event: Event, areaId: string | null, roster: Roster): void {
  const named = areaId ? roster.area(areaId) : undefined;
  const path = named?.path ?? homePath(event.reporterId, roster);
  const area = roster.area(path.split('/').at(-1) ?? '');
  event.areaPath = path;
  event.gridId = area?.kind === 'grid' ? area.id : null;
}

/** The person's own choice beats every suggestion. */
function choose({ event, rules }: Work, { matterId, gridId }: { matterId?: string; gridId?: string }): Refusal | null {
  if (matterId && !rules.roster.matter(matterId)) return refuse('unknown_matter');
  const area = gridId ? rules.roster.area(gridId) : undefined;
  if (gridId && !area) return refuse('unknown_area');
  if (matterId) event.matterId = matterId;
  if (area) locate(event, area.id, rules.roster);
  event.urgent ||= isUrgent(event.matterId, rules.roster);
  return null;
}

/** 立案: the event gets its number, and goes to whom the duty list names, or to a dispatcher. */
export function file(work: Work, command: Extract<Command, { type: 'file' }>): Refusal | null {
  const chosen = choose(work, command);
  if (chosen) return chosen;
  number(work);
  work.log('file', { no: work.event.no, matter: work.event.matterId, note: command.note ?? '' });
  dispatch(work);
  return null;
}

function number({ event, nextNo, now, rules }: Work): void {
  const { roster } = rules;
  event.matterId ??= roster.matter(OTHER_MATTER) ? OTHER_MATTER : null;
  event.conditionId = (event.matterId && roster.condition(event.matterId)?.id) || null;
  event.no = nextNo;
  event.stage = 'filed';
  event.filedAt = now;
}

export function discard({ event, log }: Work): null {
  event.stage = 'withdrawn';
  log('discard');
  return null;
}

/** Only until somebody has acknowledged it (reference/domain.md §1). */
export function withdraw({ event, now, log }: Work, command: { reason?: string }): null {
  event.stage = 'withdrawn';
  event.closedAt = now;
  for (const task of event.tasks.filter((each) => each.endedAt === null))
    Object.assign(task, { state: 'cancelled', endedAt: now });
  log('withdraw', { reason: command.reason ?? '' });
  return null;
}

/** 自办自结 by the reporter with a photo of how it looks now, or closing by a dispatcher after handling. */
export function close(work: Work, command: Extract<Command, { type: 'close' }>): Refusal | null {
  const { event, by, now, rules } = work;
  const note = command.note.trim();
  if (note.length < 2 || note.length > LIMITS.note) return refuse('needs_note');
  const onTheSpot = event.stage === 'reported' || event.stage === 'filed';
  const evidence = event.matterId ? rules.roster.condition(event.matterId, event.conditionId)?.evidence : 'none';
  event.mediaIds.push(...ids(command.media));
  if (onTheSpot && evidence !== 'none' && event.mediaIds.length === 0) return refuse('needs_photo');
  if (!event.no) number(work);
  event.stage = 'closed';
  event.closedAt = now;
  for (const task of event.tasks.filter((each) => each.endedAt === null))
    Object.assign(task, { state: 'cancelled', endedAt: now });
  work.log('close', { no: event.no, note, media: ids(command.media), onTheSpot, by });
  return null;
}
