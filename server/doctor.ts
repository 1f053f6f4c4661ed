import { dingtalkMessenger } from './adapters/dingtalk';
import { askGateway, GatewayError } from './adapters/gateway';
import { openApi } from './adapters/openapi';
import { codeOf, MissingScopes, OverQuota } from './adapters/verdict';
import { type Config, ConfigError, type DingTalkConfig, readConfig } from './config';
import { type Messenger, Rejected } from './ports';

/** `npm run doctor`: what an administrator has to set up in DingTalk's consoles, checked one by one, with where to mend it. */

export interface DoctorIo {
  print(line: string): void;
  now(): number;
}

/** fine ✓, wrong ✗ (and what to do), or worth knowing ! (things work, less well). */
export interface Finding {
  mark: '✓' | '✗' | '!';
  says: string;
  mend?: string;
}

const fine = (says: string): Finding => ({ mark: '✓', says });
const wrong = (says: string, mend: string): Finding => ({ mark: '✗', says, mend });
const note = (says: string, mend: string): Finding => ({ mark: '!', says, mend });

const CONSOLE = '开放平台 open-dev.dingtalk.com → 应用开发 → 本应用';

/**
 * Checks the set-up and prints a line for each finding, in Chinese. Sends nothing to anybody; costs up to eight metered
 * calls, since some faults show only when asked for real. Returns the exit code: 1 when anything is wrong.
 */
export async function doctor(config: Config, io: DoctorIo): Promise<number> {
  const { dingtalk } = config;
  if (!dingtalk) {
    tell(io, IN_SANDBOX);
    return 0;
  }
  const findings = await examine({ ...config, dingtalk }, io.now());
  for (const finding of findings) tell(io, finding);
  const faults = findings.filter(({ mark }) => mark === '✗').length;
  io.print(faults === 0 ? '全部就绪。' : `有 ${faults} 处需要处理。`);
  return faults === 0 ? 0 : 1;
}

const IN_SANDBOX = note(
  '没有配置钉钉凭据，程序将以沙盒运行',
  '正式使用请设置 DINGTALK_CLIENT_ID 和 DINGTALK_CLIENT_SECRET',
);

type Connected = Pick<Config, 'publicUrl' | 'cardTemplates'> & { dingtalk: DingTalkConfig };

/** The same for the administrator's page; `sandbox`: what is found is the sandbox's, and that is said first. */
export async function checkup(config: Connected, now: number, sandbox: boolean): Promise<Finding[]> {
  if (!sandbox) return examine(config, now);
  return [IN_SANDBOX, ...checkNames(config), ...(await checkPlatform(config.dingtalk, config, now))];
}

async function examine(config: Connected, now: number): Promise<Finding[]> {
  return [...checkFrontDoor(config), ...checkNames(config), ...(await checkPlatform(config.dingtalk, config, now))];
}

function tell({ print }: DoctorIo, { mark, says, mend }: Finding): void {
  print(`${mark} ${says}`);
  if (mend) print(`    → ${mend}`);
}

// ---------------------------------------------------------------------------------------------- without the platform

const HOME = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])|\.(local|internal|lan)$/;

function checkFrontDoor({ publicUrl }: Connected): Finding[] {
  const mend = '设置 PUBLIC_URL 为手机能打开的 https 地址，并填入：应用能力 → 网页应用 → 应用首页地址';
  if (!publicUrl) return [wrong('没有设置 PUBLIC_URL，卡片里的链接打不开', mend)];
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol !== 'https:') return [wrong('PUBLIC_URL 不是 https 地址', mend)];
  if (HOME.test(hostname)) return [wrong(`PUBLIC_URL 指向内网地址 ${hostname}，手机在外打不开`, mend)];
  return [fine(`网页地址 ${publicUrl}`)];
}

const TEMPLATES = ['draft', 'task', 'supervision', 'brief'];

function checkNames({ dingtalk, cardTemplates }: Connected): Finding[] {
  const missing = TEMPLATES.filter((name) => !cardTemplates[name]);
  const odd = Object.entries(cardTemplates).filter(([, id]) => !/^[\w-]+\.schema$/.test(id));
  return [
    ...(missing.length === 0
      ? []
      : [
          note(
            `没有卡片模板 ${missing.join('、')}，将改用带链接的普通消息`,
            '在 open-dev.dingtalk.com/fe/card 导入 cards/templates 下的模板，把模板 ID 写入 CARD_TEMPLATES',
          ),
        ]),
    ...odd.map(([name]) =>
      wrong(`卡片模板 ${name} 的 ID 不像模板 ID（应以 .schema 结尾）`, '从卡片平台的模板详情复制模板 ID'),
    ),
    ...(dingtalk.corpId && dingtalk.agentId
      ? []
      : [note('没有设置 DINGTALK_CORP_ID 或 DINGTALK_AGENT_ID，网页里不能定位', `${CONSOLE} → 凭证与基础信息`)]),
  ];
}

// ------------------------------------------------------------------------------------------------- with the platform

async function checkPlatform(dingtalk: DingTalkConfig, config: Connected, now: number): Promise<Finding[]> {
  const credentials = await checkCredentials(dingtalk);
  const gateway = await checkGateway(dingtalk, now);
  // Without a token everything else would say the same thing again.
  if (credentials.mark === '✗') return [credentials, ...gateway];
  const messenger = dingtalkMessenger(dingtalk, { meter: () => undefined, log: SILENT });
  const scopes = await Promise.all(PROBES.map((probe) => checkScope(probe, messenger)));
  const templates = await Promise.all(
    Object.entries(config.cardTemplates).map(([name, id]) => checkTemplate(messenger, name, id, now)),
  );
  return [credentials, ...gateway, ...scopes, ...templates];
}

const SILENT = { info: () => undefined, error: () => undefined };

const CREDENTIALS: [RegExp, string, string][] = [
  [
    /invalidClientIdOrSecret|unauthorized/,
    'Client ID 或 Client Secret 不对',
    `${CONSOLE} → 凭证与基础信息，核对两项并重设`,
  ],
  [/IpNotInWhiteList/, '本机的出口 IP 不在名单内', `${CONSOLE} → 安全设置 → 服务器出口 IP，加入本机出口 IP 或清空名单`],
];

async function checkCredentials(dingtalk: DingTalkConfig): Promise<Finding> {
  try {
    await openApi(dingtalk, 6_000).token();
    return fine('凭据有效，可以取得访问令牌');
  } catch (error) {
    const code = codeOf(error);
    const known = CREDENTIALS.find(([pattern]) => pattern.test(code));
    if (known) return wrong(`${known[1]}（${code}）`, known[2]);
    return wrong(
      `取不到访问令牌（${code || '没有回答'}）`,
      `检查本机能否访问 ${dingtalk.apiBase}（443 端口、代理、DNS）`,
    );
  }
}

/** Asks for a ticket and leaves it: an open connection would take messages away from a program that is running. */
async function checkGateway(dingtalk: DingTalkConfig, now: number): Promise<Finding[]> {
  try {
    const { url, date } = await askGateway(dingtalk, AbortSignal.timeout(10_000));
    return [await checkSocketHost(url), ...checkClock(date, now)];
  } catch (error) {
    if (!(error instanceof GatewayError)) return [wrong('Stream 网关没有回答', `检查本机能否访问 ${dingtalk.apiBase}`)];
    const mend = `${CONSOLE}：① 版本管理与发布里已发布；② 机器人和事件订阅都选了 Stream 模式；③ 出口 IP 名单；④ 凭据属于本应用`;
    return [wrong(`Stream 网关拒绝：${error.status} ${error.code}（${error.message}）`, mend)];
  }
}

async function checkSocketHost(url: string): Promise<Finding> {
  const { protocol, host } = new URL(url);
  try {
    // Any answer will do: it shows that the host can be reached.
    await fetch(`${protocol === 'wss:' ? 'https' : 'http'}://${host}/`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
    return fine('Stream 网关接受连接');
  } catch {
    return wrong(`连不上 Stream 服务器 ${host}`, '请在防火墙放行该地址（WebSocket，443 端口）');
  }
}

const MOST_SKEW = 60_000;

function checkClock(date: number | null, now: number): Finding[] {
  if (date === null) return [];
  const skew = Math.abs(now - date);
  if (skew <= MOST_SKEW) return [fine('本机时间准确')];
  return [
    wrong(
      `本机时间与钉钉相差 ${Math.round(skew / 1_000)} 秒，时限会算错`,
      '打开时间同步，例如 timedatectl set-ntp true',
    ),
  ];
}

const NOBODY = 'gridtalk-doctor';

/** Each asks for something that cannot succeed: the refusal tells whether the app was allowed to ask. */
interface Probe {
  what: string;
  scope: string;
  ask(messenger: Messenger): Promise<unknown>;
  /** Gridtalk gets along without it. */
  optional?: boolean;
}

const PROBES: Probe[] = [
  { what: '机器人收发消息', scope: 'qyapi_robot_sendmsg', ask: (messenger) => messenger.download(NOBODY) },
  {
    what: '互动卡片',
    scope: 'Card.Instance.Write',
    ask: (messenger) => messenger.updateCard(NOBODY, { title: NOBODY }),
  },
  { what: '待办', scope: 'Todo.Todo.Write', ask: (messenger) => messenger.todoDone(NOBODY, NOBODY), optional: true },
  { what: 'DING', scope: 'Premium.Ding.Write', ask: (messenger) => messenger.ding([NOBODY], NOBODY), optional: true },
];

async function checkScope({ what, scope, ask, optional }: Probe, messenger: Messenger): Promise<Finding> {
  const error = await failureOf(ask(messenger));
  const lacking = optional ? note : wrong;
  if (error instanceof MissingScopes)
    return lacking(
      `没有权限：${what}（${error.scopes.join('、') || scope}）`,
      `${CONSOLE} → 权限管理，搜索并开通该权限`,
    );
  if (error instanceof OverQuota)
    return wrong('本月的接口调用额度已用完', '管理后台 → 用量管理：购买增购包或升级专业版，或等到下月');
  if (error instanceof Rejected && error.code === 'invalidParameter.robotCode.auth')
    return wrong('DINGTALK_ROBOT_CODE 是别的应用的机器人', `${CONSOLE} → 应用能力 → 机器人，复制 RobotCode`);
  if (error === null || error instanceof Rejected) return fine(`权限：${what}`);
  return lacking(`没有验证成：${what}（${error.message}）`, '请稍后再试');
}

async function checkTemplate(messenger: Messenger, name: string, template: string, now: number): Promise<Finding> {
  const card = { outTrackId: `${NOBODY}:${name}:${now}`, template, userId: NOBODY, params: {}, alert: NOBODY };
  const error = await failureOf(messenger.createCard(card));
  if (error instanceof Rejected && error.code === 'param.templateNotExist')
    return wrong(`卡片模板 ${name} 不存在`, '在卡片平台确认模板属于本应用，并更新 CARD_TEMPLATES');
  if (error instanceof Rejected && error.code === 'param.templateUnpublished')
    return wrong(`卡片模板 ${name} 还没有发布`, '在 open-dev.dingtalk.com/fe/card 打开模板并发布');
  if (error === null || (error instanceof Rejected && !(error instanceof MissingScopes)))
    return fine(`卡片模板 ${name}`);
  return wrong(`没有验证成：卡片模板 ${name}（${error.message}）`, '先处理上面的问题，再运行一次');
}

async function failureOf(promise: Promise<unknown>): Promise<Error | null> {
  return promise.then(
    () => null,
    (error: Error) => error,
  );
}

async function main(): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    process.exitCode = await doctor(readConfig(), { print, now: Date.now });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    print(`✗ ${error.message}`);
    process.exitCode = 1;
  }
}

if (require.main === module) void main();
