import type { ComponentChildren } from 'preact';
import type { Answer } from '../../server/http/contract';
import { Page } from '../kit/page';
import { Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import { dayTime, grouped, KIND_TITLES } from './words';
import './admin.css';

type Overview = Answer<'GET /api/admin'>;

/** 管理: what needs an eye, how far the town has come, and the way to everything that can be set up. */
export function AdminPage() {
  const { data, trouble, again } = useAsk('GET /api/admin', {});
  return (
    <Page title="管理" wide class="admin">
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton height={180} />}
      {data && (
        <div class="cols">
          <div>
            {isSetUp(data) ? null : <Steps steps={data.steps} />}
            <Attention now={data} />
            {isSetUp(data) ? <Steps steps={data.steps} /> : null}
            <Lately rules={data.rules} />
          </div>
          <div>
            <Ways now={data} />
            <MeterCard meter={data.meter} />
          </div>
        </div>
      )}
    </Page>
  );
}

const STEP_WORDS: Record<string, { says: string; how: string; to: string }> = {
  areas: { says: '区域：区、街道、社区、网格', how: '导入 Excel 名单，或 GeoJSON 地图', to: '#/admin/areas' },
  units: { says: '单位：社区、街道、部门、指挥中心', how: '导入 Excel', to: '#/admin/units' },
  people: { says: '网格员和各单位的经办', how: '导入 Excel', to: '#/admin/people' },
  centre: { says: '指挥中心的派遣员和督查', how: '在人员表里写岗位', to: '#/admin/people' },
  catalogue: { says: '事项目录：立案条件和时限', how: '上传目录，可以从样例目录改起', to: '#/admin/rules/catalogue' },
  duties: { says: '权责清单：什么事谁主办', how: '上传清单', to: '#/admin/rules/duties' },
  event: { says: '第一件事', how: '请一位网格员在聊天里说“哪里、怎么了”', to: '#/admin/people' },
};

/** Nothing is missing but an event. */
function isSetUp({ steps }: Overview): boolean {
  return steps.every(({ code, done }) => done || code === 'event');
}

function Steps({ steps }: Pick<Overview, 'steps'>) {
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return null;
  const next = steps.find((step) => !step.done);
  return (
    <section class="card">
      <h2>
        开通步骤 <span class="note">{`${done} / ${steps.length}`}</span>
      </h2>
      {next && next.code === 'event' && (
        <>
          <p class="note">区域、单位、人员、目录、清单都已备好，只差第一件事。作息时段以后不能直接改，请先核对。</p>
          <p class="row-tools">
            <a class="button" href="#/admin/rules/settings">
              核对作息时段
            </a>
          </p>
        </>
      )}
      <ol class="steps">
        {steps.map(({ code, done: isDone }) => {
          if (isDone && next && next.code === 'event') return null;
          const words = STEP_WORDS[code];
          if (!words) return null;
          return (
            <li key={code} class={isDone ? 'done' : ''} aria-current={next && next.code === code ? 'step' : undefined}>
              <span class="mark" aria-hidden="true">
                {isDone ? '✓' : '·'}
              </span>
              <span class="grow">
                {words.says}
                {isDone ? <span class="note"> 已有</span> : <span class="note how">{words.how}</span>}
              </span>
              {!isDone && (
                <a class="button" href={words.to}>
                  去办
                </a>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const NOTICE_WORDS: Record<string, string> = { card: '卡片', line: '催办', text: '消息', brief: '简报', ding: 'DING' };

function Attention({ now }: { now: Overview }) {
  const { poison, failed, contacts, unpublished, emptyUnits, bareGrids } = now;
  const items = [
    failed.count > 0 && (
      <Item tone="red" tag="没送到" says={`${grouped(failed.count)} 条通知没有送到`}>
        {failed.latest.map(({ at, kind, person, why }, index) => (
          <li key={index}>{`${dayTime(at)} ${person} ${NOTICE_WORDS[kind] || kind}：${why || '原因不明'}`}</li>
        ))}
      </Item>
    ),
    poison.count > 0 && (
      <Item tone="orange" tag="读不懂" says={`钉钉推来的 ${grouped(poison.count)} 帧读不懂，已另存`}>
        {poison.latest.map(({ at, reason }, index) => (
          <li key={index}>{`${dayTime(at)} ${reason}`}</li>
        ))}
      </Item>
    ),
    contacts && (
      <Item
        tone="red"
        tag="通讯录"
        says={contacts === 'held' ? '有很多人已不在钉钉通讯录里，等您确认' : '上次没有对照成钉钉通讯录'}
        to="#/admin/people"
      >
        <li>{contacts === 'held' ? '确认以前，没有停用他们。' : '什么也没有改，一小时后自动再试。'}</li>
      </Item>
    ),
    unpublished.length > 0 && (
      <Item
        tone="orange"
        tag="节假日"
        says={`${unpublished.join('、')} 年的节假日还没有收录，期限暂按周末推算`}
        to="#/admin/rules/calendars"
      >
        <li>公布后升级网格通即可；急用可先在日历里写。</li>
      </Item>
    ),
    emptyUnits.count > 0 && (
      <Item tone="orange" tag="没有人" says={`${grouped(emptyUnits.count)} 个单位没有能办事的人`} to="#/admin/units">
        <li>{names(emptyUnits)}</li>
      </Item>
    ),
    bareGrids.count > 0 && (
      <Item tone="orange" tag="没有人" says={`${grouped(bareGrids.count)} 个网格没有网格员`} to="#/admin/people">
        <li>{names(bareGrids)}</li>
      </Item>
    ),
  ].filter(Boolean);
  return (
    <section class="card">
      <h2>要留意的事</h2>
      {items.length > 0 ? <ul class="attention">{items}</ul> : <p class="alert good calm">没有要处理的事。</p>}
    </section>
  );
}

function names({ count, first }: Overview['emptyUnits']): string {
  return first.map(({ name }) => name).join('、') + (count > first.length ? ` 等 ${grouped(count)} 个` : '');
}

interface ItemProps {
  tone: 'red' | 'orange';
  tag: string;
  says: string;
  to?: string;
  children: ComponentChildren;
}

function Item({ tone, tag, says, to, children }: ItemProps) {
  return (
    <li>
      <span class={`tag ${tone}`}>{tag}</span>
      <div class="grow">
        <p>{says}</p>
        <ul class="note">{children}</ul>
      </div>
      {to && (
        <a class="button" href={to}>
          去看
        </a>
      )}
    </li>
  );
}

function Lately({ rules }: Pick<Overview, 'rules'>) {
  const changed = rules.filter(({ latest }) => latest !== null);
  return (
    <section class="card">
      <h2>规则最近的改动</h2>
      {changed.length === 0 && <p class="note">还没有改过。</p>}
      <ul class="lately">
        {changed.map(({ kind, version, latest, recent }) => (
          <li key={kind}>
            <a href={`#/admin/rules/${kind}`}>
              <span class="grow">
                <strong>{KIND_TITLES[kind]}</strong> 第 {version} 版
                {recent > 0 && <span class="tag blue">近 30 天改了 {recent} 次</span>}
                <span class="note how">
                  {latest &&
                    `${dayTime(latest.at)} ${latest.note === 'seed' ? '初始数据' : `${latest.by}：${latest.note}`}`}
                </span>
              </span>
              <span aria-hidden="true">›</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Ways({ now: { sizes, rules } }: { now: Overview }) {
  const versionOf = (kind: string) => {
    const rule = rules.find((each) => each.kind === kind);
    return rule && rule.version > 0 ? `第 ${rule.version} 版` : '初始';
  };
  const ways: [string, string, string][] = [
    [
      '#/admin/people',
      '人员与岗位',
      `${grouped(sizes.people)} 人在岗${sizes.gone ? `，${grouped(sizes.gone)} 人停用` : ''}`,
    ],
    ['#/admin/units', '单位', `${grouped(sizes.units)} 个`],
    ['#/admin/areas', '区域与边界', `${grouped(sizes.areas)} 个`],
    ...Object.keys(KIND_TITLES).map((kind): [string, string, string] => [
      `#/admin/rules/${kind}`,
      KIND_TITLES[kind] || kind,
      versionOf(kind),
    ]),
    ['#/admin/checkup', '钉钉连接与卡片模板', '检查'],
    ['#/admin/audit', '操作日志', '谁改了什么'],
  ];
  return (
    <nav class="card ways" aria-label="可以设置的">
      <h2>设置</h2>
      {ways.map(([to, title, says]) => (
        <a key={to} href={to}>
          <strong>{title}</strong>
          <span class="note">{says}</span>
        </a>
      ))}
    </nav>
  );
}

function MeterCard({ meter }: Pick<Overview, 'meter'>) {
  const { month, calls, callsFree, pushes, pushesFree, families } = meter;
  return (
    <section class="card">
      <h2>钉钉用量 {month}</h2>
      <Quota label="调用" count={calls} free={callsFree} />
      <Quota label="推送" count={pushes} free={pushesFree} />
      {families.length > 0 && (
        <details>
          <summary>按用途</summary>
          <table class="sheet-table">
            <tbody>
              {families.map(({ family, count }) => (
                <tr key={family}>
                  <th scope="row">{family}</th>
                  <td class="number">{grouped(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
      <p class="note">额度按钉钉标准版（免费）计；买了套餐的以钉钉后台为准。</p>
    </section>
  );
}

function Quota({ label, count, free }: { label: string; count: number; free: number }) {
  const share = Math.round((count / free) * 100);
  const tone = share >= 90 ? 'red' : share >= 70 ? 'orange' : 'blue';
  return (
    <div class="quota">
      <p>
        <span class="grow">{label}</span>
        <strong>{grouped(count)}</strong>
        <span class="note">
          {' '}
          / {grouped(free)}（{share}%{share >= 100 ? '，用完了' : share >= 70 ? '，快用完了' : ''}）
        </span>
      </p>
      <div class="gauge" aria-hidden="true">
        <span class={tone} style={{ width: `${Math.min(100, share)}%` }} />
      </div>
    </div>
  );
}
