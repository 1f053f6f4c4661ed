import { changesOf } from '../../../server/domain/rule-changes';
import { settingLines } from '../../../server/domain/setting-lines';
import { DEFAULTS, type Settings } from '../../../server/domain/settings';

const people = [{ userId: 'qin', name: '秦局长' }];
const between = (before: Partial<Settings>, after: Partial<Settings>) =>
  changesOf(settingLines(before, people), settingLines(after, people));

test('a policy that is written out but stands anyway changes nothing', () => {
  expect(between({}, DEFAULTS)).toEqual({ added: [], changed: [], removed: [] });
});

test('a change of policy is said in the words of the office, with what held before', () => {
  const handle = DEFAULTS.ladders.handle.filter(({ rung }) => rung !== 'prewarn');
  const after: Partial<Settings> = {
    onReturn: 'run',
    ladders: { ...DEFAULTS.ladders, handle },
    accountability: { signedBy: 'qin', at: 1 },
    verifyWithin: 2 * 86_400_000,
  };
  const { added, changed, removed } = between({}, after);
  expect(added).toEqual([]);
  expect(changed).toEqual([
    { what: '问责签批', before: '未启用', after: '已启用，签批人 秦局长' },
    { what: '退回期间', before: '停表', after: '不停表' },
    { what: '核查期限', before: '1 天', after: '2 天' },
  ]);
  expect(removed).toEqual([{ what: '办理督办 · 预警', before: '用掉时限的 80% 时，通知经办', after: null }]);
});
