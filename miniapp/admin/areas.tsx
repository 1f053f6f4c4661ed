import { useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { Page } from '../kit/page';
import { Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import { drawn } from './drawing';
import { TableDoor } from './table-door';
import { grouped } from './words';
import './admin.css';

type View = Answer<'GET /api/admin/areas'>;

/** The tree of areas, one level at a time, with its borders as they are drawn. */
export function AreasPage() {
  const [id, setId] = useState('');
  const { data, trouble, again } = useAsk('GET /api/admin/areas', { query: { id: id || undefined } });
  return (
    <Page title="区域与边界" back="#/admin" wide class="admin">
      <TableDoor table="areas" />
      <Trouble words={trouble} again={again} />
      {!data && !trouble && <Skeleton height={240} />}
      {data && <Level view={data} open={setId} />}
    </Page>
  );
}

function Level({ view, open }: { view: View; open: (id: string) => void }) {
  const { above, area, children } = view;
  const bare = children.filter(({ polygon }) => polygon === null).length;
  return (
    <section class="card">
      <nav class="trail" aria-label="上级区域">
        {above.map(({ id, name }) => (
          <button key={id} type="button" class="link" onClick={() => open(id)}>
            {name} ›
          </button>
        ))}
        <h2>
          {area.name || '还没有区域'} {area.name && <span class="note">{area.kindText}</span>}
        </h2>
      </nav>
      <div class="cols even">
        <Drawing view={view} open={open} />
        <div>
          {children.length === 0 && <p class="note">没有下级区域。</p>}
          {bare > 0 && <p class="callout">有 {bare} 个下级区域没有边界，地图上看不到。</p>}
          {children.length > 0 && (
            <table class="sheet-table">
              <thead>
                <tr>
                  <th scope="col">名称</th>
                  <th scope="col">下级</th>
                  <th scope="col">网格员</th>
                  <th scope="col">边界</th>
                </tr>
              </thead>
              <tbody>
                {children.map(({ id, name, kindText, dedicated, below, workers, polygon }) => (
                  <tr key={id}>
                    <th scope="row">
                      <button type="button" class="link" onClick={() => open(id)}>
                        {name}
                      </button>
                      {dedicated && <span class="tag blue">专属</span>}
                      <span class="unseen">{kindText}</span>
                    </th>
                    <td class="number">{grouped(below)}</td>
                    <td class="number">{workers > 0 ? grouped(workers) : <span class="tag orange">没有</span>}</td>
                    <td>{polygon ? `${polygon.length - 1} 点` : <span class="tag orange">没有</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      </div>
    </section>
  );
}

function Drawing({ view: { area, children }, open }: { view: View; open: (id: string) => void }) {
  const paths = drawn([area.polygon, ...children.map(({ polygon }) => polygon)]);
  if (!paths) return <p class="note">还没有边界可画。</p>;
  const [whole, ...parts] = paths.paths;
  return (
    <svg class="drawing" viewBox={paths.box} role="img" aria-label={`${area.name}的边界`}>
      {children.map(({ id, name, dedicated }, index) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the table beside it does the same by keyboard
        <path key={id} d={parts[index] || ''} class={dedicated ? 'part dedicated' : 'part'} onClick={() => open(id)}>
          <title>{name}</title>
        </path>
      ))}
      <path d={whole || ''} class="whole" />
    </svg>
  );
}
