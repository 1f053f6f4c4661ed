import { useState } from 'preact/hooks';
import { Page } from '../kit/page';
import { Empty, Skeleton, Trouble } from '../kit/states';
import { useAsk } from '../live';
import { TableDoor } from './table-door';
import { grouped } from './words';
import './admin.css';

/** Units, and whether anybody would be there to work. */
export function UnitsPage() {
  const [q, setQ] = useState('');
  const { data, trouble, again } = useAsk('GET /api/admin/units', { query: { q: q.trim() } });
  return (
    <Page title="单位" back="#/admin" wide class="admin">
      <TableDoor table="units" />
      <section class="card">
        <div class="find">
          <input
            type="search"
            aria-label="查找单位"
            placeholder="名称、类型、区域"
            value={q}
            onInput={(event) => setQ(event.currentTarget.value)}
          />
          <p class="note">{data && `${grouped(data.count)} 个单位`}</p>
        </div>
        <Trouble words={trouble} again={again} />
        {!data && !trouble && <Skeleton height={64} />}
        {data && data.count === 0 && <Empty>没有这样的单位。</Empty>}
        {data && data.count > 0 && (
          <table class="sheet-table stack">
            <thead>
              <tr>
                <th scope="col">单位</th>
                <th scope="col">类型</th>
                <th scope="col">管辖区域</th>
                <th scope="col">上级单位</th>
                <th scope="col">在岗</th>
              </tr>
            </thead>
            <tbody>
              {data.units.map(({ id, name, kindText, area, parent, people, bare }) => (
                <tr key={id}>
                  <th scope="row">{name}</th>
                  <td>{kindText}</td>
                  <td>{area}</td>
                  <td>{parent || '—'}</td>
                  <td>
                    {people} 人{bare && <span class="tag orange">没有能办事的人</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {data && data.count > data.units.length && <p class="note">只列前 {data.units.length} 个，请查找。</p>}
      </section>
    </Page>
  );
}
