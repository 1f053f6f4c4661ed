import type { Answer } from '../../server/http/contract';
import type { SearchFilter } from '../../server/http/search-contract';

type Options = Answer<'GET /api/search/options'>;

interface Props {
  options: Options | undefined;
  filter: SearchFilter;
  /** A text counts once it is left or Enter is pressed; a choice at once. */
  change: (next: SearchFilter) => void;
}

/** All conditions of a search. */
export function Fields({ options, filter, change }: Props) {
  const set = (name: keyof SearchFilter) => (value: string) => {
    const { [name]: _, ...rest } = filter;
    change(value ? ({ ...rest, [name]: value } as SearchFilter) : rest);
  };
  const text = (name: 'q' | 'person' | 'from' | 'to', label: string, type: string, hint = '') => (
    <label class="field">
      <span>{label}</span>
      <input
        key={`${name}${filter[name] || ''}`}
        type={type}
        placeholder={hint}
        maxLength={50}
        defaultValue={filter[name] || ''}
        onChange={(input) => set(name)(input.currentTarget.value.trim())}
      />
    </label>
  );
  return (
    <form
      class="fields"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        (document.activeElement as HTMLElement | null)?.blur();
      }}
    >
      {text('q', '编号、内容或位置', 'search', '20261123-0042、井盖、建设路')}
      {text('person', '报告人或经办人', 'search', '姓名')}
      <Choice label="阶段" value={filter.stage || ''} change={set('stage')} all="全部阶段">
        {STAGES}
      </Choice>
      <Choice label="督办" value={filter.rung || ''} change={set('rung')} all="不限">
        {RUNGS}
      </Choice>
      <Choice label="事项" value={filter.matterId || ''} change={set('matterId')} all="全部事项">
        {options ? options.matters.map(({ id, name }) => [id, name] as const) : []}
      </Choice>
      <Choice label="单位" value={filter.unitId || ''} change={set('unitId')} all="全部单位">
        {options ? options.units.map(({ id, name }) => [id, name] as const) : []}
      </Choice>
      <Area options={options} value={filter.areaId || ''} change={set('areaId')} />
      <div class="field days">
        {text('from', '上报自', 'date')}
        {text('to', '至', 'date')}
      </div>
    </form>
  );
}

const STAGES = [
  ['open', '未结'],
  ['filed', '待派遣'],
  ['dispatched', '待签收'],
  ['handling', '处置中'],
  ['verifying', '待核查'],
  ['closed', '已结案'],
  ['rejected', '不予立案'],
  ['withdrawn', '已撤回'],
] as const;

const RUNGS = [
  ['late', '现在已超期'],
  ['blue', '普通督办'],
  ['yellow', '黄牌督办'],
  ['red', '红牌督办'],
  ['accountability', '问责'],
] as const;

interface ChoiceProps {
  label: string;
  value: string;
  all: string;
  change: (value: string) => void;
  children: readonly (readonly [string, string])[];
}

function Choice({ label, value, all, change, children }: ChoiceProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(select) => change(select.currentTarget.value)}>
        <option value="">{all}</option>
        {children.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Communities under their street. */
function Area({ options, value, change }: Pick<Props, 'options'> & { value: string; change: (id: string) => void }) {
  const areas = options ? options.areas : [];
  const streets = areas.filter(({ id, streetId }) => id === streetId);
  return (
    <label class="field">
      <span>区域</span>
      <select value={value} onChange={(select) => change(select.currentTarget.value)}>
        <option value="">全部区域</option>
        {streets.map((street) => (
          <optgroup key={street.id} label={street.name}>
            <option value={street.id}>{street.name}（全部）</option>
            {areas
              .filter(({ id, streetId }) => streetId === street.id && id !== street.id)
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
