import { HOUR, MINUTE } from '../../../server/domain/clock';
import { type Browser, type House, newClientId, openHouse, PIXEL } from './town';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const eventIds = () => house.store.eventIds(null, 1_000);
const reportBy = async (who: Browser, text = '东街路口有垃圾堆', more: object = {}) =>
  (await who.post('/api/events', { text, clientId: newClientId(), ...more })).body.event;
const step = (who: Browser, id: string, action: string, body: object = {}) =>
  who.post(`/api/events/${id}/${action}`, body);
const names = (event: { actions: { action: string }[] }) => event.actions.map(({ action }) => action);

describe('a report from the page', () => {
  it('is filed at once, with a number, and goes to whom the duty list names', async () => {
    const { status, body } = await (await house.as('wang')).post('/api/events', {
      text: '东街路口有垃圾堆',
      clientId: newClientId(),
    });
    expect(status).toBe(200);
    expect(body.event).toMatchObject({ no: '20261123-0001', stage: 'dispatched', matter: '暴露垃圾' });
    expect(body.event.tasks).toMatchObject([{ unit: '城管局', stateText: '待签收' }]);
    expect(body.event.due).toEqual({
      clock: '签收',
      at: house.now + HOUR,
      words: '剩 1 小时',
      time: '11:00',
      late: false,
      note: null,
    });
    expect(body.event.timeline.map((line: { text: string }) => line.text)).toEqual([
      '发现：东街路口有垃圾堆',
      '上报',
      expect.stringContaining('派遣到城管局'),
    ]);
  });

  it('takes the matter, the grid and the place that the person chose', async () => {
    const event = await reportBy(await house.as('wang'), '这里不对劲，请看看', {
      matterId: 'M-LITTER',
      gridId: 'g2',
      place: { text: '西街 8 号' },
    });
    expect(event).toMatchObject({ matter: '暴露垃圾', place: '西街 8 号', area: '西街街道 青年第一网格' });
  });

  it('is a report whatever its words are: whoever fills in the form means it', async () => {
    const event = await reportBy(await house.as('wang'), '你好');
    expect(event).toMatchObject({ no: '20261123-0001', stage: 'filed', matter: '其他事项' });
  });

  it('acts once however often it is sent', async () => {
    const wang = await house.as('wang');
    const body = { text: '东街路口有垃圾堆', clientId: newClientId() };
    const answers = await Promise.all([1, 2, 3].map(() => wang.post('/api/events', body)));
    answers.push(await wang.post('/api/events', body));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body: { event } }) => event.no))).toEqual(new Set(['20261123-0001']));
    expect(await eventIds()).toHaveLength(1);
  });

  it('would act twice if the key were lost on the way (control)', async () => {
    const careless = await openHouse(({ apply }) => ({ apply: (envelope) => apply({ ...envelope, key: null }) }));
    const wang = await careless.as('wang');
    const body = { text: '东街路口有垃圾堆', clientId: newClientId() };
    await wang.post('/api/events', body);
    await wang.post('/api/events', body);
    const ids = await careless.store.eventIds(null, 10);
    await careless.close();
    expect(ids).toHaveLength(2);
  });

  it('goes on where a crash broke it off between report and filing', async () => {
    let crash = true;
    const fragile = await openHouse(({ apply }) => ({
      apply: (envelope) =>
        crash && envelope.command.type === 'file' ? Promise.reject(new Error('crash')) : apply(envelope),
    }));
    const wang = await fragile.as('wang');
    const body = { text: '东街路口有垃圾堆', clientId: newClientId() };
    const first = await wang.post('/api/events', body);
    crash = false;
    const second = await wang.post('/api/events', body);
    const ids = await fragile.store.eventIds(null, 10);
    fragile.bugs.splice(0);
    await fragile.close();
    expect([first.status, second.status, second.body.event.no]).toEqual([500, 200, '20261123-0001']);
    expect(ids).toHaveLength(1);
  });
});

describe('every bad input is a problem, and changes nothing', () => {
  const clientId = 'client-id-1';
  it.each([
    ['nothing in it', { clientId }, 422, 'empty'],
    ['no client id', { text: '有垃圾堆' }, 422, 'bad_input'],
    ['a text of the wrong kind', { text: 7, clientId }, 422, 'bad_input'],
    ['a text too long', { text: '垃圾'.repeat(1_001), clientId }, 422, 'bad_input'],
    ['an unknown matter', { text: '有垃圾堆', matterId: 'M-NONE', clientId }, 422, 'unknown_matter'],
    ['an unknown grid', { text: '有垃圾堆', gridId: 'g9', clientId }, 422, 'unknown_area'],
    ['a photo that is not there', { text: '有垃圾堆', photos: ['up-none'], clientId }, 422, 'unknown_photo'],
    ['a place off the earth', { text: '有垃圾堆', place: { lng: 200, lat: 0 }, clientId }, 422, 'bad_input'],
    ['a list', [], 422, 'bad_input'],
  ])('a report with %s', async (_, body, status, code) => {
    const answer = await (await house.as('wang')).post('/api/events', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.detail).toMatch(/[一-龥]/);
    expect(await eventIds()).toEqual([]);
  });

  it('says where each fault is, in Chinese', async () => {
    const { body } = await (await house.as('wang')).post('/api/events', { text: 7, clientId: 'x' });
    expect(body.issues).toEqual([
      { path: 'body.text', message: expect.stringMatching(/[一-龥]/) },
      { path: 'body.clientId', message: expect.stringMatching(/[一-龥]/) },
    ]);
  });

  it.each([
    ['finish', {}, 409, 'ack_first'],
    ['return', {}, 422, 'needs_reason'],
    ['return', { reason: '短' }, 422, 'needs_reason'],
    ['return', { reason: '长'.repeat(501) }, 422, 'needs_reason'],
    ['transfer', { reason: '不归我们管' }, 422, 'needs_unit'],
    ['transfer', { reason: '不归我们管', to: '没有局' }, 422, 'unknown_unit'],
    ['transfer', { reason: '不归我们管', to: 'dept-01' }, 409, 'same_unit'],
    ['dispatch', { to: 'dept-02' }, 403, 'not_allowed'],
    ['supervise', {}, 403, 'not_allowed'],
    ['supervise', { level: 'purple' }, 422, 'bad_input'],
    ['explode', {}, 422, 'bad_input'],
    ['ack', { clientId: 'no' }, 422, 'bad_input'],
  ])('%s with %j', async (action, body, status, code) => {
    const { id } = await reportBy(await house.as('wang'));
    const before = await house.store.event(id);
    const answer = await step(await house.as('zhao'), id, action, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await house.store.event(id)).toEqual(before);
  });
});

describe('nobody sees what their post does not allow', () => {
  it('neither in detail, by id or number, nor in a list, nor its units, nor by acting on it', async () => {
    const { id, no } = await reportBy(await house.as('wang'));
    const li = await house.as('li');
    const missing = await li.get('/api/events/20261123-9999');
    for (const path of [`/api/events/${id}`, `/api/events/${no}`, `/api/units?eventId=${id}`]) {
      const answer = await li.get(path);
      expect(answer.status).toBe(404);
      // "Not yours" and "not there" look the same.
      expect(answer.body).toEqual(missing.body);
    }
    const acted = await step(li, id, 'add', { note: '我来看看' });
    expect([acted.status, acted.body]).toEqual([404, missing.body]);
    const lists = await Promise.all(
      ['', '?todo=1', '?mine=1', '?late=1', `?q=${no}`, '?q=垃圾', '?stage=dispatched'].map((query) =>
        li.get(`/api/events${query}`),
      ),
    );
    expect(lists.map(({ body }) => body.events)).toEqual([[], [], [], [], [], [], []]);
  });

  it('while those whose post allows it do (control)', async () => {
    const { id, no } = await reportBy(await house.as('wang'));
    for (const who of ['wang', 'zhao', 'chen', 'zhou'] as const) {
      const person = await house.as(who);
      expect((await person.get(`/api/events/${no}`)).body.event.id).toBe(id);
      expect((await person.get('/api/events')).body.events).toMatchObject([{ id }]);
    }
  });

  it('a department sees an event from the moment it has a task on it', async () => {
    const { id } = await reportBy(await house.as('wang'));
    const sun = await house.as('sun');
    expect((await sun.get(`/api/events/${id}`)).status).toBe(404);
    await step(await house.as('zhao'), id, 'transfer', { to: 'dept-02', reason: '属于河道垃圾' });
    expect((await sun.get(`/api/events/${id}`)).status).toBe(200);
  });
});

describe('handling an event', () => {
  it('goes from report to closing, each step shown to those it concerns', async () => {
    const [wang, zhao] = [await house.as('wang'), await house.as('zhao')];
    const { id } = await reportBy(wang);
    house.now += 10 * MINUTE;
    expect((await zhao.get('/api/events?todo=1')).body.events).toMatchObject([{ id, next: '签收' }]);
    const acked = await step(zhao, id, 'ack');
    expect(acked.body.event).toMatchObject({ stage: 'handling', due: { clock: '办理', words: '剩 6 小时' } });
    const { id: photo } = (await zhao.send(PIXEL)).body;
    const finished = await step(zhao, id, 'finish', { note: '已清理干净', photos: [photo] });
    expect(finished.body.event).toMatchObject({
      stage: 'verifying',
      photos: [{ kind: 'image', phase: 'finish', status: 'stored' }],
    });
    expect((await wang.get('/api/events?todo=1')).body.events).toMatchObject([{ id, next: '核查' }]);
    expect((await zhao.get('/api/events?todo=1')).body.events).toEqual([]);
    const passed = await step(wang, id, 'pass');
    expect(passed.body.event).toMatchObject({ stage: 'closed', stageText: '已结案', due: null });
    expect((await wang.get('/api/events?todo=1')).body.events).toEqual([]);
  });

  it('offers each person what they may do, with the form it asks for', async () => {
    const { id, ...own } = await reportBy(await house.as('wang'));
    expect(names(own as never)).toEqual(['withdraw', 'add']);
    const { event } = (await (await house.as('zhao')).get(`/api/events/${id}`)).body;
    expect(names(event)).toEqual(['ack', 'assist', 'transfer', 'escalate', 'return', 'add']);
    const transfer = event.actions[2];
    expect(transfer.fields).toMatchObject([
      { name: 'to', type: 'unit', required: true },
      { name: 'reason', type: 'text', required: true },
    ]);
    const { units } = (await (await house.as('zhao')).get(`/api/units?eventId=${id}`)).body;
    expect(units.map((unit: { id: string }) => unit.id)).toEqual(['centre', 'dept-02', 'u-c1', 'u-s1']);
  });

  it('offers nothing that is then refused as not one’s own', async () => {
    const { id } = await reportBy(await house.as('wang'));
    for (const who of ['wang', 'zhao', 'chen', 'zhou'] as const) {
      const person = await house.as(who);
      for (const action of names((await person.get(`/api/events/${id}`)).body.event)) {
        // Empty forms: refused for what is missing, never for who asks.
        const { body } = await step(person, id, action, { reason: '' });
        expect(['not_allowed', 'not_found']).not.toContain(body.code);
        if (action === 'ack' || action === 'withdraw') return;
      }
    }
  });

  it('tells the one who comes second what has happened', async () => {
    const [zhao, wang] = [await house.as('zhao'), await house.as('wang')];
    const { id } = await reportBy(wang);
    await step(zhao, id, 'ack');
    house.now += HOUR;
    const { status, body } = await step(wang, id, 'withdraw');
    expect([status, body.code]).toEqual([409, 'withdraw_late']);
    expect(body.detail).toBe('赵敏 10:00已签收，不能撤回；如确需停止，请联系承办单位。');
  });

  it('acts once when a tap is repeated with the same client id', async () => {
    const zhao = await house.as('zhao');
    const { id } = await reportBy(await house.as('wang'));
    const tap = { note: '现场照片稍后补', clientId: newClientId() };
    const answers = [await step(zhao, id, 'add', tap), await step(zhao, id, 'add', tap)];
    expect(answers.map(({ body }) => body.repeated)).toEqual([false, true]);
    expect((await house.store.event(id))?.entryCount).toBe(4);
    // Control: with another client id it is another act.
    await step(zhao, id, 'add', { ...tap, clientId: newClientId() });
    expect((await house.store.event(id))?.entryCount).toBe(5);
  });

  it('keeps one person’s client ids apart from another’s', async () => {
    const clientId = newClientId();
    const { id } = await reportBy(await house.as('wang'));
    for (const who of ['wang', 'zhao'] as const) {
      const { body } = await step(await house.as(who), id, 'add', { note: '补充一句', clientId });
      expect(body.repeated).toBe(false);
    }
  });
});

describe('the list', () => {
  it('comes in pages that together hold each event once, newest first', async () => {
    const wang = await house.as('wang');
    for (let n = 0; n < 65; n += 1) {
      await reportBy(wang);
      // Some in the same millisecond, where only the id tells them apart.
      if (n % 3 === 0) house.now += 1;
    }
    const found: string[] = [];
    const sizes: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await wang.get(`/api/events?mine=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      found.push(...body.events.map((event: { id: string }) => event.id));
      sizes.push(body.events.length);
      cursor = body.cursor;
    }
    expect(sizes.slice(0, 2)).toEqual([30, 30]);
    expect(found).toHaveLength(65);
    expect(new Set(found)).toEqual(new Set(await eventIds()));
  });

  it('finds by number, words and stage, and knows what is late', async () => {
    const wang = await house.as('wang');
    const first = await reportBy(wang, '东街路口有垃圾堆');
    const second = await reportBy(wang, '菜市场后门有垃圾没人清运');
    await step(wang, second.id, 'withdraw');
    const idsOf = async (query: string) =>
      (await wang.get(`/api/events?${query}`)).body.events.map((event: { id: string }) => event.id);
    expect(await idsOf(`q=${first.no}`)).toEqual([first.id]);
    expect(await idsOf(`q=${encodeURIComponent('菜市场')}`)).toEqual([second.id]);
    expect(await idsOf('stage=withdrawn')).toEqual([second.id]);
    expect(await idsOf('late=1')).toEqual([]);
    house.now += 2 * HOUR;
    expect(await idsOf('late=1')).toEqual([first.id]);
    expect((await wang.get('/api/events?late=1')).body.events[0].due).toMatchObject({
      words: '已超 1 小时',
      late: true,
    });
  });

  it('refuses a cursor or a stage that it did not give', async () => {
    const wang = await house.as('wang');
    expect((await wang.get('/api/events?cursor=abc')).status).toBe(422);
    expect((await wang.get('/api/events?stage=lost')).status).toBe(422);
  });
});
