/** What every command gets from outside, and the device that most of them need. */
import type { Clock } from '../clock.ts';
import type { Program } from '../install/plan.ts';
import type { Log } from '../log.ts';
import { isAnotherMachine } from '../platform/machine-marks.ts';
import type { Platform } from '../platform/platform.ts';
import { Refusal } from '../refusal.ts';
import { type DeviceState, deviceFile, type Enrolled } from '../state/device-file.ts';

export type Context = {
  stateDir: string;
  /** Standard output: what a command answers, and nothing else. */
  print: (line: string) => void;
  /** Standard error: what the person or the administrator is told. */
  tell: (line: string) => void;
  /** Standard error, without a line break. */
  prompt: (text: string) => void;
  input: NodeJS.ReadableStream & { isTTY?: boolean; unref?: () => void };
  log: Log;
  clock: Clock;
  random: () => number;
  /** @param log is told what the system did not do for the person at the PC */
  platform: (log?: Log) => Platform;
  hostname: string;
  /** Whose process this is: what the system calls them, where it says so. */
  account: { name: string | undefined; home: string };
  /** What this process was started from. */
  program: Program;
  env: NodeJS.ProcessEnv;
  /** Aborts when the process is asked to end. */
  stop: () => AbortSignal;
};

/** What a copy of another machine's state is told. */
export const copyOf = ({ deviceId, name }: Enrolled, stateDir: string): string =>
  `What lies in ${stateDir} was made on another machine, as device ${deviceId} ("${name}"): this disk is a copy of that one's, ` +
  'or the system or the mainboard was replaced. Its credential is not used here. Enrol this machine for itself: run "enroll --force" with a new token.';

/** @throws Refusal when the device is not enrolled, or another machine is */
export const enrolledDevice = async ({
  stateDir,
  platform,
}: Pick<Context, 'stateDir' | 'platform'>): Promise<Enrolled & Pick<DeviceState, 'maxRestartsPerDay'>> => {
  const { enrolled, maxRestartsPerDay } = (await deviceFile(stateDir).read()) ?? {};
  if (!enrolled) throw new Refusal(`This device is not enrolled (in ${stateDir}): run "enroll" first.`);
  if (isAnotherMachine(enrolled.machine, await platform().machineMarks())) {
    throw new Refusal(copyOf(enrolled, stateDir));
  }
  return { ...enrolled, maxRestartsPerDay };
};
