/** Whether the page is as narrow as a telephone's, or as a PC's at 400 %. */
import { useSyncExternalStore } from 'react';

/** The design system's own limit. */
const query = window.matchMedia('(max-width: 688px)');

const subscribe = (listener: () => void): (() => void) => {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};

export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => query.matches);
