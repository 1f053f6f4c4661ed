import * as cache from '../../miniapp/cache';

/** What the server said, kept and shared by all who ask the same. */

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 10, 26) });
  cache.forget();
});
afterEach(() => jest.useRealTimers());

/** A server whose answers come when the test lets them. */
function server() {
  const waiting: ((answer: unknown) => void)[] = [];
  const failing: ((error: Error) => void)[] = [];
  const ask = jest.fn(
    () =>
      new Promise((resolve, reject) => {
        waiting.push(resolve);
        failing.push(reject);
      }),
  );
  const settle = async (act: () => void) => {
    act();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return {
    ask,
    answer: (turn: number, data: unknown) => settle(() => waiting[turn]!(data)),
    fail: (turn: number) => settle(() => failing[turn]!(new Error('no line'))),
  };
}

test('two who ask the same cause one question, and both hear the answer', async () => {
  const { ask, answer } = server();
  const heard = [jest.fn(), jest.fn()];
  for (const each of heard) cache.listen('a', ask, each);
  expect(ask).toHaveBeenCalledTimes(1);
  await answer(0, { n: 1 });
  expect(cache.read('a')?.data).toEqual({ n: 1 });
  for (const each of heard) expect(each).toHaveBeenCalledTimes(1);
});

test('what is known is shown at once; asked again only when it is old', async () => {
  const { ask, answer } = server();
  cache.listen('a', ask, jest.fn())();
  await answer(0, 1);
  jest.advanceTimersByTime(3_000);
  cache.listen('a', ask, jest.fn())();
  expect([cache.read('a')?.data, ask.mock.calls.length]).toEqual([1, 1]);
  jest.advanceTimersByTime(2_000);
  cache.listen('a', ask, jest.fn());
  expect([cache.read('a')?.data, ask.mock.calls.length]).toEqual([1, 2]);
});

test('an answer that was overtaken is dropped: by what we know better, and by a later question', async () => {
  const { ask, answer } = server();
  cache.listen('a', ask, jest.fn());
  cache.put('a', 'better');
  await answer(0, 'late');
  expect(cache.read('a')?.data).toBe('better');
  cache.refresh();
  cache.refresh();
  await answer(2, 'new');
  await answer(1, 'old');
  expect(cache.read('a')?.data).toBe('new');
});

test('a failure keeps what there was, and is forgotten with the next answer', async () => {
  const { ask, answer, fail } = server();
  cache.listen('a', ask, jest.fn());
  await answer(0, 1);
  cache.again('a');
  await fail(1);
  expect(cache.read('a')).toMatchObject({ data: 1, error: new Error('no line') });
  cache.again('a');
  await answer(2, 1);
  expect(cache.read('a')).toMatchObject({ data: 1, error: null });
});

test('what says the same stays the same object, so that nothing is drawn again', async () => {
  const { ask, answer } = server();
  cache.listen('a', ask, jest.fn());
  await answer(0, { rows: [1] });
  const before = cache.read('a')?.data;
  cache.refresh();
  await answer(1, { rows: [1] });
  expect(cache.read('a')?.data).toBe(before);
});

test('a change asks anew only what is looked at; the rest when it is looked at again', async () => {
  const [seen, hidden] = [server(), server()];
  cache.listen('seen', seen.ask, jest.fn());
  cache.listen('hidden', hidden.ask, jest.fn())();
  await seen.answer(0, 1);
  await hidden.answer(0, 1);
  cache.refresh();
  expect([seen.ask.mock.calls.length, hidden.ask.mock.calls.length]).toEqual([2, 1]);
  cache.listen('hidden', hidden.ask, jest.fn());
  expect(hidden.ask).toHaveBeenCalledTimes(2);
});

test('what nobody looked at for five minutes is forgotten, and all of it when somebody logs out', async () => {
  const { ask, answer } = server();
  cache.listen('a', ask, jest.fn())();
  await answer(0, 1);
  jest.advanceTimersByTime(300_001);
  cache.listen('b', ask, jest.fn());
  expect(cache.read('a')).toBeUndefined();
  cache.forget();
  expect(cache.read('b')).toBeUndefined();
});
