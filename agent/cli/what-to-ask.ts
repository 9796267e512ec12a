/**
 * What a request for help says: as the options have it or, where somebody sits at a terminal, as they type it. So a menu's
 * entry needs no options.
 */
import { Terminal } from '../person/terminal.ts';
import { Refusal } from '../refusal.ts';
import { type OptionsOf, required } from './arguments.ts';
import type { Context } from './context.ts';
import { WrongUsage } from './usage.ts';

type Asking = Pick<Context, 'input' | 'prompt' | 'account' | 'stop'>;

const typed = async ({ input, prompt, account, stop }: Asking, { message, name }: OptionsOf<'request-help'>) => {
  const terminal = new Terminal({ input, write: prompt });
  try {
    const asked = stop();
    const said = message ?? (await terminal.ask('What do you need help with? ', asked));
    const who = name ?? account.name ?? (await terminal.ask('Your name: ', asked));
    if (said === undefined || !who?.trim()) throw new Refusal('Nothing was asked for.');
    return { message: said, name: who.trim() };
  } finally {
    terminal.close();
  }
};

/** @throws WrongUsage where something is missing and nobody can be asked for it, Refusal when nothing was typed */
export const whatToAsk = async (
  asking: Asking,
  options: OptionsOf<'request-help'>,
): Promise<{ message: string; name: string }> => {
  const { message, name } = options;
  if (message !== undefined && name !== undefined) return { message, name: required(options, 'name') };
  if (asking.input.isTTY === true) return typed(asking, options);
  if (message === undefined) throw new WrongUsage('--message is missing.');
  return { message, name: required(options, 'name') };
};
