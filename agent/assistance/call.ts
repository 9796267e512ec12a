/** What the person typed, made into a call that the server takes: nothing they asked for is lost over how it was typed. */
import { cut, oneLine, plainText } from '../text.ts';

/** The contract's limits. */
const LONGEST_MESSAGE = 1000;
const LONGEST_NAME = 100;
const LONGEST_EMAIL = 254;

const WITHOUT_WORDS = 'Asks for help, and wrote no message.';

export type Call = { message: string; requester: { name: string; email?: string } };

/** @param tell is told of each thing that is not sent as it was typed */
export const callOf = (
  typed: { message: string; name: string; email?: string | undefined },
  tell: (words: string) => void,
): Call => {
  const message = plainText(typed.message).trim();
  if (message === '') tell('The message is empty; the admins are told that you ask for help.');
  const sent = cut(message, LONGEST_MESSAGE).trimEnd();
  if (sent.length < message.length) {
    tell(`The message is long: its first ${[...sent].length} characters are sent, and the rest is not.`);
  }
  const email = typed.email?.trim();
  const isEmail = email !== undefined && email.length <= LONGEST_EMAIL && /^[^\s@]+@[^\s@]+$/.test(email);
  if (email && !isEmail) tell('What was given as an e-mail address is none; the request goes without it.');
  return {
    message: sent || WITHOUT_WORDS,
    requester: { name: oneLine(typed.name, LONGEST_NAME), ...(isEmail && { email }) },
  };
};
