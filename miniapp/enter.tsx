import { Trouble } from './api';
import { useAsk } from './live';

/** What is shown instead of the pages when nobody is logged in, or nothing can be reached. */
export function EnterPage({ error, again }: { error: unknown; again: () => void }) {
  const { title, words } = stopOf(error);
  const outside = error instanceof Trouble && error.status === 401;
  return (
    <main class="stop">
      <h1>{title}</h1>
      <p>{words}</p>
      <button type="button" class="button" onClick={again}>
        再试一次
      </button>
      {outside && <Play />}
    </main>
  );
}

function stopOf(error: unknown): { title: string; words: string } {
  if (!(error instanceof Trouble)) return { title: '打不开', words: '页面出错了，请关闭后重新打开。' };
  if (error.status === 401) return { title: '需要登录', words: error.message };
  if (error.status === 403) return { title: '暂时不能使用', words: error.message };
  return { title: '暂时打不开', words: error.status === 0 ? '没有连上网络，请稍后再试。' : error.message };
}

/** In the sandbox one comes in as anybody: its own login sends the browser back with a one-use code. */
function Play() {
  const { sandbox } = useAsk('GET /api/app', {}).data || {};
  if (!sandbox) return null;
  const here = encodeURIComponent(location.origin + location.pathname + location.hash);
  if (sandbox.people.length === 0)
    return (
      <p class="note">
        沙箱里还没有人。请在另一个终端里运行 <code>npm run people -- admin boss 王主任</code>，几秒后再试一次。
      </p>
    );
  return (
    <section class="card play">
      <h2>沙箱：选一个人进入</h2>
      <ul>
        {sandbox.people.map(({ userId, name, post }) => (
          <li key={userId}>
            <a class="button" href={`${sandbox.open}?userId=${encodeURIComponent(userId)}&url=${here}`}>
              <strong>{name}</strong> {post}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
