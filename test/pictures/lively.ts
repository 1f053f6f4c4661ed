import { samplePhoto } from '../../sandbox/samples';
import { HOUR, instant, MINUTE, timeOf } from '../../server/domain/clock';
import { type Roster, rosterOf } from '../../server/domain/roster';
import { dispatchers } from '../../server/domain/routing';
import type { Event, Post } from '../../server/domain/types';
import type { EventDetail, Offer } from '../../server/http/contract';
import type { Running } from '../../server/main';

/** A few days of a district at work, by the API as its people use it. */

const SEEN: readonly (readonly [words: string, photo?: string])[] = [
  ['门前路灯不亮，晚上老人看不清路', 'lamp-dark'],
  ['路边垃圾成堆，气味很大', 'rubbish'],
  ['下水道井盖破损，行人容易踩空', 'manhole-open'],
  ['下雨后路面积水，电动车过不去', 'flood'],
  ['楼道堆放杂物，堵住消防通道'],
  ['夜间施工噪音扰民，居民睡不着'],
  ['流动摊贩占道经营，堵住人行道'],
  ['墙上新贴了很多小广告'],
  ['电动车在楼道里飞线充电'],
  ['行道树断枝挂在电线上'],
  ['共享单车乱停放，挡住盲道'],
  ['河边有人倒污水，水面发黑'],
  ['独居老人两天没有出门，请上门看看'],
  ['餐馆油烟直排，楼上住户反映强烈'],
];
const STREETS = ['建设路', '解放路', '锦江大道', '梧桐街', '学府路', '望江东路', '春熙巷', '龙泉路'];
const RETURNS = ['不属本单位职责，建议转住建局', '重复件，已并案处理'];
const DONE = ['已到现场处理，恢复原状', '已清理干净，并安排专人每天巡查', '已更换破损部件', '已劝离并现场教育'];

/** Random, but the same each time (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a person does by the API, logged in anew each time: sessions are shorter than the days that pass here. */
function hands({ url, sandbox }: Running) {
  const login = async (userId: string) => {
    const body = JSON.stringify({ code: sandbox!.loginCode(userId) });
    const answer = await fetch(`${url}/api/login`, { method: 'POST', headers: JSON_TYPE, body });
    const { token } = (await answer.json()) as { token: string };
    return { Authorization: `Bearer ${token}` };
  };
  return {
    async post(userId: string, path: string, given: object): Promise<void> {
      const headers = { ...JSON_TYPE, ...(await login(userId)) };
      const body = JSON.stringify({ ...given, clientId: crypto.randomUUID() });
      const answer = await fetch(url + path, { method: 'POST', headers, body });
      // A step that is refused is not taken; people live with that.
      if (!answer.ok && answer.status !== 409) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    },
    async photo(userId: string, name: string): Promise<string[]> {
      const headers = { 'Content-Type': 'image/png', ...(await login(userId)) };
      const body = new Uint8Array(samplePhoto(name)!);
      const answer = await fetch(`${url}/api/photos`, { method: 'POST', headers, body });
      return [((await answer.json()) as { id: string }).id];
    },
    async offers(userId: string, id: string): Promise<Offer[]> {
      const answer = await fetch(`${url}/api/events/${id}`, { headers: await login(userId) });
      return answer.ok ? ((await answer.json()) as { event: EventDetail }).event.actions : [];
    },
  };
}

interface Play {
  roll: () => number;
  one: <T>(some: readonly T[]) => T;
  roster: Roster;
  workers: Post[];
  people: ReturnType<typeof hands>;
}

/** From the sandbox's morning on, `days` working days in steps of half an hour; ends in the middle of the last morning. */
export async function live(running: Running, days: number): Promise<void> {
  const roll = dice(20_261_123);
  const one = <T>(some: readonly T[]): T => some[Math.floor(roll() * some.length)]!;
  const { store, sandbox } = running;
  const town = await store.town();
  const workers = town.posts.filter(({ role }) => role === 'worker').slice(0, 90);
  const play: Play = { roll, one, roster: rosterOf(town), workers, people: hands(running) };
  for (let day = 0; day < days; ) {
    const hour = Number(timeOf(sandbox!.clock.now()).slice(0, 2));
    for (let count = 0; count < (hour < 18 ? 2 : 1); count += 1) await report(play);
    const all = await store.list({ scopes: EVERYTHING, limit: 10_000 });
    for (const event of all) if (!ENDED.includes(event.stage)) await step(event, play);
    if (day === days - 1 && hour >= 10) return;
    if (hour >= 18) day += 1;
    sandbox!.advance(hour < 18 ? 30 * MINUTE : 14 * HOUR);
    await calm(running);
  }
}

async function report({ roll, one, roster, workers, people }: Play): Promise<void> {
  const { userId, areaId } = one(workers);
  const [words, picture] = one(SEEN);
  const { lng, lat } = roster.area(areaId ?? '')!;
  const door = `${one(STREETS)}${1 + Math.floor(roll() * 120)}号`;
  const place = { text: door, lng: lng! + (roll() - 0.5) / 900, lat: lat! + (roll() - 0.5) / 900 };
  const photos = picture ? await people.photo(userId, picture) : [];
  await people.post(userId, '/api/events', { text: door + words, place, photos });
}

/** What somebody does about it now, if anybody does. */
async function step(event: Event, { roll, one, roster, people }: Play): Promise<void> {
  const lead = event.tasks.findLast(({ duty, state }) => duty === 'lead' && state !== 'cancelled');
  const helper = event.tasks.find(({ duty, state }) => duty === 'assist' && state === 'waiting');
  const handler = lead && roster.staff(lead.unitId, 'handler')[0];
  const act = async (userId: string | undefined, action: string, body: object = {}) => {
    if (!userId || !(await people.offers(userId, event.id)).some((offer) => offer.action === action)) return;
    await people.post(userId, `/api/events/${event.id}/${action}`, body);
  };
  const luck = roll();
  if (helper && luck < 0.5) return act(roster.staff(helper.unitId, 'handler')[0], 'ack');
  if (event.stage === 'dispatched' && luck < 0.45) return act(handler, 'ack');
  if (event.stage === 'filed' && luck < 0.6)
    return act(dispatchers(event.areaPath, roster)[0], 'dispatch', { to: `dept-0${1 + Math.floor(roll() * 9)}` });
  if (event.stage === 'handling' && luck < 0.03) return act(handler, 'return', { reason: one(RETURNS) });
  if (event.stage === 'handling' && luck < 0.05) return act(handler, 'extend', { reason: '配件要定制，等厂家发货' });
  if (event.stage === 'handling' && luck < 0.17 && handler)
    return act(handler, 'finish', { note: one(DONE), photos: await people.photo(handler, 'rubbish-cleared') });
  if (event.stage === 'verifying' && luck < 0.3) return act(event.reporterId, 'pass');
}

const ENDED: readonly Event['stage'][] = ['closed', 'withdrawn', 'rejected'];
const JSON_TYPE = { 'Content-Type': 'application/json' };
const EVERYTHING = { everything: true, reporterId: '', areaPaths: [], unitIds: [] };

/** Until everything that was due has happened. */
export async function calm({ store, sandbox }: Running): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = sandbox!.clock.now();
    const { nextEventAt } = await store.look();
    quiet = nextEventAt === null || nextEventAt > now ? quiet + 1 : 0;
  }
}

/** A Monday at 08:30, after today: the sandbox's clock is never moved back. */
export function nextMonday(): number {
  const at = new Date(Date.now() + 8 * HOUR);
  const ahead = ((8 - at.getUTCDay()) % 7 || 7) * 24 * HOUR;
  return instant(new Date(at.getTime() + ahead).toISOString().slice(0, 10), '08:30');
}
