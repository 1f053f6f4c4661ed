import { useRef, useState } from 'preact/hooks';
import type { Answer, LedgerView, Photo } from '../../server/http/contract';
import { bridge, inDingTalk, within } from '../bridge';
import { Page } from '../kit/page';
import { Skeleton, Trouble } from '../kit/states';
import { byDay, stretchWords } from '../ledger';
import { useAsk } from '../live';
import type { PageProps } from '../main';
import './file.css';

type File = Answer<'GET /api/events/:id/file'>;

/** 全卷: all of one event, on sheets of A4. */
export function FilePage({ params }: PageProps) {
  const id = params.id || '';
  const { data, trouble, again } = useAsk('GET /api/events/:id/file', { params: { id } });
  const sheet = useRef<HTMLTableElement>(null);
  return (
    <Page
      title="全卷"
      back={`#/e/${encodeURIComponent(id)}`}
      class="file"
      tools={data && <Print sheet={() => sheet.current} />}
    >
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton rows={3} height={240} />}
      {data && (
        <table ref={sheet} class="paper" role="presentation">
          <Margins file={data} />
          <tbody>
            <tr>
              <td>
                <Whole file={data} />
              </td>
            </tr>
          </tbody>
        </table>
      )}
    </Page>
  );
}

/** Heads and feet of a table stand on every sheet of paper, in every engine that we meet. */
function Margins({ file: { event, printed, chain } }: { file: File }) {
  return (
    <>
      <thead>
        <tr>
          <td>
            <p class="running">
              <span>网格通 · 事件全卷</span>
              <span>{[event.no || '未编号', event.matter].join(' · ')}</span>
            </p>
          </td>
        </tr>
      </thead>
      <tfoot>
        <tr>
          <td>
            <p class="running foot">
              <span>
                {printed.by} 于 {printed.time} 打印
              </span>
              <span>链尾 {chain.head.slice(0, 16)}</span>
            </p>
          </td>
        </tr>
      </tfoot>
    </>
  );
}

const PATIENCE = 8_000;

/** Where the client around us does not print, its own browser or the one of the phone does. */
function Print({ sheet }: { sheet: () => HTMLElement | null }) {
  const [busy, setBusy] = useState(false);
  const print = async () => {
    const phone = /Android|iPhone|iPad/i.test(navigator.userAgent);
    if (phone && inDingTalk()) return (await bridge()).openLink(location.href);
    setBusy(true);
    const photos = Array.from((sheet() || document).querySelectorAll('img'));
    await within(Promise.all(photos.map((photo) => photo.decode().catch(() => undefined))), PATIENCE);
    setBusy(false);
    window.print();
  };
  return (
    <button type="button" class="button primary" disabled={busy} onClick={() => void print()}>
      {busy ? '正在取照片…' : '打印'}
    </button>
  );
}

function Whole({ file }: { file: File }) {
  const { event, clocks, lines } = file;
  return (
    <article>
      <h2 class="name">{event.matter}</h2>
      <p class="no">
        {event.no || '未编号'}　{event.stageText}
        {event.urgent && '　紧急'}
      </p>
      <Facts file={file} />
      <Tasks file={file} />
      <Approvals file={file} />
      <Photos photos={event.photos} />
      <section>
        <h3>办理经过</h3>
        <table class="grid">
          <thead>
            <tr>
              <th scope="col" class="seq">
                序号
              </th>
              <th scope="col">时间</th>
              <th scope="col">人员</th>
              <th scope="col">事由</th>
              <th scope="col">散列</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.seq}>
                <td>{line.seq}</td>
                <td class="time">{line.time}</td>
                <td class="who">{line.who}</td>
                <td>{line.text}</td>
                <td class="hash">{line.hash.slice(0, 8)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section>
        <h3>计时台账</h3>
        {clocks.length === 0 && <p>还没有派遣，没有时限。</p>}
        {clocks.map((clock) => (
          <Clock key={clock.taskId + clock.clock} clock={clock} />
        ))}
      </section>
      <Chain file={file} />
    </article>
  );
}

function Facts({ file }: { file: File }) {
  const { event } = file;
  const { terms } = event;
  const rows: [string, string | null | undefined][] = [
    ['内容', event.text || '（只有照片）'],
    ['位置', event.place || '未写明'],
    ['区域', event.area],
    ['报告人', event.reporter],
    ['上报时间', file.reported],
    ['立案时间', file.filed],
    ['结案时间', file.closed],
    ['首接责任单位', event.responsible],
    ['流转', event.bounces.text],
    ['立案条件', terms?.condition],
    ['签收时限', terms?.ackLimit],
    ['办理时限', terms && terms.limit + (terms.version > 0 ? `（事项目录第 ${terms.version} 版）` : '')],
    ['结案条件', event.closing],
    ['领导批示', event.instruction],
  ];
  return (
    <section>
      <h3>基本情况</h3>
      <table class="grid facts">
        <tbody>
          {rows
            .filter(([, value]) => value)
            .map(([label, value]) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{value}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

function Tasks({ file: { event } }: { file: File }) {
  if (event.tasks.length === 0) return null;
  return (
    <section>
      <h3>承办单位</h3>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">单位</th>
            <th scope="col">状态</th>
            <th scope="col">经办人</th>
            <th scope="col">说明</th>
          </tr>
        </thead>
        <tbody>
          {event.tasks.map((task) => (
            <tr key={task.id}>
              <td>
                {task.unit}（{task.duty === 'lead' ? '主办' : '协办'}）
              </td>
              <td>{task.stateText}</td>
              <td>{task.assignee || '—'}</td>
              <td>
                {[task.supervisedText, task.extendedText, task.appealText, task.due?.words]
                  .filter(Boolean)
                  .join('；') || '—'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Approvals({ file: { lines } }: { file: File }) {
  const approvals = lines.filter(({ approval }) => approval);
  if (approvals.length === 0) return null;
  return (
    <section>
      <h3>申请与审批</h3>
      <table class="grid">
        <tbody>
          {approvals.map(({ seq, time, who, text }) => (
            <tr key={seq}>
              <td class="time">{time}</td>
              <td class="who">{who}</td>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const KINDS = { image: '照片', audio: '录音', video: '视频', file: '文件' };

/** What was found on the left, what was done about it on the right. */
function Photos({ photos }: { photos: Photo[] }) {
  if (photos.length === 0) return null;
  const before = photos.filter(({ phase }) => phase === 'report');
  const after = photos.filter(({ phase }) => phase === 'finish');
  return (
    <section>
      <h3>照片与附件</h3>
      <div class="sides">
        <Side title="处理前" photos={before} />
        <Side title="处理后" photos={after} />
      </div>
    </section>
  );
}

function Side({ title, photos }: { title: string; photos: Photo[] }) {
  return (
    <div>
      <h4>
        {title}（{photos.length}）
      </h4>
      {photos.length === 0 && <p class="none">无</p>}
      {photos.map((photo, index) =>
        photo.kind === 'image' && photo.status === 'stored' ? (
          <img key={photo.id} src={photo.url} alt={`${title}第 ${index + 1} 张`} />
        ) : (
          <p key={photo.id} class="none">
            {KINDS[photo.kind]}
            {photo.status === 'stored' ? '（存于系统）' : '（没有取到）'}
          </p>
        ),
      )}
    </div>
  );
}

const STATES = { running: '计时', paused: '暂停', off: '不计' };

/** One clock whole: every stretch, and the sum at the end. What is still to come is no record, and not printed. */
function Clock({ clock }: { clock: LedgerView }) {
  const days = byDay(clock.lines.filter(({ planned }) => !planned));
  return (
    <div class="clock">
      <h4>
        {clock.unit}（{clock.duty === 'lead' ? '主办' : '协办'}）{clock.clock}：限 {clock.limit}
        {clock.extendedText && `，${clock.extendedText}`}
        {clock.extendedText && `，共 ${clock.allowedText}`}
      </h4>
      <table class="grid">
        <tbody>
          {days.map(({ title, lines, why }) =>
            lines ? (
              lines.map((line, index) => (
                <tr key={line.from}>
                  <td class="day">{index === 0 ? title : ''}</td>
                  <td class="span">{stretchWords(line)}</td>
                  <td class="state">{STATES[line.state]}</td>
                  <td class="sum">{line.words}</td>
                  <td>{line.why}</td>
                </tr>
              ))
            ) : (
              <tr key={title}>
                <td colSpan={2}>{title}</td>
                <td class="state">不计</td>
                <td class="sum" />
                <td>{why}</td>
              </tr>
            ),
          )}
          <tr class="total">
            <th scope="row" colSpan={3}>
              合计已用
            </th>
            <td class="sum">{clock.usedText}</td>
            <td>
              {clock.late ? `⚠ ${clock.leftText}` : clock.open ? clock.leftText : '没有超时'}
              {clock.dueAt !== null && `；时限 ${clock.dueText}`}
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Chain({ file: { chain } }: { file: File }) {
  return (
    <section class={chain.whole ? 'chain' : 'chain broken'}>
      <h3>记录链核验</h3>
      <p>
        {chain.whole ? '✓ ' : '⚠ '}
        {chain.words}
      </p>
      <p class="hash">链尾散列（SHA-256）：{chain.head}</p>
      <p class="small">每条记录的散列都算入前一条的散列：改动、增删任何一条，之后的散列都会对不上。</p>
    </section>
  );
}
