import { DAY } from '../../../server/domain/clock';
import { photoLinks } from '../../../server/http/photos';
import { sessionKey } from '../../../server/http/session';
import { type Browser, type House, newClientId, openHouse, PIXEL } from './town';

let house: House;
let wang: Browser;
beforeEach(async () => {
  house = await openHouse();
  wang = await house.as('wang');
});
afterEach(() => house.close());

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(64, 1)]);
const WEBP = Buffer.concat([Buffer.from('RIFF\x40\0\0\0WEBPVP8 '), Buffer.alloc(64, 1)]);

async function reported(): Promise<{ id: string; photos: { id: string; url: string }[] }> {
  const { body } = await wang.send(PIXEL);
  const sent = { text: '东街路口有垃圾堆', photos: [body.id], clientId: newClientId() };
  return (await wang.post('/api/events', sent)).body.event;
}

describe('a photo', () => {
  it.each([
    ['image/png', PIXEL],
    ['image/jpeg', JPEG],
    ['image/webp', WEBP],
  ])('%s comes back as it was sent, under its true type, and is never sniffed', async (type, bytes) => {
    const { body } = await wang.send(bytes, type);
    const got = await wang.get(body.url);
    expect(got.body).toEqual(bytes);
    expect(got.headers.get('content-type')).toBe(type);
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
    expect(got.headers.get('cache-control')).toMatch(/^private, /);
    expect(got.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  });

  it('is believed by its bytes, not by what it is called', async () => {
    const { body } = await wang.send(PIXEL, 'image/jpeg');
    expect((await wang.get(body.url)).headers.get('content-type')).toBe('image/png');
  });

  it.each([
    ['a page', Buffer.from('<html><script>alert(1)</script></html>'), 'image/png', 415],
    ['a drawing with scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml', 415],
    ['a photo called text', PIXEL, 'text/plain', 415],
    ['nothing', Buffer.alloc(0), 'image/png', 415],
    ['a beginning only', PIXEL.subarray(0, 8), 'image/png', 415],
    ['more than 10 MB', Buffer.concat([PIXEL, Buffer.alloc(10 * 1024 * 1024)]), 'image/png', 413],
  ])('is refused when it is %s', async (_, bytes, type, status) => {
    const answer = await wang.send(bytes, type);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toMatch(/[一-龥]/);
  });

  it('is refused when it grows beyond 10 MB without having said so', async () => {
    const chunk = new Uint8Array(1024 * 1024);
    let left = 12;
    const body = new ReadableStream({
      pull: (stream) => (left-- > 0 ? stream.enqueue(chunk) : stream.close()),
    });
    const headers = { 'Content-Type': 'image/png', Cookie: wang.cookie, Origin: house.url };
    const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit;
    const { status } = await fetch(`${house.url}/api/photos`, init);
    expect(status).toBe(413);
  });

  it('is its owner’s alone until it belongs to an event', async () => {
    const { body } = await wang.send(PIXEL);
    const li = await house.as('li');
    expect((await li.get(body.url)).status).toBe(404);
    expect((await house.nobody.get(body.url)).status).toBe(404);
    const stolen = { text: '有垃圾堆', photos: [body.id], clientId: newClientId() };
    expect((await li.post('/api/events', stolen)).body.code).toBe('unknown_photo');
    expect((await wang.get(body.url)).status).toBe(200);
  });

  it('is then for those who may see the event, and looks absent to everyone else', async () => {
    const [photo] = (await reported()).photos;
    for (const who of ['wang', 'zhao', 'chen'] as const) {
      expect((await (await house.as(who)).get(photo!.url)).body).toEqual(PIXEL);
    }
    const li = await house.as('li');
    const [refused, absent] = [await li.get(photo!.url), await li.get('/api/photos/none')];
    expect(refused.status).toBe(404);
    expect(refused.body).toEqual(absent.body);
    expect((await house.nobody.get(photo!.url)).status).toBe(404);
  });

  it('that chat has not handed over yet is said to be on its way', async () => {
    const { id } = await reported();
    await house.store.putMedia({
      id: 'from-chat',
      eventId: id,
      kind: 'image',
      code: 'download-code',
      phase: 'report',
      status: 'pending',
      sha256: null,
      mime: null,
      size: null,
      attempts: 0,
      createdAt: house.now,
    });
    const { status, body } = await wang.get('/api/photos/from-chat');
    expect([status, body.code]).toEqual([404, 'not_yet']);
  });
});

describe('a signed address for cards', () => {
  it('opens one photo without a session, for a month at least and two at most', async () => {
    const [photo, other] = [(await reported()).photos[0]!, (await reported()).photos[0]!];
    const clock = { now: () => house.now };
    const link = photoLinks(await sessionKey(house.store), house.url, clock);
    const [path, otherPath] = [link(photo.id), link(other.id)].map((url) => url.slice(house.url.length));
    expect((await house.nobody.get(path!)).body).toEqual(PIXEL);
    // Of another photo, with another end, or unsigned, it opens nothing.
    const { 1: sign } = otherPath!.split('?');
    const until = /until=(\d+)/.exec(path!)![1]!;
    for (const bad of [`${photo.url}?${sign}`, path!.replace(until, `${until}0`), path!.replace(/&sign=.*/, '')]) {
      expect((await house.nobody.get(bad)).status).toBe(404);
    }
    expect(link(photo.id)).toBe(`${house.url}${path}`);
    house.now += 30 * DAY - 1;
    expect((await house.nobody.get(path!)).status).toBe(200);
    house.now += 30 * DAY + 1;
    expect((await house.nobody.get(path!)).status).toBe(404);
  });
});
