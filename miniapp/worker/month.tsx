import { useRef, useState } from 'preact/hooks';
import { Page } from '../kit/page';
import { Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import './mine.css';

const LINES = [
  ['reported', '上报', '这个月报的，不管后来怎样'],
  ['valid', '有效', '其中已立案，没有撤回、也没有不予立案的'],
  ['closed', '已结案', '其中已经办结并核查通过的'],
  ['joined', '并入', '这个月并入别人先报的同一件事'],
] as const;

/** 我的本月: one's own figures, for oneself. */
export function MonthPage() {
  const [month, setMonth] = useState('');
  const thisMonth = useRef('');
  const { data, trouble, again } = useAsk('GET /api/month', { query: { month: month || undefined } });
  if (data && !month) thisMonth.current = data.month;
  return (
    <Page title="我的本月" class="month own">
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton rows={2} height={140} />}
      {data && (
        <section class="card">
          <div class="months">
            <button
              type="button"
              class="button turn"
              aria-label="上个月"
              onClick={() => setMonth(shifted(data.month, -1))}
            >
              ‹
            </button>
            <h2>{nameOf(data.month)}</h2>
            <button
              type="button"
              class="button turn"
              aria-label="下个月"
              disabled={data.month >= thisMonth.current}
              onClick={() => setMonth(shifted(data.month, 1))}
            >
              ›
            </button>
          </div>
          <dl class="figures">
            {LINES.map(([key, label, words]) => (
              <div key={key}>
                <dt>
                  {label}
                  <span class="note">{words}</span>
                </dt>
                <dd>{data[key]}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {data && data.rewards.length > 0 && (
        <section class="card">
          <h2>奖励</h2>
          <ul class="rewards">
            {data.rewards.map(({ eventId, no, matter, note, time }) => (
              <li key={eventId}>
                <a href={`#/e/${encodeURIComponent(eventId)}`}>
                  <strong>{note}</strong>
                  <span class="note">
                    {matter} · {no} · {time} 记
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {data && <p class="note foot-note">只有您自己能看到。不排名，不计分，不统计在线时长。</p>}
      {data && (
        <nav class="card links">
          <a href="#/mine">
            看我的上报 <span aria-hidden="true">›</span>
          </a>
        </nav>
      )}
    </Page>
  );
}

function nameOf(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return `${year}年${number}月`;
}

function shifted(month: string, by: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const months = year * 12 + number - 1 + by;
  const next = (months % 12) + 1;
  return `${Math.floor(months / 12)}-${next < 10 ? '0' : ''}${next}`;
}
