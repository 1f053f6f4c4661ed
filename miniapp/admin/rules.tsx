import { useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { call, hand } from '../api';
import { Chips } from '../kit/chips';
import { Page } from '../kit/page';
import { Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import type { PageProps } from '../main';
import { CalendarForm } from './calendar-form';
import { ChangeTables } from './preview';
import { SettingForm } from './setting-form';
import { type Door, FilePick, useDoor } from './upload';
import { dayTime, grouped, KIND_TITLES } from './words';
import './admin.css';

type Kind = 'catalogue' | 'duties' | 'calendars' | 'settings';
type Mode = 'merge' | 'replace';
export type InForce = Answer<'GET /api/rules/:kind'>;

/** One kind of rules: what is in force, what came before, and how to change it. */
export function RulesPage({ params }: PageProps) {
  const kind = params.kind as Kind;
  const { data, trouble, again } = useAsk('GET /api/rules/:kind', { params: { kind } });
  const title = KIND_TITLES[kind] || '规则';
  // Asked here too, so that the page comes in one piece and nothing on it moves.
  const lines = useAsk('GET /api/admin/rules/:kind', { params: { kind }, query: { q: '' } });
  const forms = useAsk('GET /api/admin/forms', {}, TABLES.indexOf(kind) >= 0);
  const stuck = trouble || lines.trouble || forms.trouble;
  const whole = lines.data && (forms.data || TABLES.indexOf(kind) >= 0);
  return (
    <Page
      title={title}
      back="#/admin"
      wide
      class="admin"
      tools={
        <a class="button" href={`/api/rules/${kind}/export`} download>
          导出现行
        </a>
      }
    >
      <Trouble words={stuck} again={trouble ? again : lines.trouble ? lines.again : forms.again} />
      {!(data && whole) && !stuck && <Skeleton height={200} />}
      {data && whole && <Rules key={kind} now={data} kind={kind} />}
    </Page>
  );
}

const TABLES: readonly Kind[] = ['catalogue', 'duties'];

function Rules({ now, kind }: { now: InForce; kind: Kind }) {
  const [mode, setMode] = useState<Mode>('merge');
  const isTable = TABLES.indexOf(kind) >= 0;
  const door: Door = {
    needsNote: true,
    look: (file) => hand('POST /api/rules/:kind/preview', { params: { kind }, query: { mode } }, file),
    accept: (acceptance) => call('POST /api/rules/:kind/enact', { params: { kind }, body: { ...acceptance, mode } }),
  };
  const { view, busy, open, look } = useDoor(door);
  const send = (text: object) => look(new Blob([JSON.stringify(text)], { type: 'application/json' }));
  return (
    <>
      {view}
      {/* Kept while something is looked at: what was filled in is still there when it is given up. */}
      <div hidden={open}>
        {kind === 'calendars' && <CalendarForm key={now.version} now={now} busy={busy} send={send} />}
        {kind === 'settings' && <SettingForm key={now.version} now={now} busy={busy} send={send} />}
        <section class="card">
          <h2>{isTable ? '上传新的一份' : '或者上传文件'}</h2>
          <p class="note">
            {isTable
              ? '先导出现行的一份，在 Excel 或 WPS 里改好再传。先给您看会改什么，您接受后才生效。'
              : '导出的 JSON 改好后可以传回来；整份替换。'}
          </p>
          {isTable && (
            <Chips
              label="表里没有写到的事项"
              options={[
                ['merge', '保持不变'],
                ['replace', kind === 'catalogue' ? '停用' : '去掉'],
              ]}
              value={mode}
              change={setMode}
            />
          )}
          <p class="row-tools">
            <FilePick
              label={isTable ? '选择 Excel 文件' : '选择 JSON 文件'}
              accept={isTable ? '.xlsx,.json' : '.json'}
              busy={busy}
              choose={look}
            />
            {isTable && (
              <a class="button" href={`/api/rules/${kind}/export?of=sample`} download>
                {kind === 'catalogue' ? '下载样例目录' : '下载样例清单'}
              </a>
            )}
          </p>
        </section>
        <div class="cols">
          <Standing kind={kind} version={now.version} />
          <Versions kind={kind} versions={now.versions} />
        </div>
      </div>
    </>
  );
}

const AT_FIRST = 50;

/** What is in force, line by line. */
function Standing({ kind, version }: { kind: Kind; version: number }) {
  const [q, setQ] = useState('');
  const [most, setMost] = useState(AT_FIRST);
  const { data, trouble, again } = useAsk('GET /api/admin/rules/:kind', { params: { kind }, query: { q: q.trim() } });
  return (
    <section class="card">
      <h2>
        现行{version > 0 && `（第 ${version} 版）`} {data && <span class="note">{grouped(data.count)} 条</span>}
      </h2>
      <input
        type="search"
        aria-label="在现行规则里查找"
        placeholder="查找"
        value={q}
        onInput={(event) => {
          setQ(event.currentTarget.value);
          setMost(AT_FIRST);
        }}
      />
      <Trouble words={trouble} again={again} />
      {data && data.count === 0 && <p class="note">{q ? '没有这样的条目。' : '还没有。'}</p>}
      {data && (
        <dl class="lines">
          {data.lines.slice(0, most).map(({ what, says }, index) => (
            <div key={`${what} ${index}`}>
              <dt>{what}</dt>
              <dd>{says}</dd>
            </div>
          ))}
        </dl>
      )}
      {data && data.lines.length > most && (
        <button type="button" class="button" onClick={() => setMost(most + 200)}>
          再列一些
        </button>
      )}
      {data && data.lines.length <= most && data.count > data.lines.length && (
        <p class="note">只列前 {data.lines.length} 条，请查找，或导出看全部。</p>
      )}
    </section>
  );
}

function Versions({ kind, versions }: { kind: Kind; versions: InForce['versions'] }) {
  const [open, setOpen] = useState(0);
  return (
    <section class="card">
      <h2>各个版本</h2>
      {versions.length === 0 && <p class="note">还没有改过，用的是初始内容。</p>}
      <ol class="versions">
        {versions.map(({ version, at, by, note }, index) => (
          <li key={version}>
            <p>
              <strong>第 {version} 版</strong>
              {index === 0 && <span class="tag green">现行</span>}
            </p>
            <p class="note">
              {dayTime(at)} {note === 'seed' ? '' : by}
            </p>
            <p>{note === 'seed' ? '初始数据' : note}</p>
            <button
              type="button"
              class="link"
              aria-expanded={open === version}
              onClick={() => setOpen(open === version ? 0 : version)}
            >
              {open === version ? '收起' : '改了什么'}
            </button>
            {open === version && <VersionChanges kind={kind} version={version} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

function VersionChanges({ kind, version }: { kind: Kind; version: number }) {
  const params = { kind, version: String(version) };
  const { data, trouble, again } = useAsk('GET /api/admin/rules/:kind/:version', { params });
  if (trouble) return <Trouble words={trouble} again={again} />;
  if (!data) return <p class="note">正在读取…</p>;
  if (data.unknown) return <p class="note">这是第一版，之前的内容没有留存，无从比较。</p>;
  return <ChangeTables changes={data} />;
}
