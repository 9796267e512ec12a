/** The command line: commands, their options, and what they must look like. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { serverUrl } from '../api-url.ts';
import { WrongUsage } from './usage.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const everywhere = { 'state-dir': text, help: flag } as const;
const network = { proxy: text, 'no-proxy': text, 'ca-file': text } as const;
const local = { socket: text } as const;
const following = { ...local, ...network, consent: text, 'consent-within': text } as const;

const COMMANDS = {
  enroll: { api: text, 'enrollment-token': text, 'enrollment-token-file': text, name: text, force: flag, ...network },
  run: {
    'dry-run': flag,
    'honour-grace': flag,
    once: flag,
    'start-within': text,
    'max-restarts-per-day': text,
    'log-file': text,
    'log-max-mb': text,
    'log-keep': text,
    'consent-within': text,
    'stop-with-input': flag,
    ...local,
    ...network,
  },
  'request-help': { message: text, name: text, email: text, 'rustdesk-id': text, wait: flag, ...following },
  'follow-help': following,
  'end-help': { ...local, ...network },
  postpone: { minutes: text },
  reject: {},
  'restart-now': {},
  'rotate-credential': network,
  install: { print: flag, ...network, 'log-file': text, 'max-restarts-per-day': text },
  uninstall: { print: flag, 'log-file': text, purge: flag },
  status: { json: flag },
} as const satisfies Record<string, ParseArgsOptionsConfig>;

export type CommandName = keyof typeof COMMANDS;

type Values<C> = {
  readonly [K in keyof C]?: C[K] extends { type: 'boolean' } ? boolean : string;
};

/** The options that were given, as they were given. */
export type OptionsOf<N extends CommandName> = Values<(typeof COMMANDS)[N] & typeof everywhere>;

export type CommandLine = { [N in CommandName]: { command: N; options: OptionsOf<N> } }[CommandName];

/** @returns `help` when help was asked for @throws WrongUsage */
export const parseCommandLine = (args: readonly string[]): CommandLine | 'help' => {
  const [command, ...rest] = args;
  if (command === undefined) throw new WrongUsage('A command is missing.');
  if (command === '--help' || command === '-h' || command === 'help') return 'help';
  if (!Object.hasOwn(COMMANDS, command)) throw new WrongUsage(`There is no command "${command}".`);
  const name = command as CommandName;
  try {
    const { values } = parseArgs({
      args: rest,
      options: { ...COMMANDS[name], ...everywhere },
      allowPositionals: false,
    });
    return values.help ? 'help' : ({ command: name, options: values } as CommandLine);
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
};

/** @throws WrongUsage when it is missing or blank */
export const required = (options: Readonly<Record<string, unknown>>, name: string): string => {
  const value = options[name];
  if (typeof value !== 'string' || value.trim() === '') throw new WrongUsage(`--${name} is missing.`);
  return value;
};

/** @throws WrongUsage when it is not a whole number of seconds */
export const seconds = (value: string | undefined, name: string, fallback: number): number => {
  if (value === undefined) return fallback;
  if (!/^\d{1,6}$/.test(value)) throw new WrongUsage(`--${name} must be a number of seconds.`);
  return Number(value);
};

/** @throws WrongUsage when it is not a whole number in that range */
export const wholeNumber = (
  value: string | undefined,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number => {
  if (value === undefined) return fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw new WrongUsage(`--${name} must be a number from ${min} to ${max}.`);
  return number;
};

/** @throws WrongUsage for an address that the agent does not take */
export const apiUrl = (value: string): string => {
  const url = serverUrl(value);
  if (url === undefined) throw new WrongUsage('--api must be an https URL; http is for this machine alone.');
  return url;
};
