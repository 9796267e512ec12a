/** The language of the console: `?lang=`, or what was chosen before, or the browser's. */
import { createContext, useContext } from 'react';
import { browserStore } from '../ui/storage.ts';

export const LANGUAGES = ['en', 'fr', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français', de: 'Deutsch' };

const KEY = 'language';

const known = (tag: string | null | undefined): Language | undefined =>
  LANGUAGES.find((language) => tag?.slice(0, 2).toLowerCase() === language);

/** The language to show. English is what is left. */
export const chooseLanguage = (): Language => {
  const asked = known(new URLSearchParams(window.location.search).get('lang'));
  return asked ?? known(browserStore.get(KEY)) ?? navigator.languages.map(known).find((found) => found) ?? 'en';
};

/** Chooses a language for this browser and shows the page in it. */
export const rememberLanguage = (language: Language): void => {
  browserStore.set(KEY, language);
  const url = new URL(window.location.href);
  url.searchParams.delete('lang');
  window.location.assign(url);
};

/** The browser's own variant of the language, such as `en-GB`, by which times and numbers are written. */
export const localeOf = (language: Language): string =>
  navigator.languages.find((tag) => known(tag) === language) ?? language;

export const LanguageContext = createContext<Language>('en');

export const useLanguage = (): Language => useContext(LanguageContext);

/** Sentences in each language; English is the type, so that one that is missing in another does not compile. */
export const words = <English extends object>(all: { en: English } & Record<Language, NoInfer<English>>) => all;

/** The sentences of the language that is shown. */
export const useWords = <W extends object>(all: Record<Language, W>): W => all[useLanguage()];

/**
 * How a language counts: `counting('en')(1234, '# device', '# devices')` is `1,234 devices`.
 * @returns the form that the number takes, with the number for each `#`
 */
export const counting = (language: Language) => {
  const rules = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (n: number, one: string, other: string): string =>
    (rules.select(n) === 'one' ? one : other).replaceAll('#', number.format(n));
};
