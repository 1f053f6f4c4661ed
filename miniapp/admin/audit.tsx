import { useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { Chips } from '../kit/chips';
import { Page } from '../kit/page';
import { Empty, Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import './admin.css';

type Line = Answer<'GET /api/audit'>['entries'][number];

const KINDS = [
  ['', '全部'],
  ['rules.enact', '规则'],
  ['register.accept', '导入'],
  ['person.stop', '停用'],
  ['person.revive', '恢复'],
  ['contacts.compare', '通讯录'],
  ['export.events', '导出'],
] as const;

/** 操作日志: who changed what in the town, and who took data out; nothing in it can be changed. */
export function AuditPage() {
  const [action, setAction] = useState<(typeof KINDS)[number][0]>('');
  /** Where each page shown so far begins: '' is the newest. */
  const [starts, setStarts] = useState(['']);
  return (
    <Page title="操作日志" back="#/admin" wide class="admin">
      <section class="card">
        <Chips
          label="哪一类"
          options={KINDS}
          value={action}
          change={(value) => {
            setAction(value);
            setStarts(['']);
          }}
        />
        {starts.map((before, index) => (
          <Lines
            key={action + before}
            action={action}
            before={before}
            older={index === starts.length - 1 ? (next) => setStarts(starts.concat(next)) : null}
          />
        ))}
      </section>
    </Page>
  );
}

interface LinesProps {
  action: string;
  before: string;
  /** Null where the older ones stand below already. */
  older: ((before: string) => void) | null;
}

function Lines({ action, before, older }: LinesProps) {
  const query = { action: action || undefined, before: before || undefined };
  const { data, trouble, again } = useAsk('GET /api/audit', { query });
  if (!data) return trouble ? <Trouble words={trouble} again={again} /> : <Skeleton height={160} />;
  if (data.entries.length === 0) return before ? null : <Empty>还没有这类改动。</Empty>;
  const { before: next } = data;
  return (
    <>
      <ul class="audit">
        {data.entries.map((line) => (
          <Row key={line.id} line={line} />
        ))}
      </ul>
      {next && older && (
        <button type="button" class="button wide" onClick={() => older(next)}>
          看更早的
        </button>
      )}
    </>
  );
}

function Row({ line: { time, who, text } }: { line: Line }) {
  return (
    <li>
      <span class="when note">{time}</span>
      <strong class="who">{who}</strong>
      <span class="grow">{text}</span>
    </li>
  );
}
