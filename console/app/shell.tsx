/** The frame of every page: the bar at the top, the navigation, notices, and the page itself. */
import AppLayout from '@cloudscape-design/components/app-layout';
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { RemoteTasks } from '../features/tasks/panel.tsx';
import { useLive } from '../live/context.tsx';
import { common } from '../messages/common.ts';
import { useLanguage, useWords } from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';
import { clockTime } from '../ui/time.tsx';
import { SessionOver } from './gates.tsx';
import { useNotices } from './notices.tsx';
import { PAGES, START } from './pages.ts';
import { TopBar } from './top-bar.tsx';
import { appWords } from './words.ts';

const BASE = '/console';

const Navigation = () => {
  const t = useWords(common);
  const { nav } = useWords(appWords);
  const { may } = useSignedIn();
  const [location, navigate] = useLocation();
  const items = PAGES.flatMap(({ path, nav: name, role }): SideNavigationProps.Item[] => {
    if (name === undefined || (role !== undefined && !may(role))) return [];
    return [{ type: 'link', text: nav[name], href: BASE + path }];
  });
  const active = PAGES.find(({ path, nav: name }) => name && (location === path || location.startsWith(`${path}/`)));
  return (
    <SideNavigation
      activeHref={BASE + (active?.path ?? '')}
      header={{ text: t.product, href: BASE + START }}
      items={items}
      onFollow={(event) => {
        if (event.detail.external) return;
        event.preventDefault();
        navigate(event.detail.href.slice(BASE.length));
      }}
    />
  );
};

/** What is shown may be old: the line says since when. */
const useStaleNotice = (): FlashbarProps.MessageDefinition[] => {
  const t = useWords(common);
  const language = useLanguage();
  const { isStale, heardAt } = useLive();
  if (!isStale || heardAt === undefined) return [];
  return [{ id: 'stale', type: 'warning', content: t.notUpdatedSince(clockTime(language, heardAt)) }];
};

export const Shell = ({ children }: { children: ReactNode }) => {
  const t = useWords(common);
  const { items } = useNotices();
  const stale = useStaleNotice();
  return (
    <>
      <div id="top" className="ra-top">
        <TopBar />
      </div>
      <AppLayout
        headerSelector="#top"
        toolsHide
        ariaLabels={{
          navigation: t.navigation,
          navigationToggle: t.openNavigation,
          navigationClose: t.closeNavigation,
          notifications: t.notifications,
        }}
        navigation={<Navigation />}
        notifications={<Flashbar items={[...stale, ...items]} stackItems />}
        content={children}
      />
      <RemoteTasks />
      <SessionOver />
    </>
  );
};
