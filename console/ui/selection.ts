/** What is selected, by id and over pages and reloads; this tab's own. */
import { useState } from 'react';
import { tabStore } from './storage.ts';

/** An id with the name to show it by. */
export type Named = { id: string; name: string };

const isNamed = (item: unknown): item is Named => {
  const { id, name } = (item ?? {}) as Partial<Record<keyof Named, unknown>>;
  return typeof id === 'string' && typeof name === 'string';
};

/** What was kept as text, as far as it can be read. */
export const parseSelection = (text: string | undefined): Named[] => {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isNamed) : [];
  } catch {
    return [];
  }
};

/** Of those `shown`, `chosen` are selected now; what is on other pages stays. */
export const withChoice = (selected: readonly Named[], shown: readonly Named[], chosen: readonly Named[]): Named[] => {
  const here = new Set(shown.map(({ id }) => id));
  return [
    ...selected.filter(({ id }) => !here.has(id)),
    ...chosen.filter(({ id }) => here.has(id)).map(({ id, name }) => ({ id, name })),
  ];
};

/** @param name under which the selection is kept */
export const useSelection = (name: string) => {
  const key = `selected.${name}`;
  const [selected, setSelected] = useState(() => parseSelection(tabStore.get(key)));
  const keep = (items: Named[]): void => {
    tabStore.set(key, JSON.stringify(items));
    setSelected(items);
  };
  return {
    selected,
    clear: () => keep([]),
    change: (shown: readonly Named[], chosen: readonly Named[]) => keep(withChoice(selected, shown, chosen)),
  };
};
