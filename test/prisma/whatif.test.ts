import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runWhatIf } from '../../prisma/whatif';
import { whatIfPage } from '../../prisma/whatif-page';
import { openStore } from '../../server/adapters/store';
import { sheets } from '../../server/adapters/xlsx';
import { catalogueTable } from '../../server/domain/catalogue-table';
import { DAY, HOUR } from '../../server/domain/clock';
import { DEFAULTS } from '../../server/domain/settings';
import type { WhatIf } from '../../server/flow/whatif';
import type { Store } from '../../server/ports';
import { changes } from '../server/adapters/rows';
import { handled } from '../support/play';
import { MONDAY, tinyTown } from '../support/town';

/** The command line on a real database and real files. */

let dir: string;
let store: Store;
const now = MONDAY + 10 * DAY;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'gridtalk-whatif-'));
  store = openStore(`file:${dir}/town.db`);
  await store.open();
  await store.saveTown(tinyTown());
  const game = handled();
  game.wait(3 * HOUR);
  game.step('zhang', { type: 'finish', note: '已修好', media: [] });
  await store.write((tx) => tx.save(changes({ events: [{ ...game.event, version: 1 }] })));
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

async function run(...args: string[]): Promise<{ done: boolean; said: string }> {
  const lines: string[] = [];
  const done = await runWhatIf(args, { store, sheets, clock: { now: () => now } }, (line) => lines.push(line));
  return { done, said: lines.join('\n') };
}
const november = ['--from', '2026-11-01', '--to', '2026-11-30'];

function file(name: string, content: Buffer | object): string {
  const path = join(dir, name);
  writeFileSync(path, Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return path;
}

async function halved(): Promise<string> {
  const { matters, conditions } = tinyTown();
  const rows = catalogueTable({ matters, conditions: conditions.map((each) => ({ ...each, limit: 2 })) });
  return file('halved.xlsx', await sheets.write('目录', rows, []));
}

test('a catalogue from Excel: the table is printed, and a page of its own written', async () => {
  const html = join(dir, 'out.html');
  const { done, said } = await run(...november, '--catalogue', await halved(), '--html', html);
  expect(done).toBe(true);
  expect(said).toContain('2026-11-01 至 2026-11-30，共 1 件');
  expect(said).toContain('办理：任务 1，超期 0 → 1（新增 1，不再超期 0），共超 0 分 → 1 小时');
  expect(said).toContain('    综合行政执法局：任务 1，超期 0 → 1');
  expect(said).toContain('  20261123-0001  路灯不亮  超期 0 分 → 1 小时');
  expect(said).toContain('· 按当时的实际经过重算，不推测人会怎样改变做法。');
  const page = readFileSync(html, 'utf8');
  expect(page).toContain('综合行政执法局：现行 0，拟议 1');
  // Nothing is fetched and nothing runs.
  expect(page).not.toMatch(/<script|src=|href=|@import|url\((?!#)/);
  expect((await store.town()).versions.catalogue).toBe(0);
});

test('settings and calendars from JSON, as they are exported', async () => {
  const rule = { kind: 'closed', from: '2026-11-23', to: '2026-11-23', reason: '停电检修' };
  const calendars = file('calendars.json', { kind: 'calendars', calendars: [{ areaId: 'd', rules: [rule] }] });
  const early = DEFAULTS.ladders.handle.map((step) => (step.rung === 'prewarn' ? { ...step, share: 0.5 } : step));
  const settings = file('settings.json', { settings: { ladders: { ...DEFAULTS.ladders, handle: early } } });
  expect((await run(...november, '--settings', settings)).said).toContain('即将超期 0 → 1');
  expect((await run(...november, '--settings', settings, '--calendars', calendars)).said).toContain('即将超期 0，');
});

test('what cannot be reckoned is refused, with where and why', async () => {
  const bad = file(
    'bad.xlsx',
    await sheets.write(
      '目录',
      [
        ['事项', '立案条件', '处置时限', '结案条件'],
        ['井盖', '破损', '很快', '更换'],
      ],
      [],
    ),
  );
  const ladder = file('ladder.json', { ladders: { ack: [], handle: DEFAULTS.ladders.handle } });
  const broken = file('broken.json', Buffer.from('{'));
  expect(await run(...november, '--catalogue', bad)).toMatchObject({ done: false });
  expect((await run(...november, '--catalogue', bad)).said).toMatch(/目录 处置时限 “很快” 第 2 条：/);
  expect((await run(...november, '--settings', ladder)).said).toContain('设置 ladders.ack：督办级至少要有一级');
  expect((await run(...november, '--settings', broken)).said).toContain('文件不是正确的 JSON');
  expect((await run(...november, '--settings', join(dir, 'nowhere.json'))).said).toContain('打不开或写不了文件');
  expect((await run('--from', '2026-11-30', '--to', '2026-11-01', '--settings', ladder)).said).toContain(
    '结束日期不能早于开始日期',
  );
  expect((await run('--from', 'x', '--to', '2026-11-01', '--settings', ladder)).said).toContain('--from：日期要写成');
  for (const args of [november, ['--settings', ladder], ['--colour', 'blue']])
    expect((await run(...args)).said).toContain('用法');
});

test('names that people wrote stay text on the page', async () => {
  const { done } = await run(...november, '--catalogue', await halved());
  expect(done).toBe(true);
  const nobody = {
    tasks: 1,
    late: { before: 0, after: 1 },
    newlyLate: 1,
    noLongerLate: 0,
    minutesLate: { before: 0, after: 9 },
  };
  const none = { before: 0, after: 0 };
  const tally = {
    ...nobody,
    rungs: { prewarn: none, blue: none, yellow: none, red: none, accountability: none },
    hushed: none,
  };
  const evil = '<img src=x onerror="alert(1)">&';
  const changed = { no: evil, matter: evil, late: none, minutesLate: none, rungs: none };
  const group = { id: 'u', name: evil, ack: tally, handle: tally, most: [changed] };
  const result: WhatIf = {
    ...{
      events: 1,
      exempt: 0,
      totals: { ack: tally, handle: tally },
      units: [group],
      matters: [group],
      streets: [group],
    },
    ...{ most: [changed], notes: [evil] },
    matched: { filed: 1, same: 0, similar: 0, unmatched: 0 },
  };
  const page = whatIfPage(result, { from: evil, to: evil });
  expect(page).not.toContain('<img');
  expect(page).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;');
});
