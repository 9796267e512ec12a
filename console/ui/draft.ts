/** What somebody is writing, kept in this tab until it was sent: through a reload, and through signing in again. */
import { useState } from 'react';
import { tabStore } from './storage.ts';

/** Fields as somebody fills them in: each a text, a number, a choice, or absent. */
type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** What is kept, as far as it is of the fields that there are now. */
const read = <F extends Fields>(key: string, initial: F): F => {
  try {
    const kept: unknown = JSON.parse(tabStore.get(key) ?? '{}');
    if (!isFields(kept)) return initial;
    const known = Object.entries(kept).filter(([name]) => name in initial);
    return { ...initial, ...Object.fromEntries(known) };
  } catch {
    return initial;
  }
};

/** The fields, what changes some of them, and what keeps them no longer: once they were sent, or given up. */
export type Draft<F extends Fields> = readonly [F, (change: Partial<F>) => void, () => void];

/** @param name under which the fields are kept */
export const useDraft = <F extends Fields>(name: string, initial: F): Draft<F> => {
  const key = `draft.${name}`;
  const [fields, setFields] = useState(() => read(key, initial));
  const change = (changed: Partial<F>): void => {
    const next = { ...fields, ...changed };
    tabStore.set(key, JSON.stringify(next));
    setFields(next);
  };
  const forget = (): void => tabStore.remove(key);
  return [fields, change, forget];
};
