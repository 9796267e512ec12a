/**
 * Windows: message boxes with buttons on the screens of whoever is there. The agent runs as SYSTEM in session 0, whose own
 * windows nobody sees. They have Windows' own labels only, so the text says what each means; what is chosen by default changes
 * nothing. A box that is not needed any more goes away when its time is up, and what is pressed there then is no answer.
 */
import { oneLine, plainText } from '../text.ts';
import type { HostQuestion, NativeHost } from './native-host.ts';
import type { Confirmation, Confirmed, DialogAnswer, Question } from './platform.ts';

/** Is told why nobody could be asked. */
export type Warn = (what: string, problem: unknown) => void;

type Ports = { host: Pick<NativeHost, 'ask'>; warn: Warn };

const choices = ({ postponeMinutes, mayReject }: Question) => {
  const later = `Put it off for ${postponeMinutes} minutes?`;
  if (postponeMinutes === undefined) {
    const text = 'Refuse this restart?\nNo: restart as announced.';
    return { buttons: 'yesNo', decisive: ['yes'], text, yes: 'reject', no: 'none' } as const;
  }
  if (!mayReject) {
    const text = `${later}\nNo: restart as announced.`;
    return { buttons: 'yesNo', decisive: ['yes'], text, yes: 'postpone', no: 'none' } as const;
  }
  const text = `${later}\nNo: refuse this restart.\nCancel: restart as announced.`;
  return { buttons: 'yesNoCancel', decisive: ['yes', 'no'], text, yes: 'postpone', no: 'reject' } as const;
};

/** @returns `undefined` when nobody saw it */
const show = async ({ host, warn }: Ports, question: HostQuestion, signal: AbortSignal) => {
  const { text, user } = question;
  const shown = { ...question, text: plainText(text), user: user === undefined ? undefined : oneLine(user) };
  try {
    const answer = await host.ask(shown, signal);
    return answer === 'unseen' ? undefined : answer;
  } catch (error) {
    if (signal.aborted) return 'none';
    warn('nobody at this PC could be asked', error);
    return undefined;
  }
};

export const askInMessageBox = async (ports: Ports, question: Question, signal: AbortSignal): Promise<DialogAnswer> => {
  const { buttons, decisive, text, yes, no } = choices(question);
  const { timeoutMs } = question;
  const box = { text: `${question.text}\n\n${text}`, buttons, decisive, user: undefined, timeoutMs };
  const button = await show(ports, box, signal);
  if (button === undefined) return 'unavailable';
  if (button === 'yes') return yes;
  return button === 'no' ? no : 'none';
};

export const confirmInMessageBox = async (
  ports: Ports,
  { text, yes, no, user, timeoutMs }: Confirmation,
  signal: AbortSignal,
): Promise<Confirmed> => {
  const words = `${text}\n\nYes: ${yes}.\nNo: ${no}.`;
  const box: HostQuestion = { text: words, buttons: 'yesNo', decisive: ['yes', 'no'], user, timeoutMs };
  const button = await show(ports, box, signal);
  if (button === undefined) return 'unavailable';
  return button === 'yes' ? 'yes' : 'no';
};
