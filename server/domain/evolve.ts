import { instant } from './clock';
import { isInForce, isOpen, LIFTED } from './ladder';
import { go, open, over, shut, turnOf } from './turn';
import type { Entry, Event, Level, Request, Suggestion, Task, TaskClock, Terms } from './types';

/**
 * What each line of history does to an event. Nothing else alters one, so a history tells its event's state to the letter
 * (`fold`), and the auditor can hold every row against it.
 */

export type Line = Pick<Entry, 'action' | 'data' | 'by' | 'at'>;
type Data = Entry['data'];

export function blank(id: string, { by, at }: Pick<Line, 'by' | 'at'>): Event {
  return {
    ...{ id, no: null, stage: 'reported', version: 0, reporterId: by, conversationId: null, text: '' },
    ...{ matterId: null, terms: null, gridId: null, areaPath: '', place: { text: '', lng: null, lat: null } },
    ...{
      urgent: false,
      mediaIds: [],
      suggestions: [],
      followers: [],
      createdAt: at,
      touchedAt: at,
      filedAt: null,
      closedAt: null,
    },
    ...{
      nextAt: null,
      entryCount: 0,
      headHash: '',
      responsibleId: null,
      round: 1,
      diverted: false,
      reward: null,
      tasks: [],
    },
    last: { action: 'report', by, at },
  };
}

/** The event as its history tells it; `version`, due moments and `nextAt` are not history. Null for an empty one. */
export function fold(entries: Entry[]): Event | null {
  const [first] = entries;
  if (!first) return null;
  const event = blank(first.eventId, first);
  for (const entry of entries) {
    evolve(event, entry);
    event.entryCount = entry.seq;
    event.headHash = entry.hash;
  }
  return event;
}

/** Lines that do not move the event on: a refusal that says what happened last passes over them. */
const QUIET = new Set([
  'rung',
  'idle',
  'void',
  'retime',
  'supervise',
  'lift',
  'instruct',
  'reward',
  'unreward',
  'feedback',
  'join',
]);

export function evolve(event: Event, line: Line): void {
  DEEDS[line.action]?.(event, line);
  const added = line.action === 'add' && event.stage !== 'reported';
  if (!QUIET.has(line.action) && !added) event.last = { action: line.action, by: line.by, at: line.at };
  touch(event, line);
}

const CLOCKS: readonly TaskClock[] = ['ack', 'handle'];

const DEEDS: Record<string, (event: Event, line: Line) => void> = {
  report: draft,
  add: (event, line) => (event.stage === 'reported' ? draft(event, line) : attach(event, line)),
  feedback: attach,
  join(event, line) {
    attach(event, line);
    event.followers.push({ userId: line.by, at: line.at });
  },
  expire: letGo,
  discard: letGo,
  file(event, { data, at }) {
    take(event, data);
    event.no = text(data.no);
    event.stage = 'filed';
    event.filedAt = at;
  },
  correct(event, line) {
    for (const clock of CLOCKS) keep(event, clock, line);
    take(event, line.data);
  },
  withdraw: (event, line) => close(event, line, 'withdrawn'),
  reject: (event, line) => close(event, line, 'rejected'),
  pass: (event, line) => close(event, line, 'closed'),
  close(event, line) {
    attach(event, line);
    if (event.no === null) DEEDS.file!(event, line);
    close(event, line, 'closed');
  },
  dispatch(event, line) {
    assign(event, line, text(line.data.to)!, 'lead');
    for (const unitId of texts(line.data.assist)) assign(event, line, unitId, 'assist');
  },
  assist: (event, line) => void assign(event, line, text(line.data.to)!, 'assist'),
  transfer: passOn,
  escalate: passOn,
  recall(event, line) {
    end(event, line, 'cancelled');
    giveBack(event, line);
  },
  return(event, line) {
    end(event, line, 'returned');
    if (line.data.divert === true) event.diverted = true;
    if (taskOf(event, line.data)?.duty === 'lead') giveBack(event, line);
  },
  ack,
  finish(event, line) {
    attach(event, line);
    if (line.data.confirm === true) go(taskOf(event, line.data), line.at, 'confirming');
    else finished(event, line);
  },
  confirm: finished,
  redo: (event, line) => go(taskOf(event, line.data), line.at, 'handling'),
  fail: rework,
  reopen(event, { data }) {
    event.stage = 'filed';
    event.closedAt = null;
    event.round += 1;
    event.diverted = false;
    if (data.task === undefined) event.responsibleId = null;
  },
  rework,
  supervise(event, { data }) {
    for (const task of event.tasks.filter(isOpen)) task.supervised = data.level as Level;
  },
  lift(event, { data }) {
    for (const task of event.tasks) {
      task.supervised = null;
      const lowered = texts(data.rungs).filter((rung) => isInForce(task, rung));
      task.rungs.push(...lowered.map((rung) => LIFTED + rung));
    }
  },
  rung: (event, { data }) => void taskOf(event, data)?.rungs.push(`${data.clock}.${data.rung}`),
  reward(event, { data }) {
    event.reward = text(data.note);
  },
  unreward(event) {
    event.reward = null;
  },
  extend: ask,
  suspend: ask,
  appeal: ask,
  approve,
  deny(event, { data }) {
    const task = taskOf(event, data);
    if (task?.request?.kind === 'appeal') task.appealed = 'denied';
    if (task) task.request = null;
  },
  void: (event, { data }) => {
    const task = taskOf(event, data);
    if (task) task.request = null;
  },
  resume(event, { data, at }) {
    const task = taskOf(event, data);
    if (!task) return;
    // A tick that came late does not lengthen the suspension.
    go(task, Math.min(at, task.suspendedUntil ?? at), 'handling');
    task.suspendedUntil = null;
  },
};

// ------------------------------------------------------------------------------------------------- reporting

function letGo(event: Event): void {
  event.stage = 'withdrawn';
}

function draft(event: Event, line: Line): void {
  const { data, at } = line;
  event.text = [event.text, text(data.text)].filter(Boolean).join('\n');
  event.touchedAt = at;
  if (line.action === 'report') event.conversationId = text(data.conversation);
  if (typeof data.suggestions === 'string') event.suggestions = JSON.parse(data.suggestions) as Suggestion[];
  event.mediaIds.push(...texts(data.media));
  take(event, data);
}

function attach(event: Event, { data, at }: Line): void {
  event.mediaIds.push(...texts(data.media));
  event.touchedAt = at;
}

/** What a line says about the event itself; what it leaves out stays. */
function take(event: Event, data: Data): void {
  if ('matter' in data) event.matterId = text(data.matter);
  if ('urgent' in data) event.urgent = data.urgent === true;
  if (typeof data.area === 'string') event.areaPath = data.area;
  if ('grid' in data) event.gridId = text(data.grid);
  if ('place' in data) event.place = { text: text(data.place) ?? '', lng: number(data.lng), lat: number(data.lat) };
  if (typeof data.condition === 'string') event.terms = termsFrom(data);
}

export function termsData(terms: Terms): Data {
  const { conditionId, text: words, clock, limit, ackMinutes, closing, evidence, version } = terms;
  return { condition: conditionId, filing: words, clock, limit, ack: ackMinutes, closing, evidence, version };
}

export function termsFrom(data: Data): Terms {
  return {
    conditionId: text(data.condition) ?? '',
    text: text(data.filing) ?? '',
    clock: data.clock as Terms['clock'],
    limit: number(data.limit) ?? 0,
    ackMinutes: number(data.ack) ?? 0,
    closing: text(data.closing) ?? '',
    evidence: data.evidence as Terms['evidence'],
    version: number(data.version) ?? 0,
  };
}

function close(event: Event, { at }: Line, stage: 'withdrawn' | 'rejected' | 'closed'): void {
  event.stage = stage;
  event.closedAt = at;
  for (const task of event.tasks.filter(isOpen)) over(task, at, 'cancelled');
}

// ------------------------------------------------------------------------------------------------- handling

function assign(event: Event, { at, data }: Line, unitId: string, duty: Task['duty']): Task {
  const task = turnOf(event, data, at, unitId, duty);
  event.tasks.push(task);
  if (duty === 'lead') {
    event.stage = 'dispatched';
    event.responsibleId ??= unitId;
  }
  return task;
}

function taskOf(event: Event, { task }: Data): Task | undefined {
  return event.tasks.find(({ id }) => id === task);
}

function end(event: Event, { data, at }: Line, state: Task['state']): void {
  const task = taskOf(event, data);
  if (task) over(task, at, state);
}

/** 首接负责: the unit that passes it on keeps its clock and its name on it until the other acknowledges. */
function passOn(event: Event, line: Line): void {
  const task = taskOf(event, line.data);
  go(task, line.at, 'passing');
  assign(event, line, text(line.data.to)!, 'lead');
}

/** Back to the unit that was passing it on, else to a dispatcher. */
function giveBack(event: Event, { data, at }: Line): void {
  const back = event.tasks.find(({ id }) => id === data.back);
  if (back) go(back, at, back.ackedAt === null ? 'waiting' : 'handling');
  event.stage = !back ? 'filed' : back.ackedAt === null ? 'dispatched' : 'handling';
}

function ack(event: Event, { data, at, by }: Line): void {
  const task = taskOf(event, data);
  if (!task) return;
  shut(task, 'ack', at);
  Object.assign(task, { ackedAt: at, assigneeId: by, state: 'handling' });
  open(task, 'handle', at, 'handling');
  if (task.duty !== 'lead') return;
  for (const other of event.tasks) if (other.state === 'passing') over(other, at, 'moved');
  event.stage = 'handling';
  event.responsibleId = task.unitId;
}

function finished(event: Event, line: Line): void {
  end(event, line, 'finished');
  if (taskOf(event, line.data)?.duty === 'lead') event.stage = 'verifying';
}

/** The unit that finished it goes on: at once where its handler still holds the post, else it acknowledges again. */
function rework(event: Event, line: Line): void {
  const { to, assignee } = line.data;
  if (typeof to !== 'string') {
    event.stage = 'filed';
    return;
  }
  const task = assign(event, line, to, 'lead');
  if (typeof assignee !== 'string') return;
  ack(event, { ...line, by: assignee, data: { task: task.id } });
}

// ------------------------------------------------------------------------------------------------- requests

function ask(event: Event, { action, data, by, at }: Line): void {
  const task = taskOf(event, data);
  if (!task) return;
  const approvers = texts(data.approvers) as Request['approvers'];
  const kind = action as Request['kind'];
  task.request = { kind, by, at, reason: text(data.reason) ?? '', until: text(data.until), approvers, agreed: [] };
}

function approve(event: Event, { data, by, at }: Line): void {
  const task = taskOf(event, data);
  if (!task?.request) return;
  const { kind, until, approvers, agreed } = task.request;
  agreed.push(by);
  if (agreed.length < approvers.length) return;
  task.request = null;
  if (kind === 'appeal') task.appealed = 'granted';
  if (kind === 'extend') {
    task.extended += number(data.minutes) ?? 0;
    task.extensions += 1;
  }
  if (kind !== 'suspend') return;
  task.suspensions += 1;
  task.suspendedUntil = instant(until ?? '', '00:00');
  go(task, at, 'suspended');
}

// ------------------------------------------------------------------------------------------------- values

/** Somebody of the unit did something about it, or was reminded to. */
function touch(event: Event, { action, data, by, at }: Line): void {
  if (action === 'rung' || action === 'retime') return;
  for (const task of event.tasks)
    if (isOpen(task) && (task.id === data.task || task.assigneeId === by)) task.touchedAt = at;
}

/** What ran by day and night, or in working time only, before a correction is measured so for ever: what is used stays used. */
function keep({ tasks }: Event, clock: TaskClock, { data, at }: Line): void {
  const continuous = data[`${clock}Ran`];
  if (typeof continuous !== 'boolean') return;
  for (const task of tasks) {
    const last = task.spans.findLast((span) => span.clock === clock);
    if (last?.to === null) open(task, clock, at, last.why, last.running);
    for (const span of task.spans) if (span.clock === clock && span.to !== null) span.continuous ??= continuous;
  }
}

function text(value: Data[string] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: Data[string] | undefined): string[] {
  return Array.isArray(value) ? value : [];
}

function number(value: Data[string] | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
