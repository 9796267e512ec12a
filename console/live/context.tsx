/** News for the pages: the overview, when it was heard last, and that lists ask again once it has changed. */
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { listAlerts } from '../../lib/api/alerts.ts';
import { listAssistanceRequests } from '../../lib/api/assistance.ts';
import { listConnectors } from '../../lib/api/connectors.ts';
import { listDevices } from '../../lib/api/devices.ts';
import type { Operation } from '../../lib/api/operation.ts';
import type { Overview } from '../../lib/api/overview.ts';
import { listRestartJobs, listRestartTasks } from '../../lib/api/restarts.ts';
import { useSignedIn } from '../session/context.tsx';
import { learnServerTime } from '../ui/server-time.ts';
import { takePart } from './leader.ts';
import { followUse } from './use.ts';
import type { News } from './watch.ts';

export type Live = {
  overview?: Overview;
  /** When it was heard last, in milliseconds; absent before the first time. */
  heardAt?: number;
  /** Whether the last call failed: what is shown may be old. */
  hasFailed: boolean;
  /** Whether this tab watches for all tabs of the browser. */
  isLeader: boolean;
};

const LiveContext = createContext<Live>({ hasFailed: false, isLeader: false });

export const useLive = (): Live => useContext(LiveContext);

/** What the overview counts: lists that show something else once it has changed. */
const CONCERNED: readonly Operation[] = [
  listAssistanceRequests,
  listAlerts,
  listRestartTasks,
  listRestartJobs,
  listDevices,
  listConnectors,
];

const afterNews = (before: Live, news: News): Live => {
  if (news.kind === 'overview') return { ...before, overview: news.overview, heardAt: news.at, hasFailed: false };
  if (news.kind === 'unchanged') return { ...before, heardAt: news.at, hasFailed: false };
  return { ...before, hasFailed: true };
};

export const LiveProvider = ({ children }: { children: ReactNode }) => {
  const { session } = useSignedIn();
  const queries = useQueryClient();
  const [live, setLive] = useState<Live>({ hasFailed: false, isLeader: false });
  useEffect(() => {
    const watch = takePart({
      token: session.token,
      lead: (isLeader) => setLive((before) => ({ ...before, isLeader })),
      tell: (news) => {
        if (news.kind === 'refused' && news.status === 401) return session.end();
        if (news.kind === 'overview' || news.kind === 'unchanged') learnServerTime(news.date, news.at);
        setLive((before) => afterNews(before, news));
        if (news.kind !== 'overview') return;
        for (const { id } of CONCERNED) void queries.invalidateQueries({ queryKey: [id] });
      },
    });
    const unsubscribe = session.subscribe(() => {
      if (session.isOver()) watch.stop();
      else watch.send({ kind: 'token', token: session.token() });
    });
    const unfollow = followUse(() => watch.send({ kind: 'used' }));
    const lookAgain = (): void => {
      if (document.visibilityState === 'visible') watch.send({ kind: 'askNow' });
    };
    document.addEventListener('visibilitychange', lookAgain);
    window.addEventListener('online', lookAgain);
    return () => {
      unfollow();
      document.removeEventListener('visibilitychange', lookAgain);
      window.removeEventListener('online', lookAgain);
      unsubscribe();
      watch.stop();
    };
  }, [session, queries]);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
};
