import type { Approver, Settings, Told } from './settings';
import type { Rung } from './types';

/** Words for a district's policies, shared with the pages: imports no code. */

export const RUNG_TITLES: Record<Rung, string> = {
  ...{ prewarn: '预警', blue: '普通督办', yellow: '黄牌', red: '红牌', accountability: '问责' },
};

export const TOLD_WORDS: Record<Told, string> = {
  ...{ handler: '经办', leader: '单位领导', supervisor: '督查', centre: '指挥中心' },
  ...{ discipline: '纪委监委', procuratorate: '检察院' },
};

export const APPROVER_WORDS: Record<Approver, string> = {
  leader: '单位领导',
  dispatcher: '派遣员',
  supervisor: '督查',
};

export interface Choice {
  says: string;
  /** Why one would choose it. */
  why: string;
  /** What people could do with it. */
  loophole?: string;
}

type Chosen = 'start' | 'end' | 'onReturn' | 'onRedispatch';

export const CHOICE_TITLES: Record<Chosen, string> = {
  start: '办理时限从何时起算',
  end: '何时算办完',
  onReturn: '退回期间',
  onRedispatch: '重新派遣后',
};

export const CHOICES: { [F in Chosen]: Record<Settings[F], Choice> } = {
  start: {
    ack: { says: '签收后起算', why: '等签收另有时限和督办，不重复计算，派晚了不怪承办单位。' },
    dispatch: { says: '派遣后起算', why: '从派出就催得紧；等签收的时间同时算进两个时限。' },
  },
  end: {
    handler: { says: '经办办结即可', why: '多数单位经办就是一个人，不多一道手续。' },
    unit: { says: '要单位领导确认', why: '单位对外负责；等确认的时间仍算在办理时限里。' },
  },
  onReturn: {
    pause: { says: '停表', why: '退回后在派遣员手上，承办单位无法办理。' },
    run: {
      says: '不停表',
      why: '促使派遣员尽快重派。',
      loophole: '有漏洞：派遣员慢一分钟，承办单位就少一分钟。',
    },
  },
  onRedispatch: {
    resume: { says: '接着计时', why: '推诿得不到好处：用掉的时间一直算着。' },
    restart: {
      says: '重新计时',
      why: '新接手的单位有完整时限。',
      loophole: '有漏洞：到期前退回、再派回，每次都重得完整时限，可以一直不超期。',
    },
    bundle: {
      says: '合并计时',
      why: '群众看到的是总时间，从头到尾一起算。',
      loophole: '对后接手的单位较严：派遣员和前一单位用掉的时间都算在内。',
    },
  },
};
