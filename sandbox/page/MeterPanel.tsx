import type { JSX } from 'preact';
import { meter } from './desk';

/** Everyday words for what is billed; a name that is not here is shown as it is. */
const WORDS: [RegExp, string][] = [
  [/createAndDeliver/, '发卡片'],
  [/card\/instances\/callback/, '推送：点卡片'],
  [/card\/instances/, '更新卡片'],
  [/oToMessages/, '发单聊消息'],
  [/groupMessages/, '发群消息'],
  [/bot\/messages\/get/, '推送：收到消息'],
  [/robot\/send|[sS]ession/, '推送：直接回复'],
  [/messageFiles/, '取照片'],
  [/ding\/send/, '发 DING'],
  [/todo/, '待办'],
  [/asyncsend|corpconversation/, '工作通知'],
  [/events?\//, '推送：事件'],
];

function wordsFor(name: string): string {
  return WORDS.find(([pattern]) => pattern.test(name))?.[1] ?? name;
}

/** What DingTalk would have billed this month. */
export function MeterPanel(): JSX.Element | null {
  const view = meter.value;
  if (!view) return null;
  const names = Object.entries(view.byName).sort(([, a], [, b]) => b - a);
  const most = names[0]?.[1] ?? 1;
  return (
    <section class="box meter" aria-label="本月用量">
      <h2>
        本月用量 <small>{view.month}</small>
      </h2>
      <Total label="接口调用" used={view.calls} limit={view.callLimit} />
      <Total label="推送" used={view.pushes} limit={view.pushLimit} />
      {names.length === 0 ? (
        <p class="hint">还没有用量。说句话看看要花几次。</p>
      ) : (
        <ul>
          {names.map(([name, count]) => (
            <li key={name} title={name}>
              <span class="name">{wordsFor(name)}</span>
              <span class="track" aria-hidden="true">
                <span style={{ width: `${(count / most) * 100}%` }} />
              </span>
              <span class="count">{count}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Total({ label, used, limit }: { label: string; used: number; limit: number }): JSX.Element {
  const share = limit > 0 ? Math.min(1, used / limit) : 1;
  const level = share >= 0.9 ? 'high' : share >= 0.7 ? 'warm' : 'calm';
  return (
    <div class={`total ${level}`}>
      <p>
        {label}
        <span>
          <b>{used.toLocaleString('zh-CN')}</b> / {limit.toLocaleString('zh-CN')}
        </span>
      </p>
      <span class="track" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}
