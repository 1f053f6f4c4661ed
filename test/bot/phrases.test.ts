import { hear, readTap, robotMessage } from '../../bot/frames';
import { meaningOf } from '../../bot/phrases';
import { commandOf } from '../../server/domain/request';

const meant = (text: string) => meaningOf(text, [], 'c1');

test.each([
  ['帮助', 'help'],
  ['我的上报', 'mine'],
  ['待办', 'todo'],
  ['超期', 'late'],
])('%s is a question about %s', (words, about) => {
  expect(meant(words).command).toEqual({ type: 'ask', about });
});

test.each(['进度 20261123-0042', '20261123-0042', '进度20261123—0042'.replace('进度', ''), '20261123 0042'])(
  '“%s” asks how an event is',
  (words) => {
    expect(meant(words.replace(/^进度 /, '')).command).toMatchObject({
      type: 'ask',
      about: 'progress',
      words: { no: '20261123-0042' },
    });
  },
);

test('a number with further words adds to the event; with an order it gives the order', () => {
  expect(meant('20261123-0042 旁边的也坏了')).toMatchObject({
    on: { no: '20261123-0042' },
    command: { type: 'add', text: '旁边的也坏了' },
  });
  expect(meant('撤回 20261123-0042').command).toMatchObject({ type: 'withdraw' });
  expect(meant('20261123-0042 办结：已更换灯泡').command).toMatchObject({ type: 'finish', note: '已更换灯泡' });
});

test.each([
  ['延期：缺配件', { type: 'extend', reason: '缺配件' }],
  ['申诉 停电三天', { type: 'appeal', reason: '停电三天' }],
  ['同意', { type: 'approve', note: '' }],
  ['不同意：可以先装临时灯', { type: 'deny', reason: '可以先装临时灯' }],
  ['收回', { type: 'recall', reason: '' }],
  ['恢复办理', { type: 'resume', reason: '' }],
])('with a number, “%s” is the order it says', (order, command) => {
  expect(meant(`20261123-0042 ${order}`)).toMatchObject({ on: { no: '20261123-0042' }, answer: 'done' });
  expect(meant(`20261123-0042 ${order}`).command).toEqual(command);
});

test('what merely begins like an order and goes on is not taken for less than it says', () => {
  expect(meant('20261123-0042 核查通过').command).toMatchObject({ type: 'pass' });
  expect(meant('20261123-0042 同意书已经贴在门口').command).toMatchObject({ type: 'add', text: '同意书已经贴在门口' });
  expect(meant('20261123-0042 不通过：还是不亮').command).toMatchObject({ type: 'fail', reason: '还是不亮' });
});

test('a telephone number or a long digit string is no event number', () => {
  expect(meant('打电话13912345678没人接，路灯不亮').command).toMatchObject({ type: 'report' });
});

describe('what a message says', () => {
  const message = (rest: object) => robotMessage.parse({ msgId: 'm', conversationId: 'c', ...rest });

  test('group words lose their leading space and the mention', () => {
    expect(hear(message({ msgtype: 'text', text: { content: ' 路灯不亮' } })).text).toBe('路灯不亮');
    expect(hear(message({ msgtype: 'text', text: { content: '@网格通 路灯不亮' } })).text).toBe('路灯不亮');
  });

  test('voice is its recognition; rich text its words and pictures', () => {
    expect(
      hear(message({ msgtype: 'audio', content: { downloadCode: 'd', recognition: '路灯不亮', duration: 3000 } })),
    ).toEqual({ text: '路灯不亮', media: [{ kind: 'audio', code: 'd' }] });
    const parts = [
      { text: '路灯' },
      { type: 'picture', downloadCode: 'a' },
      { text: '不亮' },
      { type: 'picture', pictureDownloadCode: 'b' },
    ];
    expect(hear(message({ msgtype: 'richText', content: { richText: parts } }))).toEqual({
      text: '路灯不亮',
      media: [
        { kind: 'image', code: 'a' },
        { kind: 'image', code: 'b' },
      ],
    });
  });
});

describe('what a tap says', () => {
  const params = {
    action: 'transfer',
    matter: 'M-1',
    form: { to: { index: 0, value: 'dept-03' }, reason: '不归我们', n: 3, ok: true },
  };

  test.each([
    ['content, in cardPrivateData', { content: JSON.stringify({ cardPrivateData: { actionIds: ['x'], params } }) }],
    ['value, beside cardPrivateData', { value: JSON.stringify({ cardPrivateData: { actionIds: ['x'] }, params }) }],
  ])('%s', (_, payload) => {
    expect(readTap({ outTrackId: 'o', userId: 'u', ...payload })).toEqual({
      outTrackId: 'o',
      userId: 'u',
      action: 'transfer',
      words: { matter: 'M-1', to: 'dept-03', reason: '不归我们', n: '3', ok: 'true' },
    });
  });

  test('a date from the form arrives with its reason, and makes the command whole', () => {
    const form = { until: '2026-12-10', reason: '等电力公司停电施工' };
    const content = JSON.stringify({ cardPrivateData: { params: { action: 'suspend', form } } });
    const { action, words } = readTap({ outTrackId: 'o', userId: 'u', content });
    expect(commandOf(action, words)).toEqual({ type: 'suspend', ...form });
  });

  test('without an action in params, the id of the button is its action', () => {
    expect(readTap({ outTrackId: 'o', userId: 'u', content: '{"cardPrivateData":{"actionIds":["ack"]}}' }).action).toBe(
      'ack',
    );
  });

  test('what is no JSON is an error, not a tap', () => {
    expect(() => readTap({ outTrackId: 'o', userId: 'u', content: '{' })).toThrow();
    expect(() => readTap({ outTrackId: '', userId: 'u', content: '{}' })).toThrow();
  });
});
