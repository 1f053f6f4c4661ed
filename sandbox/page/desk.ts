import { computed, signal } from '@preact/signals';
import type { Fault, MeterView, PersonView } from '../types';
import { type Advance, api, type Sample, wordsOf } from './api';
import { type Change, folded, listen } from './live';
import { loadAll, newPhone, type Phone, pick, toast } from './phone';
import { starters } from './roles';

/** Everything on the page that is not inside a phone. */
export const people = signal<PersonView[] | null>(null);
export const samples = signal<Sample[]>([]);
export const meter = signal<MeterView | null>(null);
export const faults = signal<Fault[]>([]);
/** The sandbox's time now, epoch ms; ticks. */
export const now = signal(Date.now());
/** The drawer open on a narrow screen. */
export const drawer = signal<'people' | 'panel' | null>(null);

export const phones: readonly [Phone, Phone] = [newPhone(), newPhone()];
/** Who was picked lately, the last first; they stay at hand in the list. */
export const recent = signal<string[]>([]);
export const sideBySide = signal(false);
/** Index of the phone that a click on a person goes to. */
export const focused = signal<0 | 1>(0);

export const byId = computed(() => new Map((people.value ?? []).map((person) => [person.userId, person])));

/** Messages that nobody has looked at yet. */
export const waiting = computed(() => (people.value ?? []).reduce((sum, { unread }) => sum + unread, 0));

let offset = 0;

/** The phone that has the focus, or the only one. */
export function phoneInUse(): Phone {
  return phones[sideBySide.value ? focused.value : 0];
}

const complain = (error: unknown) => toast(phones[0], wordsOf(error));

async function fetchPeople(): Promise<void> {
  people.value = await api.people();
  settle();
}

async function fetchClock(): Promise<void> {
  setClock(await api.clock());
}

function setClock(answer: { now: number }): void {
  offset = answer.now - Date.now();
  now.value = answer.now;
}

const loadPeople = folded(fetchPeople, complain);
const loadClock = folded(fetchClock, complain);
const loadMeter = folded(async () => {
  meter.value = await api.meter();
}, complain);
/** Faults run out by themselves, so the panel asks again while any is in force. */
export const loadFaults = folded(async () => {
  faults.value = await api.faults();
}, complain);

/** Gives each phone that has nobody (or somebody gone) a suggested person, and remembers who has which. */
function settle(): void {
  const suggested = starters(people.value ?? []).map(({ person }) => person.userId);
  phones.forEach((phone, index) => {
    const known = phone.userId.value ?? remembered(index);
    const userId = known !== null && byId.value.has(known) ? known : suggested[index];
    if (userId !== undefined) pick(phone, userId);
  });
}

const RECENT = 6;
const key = (index: number) => `gridtalk.phone.${index}`;
const remembered = (index: number) => localStorage.getItem(key(index));

/** Puts a person into the phone in use. */
export function choose(userId: string): void {
  const phone = phoneInUse();
  pick(phone, userId);
  recent.value = [userId, ...recent.value.filter((each) => each !== userId)].slice(0, RECENT);
  localStorage.setItem(key(phones.indexOf(phone)), userId);
  drawer.value = null;
}

export function toggleSideBySide(): void {
  sideBySide.value = !sideBySide.value;
  focused.value = sideBySide.value ? 1 : 0;
}

/** Moves the sandbox's clock forward. */
export async function advance(by: Advance): Promise<void> {
  await api.advance(by).then(setClock, complain);
}

export async function startFault(fault: Fault): Promise<void> {
  await api.fault(fault).catch(complain);
  loadFaults();
}

export async function stopFaults(): Promise<void> {
  await api.clearFaults().catch(complain);
  loadFaults();
}

function everything(): void {
  for (const load of [loadPeople, loadClock, loadMeter, loadFaults]) load();
  for (const phone of phones) loadAll(phone);
}

function changed({ what, userId, conversationId }: Change): void {
  if (what === 'clock') loadClock();
  if (what === 'meter') loadMeter();
  if (what === 'people' || what === 'messages') loadPeople();
  for (const phone of phones) {
    if (userId !== undefined && userId !== phone.userId.value) continue;
    if (what === 'dings' || what === 'todos') phone.load[what]();
    if (what === 'messages' || what === 'people') phone.load.chats();
    if (what !== 'messages') continue;
    if (conversationId === undefined || conversationId === phone.chatId.value) phone.load.thread();
  }
}

const TICK_MS = 1_000;

/** Loads everything and keeps it fresh for as long as the page is open. */
export function start(): void {
  listen(changed, everything);
  setInterval(() => {
    now.value = Date.now() + offset;
    if (faults.value.length > 0) loadFaults();
  }, TICK_MS);
  api.samples().then((found) => {
    samples.value = found;
  }, complain);
}
