import { setTimeout as wait } from 'node:timers/promises';
import { bell } from '../../../server/adapters/bell';
import { counting, unexpected } from './redis';

test('a bell answers each call with a ring that begins after it', async () => {
  const { seen, ring } = counting(1);
  const one = bell(ring, unexpected);
  const ask = async () => {
    const before = seen.begun;
    await one.ring();
    expect(seen.ended).toBeGreaterThan(before);
  };
  for (let i = 0; i < 200; i += 1) {
    await Promise.all(Array.from({ length: (i % 4) + 1 }, ask));
    void one.ring();
    if (i % 3 === 0) await wait(1);
  }
});

test('a call during a ring is not answered by that ring', async () => {
  const { seen, ring } = counting(20);
  const one = bell(ring, unexpected);
  void one.ring();
  await wait(5);
  await one.ring();
  expect(seen).toMatchObject({ begun: 2, ended: 2 });
});

test('a bell never overlaps itself, at whatever moment it is asked', async () => {
  const { seen, ring } = counting();
  const one = bell(async () => {
    await Promise.resolve();
    await ring();
  }, unexpected);
  const asked: Promise<void>[] = [];
  for (let i = 0; i < 500; i += 1) {
    asked.push(one.ring());
    for (let turn = 0; turn < i % 7; turn += 1) await Promise.resolve();
  }
  await Promise.all(asked);
  expect(seen.most).toBe(1);
  expect(seen.begun).toBeGreaterThan(20);
});

test('a silenced bell ends the ring under way and starts no other', async () => {
  const { seen, ring } = counting(20);
  const one = bell(ring, unexpected);
  const asked = [one.ring(), one.ring()];
  await one.silence();
  expect(seen).toMatchObject({ begun: 1, ended: 1 });
  await Promise.all([...asked, one.ring()]);
  expect(seen.begun).toBe(1);
});
