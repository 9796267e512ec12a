/** The console's start: the language, the sign-in, who is signed in, and then the pages. */
import '@cloudscape-design/global-styles/index.css';
import './ui/style.css';
import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod/mini';
import { CONSOLE_PATH, SIGNED_IN_PATH } from '../lib/api/console.ts';
import { getMe } from '../lib/api/me.ts';
import { App } from './app/app.tsx';
import { followAppearance } from './app/appearance.ts';
import { NoRole, SignInFailed } from './app/gates.tsx';
import { createQueryClient } from './app/queries.ts';
import { chooseLanguage, type Language, LanguageContext } from './messages/language.ts';
import { clientOf, mayOf, SignedInProvider } from './session/context.tsx';
import { Session } from './session/session.ts';
import { signIn } from './session/sign-in.ts';

// The policy forbids code from text, which zod would otherwise try.
z.config({ jitless: true });

/** The design system's own words, loaded by name: a pattern would take all fifteen languages along. */
const componentWords: Record<Language, () => Promise<{ default: I18nProviderProps.Messages }>> = {
  en: () => import('@cloudscape-design/components/i18n/messages/all.en'),
  fr: () => import('@cloudscape-design/components/i18n/messages/all.fr'),
  de: () => import('@cloudscape-design/components/i18n/messages/all.de'),
};

followAppearance();

const root = createRoot(document.getElementById('root') as HTMLElement);

const start = async (): Promise<ReactNode> => {
  const { pathname, search } = window.location;
  const address = pathname === SIGNED_IN_PATH ? CONSOLE_PATH : pathname + search;
  try {
    const session = new Session(await signIn());
    const call = clientOf(session);
    const { body: me } = await call(getMe, {});
    if (me.roles.length === 0) return <NoRole me={me} />;
    return (
      <SignedInProvider value={{ me, session, call, may: mayOf(me) }}>
        <QueryClientProvider client={createQueryClient()}>
          <App />
        </QueryClientProvider>
      </SignedInProvider>
    );
  } catch (error) {
    return <SignInFailed reason={error instanceof Error ? error.message : String(error)} address={address} />;
  }
};

// After the sign-in, which comes back to the address that may name the language.
const page = await start();
const language = chooseLanguage();
document.documentElement.lang = language;
const { default: messages } = await componentWords[language]();
root.render(
  <StrictMode>
    <LanguageContext.Provider value={language}>
      <I18nProvider locale={language} messages={[messages]}>
        {page}
      </I18nProvider>
    </LanguageContext.Provider>
  </StrictMode>,
);
