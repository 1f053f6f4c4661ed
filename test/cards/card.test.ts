import fc from 'fast-check';
import { buttonsJson, formJson, offered } from '../../cards/buttons';
import { type CardInput, renderCard } from '../../cards/card';
import { sampleTown } from '../../prisma/sample/sample';
import { DAY, dayOfDate, HOUR, instant, MINUTE } from '../../server/domain/clock';
import { ACTIONS, type Action } from '../../server/domain/commands';
import type { Entry, Event, Task } from '../../server/domain/types';
import { filed, type Game, handled, play, rulesWith } from '../support/play';
import { tinyRules, tinyTown } from '../support/town';

const card = (game: Game, userId: string, kind: CardInput['kind'] = 'task') =>
  renderCard({
    ...{ kind, event: game.event, entries: game.entries, userId, rules: game.rules, now: game.now },
    ...{ safety: null, detailUrl: 'https://example.org/#/e/e1', photoUrls: [] },
  }).params as Record<string, string>;
const rows = (params: Record<string, string>, name = 'fields'): Record<string, string> =>
  Object.fromEntries(
    JSON.parse(params[name] ?? '[]').map(({ label, value }: { label: string; value: string }) => [label, value]),
  );
const buttons = (params: Record<string, string>): string[] =>
  JSON.parse(params.buttons ?? '[]').map(({ action }: { action: string }) => action);
const fields = (params: Record<string, string>) => JSON.parse(params.form ?? '{}').fields;

const extending = () => {
  const game = handled();
  game.step('zhang', { type: 'extend', reason: '缺灯具配件，厂家后天到货' });
  return game;
};
const suspended = () => {
  const game = handled();
  game.step('zhang', { type: 'suspend', until: '2026-12-10', reason: '等电力公司停电施工' });
  game.step('zhao', { type: 'approve' });
  game.step('qian', { type: 'approve' });
  return game;
};

it('a town without anybody above worker says so to who reported, instead of nothing', () => {
  const town = tinyTown();
  const workers = town.posts.filter(({ role }) => role === 'worker');
  const status = (posts: typeof town.posts) =>
    rows(card(filed(tinyRules({ ...town, posts })), 'li', 'draft')).状态 ?? '';
  expect(status(workers)).toContain('暂时无人受理');
  expect(status([...workers, ...town.posts.filter(({ userId }) => userId === 'zhou')])).toBe('');
});

describe('lateness', () => {
  const whole = (game: Game, userId = 'zhang') =>
    renderCard({
      ...{ kind: 'task', event: game.event, entries: game.entries, userId, rules: game.rules, now: game.now },
      ...{ safety: null, detailUrl: 'https://example.org/#/e/e1', photoUrls: [] },
    });

  it('is announced before it comes, on the card and in the line that the phone shows', () => {
    const game = handled();
    game.at(instant('2026-11-23', '14:12'));
    expect(whole(game).params.warning).toBe('办理即将超期，剩 48 分钟');
    expect(whole(game).alert).toBe('请办理：路灯不亮 20261123-0001 办理即将超期，剩 48 分钟 建设路12号路灯不亮');
    game.at(instant('2026-11-23', '14:11'));
    expect(whole(game).params.warning).toBe('');
  });

  it('is not announced where an extension has led away from it', () => {
    const game = handled();
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    game.at(instant('2026-11-23', '14:30'));
    game.step('zhao', { type: 'approve' });
    game.step('qian', { type: 'approve' });
    expect(whole(game).params.warning).toBe('');
  });

  it('begins with words, not with “0 分钟”', () => {
    const game = handled();
    game.at(instant('2026-11-23', '15:00') + 1_000);
    game.tick();
    expect(whole(game).params.warning).toBe('已普通督办。办理时限刚刚超期');
  });

  it('is handed to those who look into it, and punishes nobody yet', () => {
    const game = handled(rulesWith({ accountability: { signedBy: 'zheng', at: 0 } }));
    game.wait(30 * DAY);
    game.tick();
    expect(whole(game, 'sun').params.warning).toMatch(/^已提请问责。办理时限已超 /);
  });
});

describe('a pending request', () => {
  it.each(['zhang', 'zhao', 'qian', 'sun'])('is shown to %s: who asked, why, whose turn', (userId) => {
    expect(rows(card(extending(), userId), 'notices')).toEqual({
      申请延期: '张三 09:00 申请：缺灯具配件，厂家后天到货。等单位领导（第 1 级，共 2 级）审批',
    });
  });

  it('is shown to the reporter too, and moves on to the next who decides', () => {
    const game = extending();
    game.step('zhao', { type: 'approve' });
    expect(rows(card(game, 'li', 'draft'), 'notices').申请延期).toContain('等派遣员（第 2 级，共 2 级）审批');
  });

  it('asks those whose turn it is, and nobody else', () => {
    const game = extending();
    expect(card(game, 'zhao').title).toBe('请审批延期：路灯不亮');
    expect(buttons(card(game, 'zhao')).slice(0, 2)).toEqual(['approve', 'deny']);
    expect(buttons(card(game, 'qian'))).not.toContain('approve');
    expect(card(game, 'zhang').title).toBe('请办理：路灯不亮');
  });

  it('is not offered to who has decided already, though they are in both posts', () => {
    const town = tinyTown();
    const post = { id: 'zhao.dispatcher', userId: 'zhao', role: 'dispatcher' as const, unitId: 'u-s', areaId: 's' };
    const game = handled(tinyRules({ ...town, posts: [...town.posts, post] }));
    game.step('zhang', { type: 'extend', reason: '缺灯具配件，厂家后天到货' });
    game.step('zhao', { type: 'approve' });
    expect(buttons(card(game, 'zhao'))).not.toContain('approve');
    expect(game.refused('zhao', { type: 'approve' })).toContain('不能审批自己的申请');
    expect(buttons(card(game, 'qian'))).toContain('approve');
  });

  it('says until when, where it is a suspension', () => {
    const game = handled();
    game.step('zhang', { type: 'suspend', until: '2026-12-10', reason: '等电力公司停电施工' });
    expect(rows(card(game, 'sun'), 'notices').申请挂账).toContain('挂账至 12月10日：等电力公司停电施工');
  });
});

describe('a suspended task', () => {
  it('says until when, shows no limit and no red, and offers to resume', () => {
    const params = card(suspended(), 'zhang');
    expect(params).toMatchObject({ title: '挂账中：路灯不亮', tag: '挂账中', tone: 'blue', warning: '' });
    expect(rows(params)).toMatchObject({ 状态: '挂账至 12月10日，期间不计时' });
    expect(rows(params)).not.toHaveProperty('办理时限');
    expect(buttons(params)).toEqual(['resume']);
  });

  it('stays calm however long it lasts, while one that runs turns red (control)', () => {
    const [still, running] = [suspended(), handled()];
    for (const game of [still, running]) game.wait(10 * DAY);
    expect(card(still, 'zhang').tone).toBe('blue');
    expect(card(running, 'zhang')).toMatchObject({ tone: 'red', warning: expect.stringContaining('办理时限已超') });
  });
});

describe('an event that is passed on', () => {
  const passing = () => {
    const game = handled();
    game.step('zhang', { type: 'transfer', to: 'dept-02', reason: '属于小区路灯' });
    return game;
  };

  it('says who answers for it until the other side acknowledges', () => {
    const params = card(passing(), 'zhang');
    expect(rows(params).状态).toBe('转办中，住房和城乡建设局签收前仍由综合行政执法局负责');
    expect(params.tag).toBe('转办中');
    expect(buttons(params)[0]).toBe('recall');
    expect(card(passing(), 'zhou').title).toBe('请签收：路灯不亮');
  });

  it('counts how often it went to and fro, and names the unit that answers for it', () => {
    const game = passing();
    game.step('zhou', { type: 'ack' });
    game.step('zhou', { type: 'return', reason: '也不归我们管' });
    expect(rows(card(game, 'qian'))).toMatchObject({ 流转: '退回 1 次、转办 1 次', 首接责任单位: '住房和城乡建设局' });
    expect(rows(card(handled(), 'zhang'))).not.toHaveProperty('流转');
  });
});

describe('supervision', () => {
  it('shows the higher of what the clock has climbed and what people did by hand', () => {
    const game = handled();
    game.step('sun', { type: 'supervise', level: 'yellow', reason: '群众反复反映' });
    expect(card(game, 'zhang').warning).toBe('已黄牌督办。');
    game.wait(2 * DAY);
    game.tick();
    expect(card(game, 'zhang').warning).toMatch(/^已红牌督办。办理时限已超 /);
    const other = handled();
    other.wait(4 * HOUR + 2 * HOUR + MINUTE);
    other.tick();
    expect(card(other, 'zhang').warning).toMatch(/^已普通督办。/);
    other.step('sun', { type: 'supervise', level: 'red', reason: '群众反复反映' });
    expect(card(other, 'zhang').warning).toMatch(/^已红牌督办。/);
  });

  it('shows a leader’s words on the card of those who handle it', () => {
    const game = handled(rulesWithLeader());
    game.step('wei', { type: 'instruct', note: '请今天办完，办完告诉我' });
    expect(rows(card(game, 'zhang'), 'notices')).toEqual({ 领导批示: '魏书记 09:00：请今天办完，办完告诉我' });
  });
});

function rulesWithLeader() {
  const rules = tinyRules();
  const { town } = rules.roster;
  return tinyRules({
    ...town,
    people: [...town.people, { userId: 'wei', unionId: 'un-wei', name: '魏书记', mobile: null, active: true }],
    posts: [...town.posts, { id: 'wei.leader', userId: 'wei', role: 'leader', unitId: 'u-s', areaId: 's' }],
  });
}

describe('why this time, in short', () => {
  it('tells limit, use, pauses and days off, each of them with its moment', () => {
    const game = handled();
    expect(rows(card(game, 'zhang')).时限说明).toBe('自 09:00 起限 4 工作时，到 09:00 已用 0 分钟');
    game.wait(130 * MINUTE);
    game.step('zhang', { type: 'return', reason: '不属于本单位' });
    game.wait(5 * DAY);
    game.step('qian', { type: 'dispatch', to: 'dept-01' });
    game.step('zhang', { type: 'ack' });
    expect(rows(card(game, 'zhang')).时限说明).toBe(
      '自 11月23日 09:00 起限 4 工作时，到 11:10 已用 2 小时 10 分；暂停：退回 5 天；不计：周末',
    );
  });

  it('says what an extension added', () => {
    const game = extending();
    game.step('zhao', { type: 'approve' });
    game.step('qian', { type: 'approve' });
    expect(rows(card(game, 'zhang'))).toMatchObject({
      时限说明: '自 09:00 起限 4 工作时＋延期 4 小时，到 09:00 已用 0 分钟',
      办理时限: '11月24日 09:00（剩 1 天）',
    });
  });

  it('names days that are worked for a reason, and a pause that has just begun without its length', () => {
    const rules = tinyRules();
    const make = (day: number) => ({
      ...rules.calendarOf('').plan(day),
      why: day === dayOfDate('2026-11-23') ? '补班' : '',
    });
    const calendar = { ...rules.calendarOf(''), plan: make };
    const game = handled({ ...rules, calendarOf: () => calendar });
    expect(rows(card(game, 'zhang')).时限说明).toBe('自 09:00 起限 4 工作时，到 09:00 已用 0 分钟；另有：补班');
    game.wait(60 * MINUTE);
    game.step('zhang', { type: 'suspend', until: '2026-12-01', reason: '等产权单位' });
    game.step('zhao', { type: 'approve' });
    game.step('qian', { type: 'approve' });
    game.wait(1);
    expect(rows(card(game, 'zhang')).时限说明).toContain('已用 1 小时；暂停：挂账；');
  });

  it('is for those who are measured by it, not for the reporter', () => {
    expect(rows(card(handled(), 'li', 'draft'))).not.toHaveProperty('时限说明');
  });

  it('a deadline in a year whose holidays are not published says so', () => {
    const rules = tinyRules();
    const calendar = { ...rules.calendarOf(''), published: (year: number) => year !== 2027 };
    const game = play({ ...rules, calendarOf: () => calendar });
    game.at(instant('2026-12-31', '16:00'));
    game.report('建设路12号路灯不亮');
    game.step('li', { type: 'file' });
    game.step('zhang', { type: 'ack' });
    expect(rows(card(game, 'zhang')).办理时限).toMatch(
      /^2027年1月1日 10:00（剩 18 小时）（2027 年放假安排未公布，暂按周末推算）$/,
    );
    // Passed, it may still move.
    game.at(instant('2027-01-04', '09:00'));
    expect(rows(card(game, 'zhang')).办理时限).toMatch(/已超.+（2027 年放假安排未公布，暂按周末推算）$/);
    // Control: the deadline to acknowledge lies in this year.
    expect(rows(card(handled(), 'zhang')).办理时限).not.toContain('未公布');
  });
});

describe('every value stays within the 1 kB that the platform documents', () => {
  const bytes = (params: Record<string, string>) =>
    Math.max(...Object.values(params).map((each) => Buffer.byteLength(each)));

  it('however long the words, however many the units', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('字', '😀', '"', '\\', '\n', '\u0007', 'a'),
      minLength: 2,
      maxLength: 500,
    });
    const rules = tinyRules(sampleTown());
    fc.assert(
      fc.property(nasty, nasty, nasty, (text, reason, note) => {
        const game = handled();
        const event: Event = structuredClone(game.event);
        event.text = text;
        event.place.text = note;
        event.tasks[0]!.request = {
          kind: 'suspend',
          by: 'zhang',
          at: game.now,
          reason,
          until: '2026-12-10',
          approvers: ['leader', 'dispatcher'],
          agreed: [],
        };
        const entry = game.entries[0]!;
        const entries: Entry[] = [1, 2, 3].map((seq) => ({ ...entry, seq, action: 'instruct', data: { note } }));
        for (const userId of ['zhang', 'zhao', 'qian', 'sun', 'li'])
          for (const kind of ['task', 'draft', 'supervision'] as const) {
            const input = { kind, event, entries, userId, rules: game.rules, now: game.now, safety: null };
            const { params } = renderCard({ ...input, detailUrl: 'https://example.org', photoUrls: [] });
            expect(bytes(params)).toBeLessThanOrEqual(1024);
            for (const name of ['fields', 'notices', 'timeline', 'form', 'buttons']) JSON.parse(params[name]!);
          }
      }),
      { numRuns: 60 },
    );
    const all = offered('task', Object.keys(ACTIONS) as Action[]);
    const event = { ...filed().event, areaPath: rules.roster.town.areas.at(-1)?.path ?? '' };
    expect(Buffer.byteLength(buttonsJson(all, event, rules.roster))).toBeLessThanOrEqual(1024);
    expect(Buffer.byteLength(formJson(all, event, rules.roster, 0))).toBeLessThanOrEqual(1024);
  });

  it('and what must go is what is needed least: the first buttons stand (control: all of them would not fit)', () => {
    const all = offered('task', Object.keys(ACTIONS) as Action[]);
    const kept = JSON.parse(buttonsJson(all, filed().event, tinyRules().roster)).map(
      ({ action }: { action: string }) => action,
    );
    expect(kept.slice(0, 4)).toEqual(['approve', 'deny', 'confirm', 'redo']);
    expect(kept.length).toBeLessThan(all.length);
    expect(kept).toEqual(all.slice(0, kept.length));
  });

  it('a handler in the busiest state still has every step of theirs on the card', () => {
    expect(buttons(card(handled(), 'zhang'))).toEqual([
      'finish',
      'assist',
      'transfer',
      'escalate',
      'return',
      'extend',
      'suspend',
    ]);
  });
});

describe('the form', () => {
  it('asks for a date as a date, and names what a note is for', () => {
    expect(fields(card(handled(), 'zhang'))).toMatchObject([
      { name: 'to', type: 'SELECT' },
      { name: 'until', label: '挂账截止日期', type: 'DATE', required: true, placeholder: '如 2026-12-23' },
      { name: 'note', label: '处理结果' },
      { name: 'reason', label: '理由' },
    ]);
    expect(fields(card(handled(rulesWithLeader()), 'wei'))).toContainEqual(
      expect.objectContaining({ name: 'note', label: '批示' }),
    );
  });

  it('leaves choosing a matter to the event’s page', () => {
    const params = card(filed(), 'qian');
    expect(buttons(params)).toEqual(['recall']);
    expect(fields(params)).toEqual([]);
  });
});

it('a task never acknowledged counts by the clock that runs out first', () => {
  const game = filed();
  const [task] = game.event.tasks as [Task];
  expect(rows(card(game, 'zhang'))).toMatchObject({ 签收时限: '10:00（剩 1 小时）' });
  task.handleDueAt = (task.ackDueAt ?? 0) - MINUTE;
  expect(rows(card(game, 'zhang'))).toHaveProperty('办理时限');
});
