import { useState } from 'preact/hooks';
import { call, newId } from '../api';
import { Chips } from '../kit/chips';
import { Sheet } from '../kit/sheet';
import { Trouble } from '../kit/states';
import { toast } from '../kit/toast';
import { refresh, told, wordsOf } from '../live';
import type { WallItem } from './wall';

const LEVELS = { blue: '普通', yellow: '黄牌', red: '红牌' } as const;
type Level = keyof typeof LEVELS;

/** `城管局：20261123-0042 暴露垃圾（红光社区），办理已超 3 小时。请立即办理，并回复进展。` */
export function urgingWords({ no, matter, area, dueWords }: WallItem, unit: string): string {
  const step = dueWords.slice(0, 2);
  return `${unit}：${[no, matter].filter(Boolean).join(' ')}（${area}），${dueWords}。请立即${step}，并回复进展。`;
}

interface Props {
  item: WallItem;
  unit: string;
  /** Why a DING became this. */
  why: string;
  close: () => void;
}

/** 督办 with its words ready: choose the level, send. */
export function SuperviseSheet({ item, unit, why, close }: Props) {
  const [level, setLevel] = useState<Level>(item.levels[0] || 'blue');
  const [reason, setReason] = useState(() => urgingWords(item, unit));
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  // One id for this sheet: a second tap, or one after a lost answer, acts once.
  const [clientId] = useState(newId);

  const send = async () => {
    setBusy(true);
    setTrouble('');
    try {
      const params = { id: item.id, action: 'supervise' as const };
      await call('POST /api/events/:id/:action', { params, body: { level, reason, clientId } });
      toast(`已向${unit}发出${LEVELS[level]}督办`);
      refresh();
      close();
    } catch (error) {
      told(error);
      setTrouble(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <Sheet title={`督办 ${unit}`} close={close}>
      {why && <p class="callout">{why}</p>}
      <p class="note">{[item.matter, item.dueWords, `现为${item.climbText}`].join(' · ')}</p>
      <Chips
        label="级别"
        options={item.levels.map((each) => [each, LEVELS[each]] as const)}
        value={level}
        change={setLevel}
      />
      <label class="field">
        <span>要说的话（单位的人都会收到）</span>
        <textarea rows={4} maxLength={500} value={reason} onInput={(typed) => setReason(typed.currentTarget.value)} />
      </label>
      <Trouble words={trouble} />
      <div class="main">
        <button type="button" class="button" onClick={close}>
          取消
        </button>
        <button type="button" class="button primary" disabled={busy} onClick={() => void send()}>
          {busy ? '正在发出…' : `发出${LEVELS[level]}督办`}
        </button>
      </div>
    </Sheet>
  );
}
