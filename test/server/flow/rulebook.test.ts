import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRules } from '../../../prisma/rules';
import { openStore } from '../../../server/adapters/store';
import { sheets } from '../../../server/adapters/xlsx';
import { instant } from '../../../server/domain/clock';
import type { Cell } from '../../../server/domain/tables';
import type { RuleKind } from '../../../server/domain/types';
import { enact, exportRules, preview, type RulebookPorts } from '../../../server/flow/rulebook';
import type { Store } from '../../../server/ports';
import { tinyTown } from '../../support/town';
import { cityRows } from '../domain/sheets';

let directory: string;
let store: Store;
let ports: RulebookPorts;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gridtalk-rules-'));
  store = openStore(`file:${join(directory, 'town.db')}`);
  await store.open();
  await store.saveTown(tinyTown());
  ports = { store, sheets, clock: { now: () => instant('2026-11-23', '10:00') } };
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const HEAD = ['事项', '立案条件', '处置时限', '结案条件'];
const file = (rows: Cell[][]) => sheets.write('目录', [HEAD, ...rows], []);
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const acceptance = { by: 'zheng', note: '按新标准', skipFaulty: 0 };
const everything = async () => JSON.stringify([await store.town(), await store.townVersion()]);

/** Looks, and accepts what was seen. */
async function put(kind: RuleKind, bytes: Buffer, skipFaulty = 0, mode: 'merge' | 'replace' = 'merge') {
  const seen = await preview(ports, kind, bytes, mode);
  return enact(ports, seen, { ...acceptance, base: seen.base, skipFaulty });
}

describe('a table of a city', () => {
  it('goes from its bytes into a town: 518 conditions, one faulty row that was skipped by its count', async () => {
    const bytes = await sheets.write('部件', cityRows(), []);
    const seen = await preview(ports, 'catalogue', bytes);
    expect(seen).toMatchObject({ rows: 519, faulty: 1, matters: 190, faults: [{ row: 403, column: '处置时限' }] });
    expect(await enact(ports, seen, { ...acceptance, base: seen.base, skipFaulty: 1 })).toMatchObject({ ok: true });
    const { conditions, matters } = await store.town();
    expect(conditions.filter(({ matterId }) => /^[CE]-/.test(matterId))).toHaveLength(518);
    expect(matters.filter(({ id }) => /^[CE]-/.test(id))).toHaveLength(190);
  });

  it('of 5,000 rows goes through: bytes, preview, version, and back out the same', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index): Cell[] => [
      `设施${index % 1_250}`,
      `情形${index}`,
      ['2紧急工作时', '4工作时', '3工作日', '15自然日'][index % 4] ?? '',
      '恢复',
    ]);
    expect(await put('catalogue', await file(rows))).toMatchObject({ ok: true });
    const { conditions } = await store.town();
    expect(conditions.filter(({ text }) => text.startsWith('情形'))).toHaveLength(5_000);
    const back = await preview(
      ports,
      'catalogue',
      (await exportRules(ports.sheets, 'catalogue', await ports.store.town())).bytes,
      'replace',
    );
    expect(back).toMatchObject({ faults: [], added: [], changed: [], removed: [] });
  });
});

describe('looking', () => {
  it('changes nothing, and says line by line what would', async () => {
    const before = await everything();
    const seen = await preview(
      ports,
      'catalogue',
      await file([
        ['路灯不亮', '发现即立案', '1工作日', '恢复照明'],
        ['井盖', '缺失', '2紧急工作时', '补装'],
      ]),
    );
    expect(await everything()).toBe(before);
    expect(seen.added.map(({ what }) => what)).toEqual(['事项 井盖', '井盖 · 缺失']);
    expect(seen.changed).toEqual([
      {
        what: '路灯不亮 · 发现即立案',
        before: expect.stringContaining('4工作时'),
        after: expect.stringContaining('1工作日'),
      },
    ]);
    expect(seen.removed).toEqual([]);
  });

  it('names duties that would be left pointing to nothing', async () => {
    const duty = { ...tinyTown().duties[0], conditionId: 'lamp.1', id: 'lamp|lamp.1|*|general' };
    const [first] = tinyTown().duties;
    if (first) await store.saveTown({ duties: [{ ...first, ...duty }] });
    const seen = await preview(ports, 'catalogue', await file([['路灯不亮', '另一条件', '1工作日', '恢复']]));
    expect(seen.notes.join()).toContain('路灯不亮');
  });
});

describe('accepting', () => {
  it('needs the exact number of faulty rows, the version looked at, and why; otherwise nothing changes', async () => {
    const bytes = await file([
      ['井盖', '缺失', '2紧急工作时', '补装'],
      ['井盖', '破损', '很快', '更换'],
    ]);
    const before = await everything();
    const seen = await preview(ports, 'catalogue', bytes);
    const refused = async (change: Partial<{ note: string; base: number; skipFaulty: number }>) => {
      const answer = await enact(ports, seen, { ...acceptance, base: seen.base, skipFaulty: 1, ...change });
      expect(await everything()).toBe(before);
      return answer.ok ? 'ok' : answer.code;
    };
    expect(await refused({ skipFaulty: 0 })).toBe('faulty');
    expect(await refused({ skipFaulty: 2 })).toBe('faulty');
    expect(await refused({ base: seen.base + 1 })).toBe('stale');
    expect(await refused({ note: ' 一 ' })).toBe('note');
    expect(await refused({ note: '长'.repeat(501) })).toBe('note');
    expect(await enact(ports, seen, { ...acceptance, base: seen.base, skipFaulty: 1 })).toMatchObject({ ok: true });
    expect((await store.town()).conditions.filter(({ matterId }) => matterId.startsWith('T-'))).toHaveLength(1);
  });

  it('of two people who looked at the same version, the second is told to look again', async () => {
    const mine = await preview(ports, 'catalogue', await file([['井盖', '缺失', '2紧急工作时', '补装']]));
    expect(await put('catalogue', await file([['路面', '塌陷', '2紧急工作时', '修复']]))).toMatchObject({ ok: true });
    const answer = await enact(ports, mine, { ...acceptance, base: mine.base });
    expect(answer).toMatchObject({ ok: false, code: 'stale', reason: expect.stringContaining('重新预览') });
    expect((await store.town()).matters.some(({ name }) => name === '井盖')).toBe(false);
  });

  it('is written down: who, when, why; and older texts can be read', async () => {
    await put('catalogue', await file([['井盖', '缺失', '2紧急工作时', '补装']]));
    const [version] = await store.ruleVersions('catalogue');
    expect(version).toMatchObject({ by: 'zheng', note: '按新标准', at: ports.clock.now() });
    const text = await store.ruleText('catalogue', version?.version ?? 0);
    expect(text?.kind === 'catalogue' && text.matters.some(({ name }) => name === '井盖')).toBe(true);
  });

  it('of what changes nothing is refused', async () => {
    const { bytes } = await exportRules(ports.sheets, 'catalogue', await ports.store.town());
    expect(await put('catalogue', bytes)).toMatchObject({ ok: false, code: 'nothing' });
  });

  it('replacing retires what the table leaves out, and forgets nothing', async () => {
    await put('catalogue', await file([['井盖', '缺失', '2紧急工作时', '补装']]), 0, 'replace');
    const { matters, conditions } = await store.town();
    const offered = matters.filter(({ retired }) => !retired).map(({ name }) => name);
    expect(offered.sort()).toEqual(['井盖', '其他事项'].sort());
    expect(matters.map(({ id }) => id)).toContain('lamp');
    expect(conditions.map(({ id }) => id)).toContain('lamp.1');
  });
});

describe('duties, calendars, settings', () => {
  it('go out and come back the same', async () => {
    for (const kind of ['duties', 'calendars', 'settings'] as const) {
      const seen = await preview(
        ports,
        kind,
        (await exportRules(ports.sheets, kind, await ports.store.town())).bytes,
        'replace',
      );
      expect(seen).toMatchObject({ faults: [], added: [], changed: [], removed: [] });
    }
  });

  it('duties are put in force by name', async () => {
    const head = ['事项', '立案条件', '区域类型', '渠道', '主办', '协办'];
    const bytes = await sheets.write('权责清单', [head, ['路灯不亮', '', '', '', '住房和城乡建设局', '']], []);
    expect(await put('duties', bytes)).toMatchObject({ ok: true });
    const { duties } = await store.town();
    expect(duties.filter(({ matterId }) => matterId === 'lamp')).toMatchObject([{ leadUnitId: 'dept-02' }]);
    expect(duties.some(({ matterId }) => matterId === 'noise')).toBe(true);
  });

  it('calendars and settings go whole or not at all', async () => {
    const good = { kind: 'closed', from: '2026-12-01', to: '2026-12-01', reason: '台风停工' };
    const before = await everything();
    const bad = [{ areaId: 'd', rules: [good, { ...good, to: '2026-11-01' }] }];
    const seen = await preview(ports, 'calendars', json(bad));
    expect(seen).toMatchObject({ text: null, faults: [{ row: 2, column: '望江区' }] });
    expect(await put('calendars', json(bad), 1)).toMatchObject({ ok: false, code: 'unreadable' });
    expect(await put('settings', json({ idleMinutes: -1, onReturn: 'run' }), 1)).toMatchObject({ ok: false });
    expect(await everything()).toBe(before);
    expect(await put('calendars', json({ calendars: [{ areaId: 'd', rules: [good] }] }))).toMatchObject({ ok: true });
    expect(await put('settings', json({ settings: { onReturn: 'run' } }))).toMatchObject({ ok: true });
    const { calendars, settings } = await store.town();
    expect(calendars).toEqual([{ areaId: 'd', rules: [good] }]);
    expect(settings).toEqual({ onReturn: 'run' });
  });

  it('policies that can be played are named before they are chosen; the default has nothing to warn of', async () => {
    const notes = async (settings: object) => (await preview(ports, 'settings', json({ settings }))).notes.join();
    expect(await notes({ onRedispatch: 'restart' })).toContain('可以一直不超期');
    expect(await notes({ onRedispatch: 'bundle' })).toContain('前一单位用掉的时间');
    expect(await notes({ onReturn: 'run' })).toContain('退回不停表');
    expect(await notes({ onRedispatch: 'resume', onReturn: 'pause' })).toBe('');
  });

  it('what has no shape is refused field by field, in Chinese', async () => {
    const { faults } = await preview(
      ports,
      'settings',
      json({ idleMinutes: '960', nonsense: 1, extend: { times: 1 } }),
    );
    expect(faults.map(({ column }) => column)).toEqual(
      expect.arrayContaining(['idleMinutes', 'nonsense', 'extend.share', 'extend.approvers']),
    );
    for (const { reason } of faults) expect(reason).toMatch(/[一-鿿]/);
    await expect(preview(ports, 'settings', Buffer.from('{'))).rejects.toMatchObject({ name: 'BadSheet' });
  });
});

describe('the command line', () => {
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const done = await runRules(args, ports, (line) => void lines.push(line));
    return { done, text: lines.join('\n') };
  };

  it('imports the rows given when the faulty ones are counted, and prints each of them', async () => {
    const path = join(directory, 'in.json');
    const [keys = [], ...rows] = cityRows();
    const objects = rows.map((row) => Object.fromEntries(keys.map((key, index) => [key, row[index]])));
    await writeFile(path, json({ provenance: 'test', rows: objects }));
    const first = await run('import', 'catalogue', path, '--note', '城市标准');
    expect(first.done).toBe(false);
    expect(first.text).toMatch(/共 519 行，有误 1 行，可用 518 行、190 个事项/);
    expect(first.text).toMatch(/第 403 行 处置时限“1紧急工作时制止”：.*--skip 1/s);
    expect((await run('import', 'catalogue', path, '--note', '城市标准', '--skip', '1')).done).toBe(true);
    expect((await run('versions', 'catalogue')).text).toMatch(/^1 {2}2026-11-23 10:00 {2}system {2}城市标准$/m);
  });

  it('writes a file that can be looked at again', async () => {
    const path = join(directory, 'out.xlsx');
    expect((await run('export', 'catalogue', path)).done).toBe(true);
    expect((await readFile(path)).subarray(0, 2).toString()).toBe('PK');
    expect((await run('preview', 'catalogue', path)).text).toMatch(/有误 0 行/);
    expect((await run('export', 'settings', path)).done).toBe(false);
  });

  it('says how it is used, and why a file was not taken', async () => {
    for (const args of [
      [],
      ['import'],
      ['export', 'nonsense', 'x'],
      ['import', 'catalogue', 'x', '--skip', 'a'],
      ['--x'],
    ])
      expect(await run(...args)).toMatchObject({ done: false, text: expect.stringContaining('用法') });
    expect(await run('preview', 'catalogue', join(directory, 'none'))).toMatchObject({
      done: false,
      text: expect.stringContaining('打不开'),
    });
    const path = join(directory, 'a.txt');
    await writeFile(path, 'hello');
    expect(await run('preview', 'catalogue', path)).toMatchObject({
      done: false,
      text: expect.stringContaining('.xlsx'),
    });
  });
});
