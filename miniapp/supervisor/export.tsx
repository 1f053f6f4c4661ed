import { useState } from 'preact/hooks';
import type { SearchFilter } from '../../server/http/search-contract';
import { call } from '../api';
import { bridge, inDingTalk } from '../bridge';
import { toast } from '../kit/toast';
import { told, wordsOf } from '../live';

/** The very search as a workbook. */
export function Export({ filter, none }: { filter: SearchFilter; none: boolean }) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      const { url, count } = await call('POST /api/exports', { body: { filter } });
      await fetchFile(`${location.origin}${url}`);
      toast(`正在下载 ${count} 件，导出已记入日志`);
    } catch (error) {
      told(error);
      toast(wordsOf(error));
    }
    setBusy(false);
  };
  return (
    <button type="button" class="button" disabled={busy || none} onClick={() => void go()}>
      {busy ? '正在准备…' : '导出 Excel'}
    </button>
  );
}

/** DingTalk's webviews do not save files; what they open outside brings no session along, and the address needs none. */
async function fetchFile(url: string): Promise<void> {
  if (inDingTalk()) return (await bridge()).openLink(url);
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}
