/** The tab's title says how many wait; who switched it on is notified of each new one, with a sound. */
import { useEffect, useRef } from 'react';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { useLive } from './context.tsx';
import { notify } from './notify.ts';

export const TitleCount = () => {
  const t = useWords(common);
  const { overview } = useLive();
  const pending = overview?.pendingRequests;
  const before = useRef<number>(undefined);
  useEffect(() => {
    if (pending === undefined) return;
    document.title = pending > 0 ? `(${pending}) ${t.product}` : t.product;
    if (before.current !== undefined && pending > before.current) notify(t.newRequest);
    before.current = pending;
  }, [pending, t]);
  return null;
};
