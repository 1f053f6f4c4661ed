import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { call } from '../api';
import { Sheet } from '../kit/sheet';
import { Trouble } from '../kit/states';
import { toast } from '../kit/toast';
import { type Asked, learn, refresh, told, wordsOf } from '../live';
import { grouped } from './words';

type Seen = Answer<'GET /api/admin/contacts'>;
type Last = NonNullable<Seen['last']>;

const LOOK_AGAIN = 1_500;

interface Props {
  asked: Asked<Seen>;
  /** One of the contacts is to become one of our people. */
  add: (contact: { userId: string; name: string }) => void;
}

/** 钉钉通讯录: compared every night; here with what came of it, and at once where one will not wait. */
export function Contacts({ asked: { data, trouble, again }, add }: Props) {
  const [stopping, setStopping] = useState<Last | null>(null);
  const compare = async () => {
    try {
      learn('GET /api/admin/contacts', {}, await call('POST /api/admin/contacts/compare', {}));
    } catch (error) {
      told(error);
      toast(wordsOf(error));
    }
  };
  const running = data?.running === true;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(again, LOOK_AGAIN);
    return () => clearInterval(timer);
  }, [running]);
  return (
    <section class="card contacts" aria-label="钉钉通讯录">
      <div class="head">
        <h2>钉钉通讯录</h2>
        <button type="button" class="button" disabled={!data || running} onClick={() => void compare()}>
          {running ? '正在对照…' : '现在对照'}
        </button>
      </div>
      <Trouble words={trouble} again={again} />
      {data && <p class="note">每天 02:30 自动对照，离职的人立即停用；平时有人离职、改名，也会随时更新。</p>}
      {data?.last && <Outcome last={data.last} stop={() => setStopping(data.last)} add={add} />}
      {stopping && <StopHeld last={stopping} close={() => setStopping(null)} />}
    </section>
  );
}

function Outcome({ last, stop, add }: { last: Last; stop: () => void } & Pick<Props, 'add'>) {
  const { outcome, time, checked, renamed, stopped, held, strangers } = last;
  if (outcome === 'failed')
    return (
      <p class="alert" role="alert">
        {time} 没有对照成：钉钉没有答复，或应用没有通讯录权限。什么也没有改；请运行“检查”看看权限，稍后再试。
      </p>
    );
  return (
    <>
      {held.length > 0 && (
        <div class="alert" role="alert">
          <p>
            有 {held.length}{' '}
            人已不在钉钉通讯录里，超过在岗人数的一成，先没有停用。请看清楚：可能是应用的通讯录范围改小了。
          </p>
          <button type="button" class="button" onClick={stop}>
            看名单，再决定
          </button>
        </div>
      )}
      <p>
        {time} 对照过 {grouped(checked)} 人{renamed.length + stopped.length + held.length === 0 && '，都在，没有要改的'}
        。
      </p>
      <Names label="已停用" list={stopped.map(({ name }) => name)} />
      <Names label="已改名" list={renamed.map(({ name, before }) => `${before} → ${name}`)} />
      <Names
        label="在通讯录里、还不是网格通人员"
        count={strangers.count}
        list={strangers.first.map(({ name, userId }) => `${name}（${userId}）`)}
        note="他们要有岗位才能使用：一个一个加，或在人员表里一起加。"
        add={(index) => add(strangers.first[index]!)}
      />
    </>
  );
}

interface NamesProps {
  label: string;
  list: string[];
  /** Where more were found than are listed. */
  count?: number;
  note?: string;
  /** Each can be added. */
  add?: (index: number) => void;
}

function Names({ label, list, count = list.length, note, add }: NamesProps) {
  if (count === 0) return null;
  return (
    <details class="names">
      <summary>
        {label} {grouped(count)} 人
      </summary>
      {add &&
        list.map((each, index) => (
          <button key={each} type="button" class="chip" onClick={() => add(index)}>
            ＋ {each}
          </button>
        ))}
      <p class="quiet">
        {!add && list.join('、')}
        {count > list.length && ` 等 ${grouped(count)} 人`}
      </p>
      {note && <p class="note">{note}</p>}
    </details>
  );
}

/** What it means, before it happens. */
function StopHeld({ last, close }: { last: Last; close: () => void }) {
  const [word, setWord] = useState('');
  const stop = async () => {
    try {
      await call('POST /api/admin/contacts/stop', { body: { at: last.at } });
      toast('已停用');
      refresh();
      close();
    } catch (error) {
      told(error);
      setWord(wordsOf(error));
    }
  };
  return (
    <Sheet title={`停用这 ${last.held.length} 人？`} close={close}>
      <p class="quiet">{last.held.map(({ name }) => name).join('、')}</p>
      <p>停用前会再查一遍，仍不在通讯录里的才停用。以前的记录都保留，随时可以恢复。</p>
      {word && (
        <p class="alert" role="alert">
          {word}
        </p>
      )}
      <div class="main">
        <button type="button" class="button" onClick={close}>
          先不
        </button>
        <button type="button" class="button danger" onClick={() => void stop()}>
          停用
        </button>
      </div>
    </Sheet>
  );
}
