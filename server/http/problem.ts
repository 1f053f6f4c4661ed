import { type Refusal, type RefusalCode, refusalText } from '../domain/refusal';

export interface Issue {
  /** Where in the request: `body.level`, `query.stage`. */
  path: string;
  message: string;
}

/** An answer that is not what was asked for, as RFC 9457 has it. `detail` is Chinese and may be shown to the person. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly more: { issues?: Issue[]; id?: string; headers?: Record<string, string> } = {},
  ) {
    super(`${status} ${code}`);
    this.name = 'Problem';
  }

  toJSON(): Record<string, unknown> {
    const { status, code, detail, more } = this;
    const { issues, id } = more;
    return { type: 'about:blank', title: TITLES[status] ?? '出错了', status, detail, code, issues, id };
  }
}

const TITLES: Record<number, string> = {
  400: '请求有误',
  401: '需要登录',
  403: '没有权限',
  404: '没有找到',
  405: '不支持的方法',
  409: '现在不能这样办',
  413: '内容太大',
  415: '内容格式不支持',
  422: '内容有误',
  500: '系统出错',
  503: '暂时不可用',
};

const FORBIDDEN: readonly RefusalCode[] = ['not_allowed', 'unknown_person'];
const UNFIT: readonly RefusalCode[] = [
  'bad_input',
  'too_long',
  'empty',
  'no_report',
  'unknown_unit',
  'unknown_matter',
  'unknown_area',
  'unknown_condition',
  'suspend_until',
  'unknown_level',
];

/** A refusal as an answer: what conflicts with the event's state is 409, what the person can mend in a form is 422. */
export function refused(refusal: Refusal): Problem {
  const { refused: code } = refusal;
  return new Problem(statusOf(code), code, refusalText(refusal));
}

function statusOf(code: RefusalCode): number {
  if (code === 'bug') return 500;
  if (code === 'not_found' || code === 'no_such_action') return 404;
  if (FORBIDDEN.includes(code)) return 403;
  return code.startsWith('needs_') || UNFIT.includes(code) ? 422 : 409;
}
