/** What is selected, by id and over pages and reloads; this tab's own. */
import { useState } from 'react';
import { tabStore } from './storage.ts';

/** An id with the name to show it by. */
export type Named = { id: string; name: string };

const read = (key: string): Named[] => {
  try {
    const kept: unknown = JSON.parse(tabStore.get(key) ?? '[]');
    return Array.isArray(kept)
      ? kept.filter((item) => typeof item?.id === 'string' && typeof item?.name === 'string')
      : [];
  } catch {
    return [];
  }
};

/** @param name under which the selection is kept */
export const useSelection = (name: string) => {
  const key = `selected.${name}`;
  const [selected, setSelected] = useState(() => read(key));
  const keep = (items: Named[]): void => {
    tabStore.set(key, JSON.stringify(items));
    setSelected(items);
  };
  return {
    selected,
    clear: () => keep([]),
    /** Of those `shown`, `chosen` are selected now; what is on other pages stays. */
    change: (shown: readonly Named[], chosen: readonly Named[]) => {
      const others = selected.filter(({ id }) => !shown.some((item) => item.id === id));
      const here = chosen.filter(({ id }) => shown.some((item) => item.id === id));
      keep([...others, ...here.map(({ id, name: shownName }) => ({ id, name: shownName }))]);
    },
  };
};
