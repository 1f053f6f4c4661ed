import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sampleTown } from '../../prisma/sample/sample';
import { openStore } from '../../server/adapters/store';
import type { Event } from '../../server/domain/types';
import { indexTown, understand } from '../../server/domain/understand';
import { quantile, row } from './print';

/** What a tick costs with 100,000 stored events when nothing is due: it must depend on what is due, not on what is stored. */

const STORED = 100_000;
const OPEN = 5_000;
const NOW = Date.parse('2026-11-23T02:00:00Z');

function stored(index: number): Event {
  const open = index < OPEN;
  return {
    ...{
      id: `bench-${index}`,
      no: `20261122-${String(index).padStart(6, '0')}`,
      stage: open ? 'filed' : 'closed',
      version: 1,
    },
    ...{
      reporterId: 'w',
      conversationId: null,
      text: '建设路路灯不亮',
      matterId: null,
      conditionId: null,
      gridId: null,
      areaPath: '/d',
      place: { text: '', lng: null, lat: null },
    },
    ...{
      urgent: false,
      mediaIds: [],
      suggestions: [],
      createdAt: NOW - index,
      touchedAt: NOW,
      filedAt: NOW,
      closedAt: open ? null : NOW,
    },
    ...{
      nextAt: open ? NOW + 3_600_000 + index : null,
      entryCount: 0,
      headHash: '',
      last: { action: 'file', by: 'w', at: NOW },
      tasks: [],
    },
  } as Event;
}

export async function benchTick(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridtalk-tick-'));
  const store = openStore(`file:${dataDir}/tick.db`);
  await store.open();
  for (let from = 0; from < STORED; from += 2000) {
    const events = Array.from({ length: 2000 }, (_, index) => stored(from + index));
    await store.write((tx) => tx.save({ messages: [], events, entries: [], media: [], notices: [], counters: [] }));
  }
  const ours = await clocked(async () => {
    await store.due(NOW, 500);
    await store.nextNoticeAt();
    await store.pendingMedia(NOW, 8);
    await store.claimNotices(NOW, 60_000, 100);
  });
  const db = new Database(join(dataDir, 'tick.db'), { readonly: true });
  const query = db.prepare('select id from Event where nextAt <= ? order by nextAt limit 500');
  const floor = await clocked(async () => void query.all(NOW));
  db.close();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
  row(
    `a tick with ${STORED.toLocaleString()} stored, ${OPEN.toLocaleString()} open, none due`,
    `${ours.toFixed(3)} ms`,
    'median: events, notices, outbox, media',
  );
  row(
    '  floor: the same indexed query by raw better-sqlite3',
    `${floor.toFixed(3)} ms`,
    `ours is ${(ours / floor).toFixed(1)} times it`,
  );
}

async function clocked(work: () => Promise<void>): Promise<number> {
  const took: number[] = [];
  for (let turn = 0; turn < 400; turn++) {
    const before = performance.now();
    await work();
    took.push(performance.now() - before);
  }
  return quantile(
    took.sort((a, b) => a - b),
    0.5,
  );
}

/** Understanding happens inside the write path, once or twice a message. */
export function benchUnderstanding(): void {
  const { areas, matters } = sampleTown();
  const index = indexTown(matters, areas);
  const texts = [
    '建设路12号路灯不亮，晚上老人看不清路',
    '红光社区菜市场后门垃圾堆了两天没人收',
    '三单元电梯口有人飞线充电，太危险了',
  ];
  const rounds = Array.from({ length: 200 }, () => {
    const before = performance.now();
    for (const text of texts) understand(text, index, { homePath: areas.at(-1)!.path });
    return (performance.now() - before) / texts.length;
  });
  row(
    `understanding a message, ${matters.length} matters, ${areas.length} areas`,
    `${quantile(
      rounds.sort((a, b) => a - b),
      0.5,
    ).toFixed(3)} ms`,
    'median',
  );
}
