import { useState } from 'preact/hooks';
import type { Appeal } from '../../server/http/search-contract';
import { call, newId } from '../api';
import { Chips } from '../kit/chips';
import { Page } from '../kit/page';
import { Sheet } from '../kit/sheet';
import { Empty, More, Skeleton, Trouble } from '../kit/states';
import { toast } from '../kit/toast';
import { refresh, told, usePages, wordsOf } from '../live';
import type { PageProps } from '../main';
import { setSearch } from '../route';
import './appeals.css';

const WHICH = [
  ['waiting', '待审'],
  ['decided', '已审结'],
] as const;

/** 申诉审理: what was late and why, what the unit says to it, and my word. */
export function AppealsPage({ search }: PageProps) {
  const which = search.get('which') === 'decided' ? 'decided' : 'waiting';
  const asked = usePages('GET /api/appeals', { which });
  const pages = asked.data || [];
  const appeals = pages.reduce<Appeal[]>((all, page) => all.concat(page.appeals), []);
  return (
    <Page title="申诉审理" class="appeals">
      <div class="which">
        <Chips
          label="哪些申诉"
          options={WHICH}
          value={which}
          change={(next) => setSearch({ which: next === 'decided' ? next : '' })}
        />
      </div>
      <Trouble words={asked.trouble} again={asked.again} />
      {!asked.data && !asked.trouble && <Skeleton height={240} />}
      {asked.data && appeals.length === 0 && !asked.more && (
        <Empty>{which === 'waiting' ? '没有等着审的申诉。' : '还没有审结的申诉。'}</Empty>
      )}
      {appeals.map((appeal) => (
        <Case key={appeal.taskId} appeal={appeal} />
      ))}
      <More asked={asked} />
    </Page>
  );
}

const OUTCOMES = { granted: ['green', '✓ 成立，不计入考核'], denied: ['grey', '✕ 未予支持'] } as const;

function Case({ appeal }: { appeal: Appeal }) {
  const [answer, setAnswer] = useState<'approve' | 'deny' | null>(null);
  const { event, unit, outcome, mine, turn } = appeal;
  const [tone, words] = outcome ? OUTCOMES[outcome] : (['orange', mine ? '待我审' : `等${turn}`] as const);
  const page = `#/e/${encodeURIComponent(event.id)}`;
  return (
    <section class="card">
      <div class="head">
        <h2>{unit}</h2>
        <span class={`tag ${tone}`}>{words}</span>
      </div>
      <p class="note">
        {[event.no || '未编号', event.matter, event.place].filter(Boolean).join(' · ')}，{appeal.closed} 结案
      </p>
      <ul class="lateness">
        {appeal.late.map((each, index) => (
          <li key={each}>
            <span class="due late">⚠ {each}</span>
            <span class="note">{appeal.ledger[index]}</span>
          </li>
        ))}
      </ul>
      <p class="callout">
        <strong>
          申诉理由（{appeal.by} {appeal.at}）
        </strong>
        {appeal.reason}
      </p>
      <Decisions appeal={appeal} />
      <p class="ways">
        <a href={`${page}/why`}>逐段台账 ›</a>
        <a href={`${page}/file`}>全卷 ›</a>
        <a href={page}>事件 ›</a>
      </p>
      {mine && (
        <div class="main">
          <button type="button" class="button" onClick={() => setAnswer('deny')}>
            不同意
          </button>
          <button type="button" class="button primary" onClick={() => setAnswer('approve')}>
            同意
          </button>
        </div>
      )}
      {answer && <Decide appeal={appeal} answer={answer} close={() => setAnswer(null)} />}
    </section>
  );
}

function Decisions({ appeal: { decisions } }: { appeal: Appeal }) {
  if (decisions.length === 0) return null;
  return (
    <ol class="decisions">
      {decisions.map(({ who, time, agreed, note }) => (
        <li key={time + who}>
          {agreed ? '✓ ' : '✕ '}
          {who}
          {agreed ? '同意' : '不同意'}
          {note && `：${note}`}
          <span class="note">{time}</span>
        </li>
      ))}
    </ol>
  );
}

interface DecideProps {
  appeal: Appeal;
  answer: 'approve' | 'deny';
  close: () => void;
}

const ASKED = {
  approve: { title: '同意申诉', label: '意见（可不填）', hint: '同意后不计入考核，超时的事实仍然保留。' },
  deny: { title: '不同意申诉', label: '理由', hint: '不同意即审结，申诉单位会收到您的理由。' },
};

/** Sent twice it decides once; somebody faster is told of. */
function Decide({ appeal, answer, close }: DecideProps) {
  const [note, setNote] = useState('');
  const [word, setWord] = useState('');
  const [busy, setBusy] = useState(false);
  const [clientId] = useState(newId);
  const { title, label, hint } = ASKED[answer];
  const decide = async () => {
    if (answer === 'deny' && !note.trim()) return setWord('请写明理由。');
    setBusy(true);
    try {
      const body = { clientId, ...(answer === 'deny' ? { reason: note } : { note }) };
      await call('POST /api/events/:id/:action', { params: { id: appeal.event.id, action: answer }, body });
      toast(answer === 'deny' ? '已审结：不同意' : '已同意');
      close();
      refresh();
    } catch (error) {
      told(error);
      setWord(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <Sheet title={title} close={close}>
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void decide();
        }}
      >
        <p class="note">{hint}</p>
        <label class="field">
          <span>{label}</span>
          <textarea rows={3} maxLength={500} value={note} onInput={(input) => setNote(input.currentTarget.value)} />
        </label>
        <Trouble words={word} />
        <div class="main">
          <button type="button" class="button" disabled={busy} onClick={close}>
            取消
          </button>
          <button type="submit" class={`button ${answer === 'deny' ? 'danger' : 'primary'}`} disabled={busy}>
            {busy ? '正在提交…' : `确定${answer === 'deny' ? '不同意' : '同意'}`}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
