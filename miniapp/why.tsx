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
      <Days lines={past} clock={clock} />
      <p class="sum">合计 = 已用 {clock.usedText}</p>
      {planned.length > 0 && (
        <div class="planned">
          <h3>接下来（推算）</h3>
          <Days lines={planned} clock={clock} />
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
  const { used, allowed, late, open, continuous } = clock;
  return (
    <>
      <p class={late ? 'promise due late' : 'promise due'}>
        {late ? '⚠ ' : ''}
        {open || late ? clock.leftText : '没有超时'}
        {(open || late) && !continuous && <small>（工作时间）</small>}
      </p>
      <p class="note">{untilWords(clock)}</p>
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
      <p class="note">
        自 {clock.fromText} 起计，{continuous ? '昼夜连续' : '只计工作时间'}
      </p>
    </>
  );
}

/** The deadline; and by the clock on the wall, as lists and cards have it, where that is another figure. */
function untilWords({ dueAt, dueText, awayText, late, clock, lines }: LedgerView): string {
  if (dueAt === null) return dueText;
  const rests = lines.some(({ state, from, planned }) => state === 'off' && (planned || from >= dueAt));
  const away = awayText && rests ? `（连下班和休息${awayText}）` : '';
  return `${late ? `应在 ${dueText} 前${clock}` : `时限 ${dueText}`}${away}`;
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

function Days({ lines, clock }: { lines: LedgerLineView[]; clock: LedgerView }) {
  const [whole, setWhole] = useState(false);
  const days = byDay(lines);
  const day = (group: DayGroup) => <Day key={group.title} group={group} clock={clock} />;
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

function Day({ group: { title, lines, why }, clock }: { group: DayGroup; clock: LedgerView }) {
  return (
    <li>
      <h3>
        {title}
        <span class="note">{lines ? why : `不计${why && ` · ${why}`}`}</span>
      </h3>
      {lines && (
        <ol class="stretches">
          {lines.map((line) => (
            <Stretch key={line.from} line={line} clock={clock} />
          ))}
        </ol>
      )}
    </li>
  );
}

const STATES = { running: '计时', paused: '暂停', off: '不计' };

function Stretch({ line, clock }: { line: LedgerLineView; clock: LedgerView }) {
  const { state, over, planned } = line;
  const runs = state === 'running';
  return (
    <li class={runs && over ? 'running over' : state}>
      <p>
        <time>{stretchWords(line)}</time>
      </p>
      <p class="note">
        <span>
          {runs && over ? '超时' : STATES[state]} · {line.why.replace(/，暂停计时$/, '')}
        </span>
        {runs && <b>＋{line.words}</b>}
      </p>
      {runs && clock.late && !planned && line.to === clock.dueAt && (
        <p class="mark">
          到此用满 {clock.allowedText}，时限 {clock.dueText}
        </p>
      )}
    </li>
  );
}
