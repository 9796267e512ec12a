/** Light or dark: as the system has it, unless somebody chose otherwise in this browser. */
import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { browserStore } from '../ui/storage.ts';

export const APPEARANCES = ['system', 'light', 'dark'] as const;
export type Appearance = (typeof APPEARANCES)[number];

const KEY = 'appearance';
const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)');

export const appearance = (): Appearance => {
  const kept = browserStore.get(KEY);
  return APPEARANCES.find((each) => each === kept) ?? 'system';
};

const show = (): void => {
  const chosen = appearance();
  const isDark = chosen === 'dark' || (chosen === 'system' && systemIsDark.matches);
  applyMode(isDark ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
};

/** Shows what was chosen, and follows the system from now on. */
export const followAppearance = (): void => {
  show();
  systemIsDark.addEventListener('change', show);
};

export const chooseAppearance = (chosen: Appearance): void => {
  browserStore.set(KEY, chosen);
  show();
};
