/**
 * `remote-assist-host.exe`, which lies beside the agent on Windows and asks Windows itself: no PowerShell, which a policy or
 * another version's settings can break, and no text whose form a regional setting decides. Its source is in `agent/native`.
 */
import { win32 } from 'node:path';
import { boolean, number, object, oneOf, type Parse, string } from '../state/shape.ts';
import { CommandFailed, type CommandOptions, type RunCommand } from './command.ts';

export const HOST_PROGRAM = 'remote-assist-host.exe';

const orNull =
  <T>(parse: Parse<T>): Parse<T | undefined> =>
  (value) =>
    value === null ? undefined : parse(value);

const parseBoot = object({ bootId: string, bootedAt: string, uptimeMs: number });
const parseMachine = object({
  serialNumber: orNull(string),
  systemUuid: orNull(string),
  machineGuid: orNull(string),
});
const parseProcess = object({ identity: orNull(string) });
const parseShown = object({ shown: number });
const parseAnswer = object({ shown: number, answer: oneOf('yes', 'no', 'cancel', 'none') });
const parseStarted = object({ started: number });
const parseDirectory = object({
  exists: boolean,
  isDirectory: boolean,
  isLink: boolean,
  owner: orNull(string),
  /** The system, the administrators, or the account that asks. */
  trustedOwner: boolean,
  /** Accounts other than these. */
  othersCanWrite: boolean,
  othersCanRead: boolean,
});
const parseOpened = object({ opened: boolean });
const parseMade = object({ made: boolean });

export type HostAnswer = 'yes' | 'no' | 'cancel';

export type HostQuestion = {
  text: string;
  buttons: 'yesNo' | 'yesNoCancel';
  /** With the first of these, wherever it is pressed, nobody else is waited for. */
  decisive: readonly HostAnswer[];
  /** An account, with or without its domain; everybody at this PC where it is `undefined`. */
  user: string | undefined;
  timeoutMs: number;
};

/** Each asks once, and throws what Windows says no with. */
export type NativeHost = {
  /** `uptimeMs` counts sleep. */
  boot(): Promise<ReturnType<typeof parseBoot>>;
  machine(): Promise<ReturnType<typeof parseMachine>>;
  /** What tells a process from a later one with the same id; `undefined` when it is gone. */
  process(pid: number): Promise<string | undefined>;
  /** @returns in how many sessions it is shown */
  message(text: string): Promise<number>;
  /** @returns `none` when nobody pressed a button; `unseen` when nobody is there */
  ask(question: HostQuestion, signal: AbortSignal): Promise<HostAnswer | 'none' | 'unseen'>;
  /** @returns whether it was opened on that person's screen, or on the only one in use */
  openLink(link: string, user: string | undefined): Promise<boolean>;
  /** @returns on how many screens the agent's window was opened: those of that person, or of everybody */
  openWindow(user: string | undefined): Promise<number>;
  directory(path: string): Promise<ReturnType<typeof parseDirectory>>;
  /** Lets the other accounts of this PC connect to a pipe of this account's, and make none of its name. */
  openPipe(path: string): Promise<void>;
  /** Says a line to such a pipe, and hears the answer. Only one of the system, an administrator or this account is spoken to. */
  callPipe(path: string, line: string, timeoutMs: number): Promise<string>;
  /** Makes one for the system and the administrators. @returns whether it was not there before */
  makeDirectory(path: string): Promise<boolean>;
};

const forUser = (user: string | undefined): string[] => (user === undefined ? [] : ['--user', user]);

/** @param program where it lies */
export const nativeHost = (run: RunCommand, program: string): NativeHost => {
  const start = async (args: readonly string[], options?: CommandOptions): Promise<string> => {
    try {
      return await run(program, args, options);
    } catch (error) {
      if (!(error instanceof CommandFailed) || error.exitCode !== undefined || error.killed) throw error;
      throw new Error(`${program} cannot be run, which is a part of the agent: install the agent again.`, {
        cause: error,
      });
    }
  };
  const call = async <T>(parse: Parse<T>, args: readonly string[], options?: CommandOptions): Promise<T> =>
    parse(JSON.parse(await start(args, options)));

  return {
    boot: () => call(parseBoot, ['boot']),
    machine: () => call(parseMachine, ['machine']),
    process: async (pid) => (await call(parseProcess, ['process', '--pid', String(pid)])).identity,
    message: async (text) => (await call(parseShown, ['message'], { input: text })).shown,
    ask: async ({ text, buttons, decisive, user, timeoutMs }, signal) => {
      const seconds = Math.max(1, Math.floor(timeoutMs / 1000));
      const args = ['ask', '--buttons', buttons, '--seconds', `${seconds}`, '--decisive', decisive.join(',')];
      const options = { input: text, timeoutMs: timeoutMs + 60_000, signal };
      const { shown, answer } = await call(parseAnswer, [...args, ...forUser(user)], options);
      return shown === 0 ? 'unseen' : answer;
    },
    openLink: async (link, user) =>
      (await call(parseStarted, ['open-link', '--link', link, ...forUser(user)])).started > 0,
    openWindow: async (user) => (await call(parseStarted, ['open-window', ...forUser(user)])).started,
    directory: (path) => call(parseDirectory, ['directory', '--path', path]),
    openPipe: async (path) => void (await call(parseOpened, ['open-pipe', '--path', path])),
    callPipe: (path, line, timeoutMs) => start(['call-pipe', '--path', path], { input: line, timeoutMs }),
    makeDirectory: async (path) => (await call(parseMade, ['make-directory', '--path', path])).made,
  };
};

/** Where it lies: beside the agent. */
export const hostBeside = (agent: string): string => win32.join(win32.dirname(agent), HOST_PROGRAM);
