import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { call } from '../api';
import { Chips } from '../kit/chips';
import { Page } from '../kit/page';
import { Sheet } from '../kit/sheet';
import { Empty, Skeleton, Trouble } from '../kit/states';
import { toast } from '../kit/toast';
import { refresh, told, useAsk, wordsOf } from '../live';
import type { PageProps } from '../main';
import { Contacts } from './contacts';
import { PersonSheet, type Whose } from './person';
import { TableDoor } from './table-door';
import { grouped } from './words';
import './admin.css';

type Person = Answer<'GET /api/admin/people'>['people'][number];
type State = 'active' | 'idle' | 'gone';

const STATES: readonly (readonly [State, string])[] = [
  ['active', '在岗'],
  ['idle', '没有岗位'],
  ['gone', '停用'],
];
const PAGE = 50;

/** People and their posts: found, stopped, brought back; many at once by Excel. */
export function PeoplePage({ me }: PageProps) {
  const [q, setQ] = useState('');
  const [state, setState] = useState<State>('active');
  const [from, setFrom] = useState(0);
  const [stopping, setStopping] = useState<Person | null>(null);
  const [form, setForm] = useState<Whose | null>(null);
  useEffect(() => setFrom(0), [q, state]);
  const query = { q: q.trim(), state, from: String(from) };
  const { data, trouble, again } = useAsk('GET /api/admin/people', { query });
  const contacts = useAsk('GET /api/admin/contacts', {});
  // In one piece: what stands below must not be pushed down when this comes.
  if (!contacts.data && !contacts.trouble)
    return (
      <Page title="人员与岗位" back="#/admin" wide class="admin">
        <Skeleton height={120} />
      </Page>
    );
  return (
    <Page title="人员与岗位" back="#/admin" wide class="admin">
      <Contacts asked={contacts} add={(hint) => setForm({ userId: null, hint })} />
      <TableDoor table="people" />
      <section class="card">
        <div class="find">
          <input
            type="search"
            aria-label="查找人员"
            placeholder="姓名、userId、单位、区域、岗位"
            value={q}
            onInput={(event) => setQ(event.currentTarget.value)}
          />
          <Chips label="状态" options={STATES} value={state} change={setState} />
          <button
            type="button"
            class="button"
            onClick={() => setForm({ userId: null, hint: { userId: '', name: '' } })}
          >
            加一个人
          </button>
        </div>
        <Trouble words={trouble} again={again} />
        {!data && !trouble && <Skeleton height={64} />}
        {data && data.count === 0 && <Empty>没有这样的人。</Empty>}
        {data && data.count > 0 && (
          <>
            <PeopleTable
              people={data.people}
              mine={me.userId}
              stop={setStopping}
              edit={({ userId, name }) => setForm({ userId, hint: { userId, name } })}
            />
            <Pager count={data.count} from={from} move={setFrom} />
          </>
        )}
      </section>
      {form && <PersonSheet whose={form} close={() => setForm(null)} />}
      {stopping && <StopSheet person={stopping} close={() => setStopping(null)} />}
    </Page>
  );
}

interface TableProps {
  people: Person[];
  mine: string;
  stop: (person: Person) => void;
  edit: (person: Person) => void;
}

function PeopleTable({ people, mine, stop, edit }: TableProps) {
  return (
    <table class="sheet-table stack">
      <thead>
        <tr>
          <th scope="col">姓名</th>
          <th scope="col">钉钉 userId</th>
          <th scope="col">岗位</th>
          <th scope="col">
            <span class="unseen">操作</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.userId}>
            <th scope="row">
              {person.name}
              {!person.active && <span class="tag grey">停用</span>}
            </th>
            <td class="quiet">{person.userId}</td>
            <td>
              {person.posts.length === 0 && <span class="tag orange">没有岗位</span>}
              {person.posts.map(({ roleText, unit, area }) => (
                <span key={roleText + unit + area} class="post">
                  <span class="tag blue">{roleText}</span> {[unit, area].filter(Boolean).join(' · ')}
                </span>
              ))}
            </td>
            <td class="act">
              <button type="button" class="button" onClick={() => edit(person)}>
                修改<span class="unseen">{person.name}</span>
              </button>
              {person.userId === mine ? (
                <span class="note">您自己</span>
              ) : (
                <button
                  type="button"
                  class="button"
                  onClick={() => (person.active ? stop(person) : void revive(person))}
                >
                  {person.active ? '停用' : '恢复'}
                  <span class="unseen">{person.name}</span>
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface PagerProps {
  count: number;
  from: number;
  move: (from: number) => void;
}

function Pager({ count, from, move }: PagerProps) {
  return (
    <nav class="pager" aria-label="翻页">
      <span class="note grow">
        第 {from + 1}–{Math.min(count, from + PAGE)} 个，共 {grouped(count)} 个
      </span>
      <button type="button" class="button" disabled={from === 0} onClick={() => move(Math.max(0, from - PAGE))}>
        上一页
      </button>
      <button type="button" class="button" disabled={from + PAGE >= count} onClick={() => move(from + PAGE)}>
        下一页
      </button>
    </nav>
  );
}

async function setActive({ userId, name }: Person, active: boolean): Promise<string> {
  try {
    await call('POST /api/admin/people/:userId/active', { params: { userId }, body: { active } });
    toast(active ? `${name}已恢复` : `${name}已停用，不能再进入网格通`);
    refresh();
    return '';
  } catch (error) {
    told(error);
    return wordsOf(error);
  }
}

async function revive(person: Person): Promise<void> {
  const word = await setActive(person, true);
  if (word) toast(word);
}

/** What it means, before it happens. */
function StopSheet({ person, close }: { person: Person; close: () => void }) {
  const [word, setWord] = useState('');
  const stop = async () => {
    const trouble = await setActive(person, false);
    if (trouble) setWord(trouble);
    else close();
  };
  return (
    <Sheet title={`停用 ${person.name}？`} close={close}>
      <p>立即不能登录和办理，也不再收到通知。以前的记录都保留，随时可以恢复。</p>
      {person.posts.length > 0 && (
        <p class="callout">
          现在的岗位：{person.posts.map(({ roleText, unit, area }) => `${area || unit}${roleText}`).join('、')}
          。请确认有人接手。
        </p>
      )}
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
