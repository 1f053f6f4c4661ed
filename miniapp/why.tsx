import { useState } from 'preact/hooks';
import type { Answer, LedgerLineView, LedgerView } from '../server/http/contract';
import { Page } from './kit/page';
import { Skeleton, Trouble } from './kit/states';
import { byDay, type DayGroup, stretchWords } from './ledger';
import { useAsk } from './live';
import type { PageProps } from './main';
import './ledger.css';

type Ledgers = Answer<'GET /api/events/:id/ledger'>;

/** 为什么是这个时间: every clock, stretch by stretch, with the sum at the end. */
export function WhyPage({ params }: PageProps) {
  const id = params.id || '';
  const { data, trouble, again } = useAsk('GET /api/events/:id/ledger', { params: { id } });
  return (
    <Page title="为什么是这个时间" back={`#/e/${encodeURIComponent(id)}`} class="ledgers">
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton height={200} />}
      {data && <Clocks {...data} />}
    </Page>
  );
}

function Clocks({ event, clocks }: Ledgers) {
  const open = clocks.filter((clock) => clock.open);
  const over = clocks.filter((clock) => !clock.open);
  return (
    <>
      <header class="card">
        <p class="note">{[event.no || '未编号', event.matter, event.stageText].join(' · ')}</p>
        <ul class="legend">
          <li class="running">计时</li>
          <li class="paused">暂停</li>
          <li class="off">不计</li>
        </ul>
      </header>
      {clocks.length === 0 && <p class="blank">还没有派遣，没有时限。</p>}
      {open.map((clock) => (
        <Clock key={clock.taskId + clock.clock} clock={clock} />
      ))}
      {open.length === 0 && over[0] && <Clock clock={over[0]} />}
      {over.length > (open.length ? 0 : 1) && (
        <details>
          <summary>已结束的计时（{open.length ? over.length : over.length - 1}）</summary>
          {over.slice(open.length ? 0 : 1).map((clock) => (
            <Clock key={clock.taskId + clock.clock} clock={clock} />
          ))}
        </details>
      )}
    </>
  );
}

function Clock({ clock }: { clock: LedgerView }) {
  const past = clock.lines.filter(({ planned }) => !planned);
  const planned = clock.lines.filter((line) => line.planned);
  return (
    <section class="card">
      <div class="head">
        <h2>
          {clock.unit} · {clock.clock}
        </h2>
        <span class="note">{[clock.duty === 'lead' ? '主办' : '协办', clock.stateText].join(' · ')}</span>
      </div>
      <Head clock={clock} />
      <Days lines={past} />
      <p class="sum">合计 = 已用 {clock.usedText}</p>
      {planned.length > 0 && (
        <div class="planned">
          <h3>接下来（推算）</h3>
          <Days lines={planned} />
          <p class="sum">
            {clock.leftText.replace('还剩', '再计')} → {clock.dueText} 到期
          </p>
        </div>
      )}
    </section>
  );
}

/** Limit, use, what is left, and until when. */
function Head({ clock }: { clock: LedgerView }) {
  const { used, allowed, late } = clock;
  return (
    <>
      <p class={late ? 'promise due late' : 'promise due'}>
        {late ? '⚠ ' : ''}
        {clock.open || late ? clock.leftText : '没有超时'}
        {(clock.open || late) && !clock.continuous && <small>（工作时间）</small>}
      </p>
      <p class="note">
        {clock.dueAt
          ? `${late ? '应在' : '时限'} ${clock.dueText}${late ? ` 前${clock.clock}` : ''}`
          : openWords(clock)}
      </p>
      {clock.note && <p class="note">⚠ {clock.note}</p>}
      <Bar used={used} allowed={allowed} />
      <p class="facts">
        <span>已用 {clock.usedText}</span>
        <span>
          限 {clock.limit}
          {clock.extendedText ? `，${clock.extendedText}` : ''}
          {/日/.test(clock.limit) || clock.extendedText ? `，共 ${clock.allowedText}` : ''}
        </span>
      </p>
    </>
  );
}

function openWords({ open, dueText }: LedgerView): string {
  return open ? dueText : '在时限内结束';
}

/** How much of the limit is used; what is over it stands behind a line and is striped. */
function Bar({ used, allowed }: { used: number; allowed: number }) {
  const whole = Math.max(used, allowed) || 1;
  const part = (ms: number) => `${Math.round((ms / whole) * 1000) / 10}%`;
  return (
    <div class="meter" aria-hidden="true">
      <span style={{ width: part(Math.min(used, allowed)) }} />
      {used > allowed && <span class="over" style={{ width: part(used - allowed) }} />}
    </div>
  );
}

/** More days than this are folded in the middle. */
const MOST = 30;
const HEAD = 3;
const TAIL = 14;

function Days({ lines }: { lines: LedgerLineView[] }) {
  const [whole, setWhole] = useState(false);
  const days = byDay(lines);
  if (whole || days.length <= MOST) return <ol class="days">{days.map(day)}</ol>;
  return (
    <ol class="days">
      {days.slice(0, HEAD).map(day)}
      <li>
        <button type="button" class="button fold" onClick={() => setWhole(true)}>
          中间 {days.length - HEAD - TAIL} 段，点开看全部
        </button>
      </li>
      {days.slice(-TAIL).map(day)}
    </ol>
  );
}

function day({ title, lines, why }: DayGroup) {
  return (
    <li key={title}>
      <h3>
        {title}
        {!lines && <span class="note">不计{why && ` · ${why}`}</span>}
      </h3>
      {lines && (
        <ol class="stretches">
          {lines.map((line) => (
            <Stretch key={line.from} line={line} />
          ))}
        </ol>
      )}
    </li>
  );
}

const STATES = { running: '计时', paused: '暂停', off: '不计' };

function Stretch({ line }: { line: LedgerLineView }) {
  return (
    <li class={line.state}>
      <p>
        <time>{stretchWords(line)}</time>
        {line.state === 'running' && <b>＋{line.words}</b>}
      </p>
      <p class="note">
        {STATES[line.state]} · {line.why.replace(/，暂停计时$/, '')}
      </p>
    </li>
  );
}
