/** The frame of every page: the bar at the top, the navigation, notices, and the page itself. */
import AppLayout from '@cloudscape-design/components/app-layout';
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { RemoteTasks } from '../features/tasks/panel.tsx';
import { useLive } from '../live/context.tsx';
import { OLD_MS } from '../live/pace.ts';
import { common } from '../messages/common.ts';
import { useLanguage, useWords } from '../messages/language.ts';
import { useNotices } from '../ui/notices.tsx';
import { useInterval } from '../ui/time.tsx';
import { clockTime, MINUTE } from '../ui/time-text.ts';
import { SessionOver } from './gates.tsx';
import { Navigation } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';
import { appWords } from './words.ts';

/** What is shown may be old: the line says since when. */
const useStaleNotice = (): FlashbarProps.MessageDefinition[] => {
  const t = useWords(common);
  const language = useLanguage();
  const { hasFailed, heardAt } = useLive();
  const now = useInterval(MINUTE, Date.now);
  if (heardAt === undefined || !(hasFailed || now - heardAt > OLD_MS)) return [];
  return [{ id: 'stale', type: 'warning', content: t.notUpdatedSince(clockTime(language, heardAt)) }];
};

const focusOnPage = (): void => {
  const main = document.querySelector('main');
  main?.setAttribute('tabindex', '-1');
  main?.focus({ preventScroll: true });
};

/** Whoever follows a link with the keyboard or a screen reader goes on in the new page, and not in the navigation. */
const useFocusOnPage = (): void => {
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    focusOnPage();
  }, [location]);
};

export const Shell = ({ children }: { children: ReactNode }) => {
  const t = useWords(appWords);
  const { items } = useNotices();
  const stale = useStaleNotice();
  useFocusOnPage();
  return (
    <>
      <div id="top" className="ra-top">
        <button type="button" className="ra-skip" onClick={focusOnPage}>
          {t.toContent}
        </button>
        <TopBar />
      </div>
      <AppLayout
        headerSelector="#top"
        toolsHide
        ariaLabels={{
          navigation: t.navigation,
          navigationToggle: t.openNavigation,
          navigationClose: t.closeNavigation,
          notifications: t.notices,
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
