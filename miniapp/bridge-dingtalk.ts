import 'dingtalk-jsapi/entry/union';
import oldAuthCode from 'dingtalk-jsapi/api/runtime/permission/requestAuthCode';
import createDing from 'dingtalk-jsapi/api/union/createDing';
import getLocation from 'dingtalk-jsapi/api/union/getLocation';
import openLink from 'dingtalk-jsapi/api/union/openLink';
import openLocation from 'dingtalk-jsapi/api/union/openLocation';
import requestAuthCode from 'dingtalk-jsapi/api/union/requestAuthCode';
import scan from 'dingtalk-jsapi/api/union/scan';
import setNavigationTitle from 'dingtalk-jsapi/api/union/setNavigationTitle';
import share from 'dingtalk-jsapi/api/union/share';
import startRecord from 'dingtalk-jsapi/api/union/startRecord';
import stopRecord from 'dingtalk-jsapi/api/union/stopRecord';
import translateVoice from 'dingtalk-jsapi/api/union/translateVoice';
import dd from 'dingtalk-jsapi/core';
import { call } from './api';
import { type Bridge, type Fix, within } from './bridge';

/** DingTalk's own calls, each with an end: auth 8 s, location 6 s, the rest 2 s, what a person answers a minute. */
const AUTH = 8_000;
const LOCATION = 6_000;
const QUICK = 2_000;
const PERSON = 60_000;

const SIGNED = ['getLocation', 'createDing', 'startRecord', 'stopRecord', 'translateVoice', 'scan', 'share'];

/** `browser` is what we do without DingTalk: on PC there is no location, on old clients no voice. */
export function dingtalk(browser: Bridge): Bridge {
  return {
    async authCode(app) {
      const present = await within(requestAuthCode(app as Parameters<typeof requestAuthCode>[0]), AUTH);
      const given = present || (await within(oldAuthCode({ corpId: app.corpId }), AUTH));
      if (!given?.code) throw new Error('the client gave no login code');
      return given.code;
    },
    fix: async () => (await located()) || browser.fix(),
    scan: async () => {
      await configured();
      return ((await within(scan({ type: 'all' }), PERSON)) || { code: '' }).code || null;
    },
    title: (title) => void within(setNavigationTitle({ title }), QUICK),
    openLink: (url) => void within(openLink({ url }), QUICK).then((opened) => opened || browser.openLink(url)),
    async openLocation(spot) {
      const { lng, lat, title, address } = spot;
      const shown = await within(
        openLocation({ longitude: String(lng), latitude: String(lat), title, address }),
        QUICK,
      );
      // A map that opened without saying so hides this page.
      if (!shown && document.visibilityState === 'visible') browser.openLocation(spot);
    },
    async ding(users, text) {
      const { corpId } = await configured();
      const format = 'yyyy-MM-dd HH:mm';
      const asked = createDing({ users, corpId, type: 1, alertType: 2, alertDate: { value: '', format }, text });
      return (await within(asked, PERSON)) !== null;
    },
    share: async ({ title, words, url }) =>
      (await within(share({ type: 0, url, title, content: words }), PERSON)) !== null,
    listen,
  };
}

async function located(): Promise<Fix | null> {
  await configured();
  const asked = getLocation({
    ...{ type: 0, coordinate: '1', withReGeocode: true, targetAccuracy: '100', useCache: true, cacheTimeout: 120 },
  });
  const found = await within(asked, LOCATION);
  const [lng, lat] = [Number(found?.longitude), Number(found?.latitude)];
  if (!found || !lng || !lat) return null;
  return { lng, lat, accuracy: Number(found.accuracy) || 0, text: found.address || '' };
}

async function listen(): Promise<{ stop(): Promise<string | null> } | null> {
  await configured();
  const started = Date.now();
  if ((await within(startRecord({ maxDuration: 60 }), QUICK)) === null) return null;
  return {
    async stop() {
      const record = (await within(stopRecord({}), QUICK)) as { mediaId?: string } | null;
      if (!record?.mediaId) return null;
      const duration = Math.ceil((Date.now() - started) / 1000);
      const heard = await within(translateVoice({ mediaId: record.mediaId, duration }), LOCATION);
      return (heard as { content?: string } | null)?.content || null;
    },
  };
}

let ready: Promise<{ corpId: string }> | null = null;

/** Calls that use the phone want the page signed; once is enough for all of it. */
function configured(): Promise<{ corpId: string }> {
  ready = ready || sign();
  return ready;
}

async function sign(): Promise<{ corpId: string }> {
  const url = location.href.split('#')[0] || '';
  const signed = await within(call('GET /api/jsapi', { query: { url } }), AUTH);
  if (!signed) return { corpId: '' };
  const done = new Promise<null>((resolve) => dd.ready(() => resolve(null)));
  dd.config({ ...signed, timeStamp: Number(signed.timeStamp), type: 0, jsApiList: SIGNED });
  await within(done, QUICK);
  return { corpId: signed.corpId };
}
