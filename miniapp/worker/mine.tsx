import { useState } from 'preact/hooks';
import type { EventSummary } from '../../server/http/contract';
import { Chips } from '../kit/chips';
import { Page } from '../kit/page';
import { Empty, More, Skeleton, Trouble } from '../kit/states';
import { usePages } from '../live';
import { waiting } from '../waiting';
import { StageTag } from '../words';
import './mine.css';

const KINDS = [
  ['all', '全部'],
  ['open', '办理中'],
  ['closed', '已结案'],
] as const;
type Kind = (typeof KINDS)[number][0];

const QUERY = { all: {}, open: { open: '1' }, closed: { stage: 'closed' } } as const;

/** 我的上报: how far each has come, in words, and until when somebody has promised what. */
export function MinePage() {
  const [kind, setKind] = useState<Kind>('all');
  const query = { mine: '1', ...QUERY[kind] } as const;
  const asked = usePages('GET /api/events', query);
  const pages = asked.data || [];
  const events = pages.reduce<EventSummary[]>((all, page) => all.concat(page.events), []);
  const none = asked.data && events.length === 0 && !asked.more;
  return (
    <Page title="我的上报" class="mine own">
      <div class="kinds">
        <Chips label="看哪些" options={KINDS} value={kind} change={setKind} />
      </div>
      {waiting.value.count > 0 && (
        <a class="card row link" href="#/outbox">
          {waiting.value.count} 条还在手机上，没有传上去 <span aria-hidden="true">›</span>
        </a>
      )}
      <Trouble words={asked.trouble} again={asked.again} />
      {!asked.data && !asked.trouble && <Skeleton height={132} />}
      {none && (
        <Empty action={kind === 'all' ? { label: '去上报', to: '#/report' } : undefined}>
          {kind === 'all' ? '还没有上报过。看到问题，拍一张就能报。' : '这里没有。'}
        </Empty>
      )}
      <ul class="list">
        {events.map((event) => (
          <Row key={event.id} event={event} />
        ))}
      </ul>
      <More asked={asked} />
    </Page>
  );
}

function Row({ event }: { event: EventSummary }) {
  return (
    <li>
      <a class="card row" href={`#/e/${encodeURIComponent(event.id)}`}>
        <div class="head">
          <strong>{event.matter}</strong>
          <StageTag event={event} />
        </div>
        <p class="text">{event.text || '（只有照片）'}</p>
        <p class="note">
          {[event.joined && '并入的', event.no || '未确认', event.place || event.area].filter(Boolean).join(' · ')}
        </p>
        {!OVER[event.stage] && <p class={event.due?.late ? 'stand late' : 'stand'}>{standing(event)}</p>}
      </a>
    </li>
  );
}

/** The tag says it all. */
const OVER: Partial<Record<EventSummary['stage'], boolean>> = { closed: true, withdrawn: true };

/** Who has it, and what they have promised until when. */
function standing(event: EventSummary): string {
  const unit = event.unit || '承办单位';
  switch (event.stage) {
    case 'reported':
      return '等您确认后才会上报';
    case 'filed':
      return '已立案，等派遣员指定承办单位';
    case 'dispatched':
      return `已派给${unit}，${promise(event, '签收')}`;
    case 'handling':
      return `${unit}正在办，${promise(event, '办完')}`;
    case 'verifying':
      return event.next ? `${unit}说办好了，请您看看是否解决` : `${unit}说办好了，等核查`;
    case 'rejected':
      return '没有立案，理由见办理经过';
    default:
      return '';
  }
}

function promise({ due }: EventSummary, what: string): string {
  if (!due) return '还没有时限';
  if (!due.time) return due.words;
  return due.late ? `⚠ 本应 ${due.time} 前${what}，${due.words}` : `${due.time} 前${what}`;
}
