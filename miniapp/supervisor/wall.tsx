import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { Trouble as Lost } from '../api';
import { bridge } from '../bridge';
import { Page, useTitle } from '../kit/page';
import { Empty, Skeleton, Trouble } from '../kit/states';
import { toast } from '../kit/toast';
import { stop, useAsk } from '../live';
import type { PageProps } from '../main';
import { addressOf, CLIMBS } from './counts';
import { drift } from './drift';
import { usePaper } from './paper';
import { SuperviseSheet, urgingWords } from './supervise';
import './wall.css';

type Wall = Answer<'GET /api/wall'>;
type WallUnit = Wall['units'][number];
export type WallItem = WallUnit['events'][number];

/** A late event, and how the sheet over it came to be opened. */
interface Chosen {
  item: WallItem;
  unit: string;
  why: string;
}

/** 逾期墙: what is late, by unit, the longest first. `?big=1` is for a screen on a wall that nobody touches. */
export function WallPage({ search }: PageProps) {
  const big = search.get('big') === '1';
  const { data, trouble, again } = useAsk('GET /api/wall', {});
  useEffect(() => {
    // Lateness grows by the minute though nothing else changes.
    const timer = setInterval(again, 60_000);
    return () => clearInterval(timer);
  }, []);
  const state = (
    <>
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton rows={3} height={180} />}
    </>
  );
  if (big) return <BigWall data={data}>{state}</BigWall>;
  return <HandWall data={data}>{state}</HandWall>;
}

interface Props {
  data: Wall | undefined;
  children: preact.ComponentChildren;
}

function HandWall({ data, children }: Props) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  usePaper();
  return (
    <Page title="逾期墙" wide class="wall overseeing" tools={<Tools />}>
      {data && (
        <p class="note where">{`${data.scope} · ${data.total.late} 件超期 · ${data.units.length + data.moreUnits} 个单位`}</p>
      )}
      {children}
      {data && <Tally total={data.total} />}
      {data && data.units.length === 0 && <Empty>没有超期的事，辛苦了。</Empty>}
      <div class="units">
        {data?.units.map((unit) => (
          <UnitCard key={unit.id} unit={unit} choose={(item, why) => setChosen({ item, unit: unit.name, why })} />
        ))}
      </div>
      {data && <More units={data.moreUnits} />}
      {chosen && <SuperviseSheet {...chosen} close={() => setChosen(null)} />}
    </Page>
  );
}

function More({ units }: { units: number }) {
  if (units === 0) return null;
  return (
    <a class="more-units" href={addressOf({ what: 'late' })}>
      另有 {units} 个单位有超期，看全部 ›
    </a>
  );
}

function Tools() {
  return (
    <>
      <a class="button small wide-only" href="#/wall?big=1">
        大屏
      </a>
      <button type="button" class="button small" onClick={() => window.print()}>
        打印
      </button>
    </>
  );
}

function Tally({ total }: { total: Wall['total'] }) {
  return (
    <ul class="tally">
      {CLIMBS.map(({ key, label, mark }) => (
        <li key={key} class={key}>
          <a href={addressOf({ what: 'late', climb: key })}>
            <span class={`mark ${key}`} aria-hidden="true">
              {mark}
            </span>
            {label} <b>{total[key]}</b>
          </a>
        </li>
      ))}
    </ul>
  );
}

function UnitCard({ unit, choose }: { unit: WallUnit; choose?: (item: WallItem, why: string) => void }) {
  const more = unit.late - unit.events.length;
  return (
    <section class="card unit">
      <h2>
        <span>{unit.name}</span>
        <b>{unit.late} 件</b>
      </h2>
      <ul>
        {unit.events.map((item) => (
          <Item key={item.id} item={item} unit={unit.name} choose={choose} />
        ))}
      </ul>
      {more > 0 && (
        <a class="more-late" href={addressOf({ what: 'late', unit: unit.id })}>
          还有 {more} 件 ›
        </a>
      )}
    </section>
  );
}

const MARKS = { accountability: '◆', red: '■', yellow: '▲', blue: '●' };

interface ItemProps {
  item: WallItem;
  unit: string;
  choose?: ((item: WallItem, why: string) => void) | undefined;
}

function Item({ item, unit, choose }: ItemProps) {
  return (
    <li class={`late-item ${item.climb}`}>
      <a href={`#/e/${encodeURIComponent(item.id)}`}>
        <span class="line-1">
          <span class={`badge ${item.climb}`}>
            <span aria-hidden="true">{MARKS[item.climb]}</span> {item.climbText.replace('督办', '')}
          </span>
          <strong>{item.dueWords}</strong>
        </span>
        <span class="line-2">
          {item.urgent ? '【紧急】' : ''}
          {item.matter}
        </span>
        <span class="line-3 note">{[item.no, item.area, item.place].filter(Boolean).join(' · ')}</span>
      </a>
      {choose && (
        <div class="urge">
          {item.levels.length > 0 && (
            <button type="button" class="button small primary" onClick={() => choose(item, '')}>
              督办
            </button>
          )}
          <button type="button" class="button small" onClick={() => void ding(item, unit, choose)}>
            DING
          </button>
        </div>
      )}
    </li>
  );
}

const NO_DING = '这里不能发 DING。可以发督办通知，由网格通马上送到。';

/** Opens a DING with the words ready; where the client has none, the server's own notice is offered. */
async function ding(item: WallItem, unit: string, choose: (item: WallItem, why: string) => void): Promise<void> {
  const people = item.people.map(({ userId }) => userId);
  const sent = people.length > 0 && (await (await bridge()).ding(people, urgingWords(item, unit)));
  if (sent) return toast(`已 DING ${item.people.map(({ name }) => name).join('、')}`);
  if (item.levels.length > 0) return choose(item, NO_DING);
  toast('这里不能发 DING，这件事也不能再加一级督办。');
}

function BigWall({ data, children }: Props) {
  useTitle('逾期墙');
  const box = useRef<HTMLElement>(null);
  useEffect(() => (box.current ? drift(box.current) : undefined), []);
  // A session ends after some hours. Opened anew, the page logs in by itself inside DingTalk.
  useEffect(() => stop.subscribe((error) => error instanceof Lost && error.status === 401 && location.reload()), []);
  return (
    <main class="wall overseeing big" ref={box} aria-label="逾期墙">
      <header>
        <h1>逾期墙</h1>
        {data && (
          <p>
            {data.scope}
            <span class="updated">{clockWords(data.now)} 更新</span>
          </p>
        )}
        {data && <Tally total={data.total} />}
        <p class="sum">
          <b>{data ? data.total.late : '…'}</b> 件超期
        </p>
        <a class="leave" href="#/wall">
          退出大屏
        </a>
      </header>
      {children}
      {data && data.units.length === 0 && <p class="all-well">✓ 没有超期的事</p>}
      <div class="units">
        {data?.units.map((unit) => (
          <UnitCard key={unit.id} unit={unit} />
        ))}
      </div>
      {data && <More units={data.moreUnits} />}
    </main>
  );
}

/** China's time, whatever the screen's zone. */
function clockWords(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(11, 16);
}
