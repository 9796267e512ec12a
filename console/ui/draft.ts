/** What somebody is writing, kept in this tab until it was sent: through a reload, and through signing in again. */
import { useState } from 'react';
import { tabStore } from './storage.ts';

/** @returns the text, what changes it, and what forgets it once it was sent */
export const useDraft = (name: string, initial = ''): [string, (text: string) => void, () => void] => {
  const key = `draft.${name}`;
  const [text, setText] = useState(() => tabStore.get(key) ?? initial);
  const change = (next: string): void => {
    if (next === initial) tabStore.remove(key);
    else tabStore.set(key, next);
    setText(next);
  };
  return [text, change, () => change(initial)];
};
