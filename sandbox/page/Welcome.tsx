import type { JSX } from 'preact';
import { byId } from './desk';
import { RobotFace } from './icons';
import { type Phone, say } from './phone';
import { type RoleName, roleOf } from './roles';

interface Hint {
  words: string;
  tries: string[];
}

const REPORTER: Hint = {
  words: '发现问题，说清“哪里、怎么了”就行。\n可以带照片或语音。',
  tries: ['红光路 12 号门前路灯不亮了', '菜市场后门垃圾堆了两天没人收', '三单元电梯口有人飞线充电'],
};
const OFFICIAL: Hint = {
  words: '有任务时，任务卡会出现在这里，\n点一下就能签收、办理。',
  tries: ['待办', '超期', '帮助'],
};
const HINTS: Partial<Record<RoleName, Hint>> = {
  网格员: REPORTER,
  领导: { words: '分管的事快超期、已超期时，\n会在这里提醒。', tries: ['超期', '待办', '帮助'] },
  派遣: { words: '没有明确责任单位的事，\n会到这里等派遣。', tries: ['待办', '超期', '帮助'] },
  督查: { words: '超期和挂牌督办的事，会到这里。', tries: ['超期', '待办', '帮助'] },
};

/** An empty chat says what it is for, and offers words to begin with. */
export function Welcome({ phone, group }: { phone: Phone; group: boolean }): JSX.Element {
  if (group) return <p class="empty">群里还没有消息。在这里说的话会 @网格通。</p>;
  const person = byId.value.get(phone.userId.value ?? '');
  const role = person && roleOf(person);
  const hint = role ? (HINTS[role] ?? OFFICIAL) : OFFICIAL;
  return (
    <div class="welcome">
      <RobotFace size={56} />
      <h3>网格通</h3>
      <p>{hint.words}</p>
      <p class="try">试着说</p>
      {hint.tries.map((text) => (
        <button key={text} type="button" onClick={() => void say(phone, { text })}>
          {text}
        </button>
      ))}
    </div>
  );
}
