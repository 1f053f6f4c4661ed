import type { Context } from 'koa';
import { dateOf } from '../domain/clock';
import { maySee } from '../domain/policy';
import { refuse } from '../domain/refusal';
import type { Roster } from '../domain/roster';
import type { Settings } from '../domain/settings';
import type { Role } from '../domain/types';
import { type Given, type Proposal, type ProposalFault, proposalOf } from '../flow/proposal';
import { rangeOf, whatIf } from '../flow/whatif';
import { BadSheet } from '../ports';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { Problem, refused } from './problem';

/** 推演: supervisors and those above them see what other rules would have made of the events that they may see. */

const ASKERS: readonly Role[] = ['supervisor', 'leader', 'oversight', 'admin'];

export function whatIfRoutes(ports: HttpPorts): Pick<Handlers, 'GET /api/what-if' | 'POST /api/what-if'> {
  let running = false;
  return {
    'GET /api/what-if': async ({ who }) => {
      const { roster, settings } = ports.rules();
      mayAsk(who, roster);
      return formOf(roster, settings, ports.clock.now());
    },
    'POST /api/what-if': async (asked) => {
      mayAsk(asked.who, ports.rules().roster);
      if (running) throw new Problem(409, 'busy', '另一次推演正在进行，请过一分钟再试。');
      running = true;
      try {
        return await run(ports, asked);
      } finally {
        running = false;
      }
    },
  };
}

/** What the page offers to change, as it is in force. */
function formOf(roster: Roster, settings: Settings, now: number) {
  const { matters, conditions, areas, calendars } = roster.town;
  const offered = new Set(roster.offered.map(({ id }) => id));
  return {
    today: dateOf(now),
    settings: { ...settings },
    calendars,
    matters: matters.filter(({ id }) => offered.has(id)).map(({ id, name }) => ({ id, name })),
    conditions: conditions.filter(({ matterId }) => offered.has(matterId)),
    areas: areas.filter(({ kind }) => kind !== 'grid').map(({ id, name, kind }) => ({ id, name, kind })),
  };
}

/** Errors: 403 for those who oversee nothing. */
function mayAsk(who: string, roster: Roster): void {
  if (!roster.posts(who).some(({ role }) => ASKERS.includes(role))) throw refused(refuse('not_allowed'));
}

async function run(ports: HttpPorts, { body, who, ctx }: Asked<'POST /api/what-if'>) {
  const rules = ports.rules();
  const range = rangeOf(body.from, body.to);
  if ('fault' in range) throw wrong(range.field, range.fault);
  const proposal = await read(ports, body);
  const sees = (event: Parameters<typeof maySee>[1]) => maySee(who, event, rules.roster);
  const asked = { ...range, now: ports.clock.now(), sees };
  const result = await whatIf(ports.store, rules, proposal, asked, whileListening(ctx));
  if ('faults' in result) throw faulty(result.faults);
  return { from: body.from, to: body.to, ...result };
}

/** Errors: 404 for an upload that is not there, 413 or 422 for one that is no table, 422 with every fault. */
async function read(ports: HttpPorts, body: Asked<'POST /api/what-if'>['body']): Promise<Proposal> {
  const { calendars, settings, catalogue } = body;
  const given: Given = { calendars, settings };
  if (catalogue && 'conditions' in catalogue) given.conditions = catalogue.conditions;
  if (catalogue && 'sha' in catalogue) {
    const bytes = await ports.uploads.read(catalogue.sha);
    if (!bytes) throw new Problem(404, 'no_upload', '没有找到上传的目录，请重新上传并预览。');
    given.table = { bytes, mode: catalogue.mode };
  }
  const nothing = Object.values(given).every((each) => each === undefined);
  if (nothing) throw new Problem(422, 'nothing_proposed', '还没有写要改什么。');
  try {
    const proposal = await proposalOf(ports, given, ports.rules().roster.town);
    if ('faults' in proposal) throw faulty(proposal.faults);
    return proposal;
  } catch (error) {
    if (!(error instanceof BadSheet)) throw error;
    throw new Problem(error.code === 'too_large' ? 413 : 422, error.code, error.words);
  }
}

/** Nobody waits for the answer of a page that was closed. */
function whileListening({ res }: Context): AbortSignal {
  const abort = new AbortController();
  res.once('close', () => abort.abort(new Problem(400, 'aborted', '已取消。')));
  return abort.signal;
}

function wrong(field: string, message: string): Problem {
  return new Problem(422, 'bad_input', message, { issues: [{ path: `body.${field}`, message }] });
}

function faulty(faults: readonly ProposalFault[]): Problem {
  const issues = faults.slice(0, 200).map(({ where, row, reason }) => ({
    path: row > 0 ? `${where} 第 ${row} 条` : where,
    message: reason,
  }));
  const [first] = issues;
  return new Problem(422, 'faulty_rules', `拟议的规则有误，没有推演：${first?.path}：${first?.message}。`, { issues });
}
