import type { Area, AreaCalendar, Town, Unit } from '../../server/domain/types';
import { catalogue, departments } from './catalogue';
import { sampleAreas } from './district';
import { sampleStaff } from './people';

/** A deterministic district the size of the founding document. Fictional: no place, body or person of it exists. */
export function sampleTown(): Town {
  const areas = sampleAreas();
  const units = unitsOf(areas);
  return {
    areas,
    units,
    ...sampleStaff(areas, units),
    ...catalogue,
    calendars: sampleCalendars(),
    settings: {},
    versions: { catalogue: 0, duties: 0, calendars: 0, settings: 0 },
  };
}

/** 特色日历 of 安德街道: the market fair closes its offices for a day, which a Saturday makes up for. */
function sampleCalendars(): AreaCalendar[] {
  const fair = { from: '2026-12-22', to: '2026-12-22', reason: '安德街道冬至年货赶场日，办事处停办一天' };
  const made = { from: '2026-12-26', to: '2026-12-26', reason: '安德街道冬至赶场补班' };
  return [
    {
      areaId: 's13',
      rules: [
        { kind: 'closed', ...fair },
        { kind: 'worked', ...made },
      ],
    },
  ];
}

function unitsOf(areas: Area[]): Unit[] {
  const district = areas[0]!;
  const governs = (area: Area, kind: 'street' | 'community', name: string, parentId: string): Unit => ({
    id: `u-${area.id}`,
    kind,
    name,
    areaId: area.id,
    parentId,
  });
  const body = (id: string, kind: Unit['kind'], name: string, parentId: string | null): Unit => ({
    id,
    kind,
    name,
    areaId: district.id,
    parentId,
  });
  return [
    body('centre', 'centre', '区网格化指挥中心', null),
    body('discipline', 'discipline', '区纪委监委', null),
    body('procuratorate', 'procuratorate', '区检察院', null),
    ...departments.map(({ id, name }) => body(id, 'department', name, 'centre')),
    ...areas
      .filter(({ kind }) => kind === 'street')
      .map((street) => governs(street, 'street', `${street.name}办事处`, 'centre')),
    ...areas
      .filter(({ kind }) => kind === 'community')
      .map((community) => governs(community, 'community', `${community.name}居委会`, `u-${community.parentId}`)),
  ];
}
