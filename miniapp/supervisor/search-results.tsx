import { useEffect, useRef, useState } from 'preact/hooks';
import type { SearchRow } from '../../server/http/search-contract';
import { DueLine, StageTag } from '../words';

const linkOf = ({ id }: SearchRow) => `#/e/${encodeURIComponent(id)}`;

/** On a phone: one card each. */
export function Cards({ rows }: { rows: SearchRow[] }) {
  return (
    <ul class="list">
      {rows.map((row) => (
        <li key={row.id}>
          <a class="card row" href={linkOf(row)}>
            <div class="head">
              <strong>{row.matter}</strong>
              <StageTag event={row} />
            </div>
            <p class="text">{row.text || '（只有照片）'}</p>
            <p class="note">{[row.no || '未确认', row.place || row.area].join(' · ')}</p>
            <p class="note">{[row.unit, row.assignee].filter(Boolean).join(' ') || `报告人 ${row.reporter}`}</p>
            {(row.due || row.levelText) && (
              <div class="foot">
                {row.due ? <DueLine due={row.due} /> : <span />}
                {row.levelText && <span class="tag red">{row.levelText}</span>}
              </div>
            )}
          </a>
        </li>
      ))}
    </ul>
  );
}

const COLUMNS = [
  ['no', '编号'],
  ['about', '事项与内容'],
  ['where', '位置'],
  ['stage', '阶段'],
  ['unit', '主办与经办'],
  ['from', '报告'],
  ['until', '时限与督办'],
] as const;

/** On a PC: a table. J and K go down and up, Enter opens; the mouse opens by the links in each row. */
export function Table({ rows }: { rows: SearchRow[] }) {
  const at = useKeys(rows);
  const here = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (here.current) here.current.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <table class="rows">
      <caption class="note">按 J、K 上下移动，回车打开</caption>
      <thead>
        <tr>
          {COLUMNS.map(([name, title]) => (
            <th key={name} scope="col" class={name}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={row.id} ref={index === at ? here : undefined} aria-current={index === at ? 'true' : undefined}>
            <Row row={row} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Two lines each, cut where they are too long: a table is for going over, the event's own page for reading. */
function Row({ row }: { row: SearchRow }) {
  return (
    <>
      <td class="no">
        <a href={linkOf(row)}>{row.no || '未确认'}</a>
      </td>
      <td>
        <a href={linkOf(row)}>
          <strong>{row.matter}</strong>
          <span class="note">{row.text || '（只有照片）'}</span>
        </a>
      </td>
      <Two name="where" first={row.place || row.area} second={row.place ? row.area : ''} />
      <td>
        <StageTag event={row} />
      </td>
      <Two name="unit" first={row.unit || '—'} second={row.assignee} />
      <Two name="from" first={row.reporter} second={row.time} />
      <td>
        {row.due && <DueLine due={row.due} />}
        {row.levelText && <span class="tag red">{row.levelText}</span>}
        {!row.due && !row.levelText && '—'}
      </td>
    </>
  );
}

function Two({ name, first, second }: { name: string; first: string; second: string }) {
  return (
    <td class={name} title={[first, second].filter(Boolean).join(' ')}>
      <span class="line">{first}</span>
      {second && <span class="line note">{second}</span>}
    </td>
  );
}

/** Which row the keys stand on; -1 before the first key. */
function useKeys(rows: SearchRow[]): number {
  const [at, setAt] = useState(-1);
  const state = useRef({ at, rows });
  state.current = { at, rows };
  useEffect(() => {
    const onKey = (pressed: KeyboardEvent) => {
      const { at: now, rows: shown } = state.current;
      const row = shown[now];
      if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || isTyping(pressed.target)) return;
      if (pressed.key === 'j') setAt(Math.min(now + 1, shown.length - 1));
      if (pressed.key === 'k') setAt(Math.max(now - 1, 0));
      if (pressed.key === 'Enter' && row && !isControl(pressed.target)) location.hash = linkOf(row);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return at;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(A|BUTTON|SUMMARY)$/.test(target.tagName);
}
