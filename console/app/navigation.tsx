/** The links to the pages, with how many wait there. */
import Badge from '@cloudscape-design/components/badge';
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Overview } from '../../lib/api/overview.ts';
import { useLive } from '../live/context.tsx';
import { useWords } from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';
import { PAGES } from './pages.ts';
import { appWords, type NavigationWords } from './words.ts';

const BASE = '/console';

type Count = { count: number; color: 'red' | 'blue' };

/** What waits behind a link. */
const COUNTS: Partial<Record<keyof NavigationWords, (overview: Overview) => Count>> = {
  requests: ({ pendingRequests }) => ({ count: pendingRequests, color: 'red' }),
  alerts: ({ activeAlerts: { info, warning, critical } }) => ({
    count: info + warning + critical,
    color: critical > 0 ? 'red' : 'blue',
  }),
};

const MOST_SHOWN = 99;

const badge = ({ count, color }: Count): ReactNode =>
  count > 0 && <Badge color={color}>{count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}</Badge>;

export const Navigation = () => {
  const { nav } = useWords(appWords);
  const { may } = useSignedIn();
  const { overview } = useLive();
  const [location, navigate] = useLocation();
  const items = PAGES.flatMap(({ path, nav: name, role }): SideNavigationProps.Item[] => {
    if (name === undefined || (role !== undefined && !may(role))) return [];
    const count = overview && COUNTS[name]?.(overview);
    return [{ type: 'link', text: nav[name], href: BASE + path, ...(count && { info: badge(count) }) }];
  });
  const active = PAGES.find(({ path, nav: name }) => name && (location === path || location.startsWith(`${path}/`)));
  return (
    <SideNavigation
      activeHref={BASE + (active?.path ?? '')}
      items={items}
      onFollow={(event) => {
        if (event.detail.external) return;
        event.preventDefault();
        navigate(event.detail.href.slice(BASE.length));
      }}
    />
  );
};
