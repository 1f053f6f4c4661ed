import { type Duty, dutyId } from '../../server/domain/types';

/*
 * A matter's part of the duty list 权责清单: rows with semicolons between, each `when=lead+assist+assist`.
 *
 * when: the rank of a filing condition, `z` for dedicated grids, both (`2z=`); left out for "always".
 * lead: c community, s street, d the department whose duty the matter is, a number for another department,
 *       p the police (警情, until they return it), j the procuratorate (公益诉讼线索), - nobody (dispatched by hand).
 * assist: numbers of departments.
 */

const ROW = /^(?:(\d?)(z?)=)?([csdpj-]|\d+)((?:\+\d+)*)$/;
const POLICE = 12;

const department = (number: string | number) => `dept-${String(number).padStart(2, '0')}`;

/** Rows of the duty list for one matter. Errors: a row that cannot be read. */
export function dutiesOf(rows: string, matter: { matterId: string; itself: string }): Duty[] {
  return rows.split(';').flatMap((row) => {
    const [, rank, dedicated, lead = '', assists = ''] = ROW.exec(row.trim()) ?? unreadable(row);
    if (lead === '-') return [];
    const duty: Omit<Duty, 'id'> = {
      matterId: matter.matterId,
      conditionId: rank ? `${matter.matterId}.${rank}` : null,
      areaKind: dedicated ? 'dedicated' : null,
      ...leading(lead, matter.itself),
      assistUnitIds: assists.split('+').filter(Boolean).map(department),
    };
    return [{ id: dutyId(duty), ...duty }];
  });
}

function leading(lead: string, itself: string): Pick<Duty, 'channel' | 'leadKind' | 'leadUnitId'> {
  const general = { channel: 'general', leadUnitId: null } as const;
  switch (lead) {
    case 'c':
      return { ...general, leadKind: 'community' };
    case 's':
      return { ...general, leadKind: 'street' };
    case 'j':
      return { channel: 'litigation', leadKind: 'procuratorate', leadUnitId: null };
    case 'p':
      return { channel: 'police', leadKind: 'department', leadUnitId: department(POLICE) };
    default:
      return { ...general, leadKind: 'department', leadUnitId: lead === 'd' ? itself : department(lead) };
  }
}

function unreadable(row: string): never {
  throw new Error(`Bad row of the duty list: ${row}`);
}
