/** The first of many names, and how many more there are. */
import { counting, useWords, words } from '../messages/language.ts';
import type { Named } from './selection.ts';
import { Text } from './text.tsx';

const [en, fr, de] = [counting('en'), counting('fr'), counting('de')];

const moreWords = words({
  en: { more: (n: number) => en(n, 'and # more', 'and # more') },
  fr: { more: (n: number) => fr(n, 'et # autre', 'et # autres') },
  de: { more: (n: number) => de(n, 'und # weiteres', 'und # weitere') },
});

const SHOWN = 12;

export const Names = ({ of: all }: { of: readonly Named[] }) => {
  const t = useWords(moreWords);
  const rest = all.length - SHOWN;
  return (
    <>
      {all.slice(0, SHOWN).map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Text>{name}</Text>
        </span>
      ))}
      {rest > 0 && ` ${t.more(rest)}`}
    </>
  );
};
