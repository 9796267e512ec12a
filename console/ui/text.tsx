/** Text that somebody else wrote: its direction stays its own, and a long word breaks. */
import { Fragment, type ReactNode } from 'react';

/** `multiline` keeps line ends. */
export const Text = ({ children, multiline = false }: { children: ReactNode; multiline?: boolean }) => (
  <bdi className={multiline ? 'ra-text ra-text-multiline' : 'ra-text'}>{children}</bdi>
);

/** Stands for the name in a sentence: a character that no sentence has. */
const MARK = '\u{F0000}';

/** A sentence of ours with a text in it that somebody else wrote, wherever the language puts it. */
export const Sentence = ({ say, name }: { say: (name: string) => string; name: string }) => (
  <>
    {say(MARK)
      .split(MARK)
      .map((part, index) => (
        // The parts of a sentence never change their places.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above.
        <Fragment key={index}>
          {index > 0 && <Text>{name}</Text>}
          {part}
        </Fragment>
      ))}
  </>
);
