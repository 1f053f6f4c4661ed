import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { grouped } from './words';

/** What an upload would do, for a person to judge: bad rows first, then what comes, changes and goes. */

export type Preview = Pick<
  Answer<'POST /api/admin/:table/preview'>,
  'sha' | 'base' | 'rows' | 'faulty' | 'acceptable' | 'ignored' | 'notes' | 'faults' | 'added' | 'changed' | 'removed'
>;

interface Props {
  seen: Preview;
  busy: boolean;
  needsNote: boolean;
  accept: (note: string) => void;
  close: () => void;
}

export function PreviewView({ seen, busy, needsNote, accept, close }: Props) {
  const top = useRef<HTMLElement>(null);
  useEffect(() => {
    top.current?.scrollIntoView();
    top.current?.focus();
  }, [seen.sha]);
  const changes = seen.added.count + seen.changed.count + seen.removed.count;
  return (
    <section class="card preview" ref={top} tabIndex={-1} aria-label="预览">
      <h2>预览：还没有生效</h2>
      <ul class="sums">
        {seen.rows > 0 && <Sum count={seen.rows} words="行" />}
        <Sum count={seen.added.count} words="新增" tone="green" />
        <Sum count={seen.changed.count} words="修改" tone="blue" />
        <Sum count={seen.removed.count} words="去掉" tone="orange" />
        <Sum count={seen.faulty || seen.faults.count} words="有误" tone="red" />
      </ul>
      <Notes notes={seen.notes} />
      {seen.ignored.length > 0 && <p class="note">没有采用的列：{seen.ignored.join('、')}</p>}
      <Faults faults={seen.faults} />
      <ChangeTables changes={seen} />
      {seen.acceptable && changes > 0 ? (
        <Accept faulty={seen.faulty} busy={busy} needsNote={needsNote} accept={accept} close={close} />
      ) : (
        <div class="accept">
          <p class="callout">{seen.acceptable ? '与现行的一样，没有要改的。' : '改好上面的问题后，再传一次。'}</p>
          <button type="button" class="button" onClick={close}>
            知道了
          </button>
        </div>
      )}
    </section>
  );
}

function Sum({ count, words, tone }: { count: number; words: string; tone?: string }) {
  return (
    <li class={count > 0 && tone ? `sum ${tone}` : 'sum'}>
      <strong>{grouped(count)}</strong> {words}
    </li>
  );
}

/** Rules that leave a loophole, borders that overlap. */
function Notes({ notes }: { notes: string[] }) {
  if (notes.length === 0) return null;
  return (
    <div class="callout" role="note">
      <strong>请留意</strong>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </div>
  );
}

function Faults({ faults: { count, first } }: Pick<Preview, 'faults'>) {
  if (count === 0) return null;
  return (
    <>
      <h3>有误的地方</h3>
      <div class="scroll">
        <table class="sheet-table stack faults">
          <thead>
            <tr>
              <th scope="col">行</th>
              <th scope="col">列</th>
              <th scope="col">写的是</th>
              <th scope="col">为什么不行</th>
            </tr>
          </thead>
          <tbody>
            {first.map(({ row, column, value, reason }, index) => (
              <tr key={`${row} ${column} ${index}`}>
                <td>{row ? `第 ${row} 行` : '—'}</td>
                <td>{column}</td>
                <td>{value || '（空）'}</td>
                <td class="bad">{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More count={count} shown={first.length} />
    </>
  );
}

function More({ count, shown }: { count: number; shown: number }) {
  if (count <= shown) return null;
  return (
    <p class="note">
      只列出前 {shown} 条，共 {grouped(count)} 条。
    </p>
  );
}

export function ChangeTables({ changes }: { changes: Pick<Preview, 'added' | 'changed' | 'removed'> }) {
  const { added, changed, removed } = changes;
  return (
    <>
      <Changes title="新增" list={added} />
      <Changes title="修改" list={changed} />
      <Changes title="去掉" list={removed} />
    </>
  );
}

const AT_FIRST = 20;

function Changes({ title, list: { count, first } }: { title: string; list: Preview['added'] }) {
  const [all, setAll] = useState(false);
  if (count === 0) return null;
  const rows = all ? first : first.slice(0, AT_FIRST);
  return (
    <>
      <h3>
        {title} {grouped(count)} 条
      </h3>
      <ul class="diff">
        {rows.map(({ what, before, after }, index) => (
          <li key={`${what} ${index}`}>
            <p class="what">{what}</p>
            <div class="sides">
              {before !== null && (
                <p class="before">
                  <span class="tag grey">现行</span> {before}
                </p>
              )}
              {after !== null && (
                <p class="after">
                  <span class="tag green">{before === null ? '新增' : '改为'}</span> {after}
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
      {rows.length < first.length && (
        <button type="button" class="button" onClick={() => setAll(true)}>
          列出其余 {first.length - rows.length} 条
        </button>
      )}
      {all && <More count={count} shown={first.length} />}
    </>
  );
}

interface AcceptProps extends Pick<Props, 'busy' | 'needsNote' | 'accept' | 'close'> {
  faulty: number;
}

function Accept({ faulty, busy, needsNote, accept, close }: AcceptProps) {
  const [note, setNote] = useState('');
  const [skip, setSkip] = useState(false);
  const ready = (faulty === 0 || skip) && (!needsNote || note.trim().length >= 2);
  return (
    <div class="accept">
      {faulty > 0 && (
        <label class="check">
          <input type="checkbox" checked={skip} onChange={(event) => setSkip(event.currentTarget.checked)} />
          跳过有误的 {faulty} 行，其余先生效
        </label>
      )}
      {needsNote && (
        <label class="field">
          <span>为什么改（会记在版本里）</span>
          <input
            type="text"
            value={note}
            maxLength={500}
            placeholder="如：按市里 2026 年新标准"
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
      )}
      <div class="main">
        <button type="button" class="button" disabled={busy} onClick={close}>
          放弃
        </button>
        <button type="button" class="button primary" disabled={!ready || busy} onClick={() => accept(note.trim())}>
          {busy ? '正在生效…' : '接受，立即生效'}
        </button>
      </div>
    </div>
  );
}
