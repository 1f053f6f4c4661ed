import type { JSX } from 'preact';
import type { Fault } from '../types';
import { faults, startFault, stopFaults } from './desk';

const LASTS_MS = 30_000;

const KINDS: { kind: Fault['kind']; name: string; about: string; once?: true }[] = [
  { kind: 'qps', name: 'QPS 限流', about: '调用被拒：太快了' },
  { kind: 'server-error', name: '服务器错误', about: '调用得到 500' },
  { kind: 'hang', name: '没有应答', about: '调用一直挂着' },
  { kind: 'ban', name: '网页拦截', about: '得到网页而不是数据' },
  { kind: 'gateway-down', name: '断线', about: '网关 503，连接全断' },
  { kind: 'half-open', name: '假连接', about: '连着，但什么都不通' },
  { kind: 'drop-acks', name: '丢回执', about: '消息会重复送达' },
  { kind: 'over-quota', name: '用量超限', about: '当作本月用完了' },
  { kind: 'token-expired', name: '令牌过期', about: '已发的令牌失效', once: true },
  { kind: 'disconnect', name: '计划内断开', about: '通知后断开重连', once: true },
  { kind: 'malformed', name: '坏数据', about: '推来一条看不懂的', once: true },
];

/** Make the platform misbehave, and see that nothing is lost. */
export function FaultPanel(): JSX.Element {
  const standing = new Set(faults.value.map(({ kind }) => kind));
  return (
    <details class="box faults">
      <summary>
        平台故障演练
        {standing.size > 0 && <span class="badge">{standing.size}</span>}
      </summary>
      <p class="hint">多数持续 30 秒，其余只发生一次。看看会不会丢事、漏事。</p>
      <ul>
        {KINDS.map(({ kind, name, about, once }) => (
          <li key={kind} class={standing.has(kind) ? 'on' : ''}>
            <span>
              <strong>{name}</strong>
              <small>{about}</small>
            </span>
            <button
              type="button"
              aria-label={`${name}${once ? '，一次' : '，30 秒'}`}
              disabled={standing.has(kind)}
              onClick={() => void startFault(once ? { kind } : { kind, forMs: LASTS_MS })}
            >
              {standing.has(kind) ? '进行中' : once ? '一次' : '30 秒'}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="stop" disabled={standing.size === 0} onClick={() => void stopFaults()}>
        全部恢复
      </button>
    </details>
  );
}
