import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Advance } from './api';
import { advance, now } from './desk';
import { FaultPanel } from './FaultPanel';
import { MeterPanel } from './MeterPanel';
import { hourMinute, longDate, weekday } from './time';

/** What lies beside the phones: time, the bill, faults, and how to play. */
export function Panel(): JSX.Element {
  return (
    <aside class="panel" aria-label="沙箱">
      <ClockPanel />
      <Guide />
      <MeterPanel />
      <FaultPanel />
    </aside>
  );
}

const STEPS: { label: string; by: Advance }[] = [
  { label: '+10 分钟', by: { advanceMs: 10 * 60_000 } },
  { label: '+1 小时', by: { advanceMs: 3_600_000 } },
  { label: '下个工作日早上', by: { to: 'next-working-morning' } },
];

function ClockPanel(): JSX.Element {
  const [busy, setBusy] = useState(false);
  const move = async (by: Advance) => {
    setBusy(true);
    await advance(by);
    setBusy(false);
  };
  return (
    <section class="box clock" aria-label="沙箱时钟">
      <p class="date">
        {longDate(now.value)} {weekday(now.value)}
      </p>
      <p class="time" role="timer">
        {hourMinute(now.value)}
      </p>
      <div class="clock-buttons">
        {STEPS.map(({ label, by }) => (
          <button key={label} type="button" disabled={busy} onClick={() => void move(by)}>
            {label}
          </button>
        ))}
      </div>
      <p class="hint">只能往前拨。拨快了，催办、督办会照常发生。</p>
    </section>
  );
}

function Guide(): JSX.Element {
  return (
    <section class="box guide" aria-label="怎么玩">
      <h2>怎么玩</h2>
      <ol>
        <li>
          选一个<b>网格员</b>，说一句“哪里、怎么了”，或发张照片。
        </li>
        <li>
          点卡片上的<b>上报</b>，事情就有了编号和责任单位。
        </li>
        <li>
          左边谁有<b>红点</b>就点谁，替他签收、办理、反馈。
        </li>
        <li>
          不办也行：<b>拨快时钟</b>，看提醒一级级往上走。
        </li>
      </ol>
    </section>
  );
}
