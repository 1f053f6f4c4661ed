import type { Answer } from '../server/http/contract';
import { Trouble } from './api';
import { useAsk } from './live';

/** What is shown instead of the pages when nobody is logged in, or nothing can be reached. */
export function EnterPage({ error, again }: { error: unknown; again: () => void }) {
  const outside = error instanceof Trouble && error.status === 401;
  const { sandbox } = useAsk('GET /api/app', {}, !outside).data || {};
  if (outside && sandbox) return <Play {...sandbox} again={again} />;
  const { title, words } = stopOf(error);
  return (
    <main class="stop">
      <h1>{title}</h1>
      <p>{words}</p>
      <button type="button" class="button" onClick={again}>
        再试一次
      </button>
    </main>
  );
}

function stopOf(error: unknown): { title: string; words: string } {
  if (!(error instanceof Trouble)) return { title: '打不开', words: '页面出错了，请关闭后重新打开。' };
  if (error.status === 401) return { title: '需要登录', words: error.message };
  if (error.status === 403) return { title: '暂时不能使用', words: error.message };
  return { title: '暂时打不开', words: error.status === 0 ? '没有连上网络，请稍后再试。' : error.message };
}

type Sandbox = NonNullable<Answer<'GET /api/app'>['sandbox']>;

/** In the sandbox one comes in as anybody: its own login sends the browser back with a one-use code. */
function Play({ open, people, again }: Sandbox & { again: () => void }) {
  const here = encodeURIComponent(location.origin + location.pathname + location.hash);
  return (
    <main class="stop play">
      <h1>选一个人进入</h1>
      <p>这里是沙箱，没有连接真的钉钉。选了谁，就以谁的身份看和办。</p>
      {people.length > 0 ? (
        <ul>
          {people.map(({ userId, name, post }) => (
            <li key={userId}>
              <a class="button" href={`${open}?userId=${encodeURIComponent(userId)}&url=${here}`}>
                <strong>{name}</strong>
                <span class="note">{post}</span>
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <>
          <p>
            沙箱里还没有人。请在另一个终端里运行 <code>npm run people -- admin boss 王主任</code>，几秒后再试一次。
          </p>
          <button type="button" class="button" onClick={again}>
            再试一次
          </button>
        </>
      )}
    </main>
  );
}
