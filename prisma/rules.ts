import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sheets } from '../server/adapters/xlsx';
import type { Change } from '../server/domain/rule-changes';
import type { RuleKind } from '../server/domain/types';
import { enact, exportRules, type Preview, preview, type RulebookPorts } from '../server/flow/rulebook';
import { BadSheet } from '../server/ports';
import { openTown } from './open';

/** `npm run rules -- …`: the rules of the database in use, out and in. Exit code 1 when nothing was done. */

const KINDS: readonly RuleKind[] = ['catalogue', 'duties', 'calendars', 'settings'];

const USAGE = `用法：
  npm run rules -- versions <种类>
  npm run rules -- export   <种类> <文件>
  npm run rules -- preview  <种类> <文件> [--replace]
  npm run rules -- import   <种类> <文件> --note "为什么改" [--skip 有误的行数] [--replace]
种类：catalogue 事项目录、duties 权责清单（.xlsx 或 .json），calendars 日历、settings 设置（.json）
`;

export type Print = (line: string) => void;

/** Carries out one command line; false when nothing was done, and then why has been printed. Errors: bugs. */
export async function runRules(args: readonly string[], ports: RulebookPorts, print: Print): Promise<boolean> {
  const asked = read(args);
  if (!asked) {
    print(USAGE);
    return false;
  }
  try {
    return await ACTIONS[asked.action](asked, ports, print);
  } catch (error) {
    const words = error instanceof BadSheet ? error.words : fileWords(error, asked.file);
    if (!words) throw error;
    print(`✗ ${words}`);
    return false;
  }
}

function fileWords(error: unknown, file: string): string | null {
  const isFile = typeof error === 'object' && error !== null && 'code' in error && 'path' in error;
  return isFile ? `打不开或写不了文件 ${file}（${error.code}）` : null;
}

interface Asked {
  action: keyof typeof ACTIONS;
  kind: RuleKind;
  file: string;
  note: string;
  skip: number;
  mode: 'merge' | 'replace';
}

function read(args: readonly string[]): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { note: { type: 'string' }, skip: { type: 'string' }, replace: { type: 'boolean' } },
    });
    const [action = '', kind = '', file = ''] = positionals;
    const skip = Number(values.skip ?? 0);
    const known = KINDS.find((each) => each === kind);
    if (!isAction(action) || !known || (action !== 'versions' && !file) || !Number.isInteger(skip)) return null;
    return { action, kind: known, file, note: values.note ?? '', skip, mode: values.replace ? 'replace' : 'merge' };
  } catch {
    return null;
  }
}

const ACTIONS = {
  async versions({ kind }: Asked, { store }: RulebookPorts, print: Print) {
    const versions = await store.ruleVersions(kind);
    if (versions.length === 0) print('还没有改过');
    for (const { version, at, by, note } of versions)
      print(`${version}  ${new Date(at + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')}  ${by}  ${note}`);
    return true;
  },

  async export({ kind, file }: Asked, ports: RulebookPorts, print: Print) {
    const { as, bytes } = await exportRules(ports.sheets, kind, await ports.store.town());
    if (!file.endsWith(`.${as}`)) {
      print(`✗ ${kind} 导出为 .${as}，请把文件名写成 .${as}`);
      return false;
    }
    writeFileSync(file, bytes);
    print(`✓ 已写入 ${file}`);
    return true;
  },

  async preview({ kind, file, mode }: Asked, ports: RulebookPorts, print: Print) {
    show(await preview(ports, kind, readFileSync(file), mode), print);
    return true;
  },

  async import({ kind, file, mode, note, skip }: Asked, ports: RulebookPorts, print: Print) {
    const seen = await preview(ports, kind, readFileSync(file), mode);
    show(seen, print);
    const enacted = await enact(ports, seen, { by: 'system', note, base: seen.base, skipFaulty: skip });
    print(enacted.ok ? `✓ 已生效，第 ${enacted.version.version} 版` : `✗ ${enacted.reason}${hint(enacted.code, seen)}`);
    return enacted.ok;
  },
};

function isAction(word: string): word is keyof typeof ACTIONS {
  return Object.hasOwn(ACTIONS, word);
}

function hint(code: string, { faulty }: Preview): string {
  if (code === 'note') return '（--note "…"）';
  return code === 'faulty' && faulty > 0 ? `（--skip ${faulty}）` : '';
}

/** Faulty rows all of them; changes as many as a screen holds. */
const MOST_LINES = 20;

function show({ rows, faulty, faults, ignored, notes, matters, added, changed, removed }: Preview, print: Print): void {
  print(`共 ${rows} 行，有误 ${faulty} 行${matters > 0 ? `，可用 ${rows - faulty} 行、${matters} 个事项` : ''}`);
  for (const { row, column, value, reason } of faults)
    print(`✗ ${row > 0 ? `第 ${row} 行 ` : ''}${column}${value ? `“${value}”` : ''}：${reason}`);
  if (ignored.length > 0) print(`未用到：${ignored.join('、')}`);
  for (const note of notes) print(`· ${note}`);
  list('新增', added, print);
  list('改动', changed, print);
  list('去掉', removed, print);
}

function list(title: string, changes: readonly Change[], print: Print): void {
  if (changes.length === 0) return;
  print(`${title} ${changes.length} 项`);
  for (const { what, before, after } of changes.slice(0, MOST_LINES))
    print(`  ${what}：${[before, after].filter((each) => each !== null).join(' → ')}`);
  if (changes.length > MOST_LINES) print(`  …… 还有 ${changes.length - MOST_LINES} 项`);
}

async function main(): Promise<void> {
  const store = await openTown();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const done = await runRules(process.argv.slice(2), { store, sheets, clock: { now: Date.now } }, print);
  await store.close();
  process.exitCode = done ? 0 : 1;
}

if (require.main === module) void main();
