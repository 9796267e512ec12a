/** The dialog programs of Linux desktops: how each is called, and what its ending means. Only a button is an answer. */
import { plainText } from '../text.ts';

export type Button<A> = { readonly label: string; readonly answer: A };

export type Dialog<A> = {
  text: string;
  /** One to three; of three, not every desktop shows the last. */
  buttons: readonly Button<A>[];
  /** The label of the button that is chosen by default, and changes nothing. */
  cancel: string;
  /** What that button means, and closing, and the timeout. */
  otherwise: A;
  timeoutMs: number;
};

type Program<A> = {
  program: string;
  args: readonly string[];
  /** @param exitCode and what it wrote */
  read(exitCode: number | undefined, output: string): A;
};

const TITLE = 'Remote assistance';

export const zenity = <A>({ text, buttons, cancel, otherwise, timeoutMs }: Dialog<A>): Program<A> => {
  const [first, ...others] = buttons;
  return {
    program: 'zenity',
    args: [
      '--question',
      `--title=${TITLE}`,
      `--text=${plainText(text)}`,
      '--no-markup',
      `--ok-label=${first?.label}`,
      `--cancel-label=${cancel}`,
      '--default-cancel',
      ...others.map(({ label }) => `--extra-button=${label}`),
      `--timeout=${Math.max(1, Math.floor(timeoutMs / 1000))}`,
    ],
    // An extra button writes its label and ends with 1, as Cancel does; 5 is the timeout.
    read: (exitCode, output) => {
      if (exitCode === 0) return first?.answer ?? otherwise;
      return exitCode === 1 ? (others.find(({ label }) => label === output.trim())?.answer ?? otherwise) : otherwise;
    },
  };
};

/**
 * Its first button is what Enter presses, and somebody may be typing when it comes up. So where there is one thing to choose
 * that is not harmless, it is a list in which the harmless one is marked; what was chosen is written.
 */
const list = <A>({ text, buttons, cancel, otherwise }: Dialog<A>): Program<A> => {
  const [only] = buttons;
  return {
    program: 'kdialog',
    args: [`--title=${TITLE}`, `--radiolist=${text}`, 'no', cancel, 'on', 'yes', `${only?.label}`, 'off'],
    read: (exitCode, output) => (exitCode === 0 && output.trim() === 'yes' && only ? only.answer : otherwise),
  };
};

export const kdialog = <A>(dialog: Dialog<A>): Program<A> => {
  // It takes what looks like markup for markup.
  const text = plainText(dialog.text).replace(/</g, '‹');
  const { buttons, cancel, otherwise } = dialog;
  const [first, second] = buttons;
  if (!second) return list({ ...dialog, text });
  return {
    program: 'kdialog',
    args: [
      `--title=${TITLE}`,
      `--warningyesnocancel=${text}`,
      `--yes-label=${first?.label}`,
      `--no-label=${second.label}`,
      `--cancel-label=${cancel}`,
    ],
    read: (exitCode) => {
      if (exitCode === 0) return first?.answer ?? otherwise;
      return exitCode === 1 ? second.answer : otherwise;
    },
  };
};
