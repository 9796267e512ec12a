/**
 * The enrolment token of a command. On the command line every account of the PC can read it while the command runs, and a
 * shell's history keeps it; from a file or standard input neither is so.
 */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Refusal, reasonOf } from '../refusal.ts';
import { type OptionsOf, required } from './arguments.ts';
import type { Context } from './context.ts';
import { WrongUsage } from './usage.ts';

const FROM_FILE = 'enrollment-token-file';

const readFrom = async ({ input }: Pick<Context, 'input'>, path: string): Promise<string> => {
  try {
    return path === '-' ? await text(input) : await readFile(path, 'utf8');
  } catch (error) {
    throw new Refusal(`The enrolment token cannot be read: ${reasonOf(error)}`);
  }
};

/** @throws WrongUsage where none is given, or two; Refusal where there is none in what is read */
export const enrollmentToken = async (
  context: Pick<Context, 'input'>,
  options: OptionsOf<'enroll'>,
): Promise<string> => {
  if (options[FROM_FILE] === undefined) return required(options, 'enrollment-token').trim();
  if (options['enrollment-token'] !== undefined) {
    throw new WrongUsage(`--enrollment-token and --${FROM_FILE} do not go together.`);
  }
  const path = required(options, FROM_FILE);
  const token = (await readFrom(context, path)).trim();
  if (token === '') throw new Refusal(`There is no enrolment token in ${path === '-' ? 'standard input' : path}.`);
  return token;
};
