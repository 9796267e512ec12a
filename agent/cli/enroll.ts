/** `enroll`: makes this PC a managed device. */
import type { Send } from '../../lib/api/client.ts';
import { enrollDevice } from '../enrollment.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { type DeviceFile, deviceFile } from '../state/device-file.ts';
import { takeLock } from '../state/lock.ts';
import { provisioningFile } from '../state/provisioning-file.ts';
import { makeStateDir } from '../state/state-dir.ts';
import { taskFile } from '../state/task-file.ts';
import { oneLine } from '../text.ts';
import { apiUrl, type OptionsOf, required } from './arguments.ts';
import type { Context } from './context.ts';
import { enrollmentToken } from './enrollment-token.ts';
import { givenByOptions, keepNetwork, senderFor } from './network.ts';

export type Wanted = {
  apiUrl: string;
  enrollmentToken: string;
  /** The PC's own where nobody gave it one. */
  name: string | undefined;
  force: boolean;
  /** Several agents on one PC, each with a directory of its own, are several devices: the serial number would tell no two apart. */
  hasOwnDirectory: boolean;
};

export type BecomePorts = { file: DeviceFile; sender: () => Promise<Send>; tries?: number };

/** @returns the device's id @throws Refusal, ApiError, NotSaved; then an earlier credential is as it was */
export const becomeDevice = async (context: Context, ports: BecomePorts, wanted: Wanted): Promise<string> => {
  const { stateDir, clock, random } = context;
  const { hasOwnDirectory, name, ...enrollment } = wanted;
  const platform = context.platform();
  const serialNumber = hasOwnDirectory ? undefined : await platform.serialNumber();
  const deviceId = await enrollDevice(
    { ...ports, clock, random },
    {
      ...enrollment,
      name: name ?? (oneLine(context.hostname, 128) || 'unnamed'),
      hasOwnName: name === undefined,
      platform: platform.name,
      serialNumber,
      machine: await platform.machineMarks(),
    },
  );
  // Old work must not run on a device that was enrolled anew. What was restarted stays on record, in the history.
  const tasks = taskFile(stateDir);
  // Reading keeps a copy of a damaged one.
  await tasks.read().catch(() => undefined);
  await tasks.write({ task: undefined, shown: undefined });
  return deviceId;
};

export const enroll = async (context: Context, options: OptionsOf<'enroll'>): Promise<void> => {
  const { stateDir } = context;
  const wanted = {
    apiUrl: apiUrl(required(options, 'api')),
    enrollmentToken: await enrollmentToken(context, options),
    name: options.name === undefined ? undefined : required(options, 'name').trim(),
    force: options.force ?? false,
    hasOwnDirectory: options['state-dir'] !== undefined,
  };
  const network = givenByOptions(options);
  const platform = context.platform();
  await makeStateDir(stateDir, platform);
  // An agent that runs would go on as the device that this was.
  const provisioning = provisioningFile(stateDir);
  await takeLock(stateDir, platform.processIdentity).catch(async (error: unknown) => {
    const current = (await provisioning.read().catch(() => undefined))?.current;
    if (!current) throw error;
    throw new Refusal(
      `${reasonOf(error)} It enrols this PC by itself, from ${current.file}: see "status", or stop it first.`,
    );
  });
  const sender = async () => {
    // First, so that the agent that runs later goes the same way.
    await keepNetwork(stateDir, network);
    return senderFor(context, options, wanted.apiUrl);
  };
  const deviceId = await becomeDevice(context, { file: deviceFile(stateDir), sender }, wanted);
  // Whatever this agent tried by itself is over, and the file that it tried with is not this command's.
  if (await provisioning.read()) await provisioning.write({ current: undefined });
  context.print(deviceId);
};
