import { useEffect, useState } from 'preact/hooks';
import { Page } from '../kit/page';
import { Empty } from '../kit/states';
import { toast } from '../kit/toast';
import type { PageProps } from '../main';
import { hurry, type Item, itemsOf, takeBack } from '../outbox';
import { waiting } from '../waiting';
import { draftOf, giveBack } from './draft';
import { useAddress } from './shots';
import './mine.css';
import './report.css';

/** 待上传: what is still on the phone only, why, and what can be done about it. */
export function WaitingPage({ me }: PageProps) {
  const [items, setItems] = useState<Item[] | null>(null);
  const [busy, setBusy] = useState(false);
  const look = () => void itemsOf(me.userId).then(setItems, () => setItems([]));
  // The signal changes with every item that leaves or comes.
  useEffect(look, [waiting.value]);
  const tryNow = async () => {
    setBusy(true);
    await hurry(me.userId, true).catch(() => undefined);
    look();
    setBusy(false);
  };
  if (!items)
    return (
      <Page title="待上传" back="#/report" class="own reporting">
        {null}
      </Page>
    );
  return (
    <Page title="待上传" back="#/report" class="outbox own reporting">
      {items.length === 0 && <Empty action={{ label: '去上报', to: '#/report' }}>都传上去了。</Empty>}
      {items.length > 0 && <p class="note foot-note">这些还只在这部手机上，连上网络后自动上传。请不要清理应用数据。</p>}
      <ul class="list">
        {items.map((item) => (
          <Row key={item.id} item={item} changed={look} />
        ))}
      </ul>
      {items.length > 0 && (
        <button type="button" class="button primary more" disabled={busy} onClick={() => void tryNow()}>
          {busy ? '正在上传…' : '现在上传'}
        </button>
      )}
    </Page>
  );
}

function Row({ item, changed }: { item: Item; changed: () => void }) {
  const [sure, setSure] = useState(false);
  const { errand, photos, after } = item;
  const takeOut = async (then: () => void) => {
    if (await takeBack(item.id)) then();
    else toast('正在上传，请稍等。');
    changed();
  };
  return (
    <li class="card">
      <div class="head">
        <strong>{titleOf(item)}</strong>
        <span class={item.stuck ? 'tag red' : 'tag orange'}>{item.stuck ? '没有办成' : '待上传'}</span>
      </div>
      <p class="text">{(errand.kind === 'report' ? errand.body.text : errand.note) || '（只有照片）'}</p>
      {photos.length + after.length > 0 && (
        <div class="photos">
          {photos.concat(after).map(({ key, blob }) => (
            <Small key={key} blob={blob} />
          ))}
        </div>
      )}
      <p class="note">{timeOf(item.at)} 提交</p>
      {item.fault && <p class={item.stuck ? 'stand late' : 'stand'}>{item.stuck ? `⚠ ${item.fault}` : item.fault}</p>}
      <div class="pair">
        <button
          type="button"
          class="button danger"
          onClick={() => (sure ? void takeOut(() => undefined) : setSure(true))}
        >
          {sure ? '确定删除' : '删除'}
        </button>
        <button type="button" class="button" onClick={() => void takeOut(() => giveBack(draftOf(item)))}>
          {errand.kind === 'join' ? '改为新的上报' : '改一改'}
        </button>
      </div>
    </li>
  );
}

function titleOf({ errand }: Item): string {
  if (errand.kind === 'join') return `并入 ${errand.no}`;
  return errand.closed === null ? '上报' : '自办自结';
}

function Small({ blob }: { blob: Blob }) {
  const address = useAddress(blob);
  return <span class="thumb">{address && <img src={address} alt="待上传的照片" />}</span>;
}

/** By the phone's own clock, which is all there is before the server has it. */
function timeOf(at: number): string {
  const time = new Date(at);
  const two = (value: number) => (value < 10 ? `0${value}` : String(value));
  return `${time.getMonth() + 1}月${time.getDate()}日 ${two(time.getHours())}:${two(time.getMinutes())}`;
}
