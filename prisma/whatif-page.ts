import { RUNG_WORDS } from '../server/domain/commands';
import { CLOCK_WORDS, grouped, lateWords, RUNGS } from '../server/domain/figures';
import type { Group, Pair, Tally } from '../server/domain/tally';
import type { TaskClock } from '../server/domain/types';
import type { WhatIf } from '../server/flow/whatif';

/** The answer of a what-if as a page of its own: no script, nothing fetched, fit for print. */

/** Groups in a chart; the tables have them all. */
const BARS = 15;

export function whatIfPage(result: WhatIf, { from, to }: { from: string; to: string }): string {
  const { events, totals, notes } = result;
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>推演 ${text(from)} 至 ${text(to)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>推演：换一套规则会怎样</h1>
<p class="range">${text(from)} 至 ${text(to)}，共 ${grouped(events)} 件</p>
<ul class="notes">${notes.map((note) => `<li>${text(note)}</li>`).join('')}</ul>
${(['handle', 'ack'] as const).map((clock) => part(result, clock, totals[clock])).join('\n')}
${changed(result)}
</body>
</html>
`;
}

function part({ units, matters, streets }: WhatIf, clock: TaskClock, total: Tally): string {
  const of = (title: string, groups: readonly Group[]) => {
    const shown = groups.filter((group) => group[clock].tasks > 0);
    if (shown.length === 0) return '';
    return `<h3>按${title}</h3>${chart(shown.slice(0, BARS), clock)}${table(title, shown, clock)}`;
  };
  return `<section>
<h2>${CLOCK_WORDS[clock]}时限</h2>
${totalsTable(total)}
${of('单位', units)}${of('事项', matters)}${of('街道', streets)}
</section>`;
}

function totalsTable(total: Tally): string {
  const row = (name: string, { before, after }: Pair, words = grouped) =>
    `<tr><th scope="row">${name}</th><td>${words(before)}</td><td>${words(after)}</td><td>${signed(after - before, words)}</td></tr>`;
  return `<p>任务 ${grouped(total.tasks)} 个；新增超期 ${grouped(total.newlyLate)} 个，不再超期 ${grouped(total.noLongerLate)} 个。</p>
<table><thead><tr><th></th><th>现行</th><th>拟议</th><th>变化</th></tr></thead><tbody>
${row('超期任务', total.late)}${row('超期时长合计', total.minutesLate, lateWords)}
${RUNGS.map((rung) => row(RUNG_WORDS[rung], total.rungs[rung])).join('')}${row('安静时段内的督办', total.hushed)}
</tbody></table>`;
}

const NAME = 150;
const ROW = 44;
const WIDTH = 640;
const NUMBERS = 60;

/** Two bars a group, 现行 above 拟议: hatched and solid, numbers beside them. */
function chart(groups: readonly Group[], clock: TaskClock): string {
  const most = Math.max(1, ...groups.flatMap((group) => [group[clock].late.before, group[clock].late.after]));
  const long = (value: number) => ((WIDTH - NAME - NUMBERS) * value) / most;
  const bar = (y: number, value: number, fill: string) =>
    `<rect x="${NAME}" y="${y}" width="${long(value).toFixed(1)}" height="14" fill="${fill}" stroke="#1f4e9c"/>` +
    `<text x="${(NAME + long(value) + 6).toFixed(1)}" y="${y + 12}">${grouped(value)}</text>`;
  const rows = groups.map((group, index) => {
    const y = 28 + index * ROW;
    const { before, after } = group[clock].late;
    const name = `<text x="${NAME - 8}" y="${y + 20}" text-anchor="end">${text(shortened(group.name))}</text>`;
    return `<g><title>${text(group.name)}：现行 ${before}，拟议 ${after}</title>${name}${bar(y, before, 'url(#hatch)')}${bar(y + 16, after, '#1f4e9c')}</g>`;
  });
  const height = 36 + groups.length * ROW;
  return `<svg role="img" aria-label="超期任务，现行与拟议" viewBox="0 0 ${WIDTH} ${height}" xmlns="http://www.w3.org/2000/svg">
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="2" height="6" fill="#1f4e9c"/></pattern></defs>
<rect x="${NAME}" y="4" width="14" height="12" fill="url(#hatch)" stroke="#1f4e9c"/><text x="${NAME + 20}" y="15">现行</text>
<rect x="${NAME + 70}" y="4" width="14" height="12" fill="#1f4e9c"/><text x="${NAME + 90}" y="15">拟议（超期任务数）</text>
${rows.join('\n')}
</svg>`;
}

function shortened(name: string): string {
  return name.length > 10 ? `${name.slice(0, 9)}…` : name;
}

function table(title: string, groups: readonly Group[], clock: TaskClock): string {
  const rows = groups.map((group) => {
    const { tasks, late, newlyLate, noLongerLate, minutesLate } = group[clock];
    const counts = [tasks, late.before, late.after, newlyLate, noLongerLate].map(grouped);
    const cells = [...counts, lateWords(minutesLate.before), lateWords(minutesLate.after)];
    return `<tr><th scope="row">${text(group.name)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const heads = ['任务', '超期·现行', '超期·拟议', '新增', '不再', '时长·现行', '时长·拟议'];
  return `<div class="wide"><table><thead><tr><th>${title}</th>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function changed({ most }: WhatIf): string {
  if (most.length === 0) return '<p>没有哪一件会因此改变。</p>';
  const rows = most.map(
    ({ no, matter, minutesLate, rungs }) =>
      `<tr><th scope="row">${text(no)}</th><td>${text(matter)}</td><td>${lateWords(minutesLate.before)}</td><td>${lateWords(minutesLate.after)}</td><td>${rungs.before}</td><td>${rungs.after}</td></tr>`,
  );
  return `<section><h2>变化最大的事件</h2><div class="wide"><table><thead><tr><th>编号</th><th>事项</th><th>超期时长·现行</th><th>超期时长·拟议</th><th>督办·现行</th><th>督办·拟议</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

function signed(value: number, words: (value: number) => string): string {
  return value > 0 ? `+${words(value)}` : words(value);
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Names come from people. */
function text(words: string): string {
  return words.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}

const STYLE = `
body { max-width: 860px; margin: 0 auto; padding: 24px 16px; color: #181c1f; background: #fff; font: 16px/1.6 "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 24px; } h2 { margin-top: 40px; border-bottom: 2px solid #1f4e9c; } h3 { margin-top: 28px; }
.range, .notes { color: #5b6066; } .notes { padding-left: 20px; }
table { border-collapse: collapse; width: 100%; margin: 12px 0; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 8px; border-bottom: 1px solid #dcdfe3; text-align: right; white-space: nowrap; }
th:first-child { text-align: left; white-space: normal; } td:nth-child(2):not(:last-child) { text-align: right; }
thead th { color: #5b6066; font-weight: 500; } tbody th { font-weight: 400; }
.wide { overflow-x: auto; }
svg { width: 100%; max-width: 640px; height: auto; } svg text { font-size: 13px; fill: #181c1f; }
@media print { section { break-inside: auto; } svg { max-width: 100%; } }
`;
