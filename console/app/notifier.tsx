/** Tells whoever switched it on of each new request for help: in the one tab that watches for all. */
import { useEffect, useRef } from 'react';
import { listAssistanceRequests } from '../../lib/api/assistance.ts';
import { useRead } from '../data/read.ts';
import { useLive } from '../live/context.tsx';
import { notify, useIsNotifying } from '../live/notify.ts';
import { useWords } from '../messages/language.ts';
import { newOnes } from './new-ones.ts';
import { appWords } from './words.ts';

const QUERY = { query: { state: 'pending', limit: '100' } } as const;

export const Notifier = () => {
  const t = useWords(appWords);
  const { isLeader } = useLive();
  const isOn = useIsNotifying() && isLeader;
  // The news of the overview makes it ask again.
  const { data } = useRead(listAssistanceRequests, QUERY, { enabled: isOn });
  const known = useRef<ReadonlySet<string>>(undefined);
  useEffect(() => {
    if (!isOn || !data) return;
    for (const { id, requester, deviceName } of newOnes(data.items, known.current)) {
      notify(id, t.asksForHelp(requester.name, deviceName));
    }
    known.current = new Set(data.items.map(({ id }) => id));
  }, [isOn, data, t]);
  return null;
};
