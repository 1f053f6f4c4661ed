import { useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { call } from '../api';
import { Page } from '../kit/page';
import { Skeleton, Trouble } from '../kit/states';
import { told, useAsk, wordsOf } from '../live';
import './admin.css';

type Finding = Answer<'POST /api/admin/checkup'>['findings'][number];
type Template = Answer<'GET /api/admin/templates'>['templates'][number];

/** 钉钉连接与卡片模板: what `npm run doctor` finds, and what each card must be able to show. */
export function CheckupPage() {
  return (
    <Page title="钉钉连接与卡片模板" back="#/admin" wide class="admin">
      <Findings />
      <Templates />
    </Page>
  );
}

/** Asked for by a tap only: it costs calls of the month. */
function Findings() {
  const [findings, setFindings] = useState<Finding[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [word, setWord] = useState('');
  const check = async () => {
    setBusy(true);
    setWord('');
    try {
      setFindings((await call('POST /api/admin/checkup', {}, PATIENCE)).findings);
    } catch (error) {
      told(error);
      setWord(wordsOf(error));
    }
    setBusy(false);
  };
  return (
    <section class="card">
      <div class="head">
        <h2>检查</h2>
        <button type="button" class="button primary" disabled={busy} onClick={() => void check()}>
          {busy ? '正在检查…' : findings ? '再检查一次' : '开始检查'}
        </button>
      </div>
      <p class="note">凭据、消息通道、权限、卡片模板逐项检查。不给任何人发消息，最多用去本月的八次调用。</p>
      {word && (
        <p class="alert" role="alert">
          {word}
        </p>
      )}
      <div aria-live="polite">
        {findings && <Verdict findings={findings} />}
        {findings && (
          <ul class="findings">
            {findings.map(({ mark, says, mend }) => (
              <li key={says}>
                <span class={`tag ${TONES[mark]}`}>{WORDS[mark]}</span>
                <div class="grow">
                  <p>{says}</p>
                  {mend && <p class="note">{mend}</p>}
                </div>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Each probe may wait for its time-out. */
const PATIENCE = 60_000;
const TONES = { '✓': 'green', '✗': 'red', '!': 'orange' };
const WORDS = { '✓': '正常', '✗': '要处理', '!': '请留意' };

function Verdict({ findings }: { findings: Finding[] }) {
  const faults = findings.filter(({ mark }) => mark === '✗').length;
  if (faults === 0) return <p class="alert good">都正常，没有要处理的。</p>;
  return <p class="alert">有 {faults} 处要处理，处理后请再检查一次。</p>;
}

const NAMES: Record<string, string> = {
  draft: '报告人看的：确认、进度、核查',
  task: '承办和派遣看的：签收、办理、办结',
  supervision: '督查和审批看的：督办、审批',
  brief: '督查每天早上的简报',
};

function Templates() {
  const { data, trouble, again } = useAsk('GET /api/admin/templates', {});
  return (
    <section class="card">
      <h2>卡片模板</h2>
      <p class="note">
        在 open-dev.dingtalk.com/fe/card 按 cards/templates 里的说明各建一个、发布，再把模板 ID 写进环境变量
        CARD_TEMPLATES。没有配置的，改用带链接的普通消息，照样能办。
      </p>
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton height={120} />}
      <ul class="findings">
        {data?.templates.map((template) => (
          <TemplateRow key={template.name} template={template} />
        ))}
      </ul>
    </section>
  );
}

function TemplateRow({ template: { name, title, id, variables } }: { template: Template }) {
  return (
    <li>
      <span class={`tag ${id ? 'green' : 'orange'}`}>{id ? '已配置' : '没有配置'}</span>
      <div class="grow">
        <p>
          <strong>{title}</strong> <span class="quiet">{name}</span>
        </p>
        <p class="note">{[NAMES[name], id].filter(Boolean).join(' · ')}</p>
        <details>
          <summary>要有的 {variables.length} 个变量</summary>
          <table class="sheet-table">
            <tbody>
              {variables.map((variable) => (
                <tr key={variable.name}>
                  <th scope="row">{variable.name}</th>
                  <td>{variable.type}</td>
                  <td class="note">{variable.required ? '必有' : '可以没有'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </div>
    </li>
  );
}
