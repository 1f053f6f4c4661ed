import { clauseBefore, hear, quote, type Speech } from './speech';
import type { Condition, Terms } from './types';

/** Which 立案条件 of a matter the reporter's words fit best: a guess that says why, for people to correct. */

export interface Fit {
  condition: Condition;
  /** In Chinese: the reporter's words that decided, or that nothing did. */
  why: string;
}

/** Ways of saying one thing, everyday and official: words of one class count as the same. */
const SAME: readonly RegExp[] = [
  /歪|斜/g,
  /坠|掉(?!漆)|砸(?:到|人|下)|脱落|垂|落下/g,
  /断(?!电)|裂/g,
  /缺失|缺|不见|没了|丢了|移位/g,
  /坏|烂|破/g,
  /堵|塞|不通|不畅/g,
  /夜|晚上|凌晨|睡不着|点钟?还在/g,
  /白天|上午|中午|下午/g,
  /经常|天天|每天|长期|一直|老是|总是|常年|个月|多年/g,
  /屡劝|劝.{0,6}(?:不听|不改|无效|没用|不止|没得用)|(?:反复|多次|好多回|好几次).{0,3}劝/g,
  /多人|一群|一伙|大家|们|好多人|十几|几十|上百|[二三四五六七八九两]十|\d{2,}(?=名|人|个|多|几)/g,
  /个别|一个人|我自己/g,
  /正在|还在|正(?=拿|在|挖|搭|砍)|刚刚?在/g,
  /已经|早就|前几天|前天|昨天|上周|完了|好了|了好几/g,
  /打人|打起来|动手|殴打|打伤|打架|打(?=她|他|我|老|医|护|孩|人|娃)|家暴|家庭暴力|暴力|推人/g,
  /持械|拿着?刀|棍|砖头|酒瓶|锄头/g,
  /伤人|咬(?!牙)|受伤|打伤|肿|流血/g,
  /追(?=人|着|到|娃|小)/g,
  /毁物|砸(?=车|东|店|门|窗|坏)|打砸|冲击|冲(?=政|大|进)/g,
  /威胁|勒索|敲诈|恐吓|要钱|泼.{0,2}漆/g,
  /愿意|想找人|谈一谈|坐下来|劝一劝|调解/g,
  /激化|出事|越吵越|喊人|记仇|报复|扬言/g,
  /危险|隐患|怕|小心/g,
  /外溢|满溢|溢|冒|流(?:到|得|出|了)/g,
  /大量|成山|成堆|到处|多处|好多|几堆|一大片|偷倒/g,
  /少量|一包|一点|几块|零星|一袋/g,
  /不足|不够|太少|太小|太低|上不来|上不去/g,
  /响(?!应)|抖/g,
  /松/g,
  /沉|陷/g,
  /看不清|模糊|磨/g,
  /不亮|没亮|不工作|黑屏/g,
  /整条|一排|全部都?|全(?=不|没)/g,
  /通行|过不去|过不了|走不了|挡(?:住|到|了)?路|路中间|绕/g,
  /停运|停(?:了|在)|不动|不走/g,
  /(?:时长|时间).{0,3}(?:短|长|不合理|不够)|不合理/g,
  /长得|半人高|丛生|疯长/g,
  /脏|臭|异味|味道/g,
  /未经许可|没有?(?:办|手续|审批|许可|证)|违规/g,
  /多日|好几天|几天没|没看(?:见|到)|不应门?/g,
  /急难|断粮|揭不开锅|没饭|救命钱|活不下去/g,
  /无人|没人管|没得人|没人做/g,
  /垮(?!了?台)|塌|变形/g,
  /未成年|娃|学生/g,
];

const PAIR = 1;
const CLASS = 1.5;
/** What half of the conditions say decides when nothing speaks for the others. */
const ENOUGH = 0.4;
/** A lead smaller than this is a tie. */
const ALIKE = 1e-9;

const NOT = /(?:没有?|没得|不是|并未|尚未|未|别|不会|不曾|无)(?:人|再|被)?$/;

interface Hint {
  key: string;
  weight: number;
  /** Where in the heard text. */
  from: number;
  to: number;
}

/**
 * The condition that the words of a report fit best: pairs of characters and everyday words that a condition shares
 * with the report, weighed by how few of the conditions have them; what is denied (没有动手) does not count. Without
 * evidence, or on a tie, the first by rank. `conditions` in rank order; null when there are none. Never throws.
 */
export function conditionFor(text: string, conditions: readonly Condition[]): Fit | null {
  const [usual] = conditions;
  if (!usual) return null;
  if (conditions.length === 1) return { condition: usual, why: `该事项只有一条立案条件“${usual.text}”` };
  const speech = hear(text);
  const said = hintsIn(speech).filter(({ from }) => !NOT.test(clauseBefore(speech, from, 5)));
  const all = conditions.map(keysOf);
  const fits = all.map((keys, index) => ({ condition: conditions[index] ?? usual, ...scored(said, keys, all) }));
  const [best, next] = fits.sort((a, b) => b.score - a.score);
  if (!best || best.score < ENOUGH || best.score - (next?.score ?? 0) < ALIKE)
    return { condition: usual, why: `报告未提到更具体的情形，按首条立案条件“${usual.text}”` };
  const { condition, hints } = best;
  return { condition, why: `报告提到${words(hints, speech)}，对应立案条件“${condition.text}”` };
}

/** Conditions are read once: a town's stay the same objects until its rules change. */
const known = new WeakMap<Condition, ReadonlySet<string>>();

function keysOf(condition: Condition): ReadonlySet<string> {
  const found = known.get(condition) ?? new Set(hintsIn(hear(condition.text)).map(({ key }) => key));
  known.set(condition, found);
  return found;
}

function scored(said: Hint[], keys: ReadonlySet<string>, all: readonly ReadonlySet<string>[]) {
  const shared = new Map(said.filter(({ key }) => keys.has(key)).map((hint) => [hint.key, hint]));
  const hints = [...shared.values()].map((hint) => ({
    ...hint,
    weight: hint.weight * Math.log(all.length / all.filter((each) => each.has(hint.key)).length),
  }));
  return { hints, score: hints.reduce((sum, { weight }) => sum + weight, 0) };
}

/** What a text offers for comparison. Pairs and words that a pause runs through are none. */
function hintsIn(speech: Speech): Hint[] {
  const { text } = speech;
  const pairs = Array.from({ length: Math.max(0, text.length - 1) }, (_, from) => ({
    key: text.slice(from, from + 2),
    weight: PAIR,
    from,
    to: from + 2,
  }));
  const classes = SAME.flatMap((same, number) =>
    [...text.matchAll(same)].map(({ 0: found, index }) => ({
      key: `#${number}`,
      weight: CLASS,
      from: index,
      to: index + found.length,
    })),
  );
  return [...pairs, ...classes].filter(({ from, to }) => !paused(speech, from, to));
}

function paused({ pauses }: Speech, from: number, to: number): boolean {
  for (let position = from + 1; position < to; position += 1) if (pauses.has(position)) return true;
  return false;
}

/** The reporter's own words, the weightiest first, three at most: `“歪”“杆子”`. */
function words(hints: Hint[], speech: Speech): string {
  const telling = hints.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight || a.from - b.from);
  return [...new Set(telling.map(({ from, to }) => `“${quote(speech, from, to)}”`))].slice(0, 3).join('');
}

/** What an event is filed under: kept with it, whatever becomes of the catalogue. */
export function termsOf(condition: Condition, version: number): Terms {
  const { id, text, clock, limit, ackMinutes, closing, evidence } = condition;
  return { conditionId: id, text, clock, limit, ackMinutes, closing, evidence, version };
}
