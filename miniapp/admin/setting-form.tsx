import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import {
  APPROVER_WORDS,
  CHOICE_TITLES,
  CHOICES,
  type Choice,
  RUNG_TITLES,
  TOLD_WORDS,
} from '../../server/domain/setting-words';
import type { Approver, Settings, Step, Told } from '../../server/domain/settings';
import type { TaskClock } from '../../server/domain/types';
import type { Answer } from '../../server/http/contract';
import { Chips } from '../kit/chips';
import { Trouble } from '../kit/states';
import { useAsk } from '../live';
import { Hours } from './calendar-form';
import { hoursOf, minuteOf, saysHours, sessionsOf, timeOf } from './calendar-text';
import type { InForce } from './rules';
import { type Filled, filledOf, percentOf, rungsOf, settingsText, shareOf, withStep, withTold } from './setting-text';

interface Props {
  now: InForce;
  busy: boolean;
  send: (text: object) => void;
}

/** 督办与时限 filled in by hand; what comes of it is the same text that a file would be. */
export function SettingForm(props: Props) {
  const { data, trouble, again } = useAsk('GET /api/admin/forms', {});
  if (!data) return <Trouble words={trouble} again={again} />;
  return <Form {...props} forms={data} />;
}

type Forms = Answer<'GET /api/admin/forms'>;

function Form({ now, busy, send, forms }: Props & { forms: Forms }) {
  const start = () => filledOf(forms.defaults, now.text);
  const [filled, setFilled] = useState<Filled>(start);
  const set = (some: Partial<Filled>) => setFilled({ ...filled, ...some });
  const changed = JSON.stringify(filled) !== JSON.stringify(start());
  return (
    <section class="card setting-form">
      <h2>怎样催办，怎样计时</h2>
      <HoursPart filled={filled} set={set} settled={forms.hasEvents} />
      <LadderPart filled={filled} set={set} />
      <SignPart filled={filled} set={set} signers={forms.signers} />
      {(Object.keys(CHOICES) as (keyof typeof CHOICES)[]).map((field) => (
        <ChoicePart key={field} field={field} value={filled[field]} choose={(value) => set({ [field]: value })} />
      ))}
      <RequestPart filled={filled} set={set} />
      <WaitPart filled={filled} set={set} />
      <p class="row-tools sticky">
        <button
          type="button"
          class="button primary"
          disabled={busy || !changed}
          onClick={() => send({ settings: settingsText(filled, forms.defaults) })}
        >
          {changed ? '预览改动' : '还没有改'}
        </button>
        {changed && (
          <button type="button" class="button" onClick={() => setFilled(start())}>
            恢复原样
          </button>
        )}
      </p>
    </section>
  );
}

interface PartProps {
  filled: Filled;
  set: (some: Partial<Filled>) => void;
}

/** The usual hours of the whole town; once there are events they stand, because history must not be rewritten. */
function HoursPart({ filled: { sessions }, set, settled }: PartProps & { settled: boolean }) {
  const [typed, setTyped] = useState(() => hoursOf(sessions));
  // 恢复原样 changes what is filled in, and so what is typed.
  const shown = JSON.stringify(sessionsOf(typed)) === JSON.stringify(sessions) ? typed : hoursOf(sessions);
  const fixed = settled || sessions.length > 2;
  return (
    <fieldset class="inset">
      <legend>平日作息</legend>
      {fixed ? (
        <p>{saysHours(sessions)}</p>
      ) : (
        <Hours
          draft={shown}
          change={(some) => {
            const next = { ...shown, ...some };
            setTyped(next);
            set({ sessions: sessionsOf(next) });
          }}
        />
      )}
      <p class="note">
        {settled
          ? '已经有事件，不能再直接改；要改，请在日历里从今天起写一条“特殊作息”。'
          : '时限只在这些时段里走。有了第一件事以后就不能再直接改，请现在写对。'}
      </p>
    </fieldset>
  );
}

function LadderPart({ filled, set }: PartProps) {
  const [clock, setClock] = useState<TaskClock>('handle');
  const ladder = filled.ladders[clock];
  const change = (steps: Step[]) => set({ ladders: { ...filled.ladders, [clock]: steps } });
  return (
    <fieldset class="inset">
      <legend>督办级</legend>
      <Chips
        label="哪个时限"
        options={[
          ['handle', '办理'],
          ['ack', '签收'],
        ]}
        value={clock}
        change={setClock}
      />
      <p class="note">用掉时限的百分之几时，通知谁。100% 就是到期之时。</p>
      {rungsOf(ladder).map(({ rung, step }) => (
        <div key={clock + rung} class="rung">
          <label class="check">
            <input
              type="checkbox"
              checked={step !== undefined}
              onChange={(event) =>
                change(withStep(ladder, rung, event.currentTarget.checked ? { rung, ...FRESH[rung] } : null))
              }
            />
            {RUNG_TITLES[rung]}
          </label>
          {step && <RungFields step={step} change={(next) => change(withStep(ladder, rung, next))} />}
        </div>
      ))}
    </fieldset>
  );
}

/** As in the usual ladder. */
const FRESH: Record<Step['rung'], Omit<Step, 'rung'>> = {
  prewarn: { share: 0.8, tell: ['handler'] },
  blue: { share: 1, tell: ['handler'] },
  yellow: { share: 1.5, tell: ['handler', 'leader', 'supervisor'] },
  red: { share: 2, tell: ['leader', 'supervisor', 'centre'] },
  accountability: { share: 3, tell: ['centre', 'discipline', 'procuratorate'] },
};

function RungFields({ step, change }: { step: Step; change: (step: Step) => void }) {
  const title = RUNG_TITLES[step.rung];
  return (
    <>
      <span class="share">
        <input
          type="number"
          min="1"
          max="2000"
          inputMode="decimal"
          aria-label={`${title}：时限的百分之几`}
          disabled={step.rung === 'blue'}
          value={percentOf(step.share)}
          onInput={(event) => change({ ...step, share: shareOf(event.currentTarget.value) })}
        />
        %
      </span>
      <fieldset class="tells">
        <legend>{title}通知</legend>
        {(Object.keys(TOLD_WORDS) as Told[]).map((who) => {
          const on = step.tell.indexOf(who) >= 0;
          return (
            <label key={who} class={on ? 'chip on' : 'chip'}>
              <input type="checkbox" checked={on} onChange={() => change(withTold(step, who, !on))} />
              {TOLD_WORDS[who]}
            </label>
          );
        })}
      </fieldset>
    </>
  );
}

function SignPart({ filled, set, signers }: PartProps & { signers: Forms['signers'] }) {
  const signed = filled.accountability;
  return (
    <fieldset class="inset">
      <legend>问责签批</legend>
      <p class="note">没有人签批，“问责”一级就不触发。签批人要是区里或指挥中心的领导。</p>
      <label class="field narrow">
        <span>签批人</span>
        <select
          value={signed ? signed.signedBy : ''}
          onChange={(event) => {
            const signedBy = event.currentTarget.value;
            set({ accountability: signedBy ? { signedBy, at: Date.now() } : null });
          }}
        >
          <option value="">不启用问责</option>
          {signers.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

interface ChoiceProps {
  field: keyof typeof CHOICES;
  value: string;
  choose: (value: string) => void;
}

/** Each way with its reason, and what people could do with it. */
function ChoicePart({ field, value, choose }: ChoiceProps) {
  const choices: Record<string, Choice> = CHOICES[field];
  return (
    <fieldset class="inset choices">
      <legend>{CHOICE_TITLES[field]}</legend>
      {Object.keys(choices).map((each) => {
        const choice = choices[each];
        if (!choice) return null;
        return (
          <label key={each} class={each === value ? 'choice on' : 'choice'}>
            <input type="radio" name={field} checked={each === value} onChange={() => choose(each)} />
            <span>
              <strong>{choice.says}</strong>
              <span class="note how">{choice.why}</span>
              {choice.loophole && <span class="loophole">⚠ {choice.loophole}</span>}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

function RequestPart({ filled, set }: PartProps) {
  const { extend, suspend, appeal } = filled;
  return (
    <fieldset class="inset">
      <legend>延期、挂账、申诉</legend>
      <div class="fields">
        <Count label="最多延期几次" value={extend.times} set={(times) => set({ extend: { ...extend, times } })} />
        <Count
          label="每次延期，原时限的 %"
          value={Number(percentOf(extend.share))}
          set={(percent) => set({ extend: { ...extend, share: percent / 100 } })}
        />
        <Approvers
          label="延期"
          value={extend.approvers}
          set={(approvers) => set({ extend: { ...extend, approvers } })}
        />
      </div>
      <div class="fields">
        <Count label="最多挂账几次" value={suspend.times} set={(times) => set({ suspend: { ...suspend, times } })} />
        <Count
          label="挂账最长几天"
          value={suspend.mostDays}
          set={(mostDays) => set({ suspend: { ...suspend, mostDays } })}
        />
        <Approvers
          label="挂账"
          value={suspend.approvers}
          set={(approvers) => set({ suspend: { ...suspend, approvers } })}
        />
      </div>
      <div class="fields">
        <Count
          label="结案后几天内可申诉"
          value={appeal.withinDays}
          set={(withinDays) => set({ appeal: { ...appeal, withinDays } })}
        />
        <Approvers
          label="申诉"
          value={appeal.approvers}
          set={(approvers) => set({ appeal: { ...appeal, approvers } })}
        />
      </div>
    </fieldset>
  );
}

function Count({ label, value, set }: { label: string; value: number; set: (value: number) => void }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min="0"
        inputMode="numeric"
        value={Number.isNaN(value) ? '' : value}
        onInput={(event) => set(Number(event.currentTarget.value))}
      />
    </label>
  );
}

interface ApproversProps {
  label: string;
  value: readonly Approver[];
  set: (value: Approver[]) => void;
}

/** One, or two different people one after the other. */
function Approvers({ label, value, set }: ApproversProps) {
  const one = (at: number, words: string) => (
    <label class="field">
      <span>{`${label}${words}`}</span>
      <select
        value={value[at] || ''}
        onChange={(event) => {
          const next = [value[0], value[1]];
          next[at] = (event.currentTarget.value || undefined) as Approver | undefined;
          set(next.filter((each): each is Approver => each !== undefined));
        }}
      >
        {at === 1 && <option value="">不用第二人</option>}
        {(Object.keys(APPROVER_WORDS) as Approver[]).map((role) => (
          <option key={role} value={role}>
            {APPROVER_WORDS[role]}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      {one(0, '先由谁批')}
      {one(1, '再由谁批')}
    </>
  );
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function WaitPart({ filled, set }: PartProps) {
  const { quiet } = filled;
  const days = (field: 'draftExpires' | 'verifyWithin' | 'reopenWithin', label: string): ComponentChildren => (
    <Count
      label={label}
      value={filled[field] / DAY}
      set={(value) => set({ [field]: value * DAY } as Partial<Settings>)}
    />
  );
  return (
    <fieldset class="inset">
      <legend>等多久、何时不打扰</legend>
      <div class="fields">
        <Count
          label="派遣时限（分钟）"
          value={filled.dispatchMinutes}
          set={(dispatchMinutes) => set({ dispatchMinutes })}
        />
        <Count label="无进展提醒（工作分钟）" value={filled.idleMinutes} set={(idleMinutes) => set({ idleMinutes })} />
        {days('verifyWithin', '核查期限（天）')}
        {days('reopenWithin', '结案后几天内可重开')}
        {days('draftExpires', '没确认的上报保留（天）')}
        {(['from', 'to'] as const).map((end) => (
          <label key={end} class="field">
            <span>{end === 'from' ? '晚上几点起不打扰' : '早上几点起可打扰'}</span>
            <input
              type="time"
              value={timeOf(quiet[end])}
              onInput={(event) => set({ quiet: { ...quiet, [end]: minuteOf(event.currentTarget.value) } })}
            />
          </label>
        ))}
      </div>
      <p class="note">紧急事项不受“不打扰”限制。</p>
    </fieldset>
  );
}
