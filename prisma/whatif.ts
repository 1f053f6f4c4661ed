import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sheets } from '../server/adapters/xlsx';
import { RUNG_WORDS } from '../server/domain/commands';
import { CLOCK_WORDS, grouped, lateWords, RUNGS } from '../server/domain/figures';
import type { Group, Pair, Tally } from '../server/domain/tally';
import type { TaskClock } from '../server/domain/types';
import { type Given, type ProposalFault, proposalOf } from '../server/flow/proposal';
import type { RulebookPorts } from '../server/flow/rulebook';
import { loadTown } from '../server/flow/town';
import { rangeOf, type WhatIf, whatIf } from '../server/flow/whatif';
import { BadSheet, type Store } from '../server/ports';
import { openTown } from './open';
import { whatIfPage } from './whatif-page';

/** `npm run whatif -- …`: what other rules would have made of what has happened. Changes nothing; exit code 1 when nothing was reckoned. */

const USAGE = `用法：
  npm run whatif -- --from 2026-01-01 --to 2026-12-31 [--settings 设置.json] [--calendars 日历.json]
                    [--catalogue 目录.xlsx [--replace]] [--html 结果.html]
至少写一种拟议的规则；设置、日历是整份（先用 npm run rules -- export 导出，改好再用）
`;

export type Print = (line: string) => void;
export type WhatIfPorts = Omit<RulebookPorts, 'store'> & { store: Store };

/** Carries out one command line; false when nothing was reckoned, and then why has been printed. Errors: bugs. */
export async function runWhatIf(args: readonly string[], ports: WhatIfPorts, print: Print): Promise<boolean> {
  const asked = read(args);
  if (!asked) {
    print(USAGE);
    return false;
  }
  try {
    return await answer(asked, ports, print);
  } catch (error) {
    const words = error instanceof BadSheet ? error.words : fileWords(error);
    if (!words) throw error;
    print(`✗ ${words}`);
    return false;
  }
}

type Asked = { from: string; to: string; html?: string | undefined; replace?: boolean | undefined } & {
  [kind in 'settings' | 'calendars' | 'catalogue']?: string | undefined;
};

function read(args: readonly string[]): Asked | null {
  try {
    const text = { type: 'string' as const };
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...{ from: text, to: text, settings: text, calendars: text, catalogue: text, html: text },
        replace: { type: 'boolean' },
      },
    });
    const { from, to, settings, calendars, catalogue } = values;
    return from && to && (settings || calendars || catalogue) ? { ...values, from, to } : null;
  } catch {
    return null;
  }
}

function fileWords(error: unknown): string | null {
  if (error instanceof SyntaxError) return `文件不是正确的 JSON：${error.message}`;
  const isFile = typeof error === 'object' && error !== null && 'code' in error && 'path' in error;
  return isFile ? `打不开或写不了文件 ${error.path}（${error.code}）` : null;
}

async function answer(asked: Asked, ports: WhatIfPorts, print: Print): Promise<boolean> {
  const range = rangeOf(asked.from, asked.to);
  if ('fault' in range) {
    print(`✗ --${range.field}：${range.fault}`);
    return false;
  }
  const { rules } = await loadTown(ports.store);
  const proposal = await proposalOf(ports, givenBy(asked), rules().roster.town);
  if ('faults' in proposal) return refused(proposal.faults, print);
  const result = await whatIf(ports.store, rules(), proposal, { ...range, now: ports.clock.now() });
  if ('faults' in result) return refused(result.faults, print);
  show(result, asked, print);
  if (asked.html) {
    writeFileSync(asked.html, whatIfPage(result, asked));
    print(`✓ 已写入 ${asked.html}`);
  }
  return true;
}

function givenBy({ settings, calendars, catalogue, replace }: Asked): Given {
  const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  return {
    ...(settings && { settings: json(settings) }),
    ...(calendars && { calendars: json(calendars) }),
    ...(catalogue && { table: { bytes: readFileSync(catalogue), mode: replace ? 'replace' : 'merge' } }),
  };
}

function refused(faults: readonly ProposalFault[], print: Print): false {
  print(`✗ 拟议的规则有 ${faults.length} 处错误，没有推演`);
  for (const { where, row, reason } of faults) print(`✗ ${where}${row > 0 ? ` 第 ${row} 条` : ''}：${reason}`);
  return false;
}

const MOST_LINES = 15;

function show(
  { events, totals, units, matters, streets, most, notes }: WhatIf,
  { from, to }: Asked,
  print: Print,
): void {
  print(`${from} 至 ${to}，共 ${grouped(events)} 件`);
  for (const clock of ['handle', 'ack'] as const) {
    print(`\n${CLOCK_WORDS[clock]}：${summary(totals[clock])}`);
    const rungs = RUNGS.map((rung) => `${RUNG_WORDS[rung]} ${arrow(totals[clock].rungs[rung])}`);
    print(`  督办：${rungs.join('，')}`);
    for (const [title, groups] of [
      ['单位', units],
      ['事项', matters],
      ['街道', streets],
    ] as const)
      table(title, groups, clock, print);
  }
  if (most.length > 0) print('\n变化最大的事件');
  for (const { no, matter, minutesLate } of most) print(`  ${no}  ${matter}  超期 ${arrow(minutesLate, lateWords)}`);
  print('');
  for (const note of notes) print(`· ${note}`);
}

function table(title: string, groups: readonly Group[], clock: TaskClock, print: Print): void {
  const shown = groups.filter((group) => group[clock].tasks > 0);
  print(`  按${title}`);
  for (const group of shown.slice(0, MOST_LINES)) print(`    ${group.name}：${summary(group[clock])}`);
  if (shown.length > MOST_LINES) print(`    …… 还有 ${shown.length - MOST_LINES} 个`);
}

function summary({ tasks, late, newlyLate, noLongerLate, minutesLate }: Tally): string {
  return `任务 ${grouped(tasks)}，超期 ${arrow(late)}（新增 ${newlyLate}，不再超期 ${noLongerLate}），共超 ${arrow(minutesLate, lateWords)}`;
}

function arrow({ before, after }: Pair, words: (value: number) => string = grouped): string {
  const [was, would] = [words(before), words(after)];
  return was === would ? was : `${was} → ${would}`;
}

async function main(): Promise<void> {
  const store = await openTown();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const done = await runWhatIf(process.argv.slice(2), { store, sheets, clock: { now: Date.now } }, print);
  await store.close();
  process.exitCode = done ? 0 : 1;
}

if (require.main === module) void main();
