import { useState } from 'preact/hooks';
import type { Answer } from '../../server/http/contract';
import { call } from '../api';
import { Sheet } from '../kit/sheet';
import { Skeleton, Trouble } from '../kit/states';
import { toast } from '../kit/toast';
import { refresh, told, useAsk, wordsOf } from '../live';

type Filled = Answer<'GET /api/admin/people/:userId/posts'>;
type Places = Answer<'GET /api/admin/places'>;
type Post = Filled['posts'][number];

/** Whose form it is; without a `userId` a newcomer's, filled in as far as the contacts know them. */
export interface Whose {
  userId: string | null;
  hint: { userId: string; name: string };
}

/** One person: who they are and what they hold. In force with 保存; other posts, other sessions. */
export function PersonSheet({ whose: { userId, hint }, close }: { whose: Whose; close: () => void }) {
  const places = useAsk('GET /api/admin/places', {});
  const found = useAsk('GET /api/admin/people/:userId/posts', { params: { userId: userId || '' } }, userId === null);
  const trouble = places.trouble || found.trouble;
  const given = userId === null ? { ...hint, mobileTail: '', posts: [NEW] } : found.data;
  return (
    <Sheet title={userId === null ? '加一个人' : '修改人员和岗位'} close={close}>
      <Trouble words={trouble} again={places.trouble ? places.again : found.again} />
      {!trouble && !(places.data && given) && <Skeleton rows={2} height={120} />}
      {places.data && given && <Fields given={given} fresh={userId === null} places={places.data} close={close} />}
    </Sheet>
  );
}

const NEW: Post = { role: 'worker', unit: '', area: '' };

interface FieldsProps {
  given: Filled;
  fresh: boolean;
  places: Places;
  close: () => void;
}

function Fields({ given, fresh, places, close }: FieldsProps) {
  const [userId, setUserId] = useState(given.userId);
  const [name, setName] = useState(given.name);
  const [mobile, setMobile] = useState('');
  const [posts, setPosts] = useState<Post[]>(given.posts.length > 0 ? given.posts : [NEW]);
  const [word, setWord] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const body = { name: name.trim(), mobile: mobile.trim(), fresh, posts };
      await call('POST /api/admin/people/:userId/posts', { params: { userId: userId.trim() || '-' }, body });
      toast(fresh ? `${name}已加入` : `${name}已改好，需要重新进入网格通`);
      refresh();
      close();
    } catch (error) {
      told(error);
      setWord(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <form
      class="person"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (!busy) void save();
      }}
    >
      <Text label="姓名" value={name} change={setName} />
      {fresh && <Text label="钉钉 userId（从钉钉管理后台复制）" value={userId} change={setUserId} />}
      <Text
        label={given.mobileTail ? `手机（尾号 ${given.mobileTail}，不改就不填）` : '手机（可不填）'}
        value={mobile}
        change={setMobile}
        numeric
      />
      <Posts posts={posts} places={places} change={setPosts} />
      {word && (
        <p class="alert" role="alert">
          {word}
        </p>
      )}
      <div class="main">
        <button type="button" class="button" disabled={busy} onClick={close}>
          取消
        </button>
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? '正在保存…' : '保存'}
        </button>
      </div>
    </form>
  );
}

interface PostsProps {
  posts: Post[];
  places: Places;
  change: (posts: Post[]) => void;
}

function Posts({ posts, places, change }: PostsProps) {
  return (
    <>
      {posts.map((post, index) => (
        <PostFields
          key={index}
          label={posts.length > 1 ? `第 ${index + 1} 个岗位` : '岗位'}
          post={post}
          places={places}
          change={(some) => change(posts.map((each, at) => (at === index ? { ...each, ...some } : each)))}
          drop={posts.length > 1 ? () => change(posts.filter((_, at) => at !== index)) : null}
        />
      ))}
      <button type="button" class="button small" onClick={() => change([...posts, NEW])}>
        再加一个岗位
      </button>
      <Words id="units" words={places.units} />
      <Words id="areas" words={places.areas} />
    </>
  );
}

interface TextProps {
  label: string;
  value: string;
  change: (value: string) => void;
  numeric?: boolean;
  /** Id of the list of words to choose from. */
  list?: string;
}

function Text({ label, value, change, numeric, list }: TextProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        inputMode={numeric ? 'tel' : undefined}
        list={list}
        maxLength={100}
        value={value}
        onInput={(typed) => change(typed.currentTarget.value)}
      />
    </label>
  );
}

interface PostProps {
  label: string;
  post: Post;
  places: Places;
  change: (some: Partial<Post>) => void;
  drop: (() => void) | null;
}

function PostFields({ label, post, places, change, drop }: PostProps) {
  return (
    <fieldset class="post-fields">
      <legend>{label}</legend>
      <label class="field">
        <span>类别</span>
        <select value={post.role} onChange={(chosen) => change({ role: chosen.currentTarget.value as Post['role'] })}>
          {places.roles.map(({ role, text }) => (
            <option key={role} value={role}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <Text label="单位" list="units" value={post.unit} change={(unit) => change({ unit })} />
      <Text
        label={post.role === 'worker' ? '负责的网格' : '区域（可不填）'}
        list="areas"
        value={post.area}
        change={(area) => change({ area })}
      />
      {drop && (
        <button type="button" class="button small" onClick={drop}>
          去掉{label}
        </button>
      )}
    </fieldset>
  );
}

function Words({ id, words }: { id: string; words: string[] }) {
  return (
    <datalist id={id}>
      {words.map((each) => (
        <option key={each} value={each} />
      ))}
    </datalist>
  );
}
