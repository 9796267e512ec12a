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
import { learnServerTime } from '../ui/time.tsx';
import { takePart } from './leader.ts';

export type Live = {
  overview?: Overview;
  /** When it was heard last, in milliseconds; absent before the first time. */
  heardAt?: number;
  /** Whether the last call failed: what is shown may be old. */
  isStale: boolean;
};

const LiveContext = createContext<Live>({ isStale: false });

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

const USE_EVENTS = ['pointerdown', 'keydown'] as const;

export const LiveProvider = ({ children }: { children: ReactNode }) => {
  const { session } = useSignedIn();
  const queries = useQueryClient();
  const [live, setLive] = useState<Live>({ isStale: false });
  useEffect(() => {
    const watch = takePart({
      token: session.token,
      tell: (news) => {
        if (news.kind === 'signedOut') return session.end();
        if (news.kind === 'failed') return setLive((before) => ({ ...before, isStale: true }));
        learnServerTime(news.date, news.at);
        const heard = { heardAt: news.at, isStale: false };
        if (news.kind === 'unchanged') return setLive((before) => ({ ...before, ...heard }));
        setLive({ overview: news.overview, ...heard });
        for (const { id } of CONCERNED) void queries.invalidateQueries({ queryKey: [id] });
      },
    });
    const unsubscribe = session.subscribe(() => {
      if (session.isOver()) watch.stop();
      else watch.send({ kind: 'token', token: session.token() });
    });
    const used = (): void => watch.send({ kind: 'used' });
    const lookAgain = (): void => {
      if (document.visibilityState === 'visible') watch.send({ kind: 'askNow' });
    };
    for (const event of USE_EVENTS) window.addEventListener(event, used, { passive: true });
    document.addEventListener('visibilitychange', lookAgain);
    window.addEventListener('online', lookAgain);
    return () => {
      for (const event of USE_EVENTS) window.removeEventListener(event, used);
      document.removeEventListener('visibilitychange', lookAgain);
      window.removeEventListener('online', lookAgain);
      unsubscribe();
      watch.stop();
    };
  }, [session, queries]);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
};
