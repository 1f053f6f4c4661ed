import { useState } from 'preact/hooks';
import { call } from './api';
import { Page } from './kit/page';
import { Skeleton, Trouble } from './kit/states';
import { told, useAsk, wordsOf } from './live';
import { ExtendForm, LadderForm, LimitForm } from './whatif-forms';
import { type Change, changeWords, type InForce, keyOf, proposalOf, type Result, withChange } from './whatif-proposal';
import { ResultView } from './whatif-result';
import { DaysForm, HoursForm } from './whatif-time-forms';
import './whatif.css';

/** A year of a large city takes most of a minute. */
const PATIENCE = 180_000;
const DAY = 86_400_000;

/** 推演: choose a time and what to change; see what it would have meant for what has happened. */
export function WhatIfPage() {
  const { data, trouble, again } = useAsk('GET /api/what-if', {});
  return (
    <Page title="推演" back="#/me" class="what-if">
      <header class="card">
        <h2>换一套规则会怎样</h2>
        <p class="note">用已经发生的事件重算一遍，不改动任何事件和规则。</p>
      </header>
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton height={200} />}
      {data && <Trial now={data} />}
    </Page>
  );
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY).toISOString().slice(0, 10);
}

function Trial({ now }: { now: InForce }) {
  const [range, setRange] = useState({ from: dayBefore(now.today, 89), to: now.today });
  const [changes, setChanges] = useState<Change[]>([]);
  const [busy, setBusy] = useState(false);
  const [word, setWord] = useState('');
  const [result, setResult] = useState<Result | null>(null);

  const run = async () => {
    if (changes.length === 0) return setWord('请先选要改什么。');
    setBusy(true);
    setWord('');
    try {
      setResult(await call('POST /api/what-if', { body: { ...range, ...proposalOf(changes, now) } }, PATIENCE));
    } catch (error) {
      told(error);
      setWord(wordsOf(error));
    }
    setBusy(false);
  };
  const change = (next: Change[]) => {
    setChanges(next);
    setResult(null);
    setWord('');
  };

  return (
    <>
      <RangeCard
        today={now.today}
        range={range}
        change={(next) => {
          setRange(next);
          setResult(null);
        }}
      />
      <section class="card">
        <h2>要改什么</h2>
        <ChangeList changes={changes} now={now} change={change} />
        <AddChange now={now} add={(added) => change(withChange(changes, added))} />
        <p class="note">重新派遣后怎样计时、退回是否计时等会改变办理经过的设置，无法重算。</p>
      </section>
      {word && (
        <p class="alert" role="alert">
          {word}
        </p>
      )}
      <div class="run">
        <button type="button" class="button primary" disabled={busy} onClick={() => void run()}>
          {busy ? '正在推演，最多要一分钟…' : '推演'}
        </button>
      </div>
      {result && <ResultView result={result} />}
    </>
  );
}

interface Range {
  from: string;
  to: string;
}

const SPANS: readonly [string, number][] = [
  ['近 30 天', 29],
  ['近 90 天', 89],
  ['近一年', 364],
];

function RangeCard({ today, range, change }: { today: string; range: Range; change: (range: Range) => void }) {
  return (
    <section class="card">
      <h2>哪段时间上报的</h2>
      <div class="two">
        <label class="field">
          <span>从</span>
          <input
            type="date"
            value={range.from}
            max={range.to}
            onInput={(input) => change({ ...range, from: input.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>到</span>
          <input
            type="date"
            value={range.to}
            min={range.from}
            onInput={(input) => change({ ...range, to: input.currentTarget.value })}
          />
        </label>
      </div>
      <div class="chips">
        {SPANS.map(([label, days]) => {
          const from = dayBefore(today, days);
          return (
            <button
              key={label}
              type="button"
              class="chip"
              aria-pressed={range.from === from && range.to === today}
              onClick={() => change({ from, to: today })}
            >
              {label}
            </button>
          );
        })}
      </div>
    </section>
  );
}

interface ListProps {
  changes: Change[];
  now: InForce;
  change: (changes: Change[]) => void;
}

function ChangeList({ changes, now, change }: ListProps) {
  if (changes.length === 0) return null;
  return (
    <ul class="changes">
      {changes.map((each) => (
        <li key={keyOf(each)}>
          <span>{changeWords(each, now)}</span>
          <button type="button" class="chip" onClick={() => change(changes.filter((other) => other !== each))}>
            去掉
          </button>
        </li>
      ))}
    </ul>
  );
}

const FORMS = { limit: '改时限', ladder: '改督办', days: '改日历', hours: '改作息', extend: '改延期' } as const;

function AddChange({ now, add }: { now: InForce; add: (change: Change) => void }) {
  const [open, setOpen] = useState<Change['kind'] | null>(null);
  const done = (change: Change) => {
    add(change);
    setOpen(null);
  };
  return (
    <>
      <div class="chips">
        {(Object.keys(FORMS) as Change['kind'][]).map((kind) => (
          <button
            key={kind}
            type="button"
            class="chip"
            aria-pressed={open === kind}
            onClick={() => setOpen(open === kind ? null : kind)}
          >
            {FORMS[kind]}
          </button>
        ))}
      </div>
      {open === 'limit' && <LimitForm now={now} done={done} />}
      {open === 'ladder' && <LadderForm now={now} done={done} />}
      {open === 'days' && <DaysForm now={now} done={done} />}
      {open === 'hours' && <HoursForm now={now} done={done} />}
      {open === 'extend' && <ExtendForm now={now} done={done} />}
    </>
  );
}
