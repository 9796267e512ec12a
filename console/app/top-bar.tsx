/** The bar at the top: the product, who is signed in, language and appearance. */
import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { useState } from 'react';
import { startNotifying, stopNotifying, useIsNotifying } from '../live/notify.ts';
import { common } from '../messages/common.ts';
import {
  LANGUAGE_NAMES,
  LANGUAGES,
  type Language,
  rememberLanguage,
  useLanguage,
  useWords,
} from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';
import { settings } from '../session/settings.ts';
import { signOut } from '../session/sign-in.ts';
import { useNotices } from '../ui/notices.tsx';
import { APPEARANCES, type Appearance, appearance, chooseAppearance } from './appearance.ts';
import { appWords } from './words.ts';

const PRODUCTION = 'prod';

const useLanguageMenu = (): TopNavigationProps.MenuDropdownUtility => {
  const t = useWords(appWords);
  const current = useLanguage();
  return {
    type: 'menu-dropdown',
    text: LANGUAGE_NAMES[current],
    ariaLabel: t.language,
    items: LANGUAGES.map((language) => ({
      id: language,
      text: LANGUAGE_NAMES[language],
      disabled: language === current,
    })),
    onItemClick: ({ detail }) => rememberLanguage(detail.id as Language),
  };
};

const useAppearanceMenu = (): TopNavigationProps.MenuDropdownUtility => {
  const t = useWords(appWords);
  const [current, setCurrent] = useState(appearance);
  return {
    type: 'menu-dropdown',
    text: t.appearance,
    ariaLabel: t.appearance,
    items: APPEARANCES.map((each) => ({ id: each, text: t.appearances[each], disabled: each === current })),
    onItemClick: ({ detail }) => {
      chooseAppearance(detail.id as Appearance);
      setCurrent(detail.id as Appearance);
    },
  };
};

const useAccountMenu = (): TopNavigationProps.MenuDropdownUtility => {
  const t = useWords(appWords);
  const { roles } = useWords(common);
  const { me } = useSignedIn();
  const { show } = useNotices();
  const isOn = useIsNotifying();
  const highest = me.roles.at(-1);
  const switchNotifying = async (): Promise<void> => {
    if (isOn) stopNotifying();
    else if (!(await startNotifying())) show({ type: 'warning', content: t.notifyRefused });
  };
  return {
    type: 'menu-dropdown',
    text: me.displayName ?? me.name,
    iconName: 'user-profile',
    ...(highest && { description: roles[highest] }),
    items: [
      { id: 'notify', text: isOn ? t.stopNotifying : t.notifyMe },
      { id: 'sign-out', text: t.signOut },
    ],
    onItemClick: ({ detail }) => void (detail.id === 'notify' ? switchNotifying() : signOut()),
  };
};

export const TopBar = () => {
  const t = useWords(common);
  const language = useLanguageMenu();
  const look = useAppearanceMenu();
  const account = useAccountMenu();
  // Whoever has several stages open must see which this is before ordering anything.
  const title = settings.stage === PRODUCTION ? t.product : `${t.product} (${settings.stage})`;
  return <TopNavigation identity={{ href: '/console/', title }} utilities={[look, language, account]} />;
};
