import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sampleTown } from '../../prisma/sample/sample';
import { openStore } from '../../server/adapters/store';
import { DAY, HOUR, instant } from '../../server/domain/clock';
import { maySee } from '../../server/domain/policy';
import { dispatchers, handlers } from '../../server/domain/routing';
import type { Rules } from '../../server/domain/rules';
import type { Event } from '../../server/domain/types';
import type { Proposal } from '../../server/flow/proposal';
import { loadTown } from '../../server/flow/town';
import { whatIf } from '../../server/flow/whatif';
import type { Store } from '../../server/ports';
import { play } from '../support/play';
import { row } from './print';

/** 推演 over a year of the sample district: every limit halved, a closed week, an earlier warning, all at once. */

const EVENTS = 100_000;
/** The promise (ms). */
const MOST = 60_000;
const YEAR = {
  from: instant('2026-01-01', '00:00'),
  to: instant('2027-01-01', '00:00'),
  now: instant('2026-12-31', '18:00'),
};

export async function benchWhatIf(events = EVENTS): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-whatif-'));
  const store = openStore(`file:${dataDir}/town.db`);
  await store.open();
  await store.saveTown(sampleTown());
  const rules = (await loadTown(store)).rules();
  await fill(store, rules, events);
  const began = performance.now();
  const tasks = await readAll(store);
  const floor = performance.now() - began;
  const boss = rules.roster.everyone('admin')[0] ?? '';
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const started = performance.now();
  const sees = (event: Event) => maySee(boss, event, rules.roster);
  const result = await whatIf(store, rules, proposalFor(rules), { ...YEAR, sees });
  const took = performance.now() - started;
  delay.disable();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
  if ('faults' in result) throw new Error(JSON.stringify(result.faults));
  const { late } = result.totals.handle;
  row(
    `what-if over ${result.events.toLocaleString()} events, ${tasks.toLocaleString()} tasks`,
    `${(took / 1000).toFixed(1)} s`,
    `late ${late.before.toLocaleString()} → ${late.after.toLocaleString()}; others waited ${ms(delay.percentile(99))}, at most ${ms(delay.max)}`,
  );
  row(
    '  floor: reading the same rows alone',
    `${(floor / 1000).toFixed(1)} s`,
    `ours is ${(took / floor).toFixed(2)} times it`,
  );
  if (took > (MOST * events) / EVENTS)
    throw new Error(`a what-if took ${took.toFixed(0)} ms, ${MOST} ms is the promise`);
}

const ms = (ns: number) => `${(ns / 1e6).toFixed(0)} ms`;

async function readAll(store: Store): Promise<number> {
  let tasks = 0;
  for (let after: string | null = null; ; ) {
    const page: Event[] = await store.filed({ ...YEAR, after, limit: 100 });
    tasks += page.reduce((sum, event) => sum + event.tasks.length, 0);
    after = page.at(-1)?.id ?? null;
    if (page.length < 100) return tasks;
  }
}

function proposalFor({ roster, settings }: Rules): Proposal {
  const { matters, conditions } = roster.town;
  const halved = conditions.map((each) => ({ ...each, limit: Math.max(1, Math.floor(each.limit / 2)) }));
  const week = { kind: 'closed' as const, from: '2026-06-01', to: '2026-06-05', reason: '防汛停工' };
  const sooner = settings.ladders.handle.map((step) => (step.rung === 'prewarn' ? { ...step, share: 0.5 } : step));
  return {
    catalogue: { matters, conditions: halved },
    calendars: [{ areaId: roster.district.id, rules: [week] }],
    settings: { ladders: { ...settings.ladders, handle: sooner } },
  };
}

const SAID = [
  '建设路12号路灯不亮',
  '红光社区菜市场后门垃圾堆了两天没人收',
  '小区门口井盖破了一个洞',
  '三单元电梯停运了',
  '楼下烧烤摊半夜还在吵',
  '人行道地砖松了一大片',
];
const LIVES = 300;
const PHOTO = { id: 'p', kind: 'image' as const, code: 'x', phase: 'finish' as const };

/** Some lives that were decided step by step, told on other days of the year. */
export async function fill(store: Store, rules: Rules, events: number): Promise<void> {
  const lives = Array.from({ length: LIVES }, (_, index) => lifeOf(rules, index));
  const week = 7 * DAY;
  for (let from = 0; from < events; from += 2_000) {
    const batch = Array.from({ length: Math.min(2_000, events - from) }, (_, index) => {
      const at = from + index;
      return told(lives[at % LIVES] as Event, at, -week * (at % 46));
    });
    await store.write((tx) =>
      tx.save({ messages: [], events: batch, entries: [], media: [], notices: [], counters: [] }),
    );
  }
}

function told(event: Event, index: number, shift: number): Event {
  const id = `bench-${String(index).padStart(7, '0')}`;
  const moved = JSON.stringify(event).replaceAll('"e1"', `"${id}"`).replaceAll('"e1.', `"${id}.`);
  const later = (_: string, value: unknown) => (typeof value === 'number' && value > 1e12 ? value + shift : value);
  return { ...(JSON.parse(moved, later) as Event), no: `2026-${id}`, version: 1 };
}

/** Acknowledged and handled sooner or later; one in ten comes back once, one in twenty stays open. */
function lifeOf(rules: Rules, index: number): Event {
  const { roster } = rules;
  const workers = roster.everyone('worker');
  const game = play(rules);
  const by = workers[(index * 7) % workers.length] ?? '';
  game.wait((index % 9) * HOUR);
  game.report(SAID[index % SAID.length] ?? '', by);
  if (!game.event.no) game.step(by, { type: 'file' });
  if (game.event.stage === 'filed') dispatch();
  if (index % 10 === 3) {
    game.wait(HOUR);
    game.tryStep(whoHas(), { type: 'return', reason: '不在我们的管辖范围' });
    game.wait(2 * HOUR);
    dispatch();
  }
  game.wait((index % 5) * HOUR * 0.4);
  game.tryStep(whoHas(), { type: 'ack' });
  if (index % 20 === 0) return game.event;
  game.wait((((index * 13) % 24) ** 2 / 12) * HOUR);
  game.tryStep(whoHas(), { type: 'finish', note: '已处理', media: [PHOTO] });
  game.wait(2 * HOUR);
  game.tryStep(by, { type: 'pass' });
  return game.event;

  function whoHas(): string {
    const task = game.event.tasks.findLast(({ duty, endedAt }) => duty === 'lead' && endedAt === null);
    return task?.assigneeId ?? handlers(task?.unitId ?? '', roster)[0] ?? '';
  }
  function dispatch(): void {
    game.tryStep(dispatchers(game.event.areaPath, roster)[0] ?? '', { type: 'dispatch', to: 'dept-01', reason: '派' });
  }
}
