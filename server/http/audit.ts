import { refuse } from '../domain/refusal';
import { nameOf, type Rules } from '../domain/rules';
import type { Role } from '../domain/types';
import type { AuditEntry } from '../ports';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { refused } from './problem';
import { stamp } from './search';

/** 操作日志: who changed the rules, who brought data in or took it out. */

const READERS: readonly Role[] = ['admin', 'oversight'];
const PAGE = 50;

export function auditRoutes(ports: HttpPorts): Pick<Handlers, 'GET /api/audit'> {
  return { 'GET /api/audit': (asked) => entries(ports, asked) };
}

async function entries({ store, rules }: HttpPorts, { query, who }: Asked<'GET /api/audit'>) {
  const { roster } = rules();
  if (!roster.posts(who).some(({ role }) => READERS.includes(role))) throw refused(refuse('not_allowed'));
  const { action, before } = query;
  const rows = await store.records({
    ...(action && { action }),
    ...(before && { before: Number(before) }),
    limit: PAGE,
  });
  return {
    entries: rows.map((row) => ({ ...row, time: stamp(row.at), who: byWhom(row, rules()), text: textOf(row) })),
    before: rows.length === PAGE ? String(rows.at(-1)!.id) : null,
  };
}

function byWhom({ by }: AuditEntry, { roster }: Rules): string {
  return by === 'system' ? '命令行' : nameOf(by, roster);
}

const KINDS: Record<string, string> = {
  ...{ catalogue: '事项目录', duties: '权责清单', calendars: '日历', settings: '设置' },
};

const TABLES: Record<string, string> = { people: '人员', units: '单位', areas: '区域' };

const SENTENCES: Record<string, (entry: AuditEntry) => string> = {
  'rules.enact': ({ subject, data }) =>
    `${KINDS[subject] ?? subject}第 ${data.version} 版生效：${data.note === 'seed' ? '初始数据' : data.note}`,
  'contacts.compare': ({ by, data }) =>
    [
      by === 'system' ? '对照钉钉通讯录' : '按对照结果确认',
      data.renamed ? `改名 ${data.renamed} 人` : '',
      data.stopped ? `停用 ${data.stopped} 人（${data.names}）` : '',
    ]
      .filter(Boolean)
      .join('，'),
  'register.accept': ({ subject, data }) =>
    `导入${TABLES[subject] ?? subject}：新增 ${data.added}，修改 ${data.changed}，停用或删去 ${data.removed}${data.skipped ? `，跳过 ${data.skipped} 行` : ''}`,
  'person.add': ({ subject, data }) => `加入 ${data.name}（${subject}）：${data.posts}`,
  'person.change': ({ subject, data }) => `修改 ${data.name}（${subject}）：${data.posts}`,
  'person.stop': ({ subject, data }) => `停用 ${data.name}（${subject}）`,
  'person.revive': ({ subject, data }) => `恢复 ${data.name}（${subject}）`,
  'export.events': ({ data }) => `导出事件 ${data.rows} 件（${data.words}）`,
};

/** An action that this program has no sentence for is still shown, in its own words. */
function textOf(entry: AuditEntry): string {
  const said = SENTENCES[entry.action]?.(entry);
  return said ?? [entry.action, entry.subject, ...Object.values(entry.data)].filter((each) => each !== null).join(' ');
}
