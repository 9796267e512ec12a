/**
 * An agent that is not enrolled enrols itself from `provision.json`, and tries for ever: a PC that was installed before the server
 * could be reached, or with a token that was wrong, comes in by itself once that is put right.
 */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { backOffMs, startDelayMs } from '../pace.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { isRefusal, isUnknown, retryAfterOf } from '../server.ts';
import type { ProvisioningFile, ProvisioningState } from '../state/provisioning-file.ts';
import type { Provision } from './provision-file.ts';

/** Something may be put right at any moment, here or on the way; a fleet does not come all at once. */
const BACK_OFF = { floorSeconds: 60, capSeconds: 600 };
/** The server has looked at it: only an administrator changes that. */
const AFTER_A_NO = { floorSeconds: 60, capSeconds: 1800 };

export type ProvisioningPorts = {
  /** The file that counts; `undefined` where there is none. */
  find(): Promise<string | undefined>;
  /** @throws Refusal where it cannot be used */
  read(path: string): Promise<Provision>;
  /** @returns the device's id. A call whose answer was lost goes under the same key again. */
  enroll(provision: Provision): Promise<string>;
  removeToken(path: string): Promise<void>;
  note: ProvisioningFile;
  clock: Pick<Clock, 'now' | 'sleep'>;
  random: () => number;
  log: Log;
};

export type ProvisioningOptions = { once: boolean; startWithinSeconds: number; stop: AbortSignal };

type Note = NonNullable<ProvisioningState['current']>;

/** What cannot be noted is in the log, and stops nothing. */
const noteDown = async ({ note, log }: ProvisioningPorts, current: Note | undefined): Promise<void> => {
  await note.write({ current }).catch((error: unknown) => {
    log.warn('how the enrolment goes cannot be written down', { problem: reasonOf(error) });
  });
};

/** Takes the token out of the file from which this device was enrolled, where that is still to be done. Never throws. */
export const finishProvisioning = async (ports: ProvisioningPorts): Promise<void> => {
  const { note, clock, log } = ports;
  try {
    const current = (await note.read())?.current;
    if (!current) return;
    const { file } = current;
    try {
      await ports.removeToken(file);
      await noteDown(ports, undefined);
    } catch (error) {
      const problem = `The enrolment token is still in ${file} and could not be removed: ${reasonOf(error)}`;
      log.warn('the enrolment token was not removed', { file, problem });
      await noteDown(ports, { file, problem, triedAt: clock.now(), nextTryAt: undefined });
    }
  } catch (error) {
    log.warn('it is not known whether an enrolment token is to be removed', { problem: reasonOf(error) });
  }
};

/**
 * @returns `enrolled`; `nothing` where no file is there, or is any more; `stopped`
 * @throws with `once`, what the only try ended with
 */
export const provision = async (
  ports: ProvisioningPorts,
  { once, startWithinSeconds, stop }: ProvisioningOptions,
): Promise<'enrolled' | 'nothing' | 'stopped'> => {
  const { clock, random, log } = ports;
  if ((await ports.find()) === undefined) return 'nothing';
  if (!once) await clock.sleep(startDelayMs(random(), startWithinSeconds), stop);
  for (let failures = 1; !stop.aborted; failures++) {
    const file = await ports.find();
    if (file === undefined) return 'nothing';
    try {
      const found = await ports.read(file);
      // First: whoever finds this device enrolled finishes what is left to be done.
      await noteDown(ports, { file, problem: undefined, triedAt: clock.now(), nextTryAt: undefined });
      const deviceId = await ports.enroll(found);
      log.info('enrolled', { deviceId, file });
      await finishProvisioning(ports);
      return 'enrolled';
    } catch (error) {
      if (once) throw error;
      const problem = reasonOf(error);
      const pace = isRefusal(error) || isUnknown(error) ? AFTER_A_NO : BACK_OFF;
      const againInMs = backOffMs(failures, random(), pace, retryAfterOf(error));
      const againInSeconds = Math.round(againInMs / 1000);
      log.warn('not enrolled yet', { file, problem, againInSeconds });
      const triedAt = clock.now();
      await noteDown(ports, { file, problem, triedAt, nextTryAt: triedAt + againInMs });
      await clock.sleep(againInMs, stop);
    }
  }
  return 'stopped';
};

/** @throws Refusal for a device that neither is enrolled nor can enrol itself */
export const notEnrolled = (stateDir: string, paths: readonly string[]): Refusal =>
  new Refusal(
    `This device is not enrolled (in ${stateDir}): run "enroll" first, or put ${paths.join(' or ')} in place.`,
  );
