import { morningBrief } from '../../cards/brief';
import { renderCard } from '../../cards/card';
import { fallbackMessage } from '../../cards/fallback';
import { readTemplate, TEMPLATE_NAMES } from '../../cards/templates';
import { sampleTown } from '../../prisma/sample/sample';
import type { Command } from '../../server/domain/commands';
import { decide } from '../../server/domain/decide';
import { supervisors } from '../../server/domain/routing';
import type { Decision } from '../../server/domain/rules';
import type { Entry, Event } from '../../server/domain/types';
import { MONDAY, tinyRules } from '../support/town';

const rules = tinyRules(sampleTown());
const { roster } = rules;
const worker = roster.town.posts.find(({ role }) => role === 'worker')!.userId;

/** An event after some commands, with its history. */
function after(...commands: [by: () => string, Command][]): { event: Event; entries: Entry[] } {
  let event: Event | null = null;
  const entries: Entry[] = [];
  for (const [by, command] of commands) {
    const decision: Decision = decide(event, command, {
      by: by(),
      now: MONDAY,
      rules,
      newId: 'e'.repeat(36),
      nextNo: '20261123-0001',
    }) as Decision;
    event = decision.event;
    entries.push(...decision.entries);
  }
  return { event: event!, entries };
}

const report: Command = {
  type: 'report',
  text: '建设路12号路灯不亮，晚上很黑，老人小孩走路容易摔跤，请尽快来修',
  media: [],
  conversationId: 'c',
};
const file: Command = { type: 'file' };
const reporter = () => worker;

function cards() {
  const drafted = after([reporter, report]);
  const filed = after([reporter, report], [reporter, file]);
  const unit = filed.event.tasks[0]!.unitId;
  const handler = roster.staff(unit, 'handler')[0]!;
  const acked = after([reporter, report], [reporter, file], [() => handler, { type: 'ack' }]);
  const dispatcher = roster.town.posts.find(({ role, unitId }) => role === 'dispatcher' && unitId === 'centre')!.userId;
  const returned = after(
    [reporter, report],
    [reporter, file],
    [() => handler, { type: 'return', reason: '不属于我单位' }],
  );
  const base = {
    rules,
    now: MONDAY,
    safety: null,
    detailUrl: `https://example.org/#/e/${drafted.event.id}`,
    photoUrls: [],
  };
  return [
    renderCard({ ...base, ...drafted, kind: 'draft', userId: worker }),
    renderCard({ ...base, ...filed, kind: 'task', userId: handler }),
    renderCard({ ...base, ...acked, kind: 'task', userId: handler }),
    renderCard({ ...base, ...returned, kind: 'task', userId: dispatcher }),
    renderCard({ ...base, ...acked, kind: 'supervision', userId: supervisors(acked.event.areaPath, roster)[0]! }),
  ];
}

test.each(['draft', 'task', 'supervision'] as const)('code and the template “%s” name the same variables', (name) => {
  const named = readTemplate(name).variables.map((variable) => variable.name);
  expect(Object.keys(cards()[0]!.params).sort()).toEqual(named.sort());
});

test('code and the template “brief” name the same variables', () => {
  const stages = {
    reported: 0,
    filed: 1,
    dispatched: 1,
    handling: 1,
    verifying: 1,
    closed: 9,
    rejected: 0,
    withdrawn: 0,
  };
  const { params } = morningBrief(
    { byStage: stages, late: 1, dueToday: 2, reportedToday: 3, closedToday: 4 },
    [],
    roster,
    '2026-11-23',
    'https://example.org',
    [],
  );
  expect(Object.keys(params).sort()).toEqual(
    readTemplate('brief')
      .variables.map(({ name }) => name)
      .sort(),
  );
});

test.each(TEMPLATE_NAMES)('the layout of “%s” shows variables that exist, and every one that must be shown', (name) => {
  const { layout, variables } = readTemplate(name);
  const text = JSON.stringify(layout);
  const used = new Set(
    [...text.matchAll(/\$\{(\w+)\}|"(?:when|rows|urls|form|buttons)":"(\w+)"/g)].map((found) => found[1] ?? found[2]),
  );
  const known = new Set(variables.map((variable) => variable.name));
  expect([...used].filter((variable) => variable && !known.has(variable))).toEqual([]);
  expect([...known].filter((variable) => !used.has(variable))).toEqual([]);
});

test('every value is a string of at most 1 kB, as the platform asks', () => {
  for (const { params } of cards()) {
    for (const [name, value] of Object.entries(params)) {
      expect(typeof value).toBe('string');
      expect({ name, bytes: Math.min(1024, Buffer.byteLength(value)) }).toEqual({
        name,
        bytes: Buffer.byteLength(value),
      });
    }
  }
});

test('the first button of a card is what the person is asked to do', () => {
  const first = cards().map(({ params }) => JSON.parse(params.buttons!)[0]?.action);
  expect(first).toEqual(['file', 'ack', 'finish', 'dispatch', 'supervise']);
});

test('without templates, an action card carries the same words and links to each action', () => {
  const message = fallbackMessage(cards()[1]!);
  expect(message).toMatchObject({ type: 'actions', title: expect.stringContaining('请签收') });
  expect(message.type === 'actions' && message.buttons[0]).toEqual({
    title: '签收',
    url: expect.stringMatching(/#\/e\/e+\?do=ack$/),
  });
});
