import { Icon, type IconName } from './kit/icon';
import type { Me } from './session';

/** The pages that each post needs at hand; at most five, in the order of the day's work. */
interface Tab {
  to: string;
  icon: IconName;
  label: string;
  for: readonly string[];
}

const EVERYONE = ['worker', 'handler', 'leader', 'dispatcher', 'supervisor', 'oversight', 'admin'];
const SEARCHERS = EVERYONE.filter((role) => role !== 'worker');
const OVERSEERS = ['leader', 'supervisor', 'oversight', 'admin'];

const TABS: readonly Tab[] = [
  { to: '/report', icon: 'report', label: '上报', for: ['worker'] },
  { to: '/today', icon: 'today', label: '今日', for: OVERSEERS },
  { to: '/todo', icon: 'todo', label: '待办', for: EVERYONE },
  { to: '/admin', icon: 'admin', label: '管理', for: ['admin'] },
  { to: '/mine', icon: 'mine', label: '我的上报', for: ['worker'] },
  { to: '/wall', icon: 'late', label: '逾期墙', for: [...OVERSEERS, 'dispatcher'] },
  { to: '/map', icon: 'map', label: '地图', for: [...OVERSEERS, 'dispatcher'] },
  { to: '/search', icon: 'search', label: '查询', for: SEARCHERS },
  { to: '/appeals', icon: 'appeal', label: '申诉', for: ['dispatcher', 'supervisor'] },
  { to: '/month', icon: 'today', label: '我的本月', for: ['worker'] },
  { to: '/what-if', icon: 'today', label: '推演', for: OVERSEERS },
  { to: '/me', icon: 'me', label: '我', for: EVERYONE },
];

const MOST = 5;

/** 我 always stands last; what does not fit before it is found there. */
export function tabsOf({ roles }: Pick<Me, 'roles'>): Tab[] {
  const mine = TABS.filter((tab) => tab.for.some((role) => roles.indexOf(role) >= 0));
  const last = TABS[TABS.length - 1]!;
  return [...mine.filter((tab) => tab !== last).slice(0, MOST - 1), last];
}

/** All pages of a person, for the list under 我. */
export function pagesOf({ roles }: Pick<Me, 'roles'>): Tab[] {
  return TABS.filter((tab) => tab.to !== '/me' && tab.for.some((role) => roles.indexOf(role) >= 0));
}

/** Where a person begins: who handles, at what presses, though they lead the unit, too; others at their first tab. */
export function homeOf(me: Pick<Me, 'roles'>): string {
  return me.roles.indexOf('handler') >= 0 ? '/todo' : tabsOf(me)[0]!.to;
}

export function TabBar({ me, path }: { me: Me; path: string }) {
  return (
    <nav class="tabbar" aria-label="主要页面">
      {tabsOf(me).map(({ to, icon, label }) => (
        <a key={to} href={`#${to}`} aria-current={path === to || path.indexOf(`${to}/`) === 0 ? 'page' : undefined}>
          <Icon name={icon} />
          {label}
        </a>
      ))}
    </nav>
  );
}
