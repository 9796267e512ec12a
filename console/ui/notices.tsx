/** Short notices above the page: what was done, and what somebody else did meanwhile. */
import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';

export type Notice = { type: 'success' | 'info' | 'warning' | 'error'; content: ReactNode };

type Notices = { items: FlashbarProps.MessageDefinition[]; show: (notice: Notice) => void };

const NoticesContext = createContext<Notices>({ items: [], show: () => {} });

/** More than these push the page away. */
const SHOWN = 4;

export const NoticesProvider = ({ children }: { children: ReactNode }) => {
  const t = useWords(common);
  const [items, setItems] = useState<FlashbarProps.MessageDefinition[]>([]);
  const show = useCallback(
    ({ type, content }: Notice) => {
      const id = crypto.randomUUID();
      const onDismiss = () => setItems((shown) => shown.filter((item) => item.id !== id));
      const item = { id, type, content, dismissible: true, dismissLabel: t.close, onDismiss };
      setItems((shown) => [item, ...shown].slice(0, SHOWN));
    },
    [t],
  );
  const value = useMemo(() => ({ items, show }), [items, show]);
  return <NoticesContext.Provider value={value}>{children}</NoticesContext.Provider>;
};

export const useNotices = (): Notices => useContext(NoticesContext);
