import { useState } from 'preact/hooks';
import { call, hand } from '../api';
import { Chips } from '../kit/chips';
import { FilePick, useDoor } from './upload';

/** People, units and areas by the file: export, import with a preview. */

type Table = 'people' | 'units' | 'areas';
type Mode = 'merge' | 'replace';
type Crs = 'gcj02' | 'wgs84';

const WORDS: Record<Table, { title: string; pick: string; accept: string; how: string }> = {
  people: {
    title: '用 Excel 增改人员',
    pick: '选择 Excel 文件',
    accept: '.xlsx,.json',
    how: '列：姓名、钉钉 userId、单位、岗位、区域、手机、状态。一个人有几个岗位就写几行；表里写到的人，岗位以表为准。',
  },
  units: {
    title: '用 Excel 增改单位',
    pick: '选择 Excel 文件',
    accept: '.xlsx,.json',
    how: '列：编号（可空）、单位、类型、管辖区域、上级单位。表里没有的单位不变。',
  },
  areas: {
    title: '用 Excel 或 GeoJSON 增改区域和边界',
    pick: '选择文件',
    accept: '.xlsx,.geojson,.json',
    how: 'Excel 写名单：名称、级别（区、街道、社区、网格）、上级、编号（可空）、专属。边界用 GeoJSON：每个区域一个 Feature，写 id、name、kind、parent；重叠、空白、出界会在预览里指出。',
  },
};

export function TableDoor({ table }: { table: Table }) {
  const [mode, setMode] = useState<Mode>('merge');
  const [crs, setCrs] = useState<Crs>('gcj02');
  const words = WORDS[table];
  const { view, busy, open, look } = useDoor({
    needsNote: false,
    look: (file) => hand('POST /api/admin/:table/preview', { params: { table }, query: { mode, crs } }, file),
    accept: ({ sha, base, skipFaulty }) =>
      call('POST /api/admin/:table/accept', { params: { table }, body: { sha, base, skipFaulty, mode, crs } }),
  });
  return (
    <>
      {view}
      <section class="card" hidden={open}>
        <h2>{words.title}</h2>
        <p class="note">{words.how}先给您看会改什么，您接受后才生效。</p>
        {table === 'people' && (
          <Chips
            label="表里没有写到的人"
            options={[
              ['merge', '保持不变'],
              ['replace', '停用'],
            ]}
            value={mode}
            change={setMode}
          />
        )}
        {table === 'areas' && (
          <Chips
            label="GeoJSON 的坐标系"
            options={[
              ['gcj02', 'GCJ-02（高德、钉钉）'],
              ['wgs84', 'WGS-84 / CGCS2000'],
            ]}
            value={crs}
            change={setCrs}
          />
        )}
        <p class="row-tools">
          <FilePick label={words.pick} accept={words.accept} busy={busy} choose={look} />
          <a class="button" href={`/api/admin/${table}/export`} download>
            导出现有的
          </a>
          <a class="button" href={`/api/admin/${table}/export?of=sample`} download>
            下载样表
          </a>
        </p>
      </section>
    </>
  );
}
