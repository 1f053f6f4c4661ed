import { clauseBefore, quote, type Speech } from './speech';

const DIGITS = '[0-9一二三四五六七八九十百零两]';
const NUMBERED = `(?:${DIGITS}+|[a-z])(?:号楼|号院|号线|号|段|栋|幢|单元|楼|组|队|期|社(?!区)|米)|[东南西北中]段`;
const KINDS = [
  '大道|大街|路(?!灯|面|况|障|人|过|由|子|不|上)|街(?!道办|上)|巷子?|弄|胡同|小区|花园|公寓|家园|新城|新村|新居|苑|府邸|院子|大院|家属院|院落',
  '广场(?!舞)|农贸市场|菜市场|市场|超市|商场|公园|湿地|绿道|小学|中学|大学|学校|幼儿园|医院|卫生院|卫生站|诊所',
  '地铁口|地铁站|公交站|火车站|车站|加油站|收费站|停车场|地下车库|车库|大厦|写字楼|教学楼|宿舍|工业园|产业园|园区|工地',
  '社区(?!矫正|戒毒|医院)|街道|镇|乡|村(?!民)|网格(?!员)|居委会|村委会|派出所|酒店|宾馆|银行|大桥|桥(?!洞)|隧道|河(?!水|道|面|里|头|堤)|江(?!湖)|水库|湖|沟渠|堰|路口|十字路口',
].join('|');
const TAIL =
  /^(?:的)?(?:附近|旁边|边上|边|对面|门口|大门|路口|口子|口|楼下|楼上|楼顶|楼道|里面|后面|后门|前面|外面|门前|东侧|西侧|南侧|北侧|东门|西门|南门|北门|中间|拐角|转角|交叉口|交汇处|入口|出口)/;
const PLACES = new RegExp(`(${NUMBERED})|(${KINDS})`, 'g');

/** Words a place name does not hold: what stands after the last of them is the name. */
const LEADS =
  /^.*(?:(?<![成新郫蜀])都(?!市|江)|要|当(?!阳)|出|在|到|从|去|往|位于|靠近|是|有|我们|我家|我屋|我|你们|你|他们|他|她|咱|这边|那边|边|里头|这|那|条|发现|看[到见]|路过|经过|麻烦|请|快|来(?![龙凤宾福仪])|了|的|个|和(?![平美谐苑睦顺润盛信])|跟|把|被|让|就|还|又|没|不|因为|今天|昨天|昨晚|早上|晚上|下午|上午|现在|刚才|亮|收|堵|倒|烂|掉|漏|响|臭|脏|乱|爆|吵|整|全|每|好|叫|给|对|向|沿|半夜|凌晨|喂|人(?!民)|员|坏|着|车|门|修|挖|走|过|些|几|占|向|里|外|上|下)/s;

/** Kinds that name nothing alone, however they are led. */
const NAMELESS =
  /^(?:马|公|道|小|大|水|电|线|铁|一|半|问|土|高速|老旧|老|旧|本|农|乡|城|新|沿|临|小小|下穿|天|立交|人行|学|自己|整|屋|高架|过|护|排|流|乐|同)?(?:路|街|巷子?|小区|村|镇|乡|桥|河|江|湖|院子|大院|院落|隧道|社区|街道|网格|堰|弄|苑|大街|水库|公寓|路口|工地|停车场|宿舍|车库|地下车库|园区)$/;
/** Kinds that say where when something is said about them: 学校门口. */
const POINTS =
  /^(?:.*市场|.*超市|.*商场|.*公园|.*学|学校|幼儿园|.*医院|卫生[院站]|.*站|地铁口|.*广场|银行|酒店|派出所|.*委会)$/;

interface Stretch {
  start: number;
  end: number;
}

/** The place phrase found in the words, in the reporter's own characters; '' when none is named. */
export function placeIn(speech: Speech): string {
  let best: Stretch = { start: 0, end: 0 };
  let last: Stretch = best;
  for (const match of speech.text.matchAll(PLACES)) {
    const found = match[1] ? numbered(match) : named(speech, match, last.end);
    if (!found) continue;
    last = isJoined(speech.text, last, found) ? { start: last.start, end: found.end } : found;
    if (last.end - last.start > best.end - best.start) best = last;
  }
  return best.end === 0 ? '' : quote(speech, best.start, withTail(speech, best.end));
}

/** 滨河路12号; 杜鹃路和书院街. */
function isJoined(text: string, last: Stretch, next: Stretch): boolean {
  return last.end > 0 && (last.end === next.start || /^[和与]$/.test(text.slice(last.end, next.start)));
}

/** A number counts as a place only for houses, stairs and groups: not for 三米, 十几号 of the month. */
function numbered(match: RegExpExecArray): Stretch | null {
  return match[0].endsWith('米') ? null : { start: match.index, end: match.index + match[0].length };
}

function named(speech: Speech, match: RegExpExecArray, floor: number): Stretch | null {
  const end = match.index + match[0].length;
  const before = clauseBefore(speech, match.index, Math.min(8, match.index - floor));
  const name = before.replace(LEADS, '');
  const whole = name + match[0];
  if (NAMELESS.test(whole)) return match.index === floor && floor > 0 ? { start: floor, end } : null;
  const pointed = POINTS.test(whole) && TAIL.test(speech.text.slice(end, end + 3));
  if (name === '' && !pointed) return null;
  return { start: match.index - name.length, end };
}

function withTail(speech: Speech, end: number): number {
  if (speech.pauses.has(end)) return end;
  return end + (TAIL.exec(speech.text.slice(end, end + 4))?.[0].length ?? 0);
}
