/** The console's start: the language, the sign-in, and then the pages. */
import '@cloudscape-design/global-styles/index.css';
import './ui/style.css';
import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod/mini';
import { followAppearance } from './app/appearance.ts';
import { SignedOut, SignInFailed } from './app/gates.tsx';
import { Welcome } from './app/welcome.tsx';
import { createQueryClient } from './data/query-client.ts';
import { chooseLanguage, type Language, LanguageContext } from './messages/language.ts';
import { Session } from './session/session.ts';
import { addressNow, isSignedOut, signIn } from './session/sign-in.ts';

// The policy forbids code from text, which zod would otherwise try.
z.config({ jitless: true });

/** The design system's own words, loaded by name: a pattern would take all fifteen languages along. */
const componentWords: Record<Language, () => Promise<{ default: I18nProviderProps.Messages }>> = {
  en: () => import('@cloudscape-design/components/i18n/messages/all.en'),
  fr: () => import('@cloudscape-design/components/i18n/messages/all.fr'),
  de: () => import('@cloudscape-design/components/i18n/messages/all.de'),
};

const start = async (): Promise<ReactNode> => {
  if (isSignedOut()) return <SignedOut />;
  const address = addressNow();
  try {
    return <Welcome session={new Session(await signIn())} />;
  } catch (error) {
    return <SignInFailed error={error} address={address} />;
  }
};

followAppearance();
const root = createRoot(document.getElementById('root') as HTMLElement);
// The sign-in comes back to the address that may name the language.
const page = await start();
const language = chooseLanguage();
document.documentElement.lang = language;
const { default: messages } = await componentWords[language]();
root.render(
  <StrictMode>
    <LanguageContext.Provider value={language}>
      <I18nProvider locale={language} messages={[messages]}>
        <QueryClientProvider client={createQueryClient()}>{page}</QueryClientProvider>
      </I18nProvider>
    </LanguageContext.Provider>
  </StrictMode>,
);
