import type { Speech } from './speech';

/** Telling a report from 你好, 谢谢, a question or a chat. */

const GREETINGS =
  /你好|您好|hello|hi|嗨|哈喽|早上好|早安|上午好|下午好|晚上好|晚安|中午好|早|在吗|在不在|在不|有人吗|有人在吗|谢谢|多谢|感谢|谢了|辛苦了?|辛苦你们了|麻烦了|打扰了|好的?|好嘞|好滴|行|可以|收到|知道了|明白了?|了解|晓得了|要得|没事了?|没问题|不用了?|不客气|客气了|拜拜|再见|ok|okay|嗯|哈+|呵+|嘿+|666+|是的?|对的?|不是|算了|测试|test|thankyou|thanks?|bye|新年快乐|节日快乐|中秋快乐|国庆快乐|生日快乐|恭喜|机器人|小助手|你们?|大家|领导|老师|同志|师傅|们|了|吧|哈|你是谁|吃饭了没|吃了吗|吃了没|下班了|上班了|周末愉快/g;
const ASKS =
  /(?:怎么|如何|怎样|咋个|咋|啷个)(?:样)?(?:才能)?(?:去|个)?(?:办理?|申请|申报|交|缴|查|填|开|预约|报名|报销|走|算|用|操作|使用|写|领|改|登录|注册|收费|上报|联系|选|转|投诉)|(?:在|到|去)?(?:哪里|哪儿|哪点|啥子地方|什么地方)(?:可以|能|办|交|领|查|买|拿|打)|(?:需要|要|带)(?:带)?(?:什么|哪些|啥子?)(?:材料|手续|资料|证件|条件)|多少钱|几点(?:钟)?(?:上班|下班|开门|关门|结束)|(?:电话|号码|热线)(?:是)?(?:多少|好多)|咨询|想问|问一下|请问|请教|是什么意思|什么时候(?:上班|放假|开始|发)|有没有(?:补贴|政策|名额)|能不能(?:办|申请|报|查)|(?:天气|吃啥|吃什么|几号|星期几)|你(?:是谁|会什么|能做什么|叫什么)|吗$/;
const PROGRESS =
  /(?:修好|处理|解决|弄好|办好|搞定|派|到)(?:了)?(?:没有|没得|没|吗)$|处理得?(?:怎么样|咋样|如何|到哪)|(?:进度|进展|结果)(?:如何|怎么样|呢|$)|到哪(?:一步|里)了|(?:什么|啥子?)时候(?:能|可以|才能)?(?:修好|处理|解决|弄好|办好|来人)$/;
const SETTLED =
  /(?<!没|没有|未|不|才|能|还没|没得|啥时候|时候|好久|说|刚|要|会)(?:已经|已|都|刚|刚刚)?(?:全部)?(?:修好|处理好|处理完|处理了|解决|清理了|清理完|清理干净|清走|弄好|恢复(?:正常|供|了)|搞定|拆除了|拖走了|疏通了|找到了|来电了|来水了|亮了|和好|整改(?:到位|完)|不(?:漏|吵|堵|臭|响|闪|冒|积)[水电]?了|没(?:有|得)?(?:噪音|噪声|异味|臭味|味道|垃圾|积水|声音|油烟)了)(?!.*(?:又|还是|再次|没几天|但是|但|可是|结果))/;

/** Words that show that something is wrong. */
const TROUBLE =
  /坏|烂|破|堵|漏|断|裂|掉|倒|塌|歪|松|脏|臭|乱|吵|闹|黑|满|溢|没人|没得|不(?:亮|通|走|动|来|管|修|给|退|发|起作用|牵|让|听|愿)|没(?:有)?(?:水|电|气|路|亮|盖|拉|收|修|发|信号)|占|挡|偷|骗|欠|打|闯|危险|隐患|严重|投诉|反映|举报|受不了|影响|扰民|违规|违法|非法|私自|擅自|病|伤|死|丢|失|追|咬|烧|淹|积|冒|响|凶|缺|熏|垃圾|积水/;
const CHAT =
  /吃(?:饭|啥|什么|火锅|了没|个饭|烧烤)|天气|开会|聚餐|周末|打麻将|打球|下班|上班|值班|请假|加班|转发|接龙|打卡|签到|收到请|收到回复|准时|参加|通知|聚会|生日|快递到|股票|电影|电视剧|比赛|哈哈|嘿嘿|呵呵|开心|高兴|喜欢|好看|辛苦|感谢|谢谢|点赞|厉害|加油|祝|早上好|晚安|好的|明白|睡觉|逛街|旅游|回来了|到了|在路上|等一下|等会|稍等|马上到|我来|我去|你先|你们先|发你|发给|看一下|看看/;

/** 你好, 谢谢, 收到, emoji, nothing at all. */
export function isGreeting({ text }: Speech): boolean {
  return text === '' || /^[\da-z]{1,3}$/.test(text) || text.replace(GREETINGS, '') === '';
}

/** How is a thing done, what does it cost, how far is it: answers are wanted, nobody has to go anywhere. */
export function isQuestion({ text }: Speech): boolean {
  return PROGRESS.test(text) || (ASKS.test(text) && !TROUBLE.test(text));
}

/** It was wrong, and is no longer: 已经修好. */
export function isSettled({ text }: Speech): boolean {
  return SETTLED.test(text);
}

/** Talk among colleagues that names no matter: 晚上一起吃饭. */
export function isChat({ text }: Speech): boolean {
  return CHAT.test(text);
}

/** A whole sentence, or words of trouble, though no matter was recognised. */
export function soundsWrong({ text }: Speech): boolean {
  return text.length >= 10 || (text.length >= 4 && TROUBLE.test(text));
}
